//! Where a campaign's ledger is, and how it is opened there.
//!
//! A place that is shared must never be answered with the file in the folder instead, nor the other way round. Nothing here may
//! show the password in a database's address.

use super::door::{Ledger, Store};
use super::error::LedgerError;
#[cfg(feature = "postgres")]
use super::files;
use super::files::Lock;
#[cfg(feature = "postgres")]
use super::postgres::PostgresLedger;
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
        LedgerPlace { dir: dir.to_owned(), campaign: campaign.to_owned(), shared }
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
    #[cfg(feature = "postgres")]
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
        if self.is_shared() { Ok(None) } else { Lock::take(&self.dir).map(Some) }
    }

    /// Opens the ledger. One that is missing, damaged, of another campaign or of a later format is refused.
    pub fn open(&self) -> Result<Ledger, LedgerError> {
        match &self.shared {
            None => SqliteLedger::open(&self.dir, &self.campaign).map(|store| Ledger(Store::Sqlite(store))),
            Some(shared) => self.open_shared(shared, None),
        }
    }

    /// Opens the ledger to write to it. A file of an earlier format is backed up and upgraded: the caller holds its lock.
    pub fn open_to_write(&self, now: Timestamp) -> Result<Ledger, LedgerError> {
        match &self.shared {
            None => {
                let ledger = SqliteLedger::open(&self.dir, &self.campaign)?.upgrade(&self.dir, &self.campaign, now);
                ledger.map(|store| Ledger(Store::Sqlite(store)))
            }
            Some(shared) => self.open_shared(shared, None),
        }
    }

    /// Creates the ledger, with a random id that distinguishes ledgers of the same campaign; if several runs create a shared
    /// one at the same time, all get the first one's.
    pub fn create(&self, ledger_id: &str, now: Timestamp) -> Result<Ledger, LedgerError> {
        match &self.shared {
            None => {
                let ledger = SqliteLedger::create(&self.dir, &self.campaign, ledger_id, now);
                ledger.map(|store| Ledger(Store::Sqlite(store)))
            }
            Some(shared) => self.open_shared(shared, Some((ledger_id, now))),
        }
    }

    /// Opens the database's ledger, and creates it if it is `new`. A file in the folder has letters that the database may not
    /// know of.
    fn open_shared(&self, shared: &Shared, new: Option<(&str, Timestamp)>) -> Result<Ledger, LedgerError> {
        #[cfg(feature = "postgres")]
        {
            let file = files::ledger(&self.dir);
            if file.exists() && !SqliteLedger::is_left(&self.dir)? {
                return Err(LedgerError::NotMoved { path: file });
            }
            let ledger = PostgresLedger::open(&self.campaign, shared, new)?;
            Ok(Ledger(Store::Postgres(Box::new(ledger))))
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
