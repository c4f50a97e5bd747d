//! `send`: the outbox through the campaign's relay, each letter once.
//!
//! The order matters: first the outbox is checked, then whether it may be sent, then the ledger is opened, and only then is
//! the relay connected. Nothing may be sent before all of that has passed.

mod all_workers;
mod answered;
mod dry_run;
mod interrupt;
pub(super) mod permission;
mod progress;
mod relay;
mod report;
mod summary;

use super::clock::{self, SystemClock, format_moment};
use super::exit::{Exit, Failure};
use super::output::{Format, Output};
use super::shards::{self, ShardArg};
use super::signals::StopSignals;
use super::status::Totals;
use super::{campaign, ledger, outbox};
use crate::campaign::{Campaign, parse_duration};
use crate::delivery::{self, Archive, Archived, Clock, DeliveryError, Event, PerDay, RunEnd, SendOptions, UnderWay};
use crate::ledger::{Ledger, LedgerError, LedgerPlace, Run, Shard, Sharding, ShardsLock, State};
use crate::message::identity::split_letter_id;
use crate::outbox::{Entry, Outbox};
use crate::terminal::Progress;
use all_workers::AllWorkers;
use anyhow::Context;
use interrupt::Watch;
use jiff::{Timestamp, ZonedDateTime};
use progress::Reporter;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use summary::{Selection, SendPlan};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter send --dry-run     connect and log in; send nothing
  openletter send --to-me you@example.org
  openletter send               show what is about to be sent, and ask
  openletter send --yes         do not ask; needs a recorded approval
  openletter send --yes --shard 2/5     only the second fifth of the letters")]
pub(super) struct Args {
    /// Connect and log in, then report what would be sent; send nothing
    #[arg(long, conflicts_with = "to_me")]
    dry_run: bool,
    /// Send copies of the first letter, or of those of --only, only to this address; needs no approval, ignores the embargo
    #[arg(long, value_name = "ADDR")]
    to_me: Option<String>,
    /// Send at most this many letters
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<usize>,
    /// Send only these letters, by id or number
    #[arg(long, value_name = "ID", num_args = 1..)]
    only: Vec<String>,
    /// Send only this part of the letters, as 2/5; auto/5 takes the number from a Kubernetes or Slurm job
    #[arg(long, value_name = "I/N", value_parser = shards::parse, conflicts_with = "to_me")]
    shard: Option<ShardArg>,
    /// How long to keep retrying deferred letters: 30s, 15m, 1h, or 0s for no retries
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = retry_for)]
    retry_for: Duration,
    /// Send the outbox as it was written, even if lists or templates have changed since
    #[arg(long)]
    as_written: bool,
    /// Send from this copy of the campaign's folder or database: no other copy is used to send any more
    #[arg(long, conflicts_with_all = ["dry_run", "to_me"])]
    moved: bool,
    /// Wait until `not_before`, then send; Ctrl-C ends the wait
    #[arg(long, conflicts_with_all = ["dry_run", "to_me"])]
    wait: bool,
    /// Do not ask for confirmation; needs a recorded approval
    #[arg(long)]
    yes: bool,
    /// How to report progress: text for people, or one JSON event per line
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with_all = ["dry_run", "to_me"])]
    format: Format,
}

fn limit(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "must be a whole number, such as 10".to_owned())
}

fn retry_for(text: &str) -> Result<Duration, String> {
    match text {
        "0" | "0s" => Ok(Duration::ZERO),
        _ => parse_duration(text).ok_or_else(|| "must be a duration, such as 30s, 15m or 1h".to_owned()),
    }
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    // Open.
    let campaign = campaign::open(dir, output)?;
    let relays = relay::configured(&campaign)?;
    let outbox = outbox::existing_or_written(&campaign, output)?;
    let only = selected(&args.only, &outbox)?;
    let (zone, now) = (&campaign.settings.timezone, Timestamp::now());
    let per_day = campaign.settings.per_day.map(|most| PerDay { most, zone, now });
    let answered = answered::ids(&campaign, &outbox)?;
    let mut chosen = Selection { only: only.as_ref(), except: &answered, limit: args.limit, per_day, shard: None };
    if let Some(address) = &args.to_me {
        return dry_run::to_me(address, only.as_ref(), &campaign, relays, &outbox, output);
    }

    // Permit.
    chosen.shard = shards::of_run(args.shard, &campaign)?;
    let shard = chosen.shard;
    if let Some(shard) = shard {
        shards::permit(shard, &campaign, &outbox)?;
    }
    only.iter().flatten().try_for_each(|id| shards::holds(shard, id))?;
    permission::belongs_to_campaign(&campaign, &outbox)?;
    permission::is_as_written(args.as_written, &campaign, &outbox, output)?;
    if args.dry_run {
        return dry_run::dry_run(&campaign, relays, &outbox, &chosen, output);
    }
    permission::sample(&campaign, relays, &outbox)?;
    if !args.wait {
        permission::embargo(&campaign, Timestamp::now())?;
    }
    let known = ledger::of_outbox(&campaign, &outbox, shard)?;
    match (&known, shard) {
        (Some(ledger), _) => permission::knows_all(args.moved, ledger, &outbox)?,
        (None, None) => output.say("This is the first send from this folder: nothing has been sent from here yet.")?,
        (None, Some(shard)) => output.say(&format!(
            "This is the first run of shard {shard} in this folder. Run it nowhere else: no other folder knows what it sends.",
        ))?,
    }
    // One that is not shared is opened again under its lock.
    let may_wait = args.wait || !args.yes && output.can_ask();
    let known = known.filter(|ledger| ledger.is_shared() && !may_wait);
    permission::approval(args, &chosen, &campaign, &outbox, output)?;

    // Prepare. The signal handler comes after the question, where an interrupt means no, but before the password prompt,
    // which must restore the terminal's echo.
    let signals = StopSignals::register().context("cannot watch for signals")?;
    let clock = SystemClock::new(signals.flag().clone());
    let routes = relay::routes(&campaign, relays, output)?;
    let place = ledger::place_of(&campaign, shard)?;
    let _lock = place.lock()?;
    if args.wait && !wait_for_embargo(&campaign, &clock, output)? {
        return Ok(Exit::Interrupted);
    }
    if may_wait {
        // Hours may have passed: somebody may have withdrawn, or the embargo may have been put back.
        let now = campaign::open(dir, output)?;
        permission::is_as_written(args.as_written, &now, &outbox, output)?;
        permission::embargo(&now, clock.now())?;
    }
    let boot = clock::boot();
    let mut ledger = match shard {
        Some(shard) => begin_shard(shard, &place, &campaign, &outbox, &clock)?,
        None => open_ledger(known, &place, &outbox, None, &clock)?,
    };
    recover(&mut ledger, &boot, &clock, output)?;
    permission::knows_all(args.moved, &ledger, &outbox)?;
    let was_at_home = ledger.is_at_home()?;
    if args.moved && !was_at_home {
        ledger.move_home(clock.now())?;
    }
    // No letters: only copies for the archive that this ledger does not know of.
    ledger::take_over(&mut ledger, &outbox, clock.now())?;
    permission::no_changed_recipients(&campaign, &ledger, &outbox)?;
    answered::drop_letters(&campaign, &outbox, shard, &mut ledger, &clock, output)?;
    let plan = SendPlan::count(&chosen, Some(&ledger), &outbox)?;
    if plan.letters > 0 {
        permission::check_again(&campaign, &outbox, clock.now())?;
    }

    // Act. After a restore, `--moved` says that no claim is missing, not that this outbox replaces the one sent.
    let run_id = clock::random_id()?;
    ledger.begin_run(&Run { id: &run_id, boot: &boot }, outbox.digest(), args.moved && was_at_home)?;
    let keeper = ledger.keeper();
    // If that fails, nobody must wait for the end of its lease.
    begun(&mut ledger, &run_id, &outbox, &campaign, shard, plan.letters).inspect_err(|_| drop(ledger.end_run()))?;
    let under_way = UnderWay::default();
    let options = SendOptions {
        relays: &routes,
        pause: chosen.pause(relays.pause),
        pause_per_domain: chosen.pause(relays.pause_per_domain),
        per_day: per_day.map(|limit| PerDay { now: clock.now(), ..limit }),
        retry_for: args.retry_for,
        limit: args.limit,
        only: only.as_ref(),
        shard,
        not_after: campaign.settings.not_after.as_ref().map(ZonedDateTime::timestamp),
        date_zone: campaign.date_zone(),
        under_way: &under_way,
        run: Run { id: &run_id, boot: &boot },
        seed: u64::from_str_radix(&run_id[..16], 16).unwrap_or(1),
    };
    let all_workers = match args.format {
        Format::Text => None,
        Format::Json => Some(AllWorkers::start(&place, &ledger, &outbox)?),
    };
    let mut err = io::stderr();
    let mut bar = None;
    let mut reporter = match args.format {
        Format::Text => {
            let pause = options.pause.unwrap_or_default();
            let progress = Progress::new(&output.err, &mut err, plan.letters, pause);
            bar = Some(progress.pauses());
            Reporter::Live { progress, totals: Totals::default(), are_several: routes.len() > 1 }
        }
        Format::Json => Reporter::Events { clock: &clock },
    };
    let ended = AtomicBool::new(false);
    let watch = Watch {
        signals: &signals,
        under_way: &under_way,
        ended: &ended,
        ledger: &place,
        outages: ledger.outages(),
        progress: bar,
        output,
    };
    let archive = campaign.settings.archive.as_ref();
    let (end, copies): (_, Option<Result<Archived, _>>) = thread::scope(|scope| {
        let _keeper = keeper;
        let watch = scope.spawn(|| watch.run());
        let report = &mut |event: Event| reporter.report(event);
        let end = delivery::deliver(&outbox, &mut ledger, &options, &clock, signals.flag(), report);
        // Copies follow a run that went through, within what is left of --limit.
        let copies = archive.filter(|_| matches!(end, Ok(RunEnd::Complete))).map(|address| {
            let most = args.limit.map(|limit| (limit as u64).saturating_sub(plan.letters));
            let archive = Archive { address, most };
            delivery::archive(&outbox, &mut ledger, &options, &archive, &clock, signals.flag())
        });
        ended.store(true, Ordering::Relaxed);
        watch.thread().unpark();
        (end, copies)
    });
    // If the database is away, its claims end with their leases.
    let _ = ledger.end_run();
    drop(reporter);
    drop(all_workers);

    // Report. Copies for the archive have no part in the exit code.
    match args.format {
        Format::Text => {
            let exit = report::text(end, &outbox, &ledger, &chosen, routes.len() > 1, output);
            report::copies(copies, &campaign, output)?;
            exit
        }
        Format::Json => {
            report::copy_event(copies, &clock)?;
            report::events(end, &outbox, &ledger, &chosen, &clock, output)
        }
    }
}

/// What a run that has begun does before its first letter.
fn begun(
    ledger: &mut Ledger,
    run_id: &str,
    outbox: &Outbox,
    campaign: &Campaign,
    shard: Option<Shard>,
    letters: u64,
) -> Result<(), Failure> {
    if let Some((total, listed)) = outbox.written_roll(campaign.dir())?.filter(|_| letters > 0) {
        ledger.record_roll(run_id, total, listed)?;
    }
    record_subjects(ledger, outbox, shard)
}

/// Records the subjects of the letters that can be sent, for letters that follow them.
fn record_subjects(ledger: &mut Ledger, outbox: &Outbox, shard: Option<Shard>) -> Result<(), Failure> {
    let mut letters = outbox.letters_in(shard)?;
    loop {
        let batch: Vec<Entry> = letters.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(());
        }
        let states = ledger.states(&batch.iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>())?;
        let open =
            batch.into_iter().zip(states).filter(|(_, state)| !matches!(state, Some(State::Accepted | State::Unknown)));
        let subjects: Vec<_> = open.map(|(letter, _)| (letter.id, letter.subject)).collect();
        if !subjects.is_empty() {
            ledger.record_subjects(&subjects)?;
        }
    }
}

/// How many subjects are recorded at a time.
const BATCH: usize = 1000;

/// Waits until `not_before`. Whether it was not interrupted.
fn wait_for_embargo(campaign: &Campaign, clock: &SystemClock, output: &Output) -> Result<bool, Failure> {
    let Some(from) = &campaign.settings.not_before else { return Ok(true) };
    let left = || Duration::try_from(clock.now().duration_until(from.timestamp())).unwrap_or_default();
    if !left().is_zero() {
        output.say(&format!("Waiting until {}. Ctrl-C ends the wait; nothing is sent before.", format_moment(from)))?;
    }
    // In short steps: a machine that sleeps, or whose clock is set, must not be late.
    while !left().is_zero() {
        if clock.is_stopped() {
            output.say("Interrupted before anything was sent.")?;
            return Ok(false);
        }
        clock.wait(left().min(WAIT_STEP));
    }
    Ok(true)
}

/// How long to wait at most before looking at the clock again.
const WAIT_STEP: Duration = Duration::from_secs(5);

/// The ids that `--only` selects. A letter's id is never read as another letter's number.
fn selected(only: &[String], outbox: &Outbox) -> Result<Option<BTreeSet<String>>, Failure> {
    if only.is_empty() {
        return Ok(None);
    }
    let mut left: BTreeSet<&str> = only.iter().map(String::as_str).collect();
    let mut ids = BTreeSet::new();
    let base = |entry: &Entry| split_letter_id(&entry.id).0.to_owned();
    for name in [|entry: &Entry| entry.id.clone(), |entry: &Entry| entry.number.to_string(), base] {
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
    Err(Failure::msg(Exit::Usage, format!("not in the outbox: {}", names.join(", ")))
        .help("`openletter status` shows ids and numbers"))
}

/// Opens the ledger of a shard, or creates it for the first letter. The first shard records how the letters are divided, and the
/// others must agree.
fn begin_shard(
    shard: Shard,
    place: &LedgerPlace,
    campaign: &Campaign,
    outbox: &Outbox,
    clock: &SystemClock,
) -> Result<Ledger, Failure> {
    let _lock = ShardsLock::take(campaign.dir())?;
    // The question may have waited for hours.
    shards::permit(shard, campaign, outbox)?;
    Sharding { shards: shard.of(), outbox: outbox.digest().to_owned(), joined: None }.begin(campaign.dir())?;
    open_ledger(None, place, outbox, Some(shard), clock)
}

/// Opens the outbox's ledger unless it is open, or creates it for the first letter.
fn open_ledger(
    known: Option<Ledger>,
    place: &LedgerPlace,
    outbox: &Outbox,
    shard: Option<Shard>,
    clock: &SystemClock,
) -> Result<Ledger, Failure> {
    let bound = ledger::bound(outbox, shard)?;
    let create = || Ok::<_, Failure>(place.create(&clock::random_id()?, clock.now())?);
    let ledger = match known {
        Some(ledger) => ledger,
        // If there is a shared one, that is opened.
        None if bound.is_none() && place.is_shared() => create()?,
        None => match place.open_to_write(clock.now()) {
            // An outbox that was sent before needs its ledger: a new one would send the letters again.
            Err(LedgerError::Missing { .. }) if bound.is_none() => create()?,
            other => other?,
        },
    };
    outbox.bind_ledger(ledger.id())?;
    Ok(ledger)
}

/// Ends the claims of a killed run, and reports the letters that it left unknown.
pub(super) fn recover(ledger: &mut Ledger, boot: &str, clock: &SystemClock, output: &Output) -> Result<(), Failure> {
    let recovered = ledger.recover(boot, clock.now())?;
    ledger.recover_copies(clock.now())?;
    if !recovered.unknown.is_empty() {
        output.say(&format!(
            "An earlier run was killed while sending. The outcome of these letters is unknown: {}.",
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
