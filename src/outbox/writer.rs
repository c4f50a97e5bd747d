//! Writes an outbox: letter by letter into a folder beside it, which is then renamed into place.
//!
//! Nothing may be visible before [`Writer::commit`], and a writer that is dropped must leave nothing.

use super::folder::{self, OutboxPaths};
use super::manifest::{self, CarriedFile, Entry, Row};
use super::page::{Cover, Page};
use super::{LONGEST_KEPT, Layout, Outbox, OutboxError, Source, claims};
use crate::message::Letter;
use crate::message::identity::{Digest, Digester};
use crate::private_file::{self, Lock};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc;
use std::thread;

/// The fewest letters for which a thread is started.
const SHARE: usize = 16;

/// What to do with an existing outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replace {
    /// Keep it, and fail with [`OutboxError::Exists`].
    Refuse,
    /// Replace it. Anything that is not an outbox is not replaced: [`OutboxError::NotAnOutbox`].
    Existing,
}

/// The folder of the letters' files.
#[derive(Clone, Debug)]
struct LettersFolder {
    path: PathBuf,
    layout: Layout,
}

impl LettersFolder {
    /// Writes a letter's file; gives its entry, and the manifest's row for it.
    fn write(&self, letter: &Letter, file_name: &str) -> Result<(Entry, Vec<u8>), OutboxError> {
        let entry = Entry::of(letter, &self.layout.path(letter.number, file_name));
        let row = Row::Letter(entry.clone()).line()?;
        let path = self.path.join(&entry.file);
        let mut file = match private_file::create(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(OutboxError::FileTwice { name: file_name.to_owned() });
            }
            other => other.map_err(OutboxError::io("create", &path))?,
        };
        letter.bytes.write_to(&mut file).map_err(OutboxError::io("write", &path))?;
        Ok((entry, row))
    }
}

/// An outbox being written.
#[derive(Debug)]
pub struct Writer {
    paths: OutboxPaths,
    lock: Lock,
    /// Closed before the folder is renamed or removed, since Windows refuses both while a file in it is open.
    manifest: Option<BufWriter<File>>,
    /// The digest of the manifest so far.
    digest: Digester,
    sources: Vec<Source>,
    folder: LettersFolder,
    /// The sub-folder that was created last.
    sub_folder: String,
    letters: u32,
    /// The files that are in the manifest, by the digests of their names.
    files: HashSet<u64>,
    page: Option<Page>,
}

impl Writer {
    /// Begins an outbox for `dir`, made from these files; removes what killed runs left beside it. Only one process can
    /// write: [`OutboxError::Busy`].
    pub fn begin(dir: &Path, sources: &[Source], layout: Layout) -> Result<Writer, OutboxError> {
        let paths = OutboxPaths::of(dir)?;
        let lock = paths.lock()?;
        paths.repair(&lock)?;
        paths.clear(&lock)?;
        let folder = LettersFolder { path: paths.partial.join(folder::LETTERS), layout };
        let mut writer = Writer {
            paths,
            lock,
            manifest: None,
            digest: Digester::new(),
            sources: sources.to_vec(),
            folder,
            sub_folder: String::new(),
            letters: 0,
            files: HashSet::new(),
            page: None,
        };
        folder::create(&writer.paths.partial)?;
        folder::create(&writer.folder.path)?;
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
        self.page = Some(Page::begin(&self.paths.partial)?);
        Ok(())
    }

    /// Ends the review page after the last letter. The cover's text must have been searched by the leak gate.
    pub fn close_page(&mut self, cover: &Cover) -> Result<(), OutboxError> {
        let Some(page) = self.page.take() else { return Ok(()) };
        let row = page.close(cover, &self.sources, &self.digest.clone().finish().to_string())?;
        self.line(&row.line()?)
    }

    /// Adds a letter in a file of this name, which must be plain and unique ([`OutboxError::FileTwice`]).
    pub fn add(&mut self, letter: &Letter, file_name: &str) -> Result<(), OutboxError> {
        self.make_room(letter)?;
        let (entry, row) = self.folder.write(letter, file_name)?;
        self.enter(letter, &entry, &row)
    }

    /// Adds letters in their order, each in a file of the name beside it, as [`Writer::add`] does. The files are written on all
    /// cores, and entered meanwhile.
    pub fn add_all(&mut self, letters: &[(Letter, String)]) -> Result<(), OutboxError> {
        letters.iter().try_for_each(|(letter, _)| self.make_room(letter))?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let writers = cores.min(letters.len().div_ceil(SHARE));
        let (folder, next) = (&self.folder.clone(), &AtomicUsize::new(0));
        thread::scope(|scope| {
            let (done, results) = mpsc::channel();
            for done in vec![done; writers] {
                scope.spawn(move || {
                    let turns =
                        std::iter::from_fn(|| Some(next.fetch_add(1, Relaxed)).filter(|at| *at < letters.len()));
                    // It fails only if an earlier letter has failed.
                    let send = |at: usize| done.send((at, folder.write(&letters[at].0, &letters[at].1))).is_ok();
                    turns.map(send).take_while(|is_sent| *is_sent).for_each(drop);
                });
            }
            let mut written: Vec<_> = letters.iter().map(|_| None).collect();
            let mut entered = 0;
            for (at, result) in results {
                written[at] = Some(result);
                while let Some(result) = written.get_mut(entered).and_then(Option::take) {
                    let (entry, row) = result?;
                    self.enter(&letters[entered].0, &entry, &row)?;
                    entered += 1;
                }
            }
            Ok(())
        })
    }

    /// Creates the sub-folder for a letter, unless the letter before it has the same.
    fn make_room(&mut self, letter: &Letter) -> Result<(), OutboxError> {
        let name = folder::sub_folder(letter.number);
        if self.folder.layout == Layout::Folders && name != self.sub_folder {
            folder::create(&self.folder.path.join(&name))?;
            self.sub_folder = name;
        }
        Ok(())
    }

    /// Enters a letter that was written.
    fn enter(&mut self, letter: &Letter, entry: &Entry, row: &[u8]) -> Result<(), OutboxError> {
        for part in &letter.files {
            if self.files.insert(Digest::of(part.file.as_bytes()).short()) {
                let carried = CarriedFile::of(part);
                if let Some(page) = &mut self.page {
                    page.carry(part, &carried);
                }
                self.line(&Row::File(carried).line()?)?;
            }
        }
        self.letters += 1;
        if let Some(page) = &mut self.page {
            page.add(letter, entry)?;
        }
        self.line(row)
    }

    /// Binds the outbox to the ledger of the one it replaces, and takes over the claims that were made from that.
    pub fn bind_ledger(&mut self, id: &str) -> Result<(), OutboxError> {
        claims::carry_over(&self.paths.dir, &self.paths.partial, id)
    }

    /// Puts the outbox into place, durably. If anything fails or the process is killed, there is either the previous outbox
    /// or this one.
    pub fn commit(mut self, replace: Replace) -> Result<Outbox, OutboxError> {
        self.line(&Row::End { letters: self.letters }.line()?)?;
        let path = self.manifest();
        if let Some(manifest) = self.manifest.take() {
            let file = manifest.into_inner().map_err(|error| OutboxError::io("write", &path)(error.into_error()))?;
            folder::sync_all(&self.paths.partial)?;
            file.sync_all().map_err(OutboxError::io("sync", &path))?;
        }
        // Read back before it is put into place, so that an outbox can always be opened.
        let mut outbox = Outbox::load(&self.paths.partial, LONGEST_KEPT)?;
        self.put_in_place(replace)?;
        outbox.dir.clone_from(&self.paths.dir);
        Ok(outbox)
    }

    fn put_in_place(&self, replace: Replace) -> Result<(), OutboxError> {
        let OutboxPaths { dir, partial, old, .. } = &self.paths;
        if !folder::exists(dir)? {
            folder::rename(partial, dir)?;
            return self.paths.sync();
        }
        if replace == Replace::Refuse {
            return Err(OutboxError::Exists { dir: dir.clone() });
        }
        if !is_outbox(dir)? {
            return Err(OutboxError::NotAnOutbox { dir: dir.clone() });
        }
        folder::rename(dir, old)?;
        self.paths.sync()?;
        folder::rename(partial, dir)?;
        self.paths.sync()?;
        // The new one is in place; the next writer removes an old one that cannot be removed now.
        let _ = self.paths.clear(&self.lock);
        Ok(())
    }

    fn manifest(&self) -> PathBuf {
        self.paths.partial.join(folder::MANIFEST)
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
        // If the second rename failed, the old outbox is restored first, as long as the partial one shows that it is needed.
        // The next run repeats what fails now.
        let _ = self.paths.repair(&self.lock).map(|()| fs::remove_dir_all(&self.paths.partial));
    }
}

/// Whether the path may be replaced: a folder with a manifest, or an empty one.
fn is_outbox(dir: &Path) -> Result<bool, OutboxError> {
    let is_folder = fs::symlink_metadata(dir).map_err(OutboxError::io("read", dir))?.is_dir();
    Ok(is_folder
        && (folder::exists(&dir.join(folder::MANIFEST))?
            || fs::read_dir(dir).map_err(OutboxError::io("list", dir))?.next().is_none()))
}
