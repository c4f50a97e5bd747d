//! Every step of the SMTP dialogue, and the result of each way in which it can fail.

use super::*;
use crate::relay::{Script, Step};
use std::thread;
use std::time::Instant;

/// How long the session waits for a relay that stalls.
const SHORT: Duration = Duration::from_millis(700);

/// A way in which the relay fails.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Say(&'static str),
    Raw(&'static [u8]),
    LastWords(&'static [u8]),
    HangUp,
    Reset,
    Stall,
}
use Failure::{HangUp, LastWords, Raw, Reset, Say, Stall};

/// Replies that are not SMTP, incomplete, or not UTF-8.
const GARBAGE: Failure = Raw(b"who are you?\r\n");
const HALF: Failure = LastWords(b"250 o");
const LATIN: Failure = Raw(b"550 unbekannter Empf\xe4nger\r\n");
const NO_LINE_END: Failure = LastWords(b"250-one\r\n250 two\n");
const LF_ALONE: Failure = Raw(b"250 2.0.0 queued\n");

fn script(relay: Script, step: Step, fault: Failure) -> Script {
    let on = relay.on(step);
    match fault {
        Say(reply) => on.reply(reply),
        Raw(bytes) => on.raw(bytes),
        LastWords(bytes) => on.last_words(bytes),
        HangUp => on.hang_up(),
        Reset => on.reset(),
        Stall => on.stall(),
    }
}

/// Where it depends on how fast the relay's last word arrives, both outcomes are given.
///
/// Tries each fault at this step, with commands one by one and in one flight, all at once, since some take their time.
fn expect(step: Step, cases: &[(Failure, &str)]) {
    thread::scope(|scope| {
        for ((fault, expected), pipelining) in cases.iter().flat_map(|case| [(case, false), (case, true)]) {
            scope.spawn(move || {
                let relay = if pipelining { Relay::script().pipelining() } else { Relay::script() };
                let relay = script(relay, step, *fault).start();
                let patience = if matches!(fault, Stall) { SHORT } else { LONG };
                let start = Instant::now();
                let outcome = outcome(&Settings { timeout: patience, dot_timeout: patience, ..settings(&relay) });
                let fits = expected.split(" or ").any(|expected| expected == outcome);
                assert!(fits, "{step:?} {fault:?}, pipelining: {pipelining}: {outcome}, not {expected}");
                assert!(start.elapsed() < patience * 2, "{step:?} {fault:?} took {:?}", start.elapsed());
                let taken = relay.letters().iter().filter(|letter| letter.accepted).count();
                // A letter that may be sent again has never been taken.
                let possible = match outcome.split(' ').next() {
                    Some("accepted") => 1..=1,
                    Some("unknown") => 0..=1,
                    _ => 0..=0,
                };
                assert!(possible.contains(&taken), "{step:?} {fault:?}: {taken} taken");
            });
        }
    });
}

#[test]
fn a_relay_that_accepts_the_letter_gets_only_the_letter() {
    let relay = Relay::start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(answer)) if answer.text == "2.0.0 queued"));
    session.quit();
    let letters = relay.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].from.as_str(), letters[0].to.len()), ("bounces@example.org", 1));
    assert_eq!((letters[0].to[0].as_str(), &letters[0].bytes[..]), ("ada.okafor@northlight.example", LETTER));
    let mail = "MAIL FROM:<bounces@example.org> SIZE=48";
    let rcpt = "RCPT TO:<ada.okafor@northlight.example>";
    assert_eq!(relay.transcript(), [["EHLO example.org", mail, rcpt, "DATA", "QUIT"]]);
}

#[test]
fn a_relay_that_fails_at_the_greeting_is_an_error() {
    expect(
        Step::Greeting,
        &[
            (Say("421 4.3.2 closing"), "error Refused 421"),
            (Say("554-5.7.1 not\r\n554 5.7.1 you"), "error Refused 554"),
            (Say("250 at your service"), "error Unexpected 250"),
            (Say("354 go ahead"), "error Unexpected 354"),
            (GARBAGE, "error Refused"),
            (LATIN, "error Refused 550"),
            (LF_ALONE, "error Refused"),
            (HALF, "error Disconnected"),
            (HangUp, "error Disconnected"),
            (Stall, "error Timeout"),
        ],
    );
}

#[test]
fn a_relay_that_fails_at_ehlo_is_an_error() {
    expect(
        Step::Ehlo,
        &[
            (Say("451 4.3.0 later"), "error Refused 451"),
            (Say("502 5.5.1 what is that"), "error Refused 502"),
            (Say("354 go ahead"), "error Unexpected 354"),
            (Say("251 nearly"), "error Unexpected 251"),
            (GARBAGE, "error Unexpected"),
            (HALF, "error Disconnected"),
            (HangUp, "error Disconnected"),
            (Reset, "error Disconnected"),
            (Stall, "error Timeout"),
        ],
    );
}

#[test]
fn a_failure_at_mail_defers_the_letter_or_refuses_the_sender() {
    expect(
        Step::Mail,
        &[
            (Say("451 4.3.0 later"), "deferred at MAIL 451, usable"),
            (Say("421 4.3.2 closing"), "deferred at MAIL 421, closed"),
            (Say("221 2.0.0 you were idle"), "deferred at MAIL 221, closed"),
            (LastWords(b"250 2.1.0 ok\r\n"), "deferred at RCPT, closed"),
            (Say("550 5.7.1 not from you"), "error Sender 550"),
            (Say("530 5.7.0 log in"), "error Login 530"),
            (Say("503 5.5.1 not now"), "deferred at MAIL 503, closed"),
            (Say("251 nearly"), "deferred at MAIL 251, closed"),
            (Say("354 go ahead"), "deferred at MAIL 354, closed"),
            (GARBAGE, "deferred at MAIL, closed"),
            (HALF, "deferred at MAIL, closed"),
            (HangUp, "deferred at MAIL, closed"),
            (Reset, "deferred at MAIL, closed"),
            (Stall, "deferred at MAIL, closed"),
        ],
    );
}

#[test]
fn a_failure_at_rcpt_defers_or_rejects_the_letter() {
    expect(
        Step::Rcpt,
        &[
            (Say("251 2.1.5 will forward"), "accepted at final dot 250, usable"),
            (LastWords(b"250 2.1.5 ok\r\n"), "deferred at DATA, closed"),
            (Say("450 4.2.1 busy"), "deferred at RCPT 450, usable"),
            (Say("550-5.1.1 no\r\n550 5.1.1 such user"), "rejected at RCPT 550, usable"),
            (Say("530 5.7.0 log in"), "error Login 530"),
            (Say("503 5.5.1 not now"), "deferred at RCPT 503, closed"),
            (Say("252 perhaps"), "accepted at final dot 250, usable"),
            (Say("253 surely"), "deferred at RCPT 253, closed"),
            (Say("354 go ahead"), "deferred at RCPT 354, closed"),
            (GARBAGE, "deferred at RCPT, closed"),
            (LATIN, "rejected at RCPT 550, usable"),
            (Raw(b"550\r\n"), "rejected at RCPT 550, usable"),
            (Raw(b"250\r\n"), "accepted at final dot 250, usable"),
            (LF_ALONE, "deferred at RCPT, closed"),
            (HALF, "deferred at RCPT, closed"),
            (HangUp, "deferred at RCPT, closed"),
            (Reset, "deferred at RCPT, closed"),
            (Stall, "deferred at RCPT, closed"),
        ],
    );
}

#[test]
fn a_failure_at_data_defers_or_rejects_the_letter() {
    expect(
        Step::Data,
        &[
            (Say("451 4.3.0 later"), "deferred at DATA 451, usable"),
            (Say("554 5.5.1 no"), "rejected at DATA 554, usable"),
            (Say("250 2.0.0 ok"), "deferred at DATA 250, closed"),
            (Say("334 VXNlcm5hbWU6"), "deferred at DATA 334, closed"),
            (GARBAGE, "deferred at DATA, closed"),
            (LastWords(b"354 go ahead\r\n"), "deferred at DATA, closed or unknown at final dot, closed"),
            (Raw(b"354 go ahead\r\n250 2.0.0 queued\r\n"), "deferred at DATA 250, closed"),
            (Raw(b"354 go ahead\r\n421 4.3.2 closing\r\n"), "deferred at DATA 421, closed"),
            (Raw(b"354\r\n"), "accepted at final dot 250, usable"),
            (LastWords(b"354 "), "deferred at DATA, closed"),
            (HangUp, "deferred at DATA, closed"),
            (Reset, "deferred at DATA, closed"),
            (Stall, "deferred at DATA, closed"),
        ],
    );
}

#[test]
fn after_the_dot_a_missing_reply_means_unknown() {
    expect(
        Step::Dot,
        &[
            (Say("250-2.0.0 queued\r\n250 2.0.0 as 4711"), "accepted at final dot 250, usable"),
            (Say("451 4.3.0 later"), "deferred at final dot 451, usable"),
            (Say("421 4.3.2 closing"), "deferred at final dot 421, closed"),
            (Say("554 5.7.1 spam"), "rejected at final dot 554, usable"),
            // Rates and greylisting.
            (Say("421 4.7.0 too many messages"), "deferred at final dot 421, closed"),
            (Say("451 greylisted, try again"), "deferred at final dot 451, usable"),
            (Say("452 4.4.5 system storage"), "deferred at final dot 452, usable"),
            // A proxy may have lost its backend after the letter was stored.
            (Say("421 4.4.0 error: Lost connection to relay server"), "unknown at final dot 421, closed"),
            (Say("421-4.4.2 timeout\r\n421 4.4.2 behind us"), "unknown at final dot 421, closed"),
            (Say("451 4.4.0 later"), "unknown at final dot 451, closed"),
            (Say("451 lost connection after end of data"), "unknown at final dot 451, closed"),
            (Say("451 4.3.0 Connection closed by the backend"), "unknown at final dot 451, closed"),
            (Say("421 closing"), "unknown at final dot 421, closed"),
            (Raw(b"421\r\n"), "unknown at final dot 421, closed"),
            (Say("251 nearly"), "unknown at final dot 251, closed"),
            (Say("354 go ahead"), "unknown at final dot 354, closed"),
            (Say("250-2.0.0 one\r\n251 two"), "unknown at final dot, closed"),
            (Say("25 0"), "unknown at final dot, closed"),
            (Raw(b"250\r\n"), "accepted at final dot 250, usable"),
            (Raw(b"250 \r\n"), "accepted at final dot 250, usable"),
            (Raw(b"250 angenommen f\xfcr sp\xe4ter\r\n"), "accepted at final dot 250, usable"),
            (Raw(b"550\r\n"), "rejected at final dot 550, usable"),
            (GARBAGE, "unknown at final dot, closed"),
            (LATIN, "rejected at final dot 550, usable"),
            (LF_ALONE, "unknown at final dot, closed"),
            (HALF, "unknown at final dot, closed"),
            (NO_LINE_END, "unknown at final dot, closed"),
            (HangUp, "unknown at final dot, closed"),
            (Reset, "unknown at final dot, closed"),
            (Stall, "unknown at final dot, closed"),
        ],
    );
}

#[test]
fn a_connection_lost_during_the_letter_leaves_it_unknown() {
    let unknown = "unknown at final dot, closed";
    expect(Step::Content, &[(HangUp, unknown), (Reset, unknown), (Stall, unknown)]);
}

#[test]
fn the_final_dot_has_its_own_timeout() {
    let relay = Relay::script().on(Step::Dot).after(SHORT * 3 / 2).reply("250 2.0.0 queued").start();
    let patient = Settings { timeout: SHORT, ..settings(&relay) };
    assert_eq!(outcome(&patient), "accepted at final dot 250, usable");
}

#[test]
fn a_refusal_is_followed_by_rset_before_the_next_letter() {
    let relay = Relay::script()
        .on(Step::Rcpt)
        .letter(1)
        .reply("550 5.1.1 no such user")
        .on(Step::Data)
        .letter(2)
        .reply("451 4.3.0 later")
        .on(Step::Dot)
        .letter(3)
        .reply("451 4.3.5 over quota")
        .start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Rejected(_))));
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Deferred(_))));
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Deferred(_))));
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
    session.quit();
    let said = relay.transcript().concat();
    let verbs: Vec<_> = said.iter().map(|line| &line[..4]).filter(|verb| ["RSET", "MAIL"].contains(verb)).collect();
    assert_eq!(verbs, ["MAIL", "RSET", "MAIL", "RSET", "MAIL", "RSET", "MAIL", "MAIL"]);
    assert_eq!(relay.letters().iter().filter(|letter| letter.accepted).count(), 2);
}

#[test]
fn anything_but_250_to_rset_closes_the_session() {
    for fault in [Say("251 nearly"), Say("451 4.3.0 later"), Say("500 5.5.2 what"), GARBAGE, HALF, HangUp, Stall] {
        let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user");
        let relay = script(relay, Step::Rset, fault).start();
        let mut session = Session::connect(&Settings { timeout: SHORT, ..settings(&relay) }).unwrap();
        assert!(matches!(send(&mut session, LETTER), Ok(Reply::Rejected(_))));
        assert_eq!(session.offer(&envelope(), 9).unwrap(), Offer::Closed, "{fault:?}");
        assert!(!session.is_usable(), "{fault:?}");
        let mails = relay.transcript().concat().iter().filter(|line| line.starts_with("MAIL")).count();
        assert_eq!(mails, 1, "{fault:?}");
    }
}

#[test]
fn no_reply_to_quit_delays_the_end() {
    for fault in [Say("500 5.5.2 what"), HALF, HangUp, Stall] {
        let relay = script(Relay::script(), Step::Quit, fault).start();
        let session = Session::connect(&Settings { timeout: SHORT, ..settings(&relay) }).unwrap();
        let start = Instant::now();
        session.quit();
        assert!(start.elapsed() < SHORT * 2, "{fault:?}");
    }
}

#[test]
fn after_354_only_the_letter_is_sent() {
    let relay = Relay::start();
    for misuse in 1..4 {
        let mut session = Session::connect(&settings(&relay)).unwrap();
        assert_eq!(session.offer(&envelope(), 9).unwrap(), Offer::Ready);
        assert!(!session.is_usable());
        match misuse {
            1 => assert_eq!(session.offer(&envelope(), 9).unwrap(), Offer::Closed),
            2 => assert!(matches!(session.content(b"no CRLF\n.\n"), Reply::Rejected(_))),
            _ => session.quit(),
        }
    }
    let mut session = Session::connect(&settings(&relay)).unwrap();
    assert!(matches!(session.content(LETTER), Reply::Deferred(_)), "nothing was offered");
    drop(session);
    assert!(relay.letters().is_empty());
    let said = relay.transcript().concat();
    assert!(!said.iter().any(|line| ["RSET", "QUIT", "no CRLF"].contains(&line.as_str())), "{said:?}");
}

#[test]
fn an_address_that_smtp_cannot_carry_is_not_sent() {
    let relay = Relay::start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    for address in ["j\u{f6}rg@example.org", "\"a > b\"@example.org", "a@ex\u{200b}ample.org"] {
        let strange = Envelope { to: address.parse().expect("an address to lettre"), ..envelope() };
        assert!(matches!(session.offer(&strange, 9), Ok(Offer::Refused(Reply::Rejected(_)))), "{address}");
    }
    assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
    assert_eq!(relay.transcript().concat().iter().filter(|line| line.starts_with("RCPT")).count(), 1);
}

#[test]
fn letters_arrive_unchanged() {
    let relay = Relay::start();
    let mut session = Session::connect(&settings(&relay)).unwrap();
    let large = ".a line that begins with a dot, and one of those that make up a megabyte\r\n".repeat(14_000);
    let letters = [
        "\r\n",
        ".\r\n",
        "..\r\n",
        "\r\n.\r\n",
        ".a\r\n..b\r\nc.\r\n.\r\n\r\n",
        "a\r\n\r\n\r\n",
        " .\r\n\t.\r\n",
        &large,
    ];
    for letter in letters {
        assert!(matches!(send(&mut session, letter.as_bytes()), Ok(Reply::Accepted(_))));
    }
    session.quit();
    let received = relay.letters();
    assert_eq!(received.len(), letters.len());
    for (received, letter) in received.iter().zip(letters) {
        assert!(received.bytes == letter.as_bytes(), "{:?}…", &letter[..letter.len().min(20)]);
    }
}

#[test]
fn each_step_before_the_first_letter_has_its_own_timeout() {
    let late = SHORT * 3 / 4;
    let relay = Relay::script().login("desk", "open-sesame").on(Step::Greeting).after(late).reply("220 relay.example");
    let relay = relay.on(Step::Auth).after(late).reply("235 2.7.0 welcome");
    let ehlo = "250-relay.example\r\n250 AUTH PLAIN";
    let relay = relay.on(Step::Ehlo).after(late).reply(ehlo).start();
    let settings = Settings { timeout: SHORT, login: login(), ..settings(&relay) };
    assert_eq!(outcome(&settings), "accepted at final dot 250, usable");
}
