//! The outbox in the file system: its path, the paths beside it, and its lock.
//!
//! Nothing outside these paths may be changed.

use super::OutboxError;
use crate::private_file::{self, Lock};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(super) const LETTERS: &str = "letters";
pub(super) const MANIFEST: &str = "manifest.csv";
pub(super) const PAGE: &str = "review.html";

/// How many letters a sub-folder of the letters' folder has.
pub const PER_FOLDER: u32 = 1000;

/// Where the letters' files are in their folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Side by side.
    Flat,
    /// [`PER_FOLDER`] in each sub-folder, in the order of their numbers: `0001`, `0002` and so on.
    Folders,
}

impl Layout {
    /// The path of a letter's file in the letters' folder.
    pub(super) fn path(self, number: u32, file_name: &str) -> String {
        match self {
            Layout::Flat => file_name.to_owned(),
            Layout::Folders => format!("{}/{file_name}", sub_folder(number)),
        }
    }
}

/// The name of the sub-folder that a letter of this number belongs in.
pub(super) fn sub_folder(number: u32) -> String {
    format!("{:04}", number.saturating_sub(1) / PER_FOLDER + 1)
}

/// An outbox with the names beside it that the module's table of states lists.
#[derive(Debug)]
pub(super) struct OutboxPaths {
    pub(super) dir: PathBuf,
    pub(super) partial: PathBuf,
    pub(super) old: PathBuf,
    lock: PathBuf,
    parent: PathBuf,
}

impl OutboxPaths {
    pub(super) fn of(dir: &Path) -> Result<OutboxPaths, OutboxError> {
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
        let mut lock = name.to_owned();
        lock.push(".lock");
        Ok(OutboxPaths {
            dir: dir.to_owned(),
            partial: beside(".partial"),
            old: beside(".old"),
            lock: parent.join(private_file::RECORDS).join(lock),
            parent,
        })
    }

    /// Takes the lock, which every change of the outbox needs.
    pub(super) fn lock(&self) -> Result<Lock, OutboxError> {
        let folder = self.parent.join(private_file::RECORDS);
        private_file::ensure_folder(&folder).map_err(OutboxError::io("create the private folder", &folder))?;
        let lock = Lock::take(&self.lock).map_err(OutboxError::io("take the lock", &self.lock))?;
        lock.ok_or_else(|| OutboxError::Busy { dir: self.dir.clone() })
    }

    /// Whether a replacement was killed between its two renames. If a person removed the outbox by hand there is no partial
    /// one, and the old one must not be restored.
    pub(super) fn is_torn(&self) -> Result<bool, OutboxError> {
        Ok(!exists(&self.dir)? && exists(&self.partial)? && exists(&self.old)?)
    }

    /// Restores the old outbox if a replacement was killed between its two renames.
    pub(super) fn repair(&self, _lock: &Lock) -> Result<(), OutboxError> {
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

/// Whether something has this name, even a broken link.
pub(super) fn exists(path: &Path) -> Result<bool, OutboxError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OutboxError::io("read", path)(error)),
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

/// Creates a folder that only its owner can read.
pub(super) fn create(folder: &Path) -> Result<(), OutboxError> {
    private_file::create_folder(folder).map_err(OutboxError::io("create the folder", folder))
}

/// Makes a folder's entries durable.
pub(super) fn sync(folder: &Path) -> Result<(), OutboxError> {
    private_file::sync_folder(folder).map_err(OutboxError::io("sync", folder))
}

/// Makes durable everything in the outbox that was written, files and folders.
pub(super) fn sync_all(outbox: &Path) -> Result<(), OutboxError> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return private_file::sync_file_system(outbox).map_err(OutboxError::io("sync", outbox));
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let letters = outbox.join(LETTERS);
        for entry in fs::read_dir(&letters).map_err(OutboxError::io("list", &letters))? {
            let path = entry.map_err(OutboxError::io("list", &letters))?.path();
            if path.is_dir() {
                sync(&path)?;
            }
        }
        sync(&letters)?;
        sync(outbox)
    }
}

/// Writes a small file in a folder, whole or not at all; durable when it returns.
pub(super) fn replace(folder: &Path, name: &str, text: &str) -> Result<(), OutboxError> {
    private_file::replace(folder, name, text.as_bytes()).map_err(OutboxError::io("write", &folder.join(name)))
}
