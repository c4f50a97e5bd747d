//! The suite: one module per verb and per promise, each driving the program as a user would.

mod relay;
mod session;
