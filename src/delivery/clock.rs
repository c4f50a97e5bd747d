//! Time, handed in from above: delivery paces by the clock it is given and reads none itself.

use jiff::Timestamp;
use std::time::Duration;

/// A clock that can also wait. Several connections share it.
pub trait Clock: Sync {
    /// The time of day, for the record.
    fn now(&self) -> Timestamp;

    /// Time that never runs backwards, for pauses and limits; from any beginning.
    fn elapsed(&self) -> Duration;

    /// Waits, or returns early when the run is to stop.
    fn wait(&self, pause: Duration);
}
