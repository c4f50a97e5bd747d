//! A ledger made by version 0.1: read as it is, and backed up and upgraded before anything is written.

use super::*;
use rusqlite::Connection;
use std::fs;

/// A folder with a ledger as version 0.1 wrote it: one letter accepted at the second try, one rejected, one unknown.
fn of_version_0_1() -> TempDir {
    let desk = tempfile::tempdir().unwrap();
    files::folder(desk.path()).unwrap();
    let db = Connection::open(files::ledger(desk.path())).unwrap();
    db.execute_batch("PRAGMA journal_mode = wal").unwrap();
    db.execute_batch(include_str!("../sqlite/schema_1.sql")).unwrap();
    db.execute_batch(&format!(
        "PRAGMA application_id = 0x6f6c6574;
         PRAGMA user_version = 1;
         INSERT INTO ledger VALUES (1, 'ledger-1', '{CAMPAIGN}', '2018-01-05T14:00:00Z', 7);
         INSERT INTO letter VALUES
             ('a', 1, 'a@northlight.example', 'sha256:a', '<a@example.org>', 'accepted', 0, 2, 'boot', '2018-01-05T14:00:05Z', NULL),
             ('b', 2, 'b@northlight.example', 'sha256:b', '<b@example.org>', 'rejected', 0, 1, 'boot', '2018-01-05T14:00:06Z', NULL),
             ('c', 3, 'c@northlight.example', 'sha256:c', '<c@example.org>', 'unknown', 0, 1, 'boot', '2018-01-05T14:00:07Z', NULL);
         INSERT INTO event (letter, at, what, run, digest, stage, code, text) VALUES
             ('a', '2018-01-05T14:00:01Z', 'claimed', 'run-1', 'sha256:a', NULL, NULL, NULL),
             ('a', '2018-01-05T14:00:02Z', 'deferred', NULL, NULL, 'RCPT', 450, '4.2.0 later'),
             ('a', '2018-01-05T14:00:03Z', 'claimed', 'run-1', 'sha256:a', NULL, NULL, NULL),
             ('a', '2018-01-05T14:00:05Z', 'accepted', NULL, NULL, 'final dot', 250, '2.0.0 queued'),
             ('b', '2018-01-05T14:00:06Z', 'rejected', NULL, NULL, 'RCPT', 550, '5.1.1 no'),
             ('c', '2018-01-05T14:00:07Z', 'unknown', NULL, NULL, 'final dot', NULL, 'the connection was lost');
         UPDATE letter SET answer = 4 WHERE id = 'a';
         UPDATE letter SET answer = 5 WHERE id = 'b';
         UPDATE letter SET answer = 6 WHERE id = 'c';"
    ))
    .unwrap();
    desk
}

/// All letters with their histories; without the addresses of claims, which version 0.1 did not keep.
fn contents(ledger: &Ledger) -> Vec<(Entry, Vec<Event>)> {
    let entries: Vec<_> = ledger.entries(&State::ALL).map(Result::unwrap).collect();
    let history = |id: &str| ledger.history(id).unwrap().into_iter().map(|event| Event { to: None, ..event }).collect();
    entries.into_iter().map(|entry| (entry.clone(), history(&entry.id))).collect()
}

#[test]
fn an_older_ledger_is_read_as_it_is_and_upgraded_before_it_is_written() {
    let desk = of_version_0_1();
    let old = here(desk.path()).open().unwrap();
    let before = contents(&old);
    assert_eq!((before.len(), before[0].1.len(), old.id()), (3, 4, "ledger-1"));
    drop(old);

    let _lock = Lock::take(desk.path()).unwrap();
    let mut ledger = here(desk.path()).open_to_write(at(8)).unwrap();
    assert_eq!(contents(&ledger), before);
    assert_eq!(ledger.id(), "ledger-1");
    assert!(ledger.is_at_home().unwrap());
    assert_eq!((ledger.claims_read().unwrap(), ledger.claimed_elsewhere().unwrap().len()), (0, 0));
    let claimed = ledger.history("a").unwrap().remove(0);
    assert_eq!(claimed.to.as_deref(), Some("a@northlight.example"));
    ledger.settle("c", Settlement::Drop, "R. Mora", at(9)).unwrap();
    assert_eq!(state(&ledger, "c"), Some(State::Dropped));
    for sql in ["UPDATE event SET what = 'accepted'", "DELETE FROM event", "DELETE FROM letter"] {
        assert!(!execute(&mut ledger, sql), "{sql}");
    }
    drop(ledger);
    // It is not upgraded again, and a fresh ledger has the same tables.
    let path = files::ledger(desk.path());
    let backup = path.with_extension("sqlite3.format-1");
    let copy = fs::read(&backup).unwrap();
    let again = here(desk.path()).open_to_write(at(8)).unwrap();
    assert!(fs::read(&backup).unwrap() == copy);
    drop(again);

    // The backup is the ledger as it was, and private.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    }
    fs::rename(&backup, &path).unwrap();
    assert_eq!(contents(&here(desk.path()).open().unwrap()), before);
}

#[test]
fn an_upgrade_that_fails_leaves_the_ledger_as_it_was() {
    let desk = of_version_0_1();
    let before = contents(&here(desk.path()).open().unwrap());
    let _lock = Lock::take(desk.path()).unwrap();
    let backup = files::ledger(desk.path()).with_extension("sqlite3.format-1");
    // A folder is in the way of the backup.
    fs::create_dir(&backup).unwrap();
    fs::write(backup.join("x"), "x").unwrap();
    assert!(here(desk.path()).open_to_write(at(8)).is_err());
    assert_eq!(contents(&here(desk.path()).open().unwrap()), before);
    fs::remove_dir_all(&backup).unwrap();
    assert_eq!(contents(&here(desk.path()).open_to_write(at(8)).unwrap()), before);
}

/// Takes away what later formats have added: first what format 4 has, then this.
fn take_away(desk: &Path, more: &str) {
    let db = Connection::open(files::ledger(desk)).unwrap();
    db.execute_batch("ALTER TABLE letter DROP COLUMN relay;").unwrap();
    db.execute_batch(more).unwrap();
    db.close().unwrap();
}

const ADDED_BY_4: &str = "DROP TABLE response; DROP TABLE roll; DROP TABLE subject;";

#[test]
fn a_ledger_of_format_4_gets_the_relay_and_keeps_everything_else() {
    let desk = of_version_0_1();
    let _lock = Lock::take(desk.path()).unwrap();
    let before = contents(&here(desk.path()).open_to_write(at(8)).unwrap());
    take_away(desk.path(), "PRAGMA user_version = 4;");
    assert_eq!(contents(&here(desk.path()).open().unwrap()), before, "it is read as it is");
    let mut ledger = here(desk.path()).open_to_write(at(9)).unwrap();
    assert_eq!(contents(&ledger), before);
    assert!(files::ledger(desk.path()).with_extension("sqlite3.format-4").exists());
    ledger.claim(&[claim("d")], &RUN, at(10)).unwrap();
    ledger.began("d", RELAY, at(11)).unwrap();
    assert_eq!(ledger.entry("d").unwrap().and_then(|entry| entry.relay).as_deref(), Some(RELAY));
    // A letter that is offered again has not been sent to any relay yet.
    ledger.record("d", &Reply::Deferred(answer(Stage::Dot, 451, "later")), at(12)).unwrap();
    ledger.claim(&[claim("d")], &RUN, at(13)).unwrap();
    assert_eq!(ledger.entry("d").unwrap().and_then(|entry| entry.relay), None);
}

#[test]
fn a_ledger_of_format_2_gets_the_archive_and_keeps_everything_else() {
    let desk = of_version_0_1();
    let _lock = Lock::take(desk.path()).unwrap();
    let before = contents(&here(desk.path()).open_to_write(at(8)).unwrap());
    take_away(
        desk.path(),
        &format!("{ADDED_BY_4} DROP TRIGGER archive_is_not_removed; DROP TABLE archive; PRAGMA user_version = 2;"),
    );
    assert_eq!(contents(&here(desk.path()).open().unwrap()), before, "it is read as it is");
    let ledger = here(desk.path()).open_to_write(at(9)).unwrap();
    assert_eq!((contents(&ledger), ledger.copies(State::Accepted).unwrap()), (before, 0));
    assert!(files::ledger(desk.path()).with_extension("sqlite3.format-2").exists());
    assert!(ledger.is_at_home().unwrap());
}

#[test]
fn a_ledger_of_format_3_gets_answers_and_keeps_everything_else() {
    let desk = of_version_0_1();
    let _lock = Lock::take(desk.path()).unwrap();
    let before = contents(&here(desk.path()).open_to_write(at(8)).unwrap());
    take_away(desk.path(), &format!("{ADDED_BY_4} PRAGMA user_version = 3;"));
    let old = here(desk.path()).open().unwrap();
    assert_eq!((contents(&old), old.response("a").unwrap(), old.roll_of("a").unwrap()), (before.clone(), None, None));
    drop(old);
    let mut ledger = here(desk.path()).open_to_write(at(9)).unwrap();
    assert_eq!(contents(&ledger), before);
    let backup = files::ledger(desk.path()).with_extension("sqlite3.format-3");
    assert!(backup.exists());
    let reply =
        NewResponse { letter: "a", kind: Some(ResponseKind::Reply), on: jiff::civil::date(2018, 1, 20), note: None };
    ledger.respond(&[reply], "Ada Example", at(10)).unwrap();
    assert_eq!(ledger.response("a").unwrap().map(|answer| answer.kind), Some(ResponseKind::Reply));
    drop(ledger);
    fs::rename(&backup, files::ledger(desk.path())).unwrap();
    assert_eq!(contents(&here(desk.path()).open().unwrap()), before, "the backup is the ledger as it was");
}
