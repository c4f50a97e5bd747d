//! Sending some letters, one letter to oneself, or none: `--limit`, `--only`, `--to-me`, `--dry-run`.

use super::*;
use crate::relay::Step;

/// Whom the relay got letters for, in order.
fn envelopes(relay: &Relay) -> Vec<String> {
    relay.letters().into_iter().map(|letter| letter.to.join(" and ")).collect()
}

#[test]
fn a_limit_applies_to_each_run_until_all_letters_are_sent() {
    let relay = Relay::start();
    let desk = approved_many(5, &relay);
    desk.run("send --yes --limit 0").exit(75).prints("5 pending");
    for (limit, sent) in [(2, 2), (1, 3)] {
        desk.run(&format!("send --yes --limit {limit}")).exit(75).reports("run `openletter send` again");
        assert_eq!(relay.letters().len(), sent);
    }
    desk.run("send --yes --limit 9").exit(0).prints("5 accepted");
    assert_eq!(envelopes(&relay), [1, 2, 3, 4, 5].map(|n| format!("r{n}@northlight.example")));
    assert_agreed(&desk, &relay);
}

#[test]
fn a_limit_counts_letters_not_tries() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("450 4.2.0 greylisted").start();
    let desk = approved_many(3, &relay);
    desk.run("send --yes --limit 1 --retry-for 10s").exit(75).prints("2 pending, 1 accepted");
    assert_eq!(envelopes(&relay), ["r1@northlight.example"]);
}

#[test]
fn only_sends_the_named_letters_by_id_or_number() {
    let relay = Relay::start();
    let desk = approved_many(5, &relay);
    desk.run("send --yes --only r4 2")
        .exit(75)
        .reports("The letters that --only did not name remain")
        .hides("openletter send`");
    assert_eq!(envelopes(&relay), ["r2@northlight.example", "r4@northlight.example"]);
    desk.run("send --yes --only r4 --only 2 --only 5").exit(75).prints("2 pending, 3 accepted");
    assert_eq!(envelopes(&relay).len(), 3);
    assert_eq!(states(&desk), "pending, accepted, pending, accepted, accepted");
    desk.run("send --yes --only r1 r3 --limit 1").exit(75).prints("1 pending, 4 accepted");
    assert_agreed(&desk, &relay);
}

#[test]
fn an_unknown_letter_is_a_usage_error_and_nothing_is_connected_to() {
    let relay = Relay::start();
    let desk = approved_many(2, &relay);
    for (words, name) in
        [("nobody", "nobody"), ("r1 nobody", "nobody"), ("3", "3"), ("0", "0"), ("01", "01"), ("R1", "R1")]
    {
        for more in ["--yes", "--dry-run", "--to-me ada@example.org"] {
            desk.run(&format!("send {more} --only {words}")).exit(64).reports(&format!("not in the outbox: {name}"));
        }
    }
    assert!(relay.transcript().is_empty() && !desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn a_number_that_is_an_id_means_the_id() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "ceo,", "2,").edit("recipients.csv", "legal,", "1,");
    desk.through(&relay).approved();
    desk.run("send --yes --only 1").exit(75);
    assert_eq!(envelopes(&relay), ["legal@northlight.example"]);
}

#[test]
fn a_letter_to_me_has_the_same_bytes_and_no_other_recipient() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    // Before any approval, and under embargo.
    desk.through(&relay).edit("campaign.toml", "date = ", "not_before = 2999-01-11T09:00:00Z\ndate = ");
    desk.run("send --to-me Me@Example.org").exit(0).prints("Sent a copy of letter 1 (ceo) to").prints("to nobody else");
    desk.run("send --to-me me@example.org --only legal").exit(0).prints("letter 2 (legal)");
    let letters = relay.letters();
    let (copies, originals): (Vec<_>, Vec<_>) = letters
        .iter()
        .zip(written(&desk))
        .map(|(letter, written)| (identity(&letter.bytes), identity(&written)))
        .unzip();
    assert!(copies.iter().zip(&originals).all(|(copy, original)| copy.1 == original.1), "all else is the letter's");
    let mut ids: Vec<_> = copies.iter().chain(&originals).map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "each copy has a Message-ID of its own");
    assert!(envelopes(&relay).iter().all(|to| to.eq_ignore_ascii_case("me@example.org")), "{:?}", envelopes(&relay));
    assert!(letters.iter().all(|letter| letter.from == "bounces@lantern.example"));
    let said = relay.transcript().concat();
    assert!(!said.iter().any(|line| line.contains("northlight.example")), "{said:?}");
    assert!(!desk.has(".openletter/ledger.sqlite3"));
    assert_eq!(states(&desk), "pending, pending");
}

#[test]
fn a_letter_to_me_does_not_count_as_sent() {
    let relay = Relay::start();
    let desk = approved(&relay);
    desk.run("send --to-me me@example.org").exit(0);
    desk.run("send --yes").exit(0).prints("2 accepted");
    desk.run("send --to-me me@example.org").exit(0);
    let ceo = "ceo@northlight.example";
    assert_eq!(envelopes(&relay), ["me@example.org", ceo, "legal@northlight.example", "me@example.org"]);
}

#[test]
fn a_failed_letter_to_me_is_reported_and_changes_nothing() {
    let relay = Relay::script().on(Step::Rcpt).connection(1).reply("550 5.1.1 nobody here").start();
    let desk = approved(&relay);
    desk.run("send --to-me me@example.org")
        .exit(69)
        .reports("the relay did not accept letter 1: 550 5.1.1 nobody here");
    for address in ["me", "me@", "a b@example.org", "'me@example.org>'", "''"] {
        desk.run(&format!("send --to-me {address}")).exit(64);
    }
    desk.run("send --to-me me@example.org --dry-run").exit(64);
    assert_eq!(relay.transcript().len(), 1);
    let letter = format!("outbox/letters/{}", desk.letters()[0]);
    desk.edit(&letter, "Dear", "Dead");
    desk.run("send --to-me me@example.org").exit(77);
    assert!(relay.letters().is_empty() && !desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn a_dry_run_connects_and_offers_nothing() {
    let relay = Relay::script().login("desk", "open-sesame").start();
    let mut desk = Desk::with("two-recipients");
    let settings = "host = \"127.0.0.1\"\ntls = \"none\"\nusername = \"desk\"\npassword = { env = \"PASSWORD\" }\n";
    reach(&desk, &relay, settings);
    desk.env("PASSWORD", "open-sesame");
    desk.run("send --dry-run")
        .exit(0)
        .prints("login accepted")
        .prints("10485760 bytes")
        .prints("2 letters would be sent. State now: 2 pending")
        .prints("not approved yet")
        .prints("Nothing was sent")
        .hides("sesame");
    assert!(!desk.has(".openletter/ledger.sqlite3"));
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --dry-run").exit(0).prints("approved by Ada Example");
    desk.run("send --dry-run --only legal").exit(0).prints("1 letter would be sent. State now: 2 pending");
    desk.run("send --dry-run --limit 1").exit(0).prints("1 letter would be sent. State now: 2 pending");
    // The sender is asked about, and taken back.
    for said in relay.transcript() {
        let letter: Vec<_> = said.iter().skip_while(|line| !line.starts_with("MAIL")).collect();
        assert_eq!(letter, ["MAIL FROM:<bounces@lantern.example>", "RSET", "QUIT"]);
    }
    assert!(!desk.has(".openletter/ledger.sqlite3"));
    desk.run("send --yes --limit 1").exit(75);
    desk.run("send --dry-run").exit(0).prints("1 letter would be sent. State now: 1 pending, 1 accepted");
    desk.run("send --dry-run --only ceo").exit(0).prints("0 letters would be sent");
}

#[test]
fn a_dry_run_reports_what_would_stop_the_letters() {
    let small = "250-relay.example\r\n250 SIZE 200";
    let relay = Relay::script().on(Step::Ehlo).reply(small).start();
    let desk = approved(&relay);
    desk.run("send --dry-run")
        .exit(69)
        .prints("0 letters would be sent")
        .reports("too large for this relay: letter 1, 2");
    let refusing = |reply: &str| Relay::script().on(Step::Mail).reply(reply).start();
    let relay = refusing("553 5.7.1 not owned by user desk");
    desk.through(&relay).run("send --dry-run").exit(69).reports("refused the sender").reports("not owned by user desk");
    let relay = refusing("451 4.7.1 later");
    desk.through(&relay).run("send --dry-run").exit(0).prints("was deferred: 451 4.7.1 later");
    let relay = Relay::script().login("desk", "open-sesame").start();
    let mut desk = approved(&relay);
    reach(
        &desk,
        &relay,
        "host = \"127.0.0.1\"\ntls = \"none\"\nusername = \"desk\"\npassword = { env = \"PASSWORD\" }\n",
    );
    desk.env("PASSWORD", "wrong-sesame");
    desk.run("send --dry-run").exit(69).reports("refused the login").hides("wrong-sesame");
    // A port that was free just now may be used by another test; nothing listens on port 1.
    desk.edit("campaign.toml", &format!("port = {}", relay.port()), "port = 1");
    desk.run("send --dry-run").exit(69).reports("cannot reach");
    assert!(!desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn a_limit_counts_letters_deferred_by_an_earlier_run() {
    let put_off = |script: crate::relay::Script, n| script.on(Step::Rcpt).letter(n).reply("450 4.2.0 greylisted");
    let relay = (1..=4).fold(Relay::script(), put_off).start();
    let desk = approved_many(3, &relay);
    desk.run("send --yes --retry-for 0s").exit(75).prints("3 deferred");
    desk.run("send --yes --limit 1 --retry-for 10s").exit(75).prints("1 accepted, 2 deferred");
    assert_eq!(envelopes(&relay), ["r1@northlight.example"]);
}

#[test]
fn after_only_the_hint_names_exactly_the_letters_that_remain() {
    let relay = Relay::script().on(Step::Rcpt).letter(2).reply("450 4.2.0 later").start();
    let desk = approved_many(4, &relay);
    let ran = desk.run("send --yes --retry-for 0s --only r1 r2 r3").exit(75);
    ran.reports("run `openletter send --only r2`.");
    assert_eq!(states(&desk), "accepted, deferred, accepted, pending");
}

/// The Message-ID of a message, and the message without it and without its date.
fn identity(message: &[u8]) -> (String, String) {
    let text = String::from_utf8(undated(message)).expect("UTF-8");
    let (before, rest) = text.split_once("\r\nMessage-ID: ").expect("a Message-ID");
    let (id, after) = rest.split_once("\r\n").expect("a line end");
    (id.to_owned(), format!("{before}\r\n{after}"))
}
