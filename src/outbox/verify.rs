//! Compares the whole folder with its manifest, file by file.
//!
//! It reports all differences, not only the first, and must never hold all letters or all their names in memory.

use super::{Layout, Outbox, OutboxError, digest, folder, letter_file};
use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::iter;
use std::path::Path;

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
            Err(error) if error.kind() == ErrorKind::NotFound => None,
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
        let mut files = self.letter_files();
        let mut extra = Vec::new();
        loop {
            let mut batch = files.by_ref().take(BATCH).collect::<Result<HashSet<String>, OutboxError>>()?;
            if batch.is_empty() {
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

    /// What is in the letters' folder and its sub-folders, as the manifest names it.
    fn letter_files(&self) -> impl Iterator<Item = Result<String, OutboxError>> {
        let (letters, has_folders) = (self.dir.join(folder::LETTERS), self.layout == Layout::Folders);
        let found = list(&letters, "").flat_map(move |found| match found {
            Ok((name, true)) if has_folders && name.bytes().all(|byte| byte.is_ascii_digit()) => {
                list(&letters.join(&name), &format!("{name}/"))
            }
            other => Box::new(iter::once(other)),
        });
        found.map(|found| found.map(|(name, _)| name))
    }
}

/// The names in a folder after this prefix, and whether each is of a folder. Hidden ones are skipped; of a folder that is
/// missing there are none.
fn list(folder: &Path, prefix: &str) -> Box<dyn Iterator<Item = Result<(String, bool), OutboxError>>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Box::new(iter::empty()),
        Err(error) => return Box::new(iter::once(Err(OutboxError::io("list", folder)(error)))),
        Ok(entries) => entries,
    };
    let (folder, prefix) = (folder.to_owned(), prefix.to_owned());
    Box::new(entries.filter_map(move |entry| {
        let found = entry.and_then(|entry| {
            let name = entry.file_name();
            let is_hidden = name.to_string_lossy().starts_with('.');
            Ok((!is_hidden).then_some((format!("{prefix}{}", name.to_string_lossy()), entry.file_type()?.is_dir())))
        });
        found.map_err(OutboxError::io("list", &folder)).transpose()
    }))
}
