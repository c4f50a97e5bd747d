//! A ledger that is missing, damaged, another's or newer is refused, and never created again.

use super::*;
use std::fs;

/// A ledger of several pages, closed, and its file.
fn closed() -> (TempDir, std::path::PathBuf) {
    let (desk, mut ledger) = desk_here();
    let ids: Vec<String> = (0..120).map(|n| format!("recipient-{n}@northlight.example")).collect();
    ledger.claim(&ids.iter().map(|id| claim(id)).collect::<Vec<_>>(), &RUN, at(1)).unwrap();
    drop(ledger);
    let path = files::ledger(desk.path());
    (desk, path)
}

fn refused(desk: &Path, path: &Path, why: &str) {
    let before = fs::read(path).unwrap();
    let error = here(desk).open().expect_err(why);
    assert!(matches!(error, LedgerError::Damaged { .. }), "{why}: {error:?}");
    assert_eq!(fs::read(path).unwrap(), before, "{why}: the file was touched");
    let error = here(desk).create("another", at(2)).expect_err(why);
    assert!(matches!(error, LedgerError::Exists { .. }), "{why}: {error:?}");
}

#[test]
fn a_missing_ledger_is_not_made_by_opening() {
    let desk = tempfile::tempdir().unwrap();
    assert!(matches!(here(desk.path()).open(), Err(LedgerError::Missing { .. })));
    assert!(fs::read_dir(desk.path()).unwrap().next().is_none());
}

#[test]
fn a_ledger_cut_anywhere_is_refused() {
    let (desk, path) = closed();
    let whole = fs::read(&path).unwrap();
    let cuts = (0..whole.len()).step_by(1021).chain((0..whole.len()).step_by(4096)).chain([1, 99, whole.len() - 1]);
    for length in cuts {
        fs::write(&path, &whole[..length]).unwrap();
        refused(desk.path(), &path, &format!("cut to {length} octets"));
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(here(desk.path()).open().unwrap().entries(&State::ALL).count(), 120);
}

#[test]
fn a_ledger_with_garbage_in_any_page_is_refused() {
    let (desk, path) = closed();
    let whole = fs::read(&path).unwrap();
    for page in 0..whole.len() / 4096 {
        let mut garbled = whole.clone();
        garbled[page * 4096..(page + 1) * 4096].fill(0xa5);
        fs::write(&path, &garbled).unwrap();
        refused(desk.path(), &path, &format!("garbage in page {page}"));
    }
}

#[test]
fn what_is_no_ledger_is_refused() {
    let (desk, path) = closed();
    fs::write(&path, "id;state\nokafor;accepted\n".repeat(400)).unwrap();
    refused(desk.path(), &path, "a text");

    fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE places (url TEXT)").unwrap();
    drop(other);
    refused(desk.path(), &path, "another program's database");
}

#[test]
fn a_ledger_with_other_tables_or_without_its_guards_is_refused() {
    for tampering in [
        "DROP TRIGGER event_is_not_removed",
        "DROP TABLE letter",
        "ALTER TABLE letter ADD COLUMN note TEXT",
        "CREATE TRIGGER again AFTER UPDATE ON ledger BEGIN UPDATE letter SET state = 'pending'; END",
        "DELETE FROM ledger",
        "PRAGMA user_version = 0",
    ] {
        let (desk, path) = closed();
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch(&format!("PRAGMA foreign_keys = OFF; {tampering}")).unwrap();
        drop(db);
        refused(desk.path(), &path, tampering);
    }
}

#[test]
fn a_newer_format_and_another_campaign_are_distinguished_from_damage() {
    let (desk, path) = closed();
    let error = named(desk.path(), "another-campaign").open().unwrap_err();
    assert!(matches!(error, LedgerError::OtherCampaign { found, .. } if found == CAMPAIGN));
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 6; CREATE TABLE x (y)").unwrap();
    let error = here(desk.path()).open().unwrap_err();
    assert!(matches!(error, LedgerError::NewerFormat { found: 6, .. }), "{error:?}");
}

#[test]
fn a_log_without_its_ledger_never_leads_to_a_new_ledger() {
    let (desk, path) = closed();
    fs::rename(&path, path.with_extension("sqlite3-wal")).unwrap();
    assert!(matches!(here(desk.path()).open(), Err(LedgerError::Missing { .. })));
    assert!(matches!(here(desk.path()).create("new", at(1)), Err(LedgerError::Exists { .. })));
}

#[test]
fn what_a_killed_creation_left_is_no_ledger_and_in_nobodys_way() {
    let desk = tempfile::tempdir().unwrap();
    let folder = files::folder(desk.path()).unwrap();
    for name in ["ledger.sqlite3.partial", "ledger.sqlite3.partial-wal"] {
        fs::write(folder.join(name), "half a ledger").unwrap();
    }
    assert!(matches!(here(desk.path()).open(), Err(LedgerError::Missing { .. })));
    here(desk.path()).create("ledger-1", at(0)).unwrap();
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["ledger.sqlite3"]);
}
