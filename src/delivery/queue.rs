//! What all connections of a run share, one at a time: the letters ahead, the claims on them, the ledger and the pace.
//!
//! Letters are read from the outbox a little ahead, and claimed in a window that is synced once. Whatever happens to a
//! letter is written here, in the order in which it happens. A letter is handed out once, never before its claim is
//! durable, and a claim that is not handed out is given back before the run ends.

use super::failure_streak::FailureStreak;
use super::pace::Pace;
use super::{End, Event, Orders, Stop};
use crate::ledger::{Claim, Ledger, State};
use crate::message::reply::Reply;
use crate::outbox::{Entry, Letters};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// How many letters are looked at ahead; with a rate for each domain the first of them that may go is the next.
const AHEAD: usize = 256;

/// One reading of the outbox from end to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Every letter that can go.
    First,
    /// Those that were deferred.
    Again,
}

/// What there is to do for a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A letter may go now: have a session, and [take](SendQueue::take) it.
    Due,
    /// A letter may go after this.
    Wait(Duration),
    /// Nothing more, in this pass.
    Nothing,
}

/// The window, and the hand on the ledger.
pub(super) struct SendQueue<'a> {
    orders: &'a Orders<'a>,
    ledger: &'a mut Ledger,
    tell: &'a mut (dyn FnMut(Event) + Send),
    pace: Pace,
    streak: FailureStreak,

    /// The outbox, as far as it has not been read in this pass.
    letters: Option<Letters<'a>>,
    /// How many of its letters have been read.
    read: usize,
    /// Where the first pass came to its limit: later ones go no further.
    until: Option<usize>,
    /// The letters read that have not been handed out; the first of them are claimed.
    ahead: VecDeque<Entry>,
    claimed: usize,
    /// How many connections were told that a letter is due and have not taken one yet.
    seeking: usize,
    pass: Pass,
    offered: usize,
    deferred: usize,

    /// How many connections there are now, and whether there ever was one.
    open: usize,
    connected: bool,
    /// Whether there is anything in the ledger that was not synced.
    unsynced: bool,
    end: Option<Result<End, Stop>>,
}

impl<'a> SendQueue<'a> {
    pub(super) fn new(orders: &'a Orders<'a>, ledger: &'a mut Ledger, tell: &'a mut (dyn FnMut(Event) + Send)) -> Self {
        SendQueue {
            orders,
            ledger,
            tell,
            pace: Pace::new(orders.pause, orders.pause_per_domain),
            streak: FailureStreak::new(orders.connections),
            letters: None,
            read: 0,
            until: None,
            ahead: VecDeque::new(),
            claimed: 0,
            seeking: 0,
            pass: Pass::First,
            offered: 0,
            deferred: 0,
            open: 0,
            connected: false,
            unsynced: false,
            end: None,
        }
    }

    /// Begins a pass over the outbox.
    pub(super) fn begin(&mut self, letters: Letters<'a>, pass: Pass) {
        self.pass = pass;
        self.letters = Some(letters);
        self.read = 0;
        self.deferred = 0;
    }

    /// Whether the pass is over: nothing is ahead, or something ended the run.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some() || self.letters.is_none() && self.ahead.is_empty()
    }

    /// How the run ended, where it did.
    pub(super) fn end(&mut self) -> Option<Result<End, Stop>> {
        self.end.take()
    }

    /// How many letters were deferred in this pass.
    pub(super) fn deferred(&self) -> usize {
        self.deferred
    }

    /// How many connections are of use now.
    pub(super) fn wanted(&self) -> usize {
        (self.orders.connections as usize).min(self.ahead.len())
    }

    /// What there is to do.
    pub(super) fn next(&mut self, now: Duration, is_stopped: bool) -> Result<Next, Stop> {
        if self.end.is_some() {
            return Ok(Next::Nothing);
        }
        self.look_ahead()?;
        if self.ahead.len() <= self.seeking {
            return Ok(Next::Nothing);
        }
        if is_stopped {
            self.end = Some(Ok(End::Interrupted));
            return Ok(Next::Nothing);
        }
        let wait = self.due().saturating_sub(now);
        if !wait.is_zero() {
            return Ok(Next::Wait(wait));
        }
        self.seeking += 1;
        Ok(Next::Due)
    }

    /// The letter that was due, claimed; none where another connection was faster, or the run has ended.
    pub(super) fn take(&mut self, now: Duration, at: Timestamp, is_stopped: bool) -> Result<Option<Entry>, Stop> {
        self.give_way();
        if is_stopped || self.end.is_some() || self.ahead.is_empty() || self.due() > now {
            return Ok(None);
        }
        if self.claimed == 0 {
            self.claim(at)?;
        }
        let entry = self.ahead.pop_front();
        self.claimed -= usize::from(entry.is_some());
        if let Some(entry) = &entry {
            self.pace.goes(entry.envelope.to.domain(), now);
        }
        Ok(entry)
    }

    /// A connection that sought a letter does not, for now.
    pub(super) fn give_way(&mut self) {
        self.seeking = self.seeking.saturating_sub(1);
    }

    /// A letter that was taken is not offered after all.
    pub(super) fn put_back(&mut self, entry: Entry) {
        self.ahead.push_front(entry);
        self.claimed += 1;
    }

    /// Reads the outbox as far ahead as is of use, many letters at once.
    fn look_ahead(&mut self) -> Result<(), Stop> {
        while self.ahead.len() <= AHEAD / 2 && self.letters.is_some() {
            let room = self.until.map_or(AHEAD, |until| AHEAD.min(until - self.read));
            let batch: Vec<Entry> = self.letters.iter_mut().flatten().take(room).collect::<Result<_, _>>()?;
            if batch.len() < AHEAD {
                self.letters = None;
            }
            let states = self.ledger.states(batch.iter().map(|entry| entry.id.as_str()))?;
            for (entry, state) in batch.into_iter().zip(states) {
                let chosen = self.orders.only.is_none_or(|only| only.contains(&entry.id));
                let is_first = self.pass == Pass::First;
                let free = chosen
                    && match state {
                        None | Some(State::Pending) => is_first,
                        Some(State::Deferred) => true,
                        Some(_) => false,
                    };
                if free && is_first {
                    if self.orders.limit.is_some_and(|limit| self.offered >= limit) {
                        self.until = Some(self.read);
                        self.letters = None;
                        break;
                    }
                    self.offered += 1;
                }
                self.read += 1;
                self.ahead.extend(free.then_some(entry));
            }
        }
        Ok(())
    }

    /// When the next letter may go. Where no letter is claimed, that is the one whose domain is due first.
    fn due(&mut self) -> Duration {
        let pace = &self.pace;
        let due = |entry: &Entry| pace.due(entry.envelope.to.domain());
        if self.claimed == 0 && pace.is_per_domain() {
            let first = self.ahead.iter().enumerate().min_by_key(|(_, entry)| due(entry)).map(|(at, _)| at);
            if let Some(entry) = first.and_then(|at| self.ahead.remove(at)) {
                self.ahead.push_front(entry);
            }
        }
        self.ahead.front().map_or(Duration::ZERO, due)
    }

    /// Claims the next letters durably, and with them all that was written before.
    fn claim(&mut self, at: Timestamp) -> Result<(), Stop> {
        let width = self.pace.window().min(self.ahead.len());
        let claims: Vec<Claim> = self.ahead.iter().take(width).map(claim).collect();
        self.ledger.claim(&claims, &self.orders.run, at)?;
        self.claimed = width;
        self.unsynced = false;
        Ok(())
    }

    /// The data of a letter is about to leave.
    pub(super) fn began(&mut self, entry: &Entry, at: Timestamp) -> Result<(), Stop> {
        self.ledger.began(&entry.id, at)?;
        self.unsynced = true;
        Ok(())
    }

    /// Records what became of a letter, tells it, and counts failures in a row.
    pub(super) fn answered(&mut self, entry: &Entry, reply: &Reply, at: Timestamp) -> Result<(), Stop> {
        self.ledger.record(&entry.id, reply, at)?;
        self.unsynced = true;
        (self.tell)(Event::Answered { entry, reply });
        self.deferred += usize::from(matches!(reply, Reply::Deferred(_)));
        if let (Some(failures), None) = (self.streak.count(reply), &self.end) {
            self.end = Some(Ok(End::Halted { failures, answer: reply.answer().clone() }));
        }
        Ok(())
    }

    /// Tells something that is no letter's.
    pub(super) fn tell(&mut self, event: Event) {
        (self.tell)(event);
    }

    /// A connection stands.
    pub(super) fn opened(&mut self) {
        self.open += 1;
        if !std::mem::replace(&mut self.connected, true) {
            (self.tell)(Event::Connected);
        }
    }

    /// A connection stands no more.
    pub(super) fn closed(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    /// Whether there has been a connection in this run.
    pub(super) fn was_connected(&self) -> bool {
        self.connected
    }

    /// Whether any connection stands.
    pub(super) fn is_connected(&self) -> bool {
        self.open > 0
    }

    /// Something stops the run: an error outweighs any other end, and the first one counts.
    pub(super) fn fail(&mut self, stop: Stop) {
        if !matches!(self.end, Some(Err(_))) {
            self.end = Some(Err(stop));
        }
    }

    /// Makes durable what was written so far.
    pub(super) fn sync(&mut self) -> Result<(), Stop> {
        if self.unsynced {
            self.ledger.sync()?;
            self.unsynced = false;
        }
        Ok(())
    }

    /// Gives back every claim that was not handed out, durably: nothing is left that power could make unknown.
    pub(super) fn settle(&mut self, at: Timestamp) -> Result<(), Stop> {
        if self.claimed > 0 {
            self.ledger.release(self.ahead.iter().take(self.claimed).map(|entry| entry.id.as_str()), at)?;
            self.claimed = 0;
            self.unsynced = true;
        }
        self.sync()
    }
}

fn claim(entry: &Entry) -> Claim<'_> {
    Claim {
        id: &entry.id,
        number: entry.number,
        digest: &entry.digest,
        message_id: &entry.message_id,
        to: entry.envelope.to.as_ref(),
    }
}
