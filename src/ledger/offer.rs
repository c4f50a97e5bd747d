//! Writing to the ledger: claims, answers, what a lost run left, and a person's word.
//!
//! Every function here is one transaction; none may move a letter but as [`Move`] allows.

use super::error::Stop;
use super::moves::{Move, Settlement, State};
use super::{Ledger, LedgerError, Syncing, entry};
use crate::message::reply::{Answer, Reply};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

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
                let Stand { state, .. } = stand(tx, claim.id)?.unwrap_or(Stand::UNSEEN);
                if !Move::Claimed.from().contains(&state) {
                    return Err(Stop::Illegal { id: claim.id.to_owned(), state, wanted: Move::Claimed });
                }
                tx.prepare_cached(
                    "INSERT INTO letter (id, number, recipient, digest, message_id, state, begun, attempts, boot, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8) ON CONFLICT (id) DO UPDATE SET
                     number = ?2, recipient = ?3, digest = ?4, message_id = ?5, state = ?6, begun = 0, boot = ?7, at = ?8",
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
                let note = Note { run: Some(run.id), digest: Some(claim.digest), ..Note::default() };
                leave(tx, claim.id, Move::Claimed, &now.to_string(), &note)?;
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

/// Where a letter stands, for whoever is about to move it.
struct Stand {
    state: State,
    begun: bool,
    at: String,
}

impl Stand {
    /// A letter the ledger has not seen.
    const UNSEEN: Stand = Stand { state: State::Pending, begun: false, at: String::new() };
}

fn stand(tx: &Connection, id: &str) -> Result<Option<Stand>, Stop> {
    let found = tx
        .prepare_cached("SELECT state, begun, at FROM letter WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    found.map(|(state, begun, at)| Ok(Stand { state: entry::state(&state)?, begun, at })).transpose()
}

/// Moves one letter and leaves the event, or refuses. That its data began is a mark on the letter alone, until what ends
/// the attempt leaves both events: this is written for every letter, and waited for.
fn step(tx: &Connection, id: &str, wanted: Move, now: Timestamp, note: &Note<'_>) -> Result<(), Stop> {
    let Stand { state, begun, at } = stand(tx, id)?.ok_or_else(|| Stop::NotSeen(id.to_owned()))?;
    let twice = begun && matches!(wanted, Move::Began | Move::Released);
    if twice || !wanted.from().contains(&state) {
        return Err(Stop::Illegal { id: id.to_owned(), state, wanted });
    }
    let now = now.to_string();
    if wanted == Move::Began {
        tx.prepare_cached("UPDATE letter SET begun = 1, at = ?2 WHERE id = ?1")?.execute([id, &now])?;
        return Ok(());
    }
    if begun {
        leave(tx, id, Move::Began, &at, &Note::default())?;
    }
    let event = leave(tx, id, wanted, &now, note)?;
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

/// Adds an event, and gives its number.
fn leave(tx: &Connection, id: &str, what: Move, at: &str, note: &Note<'_>) -> Result<i64, Stop> {
    tx.prepare_cached(
        "INSERT INTO event (letter, at, what, run, digest, stage, code, text, by_whom)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        id,
        at,
        what.name(),
        note.run,
        note.digest,
        note.answer.map(|answer| answer.stage.name()),
        note.answer.and_then(|answer| answer.code),
        note.answer.map(|answer| bounded(&answer.text)),
        note.by.map(bounded),
    ])?;
    Ok(tx.last_insert_rowid())
}

/// The beginning of a text: as much as the ledger keeps.
fn bounded(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}
