//! Why an outbox cannot be written, opened or trusted.
//!
//! A message names files and lines; it must never contain the text of a letter or a cell.

use super::verify::Discrepancy;
use std::io;
use std::path::{Path, PathBuf};

/// Why something could not be read from or written to an outbox.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// There is no outbox.
    #[error("{}: there is no outbox", .dir.display())]
    NotThere {
        /// Where it would be.
        dir: PathBuf,
    },
    /// There is one already, and it was not to be replaced.
    #[error("{}: an outbox already exists here", .dir.display())]
    Exists {
        /// The outbox.
        dir: PathBuf,
    },
    /// Something else has the outbox's name, and is not replaced.
    #[error("{}: this is not an outbox", .dir.display())]
    NotAnOutbox {
        /// The path.
        dir: PathBuf,
    },
    /// A file of the outbox is not what this program writes.
    #[error("{}{}: the file is damaged: {why}", .path.display(), .line.map(|line| format!(":{line}")).unwrap_or_default())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: Option<u32>,
        /// What is wrong with it.
        why: String,
    },
    /// A file differs from the manifest.
    #[error("{0}")]
    Changed(Discrepancy),
    /// Another process is writing the outbox or changing it.
    #[error("{}: another process is writing this outbox", .dir.display())]
    Busy {
        /// The outbox.
        dir: PathBuf,
    },
    /// Two letters would have the same file name.
    #[error("two letters would have the file name {name:?}")]
    FileTwice {
        /// The name.
        name: String,
    },
    /// A text cannot be written where it belongs.
    #[error("the {what} {why}")]
    Text {
        /// Which text.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The outbox was first sent with another ledger.
    #[error("{}: this outbox was first sent with another ledger", .dir.display())]
    OtherLedger {
        /// The outbox.
        dir: PathBuf,
        /// The id of that ledger.
        bound: String,
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
}

impl OutboxError {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutboxError {
        move |source| OutboxError::Io { doing, path: path.to_owned(), source }
    }
}
