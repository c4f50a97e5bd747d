//! Copies of a campaign's folder and backups of its ledger: nobody gets two letters because of them.

use super::killed::signal;
use super::*;
use crate::relay::Step;
use std::fs;
use std::path::Path;

const FILE: &str = ".openletter/ledger.sqlite3";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let to = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).expect("copied")),
        }
    }
}

/// Another folder with all of this one, as `cp -r` makes it.
pub(crate) fn copied(desk: &Desk) -> Desk {
    let other = Desk::with("two-recipients");
    fs::remove_dir_all(other.dir()).expect("removed");
    copy(desk.dir(), other.dir());
    other
}

#[test]
fn a_ledger_that_is_older_than_the_letters_sent_sends_none_of_them_again() {
    let relay = Relay::start();
    let desk = approved_many(4, &relay);
    desk.run("send --yes --limit 1").exit(75);
    let older = desk.bytes(FILE);
    desk.run("send --yes").exit(0);
    // Into the same file, as `cp` does: the file is the ledger's own, and only the claims tell.
    desk.write(FILE, &older);

    for words in ["send --yes", "send --yes --as-written", "send --yes --only r2", "send --dry-run"] {
        let ran = desk.run(words).exit(77).reports("may have been sent").reports("settle");
        assert!(["r2", "r3", "r4"].iter().all(|id| ran.err.contains(&format!("\n  {id}"))), "{}", ran.err);
    }
    desk.run("send --yes --moved").exit(77);
    desk.run("status").prints("1 accepted, 3 unknown");
    desk.run("write --force").exit(77).reports("not settled");
    desk.run("settle r2 --sent --yes").exit(0);
    desk.run("send --yes").exit(77).hides("r2").reports("r3");
    desk.run("settle --all-unknown --sent --yes").exit(0);
    desk.run("send --yes").exit(0);
    desk.run("status").prints("4 accepted");
    assert_eq!(relay.letters().len(), 4);

    // A later backup is reported in the same way.
    desk.write(FILE, &older);
    desk.run("send --yes").exit(77).reports("r4");
}

#[test]
fn a_letter_that_was_deferred_when_the_backup_was_made_may_have_been_sent_too() {
    let relay = Relay::script().on(Step::Rcpt).letter(1).time(1).reply("450 4.2.0 later").start();
    let desk = approved(&relay);
    desk.run("send --yes --limit 1 --retry-for 0s").exit(75);
    let older = desk.bytes(FILE);
    desk.run("send --yes").exit(0);
    desk.write(FILE, &older);
    desk.run("send --yes").exit(77);
    desk.run("status").prints("2 unknown");
    desk.run("settle --all-unknown --resend --yes").exit(0);
    desk.run("send --yes").exit(0).prints("2 accepted");
}

#[test]
fn a_ledger_copied_without_its_log_during_a_run_sends_nothing_again() {
    let relay = Relay::script().on(Step::Dot).letter(3).held().reply("250 2.0.0 queued").start();
    let desk = approved_many(4, &relay);
    let run = desk.start("send --yes");
    relay.await_begun(3);
    let alone = desk.bytes(FILE);
    relay.release();
    end("send --yes", run).exit(0);
    fs::remove_dir_all(desk.path(".openletter")).expect("removed");
    desk.write(FILE, alone);
    desk.run("send --yes --moved").exit(77);
    assert_eq!(relay.letters().len(), 4);
}

#[test]
fn a_copied_folder_sends_only_once_it_is_said_to_be_the_only_one() {
    let relay = Relay::start();
    let desk = approved(&relay);
    desk.run("send --yes --limit 1").exit(75);
    let other = copied(&desk);
    other.run("send --yes").exit(77).reports("a copy or a restored backup").reports("--moved");
    other.run("send --dry-run").exit(77);
    other.run("status").prints("1 pending, 1 accepted").prints("the ledger is a copy");
    assert_eq!(relay.letters().len(), 1);
    other.run("send --yes --moved").exit(0).prints("2 accepted");
    other.run("send --yes").exit(0);
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn a_renamed_folder_is_no_copy() {
    let relay = Relay::start();
    let desk = approved(&relay);
    desk.run("send --yes --limit 1").exit(75);
    let elsewhere = desk.dir().with_file_name("renamed");
    fs::rename(desk.dir(), &elsewhere).expect("renamed");
    fs::rename(&elsewhere, desk.dir()).expect("renamed");
    desk.run("send --yes").exit(0).prints("2 accepted");
}

#[test]
fn the_first_send_says_that_nothing_has_been_sent_from_here() {
    let relay = Relay::start();
    let desk = approved(&relay);
    desk.run("send --yes --limit 1").exit(75).reports("nothing has been sent from here");
    desk.run("send --yes").exit(0).hides("nothing has been sent");
}

#[test]
fn a_backup_made_during_a_run_is_whole_and_private_and_never_overwrites() {
    let relay = Relay::script().on(Step::Dot).letter(3).held().reply("250 2.0.0 queued").start();
    let desk = approved_many(4, &relay);
    // With a rate each letter is claimed alone, however fast the machine is.
    reach(&desk, &relay, "host = \"127.0.0.1\"\ntls = \"none\"\nrate = \"100/s\"\n");
    desk.run("ledger backup copy").exit(77).reports("no ledger yet");
    let run = desk.start("send --yes");
    relay.await_begun(3);
    let backup = desk.path("copy");
    desk.run(&format!("ledger backup {}", backup.display())).exit(0).reports("Copied the ledger");
    let whole = desk.bytes("copy");
    desk.run(&format!("ledger backup {}", backup.display())).exit(77).reports("already exists");
    assert!(desk.bytes("copy") == whole);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&backup).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    relay.release();
    end("send --yes", run).exit(0);

    // Restored, it knows the two letters that were accepted by then.
    fs::remove_dir_all(desk.path(".openletter")).expect("removed");
    desk.write(FILE, whole);
    desk.run("send --yes").exit(77).reports("--moved");
    desk.run("status").prints("1 offered, 2 accepted, 1 unknown");
}

#[test]
fn a_refusal_also_names_letters_that_are_unknown_for_another_reason() {
    let relay = Relay::script().on(Step::Dot).letter(1).hang_up().start();
    let desk = approved_many(3, &relay);
    desk.run("send --yes --limit 1").exit(76);
    let older = desk.bytes(FILE);
    desk.run("send --yes").exit(76);
    desk.write(FILE, &older);
    let others = "\n  r2\n  r3\nthe outcome of others is not known either:\n  r1\n";
    let ran = desk.run("send --yes").exit(77);
    assert!(ran.err.contains(others), "{}", ran.err);
}

#[test]
fn claims_that_the_ledger_made_itself_are_not_read_again() {
    let relay = Relay::start();
    let desk = approved_many(4, &relay);
    desk.run("send --yes --limit 2").exit(75);
    let mut files = fs::read_dir(desk.path("outbox")).expect("an outbox").map(|entry| entry.expect("an entry").path());
    let claims = files.find(|path| path.to_string_lossy().contains("claims-")).expect("a claims file");
    let text = fs::read_to_string(&claims).expect("text");
    assert_eq!(text.lines().count(), 3, "{text}");
    // What is not read cannot be found damaged.
    fs::write(&claims, format!("{}\n", "x".repeat(text.len() - 1))).expect("written");
    desk.run("send --yes --limit 1").exit(75);
    desk.run("send --yes").exit(0).prints("4 accepted");
    assert_eq!(fs::read_to_string(&claims).expect("text").lines().count(), 3);
}

#[test]
fn claims_outlive_the_outbox_that_they_were_made_from() {
    let relay = Relay::start();
    let desk = approved(&relay);
    desk.run("send --yes --limit 1").exit(75);
    let older = desk.bytes(FILE);
    desk.run("send --yes").exit(0);
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.write(FILE, older);
    desk.run("send --yes").exit(77).reports("may have been sent");
    assert_eq!(relay.letters().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_line_that_a_killed_run_left_half_written_is_no_claim() {
    let relay = Relay::script().on(Step::Dot).letter(2).stall().start();
    let desk = approved(&relay);
    let mut run = desk.start("send --yes");
    relay.await_begun(2);
    signal(&run, "KILL");
    run.wait().expect("it is dead");
    let mut files = fs::read_dir(desk.path("outbox")).expect("an outbox").map(|entry| entry.expect("an entry").path());
    let claims = files.find(|path| path.to_string_lossy().contains("claims-")).expect("a claims file");
    let text = fs::read_to_string(&claims).expect("text");
    assert_eq!(text.lines().count(), 3, "{text}");
    fs::write(&claims, format!("{text}99,1,chai")).expect("written");
    desk.run("settle --all-unknown --resend --yes").exit(0);
    desk.run("send --yes --retry-for 0s --limit 0").exit(75);
    let now = fs::read_to_string(&claims).expect("text");
    assert!(now.starts_with(&text) && !now.contains("chai"), "{now}");
}
