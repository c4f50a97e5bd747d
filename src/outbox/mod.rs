//! The outbox: the folder of finished letters, with manifest and approvals. What is reviewed here is what is sent.
//!
//! ```text
//! outbox/letters/00001-….eml   the letters, byte for byte as they are sent; if there are more than 1,000, in sub-folders
//! outbox/manifest.csv          the letters with their envelopes and digests, and the files they were made from
//! outbox/review.html           all letters on one page, for those who approve
//! outbox/approval.toml         who approved exactly this manifest
//! outbox/claims-…              what the ledger it is sent with has claimed, a line for each claim
//! ```
//!
//! It must never be seen half written, never return a byte that differs from its manifest, and never be readable by anyone
//! else (see [`private_file`](crate::private_file)).
//!
//! # All or nothing
//!
//! A [`Writer`] works in its own folder beside the outbox and renames it into place when it is complete. Every change holds
//! the lock `.openletter/outbox.lock`, so these are all the states there are, after a crash too:
//!
//! | `outbox` | `.outbox.partial` | `.outbox.old` | what it means |
//! |---|---|---|---|
//! | – | – | – | none |
//! | – | any | – | a first one is being written, or was when its run was killed; ignored |
//! | exists | – | – | this one |
//! | exists | any | – | this one; another is being written, or was |
//! | – | complete | exists | killed between two renames; the next run restores the old one |
//! | exists | – | exists | this one; the old one was about to be removed |
//!
//! The next [`Writer::begin`] removes what is ignored. `.outbox.old` is always complete: before it is removed, it is renamed
//! to `.outbox.partial`.
//!
//! # What is synced
//!
//! Everything, before the rename: on Linux with one call for the file system, since a call for each letter would make writing
//! about 80 times slower. Elsewhere only the manifest and the folders are synced. A letter that a power failure damages no
//! longer has the digest in the manifest and is refused. Writing again gives the same bytes.

mod approval;
mod claims;
mod digest;
mod error;
mod folder;
mod manifest;
mod page;
mod private_source;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

pub use approval::{Approval, Approved};
pub use claims::{Claimed, ClaimsFile};
pub use error::OutboxError;
pub use folder::{Layout, PER_FOLDER};
pub use manifest::{CarriedFile, Entry, Source};
pub use page::{Cover, LISTED};
pub use verify::{Discrepancy, DiscrepancyKind};
pub use writer::{Replace, Writer};

use crate::ledger::Shard;
use folder::OutboxPaths;
use manifest::{ReadError, Reader, Row};
use std::fs::{self, File};
use std::io::{BufReader, Cursor, ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest manifest that is kept in memory, in bytes: about 50,000 letters.
const LONGEST_KEPT: u64 = 16 << 20;

/// An outbox whose manifest was read and is well formed. Each letter is checked when it is read.
#[derive(Debug)]
pub struct Outbox {
    dir: PathBuf,
    /// The manifest's bytes; `None` for one that is too long to keep, and is read again for each pass.
    manifest: Option<Arc<[u8]>>,
    /// The digest of the manifest's bytes, and so of everything that it covers.
    digest: String,
    sources: Vec<Source>,
    letters: u32,
    layout: Layout,
    letters_digest: String,
    /// The review page's digest and size in bytes.
    page: Option<(String, u64)>,
}

impl Outbox {
    /// Opens the outbox in the folder `dir` and reads its manifest.
    pub fn open(dir: &Path) -> Result<Outbox, OutboxError> {
        if !folder::exists(dir)? {
            let paths = OutboxPaths::of(dir)?;
            if !paths.is_torn()? {
                return Err(OutboxError::NotThere { dir: dir.to_owned() });
            }
            paths.repair(&paths.lock()?)?;
        }
        Outbox::load(dir, LONGEST_KEPT)
    }

    fn load(dir: &Path, longest_kept: u64) -> Result<Outbox, OutboxError> {
        let mut outbox = Outbox {
            dir: dir.to_owned(),
            manifest: None,
            digest: String::new(),
            sources: Vec::new(),
            letters: 0,
            layout: Layout::Flat,
            letters_digest: String::new(),
            page: None,
        };
        let path = outbox.manifest_path();
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(OutboxError::Damaged { path, line: None, why: "it is missing".into() });
            }
            other => other.map_err(OutboxError::io("open", &path))?,
        };
        let mut head = Vec::new();
        (&mut file).take(longest_kept + 1).read_to_end(&mut head).map_err(OutboxError::io("read", &path))?;
        let is_whole = head.len() as u64 <= longest_kept;
        let head: Arc<[u8]> = head.into();
        let mut rows = Reader::new(Cursor::new(Arc::clone(&head)).chain(BufReader::new(file)));
        outbox.manifest = is_whole.then_some(head);
        while let Some(row) = rows.next().map_err(|error| error.into_outbox_error(&path, rows.line()))? {
            match row {
                Row::Source(source) => outbox.sources.push(source),
                Row::Letter(entry) => outbox.layout = entry.layout(),
                Row::File(_) => {}
                Row::Page { digest, octets } => outbox.page = Some((digest, octets)),
                Row::End { letters } => outbox.letters = letters,
            }
        }
        outbox.letters_digest = rows.letters_digest().unwrap_or_default().to_owned();
        outbox.digest = rows.digest();
        Ok(outbox)
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The digest of the manifest, and so of everything that it covers.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The digest of only the letters, their envelopes and their sources. The review page shows it, because it cannot show
    /// a digest that covers the page itself.
    pub fn letters_digest(&self) -> &str {
        &self.letters_digest
    }

    /// The path of the review page, if the outbox has one.
    pub fn page(&self) -> Option<PathBuf> {
        self.page.as_ref().map(|_| self.dir.join(folder::PAGE))
    }

    /// The source files of the letters.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The number of letters.
    pub fn len(&self) -> u32 {
        self.letters
    }

    /// Whether there is no letter at all.
    pub fn is_empty(&self) -> bool {
        self.letters == 0
    }

    /// The letters of the manifest that was opened, in order, one at a time. A manifest that is too long to keep is read
    /// again: [`OutboxError::Changed`] if it has changed, or at the end if it changes meanwhile.
    pub fn letters(&self) -> Result<Letters<'_>, OutboxError> {
        Ok(Letters(self.rows()?))
    }

    /// The letters of a shard, or all letters, like [`Outbox::letters`].
    pub fn letters_in(
        &self,
        shard: Option<Shard>,
    ) -> Result<impl Iterator<Item = Result<Entry, OutboxError>> + use<'_>, OutboxError> {
        let is_in = move |letter: &Result<Entry, _>| match (letter, shard) {
            (Ok(letter), Some(shard)) => shard.has(&letter.id),
            _ => true,
        };
        Ok(self.letters()?.filter(is_in))
    }

    /// The files that the letters carry, each once, like [`Outbox::letters`].
    pub fn files(&self) -> Result<impl Iterator<Item = Result<CarriedFile, OutboxError>>, OutboxError> {
        let file = |row| match row {
            Ok(Row::File(file)) => Some(Ok(file)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        };
        Ok(self.rows()?.filter_map(file))
    }

    fn rows(&self) -> Result<Rows<'_>, OutboxError> {
        if let Some(manifest) = &self.manifest {
            return Ok(Rows { outbox: self, rows: Some(Reader::new(Cursor::new(Arc::clone(manifest)))) });
        }
        let path = self.manifest_path();
        let mut file = File::open(&path).map_err(OutboxError::io("open", &path))?;
        let digest = digest::of_file(&mut file).map_err(OutboxError::io("read", &path))?;
        if digest != self.digest {
            return Err(self.manifest_changed());
        }
        file.rewind().map_err(OutboxError::io("read", &path))?;
        Ok(Rows { outbox: self, rows: Some(Reader::new(BufReader::new(file))) })
    }

    /// Reads a letter and compares it with the manifest's digest: [`OutboxError::Changed`] if they differ.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, OutboxError> {
        let path = self.dir.join(folder::LETTERS).join(&entry.file);
        let changed = |what| OutboxError::Changed(Discrepancy { file: letter_file(&entry.file), what });
        // Before opening: a pipe would block, and a huge file need not be read.
        match fs::symlink_metadata(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(changed(DiscrepancyKind::Missing));
            }
            Err(error) => return Err(OutboxError::io("read", &path)(error)),
            Ok(metadata) if !metadata.is_file() || metadata.len() != entry.octets => {
                return Err(changed(DiscrepancyKind::Changed));
            }
            Ok(_) => {}
        }
        let mut file = File::open(&path).map_err(OutboxError::io("read", &path))?;
        let mut bytes = vec![0; entry.octets as usize];
        let is_whole = match file.read_exact(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
            other => {
                other.map_err(OutboxError::io("read", &path))?;
                file.read(&mut [0]).map_err(OutboxError::io("read", &path))? == 0
            }
        };
        let is_same = is_whole && digest::of(&bytes) == entry.digest;
        if is_same { Ok(bytes) } else { Err(changed(DiscrepancyKind::Changed)) }
    }

    fn manifest_path(&self) -> PathBuf {
        self.dir.join(folder::MANIFEST)
    }

    fn manifest_changed(&self) -> OutboxError {
        OutboxError::Changed(Discrepancy { file: folder::MANIFEST.into(), what: DiscrepancyKind::Changed })
    }
}

/// A letter's file as messages name it: relative to the outbox.
fn letter_file(name: &str) -> String {
    format!("{}/{name}", folder::LETTERS)
}

/// The letters of an outbox, streamed from its manifest. After an error it ends.
#[derive(Debug)]
pub struct Letters<'a>(Rows<'a>);

impl Iterator for Letters<'_> {
    type Item = Result<Entry, OutboxError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.find_map(|row| match row {
            Ok(Row::Letter(entry)) => Some(Ok(entry)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }
}

/// The rows of an outbox's manifest, streamed from it. After an error it ends.
#[derive(Debug)]
struct Rows<'a> {
    outbox: &'a Outbox,
    rows: Option<Reader>,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, OutboxError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.rows.as_mut()?.next() {
            Ok(Some(row)) => Some(Ok(row)),
            Ok(None) => {
                let same = self.rows.take()?.digest() == self.outbox.digest;
                (!same).then(|| Err(self.outbox.manifest_changed()))
            }
            Err(error) => {
                let line = self.rows.take()?.line();
                Some(Err(match error {
                    // It was well formed when it was opened.
                    ReadError::Malformed(_) => self.outbox.manifest_changed(),
                    ReadError::Io(_) => error.into_outbox_error(&self.outbox.manifest_path(), line),
                }))
            }
        }
    }
}
