//! Counts letters and moves.
//!
//! Each function reads for an instant: a log that is read cannot be moved into the file.

use super::SqliteLedger;
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::ledger::records::{Summary, at};
use crate::private_file;
use rusqlite::{OptionalExtension, Row};

impl SqliteLedger {
    pub(in crate::ledger) fn summary(&self) -> Result<Summary, LedgerError> {
        let read = || -> Result<Summary, Abort> {
            let tx = self.db.unchecked_transaction()?;
            let mut summary = Summary::default();
            // Times are texts of different lengths: they can be compared up to the seconds.
            let sql = "SELECT state, count(*), min(substr(at, 1, 19)) FILTER (WHERE state = 'unknown')
                 FROM letter GROUP BY state";
            let mut select = tx.prepare_cached(sql)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                summary.add(&row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)?;
            }
            let sql = "SELECT at FROM event WHERE what = 'accepted' ORDER BY number DESC LIMIT 1";
            let last = tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, String>(0)).optional()?;
            summary.last_accepted = last.map(|last| at(&last)).transpose()?;
            Ok(summary)
        };
        let mut summary = read().map_err(|abort| self.reading(abort))?;
        let lock = self.path.with_file_name("lock");
        let is_held = private_file::is_held(&lock).map_err(LedgerError::io("read the lock", &lock))?;
        summary.workers = is_held.into();
        Ok(summary)
    }

    pub(in crate::ledger) fn ids(&self) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT id FROM letter";
        let ids = || self.db.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>();
        ids().map_err(|error| self.reading(error.into()))
    }

    /// How often each move happened, by its name.
    pub(in crate::ledger) fn moves(&self) -> Result<Vec<(String, i64)>, LedgerError> {
        let sql = "SELECT what, count(*) FROM event GROUP BY what";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let moves = || self.db.prepare(sql)?.query_map([], read)?.collect::<rusqlite::Result<_>>();
        moves().map_err(|error| self.reading(error.into()))
    }
}
