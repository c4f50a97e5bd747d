//! Writes files into a folder, all of them or none.
//!
//! Files that only their owner can read. Files of the same names are replaced, others stay; the mode of an existing folder
//! must not be changed.

use crate::private_file;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder inside the target where files wait until all are written.
const WAITING: &str = ".new";

/// Files on their way into a folder. Those that are not published are removed.
pub struct Staging {
    folder: PathBuf,
    /// Whether the folder was created for them, and no file is in it yet.
    is_new: bool,
    names: Vec<String>,
}

impl Staging {
    /// Begins in this folder, which is created if there is none.
    pub fn begin(folder: &Path) -> io::Result<Staging> {
        let is_new = !folder.is_dir();
        if is_new {
            private_file::create_folder(folder)?;
        }
        let waiting = folder.join(WAITING);
        match fs::remove_dir_all(&waiting) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => private_file::create_folder(&waiting)?,
        }
        Ok(Staging { folder: folder.to_owned(), is_new, names: Vec::new() })
    }

    /// Writes one file.
    pub fn write(&mut self, name: String, bytes: &[u8]) -> io::Result<()> {
        let mut file = private_file::create(&self.folder.join(WAITING).join(&name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        self.names.push(name);
        Ok(())
    }

    /// Puts all files into the folder, and returns their paths.
    pub fn publish(mut self) -> io::Result<Vec<PathBuf>> {
        let paths: Vec<PathBuf> = self.names.iter().map(|name| self.folder.join(name)).collect();
        if let Some(path) = paths.iter().find(|path| path.is_dir()) {
            let what = format!("{} is a folder: move it away", path.display());
            return Err(io::Error::new(io::ErrorKind::IsADirectory, what));
        }
        for (name, path) in self.names.iter().zip(&paths) {
            fs::rename(self.folder.join(WAITING).join(name), path)?;
            self.is_new = false;
        }
        private_file::sync_folder(&self.folder)?;
        Ok(paths)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.folder.join(WAITING));
        if self.is_new {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}
