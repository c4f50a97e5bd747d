//! Writing to the ledger: claims, answers, what a lost run left, and a person's word.
//!
//! Every function here is one transaction; none may move a letter but through [`step`].

use super::error::Stop;
use super::moves::{Move, Settlement, State};
use super::{Ledger, LedgerError, Syncing, entry};
use crate::letter::reply::{Answer, Reply};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

/// How many characters of a stranger's text the ledger keeps.
pub(super) const LONGEST: usize = 1_000;

/// A letter about to be offered, as the outbox's manifest has it.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The letter's id.
    pub id: &'a str,
    /// Its number.
    pub number: u32,
    /// The digest of its bytes.
    pub digest: &'a str,
    /// Its Message-ID.
    pub message_id: &'a str,
    /// The address it is for.
    pub to: &'a str,
}

/// The run that claims: one `send` of one process.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// An id that no other run has.
    pub id: &'a str,
    /// The machine's boot; blank where the machine cannot tell, and then no two boots are the same.
    pub boot: &'a str,
}

/// What became of the claims of lost runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// How many are pending again.
    pub released: u64,
    /// The ids of those that are unknown now: at most a window of them.
    pub unknown: Vec<String>,
}

impl Ledger {
    /// Claims letters for a run, all or none, durable when it returns: only then may their data leave. Refuses
    /// ([`LedgerError::Illegal`]) where one is offered, accepted, rejected or unknown.
    pub fn claim(&mut self, claims: &[Claim<'_>], run: &Run<'_>, now: Timestamp) -> Result<(), LedgerError> {
        self.write(Syncing::Now, "claim letters", |tx| {
            for claim in claims {
                tx.execute(
                    "INSERT INTO letter (id, number, recipient, digest, message_id, state, begun, attempts, boot, at)
                     VALUES (?1, 0, '', '', '', ?2, 0, 0, '', ?3) ON CONFLICT (id) DO NOTHING",
                    params![claim.id, State::Pending.name(), now.to_string()],
                )?;
                let note = Note { run: Some(run.id), digest: Some(claim.digest), ..Note::default() };
                step(tx, claim.id, Move::Claimed, now, &note)?;
                tx.execute(
                    "UPDATE letter SET number = ?2, recipient = ?3, digest = ?4, message_id = ?5, boot = ?6
                     WHERE id = ?1",
                    params![claim.id, claim.number, claim.to, claim.digest, claim.message_id, run.boot],
                )?;
            }
            Ok(())
        })
    }

    /// Marks that the data of an offered letter is about to leave. Written when it returns, not synced.
    pub fn began(&mut self, id: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.write(Syncing::Later, "mark a letter as begun", |tx| step(tx, id, Move::Began, now, &Note::default()))
    }

    /// Records what became of an offered letter. Written when it returns, not synced: see [`Ledger::sync`].
    pub fn record(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        let note = Note { answer: Some(reply.answer()), ..Note::default() };
        self.write(Syncing::Later, "record an answer", |tx| step(tx, id, Move::of(reply), now, &note))
    }

    /// Gives up the claims of letters that the run itself will not offer now, all or none. Written when it returns, not
    /// synced. Refuses ([`LedgerError::Illegal`]) where one is not offered, or its data has begun.
    pub fn release<'a>(&mut self, ids: impl IntoIterator<Item = &'a str>, now: Timestamp) -> Result<(), LedgerError> {
        self.write(Syncing::Later, "release letters", |tx| {
            ids.into_iter().try_for_each(|id| step(tx, id, Move::Released, now, &Note::default()))
        })
    }

    /// Ends the claims of runs that were lost, durable when it returns. The caller holds the lock, so no claim is a
    /// living run's. `boot` is the machine's boot now.
    pub fn recover(&mut self, boot: &str, now: Timestamp) -> Result<Recovered, LedgerError> {
        self.write(Syncing::Now, "recover what a lost run left", |tx| {
            let open: Vec<(String, bool, String)> = tx
                .prepare("SELECT id, begun, boot FROM letter WHERE state = ?1 ORDER BY number, id")?
                .query_map([State::Offered.name()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<Result<_, _>>()?;
            let mut recovered = Recovered::default();
            for (id, begun, claimed_in) in open {
                let same_boot = !boot.is_empty() && claimed_in == boot;
                if same_boot && !begun {
                    step(tx, &id, Move::Released, now, &Note::default())?;
                    recovered.released += 1;
                } else {
                    step(tx, &id, Move::Lost, now, &Note::default())?;
                    recovered.unknown.push(id);
                }
            }
            Ok(recovered)
        })
    }

    /// Settles a letter whose outcome is unknown by a person's word, durable when it returns.
    pub fn settle(&mut self, id: &str, settlement: Settlement, by: &str, now: Timestamp) -> Result<(), LedgerError> {
        let settled = match settlement {
            Settlement::Sent => Move::SettledSent,
            Settlement::Resend => Move::SettledResend,
        };
        let note = Note { by: Some(by), ..Note::default() };
        self.write(Syncing::Now, "settle a letter", |tx| step(tx, id, settled, now, &note))
    }
}

/// What an event says beside what happened, to which letter and when.
#[derive(Default)]
struct Note<'a> {
    run: Option<&'a str>,
    digest: Option<&'a str>,
    answer: Option<&'a Answer>,
    by: Option<&'a str>,
}

/// Moves one letter and leaves the event, or refuses.
fn step(tx: &Transaction<'_>, id: &str, wanted: Move, now: Timestamp, note: &Note<'_>) -> Result<(), Stop> {
    let found = tx
        .query_row("SELECT state, begun FROM letter WHERE id = ?1", [id], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
        })
        .optional()?;
    let (state, begun) = found.ok_or_else(|| Stop::NotSeen(id.to_owned()))?;
    let state = entry::state(&state)?;
    let twice = begun && matches!(wanted, Move::Began | Move::Released);
    if twice || !wanted.from().contains(&state) {
        return Err(Stop::Illegal { id: id.to_owned(), state, wanted });
    }
    tx.execute(
        "INSERT INTO event (letter, at, what, run, digest, stage, code, text, by_whom)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            id,
            now.to_string(),
            wanted.name(),
            note.run,
            note.digest,
            note.answer.map(|answer| answer.stage.name()),
            note.answer.and_then(|answer| answer.code),
            note.answer.map(|answer| bounded(&answer.text)),
            note.by.map(bounded),
        ],
    )?;
    let event = tx.last_insert_rowid();
    tx.execute(
        "UPDATE letter SET state = ?2, begun = ?3, at = ?4, attempts = attempts + ?5, answer = coalesce(?6, answer)
         WHERE id = ?1",
        params![
            id,
            wanted.to().name(),
            wanted == Move::Began,
            now.to_string(),
            wanted.ends_an_attempt(),
            wanted.ends_an_attempt().then_some(event),
        ],
    )?;
    Ok(())
}

/// The beginning of a text: as much as the ledger keeps.
fn bounded(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}
