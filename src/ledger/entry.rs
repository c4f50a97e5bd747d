//! Reads the ledger: one letter, the states of several, or all letters.
//!
//! Nothing here may write, or hold more than a page of letters.

use super::error::Abort;
use super::moves::State;
use super::{Ledger, LedgerError};
use crate::message::reply::{Answer, Stage};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

/// How many letters [`Entries`] reads at a time.
pub(super) const PAGE: usize = 256;

/// A letter in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The letter's id.
    pub id: String,
    /// Its number when it was last claimed.
    pub number: u32,
    /// The address it was last claimed for.
    pub to: String,
    /// The digest of the bytes that were last claimed.
    pub digest: String,
    /// Its Message-ID.
    pub message_id: String,
    /// Its state.
    pub state: State,
    /// How many times it was offered, with a reply or lost; released claims do not count.
    pub attempts: u32,
    /// The relay's last answer, if there was one.
    pub answer: Option<Answer>,
    /// When it last moved.
    pub at: Timestamp,
}

impl Ledger {
    /// Returns a letter; `None` if it is not in the ledger.
    pub fn entry(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        let sql = format!("{SELECT} WHERE letter.id = ?1");
        let found = self.db.prepare_cached(&sql).and_then(|mut select| select.query_row([id], |row| Ok(entry(row))));
        let found = found.optional();
        found.map_err(Abort::from).and_then(Option::transpose).map_err(|abort| self.reading(abort))
    }

    /// Returns when the attempt at a letter ended that made it what it is: a person may have settled it days later.
    pub fn sent_at(&self, id: &str) -> Result<Option<Timestamp>, LedgerError> {
        let sql = "SELECT event.at FROM letter JOIN event ON event.number = letter.answer WHERE letter.id = ?1";
        let found =
            self.db.prepare_cached(sql).and_then(|mut query| query.query_row([id], |row| row.get::<_, String>(0)));
        let found = found.optional().map_err(Abort::from).and_then(|text| text.map(|text| at(&text)).transpose());
        found.map_err(|abort| self.reading(abort))
    }

    /// Returns the states of these letters in one transaction.
    pub fn states<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Result<Vec<Option<State>>, LedgerError> {
        let read = || -> Result<_, Abort> {
            let tx = self.db.unchecked_transaction()?;
            let mut select = tx.prepare_cached("SELECT state FROM letter WHERE id = ?1")?;
            let name = |id| select.query_row([id], |row| row.get::<_, String>(0)).optional();
            let names: Vec<Option<String>> = ids.into_iter().map(name).collect::<Result<_, _>>()?;
            names.into_iter().map(|name| name.map(|name| state(&name)).transpose()).collect()
        };
        read().map_err(|abort| self.reading(abort))
    }

    /// Returns the letters in any of these states ([`State::ALL`] for all), by number and id. They are read in pages; each
    /// page is current when it is read.
    pub fn entries(&self, states: &[State]) -> Entries<'_> {
        let names: Vec<String> = states.iter().map(|state| format!("'{}'", state.name())).collect();
        let sql = format!(
            "{SELECT} WHERE (letter.number, letter.id) > (?1, ?2) AND letter.state IN ({})
             ORDER BY letter.number, letter.id LIMIT {PAGE}",
            names.join(", ")
        );
        Entries { ledger: self, sql, after: Some((-1, String::new())), page: Vec::new().into_iter() }
    }

    pub(super) fn reading(&self, abort: Abort) -> LedgerError {
        abort.into_error("read the ledger", &self.path)
    }

    fn page(&self, sql: &str, after: &(i64, String)) -> Result<Vec<Entry>, Abort> {
        let mut statement = self.db.prepare(sql)?;
        let mut rows = statement.query(params![after.0, after.1])?;
        let mut page = Vec::with_capacity(PAGE);
        while let Some(row) = rows.next()? {
            page.push(entry(row)?);
        }
        Ok(page)
    }
}

/// Letters of the ledger, a page in memory at a time. After an error it ends.
#[derive(Debug)]
pub struct Entries<'a> {
    ledger: &'a Ledger,
    sql: String,
    /// The last letter of the previous page; `None` after the last page.
    after: Option<(i64, String)>,
    page: std::vec::IntoIter<Entry>,
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(entry) = self.page.next() {
            return Some(Ok(entry));
        }
        let after = self.after.take()?;
        match self.ledger.page(&self.sql, &after) {
            Ok(page) => {
                self.after = page.last().map(|entry| (entry.number.into(), entry.id.clone()));
                self.page = page.into_iter();
                self.page.next().map(Ok)
            }
            Err(abort) => Some(Err(self.ledger.reading(abort))),
        }
    }
}

const SELECT: &str =
    "SELECT letter.id, letter.number, letter.recipient, letter.digest, message_id, state, attempts, letter.at,
    stage, code, text FROM letter LEFT JOIN event ON event.number = letter.answer";

fn entry(row: &Row<'_>) -> Result<Entry, Abort> {
    Ok(Entry {
        id: row.get(0)?,
        number: row.get(1)?,
        to: row.get(2)?,
        digest: row.get(3)?,
        message_id: row.get(4)?,
        state: state(&row.get::<_, String>(5)?)?,
        attempts: row.get(6)?,
        at: at(&row.get::<_, String>(7)?)?,
        answer: answer(row, 8)?,
    })
}

/// The answer in three columns from `first`: stage, code, text.
pub(super) fn answer(row: &Row<'_>, first: usize) -> Result<Option<Answer>, Abort> {
    let Some(name) = row.get::<_, Option<String>>(first)? else { return Ok(None) };
    let stage = [Stage::Connect, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot]
        .into_iter()
        .find(|stage| stage.name() == name)
        .ok_or_else(|| Abort::Damaged("unknown stage of an answer".into()))?;
    Ok(Some(Answer { stage, code: row.get(first + 1)?, text: row.get(first + 2)? }))
}

pub(super) fn state(name: &str) -> Result<State, Abort> {
    let state = State::ALL.into_iter().find(|state| state.name() == name);
    state.ok_or_else(|| Abort::Damaged("unknown state of a letter".into()))
}

pub(super) fn at(text: &str) -> Result<Timestamp, Abort> {
    text.parse().map_err(|_| Abort::Damaged("invalid time".into()))
}
