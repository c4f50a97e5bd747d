//! The clock that the caller gives: delivery must never read one itself.

use jiff::Timestamp;
use std::time::Duration;

/// A clock that can also wait. Workers share it.
pub trait Clock: Sync {
    /// The time of day, for the record.
    fn now(&self) -> Timestamp;

    /// Monotonic time, for pauses and limits.
    fn elapsed(&self) -> Duration;

    /// Waits; returns early when the run should stop.
    fn wait(&self, pause: Duration);
}
