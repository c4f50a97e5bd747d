//! A deadline for a wait.
//!
//! A socket timeout applies to each read, so a relay that sends single bytes could make a wait endless. A deadline is fixed
//! when the wait begins. The clock read here must never decide anything that is recorded.

#![allow(clippy::disallowed_methods, reason = "waiting for a server needs a clock of its own")]

use std::time::{Duration, Instant};

/// The end of a wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// Creates a deadline after `duration`; none if the clock cannot represent it.
    pub(super) fn after(duration: Duration) -> Self {
        Deadline(Instant::now().checked_add(duration))
    }

    /// Returns the time left; `None` when it has passed.
    pub(super) fn left(self) -> Option<Duration> {
        let left = self.0.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }
}
