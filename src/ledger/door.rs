//! The ledger, in a file or in a database: every read and write goes through here to one of the two stores.
//!
//! Nothing here may decide anything: the stores do.

use super::PAGE;
use super::error::LedgerError;
use super::moves::{Settlement, State};
#[cfg(feature = "postgres")]
use super::postgres::PostgresLedger;
use super::records::{Claim, Claimed, Copied, Entry, Grant, NewResponse, Outages, Pacing, Recovered, Response, Run};
use super::sqlite::SqliteLedger;
use crate::message::reply::Reply;
use jiff::Timestamp;
use std::path::Path;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger(pub(super) Store);

/// Where it is kept.
#[derive(Debug)]
pub(super) enum Store {
    /// In a file of this machine.
    Sqlite(SqliteLedger),
    /// In a database that several machines share.
    #[cfg(feature = "postgres")]
    Postgres(Box<PostgresLedger>),
}

/// Calls the same method of whichever store it is.
macro_rules! either {
    ($ledger:expr, $store:ident => $call:expr) => {
        match $ledger {
            Store::Sqlite($store) => $call,
            #[cfg(feature = "postgres")]
            Store::Postgres($store) => $call,
        }
    };
}

impl Ledger {
    /// Returns the ledger's id, to which an outbox is bound when it is first sent.
    pub fn id(&self) -> &str {
        either!(&self.0, store => store.id())
    }

    /// Whether several machines share it.
    pub fn is_shared(&self) -> bool {
        !matches!(self.0, Store::Sqlite(_))
    }

    /// Returns the letters in any of these states ([`State::ALL`] for all), by number and id. They are read in pages; each
    /// page is current when it is read.
    pub fn entries(&self, states: &[State]) -> Entries<'_> {
        Entries {
            ledger: self,
            states: states.to_vec(),
            after: Some((-1, String::new())),
            page: Vec::new().into_iter(),
        }
    }

    /// Returns a letter; `None` if it is not in the ledger.
    pub fn entry(&self, id: &str) -> Result<Option<Entry>, LedgerError> {
        either!(&self.0, store => store.entry(id))
    }

    /// Returns these letters in the same order, each `None` if it is not in the ledger.
    pub fn entries_of(&self, ids: &[&str]) -> Result<Vec<Option<Entry>>, LedgerError> {
        either!(&self.0, store => store.entries_of(ids))
    }

    /// Returns when the attempt at a letter ended that made it what it is: a person may have settled it days later.
    pub fn sent_at(&self, id: &str) -> Result<Option<Timestamp>, LedgerError> {
        either!(&self.0, store => store.sent_at(id))
    }

    /// Returns the states of these letters, all at one moment.
    pub fn states(&self, ids: &[&str]) -> Result<Vec<Option<State>>, LedgerError> {
        either!(&self.0, store => store.states(ids))
    }

    /// Returns the answer to a letter, if one is recorded.
    pub fn response(&self, id: &str) -> Result<Option<Response>, LedgerError> {
        either!(&self.0, store => store.response(id))
    }

    /// Returns the ids of all letters that have an answer.
    pub fn answered(&self) -> Result<Vec<String>, LedgerError> {
        either!(&self.0, store => store.answered())
    }

    /// Returns the subject under which a letter was last sent; `None` if that is not recorded.
    pub fn subject_of(&self, id: &str) -> Result<Option<String>, LedgerError> {
        either!(&self.0, store => store.subject_of(id))
    }

    /// Returns how many signatories a letter printed when it was last claimed, and how many by name; `None` if that is not
    /// recorded.
    pub fn roll_of(&self, id: &str) -> Result<Option<(u64, u64)>, LedgerError> {
        either!(&self.0, store => store.roll_of(id))
    }

    /// Whether the ledger is where it was created, or moved to by [`Ledger::move_home`]: the same file, or the same database
    /// that was never restored. A SQLite ledger of an earlier format has no home yet.
    pub fn is_at_home(&self) -> Result<bool, LedgerError> {
        either!(&self.0, store => store.is_at_home())
    }

    /// Returns how many bytes of the claims file need no comparing: the ledger has every claim in them.
    pub fn claims_read(&self) -> Result<u64, LedgerError> {
        either!(&self.0, store => store.claims_read())
    }

    /// Whether the ledger has this claim: a letter's id, and the number of the event that claimed it, or that of a copy's claim.
    pub fn has_claim(&self, id: &str, event: i64) -> Result<bool, LedgerError> {
        either!(&self.0, store => store.has_claim(id, event))
    }

    /// Returns the ids of letters that were claimed elsewhere and are not settled yet.
    pub fn claimed_elsewhere(&self) -> Result<Vec<String>, LedgerError> {
        either!(&self.0, store => store.claimed_elsewhere())
    }

    /// Whether a copy of this letter is due.
    pub fn copied(&self, letter: &Claim<'_>) -> Result<Copied, LedgerError> {
        either!(&self.0, store => store.copied(letter))
    }

    /// How many copies are in this state.
    pub fn copies(&self, state: State) -> Result<u64, LedgerError> {
        either!(&self.0, store => store.copies(state))
    }

    /// Claims letters for a run, all or none. Returns the numbers of the events.
    #[cfg(test)]
    pub(crate) fn claim(
        &mut self,
        claims: &[Claim<'_>],
        run: &Run<'_>,
        now: Timestamp,
    ) -> Result<Vec<i64>, LedgerError> {
        either!(&mut self.0, store => store.claim(claims, run, now))
    }

    /// Marks that the data of an offered letter is about to be sent to the relay of this name. Written when it returns, not
    /// synced. A shared ledger also proves that the claim is still this run's.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] if it is not: its data must not be sent.
    pub fn began(&mut self, id: &str, relay: &str, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.began(id, relay, now))
    }

    /// Records the reply to an offered letter. Written when it returns, not synced: see [`Ledger::sync`].
    pub fn record(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.record(id, reply, now))
    }

    /// Releases claims, all or none. Written when it returns, not synced.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] if one of them is not offered, or its data has begun.
    pub fn release(&mut self, ids: &[&str], now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.release(ids, now))
    }

    /// Syncs everything written so far, and records that the ledger has every claim in the first `claims_read` bytes of the
    /// claims file.
    pub fn sync(&mut self, claims_read: u64) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.sync(claims_read))
    }

    /// Ends the claims of lost runs. Durable when it returns. The caller holds the lock of a ledger that is not shared, so no
    /// claim belongs to a living run; in a shared one, those whose lease has ended are lost. `boot` is the current boot id.
    pub fn recover(&mut self, boot: &str, now: Timestamp) -> Result<Recovered, LedgerError> {
        either!(&mut self.0, store => store.recover(boot, now))
    }

    /// Records a person's decision on a letter. Durable when it returns.
    pub fn settle(&mut self, id: &str, settlement: Settlement, by: &str, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.settle(id, settlement, by, now))
    }

    /// Drops a letter that was never claimed. Durable when it returns.
    pub fn cancel(&mut self, letter: &Claim<'_>, by: &str, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.cancel(letter, by, now))
    }

    /// Records the letters of missing claims as unknown, except those that are accepted or dropped, and how many bytes of the
    /// claims file were read. Copies are recorded as unknown too. Each claim comes with its number. Durable when it returns.
    pub fn take_over(&mut self, claims: &[(i64, Claim<'_>)], read: u64, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.take_over(claims, read, now))
    }

    /// Makes this place the ledger's home. Durable when it returns. A person must have confirmed that no other copy is used.
    pub fn move_home(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.move_home(now))
    }

    /// Claims a copy that is due, for a run. Durable when it returns. Returns the number of the claim: only when it is in the
    /// outbox's claims file, where there is one, may the copy's data be sent. `None` if it is not due.
    pub fn claim_copy(
        &mut self,
        letter: &Claim<'_>,
        address: &str,
        run: &Run<'_>,
        now: Timestamp,
    ) -> Result<Option<i64>, LedgerError> {
        either!(&mut self.0, store => store.claim_copy(letter, address, run, now))
    }

    /// Records the reply to a copy that this run has claimed. Written when it returns, not synced.
    pub fn record_copy(&mut self, id: &str, reply: &Reply, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.record_copy(id, reply, now))
    }

    /// Marks as unknown the copies that lost runs had claimed. Durable when it returns.
    pub fn recover_copies(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.recover_copies(now))
    }

    /// Records answers, all or none. Durable when it returns.
    pub fn respond(&mut self, responses: &[NewResponse<'_>], by: &str, now: Timestamp) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.respond(responses, by, now))
    }

    /// Records how many signatories the letters of a run print, and how many by name. Written when it returns, not synced.
    pub fn record_roll(&mut self, run: &str, total: u64, listed: u64) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.record_roll(run, total, listed))
    }

    /// Records the subjects of letters that are about to be claimed, by their ids. Written when it returns, not synced.
    pub fn record_subjects(&mut self, subjects: &[(String, String)]) -> Result<(), LedgerError> {
        either!(&mut self.0, store => store.record_subjects(subjects))
    }

    /// Copies a ledger that is not shared, as it is now, to the file `to`; one that exists is replaced.
    ///
    /// # Errors
    /// A database has tools of its own for that.
    pub fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        match &self.0 {
            Store::Sqlite(store) => store.back_up(to),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => {
                Err(store.refused("it is backed up with the database, by pg_dump or pg_basebackup"))
            }
        }
    }
}

/// What only the runs of a shared ledger need. One that is not shared has one run at a time.
impl Ledger {
    /// Claims the first letters that are free, at most `most`. Durable when it returns: only when the numbers of the events are
    /// in the outbox's claims file, where there is one, may the letters' data be sent.
    ///
    /// # Errors
    /// A ledger that is not shared claims the first `most`, all or none: [`LedgerError::Illegal`] if one of them is offered,
    /// accepted, rejected or unknown.
    pub fn claim_free(
        &mut self,
        claims: &[Claim<'_>],
        most: usize,
        run: &Run<'_>,
        pacing: &Pacing,
        now: Timestamp,
    ) -> Result<Claimed, LedgerError> {
        match &mut self.0 {
            Store::Sqlite(store) => {
                let (first, rest) = claims.split_at(most.min(claims.len()));
                let mut grants: Vec<Grant> = store.claim(first, run, now)?.into_iter().map(Grant::Claimed).collect();
                grants.extend(rest.iter().map(|_| Grant::Free));
                let _ = pacing;
                Ok(Claimed::Grants(grants))
            }
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.claim_free(claims, most, run, pacing, now),
        }
    }

    /// Begins a run that sends the outbox with this digest. `replaces` says that it replaces the one sent before.
    ///
    /// # Errors
    /// [`LedgerError::OtherOutbox`] if another outbox is being sent, or was, and this one does not replace it.
    pub fn begin_run(&mut self, run: &Run<'_>, outbox: &str, replaces: bool) -> Result<(), LedgerError> {
        match &mut self.0 {
            Store::Sqlite(_) => {
                let _ = (run, outbox, replaces);
                Ok(())
            }
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.begin_run(run, outbox, replaces),
        }
    }

    /// Ends this run: what it has not begun is free at once.
    pub fn end_run(&mut self) -> Result<(), LedgerError> {
        match &mut self.0 {
            Store::Sqlite(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.end_run(),
        }
    }

    /// Keeps the leases of this run alive; `None` if it has none.
    pub fn keeper(&self) -> Option<Keeper> {
        match &self.0 {
            Store::Sqlite(_) => None,
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => Some(Keeper(store.keeper())),
        }
    }

    /// What happens to the connection to a shared ledger.
    pub fn outages(&self) -> Outages {
        match &self.0 {
            Store::Sqlite(_) => Outages::default(),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.outages(),
        }
    }

    /// Stops all runs that are at work, and says why.
    pub fn halt(&mut self, why: &str) -> Result<(), LedgerError> {
        match &mut self.0 {
            Store::Sqlite(_) => {
                let _ = why;
                Ok(())
            }
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.halt(why),
        }
    }

    /// How many letters other runs have claimed; and if they have none, whether any letter is pending.
    pub fn claimed_by_others(&self) -> Result<(u64, bool), LedgerError> {
        match &self.0 {
            Store::Sqlite(_) => Ok((0, false)),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.claimed_by_others(),
        }
    }

    /// How many letters this run has left offered, at most; the others are those of other runs.
    pub fn left_offered(&self) -> Result<u64, LedgerError> {
        match &self.0 {
            Store::Sqlite(_) => Ok(u64::MAX),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.left_offered(),
        }
    }

    /// Whether another run is at work.
    pub fn is_at_work(&self) -> Result<bool, LedgerError> {
        match &self.0 {
            Store::Sqlite(_) => Ok(false),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.is_at_work(),
        }
    }
}

/// Keeps the leases of a run alive until it is dropped.
#[derive(Debug)]
pub struct Keeper(
    #[cfg(feature = "postgres")]
    #[expect(dead_code, reason = "dropped at the end")]
    super::postgres::Keeper,
);

/// Letters of the ledger, a page in memory at a time. After an error it ends.
#[derive(Debug)]
pub struct Entries<'a> {
    ledger: &'a Ledger,
    states: Vec<State>,
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
        match either!(&self.ledger.0, store => store.page(&self.states, &after)) {
            Ok(page) => {
                let last = page.last().filter(|_| page.len() == PAGE);
                self.after = last.map(|entry| (entry.number.into(), entry.id.clone()));
                self.page = page.into_iter();
                self.page.next().map(Ok)
            }
            Err(error) => Some(Err(error)),
        }
    }
}
