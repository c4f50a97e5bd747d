//! Reads the history of a letter, to compare it with what was done.

use crate::ledger::door::Store;
use crate::ledger::error::Abort;
#[cfg(feature = "postgres")]
use crate::ledger::postgres::PostgresLedger;
#[cfg(feature = "postgres")]
use crate::ledger::records;
use crate::ledger::records::at;
use crate::ledger::sqlite::{SqliteLedger, answer};
use crate::ledger::{Ledger, LedgerError, Move};
use crate::message::reply::Answer;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};

/// An event in a letter's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// The move.
    pub(super) what: Move,
    /// When.
    pub(super) at: Timestamp,
    /// The run that claimed.
    pub(super) run: Option<String>,
    /// The address of a claim; unknown in a ledger that was not upgraded yet.
    pub(super) to: Option<String>,
    /// The digest of the bytes that were claimed.
    pub(super) digest: Option<String>,
    /// What the relay answered.
    pub(super) answer: Option<Answer>,
    /// Who decided.
    pub(super) by: Option<String>,
}

impl Ledger {
    /// Returns the history of a letter.
    pub(super) fn history(&self, id: &str) -> Result<Vec<Event>, LedgerError> {
        match &self.0 {
            Store::Sqlite(store) => store.history(id),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.history(id),
        }
    }
}

impl SqliteLedger {
    fn history(&self, id: &str) -> Result<Vec<Event>, LedgerError> {
        let read = || {
            let mut statement = self.db.prepare(
                match self.format {
                    1 => "SELECT what, at, run, digest, by_whom, stage, code, text, NULL FROM event WHERE letter = ?1 ORDER BY number",
                    _ => "SELECT what, at, run, digest, by_whom, stage, code, text, recipient FROM event WHERE letter = ?1 ORDER BY number",
                },
            )?;
            let mut rows = statement.query([id])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(event(row)?);
            }
            // An attempt that has begun and not ended is a flag on the letter.
            let sql = "SELECT at FROM letter WHERE id = ?1 AND begun = 1";
            if let Some(began) = self.db.query_row(sql, [id], |row| row.get::<_, String>(0)).optional()? {
                let (what, at) = (Move::Began, at(&began)?);
                events.push(Event { what, at, run: None, to: None, digest: None, answer: None, by: None });
            }
            Ok(events)
        };
        read().map_err(|abort: Abort| abort.into_error("read the ledger", &self.path))
    }
}

#[cfg(feature = "postgres")]
impl PostgresLedger {
    fn history(&self, id: &str) -> Result<Vec<Event>, LedgerError> {
        let rows = self.events(id)?;
        let event = |(what, at, [run, digest, by, stage, text, to], code): crate::ledger::postgres::KeptEvent| Event {
            what: Move::ALL.into_iter().find(|known| known.name() == what).expect("a move"),
            at: records::at(&at).expect("a moment"),
            run,
            to,
            digest,
            answer: records::answer(stage, code, text).expect("an answer"),
            by,
        };
        Ok(rows.into_iter().map(event).collect())
    }
}

fn event(row: &Row<'_>) -> Result<Event, Abort> {
    let name: String = row.get(0)?;
    let what = Move::ALL.into_iter().find(|what| what.name() == name);
    Ok(Event {
        what: what.ok_or_else(|| Abort::Damaged("unknown kind of event".into()))?,
        at: at(&row.get::<_, String>(1)?)?,
        run: row.get(2)?,
        digest: row.get(3)?,
        by: row.get(4)?,
        answer: answer(row, 5)?,
        to: row.get(8)?,
    })
}
