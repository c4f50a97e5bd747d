//! Recorded answers: the last one counts, and no state changes.

use super::*;
use jiff::civil::{Date, date};

const DAY: Date = date(2018, 1, 20);

fn new(letter: &str, kind: Option<ResponseKind>) -> NewResponse<'_> {
    NewResponse { letter, kind, on: DAY, note: Some("a remark") }
}

fn sent(ledger: &mut Ledger, id: &str) {
    ledger.claim(&[claim(id)], &RUN, at(1)).unwrap();
    ledger.began(id, RELAY, at(2)).unwrap();
    ledger.record(id, &accepted(), at(3)).unwrap();
}

#[test]
fn the_last_answer_counts_and_changes_no_state() {
    let (desk, mut ledger) = desk();
    sent(&mut ledger, "a");
    let before = (ledger.entry("a").unwrap(), ledger.history("a").unwrap());
    assert_eq!(ledger.response("a").unwrap(), None);
    for kind in ResponseKind::ALL {
        ledger.respond(&[new("a", Some(kind))], "Ada Example", at(4)).unwrap();
        let by = "Ada Example".to_owned();
        let wanted = Response { kind, on: DAY, note: Some("a remark".to_owned()), by };
        assert_eq!(ledger.response("a").unwrap(), Some(wanted));
    }
    ledger.respond(&[new("a", None)], "Ada Example", at(5)).unwrap();
    assert_eq!(open(desk.path()).response("a").unwrap(), None, "taken back");
    assert_eq!((ledger.entry("a").unwrap(), ledger.history("a").unwrap()), before);
}

#[test]
fn answers_are_recorded_all_or_none_and_stay() {
    let (_desk, mut ledger) = desk();
    sent(&mut ledger, "a");
    let reply = Some(ResponseKind::Reply);
    assert!(ledger.respond(&[new("a", reply), new("nobody", reply)], "Ada Example", at(4)).is_err());
    assert_eq!(ledger.response("a").unwrap(), None);
    ledger.respond(&[new("a", reply)], "Ada Example", at(4)).unwrap();
    assert!(!format!("{:?}", ledger.response("a").unwrap()).contains("remark"));
    for sql in ["UPDATE response SET kind = 'none'", "DELETE FROM response"] {
        assert!(!execute(&mut ledger, sql), "{sql}");
    }
}

#[test]
fn the_subject_of_a_letter_is_the_last_one_recorded() {
    let (_desk, mut ledger) = desk();
    let subjects = |text: &str| [("a".to_owned(), text.to_owned())];
    ledger.record_subjects(&subjects("from 56 signatories")).unwrap();
    ledger.record_subjects(&subjects("from 57 signatories")).unwrap();
    assert_eq!(ledger.subject_of("a").unwrap().as_deref(), Some("from 57 signatories"));
    assert_eq!(ledger.subject_of("b").unwrap(), None);
}

#[test]
fn the_roll_of_a_letter_is_that_of_the_run_that_claimed_it_last() {
    let (_desk, mut ledger) = desk();
    ledger.record_roll("run-1", 56, 43).unwrap();
    ledger.claim(&[claim("a"), claim("b")], &RUN, at(1)).unwrap();
    ledger.release(&["a"], at(2)).unwrap();
    assert_eq!(ledger.roll_of("a").unwrap(), Some((56, 43)));
    ledger.claim(&[claim("a")], &Run { id: "run-2", boot: "boot-1" }, at(3)).unwrap();
    assert_eq!(ledger.roll_of("a").unwrap(), None, "that run recorded none");
    assert_eq!((ledger.roll_of("b").unwrap(), ledger.roll_of("c").unwrap()), (Some((56, 43)), None));
}
