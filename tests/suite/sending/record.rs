//! The ledger from outside: without it, or with a damaged or another one, nothing is sent and no new one is made; it
//! contains no signatory, and only `send` writes to it.

use super::*;
use std::fs;

const FILE: &str = ".openletter/ledger.sqlite3";

/// A campaign with two letters, one of which was sent.
fn half_sent(relay: &Relay) -> Desk {
    let desk = approved(relay);
    desk.run("send --yes --limit 1").exit(75).prints("1 pending, 1 accepted");
    desk
}

/// Every way to send is refused, and so is to look; nobody is called, and nothing takes the ledger's place.
#[track_caller]
fn assert_refused(desk: &Desk, relay: &Relay, what: &str) {
    let before = (relay.transcript().len(), fs::read(desk.path(FILE)).ok());
    for words in
        ["send --yes", "send --yes --as-written", "send --yes --only legal", "send --dry-run", "send --yes", "status"]
    {
        let ran = desk.run(words);
        assert_eq!(ran.code, Some(77), "{what}: {words}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("ledger"), "{what}: {}", ran.err);
    }
    assert_eq!(relay.transcript().len(), before.0, "{what}: nobody is called");
    assert!(fs::read(desk.path(FILE)).ok() == before.1, "{what}: the ledger is left as it is");
}

#[test]
fn nothing_is_sent_without_the_ledger_of_the_first_run() {
    let relay = Relay::start();
    let desk = half_sent(&relay);
    let ledger = desk.bytes(FILE);
    fs::remove_file(desk.path(FILE)).expect("removed");
    assert_refused(&desk, &relay, "the file is gone");
    fs::remove_dir_all(desk.path(".openletter")).expect("removed");
    assert_refused(&desk, &relay, "the folder is gone");
    desk.run("send --yes").reports("the ledger is missing").reports("restore it from a backup");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    assert_refused(&desk, &relay, "the outbox was written again");
    desk.write(FILE, ledger);
    desk.run("send --yes --moved").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
    assert_agreed(&desk, &relay);
}

#[test]
fn a_damaged_ledger_is_refused_and_not_changed() {
    let relay = Relay::start();
    let desk = half_sent(&relay);
    let whole = desk.bytes(FILE);
    let page = 4096;
    assert_eq!(whole.len() % page, 0);
    let zeroed = |number: usize| {
        let mut bytes = whole.clone();
        bytes[number * page..(number + 1) * page].fill(0);
        (format!("page {number} is blank"), bytes)
    };
    let mut damaged: Vec<(String, Vec<u8>)> = (0..whole.len() / page).map(zeroed).collect();
    for length in [0, 1, 15, 16, 99, 100, page - 1, page, whole.len() / 2, whole.len() - page, whole.len() - 1] {
        damaged.push((format!("only {length} bytes are left"), whole[..length].to_vec()));
    }
    damaged.push(("it is a text".into(), b"accepted: ceo\n".repeat(900)));
    damaged.push(("text before it".into(), [b"x", &whole[..]].concat()));
    for (what, bytes) in damaged {
        desk.write(FILE, bytes);
        assert_refused(&desk, &relay, &what);
    }
    desk.write(FILE, whole);
    desk.run("send --yes").exit(0);
    assert_agreed(&desk, &relay);
}

#[test]
fn the_ledger_of_another_outbox_is_refused() {
    let relay = Relay::start();
    let desk = half_sent(&relay);
    // The same campaign, sent from another folder.
    let other = half_sent(&relay);
    desk.write(FILE, other.bytes(FILE));
    assert_refused(&desk, &relay, "another folder's");

    let other = Desk::with("two-recipients");
    other.through(&relay).edit("campaign.toml", "id = \"two-recipients\"", "id = \"another\"").approved();
    other.run("send --yes --limit 1").exit(75);
    desk.write(FILE, other.bytes(FILE));
    assert_refused(&desk, &relay, "another campaign's");

    let fresh = approved(&relay);
    fresh.write(FILE, other.bytes(FILE));
    assert_refused(&fresh, &relay, "another campaign's, for an outbox that was never sent");
}

#[test]
fn an_accepted_letter_is_not_sent_again_from_a_new_outbox() {
    let relay = Relay::start();
    let desk = half_sent(&relay);
    let first = relay.letters();
    desk.edit("templates/letter.md.hbs", "We are", "Today we are");
    desk.run("write --force")
        .exit(0)
        .reports("Already sent under this campaign's id, so not sent again: 1 letter.")
        .reports("set `edition = 2` in [campaign]");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(0).prints("2 accepted");
    let all = relay.letters();
    assert_eq!((all.len(), &all[..1]), (2, &first[..]));
    assert_eq!(undated(&all[1].bytes), undated(&written(&desk)[1]), "the second went with its new text");
    assert_agreed(&desk, &relay);

    fs::remove_dir_all(desk.path("outbox")).expect("removed");
    desk.approved().run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn an_outbox_with_an_unknown_letter_is_not_replaced() {
    let relay = Relay::script().on(crate::relay::Step::Dot).letter(1).hang_up().start();
    let desk = approved(&relay);
    desk.run("send --yes").exit(76);
    let outbox = everything(&desk, "outbox");
    desk.run("write --force").exit(77).reports("ceo").reports("not settled");
    assert!(everything(&desk, "outbox") == outbox);
}

#[test]
fn rehearse_and_status_do_not_change_the_ledger() {
    let relay = Relay::start();
    let desk = approved(&relay);
    let looks =
        ["rehearse", "send --dry-run", "send --to-me ada@example.org", "status", "status --failed --format csv"];
    for words in looks {
        desk.run(words).exit(0);
        assert!(!desk.has(".openletter/ledger.sqlite3"), "{words}");
    }
    desk.run("send --yes --limit 1").exit(75);
    let ledger = desk.bytes(FILE);
    for words in looks {
        desk.run(words).exit(0);
        assert!(desk.bytes(FILE) == ledger, "{words}");
    }
    assert_eq!(states(&desk), "accepted, pending");
}

#[test]
fn the_ledger_contains_no_signatory_and_no_text_of_a_letter_but_its_subject() {
    let relay = Relay::script()
        .on(crate::relay::Step::Rcpt)
        .letter(1)
        .reply("450 4.2.0 later")
        .on(crate::relay::Step::Dot)
        .letter(2)
        .hang_up()
        .start();
    let desk = Desk::sample();
    desk.through(&relay);
    // The sample's embargo is long over.
    let text: String =
        desk.text("campaign.toml").lines().filter(|l| !l.starts_with("not_")).map(|l| format!("{l}\n")).collect();
    desk.write("campaign.toml", text).approved();
    desk.run("send --yes --retry-for 0s").exit(76);
    let record = everything(&desk, ".openletter");
    assert!(holds(&record, "greylisted") || holds(&record, "450") || holds(&record, "4.2.0 later"));
    let list = desk.text("signatories.csv");
    let mut rows = csv::ReaderBuilder::new().from_reader(list.as_bytes());
    let headers = rows.headers().expect("headers").clone();
    let mut searched = 0;
    for row in rows.records() {
        let row = row.expect("a row");
        let cells = headers.iter().zip(row.iter());
        for (_, cell) in cells.filter(|(header, cell)| {
            ["name", "family_name", "email", "affiliation", "pseudonym", "statement"].contains(header) && cell.len() > 3
        }) {
            searched += 1;
            assert!(!holds(&record, cell), "the ledger holds {cell:?}");
        }
    }
    assert!(searched > 100, "{searched}");
    for text in ["Dear ", "Subject", "fifty-six"] {
        assert!(!holds(&record, text), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn the_ledger_is_private_with_any_umask() {
    use std::os::unix::fs::PermissionsExt;
    let relay = Relay::start();
    let desk = half_sent(&relay);
    let mode = |file: &str| fs::metadata(desk.path(file)).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(".openletter"), 0o700);
    for file in fs::read_dir(desk.path(".openletter")).expect("a folder") {
        let name = file.expect("an entry").file_name().into_string().expect("UTF-8");
        assert_eq!(mode(&format!(".openletter/{name}")), 0o600, "{name}");
    }
}

#[test]
fn an_acceptance_that_cannot_be_recorded_is_shown_with_the_letters_id() {
    let relay = Relay::script().on(crate::relay::Step::Dot).letter(1).held().reply("250 2.0.0 queued").start();
    let desk = approved(&relay);
    let child = desk.start("send --yes");
    relay.wait_for(crate::relay::Step::Dot, 1);
    // Somebody else writes, for longer than the program waits.
    let other = rusqlite::Connection::open(desk.path(FILE)).expect("the ledger");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    relay.release();
    let ran = end("send", child).exit(76);
    drop(other);
    ran.reports("letter 1 · ceo was accepted (250 2.0.0 queued (at final dot)), but this could not be recorded")
        .reports("openletter settle ceo --sent");
    desk.run("settle ceo --sent --yes").exit(0);
    desk.run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
}

/// Runs the program without root's right to ignore permissions.
#[cfg(target_os = "linux")]
fn restricted(desk: &Desk, words: &str) -> Ran {
    let plain = "[ $(id -u) = 0 ] || exec \"$0\"";
    desk.shell(&format!("{plain} {words}; exec setpriv --bounding-set -dac_override,-dac_read_search \"$0\" {words}"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_ledger_that_cannot_be_written_is_reported_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |desk: &Desk, file: &str, mode| {
        fs::set_permissions(desk.path(file), fs::Permissions::from_mode(mode)).expect("a mode");
    };
    let relay = Relay::start();
    // The folder before and after the first send, and the ledger alone.
    let cases = [(".openletter", 0o700, 0o500, false), (".openletter", 0o700, 0o500, true), (FILE, 0o600, 0o400, true)];
    for (file, was, is, is_sent) in cases {
        let desk = if is_sent { half_sent(&relay) } else { approved(&relay) };
        let before = relay.letters().len();
        mode(&desk, file, is);
        let ran = restricted(&desk, "send --yes").exit(74);
        assert!(ran.err.contains("no permission to write"), "{file}: {}", ran.err);
        assert!(ran.err.contains("help: check the owner"), "{file}: {}", ran.err);
        assert!(!ran.err.contains("os error") && !ran.err.contains("database"), "{file}: {}", ran.err);
        assert_eq!(relay.letters().len(), before);
        mode(&desk, file, was);
        desk.run("send --yes").exit(0).prints("2 accepted");
    }
}
