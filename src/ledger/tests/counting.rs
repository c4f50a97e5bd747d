//! The ledger in numbers, as one who only reads sees them.

use super::*;

fn with(reply: fn(Answer) -> Reply, code: u16) -> Reply {
    reply(answer(Stage::Dot, code, "an answer"))
}

/// Sends a letter and records this.
fn sent(ledger: &mut Ledger, id: &str, reply: &Reply, second: i64) {
    ledger.claim(&[claim(id)], &RUN, at(second)).unwrap();
    ledger.began(id, "relay.example", at(second)).unwrap();
    ledger.record(id, reply, at(second)).unwrap();
}

#[test]
fn an_empty_ledger_has_no_letters_and_no_times() {
    let (_desk, ledger) = desk();
    assert_eq!(ledger.summary().unwrap(), Summary::default());
    assert!(ledger.ids().unwrap().is_empty());
    assert!(ledger.attempts().unwrap().iter().all(|(_, count)| *count == 0));
}

#[test]
fn letters_are_counted_by_state_and_attempts_by_outcome() {
    let (desk, mut ledger) = desk();
    let reader = open(desk.path());
    sent(&mut ledger, "deferred", &with(Reply::Deferred, 451), 1);
    sent(&mut ledger, "deferred", &with(Reply::Deferred, 451), 2);
    sent(&mut ledger, "rejected", &with(Reply::Rejected, 550), 3);
    sent(&mut ledger, "unknown", &with(Reply::Unknown, 421), 4);
    sent(&mut ledger, "late", &with(Reply::Unknown, 421), 5);
    sent(&mut ledger, "accepted", &accepted(), 6);
    ledger.claim(&[claim("offered"), claim("released")], &RUN, at(7)).unwrap();
    ledger.release(&["released"], at(8)).unwrap();
    ledger.settle("late", Settlement::Sent, "Ada Example", at(9)).unwrap();

    let summary = reader.summary().unwrap();
    let by_state = State::ALL.map(|state| (state, summary.letters[state as usize]));
    let expected = [
        (State::Pending, 1),
        (State::Offered, 1),
        (State::Accepted, 2),
        (State::Deferred, 1),
        (State::Rejected, 1),
        (State::Unknown, 1),
        (State::Dropped, 0),
    ];
    assert_eq!(by_state, expected);
    assert_eq!(summary.unknown_since, Some(at(4)));
    assert_eq!(summary.last_accepted, Some(at(6)), "a person's decision is not a reply of the relay");
    let expected = [(Move::Accepted, 1), (Move::Deferred, 2), (Move::Rejected, 1), (Move::Unknown, 2), (Move::Lost, 0)];
    assert_eq!(reader.attempts().unwrap(), expected);
    let mut ids = reader.ids().unwrap();
    ids.sort();
    assert_eq!(ids, ["accepted", "deferred", "late", "offered", "rejected", "released", "unknown"]);
}

#[test]
fn a_worker_is_counted_while_it_is_at_work() {
    let (desk, mut ledger) = desk();
    let reader = open(desk.path());
    let lock = place(desk.path()).lock().unwrap();
    ledger.begin_run(&RUN, "sha256:outbox", false).unwrap();
    assert_eq!(reader.summary().unwrap().workers, 1);
    ledger.end_run().unwrap();
    drop(lock);
    assert_eq!(reader.summary().unwrap().workers, 0);
}

#[cfg(feature = "postgres")]
#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_halt_is_told_until_another_run_begins() {
    let (desk, mut ledger) = desk();
    let reader = open(desk.path());
    ledger.begin_run(&RUN, "sha256:outbox", false).unwrap();
    assert_eq!(reader.summary().unwrap().halt, None);
    ledger.halt("550 no").unwrap();
    assert_eq!(reader.summary().unwrap().halt.as_deref(), Some("550 no"));
    open(desk.path()).begin_run(&Run { id: "run-2", boot: "boot-1" }, "sha256:outbox", false).unwrap();
    let summary = reader.summary().unwrap();
    assert_eq!((summary.halt, summary.workers), (None, 2));
}
