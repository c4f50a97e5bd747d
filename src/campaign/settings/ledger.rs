//! Reads `[ledger]`: the database that several machines share.
//!
//! ```toml
//! url = { env = "OPENLETTER_LEDGER" }   # or { command = "…" }, { file = "…" }; an address without a password may be written here
//! schema = "openletter"                 # of its tables
//! ca_file = "database-ca.pem"           # trusted instead of the machine's own authorities
//! lease = "60s"                         # how long a claim outlives the last sign of its worker
//! ```
//!
//! A password that is written here by mistake must never be shown.

use super::relay::SecretFrom;
use crate::campaign::keys::Table;
use crate::ledger::{DEFAULT_LEASE, DEFAULT_SCHEMA};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

/// The shortest lease: a worker renews it four times in that time.
const SHORTEST_LEASE: Duration = Duration::from_secs(1);

/// `[ledger]`.
pub struct SharedLedger {
    /// The address of the database, or where it is found.
    pub url: UrlFrom,
    /// The address, once it was fetched: a command may ask a person.
    pub(in crate::campaign) fetched: OnceLock<String>,
    /// The schema of its tables.
    pub schema: String,
    /// The only certificate authority to trust, in PEM, relative to the campaign's folder.
    pub ca_file: Option<PathBuf>,
    /// How long a claim outlives the last sign of its worker.
    pub lease: Duration,
}

/// The address of the database, or its source.
pub enum UrlFrom {
    /// The address itself, without a password.
    Here(String),
    /// A source outside of the file.
    Secret(SecretFrom),
}

/// Reads the table; `None` if something is wrong or missing, which is reported.
pub(super) fn read(table: &Table) -> Option<SharedLedger> {
    let url = url(table);
    let schema = table.text("schema").unwrap_or_else(|| DEFAULT_SCHEMA.to_owned());
    let first = |c: char| c.is_ascii_lowercase() || c == '_';
    if !schema.starts_with(first) || schema.len() > 63 || !schema.chars().all(|c| first(c) || c.is_ascii_digit()) {
        let help = "write a name of small letters, digits and _, or leave it out for openletter";
        table.reject("schema", "[ledger] schema is not a name", help);
    }
    let ca_file = table.text("ca_file").map(PathBuf::from);
    let lease = table.duration("lease").unwrap_or(DEFAULT_LEASE);
    if lease < SHORTEST_LEASE {
        table.reject("lease", "[ledger] lease must be 1s or more", "leave it out for 60s");
    }
    Some(SharedLedger { url: url?, fetched: OnceLock::new(), schema, ca_file, lease })
}

fn url(table: &Table) -> Option<UrlFrom> {
    const HELP: &str = "write url = { env = \"OPENLETTER_LEDGER\" }; the source is env, command or file. Only an address \
        without a password may be here: url = \"postgres://user@host/database\"";
    if !table.has("url") {
        table.missing("url", "{ env = \"OPENLETTER_LEDGER\" }");
        return None;
    }
    let pairs = table.pairs_quietly("url").map(|pairs| pairs.into_iter().collect::<Vec<_>>());
    let found = match pairs.as_deref() {
        Some([(key, value)]) if key == "env" => Some(UrlFrom::Secret(SecretFrom::Env(value.clone()))),
        Some([(key, value)]) if key == "command" => Some(UrlFrom::Secret(SecretFrom::Command(value.clone()))),
        Some([(key, value)]) if key == "file" => Some(UrlFrom::Secret(SecretFrom::File(value.into()))),
        Some(_) => None,
        None => table.text_quietly("url").filter(|url| is_without_password(url)).map(UrlFrom::Here),
    };
    if found.is_none() {
        table.reject("url", "[ledger] url must be a postgres:// address without a password, or say where it is", HELP);
    }
    found
}

/// Whether this is an address without a password. What cannot be told apart from one is refused.
fn is_without_password(url: &str) -> bool {
    let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
    let Some(rest) = rest else { return false };
    let (address, options) = rest.split_once('?').unwrap_or((rest, ""));
    let user = address.rsplit_once('@').map_or("", |(user, _)| user);
    !user.contains(':') && !options.to_ascii_lowercase().contains("passw")
}

#[cfg(test)]
mod tests {
    use super::is_without_password;

    #[test]
    fn an_address_with_a_password_is_recognised() {
        for url in
            ["postgres://host/base", "postgresql://ada@host:5432/base?sslmode=require", "postgres:///base?host=/run/x"]
        {
            assert!(is_without_password(url), "{url}");
        }
        for url in [
            "postgres://ada:secret@host/base",
            "postgres://ada:sec@ret@host/base",
            "postgres://ada@host/base?password=secret",
            "host=db password=secret",
            "mysql://host/base",
        ] {
            assert!(!is_without_password(url), "{url}");
        }
    }
}
