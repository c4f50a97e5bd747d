//! The suite: one module per verb and per promise, each driving the program as a user would.

mod desk;
<<<<<<< HEAD
mod docs;
mod house;
mod page;
=======
mod lists;
>>>>>>> be33fb8 (Tell a missing list, and a list of the wrong length, with all the rest)
mod relay;
mod rows;
mod session;
mod settings;
mod verbs;
