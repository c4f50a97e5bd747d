//! Rates between letters and growing pauses between retries.
//!
//! It only calculates with clock readings; nothing here may wait.

use std::collections::BTreeMap;
use std::time::Duration;

/// The most letters claimed together.
const MAX_WINDOW: usize = 256;

/// Keeps the pause between two letters, and between two letters to one domain.
pub(super) struct Pace {
    pause: Duration,
    per_domain: Duration,
    next: Duration,
    /// When each domain (in lower case) may get the next letter.
    domains: BTreeMap<String, Duration>,
    /// The number of domains at which those that are due are dropped.
    keep: usize,
}

impl Pace {
    pub(super) fn new(pause: Option<Duration>, per_domain: Option<Duration>) -> Self {
        let (pause, per_domain) = (pause.unwrap_or_default(), per_domain.unwrap_or_default());
        Pace { pause, per_domain, next: Duration::ZERO, domains: BTreeMap::new(), keep: 64 }
    }

    /// Returns when a letter to this domain may be sent.
    pub(super) fn due(&self, domain: &str) -> Duration {
        if !self.is_per_domain() {
            return self.next;
        }
        let domain = self.domains.get(&domain.to_ascii_lowercase()).copied().unwrap_or_default();
        self.next.max(domain)
    }

    /// Records that a letter to this domain is sent now.
    pub(super) fn sent(&mut self, domain: &str, now: Duration) {
        // The rate must hold in every minute, so unused time is not made up for.
        self.next = now + self.pause;
        if self.is_per_domain() {
            if self.domains.len() >= self.keep {
                self.domains.retain(|_, due| *due > now);
                self.keep = 64.max(self.domains.len() * 2);
            }
            self.domains.insert(domain.to_ascii_lowercase(), now + self.per_domain);
        }
    }

    /// Whether there is a rate for each domain.
    pub(super) fn is_per_domain(&self) -> bool {
        !self.per_domain.is_zero()
    }

    /// Whether there is any rate.
    pub(super) fn is_limited(&self) -> bool {
        !self.pause.is_zero() || self.is_per_domain()
    }
}

/// How many letters are claimed together: what is sent in a span of time, but not less than one letter for each connection; under
/// a rate, one.
pub(super) struct Window {
    span: Duration,
    least: usize,
    width: usize,
    /// When the last window was claimed.
    claimed: Option<Duration>,
}

/// How long sending a window should take. After a power cut every claimed letter is unknown.
const SPAN: Duration = Duration::from_millis(100);

/// The same for a shared ledger. It knows which letters have begun; the others of a lost run are sent later, by another one.
const SHARED_SPAN: Duration = Duration::from_millis(500);

impl Window {
    pub(super) fn new(pace: &Pace, connections: u32, is_shared: bool) -> Self {
        let least = if pace.is_limited() { 1 } else { connections as usize };
        let span = if is_shared { SHARED_SPAN } else { SPAN };
        Window { span, least, width: least, claimed: None }
    }

    /// Returns the width of the window that is claimed now, from how long the last one took.
    pub(super) fn next(&mut self, pace: &Pace, now: Duration) -> usize {
        let before = self.claimed.replace(now);
        if let (Some(before), false) = (before, pace.is_limited()) {
            let spent = now.saturating_sub(before).as_micros().max(1);
            let fits = (self.width as u128 * self.span.as_micros() / spent) as usize;
            self.width = fits.min(self.width * 2).clamp(self.least, MAX_WINDOW.max(self.least));
        }
        self.width
    }
}

/// Pauses between retries: each about twice the one before, with jitter.
pub(super) struct Backoff {
    next: Duration,
    last: Duration,
    random: u64,
}

/// The longest pause, before jitter.
const MAX_PAUSE: Duration = Duration::from_secs(600);

impl Backoff {
    /// Pauses for retries that go on for `retry_for`. `seed` decides the jitter.
    pub(super) fn new(retry_for: Duration, seed: u64) -> Self {
        let first = (retry_for / 100).clamp(Duration::from_millis(20), Duration::from_secs(30));
        Backoff { next: first, last: Duration::ZERO, random: seed | 1 }
    }

    /// Returns the next pause; `None` if too little time is left.
    pub(super) fn next(&mut self, left: Duration) -> Option<Duration> {
        // xorshift: random enough to keep two senders from retrying in step.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let wanted = self.next.mul_f64(0.8 + (self.random % 1000) as f64 / 2500.0);
        self.next = (self.next * 2).min(MAX_PAUSE);
        // The last retry comes when the time is over, unless one was just made.
        let pause = wanted.min(left);
        if pause.is_zero() || pause < self.last / 2 {
            return None;
        }
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
                pace.sent(&domain, now);
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
    fn a_window_grows_to_what_is_sent_in_its_span() {
        let widths_of = |is_shared, pace: &Pace, connections, letters_per_second: u64| {
            let mut window = Window::new(pace, connections, is_shared);
            let mut now = Duration::ZERO;
            let mut width = 0;
            for _ in 0..30 {
                width = window.next(pace, now);
                now += Duration::from_secs(width as u64) / letters_per_second as u32;
            }
            width
        };
        let widths = |pace: &Pace, connections, per_second| widths_of(false, pace, connections, per_second);
        let free = Pace::new(None, None);
        assert!((7..=8).contains(&widths_of(true, &free, 1, 16)), "of a shared ledger");
        assert_eq!(widths(&free, 1, 5), 1);
        assert_eq!(widths(&free, 4, 5), 4, "never less than what is in flight");
        assert!((45..=50).contains(&widths(&free, 1, 500)));
        assert_eq!(widths(&free, 1, 100_000), 256);
        assert_eq!(widths(&Pace::new(Some(Duration::from_millis(1)), None), 9, 100_000), 1);
        assert_eq!(widths(&Pace::new(None, Some(Duration::from_millis(1))), 9, 100_000), 1);
    }

    /// All pauses, if nothing else takes time.
    fn until_over(backoff: &mut Backoff, mut left: Duration) -> Vec<Duration> {
        std::iter::from_fn(|| {
            let pause = backoff.next(left)?;
            left -= pause;
            Some(pause)
        })
        .collect()
    }

    #[test]
    fn pauses_grow_and_fill_their_time() {
        for seed in 0..50 {
            let time = Duration::from_secs(900);
            let mut backoff = Backoff::new(time, seed);
            let all = until_over(&mut backoff, time);
            let (rest, growing) = all.split_last().expect("some backoff");
            assert!(growing.is_sorted() && *rest >= growing[growing.len() - 1] / 2, "{all:?}");
            let total: Duration = all.iter().sum();
            assert!((time * 2 / 3..=time).contains(&total), "{all:?}");
        }
    }

    #[test]
    fn long_pauses_stay_below_their_bound_and_do_not_end_early() {
        let day = Duration::from_secs(86_400);
        let mut backoff = Backoff::new(day, 7);
        let all = until_over(&mut backoff, day);
        assert!(all.iter().all(|pause| *pause <= MAX_PAUSE.mul_f64(1.2)));
        assert!(all.iter().sum::<Duration>() > day - MAX_PAUSE, "{all:?}");
    }

    #[test]
    fn no_time_to_retry_means_no_retry() {
        assert_eq!(Backoff::new(Duration::ZERO, 7).next(Duration::ZERO), None);
        assert_eq!(Backoff::new(Duration::from_secs(60), 7).next(Duration::ZERO), None);
    }
}
