//! An outbox through a relay, once each: the order in which things are written down and done.
//!
//! For each letter: its bytes are read and their digest checked, the ledger claims it durably, the relay is offered it,
//! the ledger marks that its data begins, the data goes, and the answer is recorded. Nothing here decides what an answer
//! means: that is [`crate::relay`]'s; and nothing may be sent that the ledger has not claimed.

mod clock;
mod pace;
mod rehearse;

pub use clock::Clock;
pub use rehearse::{Difference, rehearse};

use crate::ledger::{Claim, Ledger, LedgerError, Run, State};
use crate::letter::reply::{Answer, Reply};
use crate::outbox::{Entry, Outbox, OutboxError};
use crate::relay::{Offer, Session, Settings, Trouble};
use pace::{Pace, Pauses};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// So many letters refused in one and the same way, one after another, are no chance.
const SAME_REFUSALS: u32 = 10;

/// So many connections lost one after another are no chance either.
const LOST_CONNECTIONS: u32 = 5;

/// What a run is to do.
pub struct Orders<'a> {
    /// How the relay is reached.
    pub relay: &'a Settings,
    /// How many letters go through one connection.
    pub per_connection: u32,
    /// The pause between two letters that keeps the rate.
    pub pause: Option<Duration>,
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
    /// A connection stands.
    Connected,
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
    Relay(#[from] Trouble),
    /// The outbox cannot be read, or a letter's bytes are not those of its manifest.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Sends every letter of the outbox that the ledger does not know as settled, one after another.
///
/// # Errors
/// Whatever stops the run; everything up to then is in the ledger, synced.
pub fn deliver(
    outbox: &Outbox,
    ledger: &mut Ledger,
    orders: &Orders,
    clock: &dyn Clock,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Event),
) -> Result<End, Stop> {
    let mut delivery = Delivery {
        ledger,
        orders,
        clock,
        stop,
        tell,
        session: None,
        through: 0,
        connected: false,
        pace: Pace::new(orders.pause),
        in_a_row: (0, None),
    };
    let end = delivery.run(outbox);
    if let Some(session) = delivery.session.take() {
        session.quit();
    }
    delivery.ledger.sync()?;
    end
}

struct Delivery<'a> {
    ledger: &'a mut Ledger,
    orders: &'a Orders<'a>,
    clock: &'a dyn Clock,
    stop: &'a AtomicBool,
    tell: &'a mut dyn FnMut(Event),
    session: Option<Session>,
    /// Letters that went through this session.
    through: u32,
    /// Whether there has been a session in this run.
    connected: bool,
    pace: Pace,
    /// How many failures of one kind came in a row, and which kind: code and stage.
    in_a_row: (u32, Option<Kind>),
}

type Kind = (Option<u16>, crate::letter::reply::Stage);

impl Delivery<'_> {
    fn run(&mut self, outbox: &Outbox) -> Result<End, Stop> {
        let mut pauses = Pauses::new(self.orders.retry_for, self.orders.seed);
        let mut asked = self.clock.elapsed();
        let mut first_pass = true;
        let mut offered = 0;
        loop {
            let mut deferred = 0;
            for entry in outbox.letters()? {
                let entry = entry?;
                if self.orders.only.is_some_and(|only| !only.contains(&entry.id)) {
                    continue;
                }
                match self.ledger.entry(&entry.id)?.map(|entry| entry.state) {
                    None | Some(State::Pending | State::Deferred) if first_pass => {
                        if self.orders.limit.is_some_and(|limit| offered >= limit) {
                            break;
                        }
                        offered += 1;
                    }
                    Some(State::Deferred) => {}
                    _ => continue,
                }
                if self.stop.load(Ordering::Relaxed) {
                    return Ok(End::Interrupted);
                }
                let reply = self.offer(outbox, &entry)?;
                deferred += usize::from(matches!(reply, Reply::Deferred(_)));
                if let Some(end) = self.count(&reply) {
                    return Ok(end);
                }
            }
            if deferred == 0 {
                return Ok(End::Through);
            }
            let now = self.clock.elapsed();
            let Some(pause) = pauses.next(now.saturating_sub(asked)) else { return Ok(End::Through) };
            // A relay that waits with us for minutes would only hang up.
            if let Some(session) = self.session.take() {
                session.quit();
            }
            (self.tell)(Event::Waiting { letters: deferred, pause });
            self.clock.wait(pause);
            asked = self.clock.elapsed();
            first_pass = false;
            if self.stop.load(Ordering::Relaxed) {
                return Ok(End::Interrupted);
            }
        }
    }

    /// Offers one letter, and records what became of it.
    fn offer(&mut self, outbox: &Outbox, entry: &Entry) -> Result<Reply, Stop> {
        let wait = self.pace.take(self.clock.elapsed());
        if !wait.is_zero() {
            self.clock.wait(wait);
        }
        self.connect()?;
        let Some(session) = self.session.as_mut() else { unreachable!("connect leaves a session or an error") };
        let bytes = outbox.read(entry)?;
        let claim = Claim {
            id: &entry.id,
            number: entry.number,
            digest: &entry.digest,
            message_id: &entry.message_id,
            to: entry.envelope.to.as_ref(),
        };
        self.ledger.claim(&[claim], &self.orders.run, self.clock.now())?;
        let reply = match session.offer(&entry.envelope) {
            Ok(Offer::Ready) => {
                self.ledger.began(&entry.id, self.clock.now())?;
                session.content(&bytes)
            }
            Ok(Offer::Refused(reply)) => {
                session.reset();
                reply
            }
            Err(trouble) => {
                // None of the letter has left: it is free to be offered again, once the trouble is mended.
                let answer = trouble
                    .answer()
                    .cloned()
                    .unwrap_or_else(|| Answer { text: trouble.to_string(), ..Answer::default() });
                self.ledger.record(&entry.id, &Reply::Deferred(answer), self.clock.now())?;
                return Err(trouble.into());
            }
        };
        self.ledger.record(&entry.id, &reply, self.clock.now())?;
        self.through += 1;
        (self.tell)(Event::Answered { entry, reply: &reply });
        Ok(reply)
    }

    /// Leaves a session that can take a letter.
    fn connect(&mut self) -> Result<(), Stop> {
        let worn = self.through >= self.orders.per_connection;
        if let Some(session) = self.session.take() {
            if session.is_usable() && !worn {
                self.session = Some(session);
                return Ok(());
            }
            session.quit();
        }
        let mut pauses = Pauses::new(self.orders.retry_for, self.orders.seed);
        let session = loop {
            match Session::connect(self.orders.relay) {
                Ok(session) => break session,
                // A relay that was there a moment ago may come back; one that never was is misnamed.
                Err(trouble) if self.connected && trouble.is_temporary() => {
                    let Some(pause) = pauses.next(Duration::ZERO).filter(|_| !self.stop.load(Ordering::Relaxed)) else {
                        return Err(trouble.into());
                    };
                    self.clock.wait(pause);
                }
                Err(trouble) => return Err(trouble.into()),
            }
        };
        self.session = Some(session);
        self.through = 0;
        if !std::mem::replace(&mut self.connected, true) {
            (self.tell)(Event::Connected);
        }
        Ok(())
    }

    /// Counts failures of one kind in a row. Letters deferred by their recipient are none: greylisting defers them all.
    fn count(&mut self, reply: &Reply) -> Option<End> {
        let answer = reply.answer();
        let limit = match reply {
            Reply::Rejected(_) => SAME_REFUSALS,
            Reply::Deferred(Answer { code: None, .. }) | Reply::Unknown(_) => LOST_CONNECTIONS,
            Reply::Accepted(_) | Reply::Deferred(_) => {
                self.in_a_row = (0, None);
                return None;
            }
        };
        let kind = Some((answer.code, answer.stage));
        self.in_a_row = if self.in_a_row.1 == kind { (self.in_a_row.0 + 1, kind) } else { (1, kind) };
        let failures = self.in_a_row.0;
        (failures >= limit).then(|| End::Halted { failures, answer: answer.clone() })
    }
}
