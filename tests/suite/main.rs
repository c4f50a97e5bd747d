//! The suite: one module per verb and per promise, each driving the program as a user would.

mod desk;
mod docs;
mod house;
mod page;
mod relay;
mod session;
mod settings;
mod verbs;
