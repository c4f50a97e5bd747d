//! The ledger: the durable record of what was offered to the relay and what it answered.
//!
//! One SQLite file per campaign, `.openletter/ledger.sqlite3` (folder 0700, files 0600). It must never show a letter as
//! unsent that may have been sent, never lose an answer, never be recreated by itself, and never contain a signatory's
//! data, a letter's text beyond its subject, or a credential.
//!
//! # States
//!
//! A letter that was never claimed has no row. The others are in one of seven states, and only these moves are legal
//! ([`Move`] is the same table in code; any other move aborts its transaction):
//!
//! | move | from | to | by | on disk |
//! |---|---|---|---|---|
//! | claimed | pending, deferred, not seen | offered | [`Ledger::claim`] | synced before it returns |
//! | began | offered, not begun | offered, begun | [`Ledger::began`] | written |
//! | accepted, deferred, rejected, unknown | offered | the same | [`Ledger::record`] | written |
//! | released | offered, not begun | pending | [`Ledger::release`] | written |
//! | released | offered, not begun, same boot | pending | [`Ledger::recover`] | synced |
//! | lost | offered, begun or of another boot | unknown | [`Ledger::recover`] | synced |
//! | claimed-elsewhere | pending, deferred, rejected, not seen | unknown | [`Ledger::take_over`] | synced |
//! | settled-sent | unknown | accepted | [`Ledger::settle`] | synced |
//! | settled-resend | unknown, rejected | pending | [`Ledger::settle`] | synced |
//! | settled-drop | pending, deferred, rejected, unknown, not seen | dropped | [`Ledger::settle`], [`Ledger::cancel`] | synced |
//!
//! Accepted and dropped are final; rejected is too, unless a person decides otherwise. An answer
//! is recorded whether or not its letter was marked as begun, since losing an acceptance would be worse. Each move is also
//! an event in an append-only table, the proof of what happened; *began* is only a flag until the attempt ends, and then
//! becomes an event together with the move that ends it.
//!
//! The copy of an accepted letter that goes to the archive has a row of its own, which is in no total: claimed before its
//! data is sent, then accepted, deferred, rejected or unknown. Deferred and rejected ones are claimed again by a later run.
//! Its claims are in the outbox's claims file too, so that an older copy of the ledger repeats none.
//!
//! What people record as the answers to letters is in a table of its own, which no state depends on.
//!
//! # Durability
//!
//! *Written* means that the transaction is in SQLite's write-ahead log: it survives a killed process, but not a power
//! failure. *Synced* survives both. A sync covers everything written before it, since the log is one file; checksums end
//! it at the first torn frame, so nothing later survives what is lost earlier. [`Ledger::recover`] follows from this:
//! within the same boot an unmarked claim has certainly not begun; after a reboot the flag may have been lost, and every
//! open claim is unknown.
//!
//! A rollback journal would cost three syncs for each claim; the log costs one.
//!
//! A writer must hold the [`Lock`]. A reader, such as `status`, needs none.

mod archive;
mod backup;
mod elsewhere;
mod entry;
mod error;
mod files;
mod home;
mod migrate;
mod moves;
mod offer;
mod open;
mod responses;

#[cfg(test)]
mod tests;

pub use archive::{Copied, is_copy};
pub use entry::{Entries, Entry};
pub use error::LedgerError;
pub use files::Lock;
pub use moves::{Move, Settlement, State};
pub use offer::{Claim, Recovered, Run};
pub use responses::{NewResponse, Response, ResponseKind};

use error::Abort;
use rusqlite::Connection;
use std::path::PathBuf;

/// The format this program writes and knows (SQLite's `user_version`).
const FORMAT: i64 = 4;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    db: Connection,
    path: PathBuf,
    id: String,
    /// The format of the file: an earlier one can be read, and is upgraded before anything is written.
    format: i64,
    syncing: Syncing,
}

/// Whether a transaction is synced when it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syncing {
    Now,
    Later,
}

impl Ledger {
    /// Returns the ledger's id, to which an outbox is bound when it is first sent.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Syncs everything written so far, and records that the ledger has every claim in the first `claims_read` bytes of the
    /// claims file.
    pub fn sync(&mut self, claims_read: u64) -> Result<(), LedgerError> {
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
