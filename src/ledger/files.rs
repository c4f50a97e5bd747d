//! The ledger's folder, file and lock. SQLite gives its log and index the mode of the ledger's file.

use super::LedgerError;
use crate::private_file;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the path of the ledger of the campaign in `dir`.
pub(super) fn ledger(dir: &Path) -> PathBuf {
    dir.join(private_file::RECORDS).join("ledger.sqlite3")
}

/// Returns the private folder of the campaign in `dir`, created if missing.
pub(super) fn folder(dir: &Path) -> Result<PathBuf, LedgerError> {
    let folder = dir.join(private_file::RECORDS);
    private_file::ensure_folder(&folder).map_err(LedgerError::io("create the private folder", &folder))?;
    Ok(folder)
}

/// The exclusive right to write to a campaign's ledger. It ends with the process.
#[derive(Debug)]
pub struct Lock {
    _lock: private_file::Lock,
}

impl Lock {
    /// Takes the lock of the campaign in `dir`.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] with the process that holds it.
    pub fn take(dir: &Path) -> Result<Lock, LedgerError> {
        let path = folder(dir)?.join("lock");
        let lock = private_file::Lock::take(&path).map_err(LedgerError::io("take the lock", &path))?;
        let Some(mut lock) = lock else { return Err(LedgerError::Busy { pid: holder(&path) }) };
        lock.write(&format!("{}\n", std::process::id())).map_err(LedgerError::io("write the lock", &path))?;
        Ok(Lock { _lock: lock })
    }
}

fn holder(lock: &Path) -> Option<u32> {
    fs::read_to_string(lock).ok()?.trim().parse().ok()
}
