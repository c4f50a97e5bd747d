//! The program: runs the command line and returns its exit code.

#![allow(clippy::print_stderr, reason = "only the panic hook prints without the terminal module")]

use openletter::command::{self, Exit};
use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic's message could quote private data; its place in the source is enough to find the bug.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("openletter: this is a bug in openletter, at {place}. What was recorded is safe. Please report it.");
    }));
    std::panic::catch_unwind(|| command::run(std::env::args_os())).unwrap_or(Exit::Bug).into()
}
