//! What is wrong with a relay, in our words and with the remedy: never a library's own.

use super::*;
use crate::relay::{Leaf, Script, Step};

/// Sends with TLS and a login through this relay.
fn send(script: Script) -> (Desk, Ran) {
    let relay = script.start();
    let mut desk = approved(&relay);
    desk.write("relay-ca.pem", relay.ca_pem());
    desk.env("PASSWORD", "open-sesame");
    let login = "username = \"desk\"\npassword = { env = \"PASSWORD\" }\n";
    let settings =
        format!("host = \"localhost\"\ntls = \"implicit\"\ntimeout = \"3s\"\nca_file = \"relay-ca.pem\"\n{login}");
    reach(&desk, &relay, &settings);
    let ran = desk.run("send --yes --retry-for 0s");
    for theirs in ["rustls", "http", "BadSignature", "fatal alert", "AlertReceived", "CertificateError"] {
        assert!(!ran.err.contains(theirs) && !ran.out.contains(theirs), "{theirs}: {}{}", ran.out, ran.err);
    }
    (desk, ran)
}

fn account(leaf: Leaf) -> Script {
    Relay::script().login("desk", "open-sesame").tls(leaf)
}

#[test]
fn each_fault_of_a_relay_has_its_words_and_its_remedy() {
    // A fatal TLS alert: protocol_version, and then handshake_failure.
    let alert = |what: u8| Relay::script().on(Step::Greeting).raw(&[0x15, 3, 1, 0, 2, 2, what]);
    for (script, says, remedy) in [
        (alert(70), "TLS versions or ciphers that are too old", "it needs TLS 1.2 or 1.3"),
        (alert(40), "TLS versions or ciphers that are too old", "it needs TLS 1.2 or 1.3"),
        (Relay::script(), "did not reply with TLS", "\"implicit\" for 465, \"starttls\" for 587"),
        (account(Leaf::NoName), "no subjectAltName", "its certificate needs its name as subjectAltName"),
        (
            account(Leaf::UnknownIssuer),
            "not signed by an authority",
            "an intermediate certificate that the relay does not send",
        ),
        (
            account(Leaf::Good).on(Step::Auth).reply("454 4.7.0 Temporary authentication failure"),
            "refused the login",
            "the relay cannot check logins at the moment: try again later",
        ),
        (
            account(Leaf::Good).mechanisms("AUTH CRAM-MD5 GSSAPI"),
            "offers neither PLAIN nor LOGIN for login",
            "it offers CRAM-MD5, GSSAPI",
        ),
    ] {
        let (desk, ran) = send(script);
        ran.exit(69).reports(says).reports(remedy);
        assert_eq!(states(&desk), "pending, pending");
    }
}

#[test]
fn a_limit_at_mail_is_a_limit_and_not_a_refused_sender() {
    let full = account(Leaf::Good).on(Step::Mail).reply("550 5.4.5 Daily user sending limit exceeded");
    let (desk, ran) = send(full);
    ran.exit(75).reports("the relay's sending limit is reached").hides("most relays accept only addresses");
    assert_eq!(states(&desk), "deferred, pending");
}

#[test]
fn an_international_host_is_looked_up_in_ascii() {
    let desk = Desk::with("two-recipients");
    let text = desk.text("campaign.toml");
    let (before, _) = text.split_once("[relay]").expect("a relay");
    desk.write(
        "campaign.toml",
        format!("{before}[relay]\nhost = \"bücher.invalid\"\ntls = \"implicit\"\ntimeout = \"3s\"\n"),
    );
    desk.run("send --dry-run").exit(69).reports("xn--bcher-kva.invalid:465");
}

#[test]
fn status_describes_a_lost_tls_connection_in_plain_words() {
    let (desk, ran) = send(account(Leaf::Good).on(Step::Dot).letter(1).hang_up());
    ran.exit(76);
    desk.run("status").prints("the connection was lost").hides("rustls").hides("http").hides("close_notify");
}
