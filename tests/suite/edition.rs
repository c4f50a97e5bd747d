//! `edition = 2`: the letter goes to everybody again under the first, and the ledger keeps both.

use crate::desk::Desk;
use crate::follow_up::header;
use crate::relay::{Relay, Step};

/// Two letters that were sent, and the second edition of them, approved.
fn second() -> (Desk, Relay) {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.edit("campaign.toml", "[letter]", "edition = 2\n\n[letter]");
    let list = desk.text("signatories.csv");
    desk.write("signatories.csv", list + "Amara Delacroix-Osei,campaigner,full,given,,,amara@inbox.example,\n");
    desk.run("write --force").exit(0).reports("Edition 2: 3 signatories; edition 1 had 2.").hides("Already sent");
    desk.run("approve --by 'Ada Example'").exit(0).reports("edition        2: 3 signatories; edition 1 had 2\n");
    (desk, relay)
}

#[test]
#[cfg(unix)]
fn whoever_approves_or_sends_sees_how_the_roll_has_grown() {
    const GROWTH: &str = "2: 3 signatories; edition 1 had 2";
    let (desk, relay) = second();
    let mut terminal = desk.at_terminal("send", 80, 40);
    terminal.until(GROWTH).until("Send? [y/N]").types("n\n");
    terminal.ends().exit(77);
    desk.edit("campaign.toml", "edition = 2\n", "");
    desk.run("write --force").exit(0).hides("Edition ");
    desk.run("approve --by 'Ada Example'").exit(0).hides("dition");
    desk.edit("campaign.toml", "[letter]", "edition = 3\n\n[letter]");
    desk.run("write --force").exit(0);
    let mut terminal = desk.at_terminal("approve --by 'Ada Example'", 80, 40);
    terminal.until("edition").until("No letter of edition 2 was sent").until("Approve? [y/N]").types("y\n");
    terminal.ends().exit(0);
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn the_second_edition_goes_to_everybody_under_the_first() {
    let (desk, relay) = second();
    desk.run("send --yes").exit(0).prints("2 letters: 2 accepted");
    desk.run("send --yes").exit(0);
    let letters = relay.letters();
    assert_eq!(letters.len(), 4, "each once");
    for (first, second) in letters[..2].iter().zip(&letters[2..]) {
        assert_eq!(first.to, second.to);
        let id = header(first, "Message-ID");
        assert_eq!(header(second, "References"), id);
        assert_ne!(header(second, "Message-ID"), id);
        assert_eq!(header(second, "Subject"), header(first, "Subject"));
    }
    let status = desk.run("status --format json").exit(0).json();
    assert_eq!((&status["letters"][0]["id"], &status["totals"]["accepted"]), (&"ceo/2".into(), &2.into()));
    let record = desk.run("record --format csv").exit(0).csv();
    let editions: Vec<_> = record[1..].iter().map(|row| (&*row[0], &*row[1])).collect();
    let names = ["Thandeka Okafor", "Chris Penhallick"];
    assert_eq!(editions, [("1", names[0]), ("1", names[1]), ("2", names[0]), ("2", names[1])]);
}

#[test]
fn one_recipient_can_be_chosen_and_named_with_or_without_the_edition() {
    let (desk, relay) = second();
    desk.run("send --yes --only legal").exit(75).reports("legal/2: accepted").hides("ceo/2");
    desk.run("send --yes --only legal").exit(75);
    assert_eq!(relay.letters().len(), 3);
    desk.run("answer legal --kind reply").exit(0).prints("legal/2: reply");
    desk.run("answer ceo --kind reply").exit(0).prints("ceo: reply");
    desk.run("answer legal/1 --kind refused").exit(0).prints("legal: refused");
    desk.run("settle ceo --drop --yes").exit(0).prints("ceo/2");
    desk.run("send --yes").exit(0).prints("1 accepted, 1 dropped");
    assert_eq!(relay.letters().len(), 3);
}

#[test]
fn a_new_recipient_has_nothing_to_be_shown_under() {
    let (desk, relay) = second();
    let list = desk.text("recipients.csv");
    desk.write("recipients.csv", list + "board,,,,Chair of the Board,board@northlight.example\n");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(0);
    let letters = relay.letters();
    assert_eq!(letters.len(), 5);
    assert_eq!(header(&letters[4], "References"), None);
}

#[test]
fn letters_sent_with_other_names_than_the_outbox_has_are_reported() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    let list = desk.text("signatories.csv");
    desk.write("signatories.csv", list + "Amara Delacroix-Osei,campaigner,full,given,,,amara@inbox.example,\n");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.run("status").exit(0).hides("differ");
    desk.run("withdraw amara@inbox.example --yes --no-notice").exit(0);
    const DIFFERENCE: &str = "2 letters already sent differ from the outbox: 2 names then, 1 now";
    desk.run("write --force").exit(0).reports(DIFFERENCE);
    desk.run("status").exit(0).prints(DIFFERENCE).hides("Amara");
    let json = desk.run("status --format json").exit(0).json();
    assert_eq!(json["sent_otherwise"], serde_json::json!({ "letters": 2, "names_then": 2, "names_now": 1 }));
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(0);
    assert_eq!(relay.letters().len(), 2, "and are not sent again");
}

#[test]
fn a_second_edition_without_a_first_says_so() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "edition = 2\n\n[letter]");
    desk.run("write").exit(0).reports("No letter of edition 1 was sent from this folder");
}

#[test]
fn an_edition_is_a_number_from_one() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "edition = 0\n\n[letter]");
    desk.run("check").exit(78).prints("edition must be 1 or more");
}

#[test]
fn a_follow_up_reaches_whoever_got_any_edition() {
    let relay = Relay::script().on(Step::Rcpt).letter(3).reply("550 5.1.1 unknown user").start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.edit("campaign.toml", "[letter]", "edition = 2\n\n[letter]");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(1);
    desk.run("follow-up --init second").exit(0).prints("2 letters in second").hides("Left out");
}

#[test]
fn a_letter_follows_a_campaign_that_began_with_the_second_edition() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "[letter]", "edition = 2\n\n[letter]");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.run("follow-up --init second").exit(0);
    desk.run("-C second write").exit(0);
    desk.run("-C second approve --by 'Ada Example'").exit(0);
    desk.run("-C second send --yes").exit(0).prints("2 letters: 2 accepted");
}
