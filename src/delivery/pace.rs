//! How fast and how often: the pauses between letters that keep a rate, and the growing pauses between tries.
//!
//! Pure arithmetic over a clock's readings; nothing here waits.

use std::collections::BTreeMap;
use std::time::Duration;

/// At most so many letters are claimed together.
const WIDEST: u128 = 256;

/// Keeps the pause between any two letters, and that between two letters to one domain.
pub(super) struct Pace {
    pause: Duration,
    per_domain: Duration,
    next: Duration,
    /// When each domain is due again, in lower case.
    domains: BTreeMap<String, Duration>,
    /// How many domains are held before those that are due are forgotten.
    enough: usize,
}

impl Pace {
    pub(super) fn new(pause: Option<Duration>, per_domain: Option<Duration>) -> Self {
        let (pause, per_domain) = (pause.unwrap_or_default(), per_domain.unwrap_or_default());
        Pace { pause, per_domain, next: Duration::ZERO, domains: BTreeMap::new(), enough: 64 }
    }

    /// When a letter to this domain may go.
    pub(super) fn due(&self, domain: &str) -> Duration {
        if !self.is_per_domain() {
            return self.next;
        }
        let domain = self.domains.get(&domain.to_ascii_lowercase()).copied().unwrap_or_default();
        self.next.max(domain)
    }

    /// A letter to this domain goes now.
    pub(super) fn goes(&mut self, domain: &str, now: Duration) {
        // A rate is a promise about every minute, so time that was not used is not made up for.
        self.next = now + self.pause;
        if self.is_per_domain() {
            if self.domains.len() >= self.enough {
                self.domains.retain(|_, due| *due > now);
                self.enough = 64.max(self.domains.len() * 2);
            }
            self.domains.insert(domain.to_ascii_lowercase(), now + self.per_domain);
        }
    }

    /// Whether the domain says which letter goes next.
    pub(super) fn is_per_domain(&self) -> bool {
        !self.per_domain.is_zero()
    }

    /// How many letters to claim together: what goes within a second, so that no claim grows old.
    pub(super) fn window(&self) -> usize {
        if self.is_per_domain() {
            return 1;
        }
        let within = Duration::from_secs(1).as_nanos().checked_div(self.pause.as_nanos()).unwrap_or(WIDEST);
        within.clamp(1, WIDEST) as usize
    }
}

/// The pauses between tries: each twice the one before, a little shorter or longer by chance, until the time is over.
pub(super) struct Pauses {
    left: Duration,
    next: Duration,
    last: Duration,
    chance: u64,
}

/// No pause is longer than this.
const LONGEST: Duration = Duration::from_secs(600);

impl Pauses {
    /// Pauses that together last at most `retry_for`. `seed` decides the chance.
    pub(super) fn new(retry_for: Duration, seed: u64) -> Self {
        let first = (retry_for / 100).clamp(Duration::from_millis(20), Duration::from_secs(30));
        Pauses { left: retry_for, next: first, last: Duration::ZERO, chance: seed | 1 }
    }

    /// The next pause; `None` when the time is over. `spent` is the time since the last one was asked for.
    pub(super) fn next(&mut self, spent: Duration) -> Option<Duration> {
        self.left = self.left.saturating_sub(spent);
        // xorshift: chance enough to keep two senders from trying in step.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        let wanted = self.next.mul_f64(0.8 + (self.chance % 1000) as f64 / 2500.0);
        self.next = (self.next * 2).min(LONGEST);
        // The last try comes when the time is over, unless one has just been made.
        let pause = wanted.min(self.left);
        if pause.is_zero() || pause < self.last / 2 {
            self.left = Duration::ZERO;
            return None;
        }
        self.left -= pause;
        self.last = pause;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_rates_are_kept_over_any_stretch_of_letters(
            pause in 0..5u64,
            per_domain in 0..20u64,
            letters in prop::collection::vec((0..9u64, 0..100usize), 1..300),
        ) {
            let seconds = Duration::from_secs;
            let mut pace = Pace::new(Some(seconds(pause)), Some(seconds(per_domain)));
            let mut now = seconds(5);
            let mut sent: Vec<(Duration, String)> = Vec::new();
            for (delay, domain) in letters {
                now += seconds(delay);
                let domain = format!("{domain}.Example");
                now = now.max(pace.due(&domain));
                pace.goes(&domain, now);
                sent.push((now, domain.to_lowercase()));
            }
            prop_assert!(sent.windows(2).all(|pair| pair[1].0 - pair[0].0 >= seconds(pause)));
            for (n, (at, domain)) in sent.iter().enumerate() {
                if let Some((before, _)) = sent[..n].iter().rev().find(|(_, other)| other == domain) {
                    prop_assert!(*at - *before >= seconds(per_domain));
                }
            }
        }
    }

    #[test]
    fn a_window_is_what_goes_within_a_second() {
        let window = |per_second: Option<u32>| Pace::new(per_second.map(|n| Duration::from_secs(1) / n), None).window();
        assert_eq!([None, Some(1), Some(20), Some(100_000)].map(window), [256, 1, 20, 256]);
        assert_eq!(Pace::new(Some(Duration::from_secs(3600)), None).window(), 1);
        assert_eq!(Pace::new(None, Some(Duration::from_millis(1))).window(), 1);
    }

    #[test]
    fn pauses_grow_and_fill_their_time() {
        for seed in 0..50 {
            let time = Duration::from_secs(900);
            let mut pauses = Pauses::new(time, seed);
            let all: Vec<_> = std::iter::from_fn(|| pauses.next(Duration::ZERO)).collect();
            let (rest, growing) = all.split_last().expect("some pauses");
            assert!(growing.is_sorted() && *rest >= growing[growing.len() - 1] / 2, "{all:?}");
            let total: Duration = all.iter().sum();
            assert!((time * 2 / 3..=time).contains(&total), "{all:?}");
        }
    }

    #[test]
    fn long_pauses_stay_below_their_bound_and_do_not_end_early() {
        let day = Duration::from_secs(86_400);
        let mut pauses = Pauses::new(day, 7);
        let all: Vec<_> = std::iter::from_fn(|| pauses.next(Duration::ZERO)).collect();
        assert!(all.iter().all(|pause| *pause <= LONGEST.mul_f64(1.2)));
        assert!(all.iter().sum::<Duration>() > day - LONGEST, "{all:?}");
    }

    #[test]
    fn no_time_to_retry_means_no_retry() {
        assert_eq!(Pauses::new(Duration::ZERO, 7).next(Duration::ZERO), None);
        assert_eq!(Pauses::new(Duration::from_secs(60), 7).next(Duration::from_secs(60)), None);
    }
}
