//! TLS and login as set in `campaign.toml`: which relay is trusted, where the password comes from, and that it is
//! written nowhere.

use super::*;
use crate::relay::{Leaf, Script, Step};

const PASSWORD: &str = "correct horse 4711";

/// Every form in which the password could be found somewhere.
const FORMS: [&str; 3] = [PASSWORD, "Y29ycmVjdCBob3JzZSA0NzEx", "AGRlc2sAY29ycmVjdCBob3JzZSA0NzEx"];

fn account() -> Script {
    Relay::script().login("desk", PASSWORD).tls(Leaf::Good)
}

/// An approved campaign that reaches this relay with TLS, and these settings besides.
fn secured(relay: &Relay, settings: &str) -> Desk {
    let desk = approved(relay);
    desk.write("relay-ca.pem", relay.ca_pem());
    let tls = "host = \"localhost\"\ntls = \"implicit\"\ntimeout = \"10s\"\n";
    reach(&desk, relay, &format!("{tls}{settings}"));
    desk
}

fn from(password: &str) -> String {
    format!("ca_file = \"relay-ca.pem\"\nusername = \"desk\"\npassword = {password}\n")
}

/// Neither printed nor stored, in any form. The file that the password came from is no longer there.
#[track_caller]
fn assert_secret(desk: &Desk, ran: &Ran) {
    let kept = everything(desk, ".");
    for form in FORMS {
        assert!(!ran.out.contains(form) && !ran.err.contains(form), "{form} is printed:\n{}{}", ran.out, ran.err);
        assert!(!holds(&kept, form), "{form} is kept");
    }
}

#[test]
fn the_password_comes_from_a_variable_a_command_or_a_private_file() {
    for place in ["{ env = \"RELAY_PASSWORD\" }", "{ command = \"cat secret; echo more\" }", "{ file = \"secret\" }"] {
        let relay = account().start();
        let mut desk = secured(&relay, &from(place));
        desk.env("RELAY_PASSWORD", PASSWORD);
        // As an editor on Windows writes it.
        desk.write("secret", format!("{}{PASSWORD}\r\n", if place.contains("file") { "\u{feff}" } else { "" }));
        private(&desk, "secret", 0o600);
        let ran = desk.run("send --yes").exit(0).prints("2 accepted");
        std::fs::remove_file(desk.path("secret")).expect("removed");
        assert_secret(&desk, &ran);
        assert_agreed(&desk, &relay);
    }
}

#[cfg(unix)]
fn private(desk: &Desk, file: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(desk.path(file), std::fs::Permissions::from_mode(mode)).expect("a mode");
}

#[cfg(not(unix))]
fn private(_: &Desk, _: &str, _: u32) {}

#[test]
#[cfg(unix)]
fn a_password_that_others_can_read_is_refused() {
    let relay = account().start();
    let desk = secured(&relay, &from("{ file = \"secret\" }"));
    desk.write("secret", PASSWORD);
    for mode in [0o644, 0o640, 0o604, 0o620] {
        private(&desk, "secret", mode);
        desk.run("send --yes")
            .exit(78)
            .reports("others can read the password's file")
            .reports("chmod 600")
            .hides(PASSWORD);
    }
    assert!(relay.transcript().is_empty());
}

#[test]
fn a_missing_password_is_reported_before_connecting() {
    let relay = account().start();
    for (place, says) in [
        ("{ env = \"RELAY_PASSWORD\" }", "RELAY_PASSWORD"),
        ("{ command = \"exit 3\" }", "`exit 3` failed"),
        ("{ command = \"true\" }", "the password is empty"),
        ("{ file = \"secret\" }", "cannot read the password's file"),
    ] {
        let desk = secured(&relay, &from(place));
        desk.run("send --yes").exit(78).reports(says);
        assert!(!desk.has(".openletter/ledger.sqlite3"));
    }
    let desk = secured(&relay, &from(&format!("\"{PASSWORD}\"")));
    desk.run("send --yes").exit(78).reports("is, not what it is").hides(PASSWORD);
    assert!(relay.transcript().is_empty());
}

#[test]
fn a_wrong_password_stops_the_run_and_is_written_nowhere() {
    let relay = Relay::script().login("desk", "another one").tls(Leaf::Good).start();
    let mut desk = secured(&relay, &from("{ env = \"RELAY_PASSWORD\" }"));
    desk.env("RELAY_PASSWORD", PASSWORD);
    let ran =
        desk.run("send --yes").exit(69).reports("refused the login").reports("535 5.7.8 wrong username or password");
    assert_secret(&desk, &ran);
    assert_eq!(states(&desk), "pending, pending");
}

#[test]
fn a_password_repeated_by_the_relay_is_redacted() {
    let echo = FORMS.join(" and ");
    for step in [Step::Auth, Step::Mail, Step::Rcpt, Step::Data, Step::Dot] {
        let relay = account().on(step).reply(&format!("550-5.7.1 you said {echo}\r\n550 5.7.1 and {echo}")).start();
        let mut desk = secured(&relay, &from("{ env = \"RELAY_PASSWORD\" }"));
        desk.env("RELAY_PASSWORD", PASSWORD);
        let ran = desk.run("send --yes --retry-for 0s");
        assert!(ran.err.contains("[hidden]"), "{step:?}: {}", ran.err);
        assert_secret(&desk, &ran);
        assert_secret(&desk, &desk.run("status --format json"));
    }
}

#[test]
fn each_certificate_fault_is_named_and_nothing_is_sent() {
    for (leaf, says) in [
        (Leaf::Expired, "its certificate has expired"),
        (Leaf::NotYetValid, "its certificate is not valid yet"),
        (Leaf::WrongName, "its certificate is for another host"),
        (Leaf::UnknownIssuer, "its certificate is not signed by an authority"),
        (Leaf::SelfSigned, "its certificate is a self-signed CA certificate"),
    ] {
        let relay = Relay::script().login("desk", PASSWORD).tls(leaf).start();
        let mut desk = secured(&relay, &from("{ env = \"RELAY_PASSWORD\" }"));
        desk.env("RELAY_PASSWORD", PASSWORD);
        desk.run("send --yes")
            .exit(69)
            .reports("localhost")
            .reports("cannot be trusted")
            .reports(says)
            .reports("help: ");
        assert_eq!(states(&desk), "pending, pending");
        assert!(relay.transcript().concat().is_empty(), "{leaf:?}: {:?}", relay.transcript());
    }
}

#[test]
fn ca_file_replaces_the_machines_roots() {
    let relay = Relay::script().tls(Leaf::Good).start();
    let mut desk = secured(&relay, "");
    desk.write("other-ca.pem", Relay::start().ca_pem());
    desk.run("send --yes").exit(69).reports("not signed by an authority").reports("ca_file");
    // Now the machine trusts the relay's authority, but the campaign names another.
    let machine = desk.path("relay-ca.pem").to_string_lossy().into_owned();
    desk.env("SSL_CERT_FILE", &machine);
    let settings = "host = \"localhost\"\ntls = \"implicit\"\n";
    reach(&desk, &relay, &format!("{settings}ca_file = \"other-ca.pem\"\n"));
    desk.run("send --yes").exit(69).reports("cannot be trusted");
    assert!(relay.transcript().concat().is_empty());
    reach(&desk, &relay, settings);
    desk.run("send --yes").exit(0).prints("2 accepted");
}

#[test]
fn starttls_protects_everything_and_is_required() {
    for (script, code) in [
        (Relay::script().starttls(Leaf::Good), 0),
        (Relay::script(), 69),
        (Relay::script().on(Step::StartTls).reply("454 4.7.0 not now").starttls(Leaf::Good), 69),
    ] {
        let relay = script.login("desk", PASSWORD).start();
        let mut desk = secured(&relay, "");
        let settings = format!("host = \"localhost\"\ntls = \"starttls\"\n{}", from("{ env = \"RELAY_PASSWORD\" }"));
        reach(&desk, &relay, &settings);
        desk.env("RELAY_PASSWORD", PASSWORD);
        desk.run("send --yes --retry-for 0s").exit(code);
        let said = relay.transcript().concat();
        let starttls = said.iter().position(|line| line == "STARTTLS");
        let auth = said.iter().position(|line| line.starts_with("AUTH"));
        assert_eq!(auth.is_some(), code == 0, "{said:?}");
        assert!(auth.is_none() || starttls < auth, "{said:?}");
    }
}

#[test]
fn without_tls_no_other_machine_is_connected_to() {
    let relay = Relay::start();
    // Many systems take these for themselves, so that the relay would hear of a try.
    for host in ["0.0.0.0", "::ffff:127.0.0.1", "127.1", "relay.example.org", "192.0.2.1"] {
        let desk = approved(&relay);
        reach(&desk, &relay, &format!("host = \"{host}\"\ntls = \"none\"\ntimeout = \"2s\"\n"));
        for words in ["send --yes", "send --dry-run", "send --to-me me@example.org"] {
            let ran = desk.run(words);
            assert!(matches!(ran.code, Some(69 | 78)), "{host}: {:?} {}", ran.code, ran.err);
            assert!(ran.err.contains("without TLS"), "{host}: {}", ran.err);
        }
    }
    assert!(relay.transcript().is_empty());
}

#[test]
fn settings_without_a_password_are_valid_but_need_a_terminal() {
    let relay = account().start();
    let desk = secured(&relay, "ca_file = \"relay-ca.pem\"\nusername = \"desk\"\n");
    desk.run("check").exit(0).hides("password");
    for words in ["send --yes", "send --dry-run", "send --to-me me@example.org"] {
        let ran = desk.run(words).exit(78).reports("there is no terminal to ask at");
        ran.reports("{ env = ").reports("{ command = ").reports("{ file = ");
    }
    assert!(relay.transcript().is_empty() && !desk.has(".openletter/ledger.sqlite3"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_password_that_is_not_set_is_asked_for_and_not_shown() {
    let relay = account().start();
    let desk = secured(&relay, "ca_file = \"relay-ca.pem\"\nusername = \"desk\"\n");
    for (typed, code) in [("\u{3}", 130), ("\n", 78), ("\u{4}", 78)] {
        let mut terminal = desk.at_own_terminal("send", 80, 24);
        terminal.until("Send? [y/N]").types("y\n").until("Password of desk at localhost: ");
        terminal.until_hidden().types(typed);
        terminal.ends().exit(code);
    }
    assert!(relay.transcript().is_empty(), "nobody is called without a password");
    for (words, says) in [
        ("send --dry-run", "2 letters would be sent"),
        ("send --to-me me@example.org", "to nobody else"),
        ("send --yes", "2 accepted"),
    ] {
        let mut terminal = desk.at_own_terminal(words, 80, 24);
        terminal.until("Password of desk at localhost: ").until_hidden().types(&format!("{PASSWORD}\n"));
        let ran = terminal.ends().exit(0).prints(says);
        assert_secret(&desk, &ran);
    }
}

#[cfg(unix)]
#[test]
fn each_connection_fetches_a_new_token() {
    let relay = Relay::script().login("desk", "open-sesame").mechanisms("AUTH XOAUTH2").start();
    let desk = approved_many(3, &relay);
    let settings = "host = \"127.0.0.1\"\ntls = \"none\"\nusername = \"desk\"\nper_connection = 1\n";
    let command = |says: &str| format!("{settings}token = {{ command = \"printf x >>calls; {says}\" }}\n");
    desk.write("token", "open-sesame\n");
    reach(&desk, &relay, &command("cat token"));
    desk.run("send --yes --limit 2").exit(75).prints("2 accepted");
    assert_eq!(desk.text("calls"), "xx");
    // The first was had before anyone was called: that it cannot be had is a matter of the settings.
    reach(&desk, &relay, &command("false"));
    desk.run("send --yes").exit(78).reports("the token's command").hides("sesame");
    desk.run("send --dry-run").exit(78).reports("the token's command");
    let desk = approved_many(3, &relay);
    desk.write("token", "open-sesame\n");
    let once = "test $(wc -c <calls) = 1 && cat token";
    reach(&desk, &relay, &command(once));
    desk.run("send --yes")
        .exit(69)
        .reports("cannot get the token for 127.0.0.1:")
        .reports("the token's command")
        .hides("sesame");
    assert_eq!(states(&desk), "accepted, pending, pending");
}
