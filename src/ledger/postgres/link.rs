//! The connection to the database: its address, TLS, and what is done when it is lost.
//!
//! Without TLS only this machine is reached. The password must never be in a message. After a lost connection nothing may go on
//! with a database that is not the same one: a restored or promoted one may lack claims.

#![allow(clippy::disallowed_methods, reason = "waiting for a server needs a clock of its own")]

use super::super::error::LedgerError;
use super::super::place::Shared;
use super::super::records::Outages;
use super::value::Value;
use crate::message::host::is_this_machine;
use crate::text::redact::Redactor;
use postgres::config::{Host, SslMode, TargetSessionAttrs};
use postgres::error::SqlState;
use postgres::{Client, Config, Error, Row, SimpleQueryMessage, Statement};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fmt, io, thread};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long to wait for a connection, and for an answer on one that may be cut.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How long to try to get a lost connection back.
const PATIENCE: Duration = Duration::from_secs(60);

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// From which time on a statement is run prepared.
const OFTEN: u32 = 4;

/// Identifies the database: the cluster, its timeline, the database in it and its tables. A copy, a restored dump and a standby
/// that took over have another identity.
const IDENTITY: &str = "SELECT (SELECT system_identifier FROM pg_control_system())::text
     || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
     || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database())
     || ' ' || coalesce(to_regclass('campaign')::oid::text, '')";

/// A connection that is opened again when it is lost.
pub(super) struct Link {
    config: Config,
    tls: MakeRustlsConnect,
    schema: String,
    /// The ledger's name in messages.
    pub(super) name: PathBuf,
    redactor: Redactor,
    pub(super) outages: Outages,
    /// The identity of the database.
    pub(super) server: String,
    session: Session,
}

/// An open connection.
pub(super) struct Session {
    pub(super) client: Client,
    /// How often a statement was run, until it is prepared.
    run: HashMap<&'static str, u32>,
    prepared: HashMap<&'static str, Statement>,
}

impl Session {
    /// Runs a statement in one round trip. One that is run often is prepared: that takes another round trip, and from then on the
    /// server need not parse it.
    pub(super) fn query(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        if let Some(statement) = self.prepared.get(sql) {
            return self.client.query(statement, &values.iter().map(|value| value.typed().0).collect::<Vec<_>>());
        }
        let run = self.run.entry(sql).or_default();
        *run += 1;
        if *run == OFTEN {
            let statement = self.client.prepare(sql)?;
            self.prepared.insert(sql, statement);
            return self.query(sql, values);
        }
        self.client.query_typed(sql, &values.iter().map(|value| value.typed()).collect::<Vec<_>>())
    }

    /// Makes the settings of every session, all or none. Returns the identity of the database.
    fn set_up(&mut self, schema: &str) -> Result<String, Error> {
        // Whatever the server's defaults are: a claim that a power failure takes back would let a letter go twice.
        let said = self.client.simple_query(&format!(
            "SET search_path = \"{schema}\"; SET synchronous_commit = on; SET default_transaction_isolation = 'read committed';
             SET statement_timeout = '60s'; SET client_min_messages = warning; SET timezone = 'UTC'; {IDENTITY}"
        ))?;
        let identity = said.iter().find_map(|said| match said {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        Ok(identity.unwrap_or_default().to_owned())
    }
}

impl fmt::Debug for Link {
    /// Shows the name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link {{ {} }}", self.name.display())
    }
}

impl Link {
    /// Connects, without a second try.
    pub(super) fn open(shared: &Shared) -> Result<Link, LedgerError> {
        let invalid = |name: &Path, why: &str| LedgerError::Unreachable { path: name.to_owned(), why: why.to_owned() };
        // What is wrong in the address could be a part of the password.
        let unnamed = Path::new("[ledger]");
        let url = shared
            .url
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        let mut config: Config = url.parse().map_err(|_| invalid(unnamed, "its address is not a postgres:// URL"))?;
        // The rest of the password would be taken for the host, and named.
        if config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(host) if host.contains('@'))) {
            return Err(invalid(unnamed, "in its address, write @ in a user or a password as %40"));
        }
        let name = name(&config, &shared.schema);
        match (config.get_ssl_mode(), is_local(&config)) {
            (SslMode::Prefer, true) => drop(config.ssl_mode(SslMode::Disable)),
            (SslMode::Prefer, false) => drop(config.ssl_mode(SslMode::Require)),
            (SslMode::Disable, false) => {
                return Err(invalid(
                    &name,
                    "sslmode=disable would send the password and the ledger in clear to another machine",
                ));
            }
            _ => {}
        }
        config
            .application_name("openletter")
            // A standby keeps no claims.
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(TIMEOUT)
            .tcp_user_timeout(TIMEOUT)
            .keepalives_idle(Duration::from_secs(5))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(2);
        let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
        let written = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
        let written = written.and_then(|user| user.split_once(':')).map(|(_, password)| password.to_owned());
        let redactor = Redactor::new(&password.into_iter().chain(written).collect::<Vec<_>>());
        let tls = MakeRustlsConnect::new(tls(shared.ca_file.as_deref()).map_err(|error| {
            let file = shared.ca_file.as_deref().unwrap_or(Path::new("ca_file")).display();
            invalid(&name, &format!("ca_file {file}: {error}"))
        })?);
        let mut session = connect(&config, &tls).map_err(|error| invalid(&name, &redactor.clean(&words(&error))))?;
        let server = session.set_up(&shared.schema).map_err(|error| {
            let allow = match error.code() {
                Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    "; a superuser can allow it: GRANT EXECUTE ON FUNCTION pg_control_system, pg_current_wal_lsn, pg_walfile_name TO …"
                }
                _ => "",
            };
            invalid(&name, &format!("{}{allow}", redactor.clean(&words(&error))))
        })?;
        Ok(Link {
            config,
            tls,
            schema: shared.schema.clone(),
            name,
            redactor,
            outages: Outages::default(),
            server,
            session,
        })
    }

    /// Does something with the connection. If that is lost, it is opened again and the same is done once more: then `work` gets
    /// true, since the first time may have been committed.
    pub(super) fn run<T>(
        &mut self,
        doing: &'static str,
        mut work: impl FnMut(&mut Session, bool) -> Result<T, Error>,
    ) -> Result<T, LedgerError> {
        let mut again = false;
        loop {
            match work(&mut self.session, again) {
                Ok(done) => return Ok(done),
                Err(error) if is_lost(&error) => self.reconnect()?,
                // The transaction was undone.
                Err(error) if error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED) => {}
                Err(error) => {
                    let why = self.redactor.clean(&words(&error));
                    return Err(LedgerError::Database { doing, path: self.name.clone(), why });
                }
            }
            again = true;
        }
    }

    /// Does something that cannot be done again: if the connection is lost, that is an error.
    pub(super) fn run_once<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&mut Session) -> Result<T, Error>,
    ) -> Result<T, LedgerError> {
        let done = work(&mut self.session);
        done.map_err(|error| {
            let why = self.redactor.clean(&words(&error));
            LedgerError::Database { doing, path: self.name.clone(), why }
        })
    }

    /// Does something if the connection is open, or can be opened again at once. Whether it is done.
    pub(super) fn try_once(&mut self, work: impl FnOnce(&mut Session) -> Result<(), Error>) -> bool {
        if self.session.client.is_closed() {
            let Ok(mut session) = connect(&self.config, &self.tls) else { return false };
            if !session.set_up(&self.schema).is_ok_and(|server| server == self.server) {
                return false;
            }
            self.session = session;
        }
        work(&mut self.session).is_ok()
    }

    /// Opens the connection again, for as long as there is patience.
    fn reconnect(&mut self) -> Result<(), LedgerError> {
        let since = Instant::now();
        let mut is_reported = false;
        loop {
            let why;
            match connect(&self.config, &self.tls) {
                Ok(mut session) => match session.set_up(&self.schema) {
                    Ok(server) if server == self.server => {
                        self.session = session;
                        if is_reported {
                            self.outages.set("The database can be reached again; going on.".to_owned());
                        }
                        return Ok(());
                    }
                    Ok(_) => {
                        let why = "it was restored, or another server took over, while letters were sent".to_owned();
                        return Err(LedgerError::Database { doing: "go on", path: self.name.clone(), why });
                    }
                    Err(error) => why = words(&error),
                },
                Err(error) if is_lost(&error) => why = words(&error),
                Err(error) => {
                    let why = self.redactor.clean(&words(&error));
                    return Err(LedgerError::Unreachable { path: self.name.clone(), why });
                }
            }
            let why = self.redactor.clean(&why);
            if since.elapsed() > PATIENCE {
                return Err(LedgerError::Unreachable { path: self.name.clone(), why });
            }
            if !std::mem::replace(&mut is_reported, true) {
                let (name, seconds) = (self.name.display(), PATIENCE.as_secs());
                self.outages.set(format!("{name}: the connection was lost ({why}); trying again for {seconds} s."));
            }
            thread::sleep(PAUSE);
        }
    }
}

fn connect(config: &Config, tls: &MakeRustlsConnect) -> Result<Session, Error> {
    let client = config.connect(tls.clone())?;
    Ok(Session { client, run: HashMap::new(), prepared: HashMap::new() })
}

/// Whether nothing leaves this machine.
fn is_local(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(host) => is_this_machine(host),
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// The ledger's name in messages.
fn name(config: &Config, schema: &str) -> PathBuf {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => config.get_hostaddrs().first().map(ToString::to_string).unwrap_or_default(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    PathBuf::from(format!(
        "PostgreSQL at {host}:{port}, database {}, schema {schema}",
        config.get_dbname().unwrap_or("")
    ))
}

/// Trusts the authorities of this machine, or only those in a file.
fn tls(ca_file: Option<&Path>) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
        Some(path) => {
            for der in CertificateDer::pem_slice_iter(&std::fs::read(path)?) {
                roots.add(der.map_err(io::Error::other)?).map_err(io::Error::other)?;
            }
            if roots.is_empty() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the file contains no PEM certificate"));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth())
}

/// Whether the connection is lost, or the server is starting, stopping or full. A statement that failed for another reason would
/// fail again.
fn is_lost(error: &Error) -> bool {
    if let Some(code) = error.code() {
        return ["08", "57P", "53300"].iter().any(|class| code.code().starts_with(class));
    }
    let is_tls = |error: &(dyn std::error::Error + 'static)| {
        error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).is_some_and(|inner| inner.is::<rustls::Error>())
    };
    error.is_closed() || error.source().is_some_and(|source| source.is::<io::Error>() && !is_tls(source))
}

/// An error with its causes, in one line.
fn words(error: &Error) -> String {
    if let Some(error) = error.as_db_error() {
        return error.message().to_owned();
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
