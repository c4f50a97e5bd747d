//! Reads `[relay]`, or several `[[relay]]`: how to reach the relay, how to log in, and how fast to send.
//!
//! ```toml
//! host = "smtp.example.org"
//! port = 465                  # 465 means implicit TLS, 587 STARTTLS; any other port needs `tls`
//! tls = "implicit"            # implicit, starttls, none (loopback only)
//! ca_file = "relay-ca.pem"    # trusted instead of the machine's own authorities
//! username = "letters@example.org"
//! password = { env = "…" }    # or { command = "…" }, { file = "…" }; never the password itself; without it `send` asks
//! token = { command = "…" }   # instead of a password, for XOAUTH2; the same three sources
//! connections = 1             # at once, up to 50
//! per_connection = 100        # letters per connection
//! rate = "30/min"             # over all connections; per s, min or h
//! rate_per_domain = "5/min"   # the same for each domain of recipients
//! timeout = "60s"             # for each step
//! pipelining = true           # false for a relay that offers PIPELINING but fails with it
//! pipeline_next = false       # true to send the next letter's commands with a letter
//! ```
//!
//! With several `[[relay]]`, the rates are in `[sending]`, and each relay may also have:
//!
//! ```toml
//! name = "second account"     # its host without it
//! weight = 1                  # its share of the connections; as many as its `connections` without it
//! ```
//!
//! Nothing here is a secret, and a secret written here by mistake must never be shown.

use crate::campaign::keys::Table;
use crate::diagnostics::spans::{file_text, spans};
use crate::relay::{Login, Pipelining, Proof, Tls, is_this_machine};
use std::path::PathBuf;
use std::time::Duration;

/// Relays refuse more connections from one client, and each is a thread.
const MOST_CONNECTIONS: u32 = 50;

const MOST_WEIGHT: u32 = 1000;

/// `[relay]`, or every `[[relay]]`.
pub struct Relays {
    /// The relays: one or more.
    pub all: Vec<Relay>,
    /// The pause between two letters that keeps `rate`, over all connections.
    pub pause: Option<Duration>,
    /// The pause between two letters to addresses of one domain that keeps `rate_per_domain`, over all connections.
    pub pause_per_domain: Option<Duration>,
}

/// One relay.
pub struct Relay {
    /// Its name in reports and in the ledger.
    pub name: String,
    /// Its share of the connections, in proportion to those of the other relays.
    pub weight: u32,
    /// Its host name or IP address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// The only certificate authority to trust, in PEM, relative to the campaign's folder.
    pub ca_file: Option<PathBuf>,
    /// The user name, and the password or token.
    pub login: Option<Login<SecretFrom>>,
    /// The number of connections at once.
    pub connections: u32,
    /// The number of letters sent through one connection.
    pub per_connection: u32,
    /// How PIPELINING is used where the relay offers it.
    pub pipelining: Pipelining,
    /// How long to wait for a reply, except for the reply to the final dot.
    pub timeout: Duration,
}

/// The source of a secret, never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFrom {
    /// An environment variable.
    Env(String),
    /// The first line a command prints.
    Command(String),
    /// Typed at the terminal.
    Terminal,
    /// The first line of a file that only its owner can read, relative to the campaign's folder.
    File(PathBuf),
}

/// Reads `[relay]` or every `[[relay]]`; `None` if there is none, or if something required is wrong or missing, which is reported.
pub(super) fn read(root: &Table) -> Option<Relays> {
    let (tables, are_several) = root.one_or_several("relay");
    let sending = root.table("sending");
    let relays: Vec<Option<Relay>> = tables.iter().map(|table| read_one(table, are_several)).collect();
    if are_several {
        relays.iter().enumerate().for_each(|(at, _)| refuse_twins(&tables[at], &relays[..=at]));
    }
    let rates = |table: &Table| (pause(table, "rate"), pause(table, "rate_per_domain"));
    let (mut pause, mut pause_per_domain) = rates(&sending);
    if let ([table], false) = (tables.as_slice(), are_several) {
        if sending.exists() {
            let help = "write rate and rate_per_domain in [relay], and remove [sending]";
            sending.reject("rate", "[sending] is for several [[relay]], and there is one [relay]", help);
        }
        (pause, pause_per_domain) = rates(table);
    }
    for (table, key) in
        tables.iter().filter(|_| are_several).flat_map(|table| [(table, "rate"), (table, "rate_per_domain")])
    {
        table.refuse_key(key, "a rate holds for all relays together", "write it in a table of its own, [sending]");
    }
    sending.finish();
    tables.into_iter().for_each(Table::finish);
    let all: Vec<Relay> = relays.into_iter().collect::<Option<_>>()?;
    (!all.is_empty()).then_some(Relays { all, pause, pause_per_domain })
}

/// Refuses the last of these relays if an earlier one is the same, or has the same name.
fn refuse_twins(table: &Table, relays: &[Option<Relay>]) {
    let Some((Some(last), earlier)) = relays.split_last() else { return };
    let user = |relay: &Relay| relay.login.as_ref().map(|login| login.username.clone());
    for other in earlier.iter().flatten() {
        if other.host.eq_ignore_ascii_case(&last.host) && (other.port, user(other)) == (last.port, user(last)) {
            let what = "two [[relay]] have the same host, port and username";
            table.reject("host", what, "remove one of them; `connections` sets how many connections a relay gets");
        } else if other.name == last.name {
            let key = if table.has("name") { "name" } else { "host" };
            let what = spans!["two [[relay]] are called \"", file_text(&*last.name), "\""];
            table.reject(key, what, "add a `name` of its own to each: it is shown for the letters that it gets");
        }
    }
}

fn read_one(table: &Table, are_several: bool) -> Option<Relay> {
    let host = table.required("host");
    let name = if are_several { table.text("name") } else { None }.unwrap_or_else(|| host.clone());
    let port = match table.number("port").map(u16::try_from) {
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => {
            table.reject("port", "[relay] port must be from 1 to 65535", "write port = 465 or port = 587");
            None
        }
        None => Some(465),
    };
    let words = [("implicit", Tls::Implicit), ("starttls", Tls::StartTls), ("none", Tls::None)];
    let tls = match (table.choice("tls", &words), port) {
        (Some(tls), _) => Some(tls),
        (None, Some(465)) => Some(Tls::Implicit),
        (None, Some(587)) => Some(Tls::StartTls),
        (None, Some(_)) if !table.has("tls") => {
            table.missing("tls", "\"implicit\"");
            None
        }
        (None, _) => None,
    };
    if tls == Some(Tls::None) && !host.is_empty() && !is_this_machine(&host) {
        table.reject(
            "tls",
            "[relay] tls = \"none\" sends the letters without TLS, and `host` is not this machine",
            "write tls = \"implicit\" (port 465) or \"starttls\" (port 587); \"none\" is only for localhost and 127.0.0.1",
        );
    }
    let connections = table.number("connections").unwrap_or(1);
    if !(1..=MOST_CONNECTIONS).contains(&connections) {
        table.reject(
            "connections",
            spans!["[relay] connections must be from 1 to ", MOST_CONNECTIONS],
            "leave it out for 1",
        );
    }
    let weight = if are_several { table.number("weight") } else { None }.unwrap_or(connections);
    if !(1..=MOST_WEIGHT).contains(&weight) {
        table.reject(
            "weight",
            spans!["[relay] weight must be from 1 to ", MOST_WEIGHT],
            "leave it out for the same share",
        );
    }
    let per_connection = table.number("per_connection").unwrap_or(100);
    if per_connection == 0 {
        table.reject("per_connection", "[relay] per_connection must be at least 1", "leave it out for 100");
    }
    let ca_file = table.text("ca_file").map(PathBuf::from);
    let login = login(table);
    let timeout = table.duration("timeout").unwrap_or(Duration::from_secs(60));
    let pipelining = match (table.boolean("pipelining"), table.boolean("pipeline_next")) {
        (Some(false), Some(true)) => {
            table.reject("pipeline_next", "[relay] pipeline_next needs PIPELINING", "leave out pipelining = false");
            Pipelining::Never
        }
        (Some(false), _) => Pipelining::Never,
        (_, Some(true)) => Pipelining::Next,
        _ => Pipelining::Letter,
    };
    // All keys must be read before the early return: a key that is not read is reported as unknown.
    let (port, tls) = (port?, tls?);
    Some(Relay { name, weight, host, port, tls, ca_file, login, connections, per_connection, pipelining, timeout })
}

fn login(table: &Table) -> Option<Login<SecretFrom>> {
    let username = table.text("username");
    let password = secret(table, "password", "{ env = \"OPENLETTER_PASSWORD\" }").map(Proof::Password);
    let token = secret(table, "token", "{ command = \"…\" }").map(Proof::Token);
    let (has_password, has_token) = (table.has("password"), table.has("token"));
    if has_password && has_token {
        table.reject("token", "[relay] has both a password and a token", "leave one of them out");
    }
    match (username, password.or(token)) {
        (Some(username), Some(proof)) => return Some(Login { username, proof }),
        (Some(username), None) if !has_password && !has_token => {
            return Some(Login { username, proof: Proof::Password(SecretFrom::Terminal) });
        }
        (None, Some(_)) => table.missing("username", "\"letters@example.org\""),
        _ => {}
    }
    None
}

/// The source of a secret.
fn secret(table: &Table, key: &'static str, example: &'static str) -> Option<SecretFrom> {
    if !table.has(key) {
        return None;
    }
    let pairs = table.pairs_quietly(key);
    let source = pairs.and_then(|pairs| match pairs.into_iter().collect::<Vec<_>>().as_slice() {
        [(key, value)] if key == "env" => Some(SecretFrom::Env(value.clone())),
        [(key, value)] if key == "command" => Some(SecretFrom::Command(value.clone())),
        [(key, value)] if key == "file" => Some(SecretFrom::File(value.into())),
        _ => None,
    });
    if source.is_none() {
        table.reject(
            key,
            spans!["[relay] ", key, " must say where the ", key, " is, not what it is"],
            spans!["write ", key, " = ", example, "; the source is env, command or file"],
        );
    }
    source
}

/// The pause between two letters that keeps a rate.
fn pause(table: &Table, key: &'static str) -> Option<Duration> {
    let rate = table.text(key)?;
    let pause = parse_rate(&rate);
    if pause.is_none() {
        let help = spans!["write ", key, " = \"30/min\" or \"2/s\""];
        table.reject(key, spans![table.path(key), " cannot be \"", file_text(rate), "\""], help);
    }
    pause
}

/// The pause that keeps a rate such as "30/min", "2/s" or "1000/h".
fn parse_rate(rate: &str) -> Option<Duration> {
    let (number, unit) = rate.split_once('/')?;
    let number: u32 = number.trim().parse().ok().filter(|number| (1..=1_000_000).contains(number))?;
    let span = match unit.trim() {
        "s" | "sec" | "second" => 1,
        "min" | "m" | "minute" => 60,
        "h" | "hour" => 3600,
        _ => return None,
    };
    Some(Duration::from_secs(span) / number)
}
