//! What stands between a mistake and a second letter: ids, outboxes and manifests that are not what they were.

use crate::desk::Desk;
use crate::relay::{Relay, Step};

/// The list with the two ids exchanged: each person now bears the other's.
fn exchange_ids(desk: &Desk) {
    desk.edit("recipients.csv", "ceo,Ms.", "x,Ms.");
    desk.edit("recipients.csv", "legal,,", "ceo,,");
    desk.edit("recipients.csv", "x,Ms.", "legal,Ms.");
}

#[test]
fn ids_exchanged_after_a_letter_went_are_found_before_anybody_is_written_to_twice() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --limit 1").exit(75);
    exchange_ids(&desk);
    desk.run("write --force").exit(0).tells("`send` will refuse them");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes")
        .exit(77)
        .tells("was sent to ceo@northlight.example, but is now for legal@northlight.example");
    assert_eq!(relay.letters().len(), 1);
    desk.run("status").exit(0).says("ceo@northlight.example");
}

#[test]
fn an_address_that_was_written_to_is_known_under_any_id() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --limit 1").exit(75);
    desk.edit("recipients.csv", "ceo,Ms.", "chief,Ms.");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(77).tells("got a letter with id ceo, but now has id chief");
    assert_eq!(relay.letters().len(), 1);
}

#[test]
fn a_letter_and_its_row_of_the_manifest_forged_together_are_not_approved() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    desk.edit("outbox/manifest.csv", "ceo@northlight.example", "evil@elsewhere.example");
    desk.run("approve --by 'Ada Example'").exit(77).tells("is not the letter that the campaign produces");
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
    other.run("send --yes --as-written").exit(77).tells("letters of another campaign");
    assert!(relay.transcript().is_empty());
}

#[test]
fn an_unknown_letter_is_not_forgotten_with_its_row() {
    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --retry-for 0s").exit(76);
    desk.edit("recipients.csv", "ceo,Ms.,Thandeka,Okafor,Chief Executive Officer,ceo@northlight.example\n", "");
    desk.run("write --force").exit(77).tells("not settled: ceo");
    std::fs::remove_dir_all(desk.path("outbox")).expect("removed");
    desk.run("write").exit(77).tells("not settled: ceo");
}

#[test]
fn an_instant_beyond_the_calendar_is_no_embargo_lifted() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "date = 2018-01-11", "date = 2018-01-11\nnot_before = 9999-12-31T00:00:00Z");
    desk.run("check").exit(78).says("not_before must be an instant of the calendar");
}

#[test]
fn a_protection_does_not_hang_on_the_plural() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "protect = [\"survivor\"]", "protect = [\"Survivors\"]\ndefault_display = \"full\"");
    desk.edit("signatories.csv", "survivor,withheld,given,2018-01-05,yes", "survivor,,given,,");
    desk.run("preview --all").exit(0).hides("Satterwhaite");
}

#[test]
fn the_signatory_list_is_never_the_recipient_list() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[signatories]", "[recipients]\nfile = \"signatories.csv\"\n\n[signatories]");
    desk.run("write").exit(65).tells("is named as the recipient list too").hides("jolene");
    assert!(!desk.has("outbox"));
}
