//! `ledger join`: one ledger of those of the shards.
//!
//! No letter may become pending in it that a shard can still send, or may have sent.

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::send::{permission, recover};
use super::shard_ledgers::{self, Shards, list, outbox_in};
use super::shards;
use super::status::Totals;
use super::wording::letters_of;
use super::{ledger, outbox};
use crate::campaign::Campaign;
use crate::delivery::Clock;
use crate::ledger::{Ledger, LedgerError, LedgerPlace, Lock, Shard, Sharding, State};
use crate::outbox::Outbox;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Other folders that shards were sent from, or copies of them
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// A shard that has no ledger because it never ran, as 3/5
    #[arg(long, value_name = "I/N")]
    never_ran: Vec<String>,
    /// Also join copies of ledgers with letters left to send: the folders they were copied from send no more
    #[arg(long)]
    moved: bool,
}

pub(super) fn run(args: &Args, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let Some(outbox) = outbox::existing(campaign)? else {
        return Err(Failure::msg(Exit::Refused, "there is no outbox here")
            .help("run this in a folder that has the letters, such as one that a shard was sent from"));
    };
    let _lock = Lock::take(campaign.dir())?;
    let whole = campaign.folder_ledger();
    let shards = match whole.open() {
        // An interrupted join is done again.
        Err(LedgerError::HalfJoined { .. } | LedgerError::Missing { .. }) => {
            Shards::find_all(campaign, &args.folders, &outbox)?
        }
        _ => Shards::find(campaign, &args.folders, &outbox)?,
    };
    let Some(shards) = shards else {
        return Err(Failure::msg(Exit::Refused, "no shard was sent from this folder, or all are joined already"));
    };
    let never_ran = args.never_ran.iter().map(|text| never_ran(text, &shards)).collect::<Result<Vec<_>, _>>()?;
    let missing: Vec<Shard> = shards.missing().into_iter().filter(|shard| !never_ran.contains(shard)).collect();
    if let Some(first) = missing.first() {
        let what = format!("no ledger of shard {} in these folders", list(&missing));
        return Err(Failure::msg(Exit::Refused, what).help(format!(
            "name the folders that they were sent from; if a shard never ran anywhere, add --never-ran {}",
            first.word()
        )));
    }
    let _locks = locks(campaign, &shards)?;
    let clock = SystemClock::new(Arc::default());
    let mut places = Vec::new();
    for (shard, dir) in shards.found() {
        let place = shard_ledgers::place(campaign, dir, shard);
        let (mut part, is_left) = place.open_to_join(&whole, clock.now())?;
        recover(&mut part, &clock::boot(), &clock, output)?;
        // Nothing was sent with one that was left.
        check(args.moved || is_left, shard, dir, &part, &outbox)?;
        places.push(place);
    }
    end_others(&whole, &shards)?;
    let joined = whole.join(&places, clock.now())?;
    outbox.bind_ledger(joined.id())?;
    let mut totals = Totals::default();
    for letter in ledger::letters(&outbox, Some(&joined))? {
        totals.add(ledger::state(letter?.1.as_ref()));
    }
    output.note(&format!(
        "Joined {} shards into one ledger in this folder: {}, {}.",
        shards.of,
        letters_of(totals.all()),
        totals.sentence()
    ))?;
    if totals.of(State::Pending) + totals.of(State::Deferred) > 0 {
        output
            .note("Run `openletter send` in this folder for what is left; it cannot be sent from others any more.")?;
    }
    Ok(Exit::Done)
}

/// Keeps other shards from beginning in the other folders. In this one, the ledger of all letters does.
fn end_others(whole: &LedgerPlace, shards: &Shards) -> Result<(), Failure> {
    for dir in shards.folders.iter().filter(|dir| *dir != whole.dir()) {
        if let Some(sharding) = Sharding::read(dir)? {
            sharding.end(dir, whole.name())?;
        }
    }
    Ok(())
}

/// A shard that never ran, as a person says.
fn never_ran(text: &str, shards: &Shards) -> Result<Shard, Failure> {
    let shard = text.parse().ok().filter(|shard: &Shard| shard.of() == shards.of);
    let Some(shard) = shard else {
        return Err(Failure::msg(Exit::Usage, format!("--never-ran {text}: not one of the {} shards", shards.of))
            .help(format!("name it as I/{}", shards.of)));
    };
    match shards.found().find(|(found, _)| *found == shard) {
        None => Ok(shard),
        Some((_, dir)) => {
            Err(Failure::msg(Exit::Usage, format!("shard {shard} ran: its ledger is in {}", dir.display())))
        }
    }
}

/// Takes the locks of the other folders.
fn locks(campaign: &Campaign, shards: &Shards) -> Result<Vec<Lock>, Failure> {
    let others = shards.folders.iter().filter(|dir| *dir != campaign.dir());
    let lock = |dir: &PathBuf| {
        Lock::take(dir).map_err(|error| match error {
            LedgerError::Busy { .. } => {
                let what = format!("a shard is at work in {}, or another command is", dir.display());
                Failure::msg(Exit::Refused, what).help("wait for it to end")
            }
            error => error.into(),
        })
    };
    others.map(lock).collect()
}

/// Refuses a ledger that may lack letters that were sent, or be sent from still, unless it is known to be the last of its copies.
fn check(is_last: bool, shard: Shard, dir: &Path, part: &Ledger, outbox: &Outbox) -> Result<(), Failure> {
    let Some(own) = outbox_in(dir)? else {
        let what = format!("{}: the outbox is missing, with the claims of shard {shard}", dir.display());
        return Err(Failure::msg(Exit::Refused, what).help("copy the whole folder"));
    };
    let in_folder = |failure: Failure| match failure.error {
        Some(error) => Failure { error: Some(error.context(format!("shard {shard} in {}", dir.display()))), ..failure },
        None => failure,
    };
    permission::knows_all(true, part, &own).map_err(in_folder)?;
    for entry in part.entries(&State::ALL) {
        let entry = entry?;
        shards::holds(Some(shard), &entry.id).map_err(in_folder)?;
    }
    if is_last || part.is_at_home()? {
        return Ok(());
    }
    let mut left = 0;
    for letter in ledger::letters(outbox, Some(part))? {
        let state = ledger::state(letter?.1.as_ref());
        left += u64::from(matches!(state, State::Pending | State::Deferred));
    }
    if left == 0 {
        return Ok(());
    }
    let what = format!(
        "{} has a copy of the ledger of shard {shard}, with {} left to send: they may have been sent since",
        dir.display(),
        letters_of(left)
    );
    Err(Failure::msg(Exit::Refused, what).help(
        "copy the folder again when the shard has ended; if the folder it was copied from sends no more, and has sent nothing \
         since, add --moved",
    ))
}
