//! What follows from a reply: it is recorded and reported, and may pause or stop the run, or lead to a relay being left alone.
//!
//! A letter must be recorded before anything else follows from its reply.

use super::SendQueue;
use crate::delivery::retry::Hold;
use crate::delivery::{DeliveryError, Event, HaltReason, RunEnd};
use crate::message::reply::{Answer, Reply, Stage};
use crate::outbox::Entry;
use crate::relay::{Refusal, RelayError};
use jiff::Timestamp;
use std::time::Duration;

impl SendQueue<'_> {
    /// Records that a letter's data is about to be sent to a relay.
    pub(in crate::delivery) fn began(
        &mut self,
        entry: &Entry,
        relay: usize,
        at: Timestamp,
    ) -> Result<(), DeliveryError> {
        self.ledger.began(&entry.id, &self.options.relays[relay].name, at)?;
        self.unsynced = true;
        Ok(())
    }

    /// Records and reports a reply. A letter that is recorded only through this is not retried in this run.
    pub(in crate::delivery) fn record(
        &mut self,
        entry: &Entry,
        reply: &Reply,
        relay: usize,
        at: Timestamp,
    ) -> Result<(), DeliveryError> {
        self.options.under_way.remove(entry.number);
        if let Err(error) = self.ledger.record(&entry.id, reply, at) {
            if let Reply::Accepted(answer) = reply {
                (self.report)(Event::Unrecorded { entry, answer });
            }
            // The lease had ended: another run has recorded the letter as unknown.
            return if self.is_lost(&error) { Ok(()) } else { Err(error.into()) };
        }
        self.unsynced = true;
        (self.report)(Event::Answered { entry, reply, relay: &self.options.relays[relay].name });
        Ok(())
    }

    /// Records and reports a reply, and decides what follows from it for the run.
    pub(in crate::delivery) fn answered(
        &mut self,
        entry: &Entry,
        reply: &Reply,
        relay: usize,
        now: Duration,
        at: Timestamp,
    ) -> Result<(), DeliveryError> {
        self.record(entry, reply, relay, at)?;
        self.deferrals.count(entry.number, reply, now);
        let answer = reply.answer();
        if let (Reply::Deferred(_), Some(refusal)) = (reply, Refusal::of(answer)) {
            let why = match refusal {
                Refusal::Quota => "its sending limit is reached",
                Refusal::Sender => "it does not accept the sender",
            };
            if !self.give_up(relay, why, Some(answer), None) {
                self.halt(HaltReason::Refusal(refusal), answer);
            }
            return Ok(());
        }
        if matches!(reply, Reply::Accepted(_)) {
            self.relays.accepted(relay);
        }
        let is_refused =
            matches!((reply, answer.stage, answer.code), (Reply::Deferred(_), Stage::Mail, Some(400..=499)));
        if is_refused && self.leave(relay, "it accepts no mail for now", Some(answer), true, now) {
            return Ok(());
        }
        if is_refused && !self.options.retry_for.is_zero() {
            self.hold(answer, now);
            return Ok(());
        }
        if answer.stage > Stage::Mail {
            self.hold = None;
        }
        match (self.streak.count(reply), self.relays.streak(relay).count(reply)) {
            (Some(failures), _) => self.halt(HaltReason::Streak(failures), answer),
            // A relay that refuses each letter loses them, even if others accept theirs.
            (None, Some(failures)) if matches!(reply, Reply::Rejected(_)) => {
                self.halt(HaltReason::Streak(failures), answer);
            }
            (None, Some(failures)) => {
                if !self.give_up(relay, &format!("it failed {failures} times in a row"), Some(answer), None) {
                    self.halt(HaltReason::Streak(failures), answer);
                }
            }
            (None, None) if is_broken(reply) => drop(self.leave(relay, "it failed", Some(answer), true, now)),
            (None, None) => {}
        }
        Ok(())
    }

    /// Decides about a relay that no connection can be opened to. Whether another one can be tried instead.
    pub(in crate::delivery) fn connection_failed(&mut self, relay: usize, error: &RelayError, now: Duration) -> bool {
        self.relays.closed(relay);
        let is_left = !error.is_lasting() && self.leave(relay, &error.to_string(), error.answer(), false, now);
        // A single relay would end the run with such an error.
        is_left || !error.is_temporary() && self.give_up_for(relay, error)
    }

    /// Leaves a relay for the rest of the run, for an error that would repeat. `false` if no other remains.
    pub(in crate::delivery) fn give_up_for(&mut self, relay: usize, error: &RelayError) -> bool {
        self.give_up(relay, &error.to_string(), error.answer(), error.help())
    }

    /// Leaves a relay for the rest of the run whose SIZE excludes a letter. `false` if no other remains.
    pub(in crate::delivery) fn give_up_too_small(&mut self, relay: usize, answer: &Answer) -> bool {
        self.give_up(relay, "a letter is too large for it", Some(answer), None)
    }

    /// Leaves a relay for the rest of the run, and reports it once. `false` if no other remains: then nothing is done.
    fn give_up(&mut self, relay: usize, why: &str, answer: Option<&Answer>, help: Option<&'static str>) -> bool {
        let remains = self.relays.remains(relay);
        if remains && self.relays.give_up(relay) {
            let relay = &self.options.relays[relay].name;
            (self.report)(Event::RelayLeft { relay, why, answer, help, pause: None });
        }
        remains
    }

    /// Leaves a relay for a while, and reports it. `false` if no other can be used now: then nothing is done.
    fn leave(&mut self, relay: usize, why: &str, answer: Option<&Answer>, is_broken: bool, now: Duration) -> bool {
        let has_other = self.relays.has_other(relay, now);
        if has_other && let Some(pause) = self.relays.leave(relay, is_broken, now) {
            let relay = &self.options.relays[relay].name;
            (self.report)(Event::RelayLeft { relay, why, answer, help: None, pause: Some(pause) });
        }
        has_other
    }

    /// Pauses the run: a relay that refuses MAIL for now refuses every letter.
    fn hold(&mut self, answer: &Answer, now: Duration) {
        let options = self.options;
        let hold = self.hold.get_or_insert_with(|| Hold::new(options.retry_for, options.seed, now));
        // Another worker was refused at the same time.
        if hold.until > now {
            return;
        }
        match hold.pause(now, options.retry_for) {
            Some(pause) => {
                let why = "the relay accepts no mail for now".to_owned();
                (self.report)(Event::Paused { why, answer: Some(answer), pause });
            }
            None => self.halt(HaltReason::Unavailable, answer),
        }
    }

    pub(super) fn held_until(&self) -> Duration {
        self.hold.as_ref().map_or(Duration::ZERO, |hold| hold.until)
    }

    fn halt(&mut self, why: HaltReason, answer: &Answer) {
        if self.end.is_none() {
            self.end = Some(Ok(RunEnd::Halted { why, answer: answer.clone() }));
            let code = answer.code.map(|code| format!("{code} ")).unwrap_or_default();
            if let Err(error) = self.ledger.halt(&format!("{code}{}", answer.text)) {
                self.fail(error.into());
            }
        }
    }
}

/// Whether a reply shows that the relay fails, and not that it has something against the letter: the connection was lost, the relay is
/// closing, or replies do not fit their commands.
fn is_broken(reply: &Reply) -> bool {
    match reply {
        Reply::Unknown(_) => true,
        Reply::Deferred(answer) => !matches!(answer.code, Some(400..=420 | 422..=599)),
        Reply::Accepted(_) | Reply::Rejected(_) => false,
    }
}
