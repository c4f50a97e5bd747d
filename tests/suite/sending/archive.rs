//! The archive: a copy of each accepted letter, as it was sent, once, and in no total.

use super::*;
use crate::relay::Step;

pub(super) const ARCHIVE: &str = "archive@lantern.example";
const LEDGER: &str = ".openletter/ledger.sqlite3";

/// Two approved letters, of which the archive gets copies.
fn archived(relay: &Relay) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", &format!("[letter]\narchive = \"{ARCHIVE}\""));
    desk.through(relay).approved();
    desk
}

/// The same with so many letters.
pub(super) fn archived_many(letters: usize, relay: &Relay) -> Desk {
    let desk = approved_many(letters, relay);
    desk.edit("campaign.toml", "[letter]", &format!("[letter]\narchive = \"{ARCHIVE}\""));
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk
}

/// To whom each letter went that the relay took, in order.
fn taken(relay: &Relay) -> Vec<String> {
    relay.letters().into_iter().filter(|letter| letter.accepted).map(|letter| letter.to.join(" ")).collect()
}

#[test]
fn each_accepted_letter_goes_to_the_archive_once_as_it_was_sent() {
    let relay = Relay::start();
    let desk = archived(&relay);
    desk.run("send --yes").exit(0).reports("2 copies for the archive");
    assert_eq!(taken(&relay), ["ceo@northlight.example", "legal@northlight.example", ARCHIVE, ARCHIVE]);
    let letters = relay.letters();
    assert!(letters[0].bytes == letters[2].bytes && letters[1].bytes == letters[3].bytes, "the Date too");
    assert!(letters.iter().all(|letter| !String::from_utf8_lossy(&letter.bytes).contains(ARCHIVE)));
    let status = desk.run("status").exit(0).prints("2 accepted").out;
    assert!(!status.contains(ARCHIVE), "{status}");
    desk.run("send --yes").exit(0).hides("copies");
    assert_eq!(relay.letters(), letters, "never twice");
}

#[test]
fn an_archive_that_is_refused_stops_nothing_and_gets_its_copies_later() {
    let relay = Relay::script().on(Step::Rcpt).letter(3).reply("550 5.1.1 no such user").start();
    let desk = archived(&relay);
    desk.run("send --yes")
        .exit(0)
        .reports("did not take 1 copy")
        .reports("1 copy for archive@lantern.example not sent yet");
    desk.run("status").exit(0).prints("2 accepted");
    desk.run("send --yes").exit(0).reports("2 copies for the archive");
    assert_eq!(taken(&relay)[2..], [ARCHIVE, ARCHIVE]);
}

#[test]
fn a_copy_that_may_have_arrived_is_never_sent_again() {
    let relay = Relay::script().on(Step::Dot).letter(3).hang_up().start();
    let desk = archived(&relay);
    desk.run("send --yes").exit(0).reports("unknown whether 1 copy").reports("not sent yet");
    desk.run("send --yes").exit(0).reports("1 copy for the archive");
    desk.run("send --yes").exit(0).hides("copy");
    let letters = relay.letters();
    let copies = |of: &[u8]| letters.iter().filter(|letter| letter.to == [ARCHIVE] && letter.bytes == of).count();
    assert!(copies(&letters[0].bytes) <= 1 && copies(&letters[1].bytes) == 1);
}

#[test]
fn a_run_killed_while_it_copies_leaves_the_copy_unknown() {
    let relay = Relay::script().on(Step::Dot).letter(3).stall().start();
    let desk = archived(&relay);
    let mut child = desk.start("send --yes");
    relay.wait_for(Step::Dot, 3);
    child.kill().expect("killed");
    child.wait().expect("ended");
    desk.run("send --yes").exit(0).reports("1 copy for the archive").hides("An earlier run");
    desk.run("status").exit(0).prints("2 accepted");
    let before = relay.letters();
    desk.run("send --yes").exit(0);
    assert_eq!(relay.letters(), before);
    assert_eq!(relay.begun(), 4, "the first copy was not offered again");
}

#[test]
fn an_older_ledger_copies_nothing_again() {
    let relay = Relay::script().on(Step::Rcpt).letter(3).reply("450 4.2.1 later").start();
    let desk = archived(&relay);
    desk.run("send --yes --limit 2").exit(0).reports("2 copies for archive@lantern.example not sent yet");
    let before_any = desk.bytes(LEDGER);
    desk.run("send --yes").exit(0).reports("did not take 1 copy");
    let after_one_try = desk.bytes(LEDGER);
    desk.run("send --yes").exit(0).reports("2 copies for the archive");
    let letters = relay.letters();
    assert_eq!(taken(&relay).len(), 4);
    for older in [before_any, after_one_try] {
        desk.write(LEDGER, &older);
        desk.run("status").exit(0).prints("2 accepted");
        desk.run("send --yes").exit(0).hides("copies for");
        desk.run("send --yes").exit(0);
        assert_eq!(relay.letters(), letters);
    }
}

#[test]
fn copies_count_for_the_limit_and_the_rate() {
    let relay = Relay::start();
    let desk = archived(&relay);
    desk.run("send --yes --limit 1").exit(75);
    assert_eq!(relay.letters().len(), 1);
    desk.run("send --yes --limit 2").exit(0);
    assert_eq!(relay.letters().len(), 3);
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"30/min\"\n");
    let begin = std::time::Instant::now();
    desk.run("send --yes").exit(0);
    assert!(begin.elapsed().as_secs() >= 2, "a copy waits as a letter does");
    assert_eq!(relay.letters().len(), 4);
}

#[test]
fn the_archive_is_shown_before_anything_is_sent_and_gets_nothing_of_a_rehearsal() {
    let relay = Relay::start();
    let desk = archived(&relay);
    desk.run("approve --by 'Bo Example'").reports("archive@lantern.example, of each accepted letter");
    desk.run("rehearse").exit(0);
    desk.run("send --dry-run").exit(0);
    desk.run("send --to-me me@lantern.example --yes").exit(0);
    assert!(relay.letters().iter().all(|letter| letter.to == ["me@lantern.example"]));
    desk.edit("campaign.toml", ARCHIVE, "the archive");
    desk.run("check").exit(78).prints("the address in [letter] archive");
}
