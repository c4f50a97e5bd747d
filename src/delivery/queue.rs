//! The send queue that all workers share: the letters ahead, their claims, the ledger and the pace.
//!
//! Letters are read ahead from the outbox and claimed in windows, each synced once. A letter must never be given to two
//! workers, nor taken before its claim is durable; a claim that no worker took is released before the run ends.

mod answers;
mod claiming;
mod reserve;

use reserve::Reserved;

use super::failure_streak::FailureStreak;
use super::pace::{Pace, Window};
use super::per_day::DailyQuota;
use super::relays::Relays;
use super::retry::{Deferrals, Hold, Retries};
use super::{DeliveryError, Event, RunEnd, SendOptions};
use crate::ledger::{Ledger, State};
use crate::outbox::{ClaimsFile, Entry, Letters};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// The number of letters read ahead. With a rate per domain, the first one due is next.
const READ_AHEAD: usize = 256;

/// One pass over the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Every letter that is pending or deferred.
    First,
    /// The deferred ones.
    Again,
    /// Those that other runs have left pending.
    Rest,
}

/// What a worker should do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A letter is due: connect, and [take](SendQueue::take) it.
    Due,
    /// A letter is due after this.
    Wait(Duration),
    /// Nothing more in this pass.
    Nothing,
}

/// The queue; the only writer of the ledger in a run.
pub(super) struct SendQueue<'a> {
    options: &'a SendOptions<'a>,
    ledger: &'a mut Ledger,
    /// The claims file of a ledger that is not shared.
    claims: Option<ClaimsFile>,
    /// What each recipient may still get today.
    quota: Option<DailyQuota>,
    report: &'a mut (dyn FnMut(Event) + Send),
    pace: Pace,
    window: Window,
    streak: FailureStreak,
    relays: Relays,

    /// The rest of the outbox in this pass.
    letters: Option<Letters<'a>>,
    /// The number of letters read in this pass.
    read: usize,
    /// Where the first pass reached its limit; later passes end there.
    until: Option<usize>,
    /// The letters read and not yet taken; the first `claimed` of them are claimed.
    ahead: VecDeque<Entry>,
    claimed: usize,
    /// The number of workers that know that a letter is due and have not taken one yet.
    seeking: usize,
    pass: Pass,
    /// When the letters of this pass were chosen, before the pause.
    chosen: Duration,
    offered: usize,
    deferrals: Deferrals,
    /// Set while the relay refuses MAIL for now.
    hold: Option<Hold>,
    /// Before this, the pace of all runs allows no letter.
    paced_until: Duration,

    /// The number of open sessions.
    open: usize,
    /// Whether there was ever a session.
    connected: bool,
    /// Whether the ledger has unsynced writes.
    unsynced: bool,
    end: Option<Result<RunEnd, DeliveryError>>,
}

impl<'a> SendQueue<'a> {
    pub(super) fn new(
        options: &'a SendOptions<'a>,
        ledger: &'a mut Ledger,
        claims: Option<ClaimsFile>,
        quota: Option<DailyQuota>,
        report: &'a mut (dyn FnMut(Event) + Send),
    ) -> Self {
        let pace = Pace::new(options.pause, options.pause_per_domain);
        let window = Window::new(&pace, options.connections(), ledger.is_shared());
        SendQueue {
            options,
            ledger,
            claims,
            quota,
            report,
            window,
            pace,
            streak: FailureStreak::new(options.connections()),
            relays: Relays::new(options.relays, options.retry_for),
            letters: None,
            read: 0,
            until: None,
            ahead: VecDeque::new(),
            claimed: 0,
            seeking: 0,
            pass: Pass::First,
            chosen: Duration::ZERO,
            offered: 0,
            deferrals: Deferrals::new(options.retry_for),
            hold: None,
            paced_until: Duration::ZERO,
            open: 0,
            connected: false,
            unsynced: false,
            end: None,
        }
    }

    /// Begins a pass.
    pub(super) fn begin(&mut self, letters: Letters<'a>, pass: Pass, now: Duration) {
        self.pass = pass;
        self.letters = Some(letters);
        self.read = 0;
        self.chosen = now;
    }

    /// Whether the pass is over.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some() || self.letters.is_none() && self.ahead.is_empty()
    }

    /// Returns how the run ended, if it has.
    pub(super) fn end(&mut self) -> Option<Result<RunEnd, DeliveryError>> {
        self.end.take()
    }

    /// Returns what another pass would retry.
    pub(super) fn retries(&self, now: Duration) -> Retries {
        self.deferrals.retries(now)
    }

    /// Returns how many workers are useful now.
    pub(super) fn wanted(&self) -> usize {
        (self.options.connections() as usize).min(self.ahead.len())
    }

    /// Returns what a worker should do.
    pub(super) fn next(&mut self, now: Duration, is_stopped: bool) -> Result<Next, DeliveryError> {
        if self.end.is_some() {
            return Ok(Next::Nothing);
        }
        self.look_ahead()?;
        if self.ahead.len() <= self.seeking {
            return Ok(Next::Nothing);
        }
        if is_stopped {
            self.end = Some(Ok(RunEnd::Interrupted));
            return Ok(Next::Nothing);
        }
        let wait = self.due().max(self.held_until()).max(self.paced_until).saturating_sub(now);
        if !wait.is_zero() {
            return Ok(Next::Wait(wait));
        }
        self.seeking += 1;
        Ok(Next::Due)
    }

    /// Takes the letter that is due, claimed; `None` if another worker was faster or the run has ended.
    pub(super) fn take(
        &mut self,
        now: Duration,
        at: Timestamp,
        is_stopped: bool,
    ) -> Result<Option<Entry>, DeliveryError> {
        self.stop_seeking();
        let due = self.due();
        match self.pop() {
            Some(reserved) if due <= now => self.confirm(reserved, now, at, is_stopped),
            other => {
                other.into_iter().for_each(|reserved| self.put_back(reserved));
                Ok(None)
            }
        }
    }

    /// Records that a worker no longer seeks a letter.
    pub(super) fn stop_seeking(&mut self) {
        self.seeking = self.seeking.saturating_sub(1);
    }

    /// Reads the outbox ahead, many letters at once.
    fn look_ahead(&mut self) -> Result<(), DeliveryError> {
        while self.ahead.len() <= READ_AHEAD / 2 && self.letters.is_some() {
            let room = self.until.map_or(READ_AHEAD, |until| READ_AHEAD.min(until - self.read));
            let batch: Vec<Entry> = self.letters.iter_mut().flatten().take(room).collect::<Result<_, _>>()?;
            if batch.len() < READ_AHEAD {
                self.letters = None;
            }
            let states = self.ledger.states(&batch.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>())?;
            for (entry, state) in batch.into_iter().zip(states) {
                let chosen = self.options.only.is_none_or(|only| only.contains(&entry.id))
                    && self.options.shard.is_none_or(|shard| shard.has(&entry.id));
                if state != Some(State::Deferred) {
                    self.deferrals.forget(entry.number);
                }
                let is_first = self.pass == Pass::First;
                let free = chosen
                    && match state {
                        None | Some(State::Pending) => self.pass != Pass::Again,
                        Some(State::Deferred) => is_first || self.deferrals.is_retried(entry.number, self.chosen),
                        Some(_) => false,
                    };
                let to = &entry.envelope.to;
                let free = free && (!is_first || self.quota.as_mut().is_none_or(|quota| quota.take(to)));
                if free && is_first {
                    if self.options.limit.is_some_and(|limit| self.offered >= limit) {
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

    /// Returns when the next letter is due. If none is claimed, that is the one whose domain is due first.
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

    /// Reports an event.
    pub(super) fn report(&mut self, event: Event) {
        (self.report)(event);
    }

    /// Chooses the relay for a new connection; `None` while those that can be used have enough.
    pub(super) fn choose_relay(&mut self, now: Duration) -> Option<usize> {
        self.relays.choose(now)
    }

    /// Whether a session with this relay can send another letter.
    pub(super) fn keeps(&self, relay: usize, now: Duration) -> bool {
        self.relays.keeps(relay, now)
    }

    /// Counts a new session.
    pub(super) fn opened(&mut self, relay: usize) {
        self.relays.opened(relay);
        self.open += 1;
        if !std::mem::replace(&mut self.connected, true) {
            (self.report)(Event::Connected);
        }
    }

    /// Counts a closed session.
    pub(super) fn closed(&mut self, relay: usize) {
        self.relays.closed(relay);
        self.open = self.open.saturating_sub(1);
    }

    /// Whether there has been a session in this run.
    pub(super) fn was_connected(&self) -> bool {
        self.connected
    }

    /// Whether any session is open.
    pub(super) fn is_connected(&self) -> bool {
        self.open > 0
    }

    /// Ends the run with an error. The first error wins over any other end.
    pub(super) fn fail(&mut self, stop: DeliveryError) {
        if !matches!(self.end, Some(Err(_))) {
            self.end = Some(Err(stop));
        }
    }

    /// Syncs what was written so far.
    pub(super) fn sync(&mut self) -> Result<(), DeliveryError> {
        if self.unsynced {
            self.ledger.sync(self.claims.as_ref().map_or(0, ClaimsFile::end))?;
            self.unsynced = false;
        }
        Ok(())
    }

    /// Releases every claim that no worker took, durably, so that a power cut leaves none of them unknown.
    pub(super) fn settle(&mut self, at: Timestamp) -> Result<(), DeliveryError> {
        if self.claimed > 0 {
            let ids: Vec<&str> = self.ahead.iter().take(self.claimed).map(|entry| entry.id.as_str()).collect();
            match self.ledger.release(&ids, at) {
                Err(error) if !self.is_lost(&error) => return Err(error.into()),
                _ => {}
            }
            self.claimed = 0;
            self.unsynced = true;
        }
        self.sync()
    }
}
