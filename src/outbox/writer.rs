//! Writing an outbox: letter by letter into a folder beside it, then all of it into place.
//!
//! Until [`Writer::commit`] nobody sees any of it; a writer that is dropped leaves nothing.

use super::folder::{self, Site};
use super::manifest::{self, Entry, Row};
use super::page::{Cover, Page};
use super::{LONGEST_KEPT, Outbox, OutboxError, Source, binding, digest};
use crate::message::Letter;
use crate::private_file::{self, Lock};
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What to do with an outbox that stands already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Leave it, and refuse: [`OutboxError::Stands`].
    Refuse,
    /// Put the new one in its place. What is no outbox is not replaced: [`OutboxError::NotAnOutbox`].
    Stands,
}

/// An outbox being written.
#[derive(Debug)]
pub struct Writer {
    site: Site,
    lock: Lock,
    /// Closed before the folder is renamed or removed, for Windows does neither with an open file in it.
    manifest: Option<BufWriter<File>>,
    /// Of what the manifest holds so far.
    digest: digest::Stream,
    sources: Vec<Source>,
    letters: u32,
    page: Option<Page>,
}

impl Writer {
    /// Begins the outbox that is to stand in `dir`, made from these files; removes what killed runs left beside it.
    /// One process at a time may write: [`OutboxError::Busy`].
    pub fn begin(dir: &Path, sources: &[Source]) -> Result<Writer, OutboxError> {
        let site = Site::of(dir)?;
        let lock = site.lock()?;
        site.mend(&lock)?;
        site.clear(&lock)?;
        let mut writer = Writer {
            site,
            lock,
            manifest: None,
            digest: digest::Stream::new(),
            sources: sources.to_vec(),
            letters: 0,
            page: None,
        };
        folder::create(&writer.site.partial)?;
        folder::create(&writer.site.partial.join(folder::LETTERS))?;
        let path = writer.manifest();
        let file = private_file::create(&path).map_err(OutboxError::io("create", &path))?;
        writer.manifest = Some(BufWriter::new(file));
        writer.line(&manifest::header()?)?;
        for source in sources {
            writer.line(&Row::Source(source.clone()).line()?)?;
        }
        Ok(writer)
    }

    /// Begins the review page, before the first letter; [`Writer::close_page`] ends it.
    pub fn begin_page(&mut self) -> Result<(), OutboxError> {
        self.page = Some(Page::begin(&self.site.partial)?);
        Ok(())
    }

    /// Ends the review page after the last letter. Who calls has had the cover's text searched by the leak gate.
    pub fn close_page(&mut self, cover: &Cover) -> Result<(), OutboxError> {
        let Some(page) = self.page.take() else { return Ok(()) };
        let row = page.close(cover, &self.sources, &self.digest.clone().finish())?;
        self.line(&row.line()?)
    }

    /// Adds a letter in a file of this name. The name is a plain one, and no other letter's
    /// ([`OutboxError::FileTwice`]).
    pub fn add(&mut self, letter: &Letter, file_name: &str) -> Result<(), OutboxError> {
        let entry = Entry::of(letter, file_name);
        let row = Row::Letter(entry.clone()).line()?;
        let path = self.site.partial.join(folder::LETTERS).join(file_name);
        let mut file = match private_file::create(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(OutboxError::FileTwice { name: file_name.to_owned() });
            }
            other => other.map_err(OutboxError::io("create", &path))?,
        };
        file.write_all(&letter.bytes).map_err(OutboxError::io("write", &path))?;
        self.letters += 1;
        if let Some(page) = &mut self.page {
            page.add(letter, &entry)?;
        }
        self.line(&row)
    }

    /// Binds the outbox to a ledger before it is ever sent, where it replaces one that was bound: see
    /// [`Outbox::bind_ledger`].
    pub fn bind_ledger(&mut self, id: &str) -> Result<(), OutboxError> {
        binding::write(&self.site.partial, id)
    }

    /// Puts the outbox into place, durable when it returns. Whatever fails or is killed on the way, there is then
    /// either the outbox that was there before or this one.
    pub fn commit(mut self, replace: Replace) -> Result<Outbox, OutboxError> {
        self.line(&Row::End { letters: self.letters }.line()?)?;
        let path = self.manifest();
        if let Some(manifest) = self.manifest.take() {
            let file = manifest.into_inner().map_err(|error| OutboxError::io("write", &path)(error.into_error()))?;
            file.sync_all().map_err(OutboxError::io("sync", &path))?;
        }
        folder::sync(&self.site.partial.join(folder::LETTERS))?;
        folder::sync(&self.site.partial)?;
        // Read back before it counts: what stands in the outbox's place can be opened.
        let mut outbox = Outbox::load(&self.site.partial, LONGEST_KEPT)?;
        self.put_in_place(replace)?;
        outbox.dir.clone_from(&self.site.dir);
        Ok(outbox)
    }

    fn put_in_place(&self, replace: Replace) -> Result<(), OutboxError> {
        let Site { dir, partial, old, .. } = &self.site;
        if !folder::exists(dir)? {
            folder::rename(partial, dir)?;
            return self.site.sync();
        }
        if replace == Replace::Refuse {
            return Err(OutboxError::Stands { dir: dir.clone() });
        }
        if !is_outbox(dir)? {
            return Err(OutboxError::NotAnOutbox { dir: dir.clone() });
        }
        folder::rename(dir, old)?;
        self.site.sync()?;
        folder::rename(partial, dir)?;
        self.site.sync()?;
        // The new one stands; an old one that cannot be removed now is removed by the next writer.
        let _ = self.site.clear(&self.lock);
        Ok(())
    }

    fn manifest(&self) -> PathBuf {
        self.site.partial.join(folder::MANIFEST)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), OutboxError> {
        self.digest.update(line);
        match &mut self.manifest {
            Some(manifest) => manifest.write_all(line).map_err(OutboxError::io("write", &self.manifest())),
            None => Ok(()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.manifest = None;
        self.page = None;
        // Where the second rename failed, the old outbox goes back first: it is known by the partial one beside it.
        // What cannot be put back or removed now is left to whoever comes next.
        let _ = self.site.mend(&self.lock).map(|()| fs::remove_dir_all(&self.site.partial));
    }
}

/// Whether what stands in the outbox's place may be replaced: a folder with a manifest, or with nothing in it.
fn is_outbox(dir: &Path) -> Result<bool, OutboxError> {
    let is_folder = fs::symlink_metadata(dir).map_err(OutboxError::io("look at", dir))?.is_dir();
    Ok(is_folder
        && (folder::exists(&dir.join(folder::MANIFEST))?
            || fs::read_dir(dir).map_err(OutboxError::io("look into", dir))?.next().is_none()))
}
