//! `claims-LEDGER`: every claim that the outbox's ledger made, one line each. Its name binds the outbox to that ledger.
//!
//! A ledger cannot know that it is an older copy of itself; this file shows it, since it only grows and stays with the
//! letters. It is not part of what is approved. A line must be on disk before its letter's data is sent, and none may be
//! lost when the outbox is written again.

use super::folder::{self, OutboxPaths};
use super::{Entry, Outbox, OutboxError};
use crate::ledger::{Claim, Shard};
use crate::private_file;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Take, Write};
use std::path::{Path, PathBuf};

const PREFIX: &str = "claims-";
const HEADER: [&str; 6] = ["event", "number", "id", "to", "message_id", "digest"];

/// A claim in the file: the number of the ledger's event, and the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The number of the event that claimed the letter; below zero for a copy that goes to the archive.
    pub event: i64,
    number: u32,
    /// The letter's id.
    pub id: String,
    to: String,
    message_id: String,
    digest: String,
}

impl Claimed {
    /// The claim, for the ledger.
    pub fn claim(&self) -> Claim<'_> {
        Claim { id: &self.id, number: self.number, digest: &self.digest, message_id: &self.message_id, to: &self.to }
    }
}

/// A claims file, open for appending.
#[derive(Debug)]
pub struct ClaimsFile {
    file: File,
    path: PathBuf,
    /// The length of its whole lines, in bytes.
    end: u64,
}

impl ClaimsFile {
    /// Returns the length of the file, in bytes: where the last claim ends that is known to be durable.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Adds the claims of these letters, which the ledger recorded as these events. Durable when it returns.
    pub fn append<'a>(
        &mut self,
        events: &[i64],
        letters: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<(), OutboxError> {
        let lines = lines(events, letters).map_err(|_| UNWRITABLE)?;
        self.file.write_all(&lines).map_err(OutboxError::io("write", &self.path))?;
        self.file.sync_data().map_err(OutboxError::io("sync", &self.path))?;
        self.end += lines.len() as u64;
        Ok(())
    }
}

const UNWRITABLE: OutboxError = OutboxError::Text { what: "claim", why: "cannot be written as CSV" };

fn lines<'a>(
    events: &[i64],
    letters: impl IntoIterator<Item = &'a Entry>,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    for (event, letter) in events.iter().zip(letters) {
        let (number, event) = (letter.number.to_string(), event.to_string());
        csv.write_record([
            event.as_str(),
            &number,
            &letter.id,
            letter.envelope.to.as_ref(),
            &letter.message_id,
            &letter.digest,
        ])?;
    }
    Ok(csv.into_inner()?)
}

impl Outbox {
    /// The id of the ledger the outbox was first sent with; `None` before that.
    pub fn ledger_id(&self) -> Result<Option<String>, OutboxError> {
        Ok(ledger_ids(&self.dir)?.into_iter().find(|id| Shard::of_ledger(id).is_none()))
    }

    /// The ids of the ledgers of shards that the outbox was sent with.
    pub fn shard_ledger_ids(&self) -> Result<Vec<String>, OutboxError> {
        Ok(ledger_ids(&self.dir)?.into_iter().filter(|id| Shard::of_ledger(id).is_some()).collect())
    }

    /// Binds the outbox to a ledger, durably. [`OutboxError::OtherLedger`] if it is bound to another.
    pub fn bind_ledger(&self, id: &str) -> Result<(), OutboxError> {
        let _lock = OutboxPaths::of(&self.dir)?.lock()?;
        let shard = Shard::of_ledger(id);
        match ledger_ids(&self.dir)?.into_iter().find(|bound| Shard::of_ledger(bound) == shard) {
            Some(bound) if bound != id => Err(OutboxError::OtherLedger { dir: self.dir.clone(), bound }),
            _ if folder::exists(&path(&self.dir, id))? => Ok(()),
            _ => create(&self.dir, id),
        }
    }

    /// Opens the claims file of the ledger to which the outbox is bound. A last line that a power failure cut short is
    /// removed: its letter was never sent.
    pub fn claims_file(&self, ledger_id: &str) -> Result<ClaimsFile, OutboxError> {
        let path = path(&self.dir, ledger_id);
        let open = || -> std::io::Result<_> {
            let mut file = OpenOptions::new().read(true).append(true).open(&path)?;
            let end = end_of_last_line(&mut file)?;
            if end != file.metadata()?.len() {
                file.set_len(end)?;
            }
            Ok((file, end))
        };
        let (file, end) = open().map_err(OutboxError::io("open", &path))?;
        Ok(ClaimsFile { file, path, end })
    }

    /// The claims after the first `read` bytes of the claims file, and where they end. A shorter file is not the one that was
    /// read before, and is read from its start. An outbox without one has no claims.
    pub fn claims(&self, ledger_id: &str, read: u64) -> Result<(u64, Claims), OutboxError> {
        let path = path(&self.dir, ledger_id);
        let open = || -> std::io::Result<_> {
            let mut file = File::open(&path)?;
            let end = end_of_last_line(&mut file)?;
            let begin = if read > end { 0 } else { read };
            file.seek(SeekFrom::Start(begin))?;
            let csv = csv::ReaderBuilder::new().has_headers(false).from_reader(file.take(end - begin));
            Ok((end, Some(csv)))
        };
        let (end, csv) = match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => (0, None),
            other => other.map_err(OutboxError::io("read", &path))?,
        };
        Ok((end, Claims { csv, path }))
    }
}

/// The claims of a file, one at a time.
#[derive(Debug)]
pub struct Claims {
    csv: Option<csv::Reader<Take<File>>>,
    path: PathBuf,
}

impl Iterator for Claims {
    type Item = Result<Claimed, OutboxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = csv::StringRecord::new();
        loop {
            let damaged = |error: csv::Error| OutboxError::Damaged {
                path: self.path.clone(),
                line: None,
                why: format!("a line is not a claim ({error})"),
            };
            match self.csv.as_mut()?.read_record(&mut record) {
                Ok(false) => return None,
                Ok(true) if record.iter().eq(HEADER) => {}
                Ok(true) => return Some(record.deserialize(None).map_err(damaged)),
                Err(error) => return Some(Err(damaged(error))),
            }
        }
    }
}

/// Returns the ledgers' ids from the names of the claims files: that of all letters, and those of shards.
fn ledger_ids(dir: &Path) -> Result<Vec<String>, OutboxError> {
    let mut ids = Vec::new();
    for entry in fs::read_dir(dir).map_err(OutboxError::io("list", dir))? {
        let name = entry.map_err(OutboxError::io("list", dir))?.file_name();
        if let Some(id) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

/// Creates an empty claims file.
pub(super) fn create(dir: &Path, ledger_id: &str) -> Result<(), OutboxError> {
    folder::replace(dir, &name(ledger_id), &format!("{}\n", HEADER.join(",")))
}

/// Copies the claims file of the outbox in `from`, which is about to be replaced; creates one if it has none.
pub(super) fn carry_over(from: &Path, to: &Path, ledger_id: &str) -> Result<(), OutboxError> {
    let (from, copy) = (path(from, ledger_id), path(to, ledger_id));
    if !folder::exists(&from)? {
        return create(to, ledger_id);
    }
    let mut old = File::open(&from).map_err(OutboxError::io("read", &from))?;
    let mut new = private_file::create(&copy).map_err(OutboxError::io("create", &copy))?;
    std::io::copy(&mut old, &mut new).map_err(OutboxError::io("write", &copy))?;
    new.sync_all().map_err(OutboxError::io("sync", &copy))
}

fn path(dir: &Path, ledger_id: &str) -> PathBuf {
    dir.join(name(ledger_id))
}

fn name(ledger_id: &str) -> String {
    format!("{PREFIX}{ledger_id}")
}

/// Returns the length of a file up to its last line end.
fn end_of_last_line(file: &mut File) -> std::io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut block = [0; 4096];
    while end > 0 {
        let begin = end.saturating_sub(block.len() as u64);
        let block = &mut block[..(end - begin) as usize];
        file.seek(SeekFrom::Start(begin))?;
        file.read_exact(block)?;
        if let Some(at) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(begin + at as u64 + 1);
        }
        end = begin;
    }
    Ok(0)
}
