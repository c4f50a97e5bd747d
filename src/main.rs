//! The program: parse, run, print the error once, give the exit code.

fn main() {}
