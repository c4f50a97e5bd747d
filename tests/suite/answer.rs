//! `answer`: what came back, beside the states of letters.

use crate::desk::Desk;
use crate::relay::{Relay, Step};
use serde_json::{Value, json};

/// Two letters that were sent.
fn sent() -> (Desk, Relay) {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    (desk, relay)
}

fn letter(desk: &Desk, at: usize) -> Value {
    desk.run("status --format json").exit(0).json()["letters"][at].clone()
}

/// The day of a run, in the campaign's zone, which is UTC.
fn today() -> String {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date().to_string()
}

#[test]
fn an_answer_is_shown_and_changes_no_state() {
    let (desk, relay) = sent();
    let before = letter(&desk, 0);
    assert_eq!((&before["answered"], &before["answered_on"]), (&Value::Null, &Value::Null));
    let on = today();
    desk.run(&format!("answer ceo --kind reply --on {on} --note 'by phone' --by 'Ada Example'"))
        .exit(0)
        .prints(&format!("ceo: reply on {on}"))
        .prints("Recorded by Ada Example.")
        .hides("phone");
    let mut after = letter(&desk, 0);
    assert_eq!((after["answered"].take(), after["answered_on"].take()), (json!("reply"), json!(on)));
    assert_eq!(after["state"], "accepted");
    let mut unanswered = before;
    (unanswered["answered"], unanswered["answered_on"]) = (Value::Null, Value::Null);
    assert_eq!(after, unanswered, "nothing else changes");
    desk.run("status").exit(0).prints("answers: 1 reply").prints("answered_on").hides("phone");
    let rows = desk.run("status --format csv").exit(0).csv();
    assert_eq!(rows[0][6..8], ["answered", "answered_on"]);
    assert_eq!(rows[1][6..8], ["reply".to_owned(), on]);
    assert_eq!(rows[2][6..8], ["", ""]);
    let answers = desk.run("status --format json").exit(0).json()["answers"].clone();
    assert_eq!(answers, json!({ "reply": 1, "acknowledged": 0, "refused": 0, "bounced": 0 }));
    desk.run("send --yes").exit(0);
    assert_eq!(relay.letters().len(), 2, "nothing is sent again");
}

#[test]
fn a_letter_is_named_by_id_number_or_address_and_the_last_answer_counts() {
    let (desk, _relay) = sent();
    for (name, kind) in [("ceo", "reply"), ("1", "acknowledged"), ("CEO@northlight.example", "bounced")] {
        desk.run(&format!("answer {name} --kind {kind}")).exit(0).prints(&format!("ceo: {kind} on {}", today()));
        assert_eq!(letter(&desk, 0)["answered"], kind);
    }
    desk.run("answer ceo --kind none").exit(0).prints("taken back");
    assert_eq!(letter(&desk, 0)["answered"], Value::Null);
    desk.run("answer ceo legal --kind refused").exit(0).prints("legal: refused");
    desk.run("status").exit(0).prints("answers: 2 refused");
}

#[test]
fn answers_come_from_a_list() {
    let (desk, _relay) = sent();
    let on = today();
    for list in [
        format!("id,kind,on,note\nceo,reply,{on},\"a call, of sorts\"\nlegal,Bounced,,\n"),
        format!(
            "\u{feff}E-Mail;Email;Kind;Date\r\nx;ceo@northlight.example;reply;{on}\r\nx;legal@northlight.example;bounced;{on}\r\n"
        ),
    ] {
        desk.write("answers.csv", list);
        desk.run("answer ceo legal --kind none").exit(0);
        desk.run("answer --from answers.csv").exit(0).prints(&format!("ceo: reply on {on}")).prints("legal: bounced");
        assert_eq!(
            (&letter(&desk, 0)["answered"], &letter(&desk, 1)["answered"]),
            (&json!("reply"), &json!("bounced"))
        );
    }
}

#[test]
fn a_list_is_recorded_whole_or_not_at_all_and_every_error_is_shown() {
    let (desk, _relay) = sent();
    desk.write("answers.csv", "id,kind,on,note\nceo,reply,,\nnobody,reply,,\nlegal,reply,2001-01-01,\n");
    desk.run("answer --from answers.csv")
        .exit(65)
        .reports("error[answer-row]: answers.csv:3\n")
        .reports("error[answer-row]: answers.csv:4\n")
        .reports("is before legal was sent");
    assert_eq!(letter(&desk, 0)["answered"], Value::Null);
    desk.write("answers.csv", "id,kind,on\nceo,Satterwhaite,\nceo,reply,Satterwhaite\n,reply,\n");
    desk.run("answer --from answers.csv")
        .exit(65)
        .reports("answers.csv:2")
        .reports("write one of reply, acknowledged, refused, bounced, none")
        .reports("answers.csv:3")
        .reports("answers.csv:4")
        .hides("Satterwhaite");
    for (list, what) in
        [("", "the list is empty"), ("id,kind\n", "has no row"), ("name,kind\nceo,reply\n", "`id` and `kind`")]
    {
        desk.write("answers.csv", list);
        desk.run("answer --from answers.csv").exit(65).reports(what);
    }
    desk.run("answer --from nowhere.csv").exit(65).reports("nowhere.csv");
    desk.run("answer ceo --from answers.csv").exit(64);
    assert_eq!(letter(&desk, 0)["answered"], Value::Null);
}

#[test]
fn only_a_letter_that_was_sent_can_be_answered() {
    let relay =
        Relay::script().on(Step::Rcpt).letter(1).reply("550 5.1.1 no such user").on(Step::Dot).letter(2).hang_up();
    let relay = relay.start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("answer ceo --kind reply").exit(77).reports("nothing has been sent");
    desk.run("send --yes").exit(76);
    desk.run("answer ceo --kind reply").exit(64).reports("letter ceo is rejected").reports("openletter status");
    desk.run("answer legal --kind reply").exit(0).reports("openletter settle legal --sent");
    assert_eq!(letter(&desk, 1)["state"], "unknown");
    desk.run("answer nobody --kind reply").exit(64).reports("no letter nobody was ever offered");
    desk.run("answer legal --kind reply --on 2999-01-01")
        .exit(64)
        .reports("2999-01-01 is in the future: in UTC it is ");
    desk.run("answer legal --kind reply --on yesterday").exit(64).reports("must be a date, such as");
    desk.run("answer legal").exit(64).reports("--kind");
    desk.run("answer --kind reply").exit(64);
    desk.run("answer legal --kind answered").exit(64).reports("acknowledged");
}

#[test]
fn a_note_that_names_somebody_hidden_is_refused_and_never_printed() {
    let (desk, _relay) = sent();
    desk.run("answer ceo --kind reply --note 'asked about Jolene Satterwhaite'")
        .exit(65)
        .reports("error[leak]")
        .hides("Satterwhaite");
    desk.write("answers.csv", "id,kind,note\nceo,reply,asked about Jolene Satterwhaite\n");
    desk.run("answer --from answers.csv").exit(65).reports("answers.csv:2").hides("Satterwhaite");
    assert_eq!(letter(&desk, 0)["answered"], Value::Null);
    desk.run("answer ceo --kind reply --note 'a\tb'").exit(64).reports("a note contains");
}
