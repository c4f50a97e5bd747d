//! The rehearsal relay as a client meets it: what it takes, what it refuses, and that it ends.

use super::super::{Offer, Session};
use super::*;
use crate::message::Envelope;
use crate::message::reply::Reply;
use std::io::{BufRead, BufReader};

/// A client that says whatever it likes.
struct Client(BufReader<TcpStream>);

impl Client {
    fn of(rehearsal: &Rehearsal) -> Self {
        let stream = TcpStream::connect(rehearsal.address).expect("a listening relay");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let mut client = Client(BufReader::new(stream));
        assert_eq!(client.hear(), "220 localhost rehearsal relay");
        client
    }

    /// The last line of a reply; nothing when the relay has gone.
    fn hear(&mut self) -> String {
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

    /// The code that answers a command.
    fn say(&mut self, command: &str) -> String {
        self.write(format!("{command}\r\n"));
        self.hear().chars().take(3).collect()
    }

    /// The codes of so many answers.
    fn expect<const N: usize>(&mut self, codes: [&str; N]) {
        assert_eq!(codes.map(|_| self.hear().chars().take(3).collect::<String>()), codes);
    }

    /// Offers a letter as far as the 354, and gives the whole answer to its text.
    fn message(&mut self, text: impl AsRef<[u8]>) -> String {
        assert_eq!(self.say("MAIL FROM:<desk@example.org>"), "250");
        assert_eq!(self.say("RCPT TO:<ada@northlight.example>"), "250");
        assert_eq!(self.say("DATA"), "354");
        self.write(text);
        self.hear()
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
fn letters_that_nobody_fetches_are_put_off_and_not_piled_up() {
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
fn every_command_has_its_place_and_its_code() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    for (command, code) in [
        ("MAIL FROM:<a@example.org>", "503"),
        ("EHLO", "501"),
        ("ehlo example.org", "250"),
        ("RCPT TO:<a@example.org>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@example.org", "501"),
        ("MAIL FROM:<a@example.org> SIZE=70000000", "552"),
        ("MAIL FROM:<a@example.org> SMTPUTF8", "555"),
        ("Mail from: <a@example.org> SIZE=12 BODY=8bitmime", "250"),
        ("MAIL FROM:<a@example.org>", "503"),
        ("DATA", "554"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<nobody>", "501"),
        ("RCPT TO:<\"a > b\"@example.org>", "250"),
        ("RCPT TO:<@one.example,@two.example:a@example.org>", "250"),
        ("RCPT TO:<Postmaster>", "250"),
        ("RSET", "250"),
        ("RCPT TO:<a@example.org>", "503"),
        ("HELO example.org", "250"),
        ("MAIL FROM:<>", "250"),
        ("NOOP and so on", "250"),
        ("VRFY ada", "252"),
        ("HELP", "214"),
        ("AUTH PLAIN", "502"),
        ("RSET now", "501"),
        ("GET / HTTP/1.1", "500"),
        ("NOOP \u{e9}", "500"),
        ("QUIT", "221"),
    ] {
        assert_eq!(client.say(command), code, "{command}");
    }
    assert_eq!(client.hear(), "", "the connection is closed");
}

#[test]
fn commands_sent_together_are_answered_in_their_order() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    client.write("EHLO a\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
    client.expect(["250", "250", "250", "354"]);
}

#[test]
fn a_message_that_could_be_read_as_two_is_refused_whole() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    assert_eq!(client.say("EHLO a"), "250");
    for text in
        ["a\n.\nb\r\n.\r\n", "a\r\n.\nb\r\n.\r\n", "a\n.\r\nb\r\n.\r\n", "a\r.\r\nb\r\n.\r\n", "a\r\n.\rb\r\n.\r\n"]
    {
        assert!(client.message(text).starts_with("550 5.6.11"), "{text:?}");
    }
    assert!(rehearsal.fetch().is_none());
    assert_eq!(client.message("a\r\n.b\r\n..\r\n.\r\n"), "250 2.0.0 taken");
    assert_eq!(rehearsal.fetch().expect("a message").bytes, b"a\r\nb\r\n.\r\n");
}

#[test]
fn lines_beyond_the_limits_are_refused_and_the_session_goes_on() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    assert_eq!(client.say("EHLO a"), "250");
    assert_eq!(client.say(&format!("NOOP {}", "x".repeat(9_000))), "500");
    client.write("NOOP\n");
    assert!(client.hear().starts_with("500"));
    assert!(client.message(format!(".{}\r\n.\r\n", "x".repeat(999))).starts_with("500 5.6.0"));
    assert_eq!(client.message(format!("..{}\r\n.\r\n", "x".repeat(997))), "250 2.0.0 taken");
    assert!(client.message(format!("{}\r\n.\r\n", "x".repeat(5_000))).starts_with("500 5.6.0"));
    let big = "x".repeat(998) + "\r\n";
    client.write("MAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
    client.expect(["250", "250", "354"]);
    for _ in 0..=lines::MESSAGE / big.len() {
        client.write(&big);
    }
    client.write(".\r\n");
    assert_eq!(client.hear(), "552 5.3.4 message too big");
    assert_eq!(client.say("NOOP"), "250");
}

#[test]
fn a_client_that_only_errs_is_sent_away() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    for _ in 0..20 {
        assert_eq!(client.say("WHAT"), "500");
    }
    assert!(client.hear().starts_with("421"));
    assert_eq!(client.hear(), "");
}

#[test]
fn one_guest_too_many_is_turned_away() {
    let rehearsal = Rehearsal::start().unwrap();
    let _guests: Vec<Client> = (0..MAX_CLIENTS).map(|_| Client::of(&rehearsal)).collect();
    let mut last = BufReader::new(TcpStream::connect(rehearsal.address).unwrap());
    let mut line = String::new();
    last.read_line(&mut line).unwrap();
    assert!(line.starts_with("421"), "{line}");
}

#[test]
fn a_message_cut_off_before_its_dot_is_none() {
    let rehearsal = Rehearsal::start().unwrap();
    let mut client = Client::of(&rehearsal);
    client.write("EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n");
    client.expect(["250", "250", "250", "354"]);
    client.write("half a line");
    client.0.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.hear(), "", "no answer, and the connection is closed");
    assert!(rehearsal.fetch().is_none());
}

#[test]
fn it_ends_with_its_handle_and_takes_its_guests_along() {
    let rehearsal = Rehearsal::start().unwrap();
    assert!(rehearsal.address.ip().is_loopback());
    let address = rehearsal.address;
    let mut client = Client::of(&rehearsal);
    drop(rehearsal);
    assert!(TcpStream::connect(address).is_err());
    let mut line = String::new();
    assert!(matches!(client.0.read_line(&mut line), Ok(0) | Err(_)));
}
