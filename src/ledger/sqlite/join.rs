//! Makes one ledger of those of a campaign's shards.
//!
//! Nothing of theirs may be lost. The new file is refused until they have been left.

use super::SqliteLedger;
use super::home::LEFT;
use super::open::{initialize, place_new, remove_leftover, with_suffix};
use crate::ledger::error::Abort;
use crate::ledger::{LedgerError, files};
use jiff::Timestamp;
use rusqlite::Connection;
use std::path::Path;

/// Where a ledger was moved that is being made of those of shards.
pub(super) const JOINING: &str = "its shards, which were not joined completely";

/// What a part adds; its events get numbers after those that are there.
const ADD: &[&str] = &[
    "INSERT INTO letter (id, number, recipient, digest, message_id, state, begun, attempts, boot, at, answer, relay)
     SELECT id, number, recipient, digest, message_id, state, 0, attempts, '', at, answer + ?1, relay FROM part.letter",
    "INSERT INTO event (number, letter, at, what, run, digest, stage, code, text, by_whom, recipient)
     SELECT number + ?1, letter, at, what, run, digest, stage, code, text, by_whom, recipient FROM part.event",
];

/// What needs no numbers.
const ADD_PLAIN: &str = "
    INSERT INTO archive (letter, address, state, claims, run, at, stage, code, text)
    SELECT letter, address, state, claims, run, at, stage, code, text FROM part.archive;
    INSERT INTO response (letter, kind, answered_on, note, by_whom, at)
    SELECT letter, kind, answered_on, note, by_whom, at FROM part.response ORDER BY number;
    INSERT INTO roll (run, total, listed) SELECT run, total, listed FROM part.roll;
    INSERT INTO subject (letter, text) SELECT letter, text FROM part.subject;";

impl SqliteLedger {
    /// Creates a complete ledger of these parts, which is refused still; what an interrupted attempt has left is replaced.
    pub(crate) fn create_joined(
        records: &Path,
        campaign_id: &str,
        ledger_id: &str,
        parts: &[&SqliteLedger],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let path = files::ledger_in(records);
        if path.exists() {
            if SqliteLedger::open_left(records, campaign_id)?.where_to()?.as_deref() != Some(JOINING) {
                return Err(LedgerError::Exists { path });
            }
            for suffix in ["", "-wal", "-shm"] {
                remove_leftover(&with_suffix(&path, suffix))?;
            }
        }
        place_new(records, |partial| {
            let failed = |abort: Abort| abort.into_error("create the ledger", partial);
            let mut created = parts.iter().map(|part| part.created_at()).collect::<Result<Vec<_>, _>>()?;
            created.push(now.to_string());
            created.sort_unstable();
            let created_at = &created[0];
            let left = format!("{LEFT}{JOINING}");
            let db = initialize(partial, campaign_id, ledger_id, &left, created_at).map_err(failed)?;
            let add = |part: &SqliteLedger| add(&db, &part.path).map_err(|error| failed(error.into()));
            parts.iter().try_for_each(|part| add(part))?;
            db.close().map_err(|(_, error)| failed(error.into()))
        })
    }

    fn created_at(&self) -> Result<String, LedgerError> {
        let created_at = self.db.query_row("SELECT created_at FROM ledger", [], |row| row.get(0));
        created_at.map_err(|error| self.reading(error.into()))
    }
}

fn add(db: &Connection, part: &Path) -> rusqlite::Result<()> {
    db.execute("ATTACH ?1 AS part", [part.to_string_lossy()])?;
    db.execute_batch("BEGIN; PRAGMA defer_foreign_keys = ON")?;
    let after: i64 = db.query_row("SELECT coalesce(max(number), 0) FROM main.event", [], |row| row.get(0))?;
    for sql in ADD {
        db.execute(sql, [after])?;
    }
    db.execute_batch(ADD_PLAIN)?;
    db.execute_batch("COMMIT; DETACH part")
}
