//! What several runs of one shared ledger promise each other: leases, fencing, and no letter twice.
//!
//! They need a database, named by [`SHARED`].

use super::*;
use std::collections::BTreeSet;
use std::sync::{Barrier, Mutex};
use std::time::Duration;

pub(super) const FIRST: Run<'_> = Run { id: "run-1", boot: "boot-1" };
const SECOND: Run<'_> = Run { id: "run-2", boot: "boot-2" };

/// A ledger that two runs have open, each with a connection of its own.
fn two_runs() -> (TempDir, Ledger, Ledger) {
    assert!(is_shared(), "{SHARED} is not set");
    let (desk, mut first) = desk();
    let mut second = open(desk.path());
    first.begin_run(&FIRST, "sha256:outbox", false).unwrap();
    second.begin_run(&SECOND, "sha256:outbox", false).unwrap();
    (desk, first, second)
}

fn free(ledger: &mut Ledger, ids: &[&str], most: usize, run: &Run<'_>) -> Vec<Grant> {
    let claims: Vec<_> = ids.iter().map(|id| claim(id)).collect();
    match ledger.claim_free(&claims, most, run, &Pacing::default(), at(1)).unwrap() {
        Claimed::Grants(grants) => grants,
        other => panic!("{other:?}"),
    }
}

pub(super) fn is_claimed(grant: &Grant) -> bool {
    matches!(grant, Grant::Claimed(_))
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_letter_of_another_run_is_neither_claimed_nor_begun_nor_released() {
    let (_desk, mut first, mut second) = two_runs();
    assert!(is_claimed(&free(&mut first, &["a"], 1, &FIRST)[0]));
    let grants = free(&mut second, &["a", "b"], 2, &SECOND);
    assert_eq!(grants[0], Grant::Taken);
    assert!(is_claimed(&grants[1]));
    for refused in
        [second.began("a", RELAY, at(2)), second.record("a", &accepted(), at(2)), second.release(&["a"], at(2))]
    {
        assert!(matches!(refused, Err(LedgerError::Illegal { .. })), "{refused:?}");
    }
    first.began("a", RELAY, at(3)).unwrap();
    assert_eq!(second.claimed_by_others().unwrap(), (1, false));
    assert!(second.is_at_work().unwrap());
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_living_lease_is_left_alone_and_an_ended_one_frees_or_leaves_unknown() {
    let (_desk, mut first, mut second) = two_runs();
    free(&mut first, &["begun", "claimed"], 2, &FIRST);
    first.began("begun", RELAY, at(2)).unwrap();
    assert_eq!(second.recover("boot-2", at(3)).unwrap(), Recovered::default());
    end_leases(&mut second);
    let recovered = second.recover("boot-2", at(4)).unwrap();
    assert_eq!(recovered, Recovered { released: 1, unknown: vec!["begun".into()] });
    assert_eq!(state(&second, "begun"), Some(State::Unknown));
    assert_eq!(state(&second, "claimed"), Some(State::Pending));
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_run_that_was_away_for_longer_than_its_lease_sends_nothing_it_had_claimed() {
    let (_desk, mut first, mut second) = two_runs();
    free(&mut first, &["a"], 1, &FIRST);
    end_leases(&mut second);
    second.recover("boot-2", at(2)).unwrap();
    assert!(matches!(first.began("a", RELAY, at(3)), Err(LedgerError::Illegal { state: State::Pending, .. })));
    second.begin_run(&SECOND, "sha256:outbox", false).unwrap();
    assert!(is_claimed(&free(&mut second, &["a"], 1, &SECOND)[0]));
    second.began("a", RELAY, at(4)).unwrap();
    assert!(matches!(first.began("a", RELAY, at(5)), Err(LedgerError::Illegal { state: State::Offered, .. })));
    second.record("a", &accepted(), at(6)).unwrap();
    // The first run begins again by itself, and learns that the letter is done.
    assert_eq!(free(&mut first, &["a"], 1, &FIRST), [Grant::Taken]);
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn of_a_beginning_and_a_recovery_at_the_same_moment_one_wins() {
    let (_desk, mut first, mut second) = two_runs();
    let ids: Vec<String> = (0..200).map(|number| format!("id-{number:03}")).collect();
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert!(free(&mut first, &all, ids.len(), &FIRST).iter().all(is_claimed));
    let start = Barrier::new(2);
    let (begun, released) = std::thread::scope(|scope| {
        let begins = scope.spawn(|| {
            start.wait();
            all.iter().rev().filter(|id| first.began(id, RELAY, at(2)).is_ok()).copied().collect::<BTreeSet<_>>()
        });
        start.wait();
        // Letter by letter from the other end, until the two have met.
        let mut released = 0;
        for id in &ids {
            let sql = format!("UPDATE letter SET lease = '-infinity' WHERE id = '{id}' AND NOT begun");
            assert!(execute(&mut second, &sql));
            let recovered = second.recover("boot-2", at(3)).unwrap();
            assert_eq!(recovered.unknown, Vec::<String>::new(), "its lease was renewed when it began");
            released += recovered.released;
        }
        (begins.join().unwrap(), released)
    });
    assert_eq!(begun.len() as u64 + released, 200);
    assert!(!begun.is_empty() && released > 0, "they never met");
    for id in &ids {
        let wanted = if begun.contains(id.as_str()) { State::Offered } else { State::Pending };
        assert_eq!(state(&second, id), Some(wanted), "{id}");
    }
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_lease_is_renewed_while_it_is_kept() {
    assert!(is_shared(), "{SHARED} is not set");
    let (desk, _ledger) = desk();
    let short = LedgerPlace::new(
        desk.path(),
        CAMPAIGN,
        place(desk.path()).shared().map(|shared| Shared { lease: Duration::from_secs(1), ..shared.clone() }),
    );
    let (mut first, mut second) = (short.open().unwrap(), short.open().unwrap());
    first.begin_run(&FIRST, "sha256:outbox", false).unwrap();
    free(&mut first, &["a"], 1, &FIRST);
    let keeper = first.keeper();
    std::thread::sleep(Duration::from_millis(1_600));
    assert_eq!(second.recover("boot-2", at(2)).unwrap(), Recovered::default());
    drop(keeper);
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(second.recover("boot-2", at(3)).unwrap().released, 1);
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn runs_that_claim_at_once_never_get_the_same_letter_and_leave_none() {
    const RUNS: usize = 4;
    assert!(is_shared(), "{SHARED} is not set");
    let (desk, _ledger) = desk();
    let ids: Vec<String> = (0..400).map(|number| format!("id-{number}")).collect();
    let (start, claimed) = (Barrier::new(RUNS), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..RUNS {
            let (desk, ids, start, claimed) = (desk.path(), &ids, &start, &claimed);
            scope.spawn(move || {
                let id = format!("run-{number}");
                let run = Run { id: &id, boot: "boot" };
                let mut ledger = open(desk);
                ledger.begin_run(&run, "sha256:outbox", false).unwrap();
                start.wait();
                for ids in ids.chunks(40) {
                    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                    loop {
                        let grants = free(&mut ledger, &ids, 7, &run);
                        let ours = ids.iter().zip(&grants).filter(|(_, grant)| is_claimed(grant));
                        let ours: Vec<&str> = ours.map(|(id, _)| *id).collect();
                        for id in &ours {
                            ledger.began(id, RELAY, at(2)).unwrap();
                            ledger.record(id, &accepted(), at(3)).unwrap();
                        }
                        claimed.lock().unwrap().extend(ours.iter().map(|id| (*id).to_owned()));
                        if grants.iter().all(|grant| *grant == Grant::Taken) {
                            break;
                        }
                    }
                }
            });
        }
    });
    let claimed = claimed.into_inner().unwrap();
    assert_eq!(claimed.len(), ids.len(), "a letter was claimed twice");
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), ids.into_iter().collect());
    let ledger = open(desk.path());
    assert_eq!(ledger.entries(&[State::Accepted]).map(|entry| entry.unwrap().attempts).sum::<u32>(), 400);
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn one_run_stops_all_and_a_later_one_goes_on() {
    let (_desk, mut first, mut second) = two_runs();
    first.halt("550 no").unwrap();
    let claims = [claim("a")];
    let halted = second.claim_free(&claims, 1, &SECOND, &Pacing::default(), at(1)).unwrap();
    assert_eq!(halted, Claimed::Halted("550 no".into()));
    let later = Run { id: "run-3", ..SECOND };
    second.begin_run(&later, "sha256:outbox", false).unwrap();
    assert!(is_claimed(&free(&mut second, &["a"], 1, &later)[0]));
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn the_pace_holds_over_all_runs() {
    let (_desk, mut first, mut second) = two_runs();
    let pacing = Pacing { pause: Some(Duration::from_secs(30)), ..Pacing::default() };
    let (a, b) = ([claim("a")], [claim("b")]);
    assert!(matches!(first.claim_free(&a, 1, &FIRST, &pacing, at(1)).unwrap(), Claimed::Grants(_)));
    match second.claim_free(&b, 1, &SECOND, &pacing, at(1)).unwrap() {
        Claimed::Wait(wait) => assert!(wait > Duration::from_secs(25), "{wait:?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn another_outbox_is_refused_while_and_after_the_first_is_sent() {
    let (_desk, mut first, mut second) = two_runs();
    let other = Run { id: "run-3", ..SECOND };
    let busy = second.begin_run(&other, "sha256:other", true);
    assert!(matches!(busy, Err(LedgerError::OtherOutbox { is_at_work: true, .. })), "{busy:?}");
    first.end_run().unwrap();
    second.end_run().unwrap();
    let other_outbox = second.begin_run(&other, "sha256:other", false);
    assert!(matches!(other_outbox, Err(LedgerError::OtherOutbox { is_at_work: false, .. })), "{other_outbox:?}");
    second.begin_run(&other, "sha256:other", true).unwrap();
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_restored_database_is_not_at_home_until_a_person_says_so() {
    let (desk, first, mut second) = two_runs();
    assert!(first.is_at_home().unwrap());
    let restored = "INSERT INTO home (campaign, at, server) SELECT key, created_at, 'another server' FROM campaign";
    assert!(execute(&mut second, restored));
    let mut first = open(desk.path());
    assert!(!first.is_at_home().unwrap());
    first.move_home(at(9)).unwrap();
    assert!(first.is_at_home().unwrap() && open(desk.path()).is_at_home().unwrap());
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn letters_are_this_runs_when_the_confirmation_was_lost_for_longer_than_its_lease() {
    let (_desk, mut first, mut second) = two_runs();
    assert!(is_claimed(&free(&mut first, &["a"], 1, &FIRST)[0]));
    // The same call is made again once the database is back.
    assert!(execute(&mut second, "UPDATE run SET lease = '-infinity' WHERE id = 'run-1'"));
    assert!(is_claimed(&free(&mut first, &["a"], 1, &FIRST)[0]));
    first.began("a", RELAY, at(2)).unwrap();

    assert!(is_claimed(&free(&mut first, &["b"], 1, &FIRST)[0]));
    end_leases(&mut second);
    second.recover("boot-2", at(3)).unwrap();
    second.begin_run(&SECOND, "sha256:outbox", false).unwrap();
    assert!(is_claimed(&free(&mut second, &["b"], 1, &SECOND)[0]));
    assert_eq!(free(&mut first, &["b"], 1, &FIRST), [Grant::Taken]);
}

#[test]
#[ignore = "needs a database: .ci/postgres"]
fn a_ledger_does_not_move_while_a_run_claims_whose_lease_ends_meanwhile() {
    let (desk, mut first, mut second) = two_runs();
    first.end_run().unwrap();
    second.end_run().unwrap();
    // As a claim does that began a moment before the lease ended, and is not committed yet.
    assert!(execute(&mut first, "BEGIN; UPDATE run SET lease = clock_timestamp() + '1 minute' WHERE id = 'run-1'"));
    let place = place(desk.path());
    let moving = std::thread::spawn(move || place.move_to_folder(at(2)));
    std::thread::sleep(Duration::from_millis(300));
    assert!(execute(&mut first, "COMMIT"));
    let moved = moving.join().unwrap();
    assert!(matches!(moved, Err(LedgerError::Busy { .. })), "{moved:?}");
}
