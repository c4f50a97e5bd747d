//! Runs a session with a relay that replies with arbitrary bytes.
//!
//! The first byte says whether the session logs in and whether it may pipeline; the rest are replies, separated by 0x00,
//! one for each time that the client waits. After the last one the relay closes the connection. The
//! session must end, it must never name a secret, and a letter may count as accepted only if the reply to its final dot
//! is a `250`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use openletter::message::Envelope;
use openletter::message::reply::Reply;
use openletter::relay::{Credential, Login, Offer, Pipelining, Proof, Secret, Session, Settings, Tls};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const LETTER: &[u8] = b"Subject: Hello\r\n\r\nDear Ms. Okafor:\r\n..\r\n";
/// The end of a letter's content.
const DOT: &[u8] = b"\r\n.\r\n";
const USERNAME: &str = "letters@lantern.example";
const PASSWORD: &str = "Kestrel-quay-41-violet";
/// How long the session waits for a reply. Without one, four waits and the end must fit into `PATIENCE`.
const TIMEOUT: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves one connection. Returns the replies to final dots, in order; `None` is a closed connection.
fn serve(mut stream: TcpStream, data: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut replies = data.split(|byte| *byte == 0);
    let mut after_dots = Vec::new();
    // The session may close the connection at any time.
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = replies.next().map(|greeting| stream.write_all(greeting));
    let mut buffer = [0; 4096];
    while let Ok(1..) = stream.read(&mut buffer).inspect(|size| {
        if buffer[..*size].ends_with(DOT) {
            after_dots.push(None);
        }
    }) {
        let Some(reply) = replies.next() else { break };
        if let Some(last) = after_dots.last_mut().filter(|last| last.is_none()) {
            *last = Some(reply.to_vec());
        }
        if stream.write_all(reply).is_err() {
            break;
        }
    }
    after_dots
}

/// Whether these bytes begin with a complete reply whose lines all have the code 250.
fn is_250(reply: &[u8]) -> bool {
    for line in reply.split_inclusive(|byte| *byte == b'\n') {
        if !line.starts_with(b"250") || !line.ends_with(b"\n") {
            return false;
        }
        if line.get(3) != Some(&b'-') {
            return true;
        }
    }
    false
}

/// Sends up to three letters. Returns for each final dot whether the session counts the letter as accepted.
fn session(settings: &Settings, texts: &mut Vec<String>) -> Vec<bool> {
    let mut accepted = Vec::new();
    let mut session = match Session::connect(settings) {
        Ok(session) => session,
        Err(error) => {
            texts.push(format!("{error} {error:?}"));
            return accepted;
        }
    };
    let envelope = Envelope {
        from: "bounces@lantern.example".parse().expect("an address"),
        to: "ceo@northlight.example".parse().expect("an address"),
    };
    for _ in 0..3 {
        if !session.is_usable() {
            break;
        }
        match session.offer(&envelope, LETTER.len() as u64) {
            Ok(Offer::Ready) => {
                let reply = session.content(LETTER);
                texts.push(format!("{reply:?}"));
                accepted.push(matches!(reply, Reply::Accepted(_)));
            }
            Ok(Offer::Refused(reply)) => {
                assert!(!matches!(reply, Reply::Accepted(_)), "accepted without its content");
                texts.push(format!("{reply:?}"));
            }
            Ok(other) => {
                texts.push(format!("{other:?}"));
                break;
            }
            Err(error) => {
                texts.push(format!("{error} {error:?}"));
                break;
            }
        }
    }
    session.quit();
    accepted
}

fuzz_target!(|data: &[u8]| {
    let [choice, replies @ ..] = data else { return };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
    let port = listener.local_addr().expect("an address").port();
    let login = (choice & 1 == 1).then(|| Login {
        username: USERNAME.into(),
        proof: Proof::Password(Credential::new(|| Ok(Secret::new(PASSWORD)))),
    });
    let settings = Settings {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        ca_file: None,
        login,
        pipelining: if choice & 2 == 0 { Pipelining::Letter } else { Pipelining::Never },
        timeout: TIMEOUT,
        dot_timeout: TIMEOUT,
        hello: "example.org".into(),
    };
    #[allow(clippy::disallowed_methods, reason = "a session must end in time")]
    let start = Instant::now();
    let mut texts = Vec::new();
    let (accepted, after_dots) = thread::scope(|scope| {
        let relay = scope.spawn(|| listener.accept().map(|(stream, _)| serve(stream, replies)));
        let accepted = session(&settings, &mut texts);
        // Connect, so that the relay does not wait forever if the session did not.
        if !relay.is_finished() {
            let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        }
        (accepted, relay.join().expect("the relay does not panic").unwrap_or_default())
    });
    assert!(start.elapsed() < PATIENCE, "the session does not end");
    let said = after_dots.iter().filter(|reply| reply.as_deref().is_some_and(is_250)).count();
    let believed = accepted.iter().filter(|accepted| **accepted).count();
    assert!(believed <= said, "{believed} letters count as accepted, {said} were");
    for text in texts {
        assert!(!text.contains(PASSWORD), "the password is in: {text}");
    }
});
