//! The command line: what can be said, and which verb hears it.
//!
//! One verb, one file, read like a recipe: its flags on top, its story below. What verbs share is in `inputs.rs`.
//! Results go to the standard output, everything else to the standard error.

mod approve;
mod approver;
mod check;
mod clock;
mod completions;
mod counts;
mod exit;
mod init;
mod inputs;
mod man;
mod preview;
mod rehearse;
mod remade;
mod review;
mod send;
mod settle;
mod status;
mod voice;
mod write;

pub use exit::{Exit, Failure};

use crate::screen;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use voice::Voice;

/// Merge an open letter with its signatories and recipients, look at every letter, then send each person exactly one.
#[derive(Parser)]
#[command(name = "openletter", version, max_term_width = 100, after_long_help = AFTER)]
struct Cli {
    /// Work in the campaign in this folder
    #[arg(
        short = 'C',
        long = "campaign",
        value_name = "DIR",
        global = true,
        default_value = ".",
        hide_default_value = true
    )]
    dir: PathBuf,
    /// Say only what went wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
A campaign from its beginning to its end:
  openletter init my-letter            settings, a letter and lists to edit
  openletter check                     what is wrong or missing
  openletter preview                   the letter as it will be read
  openletter write                     all letters, on one page to review
  openletter approve --by \"Your Name\"
  openletter rehearse                  over SMTP, to nobody
  openletter send                      each letter once

Exit codes: 0 done · 1 some letters were refused for good · 64 usage · 65 the campaign has errors · 69 the relay
cannot be reached or refuses us · 70 a bug · 74 disk and files · 75 letters remain, run again · 76 the outcome of
some letters is unknown · 77 refused · 78 campaign.toml · 130 interrupted";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a campaign: settings, a letter and lists to edit
    Init(init::Args),
    /// Find everything that is wrong with the campaign; nothing is written or sent
    Check(check::Args),
    /// Read the letters in the terminal as they will be read; nothing is written or sent
    Preview(preview::Args),
    /// Write all letters into the outbox, as .eml files to review
    Write(write::Args),
    /// State that exactly these letters may go
    Approve(approve::Args),
    /// Send the outbox to a relay built into the program, and compare what arrives byte for byte
    Rehearse(rehearse::Args),
    /// Send the outbox through the campaign's relay, each letter once
    Send(send::Args),
    /// Show each letter's state; those that are unknown wait for `settle`
    Status(status::Args),
    /// Count the signatories for the press: by unit and category, named and withheld, with the day it holds for
    Counts(counts::Args),
    /// Say what became of a letter whose outcome is unknown
    Settle(settle::Args),
    /// Print what a shell needs to complete the program's words
    Completions(completions::Args),
    /// Print the manual page, of the program or of a verb
    Man(man::Args),
}

/// Runs the program with these arguments, tells what went wrong, and gives the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    let color = match cli.color {
        Color::Auto => screen::Color::Auto,
        Color::Always => screen::Color::Always,
        Color::Never => screen::Color::Never,
    };
    let volume = if cli.quiet { screen::Volume::Quiet } else { screen::Volume::Normal };
    let voice = Voice::new(color, volume);
    let dir = &cli.dir;
    let result = match &cli.command {
        Command::Init(args) => init::run(args, dir, &voice),
        Command::Check(args) => check::run(args, dir, &voice),
        Command::Preview(args) => preview::run(args, dir, &voice),
        Command::Write(args) => write::run(args, dir, &voice),
        Command::Approve(args) => approve::run(args, dir, &voice),
        Command::Rehearse(args) => rehearse::run(args, dir, &voice),
        Command::Send(args) => send::run(args, dir, &voice),
        Command::Status(args) => status::run(args, dir, &voice),
        Command::Counts(args) => counts::run(args, dir, &voice),
        Command::Settle(args) => settle::run(args, dir, &voice),
        Command::Completions(args) => completions::run(args, Cli::command(), &voice),
        Command::Man(args) => man::run(args, Cli::command(), &voice),
    };
    result.unwrap_or_else(|failure| {
        // Whoever reads our output has seen enough: `openletter preview --all | head` is no failure.
        if exit::is_broken_pipe(&failure) {
            return Exit::Done;
        }
        voice.failure(&failure);
        failure.exit
    })
}
