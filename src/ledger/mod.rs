//! The ledger: the durable record of what was offered to the relay and what it answered.
//!
//! One SQLite file per campaign, `.openletter/ledger.sqlite3` (folder 0700, files 0600). It must never make a letter
//! look unsent that may have been sent, never forget an answer, never start anew by itself, and never hold a
//! signatory's data, a letter's text or a credential.
//!
//! # States
//!
//! A letter the ledger has not seen has no row. One it has seen is in one of six states, and moves only like this
//! ([`Move`] is the same table in code; every other move is refused, and nothing of its transaction is kept):
//!
//! | move | from | to | by | on disk |
//! |---|---|---|---|---|
//! | claimed | pending, deferred, not seen | offered | [`Ledger::claim`] | synced before it returns |
//! | began | offered, not begun | offered, begun | [`Ledger::began`] | written |
//! | accepted, deferred, rejected, unknown | offered | the same | [`Ledger::record`] | written |
//! | released | offered, not begun | pending | [`Ledger::release`] | written |
//! | released | offered, not begun, same boot | pending | [`Ledger::recover`] | synced |
//! | lost | offered, begun or of another boot | unknown | [`Ledger::recover`] | synced |
//! | settled-sent | unknown | accepted | [`Ledger::settle`] | synced |
//! | settled-resend | unknown | pending | [`Ledger::settle`] | synced |
//!
//! Accepted and rejected are final. An answer is taken whether or not its letter was marked as begun: to lose an
//! acceptance would be the worse mistake. Each move is also an event in a table that only grows, so that the record
//! proves what happened; that a letter has begun becomes one together with what ends it, and is until then a mark.
//!
//! # What survives what
//!
//! *Written* means that the transaction is in SQLite's write-ahead log: a killed process loses none of it, a machine
//! that loses power may lose it. *Synced* means that power may fail too. A sync covers all that was written before it,
//! for the log is one file; the log's checksums end it at the first torn frame, so nothing later survives what is lost
//! earlier. From this follows [`Ledger::recover`]: within the same boot an unmarked claim has certainly not begun; after
//! another boot the mark may have been lost, and every open claim is unknown.
//!
//! Rollback journals were considered: they cannot be written without a sync and stay whole when power fails, and they
//! would cost three syncs for each claim where the log costs one.
//!
//! Whoever writes holds the [`Lock`]; whoever only reads, as `status` does, needs none.

mod entry;
mod error;
mod files;
mod moves;
mod offer;
mod open;

#[cfg(test)]
mod tests;

pub use entry::{Entries, Entry, Event, Totals};
pub use error::LedgerError;
pub use files::Lock;
pub use moves::{Move, Settlement, State};
pub use offer::{Claim, Recovered, Run};

use error::Stop;
use rusqlite::Connection;
use std::path::PathBuf;

/// The format this program writes and knows (SQLite's `user_version`).
const FORMAT: i64 = 1;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    db: Connection,
    path: PathBuf,
    id: String,
    syncing: Syncing,
}

/// Whether a transaction is on the disk when it returns, or only in the hands of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syncing {
    Now,
    Later,
}

impl Ledger {
    /// The ledger's own id, which an outbox is bound to when it is first sent.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Makes everything written so far durable: once for each window, and at the end of a run.
    pub fn sync(&mut self) -> Result<(), LedgerError> {
        // A checkpoint may skip its sync while another connection reads, and a commit that changes nothing is not
        // synced: so a counter moves.
        self.write(Syncing::Now, "sync", |tx| {
            tx.execute("UPDATE ledger SET syncs = syncs + 1", [])?;
            Ok(())
        })
    }

    /// Runs one transaction, all or nothing.
    fn write<T>(
        &mut self,
        syncing: Syncing,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Stop>,
    ) -> Result<T, LedgerError> {
        self.transact(syncing, work).map_err(|stop| stop.tell(doing, &self.path))
    }

    /// Every letter has two transactions, so what begins and ends one is compiled once, as rusqlite's own does not.
    fn transact<T>(&mut self, syncing: Syncing, work: impl FnOnce(&Connection) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.syncing != syncing {
            self.db.execute_batch(match syncing {
                Syncing::Now => "PRAGMA synchronous = FULL",
                Syncing::Later => "PRAGMA synchronous = NORMAL",
            })?;
            self.syncing = syncing;
        }
        let run = |sql| self.db.prepare_cached(sql)?.execute([]);
        run("BEGIN IMMEDIATE")?;
        let result = work(&self.db).and_then(|result| Ok(run("COMMIT").map(|_| result)?));
        if result.is_err() && !self.db.is_autocommit() {
            // That it failed matters more than that this does: what was not committed is gone in any case.
            let _ = run("ROLLBACK");
        }
        result
    }
}
