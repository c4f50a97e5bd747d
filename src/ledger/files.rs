//! The ledger's folder, file and lock. SQLite gives its log and index the mode of the ledger's file.

use super::LedgerError;
use super::shard::Shard;
use crate::private_file;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder of records of the campaign in `dir`.
pub(super) fn records(dir: &Path) -> PathBuf {
    dir.join(private_file::RECORDS)
}

/// Returns the folder of a shard's records.
pub(super) fn shard(dir: &Path, shard: Shard) -> PathBuf {
    records(dir).join(shard.folder())
}

/// Returns the path of the ledger in a folder of records.
pub(super) fn ledger_in(records: &Path) -> PathBuf {
    records.join("ledger.sqlite3")
}

/// Returns the path of the ledger of the campaign in `dir`.
#[cfg(any(test, feature = "postgres"))]
pub(super) fn ledger(dir: &Path) -> PathBuf {
    ledger_in(&records(dir))
}

/// Returns the folder of records of the campaign in `dir`, created if missing.
pub(super) fn folder(dir: &Path) -> Result<PathBuf, LedgerError> {
    let folder = records(dir);
    private_file::ensure_folder(&folder).map_err(LedgerError::io("create the private folder", &folder))?;
    Ok(folder)
}

/// Creates the folder of a shard's records, if it is missing.
fn shard_folder(dir: &Path, of: Shard) -> Result<PathBuf, LedgerError> {
    folder(dir)?;
    let folder = shard(dir, of);
    private_file::ensure_folder(&folder).map_err(LedgerError::io("create the private folder", &folder))?;
    Ok(folder)
}

/// The right to write to a campaign's ledger, or to that of a shard. It ends with the process.
#[derive(Debug)]
pub struct Lock {
    _lock: private_file::Lock,
    /// The campaign's own lock, which shards hold together.
    _shared: Option<private_file::Lock>,
}

impl Lock {
    /// Takes the lock of the campaign in `dir`, and of all its shards.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] with the process that holds it.
    pub fn take(dir: &Path) -> Result<Lock, LedgerError> {
        Ok(Lock { _lock: take(&folder(dir)?)?, _shared: None })
    }

    /// Takes the lock of a shard. Other shards can be at work meanwhile.
    pub(super) fn take_shard(dir: &Path, shard: Shard) -> Result<Lock, LedgerError> {
        let path = folder(dir)?.join(NAME);
        let shared = private_file::Lock::share(&path).map_err(LedgerError::io("take the lock", &path))?;
        let Some(mut shared) = shared else { return Err(LedgerError::Busy { pid: holder(&path) }) };
        // It names the last process that held it alone. Nobody relies on it, and Windows may refuse.
        let _ = shared.write("");
        Ok(Lock { _lock: take(&shard_folder(dir, shard)?)?, _shared: Some(shared) })
    }
}

const NAME: &str = "lock";

fn take(folder: &Path) -> Result<private_file::Lock, LedgerError> {
    let path = folder.join(NAME);
    let lock = private_file::Lock::take(&path).map_err(LedgerError::io("take the lock", &path))?;
    let Some(mut lock) = lock else { return Err(LedgerError::Busy { pid: holder(&path) }) };
    lock.write(&format!("{}\n", std::process::id())).map_err(LedgerError::io("write the lock", &path))?;
    Ok(lock)
}

fn holder(lock: &Path) -> Option<u32> {
    fs::read_to_string(lock).ok()?.trim().parse().ok()
}
