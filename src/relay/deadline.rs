//! A deadline for a wait.
//!
//! Socket timeouts apply to each read, so a relay that sends a byte now and then could keep us forever. Here the end is
//! fixed when the wait begins. The clock read here must never decide anything that is recorded.

#![allow(clippy::disallowed_methods, reason = "waiting for a server needs a clock of its own")]

use std::time::{Duration, Instant};

/// The end of a wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// So far from now; beyond what the clock can count there is no end.
    pub(super) fn after(duration: Duration) -> Self {
        Deadline(Instant::now().checked_add(duration))
    }

    /// Returns the time left; `None` when it has passed.
    pub(super) fn left(self) -> Option<Duration> {
        let left = self.0.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }
}
