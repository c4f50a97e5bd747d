//! Upgrades a ledger of an earlier format, after making a backup of it.
//!
//! It must never lose an event or change a state, and must leave the old ledger as it was if anything fails.

use super::error::Abort;
use super::open::beside;
use super::{FORMAT, Ledger, LedgerError};
use crate::private_file;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// From format 1: a letter can be dropped, and a claim keeps its address. The tables are rebuilt, since SQLite cannot
/// change a constraint; in one transaction.
const FROM_1: &[&str] = &[
    "DROP TRIGGER event_is_not_changed;
     DROP TRIGGER event_is_not_removed;
     DROP TRIGGER letter_is_not_removed;
     DROP INDEX letter_by_number;
     DROP INDEX event_by_letter;
     ALTER TABLE ledger RENAME TO old_ledger;
     ALTER TABLE letter RENAME TO old_letter;
     ALTER TABLE event RENAME TO old_event;",
    include_str!("schema.sql"),
    "INSERT INTO ledger SELECT * FROM old_ledger;
     INSERT INTO letter SELECT * FROM old_letter;
     INSERT INTO event SELECT old_event.*,
         CASE what WHEN 'claimed' THEN (SELECT recipient FROM old_letter WHERE id = old_event.letter) END
         FROM old_event ORDER BY number;
     DROP TABLE old_letter;
     DROP TABLE old_event;
     DROP TABLE old_ledger;
     PRAGMA user_version = 2;",
];

impl Ledger {
    /// Upgrades the ledger to the format that this program writes. The caller holds the lock.
    pub(super) fn upgrade(self, dir: &Path, campaign_id: &str) -> Result<Ledger, LedgerError> {
        if self.format == FORMAT {
            return Ok(self);
        }
        back_up(&self)?;
        // Otherwise renaming a table changes references to it, and dropping one looks for them.
        let upgrade = || -> rusqlite::Result<()> {
            self.db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE")?;
            FROM_1.iter().try_for_each(|sql| self.db.execute_batch(sql))?;
            self.db.execute_batch("COMMIT")
        };
        // What was not committed is rolled back when the connection closes.
        upgrade().map_err(|error| Abort::from(error).into_error("upgrade the ledger", &self.path))?;
        drop(self);
        Ledger::open(dir, campaign_id)
    }
}

/// Copies the ledger to `ledger.sqlite3.format-1`, private and synced.
fn back_up(ledger: &Ledger) -> Result<(), LedgerError> {
    let backup = beside(&ledger.path, &format!(".format-{}", ledger.format));
    let partial = beside(&backup, ".partial");
    match fs::remove_file(&partial) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(LedgerError::io("remove what a killed run left", &partial)(error));
        }
        _ => {}
    }
    let doing = "back up the ledger before its upgrade";
    // SQLite writes into an existing empty file, and keeps its mode.
    let file = private_file::create(&partial).map_err(LedgerError::io(doing, &partial))?;
    let copied = ledger.db.execute("VACUUM INTO ?1", [partial.to_string_lossy()]);
    copied.map_err(|error| Abort::from(error).into_error(doing, &ledger.path))?;
    file.sync_all().map_err(LedgerError::io(doing, &partial))?;
    fs::rename(&partial, &backup).map_err(LedgerError::io(doing, &backup))?;
    match backup.parent() {
        Some(folder) => private_file::sync_folder(folder).map_err(LedgerError::io("sync the folder", folder)),
        None => Ok(()),
    }
}
