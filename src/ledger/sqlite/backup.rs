//! Copies the ledger while it may be in use.
//!
//! Copying only the file would leave out what is only in its log. A backup must be complete, private and durable, or not
//! exist.

use super::SqliteLedger;
use super::open::{remove_leftover, with_suffix};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use crate::private_file;
use std::fs;
use std::path::Path;

impl SqliteLedger {
    /// Copies the ledger as it is now to the file `to`; one that exists is replaced.
    pub(crate) fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        const DOING: &str = "back up the ledger";
        let partial = with_suffix(to, ".partial");
        remove_leftover(&partial)?;
        // SQLite writes into an existing empty file, and keeps its mode.
        let file = private_file::create(&partial).map_err(LedgerError::io(DOING, &partial))?;
        let copied = self.db.execute("VACUUM INTO ?1", [partial.to_string_lossy()]);
        copied.map_err(|error| {
            let _ = fs::remove_file(&partial);
            Abort::from(error).into_error(DOING, &self.path)
        })?;
        file.sync_all().map_err(LedgerError::io(DOING, &partial))?;
        fs::rename(&partial, to).map_err(LedgerError::io(DOING, to))?;
        match to.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => {
                private_file::sync_folder(folder).map_err(LedgerError::io("sync the folder", folder))
            }
            _ => private_file::sync_folder(Path::new(".")).map_err(LedgerError::io("sync the folder", to)),
        }
    }
}
