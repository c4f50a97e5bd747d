//! The rehearsal relay: what it accepts, what it refuses, and that it ends.

use super::super::{Offer, Session};
use super::*;
use crate::message::Envelope;
use crate::message::reply::Reply;
use std::io::{BufRead, BufReader};

/// A client that can send anything.
struct Client(BufReader<TcpStream>);

impl Client {
    fn of(rehearsal: &Rehearsal) -> Self {
        let stream = TcpStream::connect(rehearsal.address).expect("a listening relay");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let mut client = Client(BufReader::new(stream));
        assert_eq!(client.read(), "220 localhost rehearsal relay");
        client
    }

    /// Reads the last line of a reply; empty if the relay has closed the connection.
    fn read(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("an answer");
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_string();
            }
        }
    }

    fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).expect("an open connection");
    }

    /// Sends a command and returns the reply code.
    fn command(&mut self, command: &str) -> String {
        self.write(format!("{command}\r\n"));
        self.read().chars().take(3).collect()
    }

    /// Reads these reply codes.
    fn expect<const N: usize>(&mut self, codes: [&str; N]) {
        assert_eq!(codes.map(|_| self.read().chars().take(3).collect::<String>()), codes);
    }

    /// Sends a whole transaction and returns the reply to the message.
    fn message(&mut self, text: impl AsRef<[u8]>) -> String {
        assert_eq!(self.command("MAIL FROM:<desk@example.org>"), "250");
        assert_eq!(self.command("RCPT TO:<ada@northlight.example>"), "250");
        assert_eq!(self.command("DATA"), "354");
        self.write(text);
        self.read()
    }
}

fn envelope() -> Envelope {
    Envelope { from: "desk@example.org".parse().unwrap(), to: "ada@northlight.example".parse().unwrap() }
}

fn send(session: &mut Session, letter: &[u8]) -> Reply {
    assert_eq!(session.offer(&envelope(), letter.len() as u64).expect("a relay"), Offer::Ready);
    session.content(letter)
}

#[test]
fn a_letter_arrives_byte_for_byte_with_its_envelope() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut session = Session::connect(&rehearsal.settings(Duration::from_secs(20), "example.org")).unwrap();
    assert_eq!(session.size_limit(), Some(lines::MESSAGE as u64));
    let large = ".Dots and text.\r\n".repeat(70_000);
    for letter in ["Subject: a\r\n\r\n.\r\n..\r\n.a\r\n\r\n\r\n", "\r\n", &format!("{}\r\n", "x".repeat(998)), &large] {
        assert!(matches!(send(&mut session, letter.as_bytes()), Reply::Accepted(_)));
        let arrival = rehearsal.fetch().expect("the letter");
        assert_eq!(
            (arrival.from.as_str(), &arrival.to[..]),
            ("desk@example.org", &["ada@northlight.example".into()][..])
        );
        assert!(arrival.bytes == letter.as_bytes(), "{arrival:?}");
    }
    session.quit();
    assert!(rehearsal.fetch().is_none());
}

#[test]
fn letters_that_are_not_fetched_are_deferred() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut session = Session::connect(&rehearsal.settings(Duration::from_secs(20), "example.org")).unwrap();
    for _ in 0..MAX_WAITING {
        assert!(matches!(send(&mut session, b"a\r\n"), Reply::Accepted(_)));
    }
    assert!(matches!(send(&mut session, b"b\r\n"), Reply::Deferred(_)));
    assert_eq!(rehearsal.fetch().expect("a letter").bytes, b"a\r\n");
    assert!(matches!(send(&mut session, b"b\r\n"), Reply::Accepted(_)));
}

#[test]
fn every_command_has_its_order_and_its_reply_code() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    for (command, code) in [
        ("MAIL FROM:<a@example.org>", "503"),
        ("EHLO", "501"),
        ("ehlo example.org", "250"),
        ("RCPT TO:<a@example.org>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@example.org", "501"),
        ("MAIL FROM:<>", "501"),
        ("MAIL FROM:<a@example.org> SIZE=70000000", "552"),
        ("MAIL FROM:<a@example.org> SIZE=x", "555"),
        ("MAIL FROM:<a@example.org> SMTPUTF8", "555"),
        ("Mail from:<a@example.org> SIZE=12", "250"),
        ("MAIL FROM:<a@example.org>", "503"),
        ("DATA", "554"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<nobody>", "501"),
        ("RCPT TO:<a@example.org> NOTIFY=NEVER", "555"),
        ("RCPT TO:<a@example.org>", "250"),
        ("DATA now", "501"),
        ("RSET", "250"),
        ("RCPT TO:<a@example.org>", "503"),
        ("AUTH PLAIN", "502"),
        ("GET / HTTP/1.1", "502"),
        ("QUIT \u{e9}", "500"),
        ("QUIT", "221"),
    ] {
        assert_eq!(client.command(command), code, "{command}");
    }
    assert_eq!(client.read(), "", "the connection is closed");
}

#[test]
fn commands_sent_together_are_answered_in_order() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    client.write("EHLO a\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
    client.expect(["250", "250", "250", "354"]);
}

#[test]
fn a_message_that_could_be_read_as_two_is_refused() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    assert_eq!(client.command("EHLO a"), "250");
    for text in
        ["a\n.\nb\r\n.\r\n", "a\r\n.\nb\r\n.\r\n", "a\n.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n.\r\n", "a\r\n.\rb\r\n.\r\n"]
    {
        assert!(client.message(text).starts_with("550 5.6.11"), "{text:?}");
    }
    assert!(rehearsal.fetch().is_none());
    assert_eq!(client.message("a\r\n.b\r\n..\r\n.\r\n"), "250 2.0.0 accepted");
    assert_eq!(rehearsal.fetch().expect("a message").bytes, b"a\r\nb\r\n.\r\n");
}

#[test]
fn lines_that_are_too_long_are_refused_and_the_session_continues() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    assert_eq!(client.command("EHLO a"), "250");
    assert_eq!(client.command(&format!("RSET {}", "x".repeat(9_000))), "500");
    client.write("RSET\n");
    assert!(client.read().starts_with("500"));
    assert!(client.message(format!(".{}\r\n.\r\n", "x".repeat(999))).starts_with("500 5.6.0"));
    assert_eq!(client.message(format!("..{}\r\n.\r\n", "x".repeat(997))), "250 2.0.0 accepted");
    assert!(client.message(format!("{}\r\n.\r\n", "x".repeat(5_000))).starts_with("500 5.6.0"));
    let big = "x".repeat(998) + "\r\n";
    client.write("MAIL FROM:<b@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
    client.expect(["250", "250", "354"]);
    for _ in 0..=lines::MESSAGE / big.len() {
        client.write(&big);
    }
    client.write(".\r\n");
    assert_eq!(client.read(), "552 5.3.4 message too big");
    assert_eq!(client.command("RSET"), "250");
}

#[test]
fn a_session_with_too_many_errors_is_closed() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    for _ in 0..20 {
        assert_eq!(client.command("WHAT"), "502");
    }
    assert!(client.read().starts_with("421"));
    assert_eq!(client.read(), "");
}

#[test]
fn a_connection_too_many_is_refused() {
    let rehearsal = Rehearsal::start().unwrap();
    let _clients: Vec<Client> = (0..MAX_CLIENTS).map(|_| Client::of(&rehearsal)).collect();
    let mut last = BufReader::new(TcpStream::connect(rehearsal.address).unwrap());
    let mut line = String::new();
    last.read_line(&mut line).unwrap();
    assert!(line.starts_with("421"), "{line}");
}

#[test]
fn a_message_without_its_final_dot_is_not_accepted() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    client.write("EHLO a\r\nMAIL FROM:<b@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
    client.expect(["250", "250", "250", "354"]);
    client.write("half a line");
    client.0.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.read(), "", "no answer, and the connection is closed");
    assert!(rehearsal.fetch().is_none());
}

#[test]
fn it_ends_with_its_handle_and_closes_all_connections() {
    let rehearsal = Rehearsal::start().unwrap();
    assert!(rehearsal.address.ip().is_loopback());
    let address = rehearsal.address;
    let mut client = Client::of(&rehearsal);
    drop(rehearsal);
    assert!(TcpStream::connect(address).is_err());
    let mut line = String::new();
    assert!(matches!(client.0.read_line(&mut line), Ok(0) | Err(_)));
}
