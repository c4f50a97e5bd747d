//! `man`: the manual pages, made from the same words as `--help`.

mod page;

use super::exit::{Exit, Failure};
use super::output::Output;
use clap::Command;
use std::io::Write;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter man | man -l -         the program's page
  openletter man send | man -l -    a verb's page
  openletter man send > openletter-send.1")]
pub(super) struct Args {
    /// The verb; without one, the program itself
    #[arg(value_name = "VERB")]
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
