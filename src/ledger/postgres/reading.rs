//! Reads a shared ledger: letters, answers, copies.
//!
//! Nothing here may write, or show a letter that was only made ready to be claimed.

use super::PostgresLedger;
use super::value::Value;
use crate::ledger::error::Abort;
use crate::ledger::moves::{Move, State};
use crate::ledger::records::{self, Claim, Copied, Entry, Response, ResponseKind, TAKEN_BACK};
use crate::ledger::{LedgerError, PAGE};
use jiff::Timestamp;
use postgres::Row;
use std::collections::HashMap;

/// An event: the move, the time, then run, digest, who, stage, text and address, and the code.
#[cfg(test)]
pub(in crate::ledger) type KeptEvent = (String, String, [Option<String>; 6], Option<u16>);

/// The columns of an entry.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT letter.id, letter.number, letter.recipient, letter.digest, letter.message_id, letter.state, letter.attempts,
             letter.at, event.stage, event.code, event.text, letter.relay
             FROM letter LEFT JOIN event ON event.campaign = letter.campaign AND event.number = letter.answer
             WHERE letter.campaign = $1 AND letter.seen AND ",
            $rest
        )
    };
}

const THESE: &str = select!("letter.id = ANY ($2)");
const PAGES: &str = select!(
    "(letter.number, letter.id COLLATE \"C\") > ($2, $3) AND letter.state = ANY ($4)
     ORDER BY letter.number, letter.id COLLATE \"C\" LIMIT $5"
);

impl PostgresLedger {
    pub(crate) fn entry(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        Ok(self.entries_of(&[id])?.pop().flatten())
    }

    pub(crate) fn entries_of(&self, ids: &[&str]) -> Result<Vec<Option<Entry>>, LedgerError> {
        let found = self.read(THESE, &[&self.key, &ids], |row| entry(row).map(|entry| (entry.id.clone(), entry)))?;
        let found: Result<HashMap<String, Entry>, Abort> = found.into_iter().collect();
        let mut found = found.map_err(|abort| self.reading(abort))?;
        Ok(ids.iter().map(|id| found.remove(*id)).collect())
    }

    pub(crate) fn page(&self, states: &[State], after: &(i64, String)) -> Result<Vec<Entry>, LedgerError> {
        let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
        let rows = self.read(PAGES, &[&self.key, &after.0, &after.1, &names, &(PAGE as i64)], entry)?;
        rows.into_iter().collect::<Result<_, _>>().map_err(|abort| self.reading(abort))
    }

    pub(crate) fn sent_at(&self, id: &str) -> Result<Option<Timestamp>, LedgerError> {
        let sql = "SELECT event.at FROM letter JOIN event ON event.campaign = letter.campaign AND event.number = letter.answer
             WHERE letter.campaign = $1 AND letter.id = $2 AND letter.seen";
        let at: Option<String> = self.read(sql, &[&self.key, &id], |row| row.get(0))?.pop();
        at.map(|at| records::at(&at)).transpose().map_err(|abort| self.reading(abort))
    }

    pub(crate) fn states(&self, ids: &[&str]) -> Result<Vec<Option<State>>, LedgerError> {
        let sql = "SELECT letter.state FROM unnest($2::text[]) WITH ORDINALITY AS wanted (id, place)
             LEFT JOIN letter ON letter.campaign = $1 AND letter.id = wanted.id AND letter.seen ORDER BY place";
        let states: Vec<Option<String>> = self.read(sql, &[&self.key, &ids], |row| row.get(0))?;
        let states = states.into_iter().map(|name| name.map(|name| records::state(&name)).transpose());
        states.collect::<Result<_, _>>().map_err(|abort| self.reading(abort))
    }

    pub(crate) fn response(&self, id: &str) -> Result<Option<Response>, LedgerError> {
        let sql = "SELECT kind, answered_on, note, by_whom FROM response WHERE campaign = $1 AND letter = $2
             ORDER BY number DESC LIMIT 1";
        let read = |row: &Row| -> (String, String, Option<String>, String) {
            (row.get(0), row.get(1), row.get(2), row.get(3))
        };
        let found = self.read(sql, &[&self.key, &id], read)?.pop().filter(|(kind, ..)| kind != TAKEN_BACK);
        let Some((kind, on, note, by)) = found else { return Ok(None) };
        let unreadable = || self.reading(Abort::Damaged("an answer cannot be read".into()));
        let kind = ResponseKind::named(&kind).ok_or_else(unreadable)?;
        Ok(Some(Response { kind, on: on.parse().map_err(|_| unreadable())?, note, by }))
    }

    pub(crate) fn answered(&self) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT letter FROM response AS last WHERE campaign = $1 AND kind <> 'none' AND number =
             (SELECT max(number) FROM response WHERE campaign = $1 AND letter = last.letter) ORDER BY letter COLLATE \"C\"";
        self.read(sql, &[&self.key], |row| row.get(0))
    }

    pub(crate) fn subject_of(&self, id: &str) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT text FROM subject WHERE campaign = $1 AND letter = $2";
        Ok(self.read(sql, &[&self.key, &id], |row| row.get(0))?.pop())
    }

    pub(crate) fn roll_of(&self, id: &str) -> Result<Option<(u64, u64)>, LedgerError> {
        let sql = "SELECT total, listed FROM roll WHERE campaign = $1 AND run = (SELECT run FROM event
             WHERE campaign = $1 AND letter = $2 AND what = 'claimed' ORDER BY number DESC LIMIT 1)";
        let count = |row: &Row, at| row.get::<_, i64>(at).unsigned_abs();
        Ok(self.read(sql, &[&self.key, &id], |row| (count(row, 0), count(row, 1)))?.pop())
    }

    /// There is no claims file to compare.
    pub(crate) fn claims_read(&self) -> Result<u64, LedgerError> {
        Ok(0)
    }

    pub(crate) fn has_claim(&self, id: &str, event: i64) -> Result<bool, LedgerError> {
        let sql =
            "SELECT EXISTS (SELECT FROM event WHERE campaign = $1 AND letter = $2 AND number = $3 AND what = 'claimed')
             OR EXISTS (SELECT FROM archive WHERE campaign = $1 AND letter = $2 AND $3 < 0 AND -claims <= $3)";
        Ok(self.read(sql, &[&self.key, &id, &event], |row| row.get(0))?.pop().unwrap_or_default())
    }

    pub(crate) fn claimed_elsewhere(&self) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT letter.id FROM letter JOIN event ON event.campaign = letter.campaign AND event.number = letter.answer
             WHERE letter.campaign = $1 AND letter.state = 'unknown' AND event.what = $2
             ORDER BY letter.number, letter.id COLLATE \"C\"";
        self.read(sql, &[&self.key, &Move::ClaimedElsewhere.name()], |row| row.get(0))
    }

    pub(crate) fn copied(&self, letter: &Claim<'_>) -> Result<Copied, LedgerError> {
        let sql = "SELECT letter.state, letter.digest, archive.state,
                 (SELECT CASE what WHEN 'began' THEN at END FROM event
                  WHERE event.campaign = $1 AND event.letter = $2 AND what IN ('began', 'claimed', 'claimed-elsewhere')
                  ORDER BY number DESC LIMIT 1)
             FROM letter LEFT JOIN archive ON archive.campaign = $1 AND archive.letter = letter.id
             WHERE letter.campaign = $1 AND letter.id = $2 AND letter.seen";
        let read = |row: &Row| -> (String, String, Option<String>, Option<String>) {
            (row.get(0), row.get(1), row.get(2), row.get(3))
        };
        let Some((state, digest, copy, sent_at)) = self.read(sql, &[&self.key, &letter.id], read)?.pop() else {
            return Ok(Copied::No);
        };
        let is_free = copy.is_none_or(|copy| copy == State::Deferred.name() || copy == State::Rejected.name());
        if state != State::Accepted.name() || !is_free {
            return Ok(Copied::No);
        }
        // Without the moment of sending, the letter went from another copy of the folder, or before the ledger kept it.
        let sent_at = sent_at.and_then(|at| at.parse().ok()).filter(|_| digest == letter.digest);
        Ok(sent_at.map_or(Copied::Lost, |sent_at| Copied::Due { sent_at }))
    }

    pub(crate) fn copies(&self, state: State) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM archive WHERE campaign = $1 AND state = $2";
        let count: i64 = self.read(sql, &[&self.key, &state.name()], |row| row.get(0))?.pop().unwrap_or_default();
        Ok(count.unsigned_abs())
    }

    /// What happened to a letter, in order: the moves with their times, texts and codes; a beginning that is not an event yet is
    /// the last one.
    #[cfg(test)]
    pub(crate) fn events(&self, id: &str) -> Result<Vec<KeptEvent>, LedgerError> {
        let sql = "SELECT what, at, run, digest, by_whom, stage, text, recipient, code, number FROM event
             WHERE campaign = $1 AND letter = $2
             UNION ALL SELECT 'began', at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM letter
             WHERE campaign = $1 AND id = $2 AND begun ORDER BY number NULLS LAST";
        self.read(sql, &[&self.key, &id], |row| {
            let texts = [2, 3, 4, 5, 6, 7].map(|column| row.get(column));
            let code = row.get::<_, Option<i32>>(8).and_then(|code| u16::try_from(code).ok());
            (row.get(0), row.get(1), texts, code)
        })
    }

    /// Reads rows.
    pub(super) fn read<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        take: impl FnMut(&Row) -> T,
    ) -> Result<Vec<T>, LedgerError> {
        let rows = self.link.borrow_mut().run("read the ledger", |session, _| session.query(sql, values))?;
        Ok(rows.iter().map(take).collect())
    }

    pub(super) fn reading(&self, abort: Abort) -> LedgerError {
        abort.into_error("read the ledger", &self.name())
    }
}

fn entry(row: &Row) -> Result<Entry, Abort> {
    let code = row.get::<_, Option<i32>>(9).and_then(|code| u16::try_from(code).ok());
    Ok(Entry {
        id: row.get(0),
        number: u32::try_from(row.get::<_, i64>(1)).unwrap_or_default(),
        to: row.get(2),
        digest: row.get(3),
        message_id: row.get(4),
        state: records::state(row.get(5))?,
        attempts: u32::try_from(row.get::<_, i64>(6)).unwrap_or(u32::MAX),
        at: records::at(row.get(7))?,
        answer: records::answer(row.get(8), code, row.get(10))?,
        relay: row.get(11),
    })
}
