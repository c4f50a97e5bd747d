//! An outbox through a relay, once each: the order in which things are written down and done.
//!
//! For each letter: the ledger claims it durably, in a queue with those that come next; its bytes are read and their
//! digest checked, the relay is offered it, the ledger marks that its data begins, the data goes, and the answer is
//! recorded. Each of several connections works through the same steps, and what they share is held by one at a time.
//! Nothing here decides what an answer means: that is [`crate::relay`]'s; and nothing may be sent that the ledger has
//! not claimed.

mod clock;
mod failure_streak;
mod pace;
mod queue;
mod rehearse;
mod worker;

pub use clock::Clock;
pub use rehearse::{Difference, rehearse};

use crate::ledger::{Ledger, LedgerError, Run};
use crate::message::reply::{Answer, Reply};
use crate::outbox::{Entry, Outbox, OutboxError};
use crate::relay::{RelayError, Settings};
use pace::Pauses;
use queue::{Pass, SendQueue};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;
use worker::Worker;

/// What a run is to do.
pub struct Orders<'a> {
    /// How the relay is reached.
    pub relay: &'a Settings,
    /// How many connections there are at once: one or more.
    pub connections: u32,
    /// How many letters go through one connection.
    pub per_connection: u32,
    /// The pause between two letters that keeps the rate, over all connections.
    pub pause: Option<Duration>,
    /// The pause between two letters to addresses of one domain, over all connections.
    pub pause_per_domain: Option<Duration>,
    /// For how long deferred letters are tried again.
    pub retry_for: Duration,
    /// At most so many letters.
    pub limit: Option<usize>,
    /// Only the letters with these ids.
    pub only: Option<&'a BTreeSet<String>>,
    /// This run, for the ledger.
    pub run: Run<'a>,
    /// What the pauses' chance grows from.
    pub seed: u64,
}

/// Something that happened, for whoever watches.
pub enum Event<'a> {
    /// The first connection stands.
    Connected,
    /// One of several connections cannot be had; the others go on.
    Fewer {
        /// Why.
        trouble: &'a RelayError,
    },
    /// A letter was answered.
    Answered {
        /// The letter.
        entry: &'a Entry,
        /// What became of it.
        reply: &'a Reply,
    },
    /// Some letters were deferred, and will be tried again after a pause.
    Waiting {
        /// How many.
        letters: usize,
        /// How long.
        pause: Duration,
    },
}

/// How a run ended. What became of the letters is in the ledger.
#[derive(Debug)]
pub enum End {
    /// Every letter that could go was offered.
    Through,
    /// It was told to stop between two letters.
    Interrupted,
    /// So many failures of one kind came in a row that the rest was left for later.
    Halted {
        /// How many.
        failures: u32,
        /// The last of them.
        answer: Answer,
    },
}

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The relay is of no use.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The outbox cannot be read, or a letter's bytes are not those of its manifest.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Sends every letter of the outbox that the ledger does not know as settled, through one connection or more.
///
/// # Errors
/// Whatever stops the run; everything up to then is in the ledger, synced.
pub fn deliver(
    outbox: &Outbox,
    ledger: &mut Ledger,
    orders: &Orders,
    clock: &dyn Clock,
    stop: &AtomicBool,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<End, Stop> {
    let queue = Mutex::new(SendQueue::new(orders, ledger, tell));
    let delivery = Delivery { outbox, orders, clock, stop, queue };
    let end = delivery.run();
    let settled = delivery.queue().settle(clock.now());
    let end = end?;
    settled.map(|()| end)
}

/// What every connection of a run has at hand.
struct Delivery<'a> {
    outbox: &'a Outbox,
    orders: &'a Orders<'a>,
    clock: &'a dyn Clock,
    stop: &'a AtomicBool,
    queue: Mutex<SendQueue<'a>>,
}

impl<'a> Delivery<'a> {
    /// Pass after pass, until nothing is deferred any more or the time for that is over.
    fn run(&self) -> Result<End, Stop> {
        let mut pauses = Pauses::new(self.orders.retry_for, self.orders.seed);
        let mut asked = self.clock.elapsed();
        let mut pass = Pass::First;
        loop {
            let letters = self.outbox.letters()?;
            self.queue().begin(letters, pass);
            self.pass();
            let mut queue = self.queue();
            if let Some(end) = queue.end() {
                return end;
            }
            let deferred = queue.deferred();
            let spent = self.clock.elapsed().saturating_sub(asked);
            let Some(pause) = pauses.next(spent).filter(|_| deferred > 0) else { return Ok(End::Through) };
            queue.sync()?;
            queue.tell(Event::Waiting { letters: deferred, pause });
            drop(queue);
            self.clock.wait(pause);
            asked = self.clock.elapsed();
            pass = Pass::Again;
            if self.is_stopped() {
                return Ok(End::Interrupted);
            }
        }
    }

    /// Offers every letter of a pass once. The first connection stands before there are others: a relay that cannot be
    /// reached is tried once.
    fn pass(&self) {
        // A connection that is given up can leave a letter to others that have just gone.
        while !self.queue().is_over() {
            thread::scope(|scope| {
                Worker::new(self, 0).work(|| {
                    for number in 1..self.queue().wanted() as u64 {
                        let worker = Worker::new(self, number);
                        let thread = thread::Builder::new().name(format!("connection {}", number + 1));
                        // Without a thread the others do its work.
                        drop(thread.spawn_scoped(scope, move || worker.work(|| {})));
                    }
                });
            });
        }
    }

    fn queue(&self) -> MutexGuard<'_, SendQueue<'a>> {
        self.queue.lock().expect("no connection has panicked")
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
