//! The copies of accepted letters that go to the archive: rows of their own, in no total.
//!
//! A copy is claimed, durably, before its data is sent, so that none goes twice: one whose claim was never answered stays
//! unknown. A copy that was refused or deferred is offered again by a later run.
//!
//! Each claim of a copy has a number below zero, which distinguishes it from the events that claim letters: -1 for the first of its
//! letter, -2 for the second.

use super::{SqliteLedger, Syncing};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::ledger::moves::{Move, State};
use crate::ledger::records::{self, Claim, Copied, Run, truncated};
use crate::message::reply::Reply;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

impl SqliteLedger {
    /// Whether a copy of this letter is due.
    pub(crate) fn copied(&self, letter: &Claim<'_>) -> Result<Copied, LedgerError> {
        copied(&self.db, letter).map_err(|abort| self.reading(abort))
    }

    /// Claims a copy that is due, for a run. Durable when it returns. Returns the number of the claim: only when it is in the
    /// outbox's claims file may the copy's data be sent. `None` if it is not due.
    pub(crate) fn claim_copy(
        &mut self,
        letter: &Claim<'_>,
        address: &str,
        run: &Run<'_>,
        now: Timestamp,
    ) -> Result<Option<i64>, LedgerError> {
        self.write(Syncing::Now, "claim a copy for the archive", |tx| {
            if !matches!(copied(tx, letter)?, Copied::Due { .. }) {
                return Ok(None);
            }
            let claims: i64 = tx
                .prepare_cached(
                    "INSERT INTO archive (letter, address, state, claims, run, at) VALUES (?1, ?2, 'offered', 1, ?3, ?4)
                     ON CONFLICT (letter) DO UPDATE
                     SET address = ?2, state = 'offered', claims = claims + 1, run = ?3, at = ?4
                     RETURNING claims",
                )?
                .query_row([letter.id, address, run.id, &now.to_string()], |row| row.get(0))?;
            Ok(Some(-claims))
        })
    }

    /// Records the reply to a copy that this run has claimed. Written when it returns, not synced.
    pub(crate) fn record_copy(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        let (state, answer) = (Move::of(reply).to(), reply.answer());
        self.write(Syncing::Later, "record the answer to a copy", |tx| {
            let sql = "UPDATE archive SET state = ?2, at = ?3, stage = ?4, code = ?5, text = ?6
                 WHERE letter = ?1 AND state = 'offered'";
            let (at, stage, text) = (now.to_string(), answer.stage.name(), truncated(&answer.text));
            tx.prepare_cached(sql)?.execute(params![id, state.name(), at, stage, answer.code, text])?;
            Ok(())
        })
    }

    /// Marks as unknown the copies that a killed run had claimed. Durable when it returns. The caller holds the lock.
    pub(crate) fn recover_copies(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        self.write(Syncing::Now, "recover what a lost run left", |tx| {
            tx.execute("UPDATE archive SET state = 'unknown', at = ?1 WHERE state = 'offered'", [now.to_string()])?;
            Ok(())
        })
    }

    /// How many copies are in this state.
    pub(crate) fn copies(&self, state: State) -> Result<u64, LedgerError> {
        let count = "SELECT count(*) FROM archive WHERE state = ?1";
        let found = self.db.query_row(count, [state.name()], |row| row.get::<_, i64>(0));
        found.map(i64::unsigned_abs).map_err(|error| self.reading(error.into()))
    }

    /// Whether the ledger has this claim of a letter's copy.
    pub(super) fn has_copy_claim(&self, id: &str, number: i64) -> Result<bool, LedgerError> {
        // Before format 3 there were no copies.
        if self.format < 3 {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM archive WHERE letter = ?1 AND -claims <= ?2";
        let found = self.db.prepare_cached(sql).and_then(|mut query| query.exists(params![id, number]));
        found.map_err(|error| self.reading(error.into()))
    }
}

/// Records a copy as unknown whose claim is not in this ledger. One that was accepted stays so.
pub(super) fn claimed_elsewhere(tx: &Connection, id: &str, number: i64, now: Timestamp) -> Result<(), Abort> {
    tx.prepare_cached(
        "INSERT INTO archive (letter, state, claims, at) VALUES (?1, 'unknown', -?2, ?3)
         ON CONFLICT (letter) DO UPDATE SET state = 'unknown', claims = -?2, at = ?3
         WHERE claims < -?2 AND state <> 'accepted'",
    )?
    .execute(params![id, number, now.to_string()])?;
    Ok(())
}

fn copied(db: &Connection, letter: &Claim<'_>) -> Result<Copied, Abort> {
    let found: Option<(String, String, Option<String>, Option<String>)> = db
        .prepare_cached(
            "SELECT letter.state, letter.digest, archive.state,
                 (SELECT CASE what WHEN 'began' THEN at END FROM event
                  WHERE event.letter = letter.id AND what IN ('began', 'claimed', 'claimed-elsewhere')
                  ORDER BY number DESC LIMIT 1)
             FROM letter LEFT JOIN archive ON archive.letter = letter.id WHERE letter.id = ?1",
        )?
        .query_row([letter.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((state, digest, copy, sent_at)) = found else { return Ok(Copied::No) };
    if records::state(&state)? != State::Accepted {
        return Ok(Copied::No);
    }
    if let Some(copy) = copy
        && !matches!(records::state(&copy)?, State::Deferred | State::Rejected)
    {
        return Ok(Copied::No);
    }
    // Without the moment of sending, the letter went from another copy of the folder, or before the ledger kept it.
    let sent_at = sent_at.and_then(|at| at.parse().ok()).filter(|_| digest == letter.digest);
    Ok(sent_at.map_or(Copied::Lost, |sent_at| Copied::Due { sent_at }))
}
