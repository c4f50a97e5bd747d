//! Until when something is waited for.
//!
//! A system's own limit is one for each read, so that a relay that says a little now and then is waited for without an
//! end. Here the end is fixed when the wait begins. This is the one place below the hall that looks at a clock: it
//! decides how long to listen, and nothing that is written down.

#![allow(clippy::disallowed_methods, reason = "waiting for a server needs a clock of its own")]

use std::time::{Duration, Instant};

/// A moment after which nothing is waited for any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// So far from now; a patience beyond what the clock can count has no end.
    pub(super) fn after(patience: Duration) -> Self {
        Deadline(Instant::now().checked_add(patience))
    }

    /// What is left; nothing when it has passed.
    pub(super) fn left(self) -> Option<Duration> {
        let left = self.0.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }
}
