//! The ledger's folder, files and lock.
//!
//! Nothing here may ever be readable by others, not even for a moment, whatever the umask.

use super::LedgerError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const FOLDER: &str = ".openletter";

/// Returns the path of the ledger of the campaign in `dir`.
pub(super) fn ledger(dir: &Path) -> PathBuf {
    dir.join(FOLDER).join("ledger.sqlite3")
}

/// Returns the private folder of the campaign in `dir`, created if missing (mode 0700).
pub(super) fn folder(dir: &Path) -> Result<PathBuf, LedgerError> {
    let folder = dir.join(FOLDER);
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&folder) {
        Ok(()) => sync(if dir.as_os_str().is_empty() { Path::new(".") } else { dir })?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => close(&folder)?,
        Err(error) => return Err(LedgerError::io("make the private folder", &folder)(error)),
    }
    Ok(folder)
}

/// Removes others' permissions from an existing folder.
fn close(folder: &Path) -> Result<(), LedgerError> {
    #[cfg(unix)]
    {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;
        let doing = "make the folder private";
        let mode = fs::metadata(folder).map_err(LedgerError::io(doing, folder))?.permissions().mode();
        if mode & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(LedgerError::io(doing, folder))?;
        }
    }
    let _ = folder;
    Ok(())
}

/// Options that create files with mode 0600. SQLite gives its log and index the mode of the ledger.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}

/// Syncs a folder's entries. Only Unix can open a folder as a file.
pub(super) fn sync(folder: &Path) -> Result<(), LedgerError> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(LedgerError::io("sync the folder", folder))?;
    let _ = folder;
    Ok(())
}

/// The exclusive right to write to a campaign's ledger. It ends with the process.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would keep it in a child process that has not closed its copy yet.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the lock of the campaign in `dir`.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] with the process that holds it.
    pub fn take(dir: &Path) -> Result<Lock, LedgerError> {
        let path = folder(dir)?.join("lock");
        let mut file = private()
            .read(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(LedgerError::io("open the lock", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::Busy { pid: holder(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(LedgerError::io("take the lock", &path)(error)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(LedgerError::io("write the lock", &path))?;
        Ok(Lock { file })
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
