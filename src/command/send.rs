//! `send`: the outbox through the campaign's relay, each letter once.
//!
//! The order is the promise: what would be sent is checked, then whether it may go, then the ledger is opened, and only
//! then is the relay connected.

mod dry_run;
mod permission;
mod progress;
mod relay;
mod report;
mod summary;

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::{campaign, outbox, signals};
use crate::campaign::{Campaign, parse_duration};
use crate::delivery::{self, Clock, DeliveryError, SendOptions};
use crate::ledger::{Ledger, LedgerError, Lock, Run};
use crate::outbox::{Entry, Outbox};
use anyhow::Context;
use jiff::Timestamp;
use progress::Reporter;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Duration;
use summary::{Chosen, Going};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter send --dry-run     connect and log in, and tell what would go
  openletter send --to-me you@example.org
  openletter send               shows what is about to happen, and asks
  openletter send --yes         without asking: an approval must be on file")]
pub(super) struct Args {
    /// Do all but the letters: connect, log in, and tell what would go and what already went
    #[arg(long, conflicts_with = "to_me")]
    dry_run: bool,
    /// Send the first letter (or --only) to this address alone, with its own bytes; before approval and embargo too
    #[arg(long, value_name = "ADDR")]
    to_me: Option<String>,
    /// Send at most so many letters
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<usize>,
    /// Only these letters, by id or number
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    /// How long to go on trying letters that the relay put off: 30s, 15m, 1h, or 0s for not at all
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = retry_for)]
    retry_for: Duration,
    /// Send the outbox as it was written, although lists or templates have changed since
    #[arg(long)]
    as_written: bool,
    /// Do not ask; an approval must be on file
    #[arg(long)]
    yes: bool,
    /// How to tell what happens: for people, or as events in JSON, one a line
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with_all = ["dry_run", "to_me"])]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

fn limit(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a whole number, such as 10".to_owned())
}

fn retry_for(text: &str) -> Result<Duration, String> {
    match text {
        "0" | "0s" => Ok(Duration::ZERO),
        _ => parse_duration(text).ok_or_else(|| "write 30s, 15m or 1h".to_owned()),
    }
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let settings = relay::named(&campaign)?;
    let outbox = outbox::existing_or_written(&campaign, output)?;
    let only = chosen(&args.only, &outbox)?;
    if let Some(address) = &args.to_me {
        return dry_run::to_me(address, only.as_ref(), &campaign, settings, &outbox, output);
    }
    permission::is_ours(&campaign, &outbox)?;
    permission::is_as_written(args.as_written, &campaign, &outbox, output)?;
    if args.dry_run {
        let chosen = Chosen { only: only.as_ref(), limit: args.limit };
        return dry_run::dry_run(&campaign, settings, &outbox, &chosen, output);
    }

    permission::sample(&campaign, settings, &outbox)?;
    permission::embargo(&campaign, Timestamp::now())?;
    permission::date(&campaign, Timestamp::now(), output)?;
    permission::approval(args, only.as_ref(), &campaign, &outbox, output)?;
    // Not before the question: who interrupts it has said no. But before the password's, which must show again what is
    // typed.
    let stop = signals::stop_flag().context("cannot watch for signals")?;
    let clock = SystemClock::new(stop.clone());
    let reached = relay::settings(&campaign, settings, output)?;
    let _lock = Lock::take(campaign.dir())?;
    let boot = clock::boot();
    let mut ledger = open_ledger(&campaign, &outbox, &clock)?;
    recover(&mut ledger, &boot, &clock, output)?;
    permission::nobody_twice(&ledger, &outbox)?;
    let chosen = Chosen { only: only.as_ref(), limit: args.limit };
    let going = Going::count(&chosen, Some(&ledger), &outbox)?;
    if going.letters > 0 {
        permission::still(&campaign, &outbox, clock.now())?;
    }

    let run_id = clock::random_id()?;
    let orders = SendOptions {
        relay: &reached,
        connections: settings.connections,
        per_connection: settings.per_connection,
        pause: settings.pause,
        pause_per_domain: settings.pause_per_domain,
        retry_for: args.retry_for,
        limit: args.limit,
        only: only.as_ref(),
        not_after: campaign.settings.not_after,
        run: Run { id: &run_id, boot: &boot },
        seed: u64::from_str_radix(&run_id[..16], 16).unwrap_or(1),
    };
    let mut err = io::stderr();
    let mut reporter = match args.format {
        Format::Text => Reporter::live(&output.err, &mut err, going.letters, settings.pause),
        Format::Json => Reporter::events(&clock),
    };
    let end = delivery::deliver(&outbox, &mut ledger, &orders, &clock, &stop, &mut |event| reporter.report(event));
    drop(reporter);
    match args.format {
        Format::Text => report::words(end, &outbox, &ledger, output),
        Format::Json => report::events(end, &outbox, &ledger, &clock, output),
    }
}

/// The ids that `--only` chose. What is some letter's id is never taken for another's number.
fn chosen(only: &[String], outbox: &Outbox) -> Result<Option<BTreeSet<String>>, Failure> {
    if only.is_empty() {
        return Ok(None);
    }
    let mut left: BTreeSet<&str> = only.iter().map(String::as_str).collect();
    let mut ids = BTreeSet::new();
    for name in [|entry: &Entry| entry.id.clone(), |entry: &Entry| entry.number.to_string()] {
        for entry in outbox.letters()? {
            let entry = entry?;
            if left.remove(&*name(&entry)) {
                ids.insert(entry.id);
            }
        }
    }
    if left.is_empty() {
        return Ok(Some(ids));
    }
    let names: Vec<_> = left.into_iter().collect();
    Err(Failure::said(Exit::Usage, format!("there is no letter {} in the outbox", names.join(", ")))
        .help("`openletter status` shows ids and numbers"))
}

/// The ledger this outbox belongs to: opened where there is one, begun with the first letter that goes.
fn open_ledger(campaign: &Campaign, outbox: &Outbox, clock: &SystemClock) -> Result<Ledger, Failure> {
    let bound = outbox.ledger_id()?;
    let ledger = match Ledger::open(campaign.dir(), &campaign.settings.id) {
        Ok(ledger) => ledger,
        // An outbox that was sent before has a ledger somewhere: without it nobody knows who was written to.
        Err(LedgerError::Missing { .. }) if bound.is_none() => {
            let id = clock::random_id()?;
            Ledger::create(campaign.dir(), &campaign.settings.id, &id, clock.now())?
        }
        Err(error) => return Err(error.into()),
    };
    outbox.bind_ledger(ledger.id())?;
    Ok(ledger)
}

/// Ends the claims of a run that was killed, and names what it left unknown.
pub(super) fn recover(ledger: &mut Ledger, boot: &str, clock: &SystemClock, output: &Output) -> Result<(), Failure> {
    let recovered = ledger.recover(boot, clock.now())?;
    if !recovered.unknown.is_empty() {
        output.say(&format!(
            "An earlier run ended in the middle of a letter. Its outcome is unknown: {}.",
            recovered.unknown.join(", ")
        ))?;
    }
    Ok(())
}

impl From<DeliveryError> for Failure {
    fn from(error: DeliveryError) -> Failure {
        match error {
            DeliveryError::Relay(error) => error.into(),
            DeliveryError::Outbox(error) => error.into(),
            DeliveryError::Ledger(error) => error.into(),
        }
    }
}
