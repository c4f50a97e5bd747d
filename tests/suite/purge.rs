//! `purge`: counts, ledger and record stay; lists, letters and templates go, all or none.

use crate::desk::Desk;
use crate::relay::Relay;
use std::fs;

/// Two letters that were sent; one signatory has withdrawn.
fn finished() -> (Desk, Relay) {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay).approved();
    desk.run("send --yes").exit(0);
    desk.run("withdraw jolene@inbox.example --yes --no-notice").exit(0);
    desk.run("answer ceo --kind reply --note 'by phone'").exit(0);
    (desk, relay)
}

/// The paths of all files, relative to the campaign's folder.
fn files(desk: &Desk) -> Vec<String> {
    fn gather(folder: &std::path::Path, prefix: &str, files: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => gather(&entry.path(), &format!("{name}/"), files),
                false => files.push(name),
            }
        }
    }
    let mut files = Vec::new();
    gather(desk.dir(), "", &mut files);
    files.sort();
    files
}

#[test]
fn only_numbers_ledger_and_record_stay() {
    let (desk, relay) = finished();
    let tombstones = desk.bytes(".openletter/withdrawn.json");
    let claims: Vec<String> = files(&desk).into_iter().filter(|file| file.starts_with("outbox/claims-")).collect();
    desk.run("purge").exit(77).reports("--yes");
    desk.run("purge --yes").exit(0).prints("Removed: outbox/letters").prints("Kept: the ledger");
    let left: Vec<String> = files(&desk).into_iter().filter(|file| !file.starts_with(".openletter/ledger")).collect();
    let mut wanted = vec![
        ".openletter/lock",
        ".openletter/outbox.lock",
        ".openletter/withdrawn.json",
        "campaign.toml",
        &claims[0],
        "record/counts.json",
        "record/record.csv",
        "record/record.json",
        "record/record.md",
    ];
    wanted.sort_unstable();
    assert_eq!(left, wanted);
    assert_eq!(desk.bytes(".openletter/withdrawn.json"), tombstones);
    let kept: String = left.iter().map(|file| String::from_utf8_lossy(&desk.bytes(file)).into_owned()).collect();
    assert!(!kept.contains("Satterwhaite") && !kept.contains("Nwachinemere") && !kept.contains("by phone"), "{kept}");
    let record: serde_json::Value = serde_json::from_slice(&desk.bytes("record/record.json")).expect("JSON");
    assert_eq!((&record["accepted"], &record["letters"][0]["answered"]), (&2.into(), &"reply".into()));
    assert!(desk.text("campaign.toml").contains("two-recipients"));
    desk.run("purge --yes").exit(0).reports("Nothing is left to remove");
    // An answer that comes later can still be recorded, and nobody is written to again.
    desk.run("answer legal --kind bounced").exit(0);
    assert_ne!(desk.run("send --yes").code, Some(0));
    assert_eq!(relay.letters().len(), 2);
}

#[test]
fn nothing_is_removed_without_a_record() {
    let (desk, _relay) = finished();
    desk.edit("signatories.csv", "full,given", "hidden,given");
    let before = files(&desk);
    desk.run("purge --yes").exit(65);
    assert_eq!(files(&desk), before);
    let desk = Desk::with("two-recipients");
    desk.run("purge --yes").exit(77).reports("nothing was sent");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_moved_leaves_everything_in_place() {
    use std::os::unix::fs::PermissionsExt;
    if is_root() {
        return crate::skip::skip("a folder that cannot be changed", "root can change it", false);
    }
    let (desk, _relay) = finished();
    let before = files(&desk);
    let outbox = desk.path("outbox");
    fs::set_permissions(&outbox, fs::Permissions::from_mode(0o500)).expect("set");
    desk.run("purge --yes").exit(74).reports("nothing was removed");
    fs::set_permissions(&outbox, fs::Permissions::from_mode(0o700)).expect("set");
    let after: Vec<String> = files(&desk).into_iter().filter(|file| !file.starts_with("record/")).collect();
    assert_eq!(after, before);
}

#[cfg(unix)]
fn is_root() -> bool {
    let id = std::process::Command::new("id").arg("-u").output().expect("id is there").stdout;
    String::from_utf8_lossy(&id).trim() == "0"
}

#[test]
fn an_interrupted_purge_is_finished_by_the_next_one() {
    let (desk, _relay) = finished();
    fs::create_dir(desk.path(".purge.partial")).expect("a folder");
    fs::rename(desk.path("signatories.csv"), desk.path(".purge.partial/signatories.csv")).expect("moved");
    desk.run("purge --yes").exit(0);
    assert!(!desk.has(".purge.partial") && !desk.has("recipients.csv") && !desk.has("templates"));
}

#[test]
fn afterwards_the_verbs_that_need_the_lists_say_that_the_campaign_is_over() {
    let (desk, _relay) = finished();
    desk.run("purge --yes").exit(0);
    for words in ["status", "record", "approve --by Ada", "follow-up --init second"] {
        desk.run(words).exit(77).reports("this campaign is over").reports("record/ has the counts and the record");
    }
    desk.run("answer ceo --kind refused").exit(0);
    desk.run("ledger backup ledger.sqlite3").exit(0);
    desk.run("purge --yes").exit(0).reports("Nothing is left to remove");
}

#[test]
fn other_files_and_shared_lists_stay_and_are_reported_without_their_names() {
    let (desk, _relay) = finished();
    let shared = desk.dir().parent().expect("a folder").join("signatories.csv");
    fs::rename(desk.path("signatories.csv"), &shared).expect("moved");
    desk.edit("campaign.toml", "[signatories]", "[signatories]\nfile = \"../signatories.csv\"");
    desk.write("consent of Jolene Satterwhaite.txt", "x");
    desk.run("purge --yes")
        .exit(0)
        .reports("outside of this folder: ../signatories.csv")
        .reports("1 other file or folder is not part of this campaign")
        .hides("Satterwhaite");
    assert!(shared.exists() && desk.has("consent of Jolene Satterwhaite.txt"));
}
