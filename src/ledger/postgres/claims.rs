//! Claims in a shared ledger: leases, fencing, the pace of all runs, and runs that stop each other.
//!
//! Only the server's clock may decide about a lease. A letter whose claim is not proven to be this run's must not be sent.

use super::PostgresLedger;
use super::value::Value;
use crate::ledger::LedgerError;
use crate::ledger::moves::Move;
use crate::ledger::records::{Claim, Claimed, Grant, Pacing, Recovered, Run};
use jiff::Timestamp;
use postgres::Row;
use std::time::Duration;

/// The function `claim`, with spans in seconds.
const CLAIM: &str =
    "SELECT place, what, event_number, seconds, words FROM claim($1, $2, make_interval(secs => $3), $4, $5, $6, $7,
     $8, $9, $10, $11, $12, make_interval(secs => $13), make_interval(secs => $14), $15, $16::text::timestamptz)";

/// How often a run whose own lease has ended is begun again before that is an error.
const MOST_ENDED: u32 = 3;

impl PostgresLedger {
    /// Claims letters, all or none. Runs claim what is free, with [`PostgresLedger::claim_free`].
    #[cfg(test)]
    pub(crate) fn claim(
        &mut self,
        claims: &[Claim<'_>],
        run: &Run<'_>,
        now: Timestamp,
    ) -> Result<Vec<i64>, LedgerError> {
        use crate::ledger::moves::State;
        if self.run != run.id {
            self.begin_run(run, "", true)?;
        }
        let twice = (1..claims.len()).find(|at| claims[..*at].iter().any(|claim| claim.id == claims[*at].id));
        if let Some(at) = twice {
            let (id, wanted) = (claims[at].id.to_owned(), Move::Claimed);
            return Err(LedgerError::Illegal { id, state: State::Offered, wanted, is_shared: true });
        }
        let ids: Vec<&str> = claims.iter().map(|claim| claim.id).collect();
        let states = self.states(&ids)?;
        let free = |state: Option<State>| Move::Claimed.from().contains(&state.unwrap_or(State::Pending));
        if let Some(at) = states.iter().position(|state| !free(*state)) {
            let (id, wanted) = (ids[at].to_owned(), Move::Claimed);
            return Err(LedgerError::Illegal {
                id,
                state: states[at].unwrap_or(State::Pending),
                wanted,
                is_shared: true,
            });
        }
        match self.claim_free(claims, claims.len(), run, &Pacing::default(), now)? {
            Claimed::Grants(grants) => {
                let number = |grant: &Grant| if let Grant::Claimed(number) = grant { Some(*number) } else { None };
                let numbers: Option<Vec<i64>> = grants.iter().map(number).collect();
                numbers.ok_or_else(|| self.refused("another run claims the same letters"))
            }
            Claimed::Wait(_) | Claimed::Halted(_) => Err(self.refused("the runs are stopped")),
        }
    }

    /// Claims the first letters that are free, at most `most`.
    pub(crate) fn claim_free(
        &mut self,
        claims: &[Claim<'_>],
        most: usize,
        run: &Run<'_>,
        pacing: &Pacing,
        now: Timestamp,
    ) -> Result<Claimed, LedgerError> {
        let seconds = |span: Option<Duration>| span.map(|span| span.as_secs_f64());
        let (most, at) = (i32::try_from(most).unwrap_or(i32::MAX), now.to_string());
        let starts: Vec<&str> = Move::Claimed.from().iter().map(|state| state.name()).collect();
        let of = |part: fn(&Claim<'_>) -> String| claims.iter().map(part).collect::<Vec<_>>();
        let ids = of(|claim| claim.id.to_owned());
        let numbers: Vec<i64> = claims.iter().map(|claim| claim.number.into()).collect();
        let (recipients, digests) = (of(|claim| claim.to.to_owned()), of(|claim| claim.digest.to_owned()));
        let message_ids = of(|claim| claim.message_id.to_owned());
        let (pause, domain_pause) = (seconds(pacing.pause), seconds(pacing.per_domain));
        let per_day = pacing.per_day.map(|(most, _)| i32::try_from(most).unwrap_or(i32::MAX));
        let day_from = pacing.per_day.map(|(_, from)| from.to_string());
        let mut has_ended = false;
        for _ in 0..MOST_ENDED {
            let (key, lease) = (self.key, self.shared.lease.as_secs_f64());
            let rows = self.link.borrow_mut().run("claim letters", |session, again| {
                // What was claimed while the lease had not ended, and nobody has taken since, is this run's.
                let again = again || has_ended;
                let values: [Value<'_>; 16] = [
                    &key, &run.id, &lease, &most, &starts, &again, &at, &ids, &numbers, &recipients, &digests,
                    &message_ids, &pause, &domain_pause, &per_day, &day_from,
                ];
                session.query(CLAIM, &values)
            })?;
            match self.grants(&rows, claims.len()) {
                Some(claimed) => return Ok(claimed),
                // The database was away for longer than the lease.
                None => self.begin_run(run, &self.outbox.clone(), false)?,
            }
            has_ended = true;
        }
        Err(self.refused("the lease of this run ends before it can claim a letter: [ledger] lease is too short"))
    }

    /// What `claim` returned; `None` if this run's lease has ended.
    fn grants(&self, rows: &[Row], letters: usize) -> Option<Claimed> {
        let mut grants = vec![Grant::Free; letters];
        let mut wait = None;
        for row in rows {
            let place = row.get::<_, i64>(0).unsigned_abs() as usize;
            match (row.get::<_, &str>(1), place.checked_sub(1)) {
                ("claimed", Some(at)) => grants[at] = Grant::Claimed(row.get(2)),
                ("taken", Some(at)) => grants[at] = Grant::Taken,
                ("wait", _) => wait = Some(Duration::from_secs_f64(row.get::<_, f64>(3).max(0.001))),
                ("halted", _) => return Some(Claimed::Halted(row.get(4))),
                _ => return None,
            }
        }
        let is_of_use = grants.iter().any(|grant| *grant != Grant::Free);
        Some(wait.filter(|_| !is_of_use).map_or(Claimed::Grants(grants), Claimed::Wait))
    }

    /// Proves that the claim is this run's still, and marks the letter as begun: one committed update.
    pub(crate) fn began(&mut self, id: &str, relay: &str, now: Timestamp) -> Result<(), LedgerError> {
        let sql = "UPDATE letter SET begun = true, at = $5, relay = $7, lease = clock_timestamp() + make_interval(secs => $4)
             WHERE campaign = $1 AND id = $2 AND state = 'offered' AND run = $3 AND (NOT begun OR $6 AND at = $5) RETURNING true";
        let (key, run, lease, at) = (self.key, self.run.clone(), self.shared.lease.as_secs_f64(), now.to_string());
        let rows = self.link.borrow_mut().run("mark a letter as begun", |session, again| {
            session.query(sql, &[&key, &id, &run, &lease, &at, &again, &relay])
        })?;
        if !rows.is_empty() {
            return Ok(());
        }
        let state = self.entry(id)?.ok_or_else(|| LedgerError::NotSeen { id: id.to_owned() })?.state;
        Err(LedgerError::Illegal { id: id.to_owned(), state, wanted: Move::Began, is_shared: true })
    }

    /// Ends the claims whose lease has ended.
    pub(crate) fn recover(&mut self, _boot: &str, now: Timestamp) -> Result<Recovered, LedgerError> {
        let sql = "SELECT lost_letter, has_begun FROM recover($1, $2, $3)";
        let (key, at, mut recovered) = (self.key, now.to_string(), Recovered::default());
        let rows = self
            .link
            .borrow_mut()
            .run("recover what a lost run left", |session, again| session.query(sql, &[&key, &at, &again]))?;
        for row in rows {
            match row.get(1) {
                true => recovered.unknown.push(row.get(0)),
                false => recovered.released += 1,
            }
        }
        Ok(recovered)
    }

    /// Begins a run that sends the outbox with this digest.
    pub(crate) fn begin_run(&mut self, run: &Run<'_>, outbox: &str, replaces: bool) -> Result<(), LedgerError> {
        let sql = "SELECT begin_run($1, $2, make_interval(secs => $3), $4, $5)";
        let (key, lease) = (self.key, self.shared.lease.as_secs_f64());
        let found: Option<String> =
            self.read(sql, &[&key, &run.id, &lease, &outbox, &replaces], |row| row.get(0))?.remove(0);
        let path = self.name();
        match found.as_deref() {
            None => {
                (self.run, self.outbox) = (run.id.to_owned(), outbox.to_owned());
                Ok(())
            }
            Some("moved") => Err(LedgerError::Moved { path, to: "another place while this run waited".into() }),
            Some(other) => Err(LedgerError::OtherOutbox { path, is_at_work: other == "busy" }),
        }
    }

    /// Ends this run. It sends nothing any more, so its claims need no lease.
    pub(crate) fn end_run(&mut self) -> Result<(), LedgerError> {
        let sql = "WITH ended AS (
                UPDATE run SET lease = clock_timestamp() WHERE campaign = $1 AND id = $2 AND lease > clock_timestamp()
            ) UPDATE letter SET lease = clock_timestamp() WHERE campaign = $1 AND run = $2 AND state = 'offered'";
        self.write("end a run", sql, &[&self.key, &self.run.clone()])
    }

    /// Stops all runs that have begun by now.
    pub(crate) fn halt(&mut self, why: &str) -> Result<(), LedgerError> {
        let sql = "UPDATE campaign SET halt = $2, halted_at = clock_timestamp() WHERE key = $1";
        self.write("stop the other workers", sql, &[&self.key, &super::writing::clean(why)])
    }

    /// How many letters other runs have claimed; and if they have none, whether any letter is pending.
    pub(crate) fn claimed_by_others(&self) -> Result<(u64, bool), LedgerError> {
        let sql = "SELECT claimed, claimed = 0 AND EXISTS (SELECT FROM letter WHERE campaign = $1 AND state = 'pending') FROM
             (SELECT count(*) AS claimed FROM letter WHERE campaign = $1 AND state = 'offered' AND run <> $2) AS others";
        let others = |row: &Row| (row.get::<_, i64>(0).unsigned_abs(), row.get(1));
        Ok(self.read(sql, &[&self.key, &self.run], others)?.pop().unwrap_or_default())
    }

    /// How many claims this run has left.
    pub(crate) fn left_offered(&self) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM letter WHERE campaign = $1 AND state = 'offered' AND run = $2";
        let count: i64 = self.read(sql, &[&self.key, &self.run], |row| row.get(0))?.pop().unwrap_or_default();
        Ok(count.unsigned_abs())
    }

    /// Whether another run has a lease.
    pub(crate) fn is_at_work(&self) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT FROM run WHERE campaign = $1 AND id <> $2 AND lease > clock_timestamp())";
        Ok(self.read(sql, &[&self.key, &self.run], |row| row.get(0))?.pop().unwrap_or_default())
    }
}
