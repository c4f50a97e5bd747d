//! The command line: what can be said, and which verb hears it.
//!
//! One verb, one file, read like a recipe: its flags on top, its story below. What verbs share is in a file by its subject: `campaign.rs`, `outbox.rs`, `ledger.rs`.
//! Results go to the standard output, everything else to the standard error.

#![allow(
    clippy::disallowed_methods,
    reason = "commands read the clock, the zone and the environment for all other modules"
)]

mod approve;
mod approver;
mod campaign;
mod check;
mod clock;
mod completions;
mod counts;
mod exit;
mod help;
mod init;
mod ledger;
mod man;
mod outbox;
mod output;
mod preview;
mod rehearse;
mod rerender;
mod review;
mod send;
mod settle;
mod signals;
mod sources;
mod status;
mod wording;
mod write;

pub use exit::{Exit, Failure};

use crate::terminal;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use output::Output;
use std::ffi::OsString;
use std::path::PathBuf;

/// Merge an open letter with its signatories and recipients, look at every letter, then send each person exactly one.
#[derive(Parser)]
#[command(name = "openletter", version, max_term_width = 100, disable_help_flag = true)]
#[command(next_help_heading = "Global options")]
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
    /// Print help: in short with -h, in full with --help
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

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
    ///
    /// All letters or none: with an error anywhere nothing is written. Beside them stands review.html, which shows them all on
    /// one page, each with its envelope and its source. It needs no network.
    Write(write::Args),
    /// State that exactly these letters may go
    ///
    /// The outbox is first held against what was written, and against what lists and templates make now; then it is summed
    /// up. At a terminal the name is asked for where --by does not give it, and a yes unless --yes is given. Several
    /// people may approve. The approval is kept in outbox/approval.toml.
    Approve(approve::Args),
    /// Send the outbox to a relay built into the program, and compare what arrives byte for byte
    ///
    /// The letters go over real SMTP, and nothing leaves this machine. The outbox is written where there is none. Neither an
    /// approval nor a relay of one's own is needed, and the ledger is not touched.
    Rehearse(rehearse::Args),
    /// Send the outbox through the campaign's relay, each letter once
    ///
    /// It shows what is about to happen and asks. Whatever ends a run, run it again: it goes on where it stopped, and no letter
    /// that the relay has taken is sent again. Ctrl-C ends a run after the letter at hand; pressed twice, at once.
    Send(send::Args),
    /// Show each letter's state; those that are unknown wait for `settle`
    ///
    /// A letter is pending, offered (on its way), accepted, deferred (the next `send` tries again), rejected for good, or
    /// unknown: the connection ended before the relay had answered.
    Status(status::Args),
    /// Count the signatories for the press: by unit and category, named and withheld, with the day it holds for
    ///
    /// The numbers are those of the letters. A list with errors has none, for they would not be true.
    Counts(counts::Args),
    /// Say what became of a letter whose outcome is unknown
    ///
    /// The relay's log tells whether it took a letter: look for the Message-ID. --resend makes the letter pending again, and
    /// the next `send` sends it with the same Message-ID.
    Settle(settle::Args),
    /// Print what a shell needs to complete the program's words
    Completions(completions::Args),
    /// Print the manual page, of the program or of a verb
    Man(man::Args),
}

/// Runs the program with these arguments, tells what went wrong, and gives the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    signals::disable_core_dumps();
    let mut program = help::dressed(Cli::command());
    let cli = match program.try_get_matches_from_mut(args).and_then(|words| Cli::from_arg_matches(&words)) {
        Ok(cli) => cli,
        Err(mut error) => {
            help::correct(&mut error, &program);
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    let color = match cli.color {
        Color::Auto => terminal::Color::Auto,
        Color::Always => terminal::Color::Always,
        Color::Never => terminal::Color::Never,
    };
    let volume = if cli.quiet { terminal::Volume::Quiet } else { terminal::Volume::Normal };
    let output = Output::new(color, volume);
    let dir = &cli.dir;
    let result = match &cli.command {
        Command::Init(args) => init::run(args, dir, &output),
        Command::Check(args) => check::run(args, dir, &output),
        Command::Preview(args) => preview::run(args, dir, &output),
        Command::Write(args) => write::run(args, dir, &output),
        Command::Approve(args) => approve::run(args, dir, &output),
        Command::Rehearse(args) => rehearse::run(args, dir, &output),
        Command::Send(args) => send::run(args, dir, &output),
        Command::Status(args) => status::run(args, dir, &output),
        Command::Counts(args) => counts::run(args, dir, &output),
        Command::Settle(args) => settle::run(args, dir, &output),
        Command::Completions(args) => completions::run(args, program, &output),
        Command::Man(args) => man::run(args, program, &output),
    };
    result.unwrap_or_else(|failure| {
        // Whoever reads our output has seen enough: `openletter preview --all | head` is no failure.
        if exit::is_broken_pipe(&failure) {
            return Exit::Done;
        }
        output.failure(&failure);
        failure.exit
    })
}
