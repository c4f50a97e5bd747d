//! A session that the relay ends between two letters: the next letter is not refused, and is sent in a new session.

use super::*;
use crate::relay::{Script, Step};

/// Returns the result of the second letter after the first was accepted, and how often MAIL was sent.
fn second(script: Script) -> (Result<Offer, RelayError>, usize) {
    let relay = script.start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
    // What the relay sends unasked has time to arrive.
    std::thread::sleep(Duration::from_millis(100));
    let offer = session.offer(&envelope(), LETTER.len() as u64);
    (offer, relay.transcript().concat().iter().filter(|line| line.starts_with("MAIL")).count())
}

#[test]
fn a_goodbye_between_two_letters_is_noticed_before_the_next_command() {
    for goodbye in ["421 4.4.2 idle for too long", "451 4.4.2 Timeout - closing connection", "221 2.0.0 bye"] {
        let queued = format!("250 2.0.0 queued\r\n{goodbye}\r\n");
        for script in [Relay::script(), Relay::script().pipelining()] {
            let (offer, mails) = second(script.on(Step::Dot).raw(queued.as_bytes()));
            assert!(matches!(offer, Ok(Offer::Closed)), "{goodbye}: {offer:?}");
            assert_eq!(mails, 1, "{goodbye}");
        }
    }
    let (offer, mails) = second(Relay::script().on(Step::Dot).last_words(b"250 2.0.0 queued\r\n"));
    assert!(matches!(offer, Ok(Offer::Closed)), "{offer:?}");
    assert_eq!(mails, 1);
}

#[test]
fn a_goodbye_that_crosses_mail_is_not_a_refusal() {
    for goodbye in ["421 4.4.2 idle for too long", "451 4.4.2 Timeout - closing connection", "221 2.0.0 bye"] {
        let last_words = format!("{goodbye}\r\n");
        for script in [Relay::script(), Relay::script().pipelining()] {
            let (offer, mails) = second(script.on(Step::Mail).letter(2).last_words(last_words.as_bytes()));
            assert!(matches!(offer, Ok(Offer::Closed)), "{goodbye}: {offer:?}");
            assert_eq!(mails, 2, "{goodbye}");
        }
    }
    for script in [Relay::script().on(Step::Mail).letter(2).hang_up(), Relay::script().on(Step::Mail).letter(2).reset()]
    {
        assert!(matches!(second(script).0, Ok(Offer::Closed)));
    }
}

#[test]
fn a_refusal_between_two_letters_is_still_a_refusal() {
    for reply in ["450 4.7.1 too much mail", "451 4.3.0 later"] {
        let (offer, _) = second(Relay::script().on(Step::Mail).letter(2).reply(reply));
        assert!(matches!(offer, Ok(Offer::Refused(Reply::Deferred(_)))), "{reply}: {offer:?}");
    }
    let (offer, _) = second(Relay::script().on(Step::Rcpt).letter(2).reply("421 4.3.2 closing"));
    assert!(matches!(offer, Ok(Offer::Refused(Reply::Deferred(_)))), "{offer:?}");
}

#[test]
fn a_relay_with_an_open_transaction_gets_one_rset() {
    for script in [Relay::script(), Relay::script().pipelining()] {
        let nested = script.on(Step::Mail).letter(2).reply("503 5.5.1 nested MAIL command");
        let nested =
            nested.on(Step::Rcpt).letter(2).reply("503 5.5.1 no").on(Step::Data).letter(2).reply("503 5.5.1 no");
        let relay = nested.start();
        let mut session = Session::connect(&settings(&relay)).unwrap();
        assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
        assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
        let said = relay.transcript().concat();
        assert_eq!(said.iter().filter(|line| *line == "RSET").count(), 1, "{said:?}");
    }
    let (offer, mails) = second(
        (2..4)
            .fold(Relay::script(), |script, n| script.on(Step::Mail).letter(n).reply("503 5.5.1 nested MAIL command")),
    );
    assert!(matches!(offer, Ok(Offer::Closed)), "{offer:?}");
    assert_eq!(mails, 3);
}

#[test]
fn a_relay_that_accepts_recipients_into_the_open_transaction_gets_no_message() {
    let script = Relay::script().pipelining().on(Step::Mail).letter(2).reply("503 5.5.1 nested MAIL command");
    let script = script.on(Step::Rcpt).letter(2).reply("250 2.1.5 ok").on(Step::Data).letter(2).reply("354 go ahead");
    let relay = script.start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
    assert_eq!(session.offer(&envelope(), 9).unwrap(), Offer::Closed);
    assert_eq!(relay.letters().len(), 1);
}
