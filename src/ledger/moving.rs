//! Carries a campaign's ledger from one store to the other, once.
//!
//! At no moment may both stores take claims, whatever fails in between: the old one is left before the new one takes over. What was
//! interrupted is completed when it is done again.

use super::LedgerPlace;
use super::error::LedgerError;
use super::postgres::{Arriving, Leaving};
use super::sqlite::SqliteLedger;
use jiff::Timestamp;
use std::cell::RefCell;

/// A row as both stores can write it: integers in decimal digits.
pub(super) type Row = Vec<Option<String>>;

/// A table that moves, with the columns that both stores have.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    /// What else a file wants to know, and a database.
    pub(super) in_file: &'static [(&'static str, &'static str)],
    pub(super) in_database: &'static [(&'static str, &'static str)],
}

/// The tables, those that others refer to first.
pub(super) const TABLES: [Table; 6] = [
    Table {
        name: "letter",
        columns: &["id", "number", "recipient", "digest", "message_id", "state", "attempts", "at", "answer", "relay"],
        in_file: &[("begun", "0"), ("boot", "")],
        in_database: &[("seen", "true")],
    },
    plain(
        "event",
        &["number", "letter", "at", "what", "run", "digest", "stage", "code", "text", "by_whom", "recipient"],
    ),
    plain("archive", &["letter", "address", "state", "claims", "run", "at", "stage", "code", "text"]),
    plain("response", &["number", "letter", "kind", "answered_on", "note", "by_whom", "at"]),
    plain("roll", &["run", "total", "listed"]),
    plain("subject", &["letter", "text"]),
];

const fn plain(name: &'static str, columns: &'static [&'static str]) -> Table {
    Table { name, columns, in_file: &[], in_database: &[] }
}

impl LedgerPlace {
    /// Moves the ledger from the campaign's folder into the database of this place. The caller holds the folder's lock. `boot` is
    /// the current boot id. Returns what the database is called.
    ///
    /// # Errors
    /// The file is a copy, or the database has a ledger of this campaign already, or cannot be written.
    pub fn move_to_database(&self, boot: &str, now: Timestamp) -> Result<String, LedgerError> {
        let Some(shared) = self.shared() else { return Err(LedgerError::NotShared) };
        let (mut arriving, name) = Arriving::begin(self.campaign(), shared)?;
        let mut file = match SqliteLedger::open(&self.records(), self.campaign()) {
            Err(LedgerError::Moved { .. }) => SqliteLedger::open_left(&self.records(), self.campaign())?,
            other => other?.upgrade(&self.records(), self.campaign(), now)?,
        };
        let (head, left_for) = (file.head()?, file.where_to()?);
        let is_left = left_for.is_some();
        // It was moved before, and only the last answer was lost.
        if is_left && arriving.has(&head.id) {
            return Ok(name);
        }
        // Another database may have claims that this file does not know of.
        if let Some(to) = left_for.filter(|to| *to != name) {
            return Err(LedgerError::Moved { path: file.path, to });
        }
        arriving.refuse_known()?;
        if !is_left {
            if !file.is_at_home()? {
                let why = "it is a copy or a restored backup; move the original, and then remove this file".to_owned();
                return Err(LedgerError::Database { doing: "move the ledger", path: file.path, why });
            }
            // A claim has no lease that could end in the database.
            file.recover(boot, now)?;
            file.recover_copies(now)?;
        }
        let file = RefCell::new(file);
        // If it stops between this and the commit, nothing is sent until it is done again.
        let leave = || if is_left { Ok(()) } else { file.borrow_mut().leave(&name, now) };
        arriving.fill(&head, |table, take| file.borrow().rows(table, take), leave, now)?;
        Ok(name)
    }

    /// Moves the ledger from the database of this place into the campaign's folder. The caller holds the folder's lock. Returns
    /// what the database is called.
    ///
    /// # Errors
    /// A run is at work, the folder has a ledger of its own, or cannot be written.
    pub fn move_to_folder(&self, now: Timestamp) -> Result<String, LedgerError> {
        let Some(shared) = self.shared() else { return Err(LedgerError::NotShared) };
        let (mut leaving, name) = Leaving::begin(self.campaign(), shared, now)?;
        if !leaving.has_left_for(|| SqliteLedger::identity(&self.records()))? {
            let head = leaving.head();
            let fill = |table: &Table, take: &mut dyn FnMut(Row) -> Result<(), LedgerError>| leaving.rows(table, take);
            let file = SqliteLedger::create_left(&self.records(), self.campaign(), &head, &name, fill)?;
            leaving.leave(&self.dir().display().to_string(), &file)?;
        }
        SqliteLedger::open_left(&self.records(), self.campaign())?.move_home(now)?;
        Ok(name)
    }
}

/// Whose ledger it is: its id, and when it was created.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) created_at: String,
}
