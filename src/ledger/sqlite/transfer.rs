//! A file's part in a move between stores: its rows are read, or a new file is filled with those of a database.
//!
//! A file that is being filled must be refused until it is complete and the database has been left.

use super::SqliteLedger;
use super::home::{self, LEFT};
use super::open::{initialize, place_new, with_suffix};
use crate::ledger::error::Abort;
use crate::ledger::moving::{Head, Row, Table};
use crate::ledger::{LedgerError, files};
use rusqlite::params_from_iter;
use std::fs;
use std::path::Path;

type Take<'a> = &'a mut dyn FnMut(Row) -> Result<(), LedgerError>;

impl SqliteLedger {
    /// The ledger's id, and when it was created.
    pub(crate) fn head(&self) -> Result<Head, LedgerError> {
        let read = |row: &rusqlite::Row<'_>| Ok(Head { id: row.get(0)?, created_at: row.get(1)? });
        let head = self.db.query_row("SELECT id, created_at FROM ledger", [], read);
        head.map_err(|error| self.reading(error.into()))
    }

    /// Passes on the rows of a table, in order.
    pub(crate) fn rows(&self, table: &Table, take: Take<'_>) -> Result<(), LedgerError> {
        let columns: Vec<String> = table.columns.iter().map(|name| format!("CAST({name} AS TEXT)")).collect();
        let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, table.columns[0]);
        let reading = |error: rusqlite::Error| self.reading(error.into());
        let mut statement = self.db.prepare(&sql).map_err(reading)?;
        let mut rows = statement.query([]).map_err(reading)?;
        while let Some(row) = rows.next().map_err(reading)? {
            take((0..columns.len()).map(|at| row.get(at)).collect::<Result<_, _>>().map_err(reading)?)?;
        }
        Ok(())
    }

    /// The identity of the file in a folder; `None` if there is none.
    pub(crate) fn identity(records: &Path) -> Result<Option<String>, LedgerError> {
        let path = files::ledger_in(records);
        if path.exists() { home::of(&path).map(Some) } else { Ok(None) }
    }

    /// Creates a complete file that is refused still, as one that was moved to `from`. One that was moved there before is kept beside
    /// it. Returns the new file's identity.
    pub(crate) fn create_left(
        records: &Path,
        campaign_id: &str,
        head: &Head,
        from: &str,
        mut fill: impl FnMut(&Table, Take<'_>) -> Result<(), LedgerError>,
    ) -> Result<String, LedgerError> {
        let path = files::ledger_in(records);
        if path.exists() {
            if SqliteLedger::open_left(records, campaign_id)?.where_to()?.is_none() {
                return Err(LedgerError::Exists { path });
            }
            let kept = (1..).map(|n| with_suffix(&path, &format!(".moved-{n}"))).find(|kept| !kept.exists());
            let kept = kept.unwrap_or_else(|| with_suffix(&path, ".moved"));
            fs::rename(&path, &kept).map_err(LedgerError::io("keep the file that was moved", &kept))?;
        }
        place_new(records, |partial| {
            let failed = |abort: Abort| abort.into_error("create the ledger", partial);
            let left = format!("{LEFT}{from}");
            let db = initialize(partial, campaign_id, &head.id, &left, &head.created_at).map_err(failed)?;
            let failed = |error: rusqlite::Error| Abort::from(error).into_error("create the ledger", partial);
            db.execute_batch("BEGIN; PRAGMA defer_foreign_keys = ON").map_err(failed)?;
            for table in &crate::ledger::moving::TABLES {
                let names: Vec<&str> =
                    table.columns.iter().copied().chain(table.in_file.iter().map(|(name, _)| *name)).collect();
                let values = vec!["?"; names.len()].join(", ");
                let sql = format!("INSERT INTO {} ({}) VALUES ({values})", table.name, names.join(", "));
                let mut insert = db.prepare(&sql).map_err(failed)?;
                fill(table, &mut |mut row| {
                    row.extend(table.in_file.iter().map(|(_, value)| Some((*value).to_owned())));
                    insert.execute(params_from_iter(row)).map(drop).map_err(failed)
                })?;
            }
            db.execute_batch("COMMIT").map_err(failed)?;
            db.close().map_err(|(_, error)| failed(error))
        })?;
        home::of(&path)
    }
}
