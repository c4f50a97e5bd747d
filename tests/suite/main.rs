//! The suite: one module per verb and per promise, each driving the program as a user would.

mod desk;
mod relay;
mod session;
mod verbs;
