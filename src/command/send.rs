//! `send`: the outbox through the campaign's relay, each letter once.
//!
//! The order is the promise: what would be sent is checked, then whether it may go, then the ledger is opened, and only
//! then is the relay connected.

mod examine;
mod permission;
mod relay;
mod summary;

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::inputs::{self, letters_of};
use super::status::{Totals, said};
use super::voice::Voice;
use crate::campaign::{Campaign, parse_duration};
use crate::delivery::{self, Clock, End, Event, Orders, Stop};
use crate::ledger::{Ledger, LedgerError, Lock, Run, State};
use crate::letter::reply::Reply;
use crate::outbox::{Entry, Outbox};
use crate::screen::Progress;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter send --dry-run            connect and log in, and tell what would go
  openletter send --to-me you@example.org
  openletter send                      shows what is about to happen, and asks
  openletter send --yes                without asking: an approval must be on file")]
pub(super) struct Args {
    /// Do all but the letters: connect, log in, and tell what would go and what already went
    #[arg(long, conflicts_with = "to_me")]
    dry_run: bool,
    /// Send the first letter (or --only) to this address alone, with its own bytes; before approval and embargo too
    #[arg(long, value_name = "ADDR")]
    to_me: Option<String>,
    /// Send at most so many letters
    #[arg(long, value_name = "N")]
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
}

fn retry_for(text: &str) -> Result<Duration, String> {
    match text {
        "0" | "0s" => Ok(Duration::ZERO),
        _ => parse_duration(text).ok_or_else(|| "write 30s, 15m or 1h".to_owned()),
    }
}

pub(super) fn run(args: &Args, dir: &Path, voice: &Voice) -> Result<Exit, Failure> {
    let campaign = inputs::campaign(dir, voice)?;
    let settings = relay::named(&campaign)?;
    let outbox = inputs::outbox(&campaign, voice)?;
    let only = chosen(&args.only, &outbox)?;
    if let Some(address) = &args.to_me {
        return examine::to_me(address, only.as_ref(), &campaign, settings, &outbox, voice);
    }
    permission::is_ours(&campaign, &outbox)?;
    permission::is_as_written(args.as_written, &campaign, &outbox, voice)?;
    if args.dry_run {
        return examine::dry_run(&campaign, settings, &outbox, only.as_ref(), args.limit, voice);
    }

    let stop = inputs::context(clock::stop_flag(), "cannot watch for signals")?;
    let clock = SystemClock::new(stop.clone());
    permission::sample(&campaign, settings, &outbox)?;
    permission::embargo(&campaign, clock.now())?;
    permission::date(&campaign, clock.now(), voice)?;
    permission::approval(args, only.as_ref(), &campaign, &outbox, voice)?;
    let reached = relay::settings(&campaign, settings)?;

    let _lock = Lock::take(campaign.dir()).map_err(inputs::ledger_failure)?;
    let boot = clock::boot();
    let mut ledger = open_ledger(&campaign, &outbox, &clock)?;
    recover(&mut ledger, &boot, &clock, voice)?;
    permission::nobody_twice(&ledger, &outbox)?;
    // The question may have stood on the terminal for hours.
    permission::embargo(&campaign, clock.now())?;

    let run_id = clock::random_id()?;
    let orders = Orders {
        relay: &reached,
        connections: settings.connections,
        per_connection: settings.per_connection,
        pause: settings.pause,
        pause_per_domain: settings.pause_per_domain,
        retry_for: args.retry_for,
        limit: args.limit,
        only: only.as_ref(),
        run: Run { id: &run_id, boot: &boot },
        seed: u64::from_str_radix(&run_id[..16], 16).unwrap_or(1),
    };
    let mut teller = Teller::new(outbox.len().into());
    let mut err = io::stderr();
    let end = {
        let mut progress = Progress::new(&voice.err, &mut err);
        delivery::deliver(&outbox, &mut ledger, &orders, &clock, &stop, &mut |event| teller.tell(event, &mut progress))
    };
    report(end, &outbox, &ledger, voice)
}

/// The ids that `--only` chose. What is some letter's id is never taken for another's number.
fn chosen(only: &[String], outbox: &Outbox) -> Result<Option<BTreeSet<String>>, Failure> {
    if only.is_empty() {
        return Ok(None);
    }
    let mut left: BTreeSet<&str> = only.iter().map(String::as_str).collect();
    let mut ids = BTreeSet::new();
    for name in [|entry: &Entry| entry.id.clone(), |entry: &Entry| entry.number.to_string()] {
        for entry in outbox.letters().map_err(inputs::outbox_failure)? {
            let entry = entry.map_err(inputs::outbox_failure)?;
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
    let bound = outbox.ledger_id().map_err(inputs::outbox_failure)?;
    let ledger = match Ledger::open(campaign.dir(), &campaign.settings.id) {
        Ok(ledger) => ledger,
        // An outbox that was sent before has a ledger somewhere: without it nobody knows who was written to.
        Err(LedgerError::Missing { .. }) if bound.is_none() => {
            let id = clock::random_id()?;
            Ledger::create(campaign.dir(), &campaign.settings.id, &id, clock.now()).map_err(inputs::ledger_failure)?
        }
        Err(error) => return Err(inputs::ledger_failure(error)),
    };
    outbox.bind_ledger(ledger.id()).map_err(inputs::outbox_failure)?;
    Ok(ledger)
}

/// Ends the claims of a run that was killed, and names what it left unknown.
pub(super) fn recover(ledger: &mut Ledger, boot: &str, clock: &SystemClock, voice: &Voice) -> Result<(), Failure> {
    let recovered = ledger.recover(boot, clock.now()).map_err(inputs::ledger_failure)?;
    if !recovered.unknown.is_empty() {
        voice.say(&format!(
            "An earlier run ended in the middle of a letter. Its outcome is unknown: {}.",
            recovered.unknown.join(", ")
        ))?;
    }
    Ok(())
}

/// Tells what happens: a line that counts on a terminal, and a line for each letter that did not go well.
struct Teller {
    letters: u64,
    totals: Totals,
}

impl Teller {
    fn new(letters: u64) -> Self {
        Teller { letters, totals: Totals::default() }
    }

    fn tell(&mut self, event: Event, progress: &mut Progress) {
        // The terminal may be gone; the letters go on, for what is recorded is in the ledger.
        let _ = match event {
            Event::Connected => Ok(()),
            Event::Fewer { trouble } => {
                let said = trouble.answer().map(|answer| format!(": {}", said(answer))).unwrap_or_default();
                let line = format!("Going on with one connection less: {trouble}{said}");
                progress.aside(|screen, out| screen.note(out, &line))
            }
            Event::Answered { entry, reply } => {
                let state = state_of(reply);
                self.totals.add(state);
                let line =
                    format!("letter {} · {}: {} · {}", entry.number, entry.id, state.name(), said(reply.answer()));
                match reply {
                    Reply::Accepted(_) => Ok(()),
                    Reply::Deferred(_) => progress.aside(|screen, out| screen.note(out, &line)),
                    _ => progress.aside(|_, out| writeln!(out, "{line}")),
                }
            }
            Event::Waiting { letters, pause } => {
                let line =
                    format!("{} put off by the relay; trying again in {:.0?}", letters_of(letters as u64), pause);
                progress.aside(|screen, out| screen.note(out, &line))
            }
        };
        let _ = progress.update(&format!(
            "{} of {} · {}",
            self.totals.of(State::Accepted),
            self.letters,
            self.totals.sentence()
        ));
    }
}

fn state_of(reply: &Reply) -> State {
    match reply {
        Reply::Accepted(_) => State::Accepted,
        Reply::Deferred(_) => State::Deferred,
        Reply::Rejected(_) => State::Rejected,
        Reply::Unknown(_) => State::Unknown,
    }
}

/// What the ledger says of this outbox now, what ended the run, and the exit code of both.
fn report(end: Result<End, Stop>, outbox: &Outbox, ledger: &Ledger, voice: &Voice) -> Result<Exit, Failure> {
    let mut totals = Totals::default();
    let mut out = voice.results();
    for letter in outbox.letters().map_err(inputs::outbox_failure)? {
        let letter = letter.map_err(inputs::outbox_failure)?;
        let known = ledger.entry(&letter.id).map_err(inputs::ledger_failure)?;
        let state = known.map_or(State::Pending, |entry| entry.state);
        totals.add(state);
        if state == State::Unknown {
            writeln!(out, "unknown: letter {} · {} · Message-ID {}", letter.number, letter.id, letter.message_id)?;
        }
    }
    writeln!(out, "{}: {}.", letters_of(outbox.len().into()), totals.sentence())?;
    for known in inputs::unsettled_elsewhere(ledger, outbox)? {
        totals.add(State::Unknown);
        writeln!(out, "unknown, of an earlier outbox: {} · Message-ID {}", known.id, known.message_id)?;
    }
    out.flush()?;
    if totals.of(State::Unknown) > 0 {
        voice.say(
            "The relay did not say whether it took the letters that are unknown. They are never sent again by \
             themselves; the relay's log can tell, by the Message-ID, and `openletter settle` takes your word.",
        )?;
    }
    let exit = totals.exit();
    match end {
        Err(stop) if exit == Exit::Unknown => {
            voice.failure(&stop_failure(stop));
            Ok(exit)
        }
        Err(stop) => Err(stop_failure(stop)),
        Ok(End::Interrupted) => {
            voice.say("Interrupted; everything is recorded. Run `openletter send` again to go on.")?;
            Ok(if exit == Exit::Unknown { exit } else { Exit::Interrupted })
        }
        Ok(End::Halted { failures, answer }) => {
            voice.say(&format!(
                "Stopped after {failures} failures of one kind in a row: {}. The rest was not tried.",
                said(&answer)
            ))?;
            Ok(exit)
        }
        Ok(End::Through) => {
            if exit == Exit::Remain {
                voice.note("Letters remain: run `openletter send` again.")?;
            }
            Ok(exit)
        }
    }
}

/// A stopped run as a failure with its exit code.
pub(super) fn stop_failure(stop: Stop) -> Failure {
    match stop {
        Stop::Relay(trouble) => relay::failure(trouble),
        Stop::Outbox(error) => inputs::outbox_failure(error),
        Stop::Ledger(error) => inputs::ledger_failure(error),
    }
}
