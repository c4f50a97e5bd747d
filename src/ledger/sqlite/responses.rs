//! What people recorded as the answers to letters, beside the states.
//!
//! A recorded answer must never change a state or the relay's answer, and is never changed itself: a later one counts instead.

use super::{SqliteLedger, Syncing};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::ledger::records::{NewResponse, Response, ResponseKind, TAKEN_BACK, truncated};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

impl SqliteLedger {
    /// Records answers, all or none. Durable when it returns.
    pub(crate) fn respond(
        &mut self,
        responses: &[NewResponse<'_>],
        by: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(Syncing::Now, "record an answer", |tx| {
            let sql =
                "INSERT INTO response (letter, kind, answered_on, note, by_whom, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let mut insert = tx.prepare_cached(sql)?;
            for NewResponse { letter, kind, on, note } in responses {
                let kind = kind.map_or(TAKEN_BACK, ResponseKind::name);
                insert.execute(params![letter, kind, on.to_string(), note, by, now.to_string()])?;
            }
            Ok(())
        })
    }

    /// Returns the answer to a letter, if one is recorded.
    pub(crate) fn response(&self, id: &str) -> Result<Option<Response>, LedgerError> {
        // Before format 4 nobody could record one.
        if self.format < 4 {
            return Ok(None);
        }
        let sql =
            "SELECT kind, answered_on, note, by_whom FROM response WHERE letter = ?1 ORDER BY number DESC LIMIT 1";
        let read = || -> Result<Option<Response>, Abort> {
            let found: Option<(String, String, Option<String>, String)> = self
                .db
                .prepare_cached(sql)?
                .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                .optional()?;
            let Some((kind, on, note, by)) = found.filter(|(kind, ..)| kind != TAKEN_BACK) else { return Ok(None) };
            let unreadable = || Abort::Damaged("an answer cannot be read".into());
            let kind = ResponseKind::named(&kind).ok_or_else(unreadable)?;
            Ok(Some(Response { kind, on: on.parse().map_err(|_| unreadable())?, note, by }))
        };
        read().map_err(|abort| self.reading(abort))
    }

    /// Returns the ids of all letters that have an answer.
    pub(crate) fn answered(&self) -> Result<Vec<String>, LedgerError> {
        if self.format < 4 {
            return Ok(Vec::new());
        }
        let sql = "SELECT letter FROM response AS last WHERE kind <> 'none'
                   AND number = (SELECT max(number) FROM response WHERE letter = last.letter) ORDER BY letter";
        let ids = || self.db.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>();
        ids().map_err(|error| self.reading(error.into()))
    }

    /// Records how many signatories the letters of a run print, and how many by name. Written when it returns, not synced.
    pub(crate) fn record_roll(&mut self, run: &str, total: u64, listed: u64) -> Result<(), LedgerError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.write(Syncing::Later, "record the number of signatories", |tx| {
            tx.execute("INSERT INTO roll VALUES (?1, ?2, ?3)", params![run, number(total), number(listed)])?;
            Ok(())
        })
    }

    /// Records the subjects of letters that are about to be claimed, by their ids. Written when it returns, not synced.
    pub(crate) fn record_subjects(&mut self, subjects: &[(String, String)]) -> Result<(), LedgerError> {
        self.write(Syncing::Later, "record the subjects", |tx| {
            let sql =
                "INSERT INTO subject VALUES (?1, ?2) ON CONFLICT (letter) DO UPDATE SET text = ?2 WHERE text <> ?2";
            let mut insert = tx.prepare_cached(sql)?;
            subjects.iter().try_for_each(|(id, subject)| insert.execute([id, truncated(subject)]).map(drop))?;
            Ok(())
        })
    }

    /// Returns the subject under which a letter was last sent; `None` if that is not recorded.
    pub(crate) fn subject_of(&self, id: &str) -> Result<Option<String>, LedgerError> {
        if self.format < 4 {
            return Ok(None);
        }
        let found = self.db.prepare_cached("SELECT text FROM subject WHERE letter = ?1");
        let found = found.and_then(|mut query| query.query_row([id], |row| row.get(0)));
        found.optional().map_err(|error| self.reading(error.into()))
    }

    /// Returns how many signatories a letter printed when it was last claimed, and how many by name; `None` if that is not
    /// recorded.
    pub(crate) fn roll_of(&self, id: &str) -> Result<Option<(u64, u64)>, LedgerError> {
        if self.format < 4 {
            return Ok(None);
        }
        let sql = "SELECT total, listed FROM roll WHERE run =
                   (SELECT run FROM event WHERE letter = ?1 AND what = 'claimed' ORDER BY number DESC LIMIT 1)";
        let found = self.db.prepare_cached(sql).and_then(|mut query| {
            query
                .query_row([id], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs())))
        });
        found.optional().map_err(|error| self.reading(error.into()))
    }
}
