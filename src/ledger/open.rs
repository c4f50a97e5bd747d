//! Creating a ledger, and opening one after making sure that it is whole and the right one.
//!
//! Opening must never create or mend anything; creating must never leave half a ledger, nor touch one that stands.

use super::error::Stop;
use super::{FORMAT, Ledger, LedgerError, Syncing, files};
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
const SCHEMA: &str = include_str!("schema.sql");

/// How long to wait for another connection that is writing this very moment.
const PATIENCE: Duration = Duration::from_secs(5);

impl Ledger {
    /// Creates the ledger of the campaign in the folder `dir`, durable when it returns. `ledger_id` is random; it tells
    /// this ledger from any other of the same campaign. The caller holds the [`Lock`](super::Lock).
    pub fn create(dir: &Path, campaign_id: &str, ledger_id: &str, now: Timestamp) -> Result<Ledger, LedgerError> {
        let folder = files::folder(dir)?;
        let path = files::ledger(dir);
        // A log without its ledger is what is left of one; next to a new ledger SQLite would read it as that one's.
        for standing in [path.clone(), beside(&path, "-wal"), beside(&path, "-journal")] {
            if fs::symlink_metadata(&standing).is_ok() {
                return Err(LedgerError::Exists { path: standing });
            }
        }
        let partial = beside(&path, ".partial");
        for leftover in ["", "-wal", "-shm", "-journal"].map(|suffix| beside(&partial, suffix)) {
            match fs::remove_file(&leftover) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(LedgerError::io("remove what a killed run left", &leftover)(error));
                }
                _ => {}
            }
        }
        let file =
            files::private().create_new(true).open(&partial).map_err(LedgerError::io("create the ledger", &partial))?;
        fill(&partial, campaign_id, ledger_id, now).map_err(|stop| stop.tell("create the ledger", &partial))?;
        file.sync_all().map_err(LedgerError::io("sync the ledger", &partial))?;
        fs::rename(&partial, &path).map_err(LedgerError::io("put the new ledger in its place", &path))?;
        files::sync(&folder)?;
        Ledger::open(dir, campaign_id)
    }

    /// Opens the ledger of the campaign in the folder `dir`. One that is missing, damaged, another campaign's or of a
    /// later format is refused.
    pub fn open(dir: &Path, campaign_id: &str) -> Result<Ledger, LedgerError> {
        let path = files::ledger(dir);
        let metadata = match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(LedgerError::Missing { path }),
            other => other.map_err(LedgerError::io("open the ledger", &path))?,
        };
        // To SQLite an empty file is a good, empty database.
        if metadata.len() == 0 {
            return Err(LedgerError::Damaged { path, why: "it is empty".into(), source: None });
        }
        let logged = fs::metadata(beside(&path, "-wal")).is_ok_and(|log| log.len() > 0);
        let tell = |stop: Stop| stop.tell("open the ledger", &path);
        let db = connect(&path).map_err(|error| tell(error.into()))?;
        let format = whole(&db).map_err(tell)?;
        if format > FORMAT {
            return Err(LedgerError::NewerFormat { path, found: format });
        }
        // SQLite takes a page that the file's end cuts off as if zeros followed. A log may still hold the page whole.
        if !logged && metadata.len() % page_size(&db).map_err(tell)? != 0 {
            return Err(tell(Stop::Damaged("its end is missing".into())));
        }
        let (id, campaign) = identity(&db).map_err(tell)?;
        if campaign != campaign_id {
            return Err(LedgerError::OtherCampaign { path, found: campaign });
        }
        Ok(Ledger { db, path, id, syncing: Syncing::Now })
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Neither CREATE nor URI: the path is a path, whatever it looks like, and a missing file stays missing.
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(PATIENCE)?;
    // Otherwise a statement is compiled anew for each value, in the hope of a better plan; here there is only one.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A checkpoint costs two syncs, and the log of a large run has room for some: it is gone when the run ends.
    // `fullfsync` matters on macOS, where a plain sync leaves the data in the drive's cache.
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

fn fill(path: &Path, campaign_id: &str, ledger_id: &str, now: Timestamp) -> Result<(), Stop> {
    let mut db = connect(path)?;
    keep_a_log(&db)?;
    let tx = db.transaction()?;
    tx.execute_batch(SCHEMA)?;
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", FORMAT)?;
    tx.execute(
        "INSERT INTO ledger (row, id, campaign, created_at) VALUES (1, ?1, ?2, ?3)",
        params![ledger_id, campaign_id, now.to_string()],
    )?;
    tx.commit()?;
    // Closing moves all of the log into the file, which can then be renamed alone.
    db.close().map_err(|(_, error)| error.into())
}

fn keep_a_log(db: &Connection) -> Result<(), Stop> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    match mode.as_str() {
        "wal" => Ok(()),
        other => Err(Stop::Damaged(format!("SQLite cannot keep a write-ahead log here, only {other:?}"))),
    }
}

/// Makes sure that the file is a ledger and whole, and gives its format; of a later format only the mark is looked at.
fn whole(db: &Connection) -> Result<i64, Stop> {
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION {
        return Err(Stop::Damaged("it is a database of something else".into()));
    }
    let format = pragma("user_version")?;
    if format > FORMAT {
        return Ok(format);
    }
    let check: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(Stop::Damaged(check));
    }
    let ours = Connection::open_in_memory()?;
    ours.execute_batch(SCHEMA)?;
    if format != FORMAT || schema(db)? != schema(&ours)? {
        return Err(Stop::Damaged("its tables are not those of a ledger".into()));
    }
    keep_a_log(db)?;
    Ok(format)
}

fn schema(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn identity(db: &Connection) -> Result<(String, String), Stop> {
    Ok(db.query_row("SELECT id, campaign FROM ledger", [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn page_size(db: &Connection) -> Result<u64, Stop> {
    Ok(db.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0))?.into())
}

/// The same path with something added to its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
