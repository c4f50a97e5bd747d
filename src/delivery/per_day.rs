//! How many letters each recipient gets a day.
//!
//! The day is the one on which the run began, in the campaign's time zone: a run over midnight sends no more. Letters that may
//! have arrived count.

use crate::ledger::{Ledger, LedgerError, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::Address;
use std::collections::HashMap;

/// The limit, and the day.
#[derive(Clone, Copy, Debug)]
pub struct PerDay<'a> {
    /// The most letters to one address.
    pub most: u32,
    /// Where the day is.
    pub zone: &'a TimeZone,
    /// A moment of the day.
    pub now: Timestamp,
}

/// What each recipient may still get today.
pub struct DailyQuota {
    most: u32,
    /// How many letters each address got, in lower case.
    sent: HashMap<String, u32>,
}

impl DailyQuota {
    /// What is left after the letters of this day in the ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn new(limit: PerDay<'_>, ledger: Option<&Ledger>) -> Result<DailyQuota, LedgerError> {
        let day = |at: Timestamp| at.to_zoned_datetime(limit.zone.clone()).date();
        let mut quota = DailyQuota { most: limit.most, sent: HashMap::new() };
        for entry in ledger.into_iter().flat_map(|ledger| ledger.entries(&ARRIVED)) {
            let entry = entry?;
            if day(entry.at) == day(limit.now) {
                quota.count(&entry.to);
            }
        }
        Ok(quota)
    }

    /// Whether an address may get one letter more today; it is counted if so.
    pub fn take(&mut self, to: &Address) -> bool {
        let to: &str = to.as_ref();
        let has_room = self.sent.get(&to.to_lowercase()).is_none_or(|sent| *sent < self.most);
        if has_room {
            self.count(to);
        }
        has_room
    }

    fn count(&mut self, to: &str) {
        *self.sent.entry(to.to_lowercase()).or_default() += 1;
    }
}

/// The states of letters that have arrived, or may have.
const ARRIVED: [State; 3] = [State::Accepted, State::Offered, State::Unknown];
