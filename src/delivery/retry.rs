//! Decides which deferred letters are retried in this run, and for how long.
//!
//! A letter's time must be counted from its own first deferral, never from the start of the run.

use super::pace::Backoff;
use crate::message::reply::Reply;
use std::collections::BTreeMap;
use std::time::Duration;

/// The letters whose last reply in this run is a deferral, by number.
pub(super) struct Deferrals {
    letters: BTreeMap<u32, Deferral>,
    retry_for: Duration,
}

struct Deferral {
    first: Duration,
    tries: u32,
}

/// What another pass would retry.
#[derive(Default)]
pub(super) struct Retries {
    /// The number of letters.
    pub(super) letters: usize,
    /// The longest time left for any of them.
    pub(super) left: Duration,
    /// Whether one of them has not been retried yet.
    pub(super) is_first: bool,
}

impl Deferrals {
    pub(super) fn new(retry_for: Duration) -> Self {
        Deferrals { letters: BTreeMap::new(), retry_for }
    }

    /// Counts a reply to a letter.
    pub(super) fn count(&mut self, number: u32, reply: &Reply, now: Duration) {
        match reply {
            Reply::Deferred(_) => {
                self.letters.entry(number).or_insert(Deferral { first: now, tries: 0 }).tries += 1;
            }
            _ => self.forget(number),
        }
    }

    /// Forgets a letter that is not deferred any more, such as one that another worker has sent.
    pub(super) fn forget(&mut self, number: u32) {
        self.letters.remove(&number);
    }

    /// Whether a letter is retried. Each is retried at least once, since a slow first pass may use up the time of letters
    /// deferred early.
    pub(super) fn is_retried(&self, number: u32, now: Duration) -> bool {
        self.letters.get(&number).is_some_and(|deferral| self.has_time(deferral, now))
    }

    fn has_time(&self, deferral: &Deferral, now: Duration) -> bool {
        !self.retry_for.is_zero() && (deferral.tries == 1 || !self.left(deferral, now).is_zero())
    }

    fn left(&self, deferral: &Deferral, now: Duration) -> Duration {
        self.retry_for.saturating_sub(now.saturating_sub(deferral.first))
    }

    /// Returns what another pass would retry.
    pub(super) fn retries(&self, now: Duration) -> Retries {
        let mut retries = Retries::default();
        for deferral in self.letters.values().filter(|deferral| self.has_time(deferral, now)) {
            retries.letters += 1;
            retries.left = retries.left.max(self.left(deferral, now));
            retries.is_first |= deferral.tries == 1;
        }
        retries
    }
}

/// A pause of the run, while the relay refuses MAIL for now.
pub(super) struct Hold {
    since: Duration,
    /// When to try again.
    pub(super) until: Duration,
    backoff: Backoff,
}

impl Hold {
    pub(super) fn new(retry_for: Duration, seed: u64, now: Duration) -> Self {
        Hold { since: now, until: now, backoff: Backoff::new(retry_for, seed) }
    }

    /// Returns the next pause; `None` when the time for retries is over.
    pub(super) fn pause(&mut self, now: Duration, retry_for: Duration) -> Option<Duration> {
        let pause = self.backoff.next(retry_for.saturating_sub(now.saturating_sub(self.since)))?;
        self.until = now + pause;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::reply::Answer;

    #[test]
    fn a_letters_time_counts_from_its_own_first_deferral_and_it_is_retried_once_at_least() {
        let seconds = Duration::from_secs;
        let deferred = Reply::Deferred(Answer::default());
        let mut deferrals = Deferrals::new(seconds(60));
        deferrals.count(1, &deferred, seconds(0));
        deferrals.count(2, &deferred, seconds(100));
        let retries = deferrals.retries(seconds(130));
        assert_eq!((retries.letters, retries.left, retries.is_first), (2, seconds(30), true));
        deferrals.count(1, &deferred, seconds(131));
        assert!(!deferrals.is_retried(1, seconds(132)), "its time was over, and it was retried");
        assert!(deferrals.is_retried(2, seconds(132)));
        deferrals.count(2, &Reply::Accepted(Answer::default()), seconds(133));
        assert_eq!(deferrals.retries(seconds(134)).letters, 0);
        let mut never = Deferrals::new(Duration::ZERO);
        never.count(1, &deferred, seconds(0));
        assert!(!never.is_retried(1, seconds(0)));
    }
}
