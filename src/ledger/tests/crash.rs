//! What is left of a run that was killed, or of a machine that lost power; and how private the files are.

use super::*;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// Set in the processes these tests start: the folder to work in.
const DESK: &str = "OPENLETTER_TEST_LEDGER";

/// This test binary again, for one test only.
#[cfg(unix)]
fn again(umask: &str, test: &str, desk: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]).arg(env::current_exe().unwrap());
    command.args(["--exact", "--nocapture", &format!("ledger::tests::crash::{test}")]).env(DESK, desk);
    command
}

#[cfg(unix)]
#[test]
fn a_killed_process_loses_nothing_it_wrote_and_its_lock() {
    if let Some(desk) = env::var_os(DESK) {
        let desk = Path::new(&desk);
        let _lock = Lock::take(desk).unwrap();
        let mut ledger = here(desk).open().unwrap();
        ledger.claim(&["accepted", "begun", "claimed"].map(claim), &RUN, at(1)).unwrap();
        ledger.began("accepted", RELAY, at(2)).unwrap();
        ledger.record("accepted", &accepted(), at(3)).unwrap();
        ledger.began("begun", RELAY, at(4)).unwrap();
        println!("WRITTEN");
        loop {
            std::thread::park();
        }
    }
    let (desk, ledger) = desk_here();
    drop(ledger);
    let mut child = again("022", "a_killed_process_loses_nothing_it_wrote_and_its_lock", desk.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stdout.take().unwrap()).lines().any(|line| line.unwrap().contains("WRITTEN"));
    let busy = Lock::take(desk.path());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told, "the other process did not come so far");
    assert!(matches!(busy, Err(LedgerError::Busy { pid: Some(pid) }) if pid == child.id()), "{busy:?}");

    let _lock = Lock::take(desk.path()).unwrap();
    let mut ledger = here(desk.path()).open().unwrap();
    assert_eq!(ledger.recover("boot-1", at(9)).unwrap(), Recovered { released: 1, unknown: vec!["begun".into()] });
    assert_eq!(state(&ledger, "accepted"), Some(State::Accepted));
    assert_eq!(state(&ledger, "claimed"), Some(State::Pending));
}

#[test]
fn power_that_fails_after_a_claim_never_makes_the_letter_look_unsent() {
    let (desk, mut ledger) = desk_here();
    let file = files::ledger(desk.path());
    let log = file.with_extension("sqlite3-wal");
    ledger.claim(&[claim("a")], &RUN, at(1)).unwrap();
    let synced = fs::metadata(&log).unwrap().len() as usize;
    ledger.began("a", RELAY, at(2)).unwrap();
    ledger.record("a", &accepted(), at(3)).unwrap();
    let written = fs::read(&log).unwrap();
    assert!(written.len() > synced);

    let mut outcomes = Vec::new();
    for length in (synced..written.len()).step_by(509).chain([written.len()]) {
        let after = tempfile::tempdir().unwrap();
        files::folder(after.path()).unwrap();
        let copy = files::ledger(after.path());
        fs::copy(&file, &copy).unwrap();
        fs::write(copy.with_extension("sqlite3-wal"), &written[..length]).unwrap();
        let mut ledger = here(after.path()).open().unwrap();
        ledger.recover("boot-2", at(9)).unwrap();
        outcomes.push(state(&ledger, "a").unwrap());
    }
    assert_eq!(outcomes.first(), Some(&State::Unknown));
    assert_eq!(outcomes.last(), Some(&State::Accepted));
    assert!(outcomes.iter().all(|state| matches!(state, State::Unknown | State::Accepted)), "{outcomes:?}");
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    if let Some(desk) = env::var_os(DESK) {
        let desk = Path::new(&desk);
        let _lock = Lock::take(desk).unwrap();
        let mut ledger = here(desk).create("ledger-1", at(0)).unwrap();
        ledger.claim(&[claim("a")], &RUN, at(1)).unwrap();
        let folder = desk.join(".openletter");
        assert_eq!(mode(&folder), 0o700);
        let modes: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| (entry.as_ref().unwrap().file_name(), mode(&entry.unwrap().path())))
            .collect();
        assert_eq!(modes.len(), 4, "lock, ledger, log and index: {modes:?}");
        assert!(modes.iter().all(|(_, mode)| *mode == 0o600), "{modes:?}");
        return;
    }
    let desk = tempfile::tempdir().unwrap();
    let run = again("000", "folder_and_files_are_private_whatever_the_umask", desk.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(mode(&desk.path().join(".openletter/ledger.sqlite3")), 0o600, "the other process did its work");
}

#[cfg(unix)]
#[test]
fn a_folder_that_stood_open_is_closed() {
    use std::os::unix::fs::PermissionsExt;
    let desk = tempfile::tempdir().unwrap();
    let folder = desk.path().join(".openletter");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    here(desk.path()).create("ledger-1", at(0)).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}
