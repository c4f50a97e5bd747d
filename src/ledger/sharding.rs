//! `.openletter/shards.toml`: what the shards of a campaign have in common, written by the first one.
//!
//! Shards that disagree about it would send a letter twice or not at all: none may begin without it.

use super::error::LedgerError;
use super::files;
use super::shard::Shard;
use crate::private_file;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const FILE: &str = "shards.toml";

/// How a campaign's letters are divided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharding {
    /// Into how many shards.
    pub shards: u32,
    /// The digest of the outbox that they send.
    pub outbox: String,
    /// The folder in which their ledgers were joined: no other shard may begin here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<String>,
}

impl Sharding {
    /// How the letters of the campaign in `dir` are divided; `None` if no shard has begun there.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] if that is not known any more.
    pub fn read(dir: &Path) -> Result<Option<Sharding>, LedgerError> {
        let path = path(dir);
        let damaged = |why: String| LedgerError::Damaged { path: path.clone(), why, source: None };
        match fs::read_to_string(&path) {
            Ok(text) => match toml::from_str::<Sharding>(&text) {
                Ok(sharding) if Shard::new(1, sharding.shards).is_some() => Ok(Some(sharding)),
                Ok(_) => Err(damaged("shards must be 1 to 1000".into())),
                Err(error) => Err(damaged(error.message().to_owned())),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => match Sharding::begun(dir)?.as_slice() {
                [] => Ok(None),
                _ => Err(damaged("it is missing, and shards have begun".into())),
            },
            Err(error) => Err(LedgerError::io("read", &path)(error)),
        }
    }

    /// Records how the letters are divided, unless that is recorded. Returns what is recorded now. Durable when it returns.
    /// The caller holds the [`ShardsLock`].
    pub fn begin(self, dir: &Path) -> Result<Sharding, LedgerError> {
        if let Some(begun) = Sharding::read(dir)? {
            return Ok(begun);
        }
        self.write(dir)?;
        Ok(self)
    }

    /// Records that the ledgers in the folder are joined in another one. Durable when it returns. The caller holds its lock.
    pub fn end(self, dir: &Path, joined: String) -> Result<(), LedgerError> {
        Sharding { joined: Some(joined), ..self }.write(dir)
    }

    fn write(&self, dir: &Path) -> Result<(), LedgerError> {
        let folder = files::folder(dir)?;
        let text = format!("# Written by `openletter send --shard`. Do not edit.\n{}", toml(self));
        private_file::replace(&folder, FILE, text.as_bytes()).map_err(LedgerError::io("write", &path(dir)))
    }

    /// The shards that have a ledger in the folder of the campaign in `dir`.
    pub fn begun(dir: &Path) -> Result<Vec<Shard>, LedgerError> {
        let records = files::records(dir);
        let mut begun = Vec::new();
        let entries = match fs::read_dir(&records) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(begun),
            other => other.map_err(LedgerError::io("list", &records))?,
        };
        for entry in entries {
            let name = entry.map_err(LedgerError::io("list", &records))?.file_name();
            let shard = name.to_str().and_then(Shard::of_folder);
            begun.extend(shard.filter(|shard| files::ledger_in(&files::shard(dir, *shard)).exists()));
        }
        begun.sort_unstable();
        Ok(begun)
    }
}

fn toml(sharding: &Sharding) -> String {
    // A number and a digest can always be written.
    toml::to_string(sharding).unwrap_or_default()
}

fn path(dir: &Path) -> PathBuf {
    files::records(dir).join(FILE)
}

/// The right to begin a shard: one at a time, so that all agree.
#[derive(Debug)]
pub struct ShardsLock {
    _lock: private_file::Lock,
}

impl ShardsLock {
    /// Waits for it.
    pub fn take(dir: &Path) -> Result<ShardsLock, LedgerError> {
        let path = files::folder(dir)?.join("shards.lock");
        let lock = private_file::Lock::wait(&path).map_err(LedgerError::io("take the lock", &path))?;
        Ok(ShardsLock { _lock: lock })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_shard_decides_for_all() {
        let desk = tempfile::tempdir().unwrap();
        assert_eq!(Sharding::read(desk.path()).unwrap(), None);
        let sharding = |shards| Sharding { shards, outbox: "sha256:1".to_owned(), joined: None };
        let _lock = ShardsLock::take(desk.path()).unwrap();
        assert_eq!(sharding(3).begin(desk.path()).unwrap(), sharding(3));
        assert_eq!(sharding(4).begin(desk.path()).unwrap(), sharding(3));
        assert_eq!(Sharding::read(desk.path()).unwrap(), Some(sharding(3)));
    }
}
