//! What prevents a second letter after a mistake: changed ids, outboxes and manifests are detected.

use crate::desk::Desk;
use crate::relay::{Relay, Step};

/// The list with two ids exchanged.
fn exchange_ids(desk: &Desk) {
    desk.edit("recipients.csv", "ceo,Ms.", "x,Ms.");
    desk.edit("recipients.csv", "legal,,", "ceo,,");
    desk.edit("recipients.csv", "x,Ms.", "legal,Ms.");
}

#[test]
fn ids_exchanged_after_sending_are_detected_before_anybody_gets_two_letters() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --limit 1").exit(75);
    exchange_ids(&desk);
    desk.run("write --force").exit(0).reports("`send` will refuse them");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes")
        .exit(77)
        .reports("was sent to ceo@northlight.example, but is now for legal@northlight.example");
    assert_eq!(relay.letters().len(), 1);
    desk.run("status").exit(0).prints("ceo@northlight.example");
}

#[test]
fn an_address_that_got_a_letter_is_recognised_under_any_id() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --limit 1").exit(75);
    desk.edit("recipients.csv", "ceo,Ms.", "chief,Ms.");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(77).reports("got a letter with id ceo, but now has id chief");
    assert_eq!(relay.letters().len(), 1);
}

#[test]
fn a_letter_forged_together_with_its_manifest_row_is_not_approved() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    desk.edit("outbox/manifest.csv", "ceo@northlight.example", "evil@elsewhere.example");
    desk.run("approve --by 'Ada Example'").exit(77).reports("is not the letter that the campaign produces");
    assert!(!desk.has("outbox/approval.toml"));
}

#[test]
fn an_outbox_of_another_campaign_is_not_sent_even_as_written() {
    let relay = Relay::start();
    let (one, other) = (Desk::with("two-recipients"), Desk::with("two-recipients"));
    one.through(&relay).approved();
    other.edit("campaign.toml", "id = \"two-recipients\"", "id = \"another\"");
    other.through(&relay);
    std::fs::rename(one.path("outbox"), other.path("outbox")).expect("moved");
    other.run("send --yes --as-written").exit(77).reports("letters of another campaign");
    assert!(relay.transcript().is_empty());
}

#[test]
fn an_unknown_letter_whose_row_was_removed_is_still_reported() {
    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --retry-for 0s").exit(76);
    desk.edit("recipients.csv", "ceo,Ms.,Thandeka,Okafor,Chief Executive Officer,ceo@northlight.example\n", "");
    desk.run("write --force").exit(77).reports("not settled: ceo");
    std::fs::remove_dir_all(desk.path("outbox")).expect("removed");
    desk.run("write").exit(77).reports("not settled: ceo");
}

#[test]
fn a_time_out_of_range_does_not_lift_the_embargo() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nnot_before = 9999-12-31T00:00:00Z");
    desk.run("check").exit(78).prints("not_before must be an existing date and time");
}

#[test]
fn a_category_is_protected_in_singular_and_plural() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "protect = [\"survivor\"]", "protect = [\"Survivors\"]\ndefault_display = \"full\"");
    desk.edit("signatories.csv", "survivor,withheld,given,2018-01-05,yes", "survivor,,given,,");
    desk.run("preview --all").exit(0).hides("Satterwhaite");
}

#[test]
fn the_same_file_cannot_be_both_lists() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[signatories]", "[recipients]\nfile = \"signatories.csv\"\n\n[signatories]");
    desk.run("write").exit(65).reports("is named as the recipient list too").hides("jolene");
    assert!(!desk.has("outbox"));
}
