//! `ledger`: copies the ledger to a file, prepares a database for it, and moves it there or back.
//!
//! A copy must not change the ledger. A move must not leave two ledgers that can both be used to send.

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::send::permission;
use super::shards::{self, ShardArg};
use super::wording::letters_of;
use super::{campaign, ledger, ledger_join, outbox};
use crate::campaign::Campaign;
use crate::delivery::Clock;
use crate::ledger::{Lock, State};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter ledger backup ~/backups/ledger-2018-01-11.sqlite3
  openletter ledger prepare
  openletter ledger move --to database
  openletter ledger join ../two ../three")]
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
        /// Copy the ledger of this shard, as 2/5
        #[arg(long, value_name = "I/N", value_parser = shards::parse)]
        shard: Option<ShardArg>,
    },
    /// Combine the ledgers of all shards of `send --shard` into one
    ///
    /// Reads the ledgers in this folder and in those that are named. Every shard must be in one of them, and none may be at work.
    /// From then on the letters that are left are sent from this folder, without --shard, and the shards are refused.
    #[command(after_long_help = "\
Examples:
  openletter ledger join                     all shards were sent from here
  openletter ledger join ../two ../three     and from these copies of it
  openletter ledger join --never-ran 3/5     shard 3 of 5 was never sent")]
    Join(ledger_join::Args),
    /// Create the tables of a shared ledger in the database of [ledger], or upgrade them
    ///
    /// Needed once for a database, by a user who may create tables there, and again if a newer version of the program asks for it.
    /// Nothing changes if the tables are up to date.
    #[command(after_long_help = "\
Examples:
  openletter ledger prepare")]
    Prepare,
    /// Move the ledger from this folder to the database of [ledger], or back
    ///
    /// Refused while a run is at work. If the move is interrupted, nothing is sent until it is run again.
    #[command(after_long_help = "\
Examples:
  openletter ledger move --to database
  openletter ledger move --to folder")]
    Move {
        /// Where the ledger is kept from now on
        #[arg(long, value_name = "PLACE")]
        to: Place,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Place {
    /// The database that [ledger] in campaign.toml names
    Database,
    /// A file in the campaign's folder
    Folder,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    match &args.command {
        Command::Backup { file, shard } => back_up(file, *shard, &campaign, output),
        Command::Join(args) => ledger_join::run(args, &campaign, output),
        Command::Prepare => {
            let place = campaign.ledger_place().map_err(|error| Failure::new(Exit::Settings, error))?;
            let name = place.prepare()?;
            output.note(&format!("Prepared for ledgers: {name}."))?;
            Ok(Exit::Done)
        }
        Command::Move { to: Place::Database } => move_to_database(&campaign, output),
        Command::Move { to: Place::Folder } => move_to_folder(&campaign, output),
    }
}

fn back_up(file: &Path, shard: Option<ShardArg>, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let shard = shard.map(ShardArg::shard).transpose()?;
    let Some(ledger) = ledger::existing_of(campaign, shard)? else {
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

fn move_to_database(campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let place = ledger::place(campaign)?;
    let _lock = Lock::take(campaign.dir())?;
    // One that was left already was checked before.
    if let (Ok(ledger), Some(outbox)) = (campaign.folder_ledger().open(), outbox::existing(campaign)?) {
        permission::knows_all(true, &ledger, &outbox)?;
    }
    let clock = SystemClock::new(Arc::default());
    let name = place.move_to_database(&clock::boot(), clock.now())?;
    let letters = letters_of(place.open()?.entries(&State::ALL).count() as u64);
    output.note(&format!("Moved the ledger, with {letters}, to {name}."))?;
    output.note("Keep [ledger] in campaign.toml, here and on each machine that sends.")?;
    Ok(Exit::Done)
}

fn move_to_folder(campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let place = ledger::place(campaign)?;
    let _lock = Lock::take(campaign.dir())?;
    let name = place.move_to_folder(SystemClock::new(Arc::default()).now())?;
    let letters = letters_of(campaign.folder_ledger().open()?.entries(&State::ALL).count() as u64);
    output.note(&format!("Moved the ledger, with {letters}, from {name} into this folder."))?;
    output.note("Remove [ledger] from campaign.toml. Only this folder can send now.")?;
    Ok(Exit::Done)
}
