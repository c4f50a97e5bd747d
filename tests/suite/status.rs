//! `status`: who approved the letters, which letters failed, and the output on a narrow terminal.

use crate::desk::Desk;
use crate::relay::{Relay, Step};

/// A campaign in which the first letter was rejected and the second accepted.
fn refused() -> (Desk, Relay) {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user here").start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1);
    (desk, relay)
}

#[test]
fn status_shows_who_approved_and_what_has_changed() {
    let desk = Desk::with("two-recipients");
    let state = |desk: &Desk, state: &str| {
        let json = desk.run("status --verify --format json").exit(0).json();
        assert_eq!(json["approval"]["state"], state);
        json["approval"].clone()
    };
    desk.run("write").exit(0);
    desk.run("status").exit(0).prints("2 pending\nnot approved\n");
    state(&desk, "none");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("approve --by 'Bo Example'").exit(0);
    desk.run("status").exit(0).prints("2 pending\napproved by Ada Example (").prints("), Bo Example (");
    let approval = state(&desk, "approved");
    assert_eq!(approval["by"][1]["name"], "Bo Example");
    assert!(approval["by"][0]["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{approval}");

    let letter = format!("outbox/letters/{}", desk.letters()[0]);
    let whole = desk.bytes(&letter);
    desk.write(&letter, "forged");
    desk.run("status").exit(0).prints("2 pending\napproved by Ada Example (");
    desk.run("status --verify").exit(0).prints("no longer approved, as it was by Ada Example").prints("has changed");
    assert!(state(&desk, "undone")["changes"][0].as_str().is_some_and(|change| change.contains("has changed")));
    desk.write(&letter, whole);
    state(&desk, "approved");
    let file = desk.bytes("outbox/approval.toml");
    desk.edit("recipients.csv", "Thandeka", "Thandiwe");
    desk.run("status")
        .exit(0)
        .prints("no longer approved, as it was by Ada Example")
        .prints("recipients.csv has changed");
    desk.run("write --force").exit(0);
    desk.write("outbox/approval.toml", file);
    desk.run("status").exit(0).prints("no longer approved: the outbox was written again since");
    state(&desk, "undone");
}

#[test]
#[cfg(unix)]
fn on_a_narrow_terminal_ids_addresses_and_answers_are_whole() {
    let relay =
        Relay::script().on(Step::Rcpt).letter(1).reply(&format!("550 5.1.1 {}", "no such user ".repeat(9))).start();
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "ceo@northlight", "the-office-of-the-chief-executive@northlight").through(&relay);
    desk.approved().run("send --yes").exit(1);
    let shown = desk.at_terminal("status", 80, 40).ends().exit(0).out;
    for whole in
        ["the-office-of-the-chief-executive@northlight.example", "rejected", "550 5.1.1 no such user", "(at RCPT)"]
    {
        assert!(shown.contains(whole), "no {whole} in\n{shown}");
    }
    assert!(!shown.contains('…') && shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn failed_letters_are_a_recipient_list_to_correct_and_use() {
    let (desk, relay) = refused();
    let ran = desk.run("status --failed --format csv").exit(0);
    let rows = ran.csv();
    let header = ["id", "honorific", "given_name", "family_name", "title", "email", "state", "answer"];
    assert_eq!(rows[0], header);
    let row = ["ceo", "Ms.", "Thandeka", "Okafor", "Chief Executive Officer", "ceo@northlight.example", "rejected"];
    assert_eq!((&rows[1][..7], rows.len()), (&row.map(str::to_owned)[..], 2));
    assert!(rows[1][7].starts_with("550 5.1.1 no such user here"), "{rows:?}");

    let again = Desk::with("two-recipients");
    again.write("recipients.csv", ran.out.replace("ceo@", "chief@"));
    again.edit("campaign.toml", "id = \"two-recipients\"", "id = \"again\"").through(&relay).approved();
    again.run("send --yes").exit(0).prints("1 accepted");
    assert_eq!(relay.letters().last().expect("a letter").to, ["chief@northlight.example"]);
}

#[test]
fn columns_of_the_list_keep_their_headers() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 +no").start();
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", "Key;E-mail;Title;State\nceo;ceo@northlight.example;Chief;=1+1\n");
    desk.edit(
        "campaign.toml",
        "[signatories]",
        "[recipients]\ncolumns = { email = \"E-mail\", id = \"Key\" }\n[signatories]",
    );
    desk.through(&relay).approved().run("send --yes").exit(1);
    let ran = desk.run("status --failed --format csv").exit(0).reports("start with an apostrophe");
    let rows = ran.csv();
    assert_eq!(rows[0], ["Key", "E-mail", "Title", "State", "state_2", "answer"]);
    assert_eq!(rows[1][..5], ["ceo", "ceo@northlight.example", "Chief", "'=1+1", "rejected"]);
}

#[test]
fn a_changed_list_gives_only_ids_and_addresses() {
    let (desk, _relay) = refused();
    desk.edit("recipients.csv", "Thandeka", "Thandiwe");
    let ran = desk.run("status --failed --format csv").exit(0).reports("recipients.csv has changed");
    let rows = ran.csv();
    assert_eq!(rows[0], ["id", "email", "state", "answer"]);
    assert_eq!(rows[1][..3], ["ceo", "ceo@northlight.example", "rejected"]);
}

#[test]
fn a_row_with_private_data_is_not_printed() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no").start();
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", "id,title,email,notes\nceo,Chief,ceo@northlight.example,knows Jolene Satterwhaite\n");
    desk.through(&relay).approved().run("send --yes").exit(1);
    let ran = desk
        .run("status --failed --format csv")
        .exit(65)
        .reports("error[leak]: recipients.csv:2")
        .hides("Satterwhaite");
    assert_eq!(ran.out, "");
}

#[test]
fn letters_that_may_still_arrive_are_reported() {
    let relay =
        Relay::script().on(Step::Dot).letter(1).hang_up().on(Step::Rcpt).letter(2).reply("450 4.2.0 later").start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --retry-for 0s").exit(76);
    let ran = desk
        .run("status --failed --format csv")
        .exit(0)
        .reports("1 letter may have arrived")
        .reports("1 letter may still be sent");
    let states: Vec<_> = ran.csv().into_iter().map(|row| row[6].clone()).collect();
    assert_eq!(states, ["state", "unknown", "deferred"]);
}

#[test]
fn status_says_when_no_letter_failed() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("status --failed").exit(0).prints("ceo").prints("2 pending").hides("No letter failed");
    desk.run("send --yes").exit(0);
    let shown = desk.run("status --failed").exit(0).out;
    assert!(shown.starts_with("No letter failed: the relay accepted all of them.\n2 accepted\n"), "{shown}");
    let listed = desk.run("status --failed --format csv").exit(0).reports("No letter failed");
    assert_eq!(listed.csv().len(), 1, "the header alone");
}
