//! `record`: who was written to, when, and what came back; no address and nothing private in it.

use crate::desk::Desk;
use crate::relay::{Relay, Step};
use crate::search::Search;

const QUEUED: &str = "250 2.0.0 Ok: queued as 4TzH5k2Q1Lz";

/// Two letters that were sent, in a campaign of New York.
fn sent() -> (Desk, Relay) {
    let relay = Relay::script().on(Step::Dot).letter(1).reply(QUEUED).start();
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "timezone = \"America/New_York\"\n\n[letter]");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    (desk, relay)
}

#[test]
fn the_record_says_who_when_and_what_came_back() {
    let (desk, _relay) = sent();
    desk.run("answer ceo --kind refused --note 'by phone'").exit(0);
    let rows = desk.run("record --format csv").exit(0).csv();
    let header = ["edition", "name", "title", "company", "accepted_at", "queue_id", "answered", "answered_on"];
    assert_eq!(rows[0], header);
    assert_eq!(rows.len(), 3);
    assert_eq!((&*rows[1][1], &*rows[1][2]), ("Thandeka Okafor", "Chief Executive Officer"));
    assert_eq!((&*rows[1][5], &*rows[1][6]), ("4TzH5k2Q1Lz", "refused"));
    let accepted: jiff::Timestamp = rows[1][4].parse().expect("RFC 3339");
    assert!(accepted.duration_until(jiff::Timestamp::now()).as_secs() < 120);
    assert!(rows[1][4].ends_with("-05:00") || rows[1][4].ends_with("-04:00"), "{}", rows[1][4]);
    assert_eq!(rows[2][6..], ["", ""]);

    let json = desk.run("record --format json").exit(0).json();
    assert_eq!((json["accepted"].as_u64(), json["answered"].as_u64()), (Some(2), Some(1)));
    assert_eq!(
        (&json["time_zone"], &json["letters"][0]["queue_id"]),
        (&"America/New_York".into(), &"4TzH5k2Q1Lz".into())
    );
    let page = desk.run("record").exit(0).prints("2 letters; 1 was answered").out;
    assert!(page.contains("| 1 | Thandeka Okafor | Chief Executive Officer |"), "{page}");
    assert_eq!(page, desk.run("record --format markdown").exit(0).out, "the same in every run");
}

#[test]
fn addresses_and_notes_are_shown_only_on_request() {
    let (desk, _relay) = sent();
    desk.run("answer ceo --kind reply --note 'from aide@northlight.example, by phone'").exit(0);
    for format in ["markdown", "csv", "json"] {
        let plain = desk.run(&format!("record --format {format}")).exit(0).hides("phone").out;
        let noted = desk.run(&format!("record --format {format} --with-notes")).exit(0).prints("by phone").out;
        assert!(!plain.contains('@') && !noted.contains('@'), "{plain}{noted}");
        let all = desk.run(&format!("record --format {format} --with-notes --with-addresses")).exit(0);
        all.prints("ceo@northlight.example").prints("aide@northlight.example");
    }
}

#[test]
fn what_relays_and_people_wrote_is_searched() {
    let relay = Relay::script().on(Step::Dot).letter(1).reply("250 Ok: queued as jolene.satterwhaite.1").start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    let ran = desk.run("record").exit(65).reports("error[leak]").reports("the record of letter 1").hides("atterwhaite");
    assert_eq!(ran.out, "");

    let (desk, _relay) = sent();
    desk.run("answer ceo --kind reply --note 'asked for Satterwhaite'").exit(0);
    desk.run("record").exit(0);
    desk.run("record --with-notes").exit(65).reports("error[leak]").hides("Satterwhaite");
    desk.run("answer ceo --kind reply --note 'asked for the list'").exit(0);
    desk.run("record --with-notes").exit(0).prints("asked for the list");
    // Somebody in a row that cannot be read cannot be searched for.
    desk.edit("signatories.csv", "withheld", "hidden");
    desk.run("record").exit(65).hides("Satterwhaite");
}

#[test]
fn only_accepted_letters_are_on_record_also_without_their_row() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").start();
    let desk = Desk::with("two-recipients");
    desk.run("record").exit(77).reports("no ledger");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1);
    assert_eq!(desk.run("record --format csv").exit(0).csv().len(), 2);
    desk.edit("recipients.csv", "legal,", "lawyer,");
    let ran = desk.run("record --format csv").exit(0).reports("not in the list any more");
    assert_eq!(ran.csv()[1][..4], ["1", "", "", ""]);
}

#[test]
fn the_record_of_the_sample_holds_no_address_and_nothing_private() {
    let relay = Relay::start();
    let desk = Desk::sample();
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    let search = Search::of(&desk.text("signatories.csv"), "survivor");
    for format in ["markdown", "csv", "json"] {
        let out = desk.run(&format!("record --format {format} --with-notes")).exit(0).out;
        assert!(out.contains("Okafor") && !out.contains('@'), "{out}");
        search.passes(format, &out);
    }
}
