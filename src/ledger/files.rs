//! The ledger's folder, its files and its lock.
//!
//! All of it is private from the moment it exists, whatever the umask: nothing is created open and closed later.

use super::LedgerError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const FOLDER: &str = ".openletter";

/// The ledger of the campaign in `dir`.
pub(super) fn ledger(dir: &Path) -> PathBuf {
    dir.join(FOLDER).join("ledger.sqlite3")
}

/// The private folder in the campaign's folder `dir`, made where it is missing (mode 0700).
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

/// Takes from others what a folder that stood there already may have allowed them.
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

/// Options that create files of mode 0600. SQLite gives its log and its index the mode of the ledger itself.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}

/// Makes a folder's entries durable. Elsewhere than on Unix a folder cannot be opened as a file.
pub(super) fn sync(folder: &Path) -> Result<(), LedgerError> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(LedgerError::io("sync the folder", folder))?;
    let _ = folder;
    Ok(())
}

/// The right to write to a campaign's ledger: one process at a time. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would leave it to a process that is just being started, and has not yet closed its copy.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the lock of the campaign in the folder `dir`, or says who holds it ([`LedgerError::Busy`]).
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
