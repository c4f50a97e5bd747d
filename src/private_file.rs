//! Creates files and folders that only their owner can read, and locks between processes.
//!
//! Everything is created with its final mode (files 0600, folders 0700), whatever the umask: nothing here may be readable
//! by others even for an instant.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How often taking a lock is tried, and the pause between two tries: [`is_held`] takes it for an instant.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The folder inside a campaign's folder for the program's own records.
pub const RECORDS: &str = ".openletter";

/// Options that open a file for writing, and create it with mode 0600.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true);
    options
}

/// Creates a file; one that exists is an error.
pub fn create(path: &Path) -> io::Result<File> {
    options().create_new(true).open(path)
}

/// Creates a folder; one that exists is an error.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates a folder durably, or makes an existing one private.
pub fn ensure_folder(path: &Path) -> io::Result<()> {
    match create_folder(path) {
        Ok(()) => match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync_folder(parent),
            _ => sync_folder(Path::new(".")),
        },
        Err(error) if error.kind() == ErrorKind::AlreadyExists => close_to_others(path),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn close_to_others(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(folder)?.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => fs::set_permissions(folder, fs::Permissions::from_mode(0o700)),
    }
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder's entries durable. Only Unix can open a folder as a file; elsewhere this does nothing.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}

/// Makes durable all that was written to the file system of this folder, with one call.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn sync_file_system(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Writes a small file in a folder, whole or not at all; durable when it returns. A temporary file is synced and renamed.
pub fn replace(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let temporary = folder.join(format!(".{name}.partial"));
    let mut file = options().create(true).truncate(true).open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(name))?;
    sync_folder(folder)
}

/// Exchanges two folders of one parent. Where the system can do that, there is no moment without either of them.
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    // Not every file system can.
    exchange_by_renames(one, other)
}

/// The same, with a moment without the other folder.
fn exchange_by_renames(one: &Path, other: &Path) -> io::Result<()> {
    let aside = one.with_extension("old");
    fs::rename(other, &aside)?;
    if let Err(error) = fs::rename(one, other) {
        fs::rename(&aside, other)?;
        return Err(error);
    }
    fs::rename(&aside, one)
}

/// A lock that one process at a time can hold. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, and creates its file where there is none; `None` while another process holds it.
    pub fn take(path: &Path) -> io::Result<Option<Lock>> {
        let file = options().create(true).truncate(false).open(path)?;
        Lock::try_for_a_moment(file, File::try_lock)
    }

    /// The same, together with other processes that share it; `None` while one holds it alone.
    pub fn share(path: &Path) -> io::Result<Option<Lock>> {
        let file = options().create(true).truncate(false).open(path)?;
        Lock::try_for_a_moment(file, File::try_lock_shared)
    }

    /// The same as [`Lock::take`], but waits while another process holds it.
    pub fn wait(path: &Path) -> io::Result<Lock> {
        let file = options().create(true).truncate(false).open(path)?;
        file.lock()?;
        Ok(Lock { file })
    }

    #[expect(clippy::disallowed_methods, reason = "it waits for less than a tenth of a second")]
    fn try_for_a_moment(file: File, take: fn(&File) -> Result<(), TryLockError>) -> io::Result<Option<Lock>> {
        for attempt in 0..TRIES {
            if attempt > 0 {
                thread::sleep(PAUSE);
            }
            match take(&file) {
                Ok(()) => return Ok(Some(Lock { file })),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Replaces the text in the lock's file, which says who holds the lock.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only closing it would leave the lock to a child process that was just forked and has not yet closed its copy.
        let _ = self.file.unlock();
    }
}

/// Whether a process holds the lock alone. A process that takes it at this instant tries again and gets it.
pub fn is_held(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_at_a_lock_never_keeps_anybody_from_it() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("lock");
        assert!(!is_held(&path).expect("no lock") && !path.exists());
        let lock = Lock::take(&path).expect("a file").expect("it is free");
        assert!(is_held(&path).expect("a lock") && Lock::take(&path).expect("a file").is_none());
        drop(lock);
        assert!(!is_held(&path).expect("a lock"));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..2_000).filter(|_| is_held(&path).expect("a lock")).count());
            }
            for _ in 0..200 {
                assert!(Lock::take(&path).expect("a file").is_some());
            }
        });
    }

    #[test]
    fn two_folders_are_exchanged_in_either_way() {
        let home = tempfile::tempdir().expect("a folder");
        let (one, other) = (home.path().join(".site.partial"), home.path().join("site"));
        for (folder, name) in [(&one, "new"), (&other, "old")] {
            fs::create_dir(folder).expect("a folder");
            fs::write(folder.join(name), "").expect("a file");
        }
        exchange(&one, &other).expect("exchanged");
        assert!(other.join("new").exists() && one.join("old").exists());
        exchange_by_renames(&one, &other).expect("exchanged back");
        assert!(other.join("old").exists() && one.join("new").exists());
        fs::remove_dir_all(&one).expect("removed");
        assert!(exchange_by_renames(&one, &other).is_err());
        assert!(other.join("old").exists(), "what was there is there again");
    }
}
