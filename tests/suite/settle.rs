//! `settle`: a person's decision on letters that are unknown, rejected or must not be sent.

use crate::desk::{Desk, Ran};
use crate::relay::{Relay, Step, undated};

/// A campaign in which the first letter is unknown and the second accepted.
fn unsettled() -> (Desk, Relay) {
    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(76).prints("1 accepted, 1 unknown").reports("openletter settle");
    (desk, relay)
}

/// The first letter in the output of `status`.
fn first(desk: &Desk) -> serde_json::Value {
    let printed: serde_json::Value = serde_json::from_str(&desk.run("status --format json").exit(0).out).expect("JSON");
    printed["letters"][0].clone()
}

fn id(desk: &Desk) -> String {
    first(desk)["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_letter_settled_as_sent_is_accepted_and_never_sent_again() {
    let (desk, relay) = unsettled();
    let before = first(&desk);
    desk.run(&format!("settle {} --sent --by 'Ada Example' --yes", id(&desk)))
        .exit(0)
        .prints(before["message_id"].as_str().expect("a Message-ID"))
        .prints(before["to"].as_str().expect("an address"))
        .prints("the connection was lost")
        .prints("Decided by Ada Example");
    assert_eq!(first(&desk)["state"], "accepted");
    desk.run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn a_letter_settled_for_resending_is_sent_again_with_the_same_bytes() {
    let (desk, relay) = unsettled();
    desk.run("settle 1 --resend --by 'Ada Example' --yes").exit(0).prints("pending again");
    assert_eq!(first(&desk)["state"], "pending");
    desk.run("send --yes").exit(0).prints("2 accepted");
    let letters = relay.letters();
    assert_eq!(letters.len(), 3);
    let sent = |at: usize| (letters[at].to.clone(), undated(&letters[at].bytes));
    assert_eq!(sent(0), sent(2));
    assert!(!letters[0].accepted && letters[2].accepted);
}

#[cfg(unix)]
#[test]
fn without_a_name_the_login_name_is_recorded() {
    let (mut desk, _relay) = unsettled();
    let id = std::process::Command::new("id").arg("-un").output().expect("id is there").stdout;
    let login = String::from_utf8(id).expect("text");
    desk.env("USER", "");
    desk.run("settle 1 --resend --yes").exit(0).prints(&format!("Decided by {}.", login.trim()));
    desk.env("USER", "ada");
    desk.run("settle 1 --drop --yes").exit(0).prints("Decided by ada.");
    let (mut desk, _relay) = unsettled();
    desk.env("PATH", "");
    desk.run("settle 1 --sent --yes").exit(64).reports("the decision needs a name").reports("--by");
    assert_eq!(first(&desk)["state"], "unknown");
}

#[test]
fn only_a_letter_whose_outcome_is_unknown_can_be_settled() {
    let (desk, relay) = unsettled();
    desk.run("settle 2 --resend --yes").exit(77).reports("is accepted");
    desk.run("settle 1 --resend --yes").exit(0);
    desk.run("settle 1 --resend --yes").exit(77).reports("is pending");
    desk.run("settle nobody --sent --yes").exit(64).reports("nobody");
    desk.run("settle 3 --sent --yes").exit(64);
    desk.run("send --yes").exit(0);
    desk.run("settle 1 --sent --yes").exit(77).reports("is accepted");
    assert_eq!(relay.letters().len(), 3);
}

#[test]
fn a_decision_and_a_name_are_needed() {
    let (desk, _relay) = unsettled();
    let unsettled = |ran: Ran| {
        drop(ran);
        assert_eq!(first(&desk)["state"], "unknown");
    };
    unsettled(desk.run("settle 1").exit(64));
    unsettled(desk.run("settle 1 --sent --resend --yes").exit(64));
    unsettled(desk.run("settle 1 --sent --by ' ' --yes").exit(64));
    // Without a terminal nobody can be asked.
    unsettled(desk.run("settle 1 --sent").exit(77).reports("--yes"));
}

#[test]
fn nothing_is_settled_before_sending_or_during_a_run() {
    let desk = Desk::with("two-recipients");
    desk.run("settle 1 --sent --yes").exit(77).reports("no ledger");
    assert!(!desk.has(".openletter/ledger.sqlite3"));

    let relay = Relay::script().on(Step::Dot).letter(1).stall().start();
    desk.through(&relay).approved();
    let mut run = desk.start("send --yes");
    relay.await_letters(1);
    desk.run("settle 1 --sent --yes").exit(77).reports("another run is active");
    run.kill().expect("a run to kill");
    run.wait().expect("its end");
    // A letter that a killed run was sending becomes unknown once the lock is taken.
    desk.run("settle 1 --sent --yes").exit(0).prints("last answer  none");
    desk.run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn help_explains_how_to_settle_an_unknown_letter() {
    let desk = Desk::with("two-recipients");
    desk.run("--help").exit(0).prints("settle");
    desk.run("settle --help").exit(0).prints("--resend").prints("Message-ID");
}

#[test]
fn several_letters_and_all_unknown_ones_are_settled_at_once() {
    for words in ["settle 1 ceo legal --sent --yes", "settle --all-unknown --sent --yes"] {
        let relay = Relay::script().on(Step::Dot).hang_up().start();
        let desk = Desk::with("two-recipients");
        desk.through(&relay).approved();
        desk.run("send --yes").exit(76).prints("2 unknown");
        desk.run(words).exit(0).prints("Settled as accepted");
        desk.run("status").exit(0).prints("2 accepted");
        desk.run("settle --all-unknown --sent --yes").exit(0).reports("No letter's outcome is unknown");
    }
    let (desk, _relay) = unsettled();
    desk.run("settle 1 2 --sent --yes").exit(77).reports("is accepted");
    assert_eq!(first(&desk)["state"], "unknown", "all or none");
    desk.run("settle 1 --all-unknown --sent --yes").exit(64);
}

#[test]
fn a_dropped_letter_is_never_sent_whether_it_was_offered_or_not() {
    let (desk, relay) = unsettled();
    desk.run("settle 1 --drop --yes").exit(0).prints("dropped: never sent");
    desk.run("send --yes").exit(0).prints("1 accepted, 1 dropped");
    desk.run("settle 1 --resend --yes").exit(77).reports("is dropped");
    assert_eq!(relay.letters().len(), 2);

    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes --limit 1").exit(75);
    desk.run("settle legal --drop --yes").exit(0);
    desk.run("send --yes").exit(0).prints("1 accepted, 1 dropped");
    assert_eq!(relay.letters().len(), 1);
    desk.run("settle ceo --drop --yes").exit(77).reports("is accepted");
}

#[test]
fn a_rejected_letter_is_sent_to_the_corrected_address_after_settle() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1).prints("1 accepted, 1 rejected");
    let old = first(&desk)["to"].as_str().expect("an address").to_owned();
    desk.edit("recipients.csv", &old, "corrected@northlight.example");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(1).prints("1 rejected");
    desk.run("settle ceo --resend --by 'Ada Example' --yes")
        .exit(0)
        .prints(&format!("to           {old}\nfrom now on  corrected@northlight.example\n"))
        .prints("pending again");
    desk.run("send --yes").exit(0).prints("2 accepted");
    let letters = relay.letters();
    assert_eq!(letters.last().expect("a letter").to, ["corrected@northlight.example"]);
    assert_eq!(letters.len(), 2);
    assert_eq!(first(&desk)["id"], "ceo");
}

#[test]
#[cfg(unix)]
fn a_question_fits_the_terminal_and_its_facts_are_not_repeated() {
    let reply = "550 5.1.1 no such user here, nor at any other of the domains that are served by this relay";
    let relay = Relay::script().on(Step::Rcpt).letter(1).reply(reply).start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(1);
    let mut terminal = desk.at_terminal("settle ceo --resend", 60, 30);
    terminal.until("Send again? [y/N]").types("y\n");
    let shown = terminal.ends().exit(0).prints("pending again").hides("from now on").out;
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert_eq!(shown.matches("Message-ID").count(), 1, "{shown}");
    assert!(shown.replace('\n', " ").contains("that are served by this relay"), "words are whole: {shown}");
}

#[test]
fn without_ids_a_rejected_letter_is_replaced_by_the_one_to_the_corrected_address() {
    for settled_first in [true, false] {
        let relay = Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").start();
        let desk = Desk::with("two-recipients");
        let list = desk.text("recipients.csv");
        let without: Vec<&str> = list.lines().map(|line| line.split_once(',').expect("an id").1).collect();
        desk.write("recipients.csv", without.join("\n") + "\n");
        desk.through(&relay).approved();
        desk.run("send --yes").exit(1).prints("1 accepted, 1 rejected");
        let old = id(&desk);
        let correct = || {
            desk.edit("recipients.csv", &old, "corrected@northlight.example");
            desk.run("write --force").exit(0);
            desk.run("approve --by 'Ada Example'").exit(0);
        };
        if settled_first {
            desk.run(&format!("settle {old} --resend --yes")).exit(0).prints("pending again");
            correct();
        } else {
            correct();
            let settled = desk.run(&format!("settle {old} --resend --yes")).exit(0).prints("dropped: replaced");
            settled.reports("a corrected address is a new letter");
        }
        desk.run("send --yes").exit(0).prints("2 accepted");
        let to: Vec<String> = relay.letters().into_iter().map(|letter| letter.to.concat()).collect();
        assert_eq!(to.len(), 2);
        assert_eq!(to.last().map(String::as_str), Some("corrected@northlight.example"));

        // The old address must not get a second letter to the same person, even if its row comes back.
        desk.edit("recipients.csv", "corrected@northlight.example", &old);
        desk.run("write --force").exit(0);
        desk.run("approve --by 'Ada Example'").exit(0);
        if !settled_first {
            desk.run("send --yes").exit(0).prints("1 accepted, 1 dropped");
            assert_eq!(relay.letters().len(), 2);
        }
    }
}

#[cfg(unix)]
#[test]
fn ids_come_from_a_file_or_from_standard_input() {
    for from in ["ids", "- <ids"] {
        let relay = Relay::script().on(Step::Dot).hang_up().start();
        let desk = Desk::with("two-recipients");
        desk.through(&relay).approved();
        desk.run("send --yes").exit(76).prints("2 unknown");
        desk.write("ids", "\u{feff}legal\r\n\n ceo\n");
        desk.shell(&format!("\"$0\" settle --sent --yes --from {from}")).exit(0).prints("Settled as accepted");
        desk.run("status").exit(0).prints("2 accepted");
    }
    let (desk, _relay) = unsettled();
    desk.write("ids", "ceo\nnobody\n").write("none", "\n");
    desk.run("settle --from ids --sent --yes").exit(64).reports("nobody");
    desk.run("settle --from none --sent --yes").exit(64).reports("lists no letter");
    desk.run("settle --from nowhere --sent --yes").exit(64).reports("cannot read nowhere");
    desk.run("settle --from ids --all-unknown --sent --yes").exit(64);
    assert_eq!(first(&desk)["state"], "unknown", "all or none");
}
