//! Claims letters for the queue: a window at a time, and only those that no other run has.
//!
//! A letter that is not this run's must leave the queue, or stay unclaimed in it. Once its claim is lost it must not be sent.

use super::{Pass, Reserved, SendQueue};
use crate::delivery::{DeliveryError, HaltReason, RunEnd, claim};
use crate::ledger::{Claim, Claimed, Grant, LedgerError, Pacing};
use crate::message::reply::Answer;
use crate::outbox::Entry;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// A run of a shared ledger claims at most one in so many of the letters ahead.
const SHARE: usize = 8;

/// How many letters such a run tries to claim, at least.
const CANDIDATES: usize = 64;

impl SendQueue<'_> {
    /// Claims a letter durably, with a window of those that follow if none of them is claimed, and syncs all earlier writes.
    /// Returns the letter; `None` if it is not this run's, or not yet.
    pub(super) fn claim(
        &mut self,
        first: Reserved,
        now: Duration,
        at: Timestamp,
    ) -> Result<Option<Entry>, DeliveryError> {
        let mut more = if self.claimed > 0 { 0 } else { self.window.next(&self.pace, now).saturating_sub(1) };
        let mut candidates = more;
        if self.ledger.is_shared() && self.claimed == 0 {
            // The last letters are left for all runs.
            more = more.min(self.ahead.len() / SHARE);
            // Some of those that follow may be another run's already.
            candidates = CANDIDATES.max(more * SHARE);
        }
        let entries: Vec<&Entry> = std::iter::once(&first.entry).chain(self.ahead.iter().take(candidates)).collect();
        let claims: Vec<Claim> = entries.iter().map(|entry| claim(entry)).collect();
        let claimed = self.ledger.claim_free(&claims, 1 + more, &self.options.run, &self.pacing(), at);
        let grants = match claimed {
            Ok(Claimed::Grants(grants)) => grants,
            Ok(Claimed::Wait(wait)) => {
                self.paced_until = now + wait;
                self.put_back(first);
                return Ok(None);
            }
            Ok(Claimed::Halted(text)) => {
                self.put_back(first);
                let answer = Answer { text, ..Answer::default() };
                self.end.get_or_insert(Ok(RunEnd::Halted { why: HaltReason::Elsewhere, answer }));
                return Ok(None);
            }
            Err(error) => {
                self.put_back(first);
                return Err(error.into());
            }
        };
        let appended = match &mut self.claims {
            Some(file) => {
                let events: Vec<i64> = grants.iter().filter_map(number).collect();
                file.append(&events, entries.into_iter().take(events.len()))
            }
            None => Ok(()),
        };
        // Whether or not they are in the file, claims must be released if no worker takes their letters.
        let ours = self.sort(&grants);
        self.unsynced = false;
        let first = Reserved { is_claimed: ours, ..first };
        match (appended, grants[0]) {
            (Ok(()), Grant::Claimed(_)) => return Ok(Some(first.entry)),
            (Ok(()), Grant::Taken) => self.options.under_way.remove(first.entry.number),
            (Ok(()), Grant::Free) => self.put_back(first),
            (Err(error), _) => {
                self.put_back(first);
                return Err(error.into());
            }
        }
        Ok(None)
    }

    /// Brings the letters ahead that are claimed to the front, and drops those that are not ours to send. Whether the first of
    /// the grants, whose letter is not ahead, is a claim.
    fn sort(&mut self, grants: &[Grant]) -> bool {
        let (before, mut free) = (self.ahead.split_off(self.claimed), VecDeque::new());
        // Where there are no more grants, the letter was not a candidate.
        let rest = grants.iter().skip(1).copied().chain(std::iter::repeat(Grant::Free));
        for (entry, grant) in before.into_iter().zip(rest) {
            match grant {
                Grant::Claimed(_) => {
                    self.ahead.push_back(entry);
                    self.claimed += 1;
                }
                Grant::Free => free.push_back(entry),
                Grant::Taken => {}
            }
        }
        self.ahead.append(&mut free);
        matches!(grants[0], Grant::Claimed(_))
    }

    /// The pace of all runs.
    fn pacing(&self) -> Pacing {
        let day = |zone: &jiff::tz::TimeZone, now: Timestamp| {
            now.to_zoned_datetime(zone.clone()).start_of_day().map_or(now, |start| start.timestamp())
        };
        let options = self.options;
        let per_day = options.per_day.map(|limit| (limit.most, day(limit.zone, limit.now)));
        let some = |pause: Option<Duration>| pause.filter(|pause| !pause.is_zero());
        Pacing { pause: some(options.pause), per_domain: some(options.pause_per_domain), per_day }
    }

    /// Whether an error says that a claim is not this run's any more: its lease had ended.
    pub(in crate::delivery) fn is_lost(&self, error: &LedgerError) -> bool {
        self.ledger.is_shared() && matches!(error, LedgerError::Illegal { .. })
    }

    /// Forgets a letter whose claim was lost before its data began: another run sends it, or a later pass.
    pub(in crate::delivery) fn forget(&mut self, entry: &Entry) {
        self.options.under_way.remove(entry.number);
    }

    /// Ends the claims of lost runs. Returns whether letters are pending that other runs have left, and how many are claimed by them.
    pub(in crate::delivery) fn look_after_others(&mut self, at: Timestamp) -> Result<(bool, u64), DeliveryError> {
        // A run with only some of the letters does not wait for the others.
        let is_partial = self.options.limit.is_some() || self.options.only.is_some();
        if !self.ledger.is_shared() || is_partial {
            return Ok((false, 0));
        }
        let (claimed, is_pending) = self.ledger.claimed_by_others()?;
        if claimed == 0 {
            // A run without a relay releases its letters. What a pass for such letters has not sent, another one would not send.
            return Ok((is_pending && self.pass != Pass::Rest, 0));
        }
        let recovered = self.ledger.recover(self.options.run.boot, at)?;
        Ok((recovered.released > 0, self.ledger.claimed_by_others()?.0))
    }
}

fn number(grant: &Grant) -> Option<i64> {
    match grant {
        Grant::Claimed(number) => Some(*number),
        _ => None,
    }
}
