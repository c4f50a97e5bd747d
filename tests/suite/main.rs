//! The suite: one module per verb and per promise, each driving the program as a user would.

mod desk;
mod docs;
mod house;
mod leaks;
mod lists;
mod page;
mod privacy;
mod relay;
mod rows;
mod session;
mod settings;
mod verbs;
