//! A PostgreSQL server in a temporary folder, on a port of loopback, which ends with the test.
//!
//! It must never use a server or a folder that exists on the machine.

use crate::relay::certificates::Authority;
use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(super) const PASSWORD: &str = "Heron-lamp-86-orange";

/// The account that the server runs as: it refuses to run as root.
const ACCOUNT: &str = "nobody";

/// A running server.
pub(super) struct Server {
    home: TempDir,
    programs: PathBuf,
    port: u16,
    authority: String,
    settings: Vec<String>,
    child: Mutex<Option<Child>>,
    schemas: AtomicU32,
}

/// The server that tests share while any of them needs it.
pub(super) fn shared() -> Arc<Server> {
    static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(server) = shared.upgrade() {
        return server;
    }
    // Nothing is lost here by a power failure.
    let server = Arc::new(Server::start(&["fsync=off"]));
    *shared = Arc::downgrade(&server);
    server
}

impl Server {
    /// A server with these settings.
    ///
    /// # Panics
    /// There is no PostgreSQL here.
    pub(super) fn start(settings: &[&str]) -> Server {
        let programs = programs().expect(
            "PostgreSQL is not installed (initdb is neither in PATH nor in /usr/lib/postgresql), and the feature postgres cannot \
             be tested without it: install Debian's package postgresql, or run .ci/postgres, which does",
        );
        let home = tempfile::tempdir().expect("a temporary folder");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let [authority, certificate, key] = Authority::new().files();
        let server = Server {
            home,
            authority,
            programs,
            port: port.expect("a free port").port(),
            settings: settings.iter().map(|setting| (*setting).to_owned()).collect(),
            child: Mutex::default(),
            schemas: AtomicU32::new(1),
        };
        server.own(server.home.path());
        for (name, text) in [("password", PASSWORD), ("server.pem", &certificate), ("server.key", &key)] {
            server.write(name, text);
        }
        let made = server
            .command("initdb")
            .args(["--no-sync", "--username=letters", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"])
            .arg(format!("--pwfile={}", server.file("password").display()))
            .arg("--pgdata")
            .arg(server.file("data"))
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        server.go_on();
        server
    }

    /// Gives a file to the account that the server runs as.
    fn own(&self, path: &Path) {
        if is_root() {
            let (user, group) = account();
            chown(path, Some(user), Some(group)).expect("given");
        }
    }

    /// Writes a file that only the server can read.
    fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("private");
        self.own(&path);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A program of PostgreSQL. Root runs it as somebody else.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() { as_account(program) } else { Command::new(program) };
        command.current_dir(self.home.path()).stdin(Stdio::null()).env("LC_ALL", "C");
        command
    }

    /// Starts the server again, and waits until it answers.
    pub(super) fn go_on(&self) {
        let log = fs::File::options().create(true).append(true).open(self.file("log")).expect("a log");
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.file("data")).args(["-p", &self.port.to_string()]);
        command.args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "shared_buffers=16MB",
        ]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("the server starts");
        *self.child.lock().expect("no panic") = Some(child);
        let start = Instant::now();
        while postgres::Client::connect(&self.url(), postgres::NoTls).is_err() {
            assert!(start.elapsed() < Duration::from_secs(60), "{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The authority that signed its certificate.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// What the server says.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.file("log")).unwrap_or_default()
    }

    /// Stops the server: its sessions end.
    pub(super) fn stop(&self) {
        self.end("INT");
    }

    /// Ends the server as a crash would: nothing more is written.
    pub(super) fn crash(&self) {
        self.end("QUIT");
    }

    /// From its next start the server follows another one, which is not there.
    pub(super) fn become_standby(&self) {
        self.write("data/standby.signal", "");
    }

    fn end(&self, signal: &str) {
        let Some(mut child) = self.child.lock().expect("no panic").take() else { return };
        let sent = Command::new("kill").args([&*format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.expect("a signal").success());
        child.wait().expect("it ends");
    }

    /// The address of the database, with the password.
    pub(super) fn url(&self) -> String {
        format!("postgres://letters:{PASSWORD}@127.0.0.1:{}/postgres", self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// A name for a schema that no other test has.
    pub(super) fn new_schema(&self) -> String {
        format!("letters_{}", self.schemas.fetch_add(1, Ordering::Relaxed))
    }

    /// A connection to a campaign's schema.
    #[track_caller]
    pub(super) fn connect(&self, schema: &str) -> postgres::Client {
        let mut client = postgres::Client::connect(&self.url(), postgres::NoTls).expect("a connection");
        client.batch_execute(&format!("SET search_path = {schema}")).expect("a schema");
        client
    }

    /// Runs a statement in another database.
    #[track_caller]
    pub(super) fn sql_in(&self, database: &str, sql: &str) {
        let url = self.url().replace("/postgres", &format!("/{database}"));
        let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("a connection");
        client.batch_execute(sql).expect(sql);
    }

    /// Runs a statement in a campaign's schema. Returns the first column of its rows, as texts.
    #[track_caller]
    pub(super) fn sql(&self, schema: &str, sql: &str) -> Vec<String> {
        let rows = self.connect(schema).simple_query(sql).expect(sql);
        let text = |row| match row {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        rows.into_iter().filter_map(text).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end("QUIT");
    }
}

/// The folder of PostgreSQL's programs: the newest one of Debian, which has none of them in PATH.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    folders.extend(versions.into_iter().rev().map(|version| version.join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A program that root runs as the account, which may still write to a /dev/null that only root can write to.
fn as_account(program: impl AsRef<OsStr>) -> Command {
    let (user, group) = account();
    let mut command = Command::new("setpriv");
    command.args([&*format!("--reuid={user}"), &*format!("--regid={group}"), "--clear-groups"]);
    command.args(["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]).arg(program);
    command
}

/// The ids of the account and of its group.
fn account() -> (u32, u32) {
    let accounts = fs::read_to_string("/etc/passwd").expect("accounts");
    let line = accounts.lines().find(|line| line.split(':').next() == Some(ACCOUNT)).expect(ACCOUNT);
    let ids: Vec<u32> = line.split(':').skip(2).take(2).map(|id| id.parse().expect("an id")).collect();
    (ids[0], ids[1])
}
