//! Upgrades a ledger of an earlier format, after making a backup of it.
//!
//! It must never lose an event or change a state, and must leave the old ledger unchanged if anything fails.

use super::open::with_suffix;
use super::{FORMAT, SqliteLedger, home};
use crate::ledger::LedgerError;
use crate::ledger::error::Abort;
use jiff::Timestamp;
use std::path::Path;

/// From format 1: a letter can be dropped, a claim keeps its address, and the ledger knows its home. The tables are rebuilt
/// in one transaction, since SQLite cannot change a constraint.
const FROM_1: &[&str] = &[
    "DROP TRIGGER event_is_not_changed;
     DROP TRIGGER event_is_not_removed;
     DROP TRIGGER letter_is_not_removed;
     DROP INDEX letter_by_number;
     DROP INDEX event_by_letter;
     ALTER TABLE ledger RENAME TO old_ledger;
     ALTER TABLE letter RENAME TO old_letter;
     ALTER TABLE event RENAME TO old_event;",
    include_str!("schema_2.sql"),
    "INSERT INTO ledger (row, id, campaign, created_at, syncs) SELECT * FROM old_ledger;
     INSERT INTO letter SELECT * FROM old_letter;
     INSERT INTO event SELECT old_event.*,
         CASE what WHEN 'claimed' THEN (SELECT recipient FROM old_letter WHERE id = old_event.letter) END
         FROM old_event ORDER BY number;
     DROP TABLE old_letter;
     DROP TABLE old_event;
     DROP TABLE old_ledger;",
];

/// From format 2: copies for the archive.
const FROM_2: &str = include_str!("schema_3.sql");

/// From format 3: recorded answers, and what the letters of a run print.
const FROM_3: &str = include_str!("schema_4.sql");

/// From format 4: the relay that each letter's data was sent to.
const FROM_4: &str = concat!(include_str!("schema_5.sql"), "PRAGMA user_version = 5;");

impl SqliteLedger {
    /// Upgrades the ledger to the format that this program writes. The caller holds the lock.
    pub(crate) fn upgrade(
        self,
        records: &Path,
        campaign_id: &str,
        now: Timestamp,
    ) -> Result<SqliteLedger, LedgerError> {
        if self.format == FORMAT {
            return Ok(self);
        }
        let backup = with_suffix(&self.path, &format!(".format-{}", self.format));
        self.back_up(&backup)?;
        let home = home::of(&self.path)?;
        // With the default settings, renaming a table would change references to it, and dropping one would check them.
        let upgrade = || -> rusqlite::Result<()> {
            self.db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE")?;
            if self.format == 1 {
                FROM_1.iter().try_for_each(|sql| self.db.execute_batch(sql))?;
                home::record(&self.db, &home, now)?;
            }
            if self.format <= 2 {
                self.db.execute_batch(FROM_2)?;
            }
            if self.format <= 3 {
                self.db.execute_batch(FROM_3)?;
            }
            self.db.execute_batch(FROM_4)?;
            self.db.execute_batch("COMMIT")
        };
        // If it fails, closing the connection rolls it back.
        upgrade().map_err(|error| Abort::from(error).into_error("upgrade the ledger", &self.path))?;
        drop(self);
        SqliteLedger::open(records, campaign_id)
    }
}
