//! Compares the whole folder with its manifest, file by file.
//!
//! It reports all differences, not only the first, and must never hold all letters or all their names in memory.

use super::{Outbox, OutboxError, digest, folder, letter_file};
use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};

/// How many file names are in memory at a time; each batch is one pass over the manifest.
const BATCH: usize = 65_536;

/// A file that differs from the manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discrepancy {
    /// The file, relative to the outbox.
    pub file: String,
    /// What is wrong with it.
    pub what: DiscrepancyKind,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiscrepancyKind {
    /// It is in the manifest, but not in the folder.
    Missing,
    /// Its bytes differ from those that were written.
    Changed,
    /// It is in the folder, but not in the manifest. It is never sent.
    Extra,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            DiscrepancyKind::Missing => "is missing",
            DiscrepancyKind::Changed => "has changed",
            DiscrepancyKind::Extra => "is not in the manifest",
        };
        write!(f, "{} {what}", self.file)
    }
}

impl Outbox {
    /// Everything that differs from the manifest: first the letters in the manifest's order, then other files in their
    /// folder, then the review page. Hidden files are skipped: file managers create them, and no letter has such a name.
    pub fn verify(&self) -> Result<Vec<Discrepancy>, OutboxError> {
        let mut found = Vec::new();
        for entry in self.letters()? {
            match self.read(&entry?) {
                Err(OutboxError::Changed(discrepancy)) => found.push(discrepancy),
                other => drop(other?),
            }
        }
        found.extend(self.extra()?);
        found.extend(self.page_discrepancy()?);
        Ok(found)
    }

    fn page_discrepancy(&self) -> Result<Option<Discrepancy>, OutboxError> {
        let path = self.dir.join(folder::PAGE);
        let found = |what| Some(Discrepancy { file: folder::PAGE.into(), what });
        let metadata = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            other => Some(other.map_err(OutboxError::io("read", &path))?),
        };
        let ((written, octets), metadata) = match (&self.page, metadata) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Ok(found(DiscrepancyKind::Extra)),
            (Some(_), None) => return Ok(found(DiscrepancyKind::Missing)),
            (Some(page), Some(metadata)) => (page, metadata),
        };
        if !metadata.is_file() || metadata.len() != *octets {
            return Ok(found(DiscrepancyKind::Changed));
        }
        let now = File::open(&path).and_then(|mut file| digest::of_file(&mut file));
        let now = now.map_err(OutboxError::io("read", &path))?;
        Ok(if now == *written { None } else { found(DiscrepancyKind::Changed) })
    }

    fn extra(&self) -> Result<Vec<Discrepancy>, OutboxError> {
        let path = self.dir.join(folder::LETTERS);
        let mut names = match fs::read_dir(&path) {
            // Every letter is missing, and there is nothing else.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(OutboxError::io("list", &path))?,
        };
        let mut extra = Vec::new();
        loop {
            let mut batch = HashSet::new();
            let mut at_end = true;
            for name in names.by_ref().take(BATCH) {
                let name = name.map_err(OutboxError::io("list", &path))?.file_name().to_string_lossy().into_owned();
                at_end = false;
                if !name.starts_with('.') {
                    batch.insert(name);
                }
            }
            if at_end {
                extra.sort();
                return Ok(extra);
            }
            for entry in self.letters()? {
                batch.remove(&entry?.file);
            }
            extra.extend(
                batch.into_iter().map(|name| Discrepancy { file: letter_file(&name), what: DiscrepancyKind::Extra }),
            );
        }
    }
}
