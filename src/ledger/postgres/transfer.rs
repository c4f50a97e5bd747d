//! A database's part in a move between stores: the rows of a file arrive, all or none, or its own are read before it is left.
//!
//! While a run is at work nothing moves, and a campaign that was here before does not come back.

use super::link::Link;
use super::{Campaign, find};
use crate::ledger::LedgerError;
use crate::ledger::moving::{Head, Row, TABLES, Table};
use crate::ledger::place::Shared;
use jiff::Timestamp;
use postgres::fallible_iterator::FallibleIterator;
use std::io::{self, Write};

type Take<'a> = &'a mut dyn FnMut(Row) -> Result<(), LedgerError>;

const DOING: &str = "move the ledger";

/// A large ledger may need minutes, until the transaction ends.
const WITHOUT_TIMEOUT: &str = "SET LOCAL statement_timeout = 0";

/// A campaign that is about to come into the database.
pub(in crate::ledger) struct Arriving {
    link: Link,
    campaign: String,
    known: Option<Campaign>,
}

impl Arriving {
    /// Connects to the database. Also returns what it is called.
    pub(in crate::ledger) fn begin(campaign: &str, shared: &Shared) -> Result<(Arriving, String), LedgerError> {
        let mut link = Link::open(shared)?;
        let (known, name) = (find(&mut link, campaign)?, link.name.display().to_string());
        Ok((Arriving { link, campaign: campaign.to_owned(), known }, name))
    }

    /// Whether the database has the ledger with this id.
    pub(in crate::ledger) fn has(&self, ledger: &str) -> bool {
        self.known.as_ref().is_some_and(|known| known.ledger == ledger && known.moved_to.is_none())
    }

    /// Refuses a campaign that the database knows.
    pub(in crate::ledger) fn refuse_known(&self) -> Result<(), LedgerError> {
        let Some(known) = &self.known else { return Ok(()) };
        let why = match &known.moved_to {
            None => "the database has a ledger of this campaign already".to_owned(),
            Some(to) => format!("the ledger was in this database before, and was moved to {to}: use another schema"),
        };
        Err(LedgerError::Database { doing: DOING, path: self.link.name.clone(), why })
    }

    /// Takes all rows in one transaction, and leaves the file before that is committed.
    pub(in crate::ledger) fn fill(
        &mut self,
        head: &Head,
        mut rows: impl FnMut(&Table, Take<'_>) -> Result<(), LedgerError>,
        leave: impl FnOnce() -> Result<(), LedgerError>,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let (at, server, path) = (now.to_string(), self.link.server.clone(), self.link.name.clone());
        let failed =
            |error: io::Error| LedgerError::Database { doing: DOING, path: path.clone(), why: error.to_string() };
        let mut other = None;
        let campaign = self.campaign.clone();
        let moved = self.link.run_once(DOING, |session| {
            let mut tx = session.client.transaction()?;
            let sql = "INSERT INTO campaign (id, ledger, created_at) VALUES ($1, $2, $3) RETURNING key";
            let key: i64 = tx.query_one(sql, &[&campaign, &head.id, &head.created_at])?.get(0);
            tx.execute("INSERT INTO home (campaign, at, server) VALUES ($1, $2, $3)", &[&key, &at, &server])?;
            tx.batch_execute(WITHOUT_TIMEOUT)?;
            for table in &TABLES {
                let added = |part: fn(&(&'static str, &'static str)) -> &'static str| {
                    table.in_database.iter().map(part).collect::<Vec<_>>()
                };
                let names = [&["campaign"], table.columns, &added(|(name, _)| name)].concat().join(", ");
                let rest: String = added(|(_, value)| value).iter().map(|value| format!("\t{value}")).collect();
                let mut writer = tx.copy_in(&format!("COPY {} ({names}) FROM STDIN", table.name))?;
                let copied = rows(table, &mut |row| {
                    let cells: Vec<String> = row.iter().map(cell).collect();
                    writeln!(writer, "{key}\t{}{rest}", cells.join("\t")).map_err(failed)
                });
                if let Err(error) = copied {
                    other = Some(error);
                    return Ok(());
                }
                writer.finish()?;
            }
            // Both continue where the file ended, or far above.
            for table in ["event", "response"] {
                tx.batch_execute(&format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', 'number'),
                         greatest(nextval(pg_get_serial_sequence('{table}', 'number')),
                             (SELECT coalesce(max(number), 0) + 1 FROM {table} WHERE campaign = {key})))"
                ))?;
            }
            if let Err(error) = leave() {
                other = Some(error);
                return Ok(());
            }
            tx.commit()
        });
        match other {
            Some(error) => Err(error),
            None => moved,
        }
    }
}

/// A cell as COPY reads it. The database keeps no NUL.
fn cell(value: &Option<String>) -> String {
    let Some(text) = value else { return "\\N".to_owned() };
    let text = text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
    text.replace('\0', "\u{fffd}")
}

/// A campaign that is about to leave the database.
pub(in crate::ledger) struct Leaving {
    link: Link,
    key: i64,
    head: Head,
    moved_file: Option<String>,
}

impl Leaving {
    /// Connects, and stops runs from beginning; refuses while one is at work. Also returns what the database is called.
    pub(in crate::ledger) fn begin(
        campaign: &str,
        shared: &Shared,
        now: Timestamp,
    ) -> Result<(Leaving, String), LedgerError> {
        let mut link = Link::open(shared)?;
        let Some(known) = find(&mut link, campaign)? else { return Err(LedgerError::Missing { path: link.name }) };
        let (key, at) = (known.key, now.to_string());
        let begun = link.run(DOING, |session, _| {
            session.client.batch_execute("BEGIN")?;
            let sql = "SELECT created_at, moved_file, (SELECT server FROM home WHERE campaign = key ORDER BY number DESC LIMIT 1)
                 FROM campaign WHERE key = $1 FOR UPDATE";
            let row = session.client.query_one(sql, &[&key])?;
            // A run that is claiming letters at this moment is at work, whatever its lease was before.
            session.client.execute("SELECT FROM run WHERE campaign = $1 FOR UPDATE", &[&key])?;
            session.client.query("SELECT recover($1, $2, false)", &[&key, &at])?;
            let sql = "SELECT EXISTS (SELECT FROM run WHERE campaign = $1 AND lease > clock_timestamp())
                 OR EXISTS (SELECT FROM letter WHERE campaign = $1 AND state = 'offered')";
            let is_busy: bool = session.client.query_one(sql, &[&key])?.get(0);
            session.client.batch_execute(WITHOUT_TIMEOUT)?;
            Ok((row.get(0), row.get(1), row.get(2), is_busy))
        });
        let (created_at, moved_file, home, is_busy): (String, Option<String>, String, bool) = begun?;
        if is_busy {
            return Err(LedgerError::Busy { pid: None });
        }
        if moved_file.is_none() && home != link.server {
            let why = "it was restored, or another server took over; if no letter is missing in it, run \
                       `openletter send --moved` first"
                .to_owned();
            return Err(LedgerError::Database { doing: DOING, path: link.name, why });
        }
        let name = link.name.display().to_string();
        Ok((Leaving { link, key, head: Head { id: known.ledger, created_at }, moved_file }, name))
    }

    /// Whether it was left before, for the file with this identity.
    ///
    /// # Errors
    /// It was left for another one.
    pub(in crate::ledger) fn has_left_for(
        &self,
        file: impl FnOnce() -> Result<Option<String>, LedgerError>,
    ) -> Result<bool, LedgerError> {
        match &self.moved_file {
            None => Ok(false),
            Some(left_for) if Some(left_for) == file()?.as_ref() => Ok(true),
            Some(_) => {
                let why = "it was moved to another folder before".to_owned();
                Err(LedgerError::Database { doing: DOING, path: self.link.name.clone(), why })
            }
        }
    }

    /// The ledger's id, and when it was created.
    pub(in crate::ledger) fn head(&self) -> Head {
        Head { id: self.head.id.clone(), created_at: self.head.created_at.clone() }
    }

    /// Passes on the rows of a table, in order.
    pub(in crate::ledger) fn rows(&mut self, table: &Table, take: Take<'_>) -> Result<(), LedgerError> {
        let columns: Vec<String> = table.columns.iter().map(|name| format!("{name}::text")).collect();
        let seen = if table.name == "letter" { "AND seen" } else { "" };
        let (columns, key) = (columns.join(", "), self.key);
        let sql =
            format!("SELECT {columns} FROM {} WHERE campaign = $1 {seen} ORDER BY {}", table.name, table.columns[0]);
        let mut other = None;
        let read = self.link.run_once(DOING, |session| {
            let mut rows = session.client.query_raw(&sql, [key])?;
            while let Some(row) = rows.next()? {
                if let Err(error) = take((0..table.columns.len()).map(|at| row.get(at)).collect()) {
                    other = Some(error);
                    break;
                }
            }
            Ok(())
        });
        other.map_or(read, Err)
    }

    /// Leaves for a file, named by its folder and its identity. From then on no run begins here.
    pub(in crate::ledger) fn leave(&mut self, folder: &str, file: &str) -> Result<(), LedgerError> {
        let key = self.key;
        self.link.run_once(DOING, |session| {
            let sql = "UPDATE campaign SET moved_to = $2, moved_file = $3 WHERE key = $1";
            session.client.execute(sql, &[&key, &folder, &file])?;
            session.client.batch_execute("COMMIT")
        })
    }
}
