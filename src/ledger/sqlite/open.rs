//! Creates a ledger, or opens one after checking that it is complete and the right one.
//!
//! Opening must never create or repair anything; creating must never leave half a ledger or touch an existing one.

use super::join::JOINING;
use super::{FORMAT, SqliteLedger, Syncing, home};
use crate::ledger::error::Abort;
use crate::ledger::{LedgerError, files};
use crate::private_file;
use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "olet": marks the file as ours (SQLite's `application_id`).
const APPLICATION: i64 = 0x6f6c_6574;
const SCHEMA: &str = concat!(
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql")
);
const SCHEMA_1: &str = include_str!("schema_1.sql");
const SCHEMA_2: &str = include_str!("schema_2.sql");
const SCHEMA_3: &str = concat!(include_str!("schema_2.sql"), include_str!("schema_3.sql"));
const SCHEMA_4: &str =
    concat!(include_str!("schema_2.sql"), include_str!("schema_3.sql"), include_str!("schema_4.sql"));

/// How long to wait for another connection that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl SqliteLedger {
    /// Creates the ledger in a folder of records. Durable when it returns. `ledger_id` is random: it distinguishes ledgers
    /// of the same campaign. The caller holds the `Lock`.
    pub(crate) fn create(
        records: &Path,
        campaign_id: &str,
        ledger_id: &str,
        now: Timestamp,
    ) -> Result<SqliteLedger, LedgerError> {
        place_new(records, |partial| {
            // Renaming does not change a file's identity.
            let home = home::of(partial)?;
            let failed = |abort: Abort| abort.into_error("create the ledger", partial);
            let db = initialize(partial, campaign_id, ledger_id, &home, &now.to_string()).map_err(failed)?;
            // Closing moves the log into the file, which can then be renamed without it.
            db.close().map_err(|(_, error)| failed(error.into()))
        })?;
        SqliteLedger::open(records, campaign_id)
    }

    /// Opens the ledger in a folder of records. One that is missing, damaged, of another campaign or of a later format is
    /// refused.
    pub(crate) fn open(records: &Path, campaign_id: &str) -> Result<SqliteLedger, LedgerError> {
        let ledger = SqliteLedger::open_if(records, |campaign| campaign == campaign_id)?;
        match ledger.where_to()? {
            None => Ok(ledger),
            Some(to) if to == JOINING => Err(LedgerError::HalfJoined { path: ledger.path }),
            Some(to) => Err(LedgerError::Moved { path: ledger.path, to }),
        }
    }

    /// Opens the ledger of a campaign even if it was moved to another store.
    pub(crate) fn open_left(records: &Path, campaign_id: &str) -> Result<SqliteLedger, LedgerError> {
        SqliteLedger::open_if(records, |campaign| campaign == campaign_id)
    }

    pub(super) fn open_if(records: &Path, is_wanted: impl FnOnce(&str) -> bool) -> Result<SqliteLedger, LedgerError> {
        let path = files::ledger_in(records);
        let metadata = match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(LedgerError::Missing { path }),
            other => other.map_err(LedgerError::io("open the ledger", &path))?,
        };
        // To SQLite an empty file is a valid, empty database.
        if metadata.len() == 0 {
            return Err(LedgerError::Damaged { path, why: "it is empty".into(), source: None });
        }
        let logged = fs::metadata(with_suffix(&path, "-wal")).is_ok_and(|log| log.len() > 0);
        let into_error = |abort: Abort| abort.into_error("open the ledger", &path);
        let db = connect(&path).map_err(|error| into_error(error.into()))?;
        let format = check_integrity(&db).map_err(into_error)?;
        if format > FORMAT {
            return Err(LedgerError::NewerFormat { path, found: format, known: FORMAT });
        }
        // SQLite reads a truncated page as if zeros followed. A log may still have the page.
        if !logged && metadata.len() % page_size(&db).map_err(into_error)? != 0 {
            return Err(into_error(Abort::Damaged("its end is missing".into())));
        }
        let (id, campaign) = ledger_identity(&db).map_err(into_error)?;
        if !is_wanted(&campaign) {
            return Err(LedgerError::OtherCampaign { path, found: campaign });
        }
        Ok(SqliteLedger { db, path, id, format, syncing: Syncing::Now })
    }
}

/// Makes a new ledger in a file beside its place, and puts it there when it is complete and synced.
pub(super) fn place_new(
    records: &Path,
    make: impl FnOnce(&Path) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    private_file::ensure_folder(records).map_err(LedgerError::io("create the private folder", records))?;
    let path = files::ledger_in(records);
    // SQLite would read a log left by an old ledger as the new one's.
    for existing in [path.clone(), with_suffix(&path, "-wal"), with_suffix(&path, "-journal")] {
        if fs::symlink_metadata(&existing).is_ok() {
            return Err(LedgerError::Exists { path: existing });
        }
    }
    let partial = with_suffix(&path, ".partial");
    for leftover in ["", "-wal", "-shm", "-journal"].map(|suffix| with_suffix(&partial, suffix)) {
        remove_leftover(&leftover)?;
    }
    let file = private_file::create(&partial).map_err(LedgerError::io("create the ledger", &partial))?;
    make(&partial)?;
    file.sync_all().map_err(LedgerError::io("sync the ledger", &partial))?;
    fs::rename(&partial, &path).map_err(LedgerError::io("put the new ledger in its place", &path))?;
    private_file::sync_folder(records).map_err(LedgerError::io("sync the folder", records))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Neither CREATE nor URI: the path is a path, whatever it looks like, and a missing file stays missing.
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    // Otherwise SQLite recompiles statements for each value, in search of a better plan.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A checkpoint costs two syncs, so the log may grow for a while; it is removed when the run ends.
    // `fullfsync` matters on macOS, where a plain sync leaves data in the drive's cache.
    db.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA wal_autocheckpoint = 8192;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA synchronous = FULL;",
    )?;
    Ok(db)
}

/// Creates the tables in an empty file.
pub(super) fn initialize(
    path: &Path,
    campaign_id: &str,
    ledger_id: &str,
    home: &str,
    created_at: &str,
) -> Result<Connection, Abort> {
    let mut db = connect(path)?;
    enable_wal(&db)?;
    let tx = db.transaction()?;
    tx.execute_batch(SCHEMA)?;
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", FORMAT)?;
    tx.execute(
        "INSERT INTO ledger (row, id, campaign, created_at) VALUES (1, ?1, ?2, ?3)",
        params![ledger_id, campaign_id, created_at],
    )?;
    tx.execute("INSERT INTO home (at, file) VALUES (?1, ?2)", params![created_at, home])?;
    tx.commit()?;
    Ok(db)
}

fn enable_wal(db: &Connection) -> Result<(), Abort> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    match mode.as_str() {
        "wal" => Ok(()),
        other => Err(Abort::Damaged(format!("SQLite cannot keep a write-ahead log here, only {other:?}"))),
    }
}

/// Checks that the file is a complete ledger; returns its format. A later format is not checked further.
fn check_integrity(db: &Connection) -> Result<i64, Abort> {
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION {
        return Err(Abort::Damaged("it is a database of another program".into()));
    }
    let format = pragma("user_version")?;
    if format > FORMAT {
        return Ok(format);
    }
    let check: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(Abort::Damaged(check));
    }
    let ours = Connection::open_in_memory()?;
    ours.execute_batch(match format {
        1 => SCHEMA_1,
        2 => SCHEMA_2,
        3 => SCHEMA_3,
        4 => SCHEMA_4,
        _ => SCHEMA,
    })?;
    if format < 1 || schema(db)? != schema(&ours)? {
        return Err(Abort::Damaged("its tables are not those of a ledger".into()));
    }
    enable_wal(db)?;
    Ok(format)
}

fn schema(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn ledger_identity(db: &Connection) -> Result<(String, String), Abort> {
    Ok(db.query_row("SELECT id, campaign FROM ledger", [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn page_size(db: &Connection) -> Result<u64, Abort> {
    Ok(db.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0))?.into())
}

/// Removes a file that a killed run may have left.
pub(super) fn remove_leftover(path: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(LedgerError::io("remove what a killed run left", path)(error))
        }
        _ => Ok(()),
    }
}

/// Returns the path with a suffix added to its name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
