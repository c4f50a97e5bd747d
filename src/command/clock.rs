//! Reads the system's clock, boot id and random numbers, for the modules that must not.

use crate::campaign::Campaign;
use crate::delivery::Clock;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a wait checks whether it should stop.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The system's clock; its waits end early when the run should stop.
pub(super) struct SystemClock {
    start: Instant,
    stop: Arc<AtomicBool>,
}

impl SystemClock {
    pub(super) fn new(stop: Arc<AtomicBool>) -> Self {
        SystemClock { start: Instant::now(), stop }
    }

    /// Whether the run should stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn wait(&self, pause: Duration) {
        let until = Instant::now() + pause;
        while !self.stop.load(Ordering::Relaxed) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(POLL_INTERVAL));
        }
    }
}

/// Today in the campaign's zone.
pub(super) fn today(campaign: &Campaign) -> Date {
    Timestamp::now().to_zoned_datetime(campaign.settings.timezone.clone()).date()
}

/// Why a day cannot be meant, with today in the campaign's zone: elsewhere it may have come already.
pub(super) fn in_the_future(day: Date, campaign: &Campaign) -> String {
    let zone = campaign.settings.timezone.iana_name().unwrap_or("UTC");
    format!("{day} is in the future: in {zone} it is {}", today(campaign))
}

/// Parses a day on the command line.
pub(super) fn parse_day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "must be a date, such as 2018-01-20".to_owned())
}

/// A moment in its own zone, with UTC beside it: `2018-01-11 09:00 -05:00 (14:00 UTC)`.
pub(super) fn format_moment(at: &ZonedDateTime) -> String {
    let utc = at.with_time_zone(TimeZone::UTC);
    if at.offset().is_zero() {
        return utc.strftime("%Y-%m-%d %H:%M UTC").to_string();
    }
    let beside = if utc.date() == at.date() { "%H:%M UTC" } else { "%Y-%m-%d %H:%M UTC" };
    format!("{} ({})", at.strftime("%Y-%m-%d %H:%M %:z"), utc.strftime(beside))
}

/// The id of this boot of the machine; empty if the system has none.
pub(super) fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned()).unwrap_or_default()
}

/// A random id: 32 hexadecimal digits.
pub(super) fn random_id() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .map_err(|_| anyhow::anyhow!("cannot get random numbers from the system"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
