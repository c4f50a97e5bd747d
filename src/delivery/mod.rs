//! Sends an outbox through a relay, or several, each letter once.
//!
//! For each letter: the ledger and then the outbox's claims file claim it durably, together with those that follow; its bytes
//! are read and their digest checked; it is offered; the ledger records that its data begins; the data is sent; the reply is
//! recorded. A letter's commands may be sent with the data of the one before, and then come before its claim. Workers, one
//! per connection, share the queue. No letter's data may be sent before the ledger has claimed it, and nothing here may
//! interpret a reply: [`crate::relay`] does.

mod archive;
mod clock;
mod failure_streak;
mod pace;
mod per_day;
mod queue;
mod rehearse;
mod relays;
mod retry;
mod under_way;
mod worker;

pub use archive::{Archive, Archived, archive};
pub use clock::Clock;
pub use per_day::{DailyQuota, PerDay};
pub use rehearse::{Difference, rehearse};
pub use relays::{Route, connections};
pub use under_way::UnderWay;

use crate::ledger::{Claim, Ledger, LedgerError, Run, Shard};
use crate::message::reply::{Answer, Reply};
use crate::outbox::{Entry, Outbox, OutboxError};
use crate::relay::{Refusal, RelayError};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pace::Backoff;
use queue::{Pass, SendQueue};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;
use worker::Worker;

/// How to send.
pub struct SendOptions<'a> {
    /// The relays: one or more.
    pub relays: &'a [Route],
    /// The pause between two letters that keeps the rate, over all connections.
    pub pause: Option<Duration>,
    /// The pause between two letters to addresses of one domain, over all connections.
    pub pause_per_domain: Option<Duration>,
    /// How many letters each recipient gets a day.
    pub per_day: Option<PerDay<'a>>,
    /// How long a deferred letter is retried, from its first deferral in this run.
    pub retry_for: Duration,
    /// Send at most this many letters.
    pub limit: Option<usize>,
    /// Send only the letters with these ids.
    pub only: Option<&'a BTreeSet<String>>,
    /// Send only the letters of this shard.
    pub shard: Option<Shard>,
    /// Send no letter after this.
    pub not_after: Option<Timestamp>,
    /// The zone of the moment of sending, which replaces a letter's Date header; none to leave it as it is.
    pub date_zone: Option<&'a TimeZone>,
    /// Kept up to date with the letters that are being offered.
    pub under_way: &'a UnderWay,
    /// Identifies this run in the ledger.
    pub run: Run<'a>,
    /// The seed for random pauses.
    pub seed: u64,
}

impl SendOptions<'_> {
    /// The number of connections.
    fn connections(&self) -> u32 {
        connections(self.relays.iter().map(|relay| (relay.weight, relay.connections)))
    }
}

/// Something that happened during a run.
pub enum Event<'a> {
    /// The first session is open.
    Connected,
    /// One of several connections failed; the others continue.
    ConnectionFailed {
        /// Why.
        error: &'a RelayError,
    },
    /// A letter has a reply.
    Answered {
        /// The letter.
        entry: &'a Entry,
        /// The reply.
        reply: &'a Reply,
        /// The name of the relay.
        relay: &'a str,
    },
    /// A letter was accepted, but the ledger could not record it.
    Unrecorded {
        /// The letter.
        entry: &'a Entry,
        /// The relay's reply.
        answer: &'a Answer,
    },
    /// A relay fails, and the others continue without it.
    RelayLeft {
        /// Its name.
        relay: &'a str,
        /// Why.
        why: &'a str,
        /// Its reply, if there was one.
        answer: Option<&'a Answer>,
        /// What a person can do about it.
        help: Option<&'static str>,
        /// For how long; `None` for the rest of the run.
        pause: Option<Duration>,
    },
    /// The relay accepts no mail for now, or cannot be reached; sending continues after a pause.
    Paused {
        /// Why.
        why: String,
        /// The relay's reply, if there was one.
        answer: Option<&'a Answer>,
        /// How long.
        pause: Duration,
    },
    /// Some letters were deferred and will be retried after a pause.
    Waiting {
        /// How many.
        letters: usize,
        /// How long.
        pause: Duration,
    },
}

/// How a run ended. The letters' states are in the ledger.
#[derive(Debug)]
pub enum RunEnd {
    /// Every letter was offered.
    Complete,
    /// It was interrupted between two letters.
    Interrupted,
    /// `not_after` has passed.
    Expired,
    /// It stopped early; the other letters were not offered.
    Halted {
        /// Why.
        why: HaltReason,
        /// The last reply.
        answer: Answer,
    },
}

/// Why a run stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HaltReason {
    /// This many failures of one kind came in a row.
    Streak(u32),
    /// The relay refused MAIL for as long as letters are retried.
    Unavailable,
    /// The relay refuses the sender, or the quota is used up.
    Refusal(Refusal),
    /// Another worker stopped all that share the ledger.
    Elsewhere,
}

/// Why a run cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The relay cannot be used.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The outbox cannot be read, or a letter's bytes are not those of its manifest.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Sends every letter of the outbox that is pending or deferred.
///
/// # Errors
/// Something stopped the run; everything before it is in the ledger, synced.
pub fn deliver(
    outbox: &Outbox,
    ledger: &mut Ledger,
    options: &SendOptions,
    clock: &dyn Clock,
    stop: &AtomicBool,
    report: &mut (dyn FnMut(Event) + Send),
) -> Result<RunEnd, DeliveryError> {
    let claims = if ledger.is_shared() { None } else { Some(outbox.claims_file(ledger.id())?) };
    let quota = options.per_day.map(|limit| DailyQuota::new(limit, Some(ledger))).transpose()?;
    let queue = Mutex::new(SendQueue::new(options, ledger, claims, quota, report));
    let delivery = Delivery { outbox, options, clock, stop, queue };
    let end = delivery.run();
    let settled = delivery.queue().settle(clock.now());
    let end = end?;
    settled.map(|()| end)
}

/// How long to wait for other runs before looking again: each time twice as long. They often have a letter or two left.
const OTHERS: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(500)];

/// What the workers of a run share.
struct Delivery<'a> {
    outbox: &'a Outbox,
    options: &'a SendOptions<'a>,
    clock: &'a dyn Clock,
    stop: &'a AtomicBool,
    queue: Mutex<SendQueue<'a>>,
}

impl<'a> Delivery<'a> {
    /// Waits for the other runs of a shared ledger. Whether they may have left letters to send.
    fn has_more(&self) -> Result<bool, DeliveryError> {
        let (mut waited, mut pause) = (false, OTHERS[0]);
        loop {
            let mut queue = self.queue();
            let (is_free, claimed) = queue.look_after_others(self.clock.now())?;
            if is_free || claimed == 0 {
                return Ok(is_free || waited);
            }
            if !std::mem::replace(&mut waited, true) {
                let why = format!("other workers are sending {claimed} of the letters");
                queue.report(Event::Paused { why, answer: None, pause: OTHERS[1] });
            }
            drop(queue);
            self.clock.wait(pause);
            pause = OTHERS[1].min(pause * 2);
            if self.is_stopped() {
                return Ok(false);
            }
        }
    }

    /// Makes passes over the outbox until no letter is deferred or the time for retries is over.
    fn run(&self) -> Result<RunEnd, DeliveryError> {
        let mut backoff = Backoff::new(self.options.retry_for, self.options.seed);
        let mut now = self.clock.elapsed();
        let mut pass = Pass::First;
        loop {
            let letters = self.outbox.letters()?;
            self.queue().begin(letters, pass, now);
            self.pass();
            let mut queue = self.queue();
            if let Some(end) = queue.end() {
                return end;
            }
            now = self.clock.elapsed();
            let retries = queue.retries(now);
            // A letter that was deferred long ago, in a slow first pass, is retried at once.
            let pause = match backoff.next(retries.left) {
                Some(pause) => pause,
                None if retries.is_first => Duration::ZERO,
                None => {
                    drop(queue);
                    match self.has_more()? {
                        true => pass = Pass::Rest,
                        false if self.is_stopped() => return Ok(RunEnd::Interrupted),
                        false => return Ok(RunEnd::Complete),
                    }
                    continue;
                }
            };
            queue.sync()?;
            queue.report(Event::Waiting { letters: retries.letters, pause });
            drop(queue);
            self.clock.wait(pause);
            pass = Pass::Again;
            if self.is_stopped() {
                return Ok(RunEnd::Interrupted);
            }
        }
    }

    /// Offers every letter of a pass once. The first worker connects before the others start: a relay that cannot be
    /// reached is tried once.
    fn pass(&self) {
        // A worker that fails can put back a letter after the others have ended.
        while !self.queue().is_over() {
            thread::scope(|scope| {
                Worker::new(self, 0).work(|| {
                    for number in 1..self.queue().wanted() as u64 {
                        let worker = Worker::new(self, number);
                        let thread = thread::Builder::new().name(format!("connection {}", number + 1));
                        // If the thread cannot start, the others do its work.
                        drop(thread.spawn_scoped(scope, move || worker.work(|| {})));
                    }
                });
            });
        }
    }

    fn queue(&self) -> MutexGuard<'_, SendQueue<'a>> {
        self.queue.lock().expect("no worker has panicked")
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The claim for a letter.
pub fn claim(entry: &Entry) -> Claim<'_> {
    Claim {
        id: &entry.id,
        number: entry.number,
        digest: &entry.digest,
        message_id: &entry.message_id,
        to: entry.envelope.to.as_ref(),
    }
}
