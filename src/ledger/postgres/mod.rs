//! The ledger that several machines share: tables in one schema of a PostgreSQL database, for many campaigns.
//!
//! Every operation is one statement, a function of the schema or less, and is committed and flushed when it returns
//! (`synchronous_commit`). One connection serves a run; when it is lost, the same operation is done again, and the function knows
//! when it was done already.
//!
//! # Leases
//!
//! Each claim has a lease by the server's clock, which its run's [`Keeper`] renews. [`PostgresLedger::recover`] ends those that have run out:
//! a letter whose data had not begun is pending again, any other is unknown. A letter's data begins only after
//! [`PostgresLedger::began`] has returned: a committed update that finds the letter offered still, and by this run. Whichever of
//! the two comes first holds the row; the other one finds it changed.
//!
//! # Home
//!
//! There is no file to recognise and no file of claims. The database is known by its cluster, its timeline and its own number: a
//! dump restored elsewhere, a backup rolled forward and a standby that took over are others, and are refused until a person
//! says that nothing is missing.

mod claims;
mod counting;
mod keeper;
mod link;
mod reading;
mod transfer;
mod value;
mod writing;

#[cfg(test)]
pub(super) use reading::KeptEvent;

pub(super) use keeper::Keeper;
pub(super) use transfer::{Arriving, Leaving};

use super::error::LedgerError;
use super::place::Shared;
use super::records::Outages;
use jiff::Timestamp;
use link::Link;
use postgres::Row;
use std::cell::RefCell;

/// What each format adds to the one before.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql")];

/// The format this program writes and knows.
const FORMAT: i64 = MIGRATIONS.len() as i64;

/// A number that all programs take as an advisory lock while they prepare a database.
const PREPARING: i64 = 0x6f6c_6574;

/// An open ledger.
#[derive(Debug)]
pub(super) struct PostgresLedger {
    link: RefCell<Link>,
    /// The campaign's key in the database.
    key: i64,
    id: String,
    /// The database that it was created in, or moved to, when it was opened.
    home: String,
    shared: Shared,
    /// The run that this ledger was opened for, and the outbox that it sends.
    run: String,
    outbox: String,
}

/// What is in the database of a campaign.
struct Campaign {
    key: i64,
    ledger: String,
    moved_to: Option<String>,
    home: String,
}

impl PostgresLedger {
    /// Opens the ledger of a campaign; creates it if it is `new`: with this id, at this time.
    pub(super) fn open(
        campaign: &str,
        shared: &Shared,
        new: Option<(&str, Timestamp)>,
    ) -> Result<PostgresLedger, LedgerError> {
        let mut link = Link::open(shared)?;
        let mut found = find(&mut link, campaign)?;
        if let (None, Some((id, now))) = (&found, new) {
            create(&mut link, campaign, id, now)?;
            found = find(&mut link, campaign)?;
        }
        let Some(found) = found else { return Err(LedgerError::Missing { path: link.name }) };
        if let Some(to) = found.moved_to {
            return Err(LedgerError::Moved { path: link.name, to });
        }
        Ok(PostgresLedger {
            link: RefCell::new(link),
            key: found.key,
            id: found.ledger,
            home: found.home,
            shared: shared.clone(),
            run: String::new(),
            outbox: String::new(),
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where it is, in messages.
    fn name(&self) -> std::path::PathBuf {
        self.link.borrow().name.clone()
    }

    /// What happens to the connection.
    pub(super) fn outages(&self) -> Outages {
        self.link.borrow().outages.clone()
    }

    /// An error: the ledger cannot do this.
    pub(super) fn refused(&self, why: &str) -> LedgerError {
        LedgerError::Database { doing: "do this", path: self.name(), why: why.to_owned() }
    }

    /// Whether the database was the one that the ledger was created in, or moved to, when it was opened. Another one is noticed when
    /// the connection is lost.
    pub(super) fn is_at_home(&self) -> Result<bool, LedgerError> {
        Ok(self.home == self.link.borrow().server)
    }

    pub(super) fn move_home(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let server = self.link.borrow().server.clone();
        let sql = "INSERT INTO home (campaign, at, server) SELECT $1, $2, $3 WHERE $3 IS DISTINCT FROM
             (SELECT server FROM home WHERE campaign = $1 ORDER BY number DESC LIMIT 1)";
        self.write("record where the ledger is", sql, &[&self.key, &now.to_string(), &server])?;
        self.home = server;
        Ok(())
    }
}

#[cfg(test)]
impl PostgresLedger {
    /// Whether a statement succeeds.
    pub(super) fn execute(&mut self, sql: &str) -> bool {
        self.link.borrow_mut().run("try", |session, _| session.client.batch_execute(sql)).is_ok()
    }

    /// The first column of a query, as texts.
    pub(super) fn column(&self, sql: &'static str) -> Vec<String> {
        self.read(sql, &[], |row| row.get(0)).expect("it can be read")
    }
}

/// Refuses a database without our tables, or with those of another format.
fn check_format(link: &mut Link) -> Result<(), LedgerError> {
    let sql = "SELECT to_regclass('format') IS NOT NULL";
    let exists = link.run("open the ledger", |session, _| session.query(sql, &[]))?[0].get::<_, bool>(0);
    let found = if exists { format(link)? } else { 0 };
    let path = link.name.clone();
    match found {
        found if found > FORMAT => Err(LedgerError::NewerFormat { path, found, known: FORMAT }),
        found if found < FORMAT => Err(LedgerError::Unprepared { path }),
        _ => Ok(()),
    }
}

fn format(link: &mut Link) -> Result<i64, LedgerError> {
    let rows = link.run("open the ledger", |session, _| session.query("SELECT version FROM format", &[]))?;
    Ok(rows.first().map_or(0, |row| row.get::<_, i32>(0).into()))
}

/// Creates the schema and its tables, or brings them to the format of this program; all or nothing.
pub(super) fn prepare(shared: &Shared) -> Result<String, LedgerError> {
    const DOING: &str = "prepare the database";
    let mut link = Link::open(shared)?;
    let exists = "SELECT to_regclass('format') IS NOT NULL";
    link.run(DOING, |session, _| {
        let mut tx = session.client.transaction()?;
        tx.execute("SELECT pg_advisory_xact_lock($1)", &[&PREPARING])?;
        let known = "SELECT FROM pg_namespace WHERE nspname = $1";
        if tx.query(known, &[&shared.schema])?.is_empty() {
            tx.batch_execute(&format!("CREATE SCHEMA \"{}\"", shared.schema))?;
        }
        let found: i32 = match tx.query_one(exists, &[])?.get(0) {
            true => tx.query_one("SELECT version FROM format", &[])?.get(0),
            false => 0,
        };
        for (number, migration) in (1..).zip(MIGRATIONS).skip(found.unsigned_abs() as usize) {
            tx.batch_execute(migration)?;
            tx.execute("DELETE FROM format", &[])?;
            tx.execute("INSERT INTO format VALUES ($1)", &[&number])?;
        }
        tx.commit()
    })?;
    check_format(&mut link)?;
    Ok(link.name.display().to_string())
}

/// Finds a campaign. Refuses a database without our tables, or with those of another format.
fn find(link: &mut Link, campaign: &str) -> Result<Option<Campaign>, LedgerError> {
    let sql = "SELECT version, key, ledger, moved_to, (SELECT server FROM home WHERE campaign = key ORDER BY number DESC LIMIT 1)
         FROM format LEFT JOIN campaign ON id = $1";
    let rows = link.run("open the ledger", |session, _| session.query(sql, &[&campaign]));
    let found = rows.as_ref().ok().and_then(|rows| rows.first());
    if found.is_none_or(|row| i64::from(row.get::<_, i32>(0)) != FORMAT) {
        check_format(link)?;
    }
    let rows = rows?;
    let found = rows.first().filter(|row| row.get::<_, Option<i64>>(1).is_some());
    let home = |row: &Row| row.get::<_, Option<String>>(4).unwrap_or_default();
    Ok(found.map(|row| Campaign { key: row.get(1), ledger: row.get(2), moved_to: row.get(3), home: home(row) }))
}

/// Creates a campaign's ledger; if another run was faster, that one stays.
fn create(link: &mut Link, campaign: &str, id: &str, now: Timestamp) -> Result<(), LedgerError> {
    let (at, server) = (now.to_string(), link.server.clone());
    let sql = "WITH created AS (
            INSERT INTO campaign (id, ledger, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key
        ) INSERT INTO home (campaign, at, server) SELECT key, $3, $4 FROM created";
    link.run("create the ledger", |session, _| session.query(sql, &[&campaign, &id, &at, &server])).map(drop)
}
