//! One session with the scripted relay: every step, and every way it can fail.

mod early;
mod flight;
mod idle;
mod secrets;
mod stages;
mod tls;
mod unending;

use crate::relay::Relay;
use openletter::message::Envelope;
use openletter::message::reply::Reply;
use openletter::relay::{Login, Offer, Pipelining, Proof, RelayError, Secret, Session, Settings, Tls};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Long enough for any machine.
const LONG: Duration = Duration::from_secs(30);

const LETTER: &[u8] = b"Subject: Not entertainment\r\n\r\nDear Ms. Okafor:\r\n";

/// How a test reaches its relay: in clear, on loopback.
fn settings(relay: &Relay) -> Settings {
    Settings {
        host: "127.0.0.1".into(),
        port: relay.port(),
        tls: Tls::None,
        ca_file: None,
        login: None,
        pipelining: Pipelining::Letter,
        timeout: LONG,
        dot_timeout: LONG,
        hello: "example.org".into(),
    }
}

/// The same with TLS and a login, trusting only the relay's authority. The folder must outlive the settings.
fn protected(relay: &Relay, tls: Tls, folder: &tempfile::TempDir) -> Settings {
    let ca_file: PathBuf = folder.path().join("relay-ca.pem");
    fs::write(&ca_file, relay.ca_pem()).expect("a file");
    Settings { host: "localhost".into(), tls, ca_file: Some(ca_file), login: login(), ..settings(relay) }
}

fn login() -> Option<Login> {
    Some(Login { username: "desk".into(), proof: Proof::Password(Secret::new("open-sesame").into()) })
}

fn envelope() -> Envelope {
    Envelope {
        from: "bounces@example.org".parse().expect("an address"),
        to: "ada.okafor@northlight.example".parse().expect("an address"),
    }
}

/// Offers a letter and, where it is wanted, hands it over.
fn send(session: &mut Session, letter: &[u8]) -> Result<Reply, RelayError> {
    Ok(match session.offer(&envelope(), letter.len() as u64)? {
        Offer::Ready => session.content(letter),
        Offer::Refused(reply) => reply,
        Offer::TooLarge(answer) => Reply::Deferred(answer),
        Offer::Closed => panic!("the relay has closed the session"),
    })
}

/// What comes of connecting and sending one letter, in a line.
fn outcome(settings: &Settings) -> String {
    let describe = |error: RelayError| {
        let name = format!("{error:?}").split([' ', '{']).next().unwrap_or_default().to_string();
        let code = error.answer().and_then(|answer| answer.code);
        code.map_or(format!("error {name}"), |code| format!("error {name} {code}"))
    };
    let mut session = match Session::connect(settings) {
        Ok(session) => session,
        Err(error) => return describe(error),
    };
    let reply = match send(&mut session, LETTER) {
        Ok(reply) => reply,
        Err(error) => return describe(error),
    };
    let verdict = match &reply {
        Reply::Accepted(_) => "accepted",
        Reply::Deferred(_) => "deferred",
        Reply::Rejected(_) => "rejected",
        Reply::Unknown(_) => "unknown",
    };
    let code = reply.answer().code.map_or(String::new(), |code| format!(" {code}"));
    let state = if session.is_usable() { "usable" } else { "closed" };
    format!("{verdict} at {}{code}, {state}", reply.answer().stage.name())
}
