//! Counts letters and moves of a shared ledger, and the runs that are at work.

use super::PostgresLedger;
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::ledger::records::{Summary, at};

/// One statement sees one moment. Times are texts of different lengths: they can be compared up to the seconds.
const SUMMARY: &str = "SELECT totals.state, totals.letters, totals.since,
        (SELECT at FROM event WHERE campaign = $1 AND what = 'accepted' ORDER BY number DESC LIMIT 1),
        (SELECT count(*) FROM run WHERE campaign = $1 AND lease > clock_timestamp()),
        (SELECT halt FROM campaign WHERE key = $1 AND NOT EXISTS
            (SELECT FROM run WHERE run.campaign = $1 AND run.began_at > campaign.halted_at))
    FROM (SELECT 1) AS one LEFT JOIN (
        SELECT state, count(*) AS letters, min(left(at, 19)) FILTER (WHERE state = 'unknown') AS since
        FROM letter WHERE campaign = $1 AND seen GROUP BY state
    ) AS totals ON true";

impl PostgresLedger {
    pub(in crate::ledger) fn summary(&self) -> Result<Summary, LedgerError> {
        let rows = self.link.borrow_mut().run("read the ledger", |session, _| session.query(SUMMARY, &[&self.key]))?;
        let summarize = || -> Result<Summary, Abort> {
            let mut summary = Summary::default();
            for row in &rows {
                let accepted: Option<&str> = row.get(3);
                summary.last_accepted = accepted.map(at).transpose()?;
                summary.workers = row.get::<_, i64>(4).unsigned_abs();
                summary.halt = row.get(5);
                // The only row of an empty ledger has no state.
                if let Some(state) = row.get(0) {
                    summary.add(state, row.get(1), row.get(2))?;
                }
            }
            Ok(summary)
        };
        summarize().map_err(|abort| self.reading(abort))
    }

    pub(in crate::ledger) fn ids(&self) -> Result<Vec<String>, LedgerError> {
        self.read("SELECT id FROM letter WHERE campaign = $1 AND seen", &[&self.key], |row| row.get(0))
    }

    /// How often each move happened, by its name.
    pub(in crate::ledger) fn moves(&self) -> Result<Vec<(String, i64)>, LedgerError> {
        let sql = "SELECT what, count(*) FROM event WHERE campaign = $1 GROUP BY what";
        self.read(sql, &[&self.key], |row| (row.get(0), row.get(1)))
    }
}
