//! MAIL, RCPT and DATA in one group (RFC 2920), and the size in MAIL (RFC 1870).

use super::*;
use crate::relay::{Received, Script, Step};

fn pipelining() -> Script {
    Relay::script().pipelining()
}

/// What came of one letter, and what the relay then heard and got.
fn flown(script: Script) -> (String, Vec<String>, Vec<Received>) {
    let relay = script.start();
    let outcome = outcome(&settings(&relay));
    (outcome, relay.transcript().concat(), relay.letters())
}

#[test]
fn commands_are_sent_together_only_if_the_relay_offers_it() {
    let refused = |script: Script| flown(script.on(Step::Mail).reply("451 4.3.0 later")).1;
    let begins = |said: Vec<String>| said.iter().map(|line| line[..4].to_string()).collect::<Vec<_>>();
    assert_eq!(begins(refused(Relay::script())), ["EHLO", "MAIL"]);
    assert_eq!(begins(refused(pipelining())), ["EHLO", "MAIL", "RCPT", "DATA"]);
    let in_small = "250-relay.example\r\n250 pipelining";
    assert_eq!(begins(refused(Relay::script().on(Step::Ehlo).reply(in_small))), begins(refused(pipelining())));
}

#[test]
fn after_a_refused_recipient_an_empty_message_ends_the_transaction() {
    for (reply, verdict) in [("550 5.1.1 no such user", "rejected"), ("450 4.2.1 busy", "deferred")] {
        let relay = pipelining().on(Step::Rcpt).letter(1).reply(reply).start();
        let mut session = Session::connect(&settings(&relay)).unwrap();
        let first = send(&mut session, LETTER).unwrap();
        assert_eq!(first.answer().stage.name(), "RCPT");
        assert_eq!(matches!(first, Reply::Rejected(_)), verdict == "rejected");
        assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
        assert!(session.is_usable());
        session.quit();
        let letters = relay.letters();
        assert_eq!((letters[0].to.len(), letters[0].bytes.len(), letters[0].accepted), (0, 0, false));
        assert_eq!((letters[1].bytes.as_slice(), letters[1].accepted, letters.len()), (LETTER, true, 2));
    }
}

#[test]
fn the_reply_to_an_empty_message_is_not_about_a_letter() {
    let rejected = |reply: &str| {
        let (outcome, _, letters) =
            flown(pipelining().on(Step::Rcpt).reply("550 5.1.1 no such user").on(Step::Dot).reply(reply));
        assert!(letters.iter().all(|letter| letter.bytes.is_empty() && letter.to.is_empty()));
        outcome
    };
    for reply in ["554 5.5.1 no valid recipients", "250 2.0.0 queued as nothing", "451 4.3.0 later"] {
        assert_eq!(rejected(reply), "rejected at RCPT 550, usable", "{reply}");
    }
    for reply in ["421 4.3.2 closing", "354 go on", "251 nearly", "who are you?"] {
        assert_eq!(rejected(reply), "rejected at RCPT 550, closed", "{reply}");
    }
    let script = pipelining().on(Step::Rcpt).reply("550 5.1.1 no such user").on(Step::Dot).hang_up();
    assert_eq!(flown(script).0, "rejected at RCPT 550, closed");
}

#[test]
fn if_data_is_refused_with_the_recipient_nothing_more_is_sent() {
    for data in ["554 5.5.1 no valid recipients", "503 5.5.1 RCPT first", "451 4.3.0 later"] {
        let script = pipelining().on(Step::Rcpt).reply("550 5.1.1 no such user").on(Step::Data).reply(data);
        let (outcome, said, letters) = flown(script);
        assert_eq!(outcome, "rejected at RCPT 550, usable", "{data}");
        assert!(letters.is_empty() && said.last().is_some_and(|line| line == "DATA"), "{said:?}");
    }
}

#[test]
fn after_a_refused_sender_an_accepted_recipient_ends_the_session() {
    let later = || pipelining().on(Step::Mail).reply("451 4.3.0 later");
    let (outcome, _, letters) = flown(later());
    assert_eq!((outcome.as_str(), letters.len()), ("deferred at MAIL 451, usable", 0));
    // A dot would now send an empty letter to somebody.
    let (outcome, _, letters) =
        flown(later().on(Step::Rcpt).reply("250 2.1.5 ok").on(Step::Data).reply("354 end with a dot"));
    assert_eq!((outcome.as_str(), letters.len()), ("deferred at MAIL 451, closed", 0));
    let (outcome, _, letters) = flown(pipelining().on(Step::Mail).reply("550 5.7.1 not from you"));
    assert_eq!((outcome.as_str(), letters.len()), ("error Sender 550", 0));
}

#[test]
fn an_extra_reply_in_a_group_is_detected_before_a_letter_is_sent() {
    for (script, expected) in [
        (pipelining().on(Step::Mail).raw(b"250 ok\r\n250 and ok\r\n"), "deferred at DATA 250, closed"),
        (pipelining().on(Step::Mail).raw(b"250 ok\r\n550 somebody else\r\n"), "deferred at RCPT 550, closed"),
        (pipelining().on(Step::Mail).raw(b"250 ok\r\n450 somebody else\r\n"), "deferred at RCPT 450, closed"),
        (pipelining().on(Step::Rcpt).raw(b"250 ok\r\n250 and ok\r\n"), "deferred at DATA 250, closed"),
        (
            pipelining().on(Step::Rcpt).raw(b"250 ok\r\n354 go ahead\r\n"),
            "deferred at DATA 354, closed or unknown at final dot 354, closed",
        ),
        (pipelining().on(Step::Data).raw(b"354 go ahead\r\n354 go on\r\n"), "deferred at DATA 354, closed"),
        (pipelining().on(Step::Data).raw(b"354 go ahead\r\n250 2.0.0 queued\r\n"), "deferred at DATA 250, closed"),
    ] {
        let outcome = flown(script).0;
        // The relay's reply may arrive before or after the letter is sent; the result must be the same.
        assert!(expected.split(" or ").any(|expected| expected == outcome), "{outcome}, not {expected}");
    }
}

#[test]
fn a_refusal_that_was_read_is_valid_although_the_connection_is_lost() {
    let script = || pipelining().on(Step::Rcpt).reply("550 5.1.1 no such user").on(Step::Data);
    for script in [script().hang_up(), script().last_words(b"35"), script().last_words(b"421 4.3.2 closing\r\n")] {
        assert_eq!(flown(script).0, "rejected at RCPT 550, closed");
    }
}

#[test]
fn mail_has_the_size_if_the_relay_offers_size() {
    let mail = |script: Script| flown(script).1.into_iter().find(|line| line.starts_with("MAIL")).unwrap();
    assert_eq!(mail(pipelining()), "MAIL FROM:<bounces@example.org> SIZE=48");
    let plain = Relay::script().on(Step::Ehlo).reply("250-relay.example\r\n250 HELP");
    assert_eq!(mail(plain), "MAIL FROM:<bounces@example.org>");
    let boundless = Relay::script().on(Step::Ehlo).reply("250-relay.example\r\n250 SIZE");
    assert_eq!(mail(boundless), "MAIL FROM:<bounces@example.org> SIZE=48");
}

#[test]
fn a_letter_larger_than_the_relays_size_is_deferred_and_the_next_is_sent() {
    let relay = Relay::script().on(Step::Ehlo).reply("250-relay.example\r\n250 SIZE 48").start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    let larger = [LETTER, b"\r\n"].concat();
    let reply = send(&mut session, &larger).unwrap();
    let Reply::Deferred(answer) = &reply else { panic!("{reply:?}") };
    assert_eq!(answer.text, "not sent: the letter has 50 bytes, but the relay accepts at most 48");
    assert!(!relay.transcript().concat().iter().any(|line| line.starts_with("MAIL")));
    assert!(session.is_usable());
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
}

#[test]
fn a_size_refused_at_mail_rejects_only_the_letter() {
    for script in [Relay::script(), pipelining()] {
        let script = script.on(Step::Mail).letter(1).reply("552 5.3.4 too large for us");
        let outcome = flown(script).0;
        assert!(outcome.starts_with("rejected at MAIL 552"), "{outcome}");
    }
    let plain = Relay::script().on(Step::Ehlo).reply("250 relay.example").on(Step::Mail).reply("552 5.2.2 full");
    assert_eq!(flown(plain).0, "error Sender 552");
}

#[test]
fn broken_pipelining_is_reported_and_can_be_turned_off() {
    let broken = || pipelining().on(Step::Rcpt).stall();
    let relay = broken().start();
    let settings = Settings { timeout: Duration::from_secs(1), ..settings(&relay) };
    let mut session = Session::connect(&settings).unwrap();
    let Ok(Reply::Deferred(answer)) = send(&mut session, LETTER) else { panic!("no deferral") };
    assert!(answer.text.contains("answered only 1 of 3 commands sent together; set pipelining = false"), "{answer:?}");

    let relay = pipelining().on(Step::Mail).reply("451 4.3.0 later").start();
    let one_by_one = Settings { pipelining: Pipelining::Never, ..super::settings(&relay) };
    assert_eq!(outcome(&one_by_one), "deferred at MAIL 451, usable");
    assert!(!relay.transcript().concat().iter().any(|line| line.starts_with("RCPT")));
}
