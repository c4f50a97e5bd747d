//! Login, and keeping the password out of everything else.

use super::*;
use crate::relay::{Leaf, Script, Step};
use std::error::Error;

/// Every form in which the password goes over the wire.
const FORMS: [&str; 3] = ["open-sesame", "b3Blbi1zZXNhbWU=", "AGRlc2sAb3Blbi1zZXNhbWU="];

/// A relay that knows the account, and settings that use it, on loopback in clear.
fn known(script: Script) -> (Relay, Settings) {
    let relay = script.login("desk", "open-sesame").start();
    let settings = Settings { login: login(), ..settings(&relay) };
    (relay, settings)
}

#[test]
fn the_password_is_sent_by_the_best_offered_mechanism() {
    for (offer, first) in [
        ("AUTH LOGIN PLAIN", "AUTH PLAIN AGRlc2sAb3Blbi1zZXNhbWU="),
        ("AUTH=PLAIN", "AUTH PLAIN AGRlc2sAb3Blbi1zZXNhbWU="),
        ("auth login cram-md5", "AUTH LOGIN"),
    ] {
        let (relay, settings) = known(Relay::script().mechanisms(offer));
        assert_eq!(outcome(&settings), "accepted at final dot 250, usable", "{offer}");
        let said = relay.transcript().concat();
        assert_eq!(said.iter().find(|line| line.starts_with("AUTH")).map(String::as_str), Some(first), "{offer}");
    }
}

#[test]
fn no_password_is_sent_by_a_mechanism_that_is_not_offered() {
    for offer in ["AUTH CRAM-MD5 XOAUTH2", "AUTH", "SMTPUTF8"] {
        let (relay, settings) = known(Relay::script().mechanisms(offer));
        assert_eq!(outcome(&settings), "error NoLogin", "{offer}");
        let error = Session::connect(&settings).unwrap_err().to_string();
        let offered = if offer.contains("CRAM") { "it offers CRAM-MD5, XOAUTH2" } else { "it offers no login" };
        assert!(error.ends_with(offered), "{error}");
        assert!(!relay.transcript().concat().iter().any(|line| line.starts_with("AUTH")));
    }
}

#[test]
fn a_login_succeeds_only_with_235() {
    for (reply, expected) in [
        ("535 5.7.8 no", "error Login 535"),
        ("454 4.7.0 later", "error Login 454"),
        ("250 2.0.0 ok", "error Unexpected 250"),
        ("334 ", "error Unexpected 334"),
        ("who are you?", "error Unexpected"),
    ] {
        for mechanisms in ["AUTH PLAIN", "AUTH LOGIN"] {
            let (relay, settings) = known(Relay::script().mechanisms(mechanisms).on(Step::Auth).reply(reply));
            assert_eq!(outcome(&settings), expected, "{mechanisms}: {reply}");
            assert!(!relay.transcript().concat().iter().any(|line| line.starts_with("MAIL")));
        }
    }
    let (_relay, settings) = known(Relay::script().on(Step::Auth).hang_up());
    assert_eq!(outcome(&settings), "error Disconnected");
    let (_relay, settings) = known(Relay::script().on(Step::Auth).stall());
    assert_eq!(outcome(&Settings { timeout: Duration::from_secs(1), ..settings }), "error Timeout");
}

#[test]
fn username_and_password_are_sent_only_after_their_challenges() {
    for (time, reply) in [(1, "250 2.0.0 ok"), (1, "504 5.5.4 no"), (2, "235 2.7.0 too soon"), (2, "535 5.7.8 no")] {
        let script = Relay::script().mechanisms("AUTH LOGIN").on(Step::Challenge).time(time).reply(reply);
        let (relay, settings) = known(script);
        let outcome = outcome(&settings);
        assert!(outcome.starts_with("error Login 5") || outcome.starts_with("error Unexpected 2"), "{outcome}");
        assert!(!relay.transcript().concat().iter().any(|line| line.contains("b3Blbi1zZXNhbWU")), "{reply}");
    }
}

#[test]
fn a_wrong_password_is_refused_and_can_be_corrected() {
    let (_relay, settings) = known(Relay::script());
    let wrong = Some(Login { username: "desk".into(), proof: Proof::Password(Secret::new("sesame-open").into()) });
    let error = Session::connect(&Settings { login: wrong, ..settings }).unwrap_err();
    assert!(matches!(&error, RelayError::Login { answer, .. } if answer.code == Some(535)), "{error:?}");
    assert!(!error.is_temporary() && error.help().is_some());

    let (_relay, settings) = known(Relay::script().on(Step::Auth).reply("454 4.7.0 temporary failure"));
    let error = Session::connect(&settings).unwrap_err();
    assert!(error.help().is_some_and(|help| help.contains("later") && !help.contains("password")), "{error:?}");
}

#[test]
fn a_password_echoed_by_the_relay_is_redacted() {
    let clear = |text: &str| {
        let lower = text.to_lowercase();
        let leak = FORMS.iter().find(|form| lower.contains(&form.to_lowercase()) || text.contains(&form[..8]));
        assert_eq!(leak, None, "{text}");
    };
    let echo = FORMS.join(" and ");
    for code in ["535", "454", "250", "354", "nonsense"] {
        for reply in [format!("{code} {echo}"), format!("{code}-{echo}\r\n{code} {}", echo.to_uppercase())] {
            let (_relay, settings) = known(Relay::script().on(Step::Auth).reply(&reply));
            let error = Session::connect(&settings).unwrap_err();
            clear(&format!("{error} {error:?} {:?} {settings:?}", error.source().map(ToString::to_string)));
        }
    }
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Dot] {
        for code in ["450", "550", "252", "nonsense"] {
            let (_relay, settings) = known(Relay::script().on(step).reply(&format!("{code} {echo}")));
            let mut session = Session::connect(&settings).unwrap();
            match send(&mut session, LETTER) {
                Ok(reply) => clear(&reply.answer().text),
                Err(error) => clear(&format!("{error} {error:?}")),
            }
            clear(&format!("{session:?}"));
        }
    }
}

#[test]
fn over_tls_no_password_is_sent_to_an_unverified_relay() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::script().login("desk", "open-sesame").tls(Leaf::WrongName).start();
    assert_eq!(outcome(&protected(&relay, Tls::Implicit, &folder)), "error Certificate");
    assert!(relay.transcript().concat().is_empty());
}

#[test]
fn every_connection_logs_in() {
    let script = Relay::script().on(Step::Dot).connection(1).last_words(b"421 4.3.2 closing\r\n");
    let (relay, settings) = known(script);
    assert_eq!(outcome(&settings), "deferred at final dot 421, closed");
    assert_eq!(outcome(&settings), "accepted at final dot 250, usable");
    let logins = relay.transcript().iter().flatten().filter(|line| line.starts_with("AUTH")).count();
    assert_eq!((logins, relay.transcript().len()), (2, 2));
}

/// Settings that log in with a token.
fn with_token(settings: &Settings, token: &str) -> Settings {
    let login = Login { username: "desk".into(), proof: Proof::Token(Secret::new(token).into()) };
    Settings { login: Some(login), ..settings.clone() }
}

#[test]
fn a_token_is_sent_in_one_line_and_never_as_a_password() {
    let (relay, settings) = known(Relay::script().mechanisms("AUTH PLAIN LOGIN XOAUTH2"));
    assert_eq!(outcome(&with_token(&settings, "open-sesame")), "accepted at final dot 250, usable");
    let said: Vec<_> = relay.transcript().concat().into_iter().filter(|line| line.starts_with("AUTH")).collect();
    assert_eq!(said, ["AUTH XOAUTH2 dXNlcj1kZXNrAWF1dGg9QmVhcmVyIG9wZW4tc2VzYW1lAQE="]);

    let (relay, settings) = known(Relay::script().mechanisms("AUTH PLAIN LOGIN"));
    let error = Session::connect(&with_token(&settings, "open-sesame")).unwrap_err();
    assert!(matches!(error, RelayError::NoLogin { .. }) && error.to_string().contains("no XOAUTH2"), "{error}");
    assert!(!relay.transcript().concat().iter().any(|line| line.starts_with("AUTH")));
}

#[test]
fn after_a_refused_token_an_empty_line_is_sent_and_the_reason_reported() {
    let (relay, settings) = known(Relay::script().mechanisms("AUTH XOAUTH2"));
    let error = Session::connect(&with_token(&settings, "stale-ya29.token")).unwrap_err();
    let RelayError::Token { answer, .. } = &error else { panic!("{error:?}") };
    assert_eq!(answer.code, Some(535));
    assert_eq!(answer.text, "5.7.8 wrong username or password\n{\"status\":\"400\",\"schemes\":\"bearer\"}");
    assert!(error.help().is_some() && !error.is_temporary());
    let said = relay.transcript().concat();
    assert_eq!(said.last().map(String::as_str), Some(""), "the question was answered with an empty line: {said:?}");
    assert!(!format!("{error:?}").contains("ya29"));
}

#[test]
fn a_token_succeeds_only_with_235_and_refusals_reveal_nothing() {
    let echo = "stale-ya29.token dXNlcj1kZXNrAWF1dGg9QmVhcmVyIHN0YWxlLXlhMjkudG9rZW4BAQ==";
    // The echo itself in base64: what a relay could put into its question.
    let question = "334 eyJ0b2tlbiI6InN0YWxlLXlhMjkudG9rZW4ifQ==";
    for (step, reply, expected) in [
        (Step::Challenge, question.to_string(), "Token"),
        (Step::Challenge, format!("334 {echo}"), "Token"),
        (Step::Challenge, format!("535 5.7.8 {echo}"), "Token"),
        (Step::Challenge, format!("454 4.7.0 {echo}"), "Token"),
        (Step::Challenge, format!("250 {echo}"), "Unexpected"),
        (Step::Auth, format!("535 5.7.8 {echo}"), "Token"),
        (Step::Auth, format!("235 2.7.0 after all {echo}"), "Unexpected"),
        (Step::Auth, format!("334 {echo}"), "Unexpected"),
    ] {
        let (relay, settings) = known(Relay::script().mechanisms("AUTH XOAUTH2").on(step).reply(&reply));
        let error = Session::connect(&with_token(&settings, "stale-ya29.token")).unwrap_err();
        let printed = format!("{error} {error:?}");
        assert!(format!("{error:?}").starts_with(expected), "{reply}: {printed}");
        assert!(
            !printed.contains("stale-y") && !printed.contains("ya29") && !printed.contains("c3RhbGU"),
            "{reply}: {printed}"
        );
        assert!(!relay.transcript().concat().iter().any(|line| line.starts_with("MAIL")), "{reply}");
    }
}
