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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Claim, LedgerPlace, Run};
    use crate::message::reply::{Answer, Reply, Stage};

    /// What is left of two letters a day at a moment, in New York, after letters to Ada at these moments.
    fn left(sent: &[(&str, u16)], now: &str) -> usize {
        let home = tempfile::tempdir().expect("a folder");
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        let mut ledger = LedgerPlace::new(home.path(), "action", None)
            .create("ledger", at("2018-01-01T00:00:00Z"))
            .expect("a ledger");
        for (rank, (moment, code)) in sent.iter().enumerate() {
            let id = format!("s{rank}.ada");
            let claim =
                Claim { id: &id, number: 1, digest: "sha256:1", message_id: "<1@a.example>", to: "Ada@b.example" };
            ledger.claim(&[claim], &Run { id: "run", boot: "boot" }, at(moment)).expect("claimed");
            let answer = Answer { stage: Stage::Dot, code: Some(*code), text: String::new() };
            let reply = if *code < 300 { Reply::Accepted(answer) } else { Reply::Deferred(answer) };
            ledger.record(&id, &reply, at(moment)).expect("recorded");
        }
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let limit = PerDay { most: 2, zone: &zone, now: at(now) };
        let mut quota = DailyQuota::new(limit, Some(&ledger)).expect("a quota");
        let [ada, other] = ["ada@b.example", "other@b.example"].map(|address| address.parse().expect("an address"));
        assert!(quota.take(&other), "each recipient has their own");
        (0..5).filter(|_| quota.take(&ada)).count()
    }

    #[test]
    fn letters_of_the_day_count_in_the_campaigns_zone() {
        assert_eq!(left(&[], "2018-01-11T12:00:00Z"), 2);
        // In New York the day begins at 05:00 UTC.
        assert_eq!(left(&[("2018-01-11T05:10:00Z", 250)], "2018-01-11T12:00:00Z"), 1);
        assert_eq!(left(&[("2018-01-11T04:50:00Z", 250)], "2018-01-11T12:00:00Z"), 2, "yesterday there");
        assert_eq!(left(&[("2018-01-11T12:00:00Z", 250); 2], "2018-01-12T04:50:00Z"), 0, "still the same day");
        assert_eq!(left(&[("2018-01-11T12:00:00Z", 250); 2], "2018-01-12T05:10:00Z"), 2, "the next day");
    }

    #[test]
    fn only_letters_that_may_have_arrived_count() {
        assert_eq!(left(&[("2018-01-11T12:00:00Z", 450)], "2018-01-11T13:00:00Z"), 2);
    }
}
