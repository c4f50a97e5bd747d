//! `man`: prints the manual pages, made from the same texts as `--help`.

mod page;

use super::exit::{Exit, Failure};
use super::output::Output;
use clap::Command;
use std::io::Write;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter man | man -l -         show the program's page
  openletter man send | man -l -    show the page of a command
  openletter man send > openletter-send.1")]
pub(super) struct Args {
    /// Command to describe [default: the program itself]
    #[arg(value_name = "COMMAND")]
    verb: Option<String>,
}

pub(super) fn run(args: &Args, mut program: Command, output: &Output) -> Result<Exit, Failure> {
    program.build();
    let verb = args.verb.as_deref().and_then(|verb| program.find_subcommand(verb));
    let mut out = output.results();
    out.write_all(page::page(&program, verb).as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}
