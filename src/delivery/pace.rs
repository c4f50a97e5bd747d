//! How fast and how often: the pause between letters that keeps a rate, and the growing pauses between tries.
//!
//! Pure arithmetic over a clock's readings; nothing here waits.

use std::time::Duration;

/// Keeps the pause between two letters.
pub(super) struct Pace {
    pause: Duration,
    next: Duration,
}

impl Pace {
    pub(super) fn new(pause: Option<Duration>) -> Self {
        Pace { pause: pause.unwrap_or_default(), next: Duration::ZERO }
    }

    /// How long to wait before a letter that would go now; the letter counts as sent after that.
    pub(super) fn take(&mut self, now: Duration) -> Duration {
        let wait = self.next.saturating_sub(now);
        // A rate is a promise about every minute, so time that was not used is not made up for.
        self.next = now + wait + self.pause;
        wait
    }
}

/// The pauses between tries: each twice the one before, a little shorter or longer by chance, until the time is over.
pub(super) struct Pauses {
    left: Duration,
    next: Duration,
    chance: u64,
}

/// No pause is longer than this.
const LONGEST: Duration = Duration::from_secs(600);

impl Pauses {
    /// Pauses that together last at most `retry_for`. `seed` decides the chance.
    pub(super) fn new(retry_for: Duration, seed: u64) -> Self {
        let first = (retry_for / 100).clamp(Duration::from_millis(20), Duration::from_secs(30));
        Pauses { left: retry_for, next: first, chance: seed | 1 }
    }

    /// The next pause; `None` when the time is over. `spent` is the time since the last one was asked for.
    pub(super) fn next(&mut self, spent: Duration) -> Option<Duration> {
        self.left = self.left.saturating_sub(spent);
        // xorshift: chance enough to keep two senders from trying in step.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        let pause = self.next.mul_f64(0.8 + (self.chance % 1000) as f64 / 2500.0);
        self.next = (self.next * 2).min(LONGEST);
        if self.left.is_zero() || pause > self.left {
            self.left = Duration::ZERO;
            return None;
        }
        self.left -= pause;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_over_any_stretch_of_letters() {
        let mut pace = Pace::new(Some(Duration::from_secs(2)));
        let mut now = Duration::from_secs(5);
        let mut sent = Vec::new();
        for delay in [0, 0, 7, 0, 1, 0] {
            now += Duration::from_secs(delay);
            now += pace.take(now);
            sent.push(now);
        }
        assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_secs(2)), "{sent:?}");
    }

    #[test]
    fn pauses_grow_and_end_within_their_time() {
        for seed in 0..50 {
            let mut pauses = Pauses::new(Duration::from_secs(900), seed);
            let mut total = Duration::ZERO;
            let mut last = Duration::ZERO;
            while let Some(pause) = pauses.next(Duration::ZERO) {
                assert!(pause > last, "{pause:?} after {last:?}");
                last = pause;
                total += pause;
            }
            assert!(total <= Duration::from_secs(900) && total > Duration::from_secs(200), "{total:?}");
        }
    }

    #[test]
    fn no_time_to_retry_means_no_retry() {
        assert_eq!(Pauses::new(Duration::ZERO, 7).next(Duration::ZERO), None);
        assert_eq!(Pauses::new(Duration::from_secs(60), 7).next(Duration::from_secs(60)), None);
    }
}
