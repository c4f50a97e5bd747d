//! The whole folder against its manifest, file by file.
//!
//! All discrepancies are told, not the first alone; neither the letters nor their names are ever all in memory.

use super::{Outbox, OutboxError, digest, folder, letter_file};
use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};

/// How many file names are held at a time; for each such lot the manifest is read once.
const LOT: usize = 65_536;

/// A file that is not what the manifest says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discrepancy {
    /// The file, relative to the outbox.
    pub file: String,
    /// What is wrong with it.
    pub what: What,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The manifest has it, the folder has not.
    Missing,
    /// Its bytes are not those that were written.
    Changed,
    /// The folder has it, the manifest has not. It is never sent.
    Extra,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Missing => "is missing",
            What::Changed => "is not what was written",
            What::Extra => "is not in the manifest",
        };
        write!(f, "{} {what}", self.file)
    }
}

impl Outbox {
    /// Everything in the letters' folder that is not as the manifest says, and the review page where it is not: first
    /// the letters in the manifest's order, then what is there beside them. Hidden files are passed over: file managers leave them, and no letter has such a name.
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
        let told = |what| Some(Discrepancy { file: folder::PAGE.into(), what });
        let metadata = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            other => Some(other.map_err(OutboxError::io("look at", &path))?),
        };
        let ((written, octets), metadata) = match (&self.page, metadata) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Ok(told(What::Extra)),
            (Some(_), None) => return Ok(told(What::Missing)),
            (Some(page), Some(metadata)) => (page, metadata),
        };
        if !metadata.is_file() || metadata.len() != *octets {
            return Ok(told(What::Changed));
        }
        let now = File::open(&path).and_then(|mut file| digest::of_file(&mut file));
        let now = now.map_err(OutboxError::io("read", &path))?;
        Ok(if now == *written { None } else { told(What::Changed) })
    }

    fn extra(&self) -> Result<Vec<Discrepancy>, OutboxError> {
        let path = self.dir.join(folder::LETTERS);
        let mut names = match fs::read_dir(&path) {
            // Then every letter is missing, and nothing is there beside them.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(OutboxError::io("list", &path))?,
        };
        let mut extra = Vec::new();
        loop {
            let mut lot = HashSet::new();
            let mut at_end = true;
            for name in names.by_ref().take(LOT) {
                let name = name.map_err(OutboxError::io("list", &path))?.file_name().to_string_lossy().into_owned();
                at_end = false;
                if !name.starts_with('.') {
                    lot.insert(name);
                }
            }
            if at_end {
                extra.sort();
                return Ok(extra);
            }
            for entry in self.letters()? {
                lot.remove(&entry?.file);
            }
            extra.extend(lot.into_iter().map(|name| Discrepancy { file: letter_file(&name), what: What::Extra }));
        }
    }
}
