//! All or nothing: replacing, the leftovers of killed runs in each state of the module's table, and privacy.

use super::*;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Set in the processes these tests start: the outbox to write.
const DIR: &str = "OPENLETTER_TEST_OUTBOX";

/// Runs this test binary again for one test.
#[cfg(unix)]
fn again(umask: &str, test: &str, dir: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]).arg(env::current_exe().unwrap());
    command.args(["--exact", "--nocapture", &format!("outbox::tests::crash::{test}")]).env(DIR, dir);
    command
}

/// A replacement of one letter, and its digest.
fn replacement(dir: &Path) -> Writer {
    let mut writer = Writer::begin(dir, &[], Layout::Flat).unwrap();
    writer.add(&letter(7, "id-7"), &name(7)).unwrap();
    writer
}

#[test]
fn nothing_is_visible_before_commit_or_left_without_it() {
    let (desk, dir) = desk();
    let writer = written(&dir);
    assert!(matches!(Outbox::open(&dir), Err(OutboxError::NotThere { .. })));
    drop(writer);
    assert_eq!(names(desk.path()), [".openletter"]);
}

#[test]
fn an_existing_outbox_is_replaced_only_on_request() {
    let (desk, dir) = desk();
    let old = outbox(&dir);
    assert!(matches!(replacement(&dir).commit(Replace::Refuse), Err(OutboxError::Exists { .. })));
    assert_eq!(Outbox::open(&dir).unwrap().digest, old.digest);
    let new = replacement(&dir).commit(Replace::Existing).unwrap();
    assert_eq!(Outbox::open(&dir).unwrap().digest, new.digest);
    assert_eq!((names(&dir.join("letters")), new.dir()), (vec![name(7)], dir.as_path()));
    assert_eq!(names(desk.path()), [".openletter", "outbox"]);
}

#[test]
fn only_an_outbox_or_an_empty_folder_is_replaced() {
    let (_desk, dir) = desk();
    outbox(&dir);
    fs::write(dir.join("manifest.csv"), "torn").unwrap();
    written(&dir).commit(Replace::Existing).unwrap();

    fs::remove_dir_all(&dir).unwrap();
    fs::create_dir(&dir).unwrap();
    written(&dir).commit(Replace::Existing).unwrap();

    fs::remove_dir_all(&dir).unwrap();
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("thesis.tex"), "ten years of work").unwrap();
    assert!(matches!(written(&dir).commit(Replace::Existing), Err(OutboxError::NotAnOutbox { .. })));
    assert_eq!(names(&dir), ["thesis.tex"]);

    fs::remove_dir_all(&dir).unwrap();
    fs::write(&dir, "a file").unwrap();
    assert!(matches!(written(&dir).commit(Replace::Existing), Err(OutboxError::NotAnOutbox { .. })));
    assert_eq!(fs::read_to_string(&dir).unwrap(), "a file");
}

#[test]
fn one_process_at_a_time_writes() {
    let (_desk, dir) = desk();
    let standing = outbox(&dir);
    let _writer = written(&dir);
    assert!(matches!(Writer::begin(&dir, &[], Layout::Flat), Err(OutboxError::Busy { .. })));
    assert!(matches!(standing.bind_ledger("ledger-1"), Err(OutboxError::Busy { .. })));
    assert!(Outbox::open(&dir).unwrap().verify().unwrap().is_empty(), "reading goes on");
}

#[test]
fn a_partial_outbox_is_ignored_and_removed_by_the_next_writer() {
    for exists in [true, false] {
        let (desk, dir) = desk();
        if exists {
            outbox(&dir);
        }
        fs::create_dir_all(desk.path().join(".outbox.partial/letters")).unwrap();
        fs::write(desk.path().join(".outbox.partial/letters/00001-to.eml"), "Subj").unwrap();
        assert_eq!(Outbox::open(&dir).is_ok(), exists);
        assert_eq!(replacement(&dir).commit(Replace::Existing).unwrap().verify().unwrap(), []);
        assert_eq!(names(desk.path()), [".openletter", "outbox"]);
    }
}

/// Leaves what a replacement killed between its two renames leaves: no outbox, the new one partial, the old one aside.
fn killed_between_renames(desk: &Path, dir: &Path) -> String {
    replacement(dir).commit(Replace::Existing).unwrap();
    fs::rename(dir, desk.join(".new")).unwrap();
    let old = outbox(dir);
    fs::rename(dir, desk.join(".outbox.old")).unwrap();
    fs::rename(desk.join(".new"), desk.join(".outbox.partial")).unwrap();
    old.digest.clone()
}

#[test]
fn a_replacement_killed_between_its_renames_leaves_the_old_outbox() {
    let (desk, dir) = desk();
    let old = killed_between_renames(desk.path(), &dir);
    assert_eq!(Outbox::open(&dir).unwrap().digest, old);

    fs::remove_dir_all(&dir).unwrap();
    let old = killed_between_renames(desk.path(), &dir);
    let writer = replacement(&dir);
    assert_eq!(Outbox::open(&dir).unwrap().digest, old, "a writer puts it back too");
    assert!(matches!(writer.commit(Replace::Refuse), Err(OutboxError::Exists { .. })));
}

#[test]
fn a_reader_during_a_replacement_gets_busy() {
    let (desk, dir) = desk();
    killed_between_renames(desk.path(), &dir);
    let _at_work = OutboxPaths::of(&dir).unwrap().lock().unwrap();
    assert!(matches!(Outbox::open(&dir), Err(OutboxError::Busy { .. })));
}

#[test]
fn an_old_outbox_that_was_not_removed_never_comes_back() {
    let (desk, dir) = desk();
    outbox(&dir);
    fs::rename(&dir, desk.path().join(".outbox.old")).unwrap();
    assert!(matches!(Outbox::open(&dir), Err(OutboxError::NotThere { .. })), "its successor was removed by hand");
    replacement(&dir).commit(Replace::Refuse).unwrap();
    assert_eq!(names(desk.path()), [".openletter", "outbox"]);
}

#[cfg(unix)]
#[test]
fn a_killed_writer_leaves_the_old_outbox_and_no_lock() {
    if let Some(dir) = env::var_os(DIR) {
        let mut writer = Writer::begin(Path::new(&dir), &sources(), Layout::Folders).unwrap();
        for number in [1, 1001] {
            writer.add(&letter(number, "id"), &name(number)).unwrap();
        }
        println!("WRITTEN");
        loop {
            std::thread::park();
        }
    }
    let (desk, dir) = desk();
    let old = replacement(&dir).commit(Replace::Refuse).unwrap();
    let mut child =
        again("022", "a_killed_writer_leaves_the_old_outbox_and_no_lock", &dir).stdout(Stdio::piped()).spawn().unwrap();
    let has_written =
        BufReader::new(child.stdout.take().unwrap()).lines().any(|line| line.unwrap().contains("WRITTEN"));
    let busy = Writer::begin(&dir, &[], Layout::Flat);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(has_written, "the other process did not get that far");
    assert!(matches!(busy, Err(OutboxError::Busy { .. })), "{busy:?}");
    assert_eq!(names(desk.path()), [".openletter", ".outbox.partial", "outbox"]);
    assert_eq!(Outbox::open(&dir).unwrap().digest, old.digest);
    written(&dir).commit(Replace::Existing).unwrap();
    assert_eq!(names(desk.path()), [".openletter", "outbox"]);
}

#[cfg(unix)]
#[test]
fn folders_and_files_are_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    fn check(path: &Path) -> usize {
        let metadata = fs::metadata(path).unwrap();
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{}", path.display());
        if metadata.is_file() {
            1
        } else {
            fs::read_dir(path).unwrap().map(|entry| check(&entry.unwrap().path())).sum()
        }
    }
    if let Some(dir) = env::var_os(DIR) {
        let dir = Path::new(&dir);
        let writer = written(dir);
        assert_eq!(check(&dir.with_file_name(".outbox.partial")), 4);
        let outbox = writer.commit(Replace::Refuse).unwrap();
        outbox.approve("Rosa Mora", jiff::Timestamp::UNIX_EPOCH).unwrap();
        outbox.bind_ledger("ledger-1").unwrap();
        return;
    }
    let (_desk, dir) = desk();
    let run = again("000", "folders_and_files_are_private_whatever_the_umask", &dir).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(check(&dir) + check(&dir.with_file_name(".openletter")), 7);
}
