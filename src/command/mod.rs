//! The command line: parses the arguments and runs one verb.
//!
//! One verb, one file: its flags on top, its steps below, in the order open → prepare → permit → act → report. What verbs
//! share is in a file by its subject: `campaign.rs`, `outbox.rs`, `ledger.rs`, `sources.rs`. Results go to standard output,
//! everything else to standard error.

#![allow(
    clippy::disallowed_methods,
    reason = "commands read the clock, the time zone and the environment for all other modules"
)]

mod answer;
mod approve;
mod approver;
mod campaign;
mod check;
mod clock;
mod completions;
mod counts;
mod exit;
mod follow_up;
mod help;
mod import;
mod init;
mod ledger;
mod ledger_commands;
mod ledger_join;
mod man;
mod outbox;
mod output;
mod overview;
mod pdf;
mod preview;
mod publish;
mod purge;
mod record;
mod rehearse;
mod rerender;
mod selection;
mod send;
mod sent_before;
mod settle;
mod shard_ledgers;
mod shards;
mod signals;
mod signatures;
mod sources;
mod status;
mod successor;
mod withdraw;
mod wording;
mod write;

pub use exit::{Exit, Failure};

use crate::terminal;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use output::Output;
use std::ffi::OsString;
use std::path::PathBuf;

/// Merge an open letter with its signatories and recipients, review every letter, then send each person exactly one.
#[derive(Parser)]
#[command(name = "openletter", version, max_term_width = 100, disable_help_flag = true)]
#[command(next_help_heading = "Global options")]
struct Cli {
    /// Use the campaign in this folder
    #[arg(
        short = 'C',
        long = "campaign",
        value_name = "DIR",
        global = true,
        default_value = ".",
        hide_default_value = true
    )]
    dir: PathBuf,
    /// Print only results, questions and what is wrong
    #[arg(short, long, global = true)]
    quiet: bool,
    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    color: Color,
    /// Print help: a summary with -h, everything with --help
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
    /// Create a campaign to edit: settings, a letter and lists
    Init(init::Args),
    /// Merge the export of a form or a service into a list
    ///
    /// Columns that are not needed are dropped. Cells that were edited in the list stay, and a cell that was also changed in
    /// the export is reported. Rows are matched by id or e-mail address, and none is ever removed. The list is written as a
    /// whole or not at all.
    Import(import::Args),
    /// Find everything that is wrong with the campaign; write and send nothing
    Check(check::Args),
    /// Show letters in the terminal as recipients will read them; write and send nothing
    Preview(preview::Args),
    /// Typeset letters for paper, as PDF files; send nothing
    ///
    /// The same words as in the letter, on a page with the address where an envelope has its window. The files go to the
    /// folder pdf/ of the campaign. Needs a program that was built with the feature `pdf`.
    Pdf(pdf::Args),
    /// Write all letters to the outbox, as .eml files to review
    ///
    /// All letters or none: with any error, nothing is written. The outbox also gets review.html, one page that shows every
    /// letter with its envelope and source. It needs no network.
    Write(write::Args),
    /// Record who approves exactly these letters
    ///
    /// First checks that the outbox is unchanged and that lists and templates still produce the same letters; then shows a
    /// summary. At a terminal, asks for the name unless --by gives it, and for confirmation unless --yes is given. Several
    /// people can approve. The approvals are stored in outbox/approval.toml.
    Approve(approve::Args),
    /// Send the outbox to a built-in relay, and compare what arrives byte for byte
    ///
    /// The letters go over real SMTP, but nothing leaves this machine. Writes the outbox if there is none. Needs no approval
    /// and no relay of your own, and does not change the ledger.
    Rehearse(rehearse::Args),
    /// Send the outbox through the campaign's relay, each letter once
    ///
    /// Shows what is about to be sent, and asks. However a run ends, run it again: it continues where it stopped, and a letter
    /// that the relay accepted is never sent again. Ctrl-C stops after the current letter; press it twice to stop at once.
    Send(send::Args),
    /// Show the state of each letter, and whether the letters are approved
    ///
    /// A letter is pending, offered (being sent), accepted, deferred (the next `send` tries again), rejected, or
    /// unknown: the connection ended before the relay answered, and `settle` records what happened.
    Status(status::Args),
    /// Count the signatories for the press: by unit and category, named and withheld, as of a date
    ///
    /// The numbers are those in the letters. A list with errors gives no numbers, because they would not be true.
    Counts(counts::Args),
    /// Write the signatures into files, with what each signatory cleared
    ///
    /// A petition's letter carries the same files. The CSV has a row for each who signs; that of a withheld signatory has the
    /// category only. Cells that a spreadsheet would run as a formula get an apostrophe in front. The PDF, to read and print,
    /// needs a program that was built with the feature `pdf`.
    Signatures(signatures::Args),
    /// Write the campaign's page for the web: the letter, the statement for the press, or letters that others can send
    ///
    /// A static page that loads nothing, in a folder to copy to a web server. Nothing is written before the
    /// campaign's embargo ends, or with any error; every page is searched for private data.
    Publish(publish::Args),
    /// Record what happened to a letter whose outcome is unknown
    ///
    /// Search the relay's log for the Message-ID to see whether the relay took the letter. --resend makes the letter pending
    /// again, and the next `send` sends it with the same Message-ID.
    Settle(settle::Args),
    /// Record what came back to a letter: a reply, a refusal, a returned message
    ///
    /// The states of letters stay as they are. `status` shows the answers, `follow-up` writes to those without one, and `record`
    /// lists them. An answer recorded later replaces an earlier one.
    Answer(answer::Args),
    /// Record that a signatory has withdrawn, and draft a notice to those who got their name
    ///
    /// Marks the row in the list and nothing else of the file, counts again, and says which letters carry the name. A keyed record
    /// in .openletter/ keeps later imports from bringing the person back. The notice is a campaign of its own, to be checked and
    /// sent; it names nobody and carries the new list of signatories.
    Withdraw(withdraw::Args),
    /// Create a campaign that writes again to those who have not answered
    ///
    /// The new campaign has its own folder, template and ledger, and shares the list of signatories. Mail programs show its letters
    /// under the first ones. Whoever answers before it is sent gets no letter from it.
    FollowUp(follow_up::Args),
    /// Print who was written to, when, and what came back, for publication
    ///
    /// Lists the letters that the relay accepted: the recipient's name and title, when the letter was accepted, the relay's id for
    /// it, and the answer. Everything is searched for private data first.
    Record(record::Args),
    /// Remove lists, letters and templates of a finished campaign, and keep counts, ledger and record
    ///
    /// First writes the counts and the public record to record/. The ledger, its claims file and the keyed record of those who
    /// withdrew stay, so that nobody is written to again and nobody comes back. Shows what is removed, and asks.
    Purge(purge::Args),
    /// Back up the ledger, the record of what was sent, or keep it in a shared database
    ///
    /// After a backup is restored, `openletter send` needs --moved: it then checks which letters were sent since. A database in
    /// [ledger] of campaign.toml lets several machines send together, and needs a program that was built with the feature
    /// `postgres`.
    Ledger(ledger_commands::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Print the manual page of the program or of a command
    Man(man::Args),
}

/// Runs the program with these arguments, reports what went wrong, and returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    signals::disable_core_dumps();
    let mut program = help::with_examples(Cli::command());
    let cli = match program.try_get_matches_from_mut(args).and_then(|words| Cli::from_arg_matches(&words)) {
        Ok(cli) => cli,
        Err(mut error) => {
            help::suggest_verb(&mut error, &program);
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
        Command::Import(args) => import::run(args, dir, &output),
        Command::Check(args) => check::run(args, dir, &output),
        Command::Pdf(args) => pdf::run(args, dir, &output),
        Command::Preview(args) => preview::run(args, dir, &output),
        Command::Write(args) => write::run(args, dir, &output),
        Command::Approve(args) => approve::run(args, dir, &output),
        Command::Rehearse(args) => rehearse::run(args, dir, &output),
        Command::Send(args) => send::run(args, dir, &output),
        Command::Status(args) => status::run(args, dir, &output),
        Command::Counts(args) => counts::run(args, dir, &output),
        Command::Signatures(args) => signatures::run(args, dir, &output),
        Command::Publish(args) => publish::run(args, dir, &output),
        Command::Settle(args) => settle::run(args, dir, &output),
        Command::Answer(args) => answer::run(args, dir, &output),
        Command::Withdraw(args) => withdraw::run(args, dir, &output),
        Command::FollowUp(args) => follow_up::run(args, dir, &output),
        Command::Record(args) => record::run(args, dir, &output),
        Command::Purge(args) => purge::run(args, dir, &output),
        Command::Ledger(args) => ledger_commands::run(args, dir, &output),
        Command::Completions(args) => completions::run(args, program, &output),
        Command::Man(args) => man::run(args, program, &output),
    };
    result.unwrap_or_else(|failure| {
        // The reader closed the pipe: `openletter preview --all | head` is not a failure.
        if exit::is_broken_pipe(&failure) {
            return Exit::Done;
        }
        output.failure(&failure);
        failure.exit
    })
}
