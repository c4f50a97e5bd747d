//! Reads letters: one, the states of several, or a page of all.
//!
//! Nothing here may write.

use super::SqliteLedger;
use crate::ledger::error::Abort;
use crate::ledger::moves::State;
use crate::ledger::records::{self, Entry, at, state};
use crate::ledger::{LedgerError, PAGE};
use crate::message::reply::Answer;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

impl SqliteLedger {
    /// Returns a letter; `None` if it is not in the ledger.
    pub(crate) fn entry(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        let sql = format!("{} WHERE letter.id = ?1", self.select());
        let found = self.db.prepare_cached(&sql).and_then(|mut select| select.query_row([id], |row| Ok(entry(row))));
        let found = found.optional();
        found.map_err(Abort::from).and_then(Option::transpose).map_err(|abort| self.reading(abort))
    }

    pub(crate) fn entries_of(&self, ids: &[&str]) -> Result<Vec<Option<Entry>>, LedgerError> {
        ids.iter().map(|id| self.entry(id)).collect()
    }

    /// Returns when the attempt at a letter ended that made it what it is: a person may have settled it days later.
    pub(crate) fn sent_at(&self, id: &str) -> Result<Option<Timestamp>, LedgerError> {
        let sql = "SELECT event.at FROM letter JOIN event ON event.number = letter.answer WHERE letter.id = ?1";
        let found =
            self.db.prepare_cached(sql).and_then(|mut query| query.query_row([id], |row| row.get::<_, String>(0)));
        let found = found.optional().map_err(Abort::from).and_then(|text| text.map(|text| at(&text)).transpose());
        found.map_err(|abort| self.reading(abort))
    }

    /// Returns the states of these letters in one transaction.
    pub(crate) fn states(&self, ids: &[&str]) -> Result<Vec<Option<State>>, LedgerError> {
        let read = || -> Result<_, Abort> {
            let tx = self.db.unchecked_transaction()?;
            let mut select = tx.prepare_cached("SELECT state FROM letter WHERE id = ?1")?;
            let name = |id: &&str| select.query_row([id], |row| row.get::<_, String>(0)).optional();
            let names: Vec<Option<String>> = ids.iter().map(name).collect::<Result<_, _>>()?;
            names.into_iter().map(|name| name.map(|name| state(&name)).transpose()).collect()
        };
        read().map_err(|abort| self.reading(abort))
    }

    pub(super) fn reading(&self, abort: Abort) -> LedgerError {
        abort.into_error("read the ledger", &self.path)
    }

    /// The next letters in any of these states, by number and id.
    pub(in crate::ledger) fn page(&self, states: &[State], after: &(i64, String)) -> Result<Vec<Entry>, LedgerError> {
        let names: Vec<String> = states.iter().map(|state| format!("'{}'", state.name())).collect();
        let sql = format!(
            "{} WHERE (letter.number, letter.id) > (?1, ?2) AND letter.state IN ({})
             ORDER BY letter.number, letter.id LIMIT {PAGE}",
            self.select(),
            names.join(", ")
        );
        self.read_page(&sql, after).map_err(|abort| self.reading(abort))
    }

    fn select(&self) -> String {
        let relay = if self.format < 5 { "NULL" } else { "letter.relay" };
        format!(
            "SELECT letter.id, letter.number, letter.recipient, letter.digest, message_id, state, attempts, letter.at,
             stage, code, text, {relay} FROM letter LEFT JOIN event ON event.number = letter.answer"
        )
    }

    fn read_page(&self, sql: &str, after: &(i64, String)) -> Result<Vec<Entry>, Abort> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params![after.0, after.1])?;
        let mut page = Vec::with_capacity(PAGE);
        while let Some(row) = rows.next()? {
            page.push(entry(row)?);
        }
        Ok(page)
    }
}

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
        relay: row.get(11)?,
    })
}

/// The answer in three columns from `first`: stage, code, text.
pub(in crate::ledger) fn answer(row: &Row<'_>, first: usize) -> Result<Option<Answer>, Abort> {
    records::answer(row.get(first)?, row.get(first + 1)?, row.get(first + 2)?)
}
