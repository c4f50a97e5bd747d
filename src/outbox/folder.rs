//! The outbox's place in the file system: its names, its neighbours, its lock, and private files.
//!
//! Nothing here may create a file or folder that others can read, even for an instant.

use super::OutboxError;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(super) const LETTERS: &str = "letters";
pub(super) const MANIFEST: &str = "manifest.csv";
pub(super) const PAGE: &str = "review.html";

/// An outbox with the names beside it that the room's table of states speaks of.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) dir: PathBuf,
    pub(super) partial: PathBuf,
    pub(super) old: PathBuf,
    lock: PathBuf,
    parent: PathBuf,
}

/// The right to change an outbox and what is beside it; it ends with the process, however that ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would leave it to a process that is just being started, and has not yet closed its copy.
        let _ = self.file.unlock();
    }
}

impl Site {
    pub(super) fn of(dir: &Path) -> Result<Site, OutboxError> {
        let name = dir.file_name().ok_or_else(|| OutboxError::NotAnOutbox { dir: dir.to_owned() })?;
        let parent = match dir.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let beside = |suffix: &str| {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(suffix);
            parent.join(hidden)
        };
        Ok(Site {
            dir: dir.to_owned(),
            partial: beside(".partial"),
            old: beside(".old"),
            lock: beside(".lock"),
            parent,
        })
    }

    pub(super) fn lock(&self) -> Result<Lock, OutboxError> {
        let doing = "take the lock";
        let file =
            private().create(true).truncate(false).open(&self.lock).map_err(OutboxError::io(doing, &self.lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file }),
            Err(TryLockError::WouldBlock) => Err(OutboxError::Busy { dir: self.dir.clone() }),
            Err(TryLockError::Error(error)) => Err(OutboxError::io(doing, &self.lock)(error)),
        }
    }

    /// Whether a replacement was killed between its two renames. A person who removed the outbox by hand leaves no
    /// partial one: the old one is not to rise again.
    pub(super) fn is_torn(&self) -> Result<bool, OutboxError> {
        Ok(!exists(&self.dir)? && exists(&self.partial)? && exists(&self.old)?)
    }

    /// Puts the old outbox back where a replacement was killed between its two renames.
    pub(super) fn mend(&self, _lock: &Lock) -> Result<(), OutboxError> {
        if self.is_torn()? {
            rename(&self.old, &self.dir)?;
            self.sync()?;
        }
        Ok(())
    }

    /// Removes what killed runs left beside the outbox.
    pub(super) fn clear(&self, _lock: &Lock) -> Result<(), OutboxError> {
        remove(&self.partial)?;
        if exists(&self.old)? {
            rename(&self.old, &self.partial)?;
            remove(&self.partial)?;
        }
        Ok(())
    }

    /// Makes the renames durable.
    pub(super) fn sync(&self) -> Result<(), OutboxError> {
        sync(&self.parent)
    }
}

/// Whether something bears this name, be it a link to nothing.
pub(super) fn exists(path: &Path) -> Result<bool, OutboxError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OutboxError::io("look at", path)(error)),
    }
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<(), OutboxError> {
    fs::rename(from, to).map_err(OutboxError::io("rename", from))
}

fn remove(folder: &Path) -> Result<(), OutboxError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(OutboxError::io("remove", folder)(error)),
        _ => Ok(()),
    }
}

/// Makes a folder of mode 0700.
pub(super) fn make(folder: &Path) -> Result<(), OutboxError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(OutboxError::io("make the folder", folder))
}

/// Options that create files of mode 0600.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}

/// Makes a folder's entries durable. Elsewhere than on Unix a folder cannot be opened as a file.
pub(super) fn sync(folder: &Path) -> Result<(), OutboxError> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(OutboxError::io("sync", folder))?;
    let _ = folder;
    Ok(())
}

/// Writes a small file of a folder whole or not at all, durable when it returns: a temporary one, synced and renamed.
pub(super) fn replace(folder: &Path, name: &str, text: &str) -> Result<(), OutboxError> {
    let path = folder.join(name);
    let temporary = folder.join(format!(".{name}.partial"));
    private()
        .create(true)
        .truncate(true)
        .open(&temporary)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(OutboxError::io("write", &temporary))?;
    rename(&temporary, &path)?;
    sync(folder)
}
