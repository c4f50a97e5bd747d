//! What the ledger promises: the moves, the text it keeps, reading it back, and one writer at a time.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a test runs itself again as another process")]

mod counting;
mod crash;
mod damage;
mod history;
mod joining;
#[cfg(feature = "postgres")]
mod lost;
mod migrate;
mod moves;
mod responses;
#[cfg(feature = "postgres")]
mod shared;

use super::door::Store;
use super::sqlite::SqliteLedger;
use super::*;
use crate::message::reply::{Answer, Reply, Stage};
use history::Event;
use jiff::Timestamp;
use std::path::Path;
use tempfile::TempDir;

const CAMPAIGN: &str = "not-entertainment-2018";

/// The address of a database to run these tests with, in place of files.
const SHARED: &str = "OPENLETTER_TEST_POSTGRES";
const RUN: Run<'_> = Run { id: "run-1", boot: "boot-1" };

/// Where a test's ledger is. In a database each test has a schema of its own.
fn place(desk: &Path) -> LedgerPlace {
    let Ok(url) = std::env::var(SHARED) else { return LedgerPlace::new(desk, CAMPAIGN, None) };
    let name = desk.file_name().unwrap().to_string_lossy();
    let schema = format!("test_{}", name.trim_start_matches('.').to_ascii_lowercase());
    LedgerPlace::new(desk, CAMPAIGN, Some(Shared { url, schema, ca_file: None, lease: DEFAULT_LEASE }))
}

/// The ledger in a folder, whatever the other tests run with.
fn here(desk: &Path) -> LedgerPlace {
    named(desk, CAMPAIGN)
}

fn named(desk: &Path, campaign: &str) -> LedgerPlace {
    LedgerPlace::new(desk, campaign, None)
}

fn desk_here() -> (TempDir, Ledger) {
    let desk = tempfile::tempdir().unwrap();
    let ledger = here(desk.path()).create("ledger-1", at(0)).unwrap();
    (desk, ledger)
}

fn is_shared() -> bool {
    std::env::var_os(SHARED).is_some()
}

fn desk() -> (TempDir, Ledger) {
    let desk = tempfile::tempdir().unwrap();
    let place = place(desk.path());
    if place.is_shared() {
        place.prepare().unwrap();
    }
    let ledger = place.create("ledger-1", at(0)).unwrap();
    (desk, ledger)
}

fn open(desk: &Path) -> Ledger {
    place(desk).open().unwrap()
}

/// Ends every lease, as if the runs had been lost for long enough.
fn end_leases(ledger: &mut Ledger) {
    assert!(
        !is_shared() || execute(ledger, "UPDATE letter SET lease = '-infinity'; UPDATE run SET lease = '-infinity'")
    );
}

/// The file of a ledger that is not shared.
fn sqlite(ledger: &Ledger) -> &SqliteLedger {
    match &ledger.0 {
        Store::Sqlite(store) => store,
        #[cfg(feature = "postgres")]
        Store::Postgres(_) => panic!("a test of files"),
    }
}

/// Tries to change the ledger behind its back.
fn execute(ledger: &mut Ledger, sql: &str) -> bool {
    match &mut ledger.0 {
        Store::Sqlite(store) => store.db.execute(sql, []).is_ok(),
        #[cfg(feature = "postgres")]
        Store::Postgres(store) => store.execute(sql),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_515_679_200 + second).unwrap()
}

fn claim(id: &str) -> Claim<'_> {
    Claim { id, number: 1, digest: "sha256:1", message_id: "<1@example.org>", to: "ceo@northlight.example" }
}

fn answer(stage: Stage, code: u16, text: &str) -> Answer {
    Answer { stage, code: Some(code), text: text.into() }
}

/// The relay that the data is sent to.
const RELAY: &str = "mail.example.org";

fn accepted() -> Reply {
    Reply::Accepted(answer(Stage::Dot, 250, "2.0.0 queued"))
}

fn state(ledger: &Ledger, id: &str) -> Option<State> {
    ledger.entry(id).unwrap().map(|entry| entry.state)
}

#[test]
fn a_ledger_is_reopened_with_its_id_and_all_it_holds() {
    let (desk, mut ledger) = desk();
    ledger.claim(&[claim("a"), claim("b")], &RUN, at(1)).unwrap();
    ledger.began("a", RELAY, at(2)).unwrap();
    ledger.record("a", &accepted(), at(3)).unwrap();
    ledger.sync(0).unwrap();
    drop(ledger);

    let ledger = open(desk.path());
    assert_eq!(ledger.id(), "ledger-1");
    let entry = ledger.entry("a").unwrap().unwrap();
    assert_eq!(
        entry,
        Entry {
            id: "a".into(),
            number: 1,
            to: "ceo@northlight.example".into(),
            digest: "sha256:1".into(),
            message_id: "<1@example.org>".into(),
            state: State::Accepted,
            attempts: 1,
            answer: Some(answer(Stage::Dot, 250, "2.0.0 queued")),
            at: at(3),
            relay: Some(RELAY.into()),
        }
    );
    let told: Vec<_> = ledger.history("a").unwrap().into_iter().map(|event| (event.what, event.at)).collect();
    assert_eq!(told, [(Move::Claimed, at(1)), (Move::Began, at(2)), (Move::Accepted, at(3))]);
    assert_eq!(state(&ledger, "b"), Some(State::Offered));
    assert_eq!(ledger.entry("c").unwrap(), None);
}

#[test]
fn claims_recoveries_and_settlements_are_synced_and_answers_only_written() {
    const FULL: i64 = 2;
    const NORMAL: i64 = 1;
    let (desk, mut ledger) = desk_here();
    let level = |ledger: &Ledger| {
        sqlite(ledger).db.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)).unwrap()
    };
    let mode: String = sqlite(&ledger).db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    ledger.claim(&[claim("a")], &RUN, at(1)).unwrap();
    assert_eq!(level(&ledger), FULL);
    ledger.began("a", RELAY, at(2)).unwrap();
    assert_eq!(level(&ledger), NORMAL);
    ledger.recover("boot-1", at(3)).unwrap();
    assert_eq!(level(&ledger), FULL);
    ledger.claim(&[claim("b")], &RUN, at(4)).unwrap();
    ledger.record("b", &accepted(), at(5)).unwrap();
    assert_eq!(level(&ledger), NORMAL);
    ledger.settle("a", Settlement::Resend, "R. Mora", at(6)).unwrap();
    assert_eq!(level(&ledger), FULL);
    ledger.claim(&[claim("c")], &RUN, at(7)).unwrap();
    ledger.began("c", RELAY, at(8)).unwrap();
    let log = files::ledger(desk.path()).with_extension("sqlite3-wal");
    let before = std::fs::metadata(&log).unwrap().len();
    ledger.sync(0).unwrap();
    assert_eq!(level(&ledger), FULL);
    assert!(std::fs::metadata(&log).unwrap().len() > before, "SQLite does not sync for a commit that writes nothing");
}

#[test]
fn every_stage_and_every_kind_of_reply_reads_back_as_it_was_recorded() {
    let (_desk, mut ledger) = desk();
    for stage in [Stage::Connect, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot] {
        let told = Answer { stage, code: None, text: "line one\nline\u{0}two \u{202e}".into() };
        // A database keeps no NUL.
        let kept = Answer {
            text: if is_shared() { told.text.replace('\0', "\u{fffd}") } else { told.text.clone() },
            ..told.clone()
        };
        for (kind, reply) in [
            Reply::Accepted(told.clone()),
            Reply::Deferred(told.clone()),
            Reply::Rejected(told.clone()),
            Reply::Unknown(told.clone()),
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("{}-{kind}", stage.name());
            ledger.claim(&[claim(&id)], &RUN, at(1)).unwrap();
            ledger.record(&id, &reply, at(2)).unwrap();
            let entry = ledger.entry(&id).unwrap().unwrap();
            assert_eq!(entry.answer.as_ref(), Some(&kept));
            assert_eq!(ledger.history(&id).unwrap()[1].answer.as_ref(), Some(&kept));
        }
    }
}

#[test]
fn a_relays_flood_of_words_is_kept_to_its_beginning() {
    let (_desk, mut ledger) = desk();
    ledger.claim(&[claim("a")], &RUN, at(1)).unwrap();
    let flood = "é".repeat(records::LONGEST) + "and more";
    ledger.record("a", &Reply::Deferred(answer(Stage::Rcpt, 451, &flood)), at(2)).unwrap();
    let kept = ledger.entry("a").unwrap().unwrap().answer.unwrap().text;
    assert_eq!(kept, "é".repeat(records::LONGEST));
}

#[test]
fn letters_are_listed_by_number_over_many_pages_and_by_state() {
    let (_desk, mut ledger) = desk();
    let ids: Vec<String> = (0..2 * PAGE + 3).map(|n| format!("id-{n}")).collect();
    // About three letters share each number, so that a page's end falls between them.
    let claims: Vec<_> =
        ids.iter().enumerate().map(|(n, id)| Claim { number: n as u32 * 7 % 173 + 1, ..claim(id) }).collect();
    ledger.claim(&claims, &RUN, at(1)).unwrap();
    ledger.record("id-0", &accepted(), at(2)).unwrap();
    ledger.record("id-5", &accepted(), at(2)).unwrap();

    let all: Vec<_> = ledger.entries(&State::ALL).map(|entry| entry.map(|e| (e.number, e.id)).unwrap()).collect();
    assert_eq!(all.len(), ids.len());
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
    let done: Vec<_> = ledger.entries(&[State::Accepted, State::Rejected]).map(|entry| entry.unwrap().id).collect();
    assert_eq!(done, ["id-0", "id-5"]);
    assert_eq!(ledger.entries(&[]).count(), 0);
}

#[test]
fn what_happened_cannot_be_changed_or_removed() {
    let (_desk, mut ledger) = desk();
    ledger.claim(&[claim("a")], &RUN, at(1)).unwrap();
    for sql in ["UPDATE event SET what = 'accepted'", "DELETE FROM event", "DELETE FROM letter"] {
        assert!(!execute(&mut ledger, sql), "{sql}");
    }
}

#[test]
fn a_reader_sees_what_is_written_while_the_writer_has_the_ledger_open() {
    let (desk, mut ledger) = desk();
    let reader = open(desk.path());
    ledger.claim(&[claim("a")], &RUN, at(1)).unwrap();
    assert_eq!(state(&reader, "a"), Some(State::Offered));
    ledger.sync(0).unwrap();
    ledger.record("a", &accepted(), at(2)).unwrap();
    assert_eq!(state(&reader, "a"), Some(State::Accepted));
}

#[test]
fn the_lock_is_held_once_and_names_its_holder() {
    let desk = tempfile::tempdir().unwrap();
    let lock = Lock::take(desk.path()).unwrap();
    let refused = Lock::take(desk.path()).unwrap_err();
    assert!(matches!(refused, LedgerError::Busy { pid: Some(pid) } if pid == std::process::id()), "{refused:?}");
    drop(lock);
    Lock::take(desk.path()).unwrap();
}
