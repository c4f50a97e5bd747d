//! `follow-up`: those who have not answered get a second letter under the first, and nobody else.

use crate::desk::Desk;
use crate::relay::{Received, Relay, Step};
use std::collections::BTreeMap;

/// A header of a message, unfolded.
pub(crate) fn header(message: &Received, name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(&message.bytes).into_owned();
    let (head, _) = text.split_once("\r\n\r\n").expect("a header");
    let head = head.replace("\r\n ", " ");
    let value = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    value.map(str::to_owned)
}

/// The header of each message, by its only recipient.
fn by_recipient(letters: &[Received], name: &str) -> BTreeMap<String, String> {
    letters.iter().map(|letter| (letter.to.concat(), header(letter, name).unwrap_or_default())).collect()
}

/// Creates, writes and approves the follow-up in `second`.
fn followed(desk: &Desk) {
    desk.run("follow-up --init second").exit(0);
    desk.run("-C second write").exit(0);
    desk.run("-C second approve --by 'Ada Example'").exit(0);
}

#[test]
fn after_one_answer_of_ten_nine_letters_follow_under_the_first_ones() {
    let relay = Relay::start();
    let desk = Desk::sample();
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.run("answer okafor-ceo --kind reply").exit(0);
    followed(&desk);
    desk.run("-C second send --yes").exit(0).prints("9 letters: 9 accepted");
    let letters = relay.letters();
    let (first, second) = letters.split_at(10);
    assert_eq!(second.len(), 9);
    let ids = by_recipient(first, "Message-ID");
    let subjects = by_recipient(first, "Subject");
    let status = desk.run("status --format json").exit(0).json();
    for letter in second {
        let to = letter.to.concat();
        assert_ne!(to, "thandeka.okafor@northlight.example");
        assert_eq!(header(letter, "References").as_ref(), Some(&ids[&to]));
        assert_eq!(header(letter, "In-Reply-To").as_ref(), Some(&ids[&to]));
        let known =
            status["letters"].as_array().expect("letters").iter().find(|known| known["to"] == *to).expect("a letter");
        assert_eq!(known["message_id"], ids[&to], "the ledger's");
        assert_ne!(header(letter, "Message-ID"), Some(ids[&to].clone()));
        let subject = header(letter, "Subject").expect("a subject");
        assert!(subject.starts_with("Re: ") || subject.contains("?q?Re"), "{subject}");
        if subjects[&to].is_ascii() && !subjects[&to].contains("=?") {
            assert_eq!(subject, format!("Re: {}", subjects[&to]));
        }
    }
    let german = second.iter().find(|letter| letter.to[0].starts_with("lotte")).expect("a German letter");
    assert!(String::from_utf8_lossy(&german.bytes).contains("haben wir Ihnen einen offenen Brief"));
}

#[test]
fn an_answer_that_comes_before_the_second_letter_is_sent_stops_it() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    followed(&desk);
    desk.run("answer legal --kind acknowledged").exit(0);
    desk.run("-C second send --dry-run")
        .exit(0)
        .prints("Answered, so not to be sent: legal.")
        .prints("1 letter would be sent");
    desk.run("-C second send --yes")
        .exit(0)
        .prints("1 accepted, 1 dropped")
        .reports("have answered the first letter: legal");
    assert_eq!(relay.letters().len(), 3);
    assert_eq!(relay.letters()[2].to, ["ceo@northlight.example"]);
    desk.run("-C second send --yes").exit(0);
    assert_eq!(relay.letters().len(), 3);
}

#[test]
fn nothing_is_sent_if_the_answers_cannot_be_read() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    followed(&desk);
    desk.edit("second/campaign.toml", "follows = \"..\"", "follows = \"nowhere\"");
    desk.run("-C second check").exit(78).prints("`follows`").prints("remove the key");
    desk.run("-C second send --yes").exit(78);
    std::fs::create_dir_all(desk.path("second/nowhere/.openletter")).expect("a folder");
    desk.run("-C second write --force").exit(0);
    desk.run("-C second approve --by 'Ada Example'").exit(0);
    desk.run("-C second send --yes").exit(77).reports("`follows` in campaign.toml").reports("remove the key");
    let other = Desk::with("two-recipients");
    other.edit("recipients.csv", "ceo,", "x,").edit("recipients.csv", "legal,", "y,");
    other.through(&relay).approved();
    other.run("send --yes").exit(0);
    let there = other.dir().display().to_string();
    desk.edit("second/campaign.toml", "follows = \"nowhere\"", &format!("follows = \"{there}\""));
    desk.run("-C second write --force").exit(0);
    desk.run("-C second approve --by 'Ada Example'").exit(0);
    desk.run("-C second send --yes").exit(77).reports("wrote to none of these recipients");
    assert_eq!(relay.letters().len(), 4);
}

#[test]
fn a_relay_that_gave_its_own_message_id_is_believed() {
    let assigned = "<AM0PR01MB1@AM0PR01MB1.eurprd01.prod.outlook.com>";
    let relay = Relay::script().on(Step::Dot).letter(1).reply(&format!("250 2.0.0 OK {assigned} [Hostname=x]")).start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    followed(&desk);
    desk.run("-C second send --yes").exit(0);
    let letters = relay.letters();
    assert_eq!(header(&letters[2], "References").as_deref(), Some(assigned));
    assert_eq!(header(&letters[3], "References"), header(&letters[1], "Message-ID"));

    // A third letter follows both.
    desk.run("-C second follow-up --init third").exit(0);
    desk.run("-C second/third write").exit(0);
    desk.run("-C second/third approve --by 'Ada Example'").exit(0);
    desk.run("-C second/third send --yes").exit(0);
    let third = relay.letters().remove(4);
    let second = header(&letters[2], "Message-ID").expect("an id");
    assert_eq!(header(&third, "References"), Some(format!("{assigned} {second}")));
    assert_eq!(header(&third, "In-Reply-To"), Some(second));
    assert!(header(&third, "Subject").expect("a subject").starts_with("Re: A letter to"), "one Re only");
}

#[test]
fn whom_the_first_letter_did_not_reach_gets_no_second() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").start();
    let desk = Desk::with("two-recipients");
    desk.run("follow-up --init second").exit(77).reports("nothing has been sent");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1);
    desk.run("follow-up --init second")
        .exit(0)
        .prints("1 letter in second")
        .reports("did not reach them: ceo (rejected)");
    let list = desk.text("second/recipients.csv");
    assert!(list.contains("legal,") && !list.contains("ceo"), "{list}");
    desk.run("-C second check").exit(0).prints("1 letter could be written");
    desk.run("follow-up --init second").exit(77).reports("already exists");
    desk.run("answer legal --kind bounced").exit(0);
    desk.run("follow-up --init third").exit(77).reports("every letter that was accepted has an answer");
    assert!(!desk.has("third"));
}

#[test]
fn the_second_letter_repeats_the_subject_under_which_the_first_was_sent() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "Subject: ", "Subject: {{count.total}} of us: ");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.run("withdraw jolene@inbox.example --yes --no-notice").exit(0);
    desk.run("write --force").exit(0);
    followed(&desk);
    desk.run("-C second send --yes").exit(0);
    let letters = relay.letters();
    let first = header(&letters[0], "Subject").expect("a subject");
    assert!(first.starts_with("2 of us: "), "{first}");
    assert_eq!(header(&letters[2], "Subject"), Some(format!("Re: {first}")));
}

#[test]
fn a_message_id_in_the_list_must_be_one() {
    let desk = Desk::with("two-recipients");
    let list = desk.text("recipients.csv");
    for (cell, is_fine) in [
        ("<a.b@x.example> <c@y.example>", true),
        ("a@x.example", false),
        ("<a@x.example", false),
        ("<a b@x.example>", false),
    ] {
        let rows = list.lines().enumerate().map(|(at, line)| match at {
            0 => format!("{line},references\n"),
            _ => format!("{line},{cell}\n"),
        });
        desk.write("recipients.csv", rows.collect::<String>());
        match is_fine {
            true => desk.run("check").exit(0),
            false => desk.run("check").exit(65).prints("error[cell-value]").prints("such as <4f1c@example.org>"),
        };
    }
    desk.write("recipients.csv", &list).edit("recipients.csv", "ceo,", "ceo/2,");
    desk.run("check").exit(65).prints("reserved for editions");
}
