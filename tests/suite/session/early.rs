//! The commands for a letter that are sent with the data of the one before (RFC 2920 §3.1).

use super::*;
use crate::relay::{Script, Step};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

fn to(name: &str) -> Envelope {
    Envelope { to: format!("{name}@northlight.example").parse().expect("an address"), ..envelope() }
}

/// A session whose first letter was sent with the commands of the second; its reply.
fn begun(relay: &Relay) -> (Session, Reply) {
    begun_with(&early(relay))
}

fn early(relay: &Relay) -> Settings {
    Settings { pipelining: Pipelining::Next, ..settings(relay) }
}

fn begun_with(settings: &Settings) -> (Session, Reply) {
    let mut session = Session::connect(settings).unwrap();
    assert_eq!(session.offer(&to("first"), LETTER.len() as u64).unwrap(), Offer::Ready);
    let reply = session.content_and_next(LETTER, Some((&to("second"), LETTER.len() as u64)), || {});
    (session, reply)
}

fn pipelining() -> Script {
    Relay::script().pipelining()
}

#[test]
fn the_commands_arrive_with_the_final_dot_and_the_letters_stay_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let relay = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        stream.write_all(b"220 relay.example\r\n").unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        lines.read_line(&mut String::new()).unwrap();
        stream.write_all(b"250-relay.example\r\n250 PIPELINING\r\n").unwrap();
        for _ in 0..3 {
            lines.read_line(&mut String::new()).unwrap();
        }
        stream.write_all(b"250 ok\r\n250 ok\r\n354 go ahead\r\n").unwrap();
        // Everything that comes without another reply.
        let mut heard = Vec::new();
        let _ = lines.read_to_end(&mut heard);
        heard
    });
    let own = Relay::start();
    let (session, reply) = begun_with(&Settings { port, timeout: Duration::from_secs(2), ..early(&own) });
    assert!(matches!(reply, Reply::Unknown(_)), "the relay has closed: {reply:?}");
    drop(session);
    let heard = String::from_utf8(relay.join().unwrap()).unwrap();
    let commands = "MAIL FROM:<bounces@example.org>\r\nRCPT TO:<second@northlight.example>\r\nDATA\r\n";
    assert_eq!(heard, format!("{}.\r\n{commands}", String::from_utf8_lossy(LETTER)));
}

#[test]
fn both_letters_arrive_each_once() {
    let relay = pipelining().start();
    let (mut session, reply) = begun(&relay);
    assert!(matches!(reply, Reply::Accepted(_)), "{reply:?}");
    assert!(session.has_early());
    assert_eq!(session.offer(&to("second"), LETTER.len() as u64).unwrap(), Offer::Ready);
    assert!(matches!(session.content(b"Subject: Another\r\n\r\n"), Reply::Accepted(_)));
    assert!(session.is_usable() && !session.has_early());
    session.quit();
    let letters = relay.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(
        (letters[0].to.as_slice(), letters[0].bytes.as_slice()),
        (&["first@northlight.example".into()][..], LETTER)
    );
    assert_eq!(letters[1].to, ["second@northlight.example"]);
    assert_eq!(relay.transcript().concat().last().map(String::as_str), Some("QUIT"));
}

#[test]
fn nothing_is_sent_early_unless_both_sides_agree() {
    let (plain, off, usual) = (Relay::start(), pipelining().start(), pipelining().start());
    let never = Settings { pipelining: Pipelining::Never, ..settings(&off) };
    for (settings, round_trips) in [(early(&plain), 4), (never, 4), (settings(&usual), 2)] {
        let (session, reply) = begun_with(&settings);
        assert!(matches!(reply, Reply::Accepted(_)) && !session.has_early());
        assert_eq!(session.capabilities().round_trips, round_trips);
    }
    assert_eq!((plain.begun(), off.begun(), usual.begun()), (1, 1, 1));
}

#[test]
fn a_session_that_ends_before_the_data_sends_nothing_more() {
    let relay = pipelining().start();
    let (session, _) = begun(&relay);
    session.quit();
    let (mut session, _) = begun(&relay);
    assert_eq!(session.offer(&to("third"), LETTER.len() as u64).unwrap(), Offer::Closed, "another letter");
    assert_eq!(relay.letters().len(), 2, "only the first ones");
    assert!(!relay.transcript().concat().iter().any(|line| line == "QUIT"), "it would be data");
}

#[test]
fn unless_the_first_letter_is_accepted_the_session_closes() {
    for (answer, expected) in [
        ("451 4.3.5 over quota", "deferred"),
        ("554 5.7.1 spam", "rejected"),
        ("421 4.4.0 Lost connection to relay server", "unknown"),
        ("354 go on", "unknown"),
    ] {
        let relay = pipelining().on(Step::Dot).letter(1).reply(answer).start();
        let (mut session, reply) = begun(&relay);
        let state = format!("{reply:?}").to_lowercase();
        assert!(state.starts_with(expected), "{answer}: {state}");
        assert!(!session.is_usable(), "{answer}");
        assert_eq!(session.offer(&to("second"), LETTER.len() as u64).unwrap(), Offer::Closed, "{answer}");
        assert_eq!(relay.letters().len(), 1, "{answer}");
    }
}

#[test]
fn a_relay_that_skips_the_reply_to_the_dot_has_not_accepted_the_letter() {
    let relay = pipelining().on(Step::Dot).letter(1).raw(b"").start();
    let (session, reply) = begun(&relay);
    assert!(matches!(reply, Reply::Unknown(_)), "{reply:?}");
    assert!(!session.is_usable());
}

#[test]
fn a_goodbye_after_the_first_letter_is_not_a_refusal_of_the_second() {
    for script in [
        pipelining().on(Step::Mail).letter(2).last_words(b"421 4.7.0 enough letters\r\n"),
        pipelining().on(Step::Mail).letter(2).hang_up(),
        pipelining().on(Step::Dot).letter(1).raw(b"250 2.0.0 queued\r\n421 4.4.2 idle\r\n"),
    ] {
        let relay = script.start();
        let (mut session, reply) = begun(&relay);
        assert!(matches!(reply, Reply::Accepted(_)), "{reply:?}");
        assert_eq!(session.offer(&to("second"), LETTER.len() as u64).unwrap(), Offer::Closed);
    }
}

#[test]
fn a_refusal_of_the_second_letter_is_its_own() {
    let relay = pipelining().on(Step::Rcpt).letter(2).reply("550 5.1.1 no such user").start();
    let (mut session, reply) = begun(&relay);
    assert!(matches!(reply, Reply::Accepted(_)), "{reply:?}");
    let offer = session.offer(&to("second"), LETTER.len() as u64).unwrap();
    assert!(matches!(&offer, Offer::Refused(Reply::Rejected(answer)) if answer.code == Some(550)), "{offer:?}");
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
}
