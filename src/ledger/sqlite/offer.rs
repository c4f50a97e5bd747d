//! Writes to the ledger: claims, answers, recovery after a killed run, settlements.
//!
//! Every function is one transaction; none may move a letter other than as [`Move`] allows.

use super::{SqliteLedger, Syncing};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::ledger::moves::{Move, Settlement, State};
use crate::ledger::records::{self, Claim, Recovered, Run, truncated};
use crate::message::reply::{Answer, Reply};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

impl SqliteLedger {
    /// Claims letters for a run, all or none. Durable when it returns. Returns the numbers of the events: only when they are
    /// in the outbox's claims file may the letters' data be sent.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] if one of them is offered, accepted, rejected or unknown.
    pub(crate) fn claim(
        &mut self,
        claims: &[Claim<'_>],
        run: &Run<'_>,
        now: Timestamp,
    ) -> Result<Vec<i64>, LedgerError> {
        self.write(Syncing::Now, "claim letters", |tx| {
            let mut events = Vec::with_capacity(claims.len());
            for claim in claims {
                let Current { state, .. } = current(tx, claim.id)?.unwrap_or(Current::UNSEEN);
                if !Move::Claimed.from().contains(&state) {
                    return Err(Abort::Illegal { id: claim.id.to_owned(), state, wanted: Move::Claimed });
                }
                tx.prepare_cached(
                    "INSERT INTO letter (id, number, recipient, digest, message_id, state, begun, attempts, boot, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8) ON CONFLICT (id) DO UPDATE SET
                     number = ?2, recipient = ?3, digest = ?4, message_id = ?5, state = ?6, begun = 0, boot = ?7, at = ?8,
                     relay = NULL",
                )?
                .execute(params![
                    claim.id,
                    claim.number,
                    claim.to,
                    claim.digest,
                    claim.message_id,
                    Move::Claimed.to().name(),
                    run.boot,
                    now.to_string(),
                ])?;
                let note =
                    Note { run: Some(run.id), digest: Some(claim.digest), to: Some(claim.to), ..Note::default() };
                events.push(insert_event(tx, claim.id, Move::Claimed, &now.to_string(), &note)?);
            }
            Ok(events)
        })
    }

    /// Marks that the data of an offered letter is about to be sent to a relay. Written when it returns, not synced.
    pub(crate) fn began(&mut self, id: &str, relay: &str, now: Timestamp) -> Result<(), LedgerError> {
        const DOING: &str = "mark a letter as begun";
        // The relay waits meanwhile: a single statement is its own transaction, and faster.
        let mut mark = || {
            self.set_syncing(Syncing::Later)?;
            let sql =
                "UPDATE letter SET begun = 1, at = ?2, relay = ?3 WHERE id = ?1 AND state = 'offered' AND begun = 0";
            self.db.prepare_cached(sql)?.execute([id, &now.to_string(), relay])
        };
        match mark() {
            Ok(1) => Ok(()),
            Ok(_) => self.write(Syncing::Later, DOING, |tx| transition(tx, id, Move::Began, now, &Note::default())),
            Err(error) => Err(Abort::from(error).into_error(DOING, &self.path)),
        }
    }

    /// Records the reply to an offered letter. Written when it returns, not synced: see [`SqliteLedger::sync`].
    pub(crate) fn record(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        let note = Note { answer: Some(reply.answer()), ..Note::default() };
        self.write(Syncing::Later, "record an answer", |tx| transition(tx, id, Move::of(reply), now, &note))
    }

    /// Releases claims, all or none. Written when it returns, not synced.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] if one of them is not offered, or its data has begun.
    pub(crate) fn release(&mut self, ids: &[&str], now: Timestamp) -> Result<(), LedgerError> {
        self.write(Syncing::Later, "release letters", |tx| {
            ids.iter().try_for_each(|id| transition(tx, id, Move::Released, now, &Note::default()))
        })
    }

    /// Ends the claims of killed runs. Durable when it returns. The caller holds the lock, so no claim belongs to a living
    /// run. `boot` is the current boot id.
    pub(crate) fn recover(&mut self, boot: &str, now: Timestamp) -> Result<Recovered, LedgerError> {
        self.write(Syncing::Now, "recover what a lost run left", |tx| {
            let open: Vec<(String, bool, String)> = tx
                .prepare("SELECT id, begun, boot FROM letter WHERE state = ?1 ORDER BY number, id")?
                .query_map([State::Offered.name()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<_, _>>()?;
            let mut recovered = Recovered::default();
            for (id, begun, claimed_in) in open {
                let same_boot = !boot.is_empty() && claimed_in == boot;
                if same_boot && !begun {
                    transition(tx, &id, Move::Released, now, &Note::default())?;
                    recovered.released += 1;
                } else {
                    transition(tx, &id, Move::Lost, now, &Note::default())?;
                    recovered.unknown.push(id);
                }
            }
            Ok(recovered)
        })
    }

    /// Records a person's decision on a letter. Durable when it returns.
    pub(crate) fn settle(
        &mut self,
        id: &str,
        settlement: Settlement,
        by: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let note = Note { by: Some(by), ..Note::default() };
        self.write(Syncing::Now, "settle a letter", |tx| transition(tx, id, settlement.as_move(), now, &note))
    }

    /// Drops a letter that was never claimed. Durable when it returns.
    pub(crate) fn cancel(&mut self, letter: &Claim<'_>, by: &str, now: Timestamp) -> Result<(), LedgerError> {
        let note = Note { by: Some(by), ..Note::default() };
        self.write(Syncing::Now, "drop a letter", |tx| {
            insert_unseen(tx, letter, now)?;
            transition(tx, letter.id, Move::SettledDrop, now, &note)
        })
    }
}

/// The optional columns of an event.
#[derive(Default)]
pub(super) struct Note<'a> {
    pub(super) run: Option<&'a str>,
    pub(super) digest: Option<&'a str>,
    pub(super) to: Option<&'a str>,
    pub(super) answer: Option<&'a Answer>,
    pub(super) by: Option<&'a str>,
}

/// The current state of a letter.
struct Current {
    state: State,
    begun: bool,
    at: String,
}

impl Current {
    /// A letter that is not in the ledger.
    const UNSEEN: Current = Current { state: State::Pending, begun: false, at: String::new() };
}

/// Inserts a letter that was never claimed as pending; a letter in the ledger is not changed.
pub(super) fn insert_unseen(tx: &Connection, letter: &Claim<'_>, now: Timestamp) -> Result<(), Abort> {
    tx.prepare_cached(
        "INSERT INTO letter (id, number, recipient, digest, message_id, state, begun, attempts, boot, at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'pending', 0, 0, '', ?6) ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![letter.id, letter.number, letter.to, letter.digest, letter.message_id, now.to_string()])?;
    Ok(())
}

/// The state of a letter; pending for one that is not in the ledger.
pub(super) fn state(tx: &Connection, id: &str) -> Result<State, Abort> {
    Ok(current(tx, id)?.unwrap_or(Current::UNSEEN).state)
}

fn current(tx: &Connection, id: &str) -> Result<Option<Current>, Abort> {
    let found = tx
        .prepare_cached("SELECT state, begun, at FROM letter WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    found.map(|(state, begun, at)| Ok(Current { state: records::state(&state)?, begun, at })).transpose()
}

/// Moves one letter and records the event; an illegal move is an error. `Began` only sets a flag on the letter; the end of the
/// attempt records both events.
pub(super) fn transition(
    tx: &Connection,
    id: &str,
    wanted: Move,
    now: Timestamp,
    note: &Note<'_>,
) -> Result<(), Abort> {
    let Current { state, begun, at } = current(tx, id)?.ok_or_else(|| Abort::NotSeen(id.to_owned()))?;
    let twice = begun && matches!(wanted, Move::Began | Move::Released);
    if twice || !wanted.from().contains(&state) {
        return Err(Abort::Illegal { id: id.to_owned(), state, wanted });
    }
    let now = now.to_string();
    if wanted == Move::Began {
        tx.prepare_cached("UPDATE letter SET begun = 1, at = ?2 WHERE id = ?1")?.execute([id, &now])?;
        return Ok(());
    }
    if begun {
        insert_event(tx, id, Move::Began, &at, &Note::default())?;
    }
    let event = insert_event(tx, id, wanted, &now, note)?;
    tx.prepare_cached(
        "UPDATE letter SET state = ?2, begun = 0, at = ?3, attempts = attempts + ?4, answer = coalesce(?5, answer)
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        wanted.to().name(),
        now,
        wanted.ends_an_attempt(),
        wanted.ends_an_attempt().then_some(event),
    ])?;
    Ok(())
}

/// Inserts an event; returns its number.
fn insert_event(tx: &Connection, id: &str, what: Move, at: &str, note: &Note<'_>) -> Result<i64, Abort> {
    tx.prepare_cached(
        "INSERT INTO event (letter, at, what, run, digest, stage, code, text, by_whom, recipient)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        id,
        at,
        what.name(),
        note.run,
        note.digest,
        note.answer.map(|answer| answer.stage.name()),
        note.answer.and_then(|answer| answer.code),
        note.answer.map(|answer| truncated(&answer.text)),
        note.by.map(truncated),
        note.to,
    ])?;
    Ok(tx.last_insert_rowid())
}
