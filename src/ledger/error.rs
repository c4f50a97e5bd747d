//! Errors of the ledger.
//!
//! A message may name files, states and letter ids; it must never contain the text of a letter or of a reply.

use super::moves::{Move, State};
use rusqlite::ErrorCode;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no ledger here.
    #[error("{}: the ledger is missing", .path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A ledger, or a file of one, already exists.
    #[error("{}: a ledger, or a file of one, already exists", .path.display())]
    Exists {
        /// The file in the way.
        path: PathBuf,
    },
    /// The file is not a ledger, or is incomplete.
    #[error("{}: the ledger is damaged: {why}", .path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
        /// The store's error, if there was one.
        #[source]
        source: Option<rusqlite::Error>,
    },
    /// The ledger belongs to another campaign.
    #[error("{}: the ledger belongs to the campaign {found:?}", .path.display())]
    OtherCampaign {
        /// The ledger.
        path: PathBuf,
        /// The id of the campaign it belongs to.
        found: String,
    },
    /// The ledger was written by a later version of the program.
    #[error("{}: the ledger has format {found}; this program knows {known}", .path.display())]
    NewerFormat {
        /// The ledger.
        path: PathBuf,
        /// The format of the file, or of the tables.
        found: i64,
        /// The latest format of such a ledger that this program knows.
        known: i64,
    },
    /// Another process holds the lock.
    #[error("another run is active in this campaign{}", .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Busy {
        /// The process, if its id could be read.
        pid: Option<u32>,
    },
    /// The letter's state does not allow the move.
    #[error("letter {id:?} is {}{}", .state.name(), refused(*.wanted, *.is_shared))]
    Illegal {
        /// The letter.
        id: String,
        /// Its state.
        state: State,
        /// The move that was refused.
        wanted: Move,
        /// Whether others write in the ledger.
        is_shared: bool,
    },
    /// The letter was never claimed.
    #[error("letter {id:?} is not in the ledger")]
    NotSeen {
        /// The letter.
        id: String,
    },
    /// A file or folder failed.
    #[error("{}: cannot {doing}", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The user may not write here, or the disk is read-only. A ledger needs that even to be read.
    #[error("{}: cannot {doing}: there is no permission to write, or the disk is read-only", .path.display())]
    ReadOnly {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
    },
    /// The ledger was moved to another store.
    #[error("{}: the ledger was moved to {to}", .path.display())]
    Moved {
        /// Where it was.
        path: PathBuf,
        /// Where it is now.
        to: String,
    },
    /// The ledgers of shards are being joined into this one, or that was interrupted.
    #[error("{}: the ledgers of the shards are not joined completely", .path.display())]
    HalfJoined {
        /// The ledger.
        path: PathBuf,
    },
    /// The campaign's settings name a database, and its ledger is a file in its folder.
    #[error("{}: this campaign has a ledger in its folder, and [ledger] in campaign.toml names a database", .path.display())]
    NotMoved {
        /// The file.
        path: PathBuf,
    },
    /// The ledger is in PostgreSQL, and this program was built without it.
    #[error("this program was built without PostgreSQL, which [ledger] in campaign.toml names")]
    NoPostgres,
    /// The campaign's settings name no database.
    #[error("campaign.toml names no shared ledger")]
    NotShared,
    /// Another outbox was sent, or is being sent, with this ledger.
    #[error("{}: {} another outbox of this campaign", .path.display(), if *.is_at_work { "another worker is sending" } else { "letters were sent from" })]
    OtherOutbox {
        /// The ledger.
        path: PathBuf,
        /// Whether a worker sends it now.
        is_at_work: bool,
    },
    /// The database cannot be reached, or the connection to it was lost for too long.
    #[error("{}: the database cannot be reached: {why}", .path.display())]
    Unreachable {
        /// The ledger.
        path: PathBuf,
        /// Why; never the password.
        why: String,
    },
    /// The database has no tables for a ledger, or those of an earlier format.
    #[error("{}: the database is not prepared for this program's ledgers", .path.display())]
    Unprepared {
        /// The ledger.
        path: PathBuf,
    },
    /// The database refused a statement, or the ledger cannot do what was asked.
    #[error("{}: cannot {doing}: {why}", .path.display())]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The ledger.
        path: PathBuf,
        /// Why; never the password.
        why: String,
    },
    /// SQLite failed, for example because the disk is full or the file is locked.
    #[error("{}: cannot {doing}", .path.display())]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// The ledger.
        path: PathBuf,
        /// Why it failed.
        source: rusqlite::Error,
    },
}

impl LedgerError {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LedgerError {
        move |source| match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                LedgerError::ReadOnly { doing, path: path.to_owned() }
            }
            _ => LedgerError::Io { doing, path: path.to_owned(), source },
        }
    }
}

fn refused(wanted: Move, is_shared: bool) -> String {
    if is_shared {
        ": somebody else changed it meanwhile".to_owned()
    } else {
        format!(" and cannot be {}", wanted.name())
    }
}

/// Why a transaction was aborted, without the file and the operation.
#[derive(Debug)]
pub(super) enum Abort {
    Sql(rusqlite::Error),
    Damaged(String),
    Illegal { id: String, state: State, wanted: Move },
    NotSeen(String),
}

impl From<rusqlite::Error> for Abort {
    fn from(error: rusqlite::Error) -> Self {
        Abort::Sql(error)
    }
}

impl Abort {
    pub(super) fn into_error(self, doing: &'static str, path: &Path) -> LedgerError {
        let path = path.to_owned();
        match self {
            Abort::Sql(source) if is_damage(&source) => {
                LedgerError::Damaged { path, why: "SQLite cannot read it".into(), source: Some(source) }
            }
            Abort::Sql(source) if is_read_only(&source) => LedgerError::ReadOnly { doing, path },
            Abort::Sql(source) => LedgerError::Sql { doing, path, source },
            Abort::Damaged(why) => LedgerError::Damaged { path, why, source: None },
            Abort::Illegal { id, state, wanted } => LedgerError::Illegal { id, state, wanted, is_shared: false },
            Abort::NotSeen(id) => LedgerError::NotSeen { id },
        }
    }
}

/// Whether the file, or the log beside it, cannot be written. SQLite cannot open a file whose log it cannot create.
fn is_read_only(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
    error.sqlite_error_code().is_some_and(|code| matches!(code, ReadOnly | CannotOpen | PermissionDenied))
}

/// Whether the file is damaged; otherwise the machine failed.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(code, ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt),
        // From rusqlite: a value of the wrong type, or a missing row.
        None => true,
    }
}
