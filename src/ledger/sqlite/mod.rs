//! The ledger of one machine: one SQLite file per campaign, `.openletter/ledger.sqlite3` (folder 0700, files 0600).
//!
//! A writer must hold the [`Lock`](super::Lock). A reader, such as `status`, needs none.
//!
//! # Durability
//!
//! *Written* means that the transaction is in SQLite's write-ahead log: it survives a killed process, but not a power
//! failure. *Synced* survives both. A sync covers everything written before it, since the log is one file; checksums end
//! it at the first torn frame, so nothing later survives what is lost earlier. [`SqliteLedger::recover`] follows from this:
//! within the same boot an unmarked claim has certainly not begun; after a reboot the flag may have been lost, and every
//! open claim is unknown.
//!
//! A rollback journal would cost three syncs for each claim; the log costs one.

mod archive;
mod backup;
mod counting;
mod elsewhere;
mod entry;
mod home;
mod join;
mod migrate;
mod offer;
mod open;
mod responses;
#[cfg(feature = "postgres")]
mod transfer;

#[cfg(test)]
pub(in crate::ledger) use entry::answer;

use super::LedgerError;
use super::error::Abort;
use rusqlite::Connection;
use std::path::PathBuf;

/// The format this program writes and knows (SQLite's `user_version`).
pub(super) const FORMAT: i64 = 5;

/// An open ledger.
#[derive(Debug)]
pub(super) struct SqliteLedger {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
    id: String,
    /// The format of the file: an earlier one can be read, and is upgraded before anything is written.
    pub(super) format: i64,
    syncing: Syncing,
}

/// Whether a transaction is synced when it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syncing {
    Now,
    Later,
}

impl SqliteLedger {
    /// Returns the ledger's id, to which an outbox is bound when it is first sent.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Syncs everything written so far, and records that the ledger has every claim in the first `claims_read` bytes of the
    /// claims file.
    pub(crate) fn sync(&mut self, claims_read: u64) -> Result<(), LedgerError> {
        // A checkpoint may skip its sync while another connection reads, and a commit without changes is not synced: so
        // this changes a counter.
        self.write(Syncing::Now, "sync", |tx| {
            let read = i64::try_from(claims_read).unwrap_or(i64::MAX);
            tx.execute("UPDATE ledger SET syncs = syncs + 1, claims_read = ?1", [read])?;
            Ok(())
        })
    }

    /// Runs one transaction, all or nothing.
    fn write<T>(
        &mut self,
        syncing: Syncing,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Abort>,
    ) -> Result<T, LedgerError> {
        self.transact(syncing, work).map_err(|abort| abort.into_error(doing, &self.path))
    }

    fn set_syncing(&mut self, syncing: Syncing) -> rusqlite::Result<()> {
        if self.syncing != syncing {
            self.db.execute_batch(match syncing {
                Syncing::Now => "PRAGMA synchronous = FULL",
                Syncing::Later => "PRAGMA synchronous = NORMAL",
            })?;
            self.syncing = syncing;
        }
        Ok(())
    }

    /// Like rusqlite's own transaction, with cached BEGIN and COMMIT: every letter has two.
    fn transact<T>(
        &mut self,
        syncing: Syncing,
        work: impl FnOnce(&Connection) -> Result<T, Abort>,
    ) -> Result<T, Abort> {
        self.set_syncing(syncing)?;
        let run = |sql| self.db.prepare_cached(sql)?.execute([]);
        run("BEGIN IMMEDIATE")?;
        let result = work(&self.db).and_then(|result| Ok(run("COMMIT").map(|_| result)?));
        if result.is_err() && !self.db.is_autocommit() {
            // If this fails too, SQLite rolls back when the connection closes.
            let _ = run("ROLLBACK");
        }
        result
    }
}
