//! The ledger's home: the identity of its file, by which a copy or a restored backup is recognised.
//!
//! Neither a ledger nor its copy records what the other sends. Only the one at home may be used to send, until a person says
//! that the other is no longer used. A renamed folder keeps its file, and so its home.

use super::{SqliteLedger, Syncing};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

impl SqliteLedger {
    /// Whether this is the file that the ledger was created in, or moved to by [`SqliteLedger::move_home`]. A ledger of an earlier
    /// format has no home yet.
    pub(crate) fn is_at_home(&self) -> Result<bool, LedgerError> {
        if self.format == 1 {
            return Ok(true);
        }
        let sql = "SELECT file FROM home ORDER BY number DESC LIMIT 1";
        let home = self.db.query_row(sql, [], |row| row.get::<_, String>(0));
        let home = home.map_err(|error| Abort::from(error).into_error("read the ledger", &self.path))?;
        Ok(home == of(&self.path)?)
    }

    /// Makes this file the ledger's home. Durable when it returns. A person must have confirmed that no other copy is used.
    pub(crate) fn move_home(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let file = of(&self.path)?;
        self.write(Syncing::Now, "record where the ledger is", |tx| Ok(record(tx, &file, now)?))
    }
}

/// What the home of a ledger that was moved to another store begins with.
pub(super) const LEFT: &str = "moved to ";

impl SqliteLedger {
    /// Where the ledger in this folder was moved; `None` if it is here still.
    #[cfg(feature = "postgres")]
    pub(crate) fn left_for(records: &Path) -> Result<Option<String>, LedgerError> {
        SqliteLedger::open_if(records, |_| true)?.where_to()
    }

    /// Where the ledger was moved; `None` if it is here still.
    pub(crate) fn where_to(&self) -> Result<Option<String>, LedgerError> {
        if self.format == 1 {
            return Ok(None);
        }
        let sql = "SELECT file FROM home ORDER BY number DESC LIMIT 1";
        let home = self.db.query_row(sql, [], |row| row.get::<_, String>(0));
        let home = home.map_err(|error| Abort::from(error).into_error("read the ledger", &self.path))?;
        Ok(home.strip_prefix(LEFT).map(str::to_owned))
    }

    /// Leaves this file for another store: from now on it is refused. Durable when it returns.
    pub(crate) fn leave(&mut self, to: &str, now: Timestamp) -> Result<(), LedgerError> {
        let home = format!("{LEFT}{to}");
        self.write(Syncing::Now, "record where the ledger is", |tx| Ok(record(tx, &home, now)?))
    }
}

/// Records a file's identity as the ledger's home.
pub(super) fn record(tx: &Connection, file: &str, now: Timestamp) -> rusqlite::Result<()> {
    tx.execute("INSERT INTO home (at, file) VALUES (?1, ?2)", params![now.to_string(), file]).map(|_| ())
}

/// Returns the identity of a file: its inode and its creation time, as far as the file system has them.
pub(super) fn of(path: &Path) -> Result<String, LedgerError> {
    let metadata = std::fs::metadata(path).map_err(LedgerError::io("read", path))?;
    let created = metadata.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(format!("{} {}", inode(&metadata), created.map_or(0, |time| time.as_nanos())))
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
