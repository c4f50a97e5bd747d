//! Claims that are missing in this ledger: made by a later state of it, or by a copy.
//!
//! The outbox's claims file has every claim that was made from it. A letter with a claim that is missing in the ledger may
//! have been sent: it must never be offered again before a person settles it.

use super::offer::{self, Note};
use super::{SqliteLedger, Syncing, archive};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::ledger::moves::{Move, State};
use crate::ledger::records::{Claim, is_copy};
use jiff::Timestamp;
use rusqlite::params;

impl SqliteLedger {
    /// Returns how many bytes of the claims file need no comparing: the ledger has every claim in them.
    pub(crate) fn claims_read(&self) -> Result<u64, LedgerError> {
        if self.format == 1 {
            return Ok(0);
        }
        let read = self.db.query_row("SELECT claims_read FROM ledger", [], |row| row.get::<_, i64>(0));
        let read = read.map(i64::unsigned_abs);
        read.map_err(|error| Abort::from(error).into_error("read the ledger", &self.path))
    }

    /// Whether the ledger has this claim: a letter's id, and the number of the event that claimed it, or that of a copy's claim.
    pub(crate) fn has_claim(&self, id: &str, event: i64) -> Result<bool, LedgerError> {
        if is_copy(event) {
            return self.has_copy_claim(id, event);
        }
        let sql = "SELECT 1 FROM event WHERE number = ?1 AND letter = ?2 AND what = ?3";
        let found =
            self.db.prepare_cached(sql).and_then(|mut query| query.exists(params![event, id, Move::Claimed.name()]));
        found.map_err(|error| Abort::from(error).into_error("read the ledger", &self.path))
    }

    /// Records the letters of missing claims as unknown, except those that are accepted or dropped, and how many bytes of the
    /// claims file were read. Copies are recorded as unknown too. Each claim comes with its number. Durable when it returns.
    pub(crate) fn take_over(
        &mut self,
        claims: &[(i64, Claim<'_>)],
        read: u64,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(Syncing::Now, "record claims made elsewhere", |tx| {
            for (number, claim) in claims {
                offer::insert_unseen(tx, claim, now)?;
                if is_copy(*number) {
                    archive::claimed_elsewhere(tx, claim.id, *number, now)?;
                    continue;
                }
                let state = offer::state(tx, claim.id)?;
                if Move::ClaimedElsewhere.from().contains(&state) {
                    let note = Note { digest: Some(claim.digest), to: Some(claim.to), ..Note::default() };
                    offer::transition(tx, claim.id, Move::ClaimedElsewhere, now, &note)?;
                }
            }
            let read = i64::try_from(read).unwrap_or(i64::MAX);
            tx.execute("UPDATE ledger SET claims_read = ?1", [read])?;
            Ok(())
        })
    }

    /// Returns the ids of letters that were claimed elsewhere and are not settled yet.
    pub(crate) fn claimed_elsewhere(&self) -> Result<Vec<String>, LedgerError> {
        let ids = || {
            self.db
                .prepare(
                    "SELECT letter.id FROM letter JOIN event ON event.number = letter.answer
                     WHERE letter.state = ?1 AND event.what = ?2 ORDER BY letter.number, letter.id",
                )?
                .query_map([State::Unknown.name(), Move::ClaimedElsewhere.name()], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()
        };
        ids().map_err(|error| Abort::from(error).into_error("read the ledger", &self.path))
    }
}
