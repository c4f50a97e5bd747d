//! Which relay is reached, and whether it is verified.

use super::*;
use crate::relay::{Leaf, Script, Step};
use crate::skip::skip;
use openletter::relay::CertificateFault;
use std::error::Error;
use std::net::{Ipv6Addr, TcpListener};
use std::time::Instant;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A relay with such a certificate, and an account.
fn protecting(tls: Tls, leaf: Leaf) -> Script {
    let script = Relay::script().login("desk", "open-sesame");
    if tls == Tls::Implicit { script.tls(leaf) } else { script.starttls(leaf) }
}

/// Returns the error of a connection that must fail.
fn error(settings: &Settings) -> RelayError {
    Session::connect(settings).expect_err("no session")
}

/// A relay that is never to get a letter, nor a password.
fn assert_nothing_said(relay: &Relay) {
    let said = relay.transcript().concat();
    assert!(!said.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{said:?}");
}

#[test]
fn a_verified_relay_gets_password_and_letters() {
    for (tls, hosts) in [(Tls::Implicit, &["localhost", "127.0.0.1"][..]), (Tls::StartTls, &["localhost"])] {
        let relay = protecting(tls, Leaf::Good).start();
        let folder = folder();
        for host in hosts {
            let settings = Settings { host: (*host).into(), ..protected(&relay, tls, &folder) };
            let mut session = Session::connect(&settings).unwrap();
            assert_eq!(session.size_limit(), Some(10_485_760));
            assert!(matches!(send(&mut session, LETTER), Ok(Reply::Accepted(_))));
            session.quit();
        }
        assert_eq!(relay.letters().len(), hosts.len());
        assert!(relay.letters().iter().all(|letter| letter.bytes == LETTER));
    }
}

#[test]
fn a_megabyte_arrives_unchanged_under_tls_and_a_break_after_it_is_unknown() {
    let relay = protecting(Tls::Implicit, Leaf::Good).on(Step::Dot).letter(2).hang_up().start();
    let folder = folder();
    let mut session = Session::connect(&protected(&relay, Tls::Implicit, &folder)).unwrap();
    let letter = "..a line that begins with dots\r\n".repeat(33_000);
    assert!(matches!(send(&mut session, letter.as_bytes()), Ok(Reply::Accepted(_))));
    assert!(matches!(send(&mut session, letter.as_bytes()), Ok(Reply::Unknown(_))));
    assert!(!session.is_usable());
    assert!(relay.letters().iter().all(|received| received.bytes == letter.as_bytes()));
}

#[test]
fn each_certificate_fault_has_its_name() {
    let cases = [
        (Leaf::Expired, CertificateFault::Expired),
        (Leaf::NotYetValid, CertificateFault::NotYetValid),
        (Leaf::WrongName, CertificateFault::WrongName),
        (Leaf::NoName, CertificateFault::NoName),
        (Leaf::UnknownIssuer, CertificateFault::UnknownIssuer),
        (Leaf::SelfSigned, CertificateFault::SelfSigned),
        (Leaf::Weak, CertificateFault::Weak),
    ];
    for (leaf, expected) in cases {
        for tls in [Tls::Implicit, Tls::StartTls] {
            let relay = protecting(tls, leaf).start();
            let folder = folder();
            match error(&protected(&relay, tls, &folder)) {
                RelayError::Certificate { fault, .. } => assert_eq!(fault, expected, "{leaf:?} {tls:?}"),
                other => panic!("{leaf:?} {tls:?}: {other:?}"),
            }
            assert_nothing_said(&relay);
        }
    }
}

#[test]
fn a_private_authority_is_trusted_only_with_ca_file() {
    let relay = protecting(Tls::Implicit, Leaf::Good).start();
    let folder = folder();
    let settings = Settings { ca_file: None, ..protected(&relay, Tls::Implicit, &folder) };
    let error = error(&settings);
    assert!(matches!(error, RelayError::Certificate { fault: CertificateFault::UnknownIssuer, .. }), "{error:?}");
    assert!(error.help().is_some_and(|help| help.contains("ca_file")));
    assert_nothing_said(&relay);
}

#[test]
fn a_ca_file_without_certificates_is_an_error_before_connecting() {
    let relay = Relay::script().tls(Leaf::Good).start();
    let folder = folder();
    let settings = protected(&relay, Tls::Implicit, &folder);
    let path = settings.ca_file.clone().unwrap();
    let torn = relay.ca_pem().replace("MII", "!!!");
    for text in ["", "no PEM at all", torn.as_str(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        fs::write(&path, text).unwrap();
        let error = error(&settings);
        assert!(matches!(&error, RelayError::CaFile { path: named, .. } if *named == path), "{text:?}: {error:?}");
        assert!(error.to_string().contains("relay-ca.pem") && error.source().is_some());
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(error(&settings), RelayError::CaFile { .. }));
    assert!(relay.transcript().is_empty());
}

#[test]
fn a_server_without_tls_is_an_error() {
    let relay = Relay::start();
    let folder = folder();
    let error = error(&Settings { timeout: Duration::from_secs(2), ..protected(&relay, Tls::Implicit, &folder) });
    assert!(matches!(error, RelayError::Tls { .. }), "{error:?}");
    assert_nothing_said(&relay);
}

#[test]
fn a_relay_without_starttls_gets_nothing_in_clear() {
    let folder = folder();
    for script in [
        Relay::script(),
        Relay::script().on(Step::StartTls).reply("454 4.7.0 not now").starttls(Leaf::Good),
        Relay::script().on(Step::StartTls).reply("502 5.5.1 not ever").starttls(Leaf::Good),
    ] {
        let relay = script.login("desk", "open-sesame").start();
        let error = error(&protected(&relay, Tls::StartTls, &folder));
        assert!(matches!(error, RelayError::Tls { .. } | RelayError::Refused { .. }), "{error:?}");
        assert_nothing_said(&relay);
    }
}

#[test]
fn replies_injected_before_tls_are_detected() {
    let folder = folder();
    for slipped in
        ["250 ok\r\n", "250-evil\r\n250 AUTH LOGIN\r\n250 ok\r\n", "250 a\r\n250 b\r\n250 c\r\n250 d\r\n354 e\r\n"]
    {
        let raw = format!("220 go ahead\r\n{slipped}");
        let script = Relay::script().on(Step::StartTls).raw(raw.as_bytes()).starttls(Leaf::Good);
        let relay = script.login("desk", "open-sesame").start();
        let error = error(&protected(&relay, Tls::StartTls, &folder));
        assert!(matches!(error, RelayError::Unexpected { .. }), "{slipped:?}: {error:?}");
        assert_nothing_said(&relay);
    }
}

#[test]
fn one_injected_reply_is_detected_even_if_the_next_is_held_back() {
    let late = Duration::from_millis(1_500);
    let folder = folder();
    let slipped = Relay::script().on(Step::StartTls).raw(b"220 go ahead\r\n250 ok\r\n").starttls(Leaf::Good);
    let relay = slipped.on(Step::Ehlo).time(2).after(late).reply("250 relay.example").start();
    let settings = Settings { login: None, ..protected(&relay, Tls::StartTls, &folder) };
    let outcome = outcome(&settings);
    assert_eq!(outcome, "error Unexpected");
    assert!(relay.letters().is_empty());
}

#[test]
fn without_tls_nothing_is_sent_to_another_machine() {
    let start = Instant::now();
    for host in ["relay.example", "192.0.2.1", "[2001:db8::1]", "::ffff:127.0.0.1"] {
        let relay = Relay::start();
        for login in [None, login()] {
            let error = error(&Settings { host: host.into(), login, ..settings(&relay) });
            assert!(matches!(error, RelayError::Plaintext { .. }), "{host}: {error:?}");
        }
    }
    assert!(start.elapsed() < LONG, "nobody was called");
}

#[test]
fn localhost_and_ipv6_are_this_machine() {
    let relay = Relay::start();
    assert!(outcome(&Settings { host: "localhost".into(), ..settings(&relay) }).starts_with("accepted"));
    if let Err(error) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        // Linux lists its IPv6 addresses there, and has no such file without IPv6.
        let has_ipv6 = fs::read_to_string("/proc/net/if_inet6").is_ok_and(|addresses| !addresses.is_empty());
        return skip("relays at `::1`", &format!("this machine cannot listen there: {error}"), has_ipv6);
    }
    let folder = folder();
    let relay = Relay::script().ipv6().tls(Leaf::Good).start();
    for host in ["::1", "[::1]"] {
        let settings = Settings { host: host.into(), login: None, ..protected(&relay, Tls::Implicit, &folder) };
        assert!(outcome(&settings).starts_with("accepted"), "{host}");
    }
    let relay = Relay::script().ipv6().start();
    assert!(outcome(&Settings { host: "[::1]".into(), ..settings(&relay) }).starts_with("accepted"));
}

#[test]
fn an_unreachable_relay_is_reported_with_the_reason() {
    let relay = Relay::start();
    // A port that was free just now may be used by another test; nothing listens on port 1.
    let gone = Settings { port: 1, ..settings(&relay) };
    let refused = error(&gone);
    assert!(
        matches!(&refused, RelayError::Unreachable { cause, .. }
        if cause.kind() == std::io::ErrorKind::ConnectionRefused),
        "{refused:?}"
    );
    assert!(refused.is_temporary() && refused.to_string().contains(&gone.to_string()));
    let folder = folder();
    let relay = Relay::start();
    for host in ["", "relay.invalid"] {
        let timeout = Duration::from_secs(5);
        let nowhere = error(&Settings { host: host.into(), timeout, ..protected(&relay, Tls::Implicit, &folder) });
        // A look-up that has nobody to ask can outlast our patience.
        assert!(
            matches!(nowhere, RelayError::Unreachable { .. } | RelayError::Timeout { .. }),
            "{host:?}: {nowhere:?}"
        );
    }
}

#[test]
fn only_errors_that_may_pass_are_temporary() {
    for (greeting, temporary) in [("421 4.3.2 closing", true), ("554 5.7.1 not you", false), ("who is there?", false)] {
        let relay = Relay::script().on(Step::Greeting).reply(greeting).start();
        let error = error(&settings(&relay));
        assert_eq!(error.is_temporary(), temporary, "{greeting}: {error:?}");
        assert!(!error.to_string().contains(&greeting[4..]), "the relay's words are kept apart");
        assert!(error.answer().is_some_and(|answer| greeting.ends_with(&answer.text)), "{error:?}");
    }
}
