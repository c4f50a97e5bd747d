//! `ledger backup`: copies the ledger to a file, even while `send` is running.
//!
//! It must not change the ledger.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::wording::letters_of;
use super::{campaign, ledger};
use crate::ledger::State;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter ledger backup ~/backups/ledger-2018-01-11.sqlite3")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Copy the ledger to a file, safely even during a run
    #[command(after_long_help = "\
Examples:
  openletter ledger backup ~/backups/ledger-2018-01-11.sqlite3")]
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
    },
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let Command::Backup { file } = &args.command;
    let campaign = campaign::open(dir, output)?;
    let Some(ledger) = ledger::existing(&campaign)? else {
        return Err(Failure::msg(Exit::Refused, "there is no ledger yet: nothing has been sent from this folder"));
    };
    if file.symlink_metadata().is_ok() {
        return Err(Failure::msg(Exit::Refused, format!("{}: the file already exists", file.display()))
            .help("give the backup another name"));
    }
    ledger.back_up(file)?;
    output.note(&format!(
        "Copied the ledger, with {}, to {}.",
        letters_of(ledger.entries(&State::ALL).count() as u64),
        file.display()
    ))?;
    Ok(Exit::Done)
}
