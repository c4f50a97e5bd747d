//! Writes to a shared ledger: answers, decisions, copies, and what people recorded.
//!
//! Every function is one committed statement; none may move a letter other than as [`Move`] allows.

use super::PostgresLedger;
use super::value::Value;
use crate::ledger::LedgerError;
use crate::ledger::moves::{Move, Settlement};
use crate::ledger::records::{self, Claim, Copied, NewResponse, ResponseKind, Run, TAKEN_BACK, is_copy, truncated};
use crate::message::reply::{Answer, Reply};
use jiff::Timestamp;

/// Moves a letter: the function `move`.
const MOVE: &str = "SELECT move($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

/// The optional columns of an event.
#[derive(Default)]
struct Note<'a> {
    /// Whose claim it must be.
    owner: Option<&'a str>,
    answer: Option<&'a Answer>,
    by: Option<&'a str>,
    digest: Option<&'a str>,
    to: Option<&'a str>,
}

impl PostgresLedger {
    pub(crate) fn record(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        let run = self.run.clone();
        let note = Note { owner: Some(&run), answer: Some(reply.answer()), ..Note::default() };
        self.transition("record an answer", id, Move::of(reply), now, &note)
    }

    pub(crate) fn release(&mut self, ids: &[&str], now: Timestamp) -> Result<(), LedgerError> {
        // All or none: one that has begun, or is another run's by now, stays.
        let sql = "SELECT id, state, begun FROM letter WHERE campaign = $1 AND id = ANY ($2) AND run = $3";
        let run = self.run.clone();
        let known: Vec<(String, String, bool)> =
            self.read(sql, &[&self.key, &ids, &run], |row| (row.get(0), row.get(1), row.get(2)))?;
        if let Some((id, state, _)) = known.iter().find(|(_, state, begun)| *begun || state != "offered") {
            let state = records::state(state).unwrap_or(crate::ledger::State::Offered);
            return Err(LedgerError::Illegal { id: id.clone(), state, wanted: Move::Released, is_shared: true });
        }
        let is_ours = |id: &&&str| known.iter().any(|(known, ..)| known == **id);
        if let Some(id) = ids.iter().find(|id| !is_ours(id)) {
            let entry = self.entry(id)?.ok_or_else(|| LedgerError::NotSeen { id: (*id).to_owned() })?;
            return Err(LedgerError::Illegal {
                id: entry.id,
                state: entry.state,
                wanted: Move::Released,
                is_shared: true,
            });
        }
        let note = Note { owner: Some(&run), ..Note::default() };
        ids.iter().try_for_each(|id| self.transition("release letters", id, Move::Released, now, &note))
    }

    /// Everything is synced when it is written.
    pub(crate) fn sync(&mut self, _claims_read: u64) -> Result<(), LedgerError> {
        Ok(())
    }

    pub(crate) fn settle(
        &mut self,
        id: &str,
        settlement: Settlement,
        by: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let note = Note { by: Some(by), ..Note::default() };
        self.transition("settle a letter", id, settlement.as_move(), now, &note)
    }

    pub(crate) fn cancel(&mut self, letter: &Claim<'_>, by: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.see(letter, now)?;
        let note = Note { by: Some(by), ..Note::default() };
        self.transition("drop a letter", letter.id, Move::SettledDrop, now, &note)
    }

    pub(crate) fn take_over(
        &mut self,
        claims: &[(i64, Claim<'_>)],
        _read: u64,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        for (number, claim) in claims {
            self.see(claim, now)?;
            if is_copy(*number) {
                let sql = "INSERT INTO archive (campaign, letter, state, claims, at) VALUES ($1, $2, 'unknown', -$3::bigint, $4)
                     ON CONFLICT (campaign, letter) DO UPDATE SET state = 'unknown', claims = -$3, at = $4
                     WHERE archive.claims < -$3 AND archive.state <> 'accepted'";
                let values: [Value<'_>; 4] = [&self.key, &claim.id, number, &now.to_string()];
                self.write("record claims made elsewhere", sql, &values)?;
                continue;
            }
            let note = Note { digest: Some(claim.digest), to: Some(claim.to), ..Note::default() };
            let moved = self.transition("record claims made elsewhere", claim.id, Move::ClaimedElsewhere, now, &note);
            match moved {
                Err(LedgerError::Illegal { .. }) | Ok(()) => {}
                other => return other,
            }
        }
        Ok(())
    }

    pub(crate) fn claim_copy(
        &mut self,
        letter: &Claim<'_>,
        address: &str,
        run: &Run<'_>,
        now: Timestamp,
    ) -> Result<Option<i64>, LedgerError> {
        if !matches!(self.copied(letter)?, Copied::Due { .. }) {
            return Ok(None);
        }
        // Two runs may come here at the same time: the second one finds it offered.
        let sql = "INSERT INTO archive (campaign, letter, address, state, claims, run, at)
             VALUES ($1, $2, $3, 'offered', 1, $4, $5) ON CONFLICT (campaign, letter) DO UPDATE
             SET address = $3, state = 'offered', run = $4, at = $5,
                 claims = archive.claims + (archive.state <> 'offered')::integer
             WHERE archive.state IN ('deferred', 'rejected')
                 OR $6 AND archive.state = 'offered' AND archive.run = $4 AND archive.at = $5 RETURNING claims";
        let (key, at) = (self.key, now.to_string());
        let rows = self.link.borrow_mut().run("claim a copy for the archive", |session, again| {
            session.query(sql, &[&key, &letter.id, &address, &run.id, &at, &again])
        })?;
        Ok(rows.first().map(|row| -row.get::<_, i64>(0)))
    }

    pub(crate) fn record_copy(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        let (state, answer) = (Move::of(reply).to().name(), reply.answer());
        let sql = "UPDATE archive SET state = $3, at = $4, stage = $5, code = $6, text = $7
             WHERE campaign = $1 AND letter = $2 AND state = 'offered'";
        let (stage, code, text) = (answer.stage.name(), answer.code.map(i32::from), clean(&answer.text));
        let values: [Value<'_>; 7] = [&self.key, &id, &state, &now.to_string(), &stage, &code, &text];
        self.write("record the answer to a copy", sql, &values)
    }

    pub(crate) fn recover_copies(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let sql =
            "UPDATE archive SET state = 'unknown', at = $2 WHERE campaign = $1 AND state = 'offered' AND NOT EXISTS
             (SELECT FROM run WHERE run.campaign = $1 AND run.id = archive.run AND run.lease > clock_timestamp())";
        self.write("recover what a lost run left", sql, &[&self.key, &now.to_string()])
    }

    pub(crate) fn respond(
        &mut self,
        responses: &[NewResponse<'_>],
        by: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let sql = "INSERT INTO response (campaign, letter, kind, answered_on, note, by_whom, at)
             SELECT $1, letter, kind, answered_on, note, $6, $7
             FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
                 AS new (letter, kind, answered_on, note, place)
             WHERE NOT $8 OR NOT EXISTS (SELECT FROM response WHERE campaign = $1 AND response.letter = new.letter AND at = $7)
             ORDER BY place";
        let of = |part: fn(&NewResponse<'_>) -> String| responses.iter().map(part).collect::<Vec<_>>();
        let letters = of(|new| new.letter.to_owned());
        let kinds = of(|new| new.kind.map_or(TAKEN_BACK, ResponseKind::name).to_owned());
        let days = of(|new| new.on.to_string());
        let notes: Vec<Option<String>> =
            responses.iter().map(|new| new.note.map(|note| note.replace('\0', "\u{fffd}"))).collect();
        let (key, at) = (self.key, now.to_string());
        let done = self.link.borrow_mut().run("record an answer", |session, again| {
            session.query(sql, &[&key, &letters, &kinds, &days, &notes, &by, &at, &again])
        });
        done.map(drop)
    }

    pub(crate) fn record_roll(&mut self, run: &str, total: u64, listed: u64) -> Result<(), LedgerError> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let sql = "INSERT INTO roll VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        self.write("record the number of signatories", sql, &[&self.key, &run, &number(total), &number(listed)])
    }

    pub(crate) fn record_subjects(&mut self, subjects: &[(String, String)]) -> Result<(), LedgerError> {
        // In one order, so that two runs that do this at the same time do not block each other.
        let sql =
            "INSERT INTO subject SELECT $1, letter, text FROM unnest($2::text[], $3::text[]) AS new (letter, text)
             ORDER BY letter ON CONFLICT (campaign, letter) DO UPDATE SET text = excluded.text
             WHERE subject.text <> excluded.text";
        let (ids, texts): (Vec<&str>, Vec<String>) = subjects.iter().map(|(id, text)| (&**id, clean(text))).unzip();
        self.write("record the subjects", sql, &[&self.key, &ids, &texts])
    }

    /// Moves one letter and records the event; an illegal move is an error.
    fn transition(
        &mut self,
        doing: &'static str,
        id: &str,
        wanted: Move,
        now: Timestamp,
        note: &Note<'_>,
    ) -> Result<(), LedgerError> {
        let starts: Vec<&str> = wanted.from().iter().map(|state| state.name()).collect();
        let (key, at) = (self.key, now.to_string());
        let stage = note.answer.map(|answer| answer.stage.name());
        let code = note.answer.and_then(|answer| answer.code).map(i32::from);
        let (text, by) = (note.answer.map(|answer| clean(&answer.text)), note.by.map(clean));
        let rows = self.link.borrow_mut().run(doing, |session, again| {
            let values: [Value<'_>; 15] = [
                &key,
                &id,
                &wanted.name(),
                &starts,
                &wanted.to().name(),
                &wanted.ends_an_attempt(),
                &note.owner,
                &again,
                &at,
                &stage,
                &code,
                &text,
                &by,
                &note.digest,
                &note.to,
            ];
            session.query(MOVE, &values)
        })?;
        match rows[0].get::<_, Option<&str>>(0) {
            None => Ok(()),
            Some("") => Err(LedgerError::NotSeen { id: id.to_owned() }),
            Some(state) => {
                let state = records::state(state).map_err(|abort| abort.into_error(doing, &self.name()))?;
                Err(LedgerError::Illegal { id: id.to_owned(), state, wanted, is_shared: true })
            }
        }
    }

    /// Inserts a letter that was never claimed as pending; a letter in the ledger is not changed.
    fn see(&self, letter: &Claim<'_>, now: Timestamp) -> Result<(), LedgerError> {
        let sql = "INSERT INTO letter (campaign, id, number, recipient, digest, message_id, state, at, seen)
             VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, true) ON CONFLICT (campaign, id) DO UPDATE SET seen = true";
        let number = i64::from(letter.number);
        let values: [Value<'_>; 7] =
            [&self.key, &letter.id, &number, &letter.to, &letter.digest, &letter.message_id, &now.to_string()];
        self.write("record a letter", sql, &values)
    }

    /// Runs a statement that may be run twice.
    pub(super) fn write(
        &self,
        doing: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<(), LedgerError> {
        self.link.borrow_mut().run(doing, |session, _| session.query(sql, values)).map(drop)
    }
}

/// The beginning of a text, as the database can keep it.
pub(super) fn clean(text: &str) -> String {
    truncated(text).replace('\0', "\u{fffd}")
}
