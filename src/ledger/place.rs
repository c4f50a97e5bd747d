//! Where a campaign's ledger is, and how it is opened there.
//!
//! A place that is shared must never be answered with the file in the folder instead, nor the other way round. Nothing here may
//! show the password in a database's address.

use super::door::{Ledger, Store};
use super::error::LedgerError;
use super::files::{self, Lock};
#[cfg(feature = "postgres")]
use super::postgres::PostgresLedger;
use super::shard::Shard;
use super::sqlite::SqliteLedger;
use jiff::Timestamp;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The schema of a shared ledger, unless `campaign.toml` names another.
pub const DEFAULT_SCHEMA: &str = "openletter";

/// How long a claim in a shared ledger outlives the last sign of its run.
pub const DEFAULT_LEASE: Duration = Duration::from_secs(60);

/// Where a campaign's ledger is.
#[derive(Clone, Debug)]
pub struct LedgerPlace {
    dir: PathBuf,
    campaign: String,
    shared: Option<Shared>,
    /// The shard whose ledger it is; `None` for all letters.
    shard: Option<Shard>,
}

/// A database that keeps the ledger.
#[derive(Clone)]
pub struct Shared {
    /// Its address, `postgres://…`, with the password.
    pub url: String,
    /// The schema of its tables.
    pub schema: String,
    /// A PEM file with the authorities to trust instead of this machine's.
    pub ca_file: Option<PathBuf>,
    /// How long a claim outlives the last sign of its run.
    pub lease: Duration,
}

impl fmt::Debug for Shared {
    /// Shows the schema, not the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shared {{ schema: {:?} }}", self.schema)
    }
}

impl LedgerPlace {
    /// The ledger of a campaign, in its folder or in a database.
    pub fn new(dir: &Path, campaign: &str, shared: Option<Shared>) -> LedgerPlace {
        LedgerPlace { dir: dir.to_owned(), campaign: campaign.to_owned(), shared, shard: None }
    }

    /// The ledger of a shard, in the campaign's folder.
    #[must_use]
    pub fn of_shard(self, shard: Shard) -> LedgerPlace {
        LedgerPlace { shared: None, shard: Some(shard), ..self }
    }

    /// The folder of the ledger's file.
    pub(super) fn records(&self) -> PathBuf {
        self.shard.map_or_else(|| files::records(&self.dir), |shard| files::shard(&self.dir, shard))
    }

    /// Whether the ledger's file is there, whatever is in it.
    pub fn has_file(&self) -> bool {
        files::ledger_in(&self.records()).exists()
    }

    /// Whether several machines share it.
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// The campaign's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The campaign's id.
    pub(super) fn campaign(&self) -> &str {
        &self.campaign
    }

    /// The database.
    #[cfg(feature = "postgres")]
    pub(super) fn shared(&self) -> Option<&Shared> {
        self.shared.as_ref()
    }

    /// Takes the lock of a ledger that is not shared. In a shared one, each claim has a lease instead.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] with the process that holds it.
    pub fn lock(&self) -> Result<Option<Lock>, LedgerError> {
        match self.shard {
            _ if self.is_shared() => Ok(None),
            None => Lock::take(&self.dir).map(Some),
            Some(shard) => Lock::take_shard(&self.dir, shard).map(Some),
        }
    }

    /// Opens the ledger. One that is missing, damaged, of another campaign or of a later format is refused.
    pub fn open(&self) -> Result<Ledger, LedgerError> {
        match &self.shared {
            None => self.file(SqliteLedger::open(&self.records(), &self.campaign)?),
            Some(shared) => self.open_shared(shared, None),
        }
    }

    /// Opens the ledger to write to it. A file of an earlier format is backed up and upgraded: the caller holds its lock.
    pub fn open_to_write(&self, now: Timestamp) -> Result<Ledger, LedgerError> {
        match &self.shared {
            None => {
                let records = self.records();
                self.file(SqliteLedger::open(&records, &self.campaign)?.upgrade(&records, &self.campaign, now)?)
            }
            Some(shared) => self.open_shared(shared, None),
        }
    }

    /// Creates the ledger, with a random id that distinguishes ledgers of the same campaign; if several runs create a shared
    /// one at the same time, all get the first one's.
    pub fn create(&self, ledger_id: &str, now: Timestamp) -> Result<Ledger, LedgerError> {
        match &self.shared {
            None => {
                let id = self.shard.map_or_else(|| ledger_id.to_owned(), |shard| shard.ledger_id(ledger_id));
                self.file(SqliteLedger::create(&self.records(), &self.campaign, &id, now)?)
            }
            Some(shared) => self.open_shared(shared, Some((ledger_id, now))),
        }
    }

    /// The ledger in a file, if it is that of this shard.
    pub(super) fn file(&self, store: SqliteLedger) -> Result<Ledger, LedgerError> {
        match Shard::of_ledger(store.id()) == self.shard {
            true => Ok(Ledger(Store::Sqlite(store))),
            false => {
                let why = "it is the ledger of other letters: files of shards were exchanged".to_owned();
                Err(LedgerError::Damaged { path: store.path, why, source: None })
            }
        }
    }

    /// Opens the database's ledger, and creates it if it is `new`. A file in the folder has letters that the database may not
    /// know of.
    fn open_shared(&self, shared: &Shared, new: Option<(&str, Timestamp)>) -> Result<Ledger, LedgerError> {
        #[cfg(feature = "postgres")]
        {
            let file = files::ledger(&self.dir);
            let left_for = if file.exists() { SqliteLedger::left_for(&self.records())? } else { None };
            if file.exists() && left_for.is_none() {
                return Err(LedgerError::NotMoved { path: file });
            }
            match PostgresLedger::open(&self.campaign, shared, new.filter(|_| left_for.is_none())) {
                Ok(ledger) => Ok(Ledger(Store::Postgres(Box::new(ledger)))),
                Err(LedgerError::Missing { path }) => Err(match left_for {
                    // Only the last moment of the move is missing.
                    Some(to) if to == path.display().to_string() => LedgerError::NotMoved { path: file },
                    Some(to) => LedgerError::Moved { path: file, to },
                    None => LedgerError::Missing { path },
                }),
                Err(error) => Err(error),
            }
        }
        #[cfg(not(feature = "postgres"))]
        {
            let _ = (shared, new);
            Err(LedgerError::NoPostgres)
        }
    }

    /// This program cannot move it.
    #[cfg(not(feature = "postgres"))]
    pub fn move_to_database(&self, _boot: &str, _now: Timestamp) -> Result<String, LedgerError> {
        Err(if self.is_shared() { LedgerError::NoPostgres } else { LedgerError::NotShared })
    }

    /// This program cannot move it.
    #[cfg(not(feature = "postgres"))]
    pub fn move_to_folder(&self, _now: Timestamp) -> Result<String, LedgerError> {
        Err(if self.is_shared() { LedgerError::NoPostgres } else { LedgerError::NotShared })
    }

    /// Creates the tables of a shared ledger, or upgrades them. Returns what they are called in messages.
    pub fn prepare(&self) -> Result<String, LedgerError> {
        match &self.shared {
            #[cfg(feature = "postgres")]
            Some(shared) => super::postgres::prepare(shared),
            #[cfg(not(feature = "postgres"))]
            Some(_) => Err(LedgerError::NoPostgres),
            None => Err(LedgerError::NotShared),
        }
    }
}
