//! `write`, `approve`, `rehearse` and `status`: an outbox is complete or absent, and an approval is valid for
//! exactly the bytes that were approved.

use crate::desk::Desk;
use std::fs;

const FIRST: &str = "outbox/letters/00001-ceo.eml";

#[test]
fn an_existing_outbox_is_replaced_only_with_force() {
    let desk = Desk::with("two-recipients");
    let first = desk.written();
    desk.edit("templates/letter.md.hbs", "We are", "All of us are");
    let refused = desk.run("write").exit(77).reports("an outbox already exists").reports("use --force to replace it");
    assert_eq!(refused.out, "");
    assert_eq!(desk.outbox(), first);
    desk.run("write --force").exit(0).reports("Wrote 2 letters");
    assert_ne!(desk.outbox(), first);
    assert!(!desk.has(".outbox.partial") && !desk.has(".outbox.old"));
}

#[test]
fn an_error_in_the_last_letter_keeps_the_old_outbox() {
    let desk = Desk::with("two-recipients");
    let first = desk.written();
    desk.edit("recipients.csv", "legal@northlight.example", "legal@");
    desk.run("write --force").exit(65).reports("error[address-invalid]: recipients.csv:3:41");
    assert_eq!(desk.outbox(), first);
    assert!(!desk.has(".outbox.partial") && !desk.has(".outbox.old"));
}

#[test]
fn leftovers_of_a_killed_run_are_removed() {
    let desk = Desk::with("two-recipients");
    desk.write(".outbox.partial/letters/00001-old.eml", "half a letter").write(".outbox.partial/manifest.csv", "kind,");
    for verb in ["approve --by Ada", "status"] {
        desk.run(verb).exit(77).reports("there is no outbox");
    }
    desk.run("write").exit(0);
    assert!(!desk.has(".outbox.partial"));
    assert_eq!(desk.letters(), ["00001-ceo.eml", "00002-legal.eml"]);
    fs::rename(desk.path("outbox"), desk.path(".outbox.old")).expect("renamed");
    fs::create_dir(desk.path(".outbox.partial")).expect("a folder");
    desk.run("status").exit(0).prints("2 pending");
    assert!(desk.has("outbox") && !desk.has(".outbox.old"), "the old outbox is put back");
}

#[test]
fn more_than_a_thousand_letters_are_in_sub_folders() {
    let desk = Desk::with("two-recipients");
    let list = |letters: usize| {
        let rows: String =
            (1..=letters).map(|n| format!("r{n},Ada,Okafor{n},Editor,r{n}@northlight.example\n")).collect();
        desk.write("recipients.csv", format!("id,given_name,family_name,title,email\n{rows}"));
    };
    list(1000);
    desk.run("write").exit(0);
    assert_eq!(desk.letters().len(), 1000);
    list(1001);
    desk.run("write --force").exit(0).reports("Wrote 1001 letters");
    assert_eq!(desk.letters(), ["0001", "0002"]);
    assert!(desk.has("outbox/letters/0001/01000-r1000.eml") && desk.has("outbox/letters/0002/01001-r1001.eml"));
    assert!(desk.text("outbox/manifest.csv").contains(",0002/01001-r1001.eml,"));
    assert!(desk.text("outbox/review.html").contains("\"file\":\"0002/01001-r1001.eml\""));
    desk.run("status --verify").exit(0).prints("1001 pending");
    desk.run("approve --by Ada").exit(0);
    desk.run("rehearse").exit(0);
    desk.edit("outbox/letters/0002/01001-r1001.eml", "Okafor1001", "Okafor1002");
    for verb in ["approve --by Bo", "rehearse", "send --yes"] {
        desk.run(verb).exit(77).reports("letters/0002/01001-r1001.eml has changed");
    }
}

#[test]
fn only_an_outbox_is_replaced() {
    let desk = Desk::with("two-recipients");
    desk.write("outbox/thesis.txt", "years of work");
    desk.run("write").exit(77);
    desk.run("write --force").exit(77).reports("this is not an outbox");
    desk.run("approve --by Ada").exit(77);
    desk.run("status").exit(77);
    assert_eq!(desk.text("outbox/thesis.txt"), "years of work");
    fs::remove_dir_all(desk.path("outbox")).expect("removed");
    desk.write("outbox", "a file");
    desk.run("write --force").exit(77).reports("this is not an outbox");
    assert_eq!(desk.text("outbox"), "a file");
}

#[cfg(unix)]
#[test]
fn an_unwritable_folder_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with("two-recipients");
    // Root can write here too; a folder in the lock's place stops root as well.
    fs::create_dir_all(desk.path(".openletter/outbox.lock")).expect("a folder");
    desk.run("write").exit(74).reports(".openletter/outbox.lock: cannot take the lock");
    fs::remove_dir_all(desk.path(".openletter")).expect("removed");
    fs::set_permissions(desk.dir(), fs::Permissions::from_mode(0o500)).expect("set");
    let stopped = fs::write(desk.path("probe"), "").is_err();
    let ran = desk.run("write");
    fs::set_permissions(desk.dir(), fs::Permissions::from_mode(0o700)).expect("set");
    if stopped {
        ran.exit(74).reports(".openletter: cannot create the private folder").reports("denied");
        desk.holds_no_letters();
    }
}

#[cfg(unix)]
#[test]
fn a_disk_error_leaves_no_partial_outbox() {
    let desk = Desk::sample();
    // 16 blocks, of whatever size: the letters and their page do not fit.
    desk.shell("ulimit -f 16; trap '' XFSZ; exec \"$0\" write").exit(74).reports(".outbox.partial/");
    desk.holds_no_letters();
    desk.run("write").exit(0);
}

#[test]
fn an_approval_records_who_and_exactly_what() {
    let desk = Desk::with("two-recipients");
    desk.run("approve --by Ada").exit(77).reports("there is no outbox to approve");
    desk.run("write").exit(0);
    desk.run("approve --by '  Zoë Okafor  '").exit(0).prints("2 letters approved by Zoë Okafor (sha256:");
    let approval: toml::Table = desk.text("outbox/approval.toml").parse().expect("TOML");
    let approval = &approval["approval"][0];
    assert_eq!(approval["by"].as_str(), Some("Zoë Okafor"));
    assert_eq!(approval["letters"].as_integer(), Some(2));
    let digest = ring::digest::digest(&ring::digest::SHA256, &desk.bytes("outbox/manifest.csv"));
    let digest: String = digest.as_ref().iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(approval["manifest"].as_str(), Some(&*format!("sha256:{digest}")));
    for (number, row) in desk.text("outbox/manifest.csv").lines().filter(|row| row.starts_with("letter,")).enumerate() {
        let digest = ring::digest::digest(&ring::digest::SHA256, &desk.octets()[number]);
        let digest: String = digest.as_ref().iter().map(|octet| format!("{octet:02x}")).collect();
        assert!(row.contains(&digest), "{row}");
    }
    desk.run("approve --by 'Bo Example'").exit(0);
    let approvals: toml::Table = desk.text("outbox/approval.toml").parse().expect("TOML");
    assert_eq!(approvals["approval"].as_array().map(Vec::len), Some(2));
}

/// Changes an approved outbox, and checks that `approve` and `send` refuse it with this message.
#[track_caller]
fn refused_after(change: impl FnOnce(&Desk), message: &str) {
    let desk = Desk::with("two-recipients");
    desk.approved();
    change(&desk);
    desk.run("approve --by Ada").exit(77).reports(message);
    desk.run("send --yes").exit(77).reports(message);
}

#[test]
fn any_change_invalidates_an_approval() {
    refused_after(|desk| _ = desk.edit(FIRST, "two", "ten"), "letters/00001-ceo.eml has changed");
    refused_after(|desk| _ = desk.write(FIRST, desk.text(FIRST) + " "), "letters/00001-ceo.eml has changed");
    refused_after(|desk| fs::remove_file(desk.path(FIRST)).expect("removed"), "letters/00001-ceo.eml is missing");
    refused_after(
        |desk| fs::remove_dir_all(desk.path("outbox/letters")).expect("removed"),
        "00002-legal.eml is missing",
    );
    refused_after(
        |desk| _ = desk.write("outbox/letters/00003-x.eml", "x"),
        "letters/00003-x.eml is not in the manifest",
    );
    refused_after(|desk| _ = desk.edit("recipients.csv", "Okafor", "Okafors"), "recipients.csv has changed");
    refused_after(|desk| _ = desk.edit("signatories.csv", "Harrow", "Barrow"), "signatories.csv has changed");
    refused_after(|desk| fs::remove_file(desk.path("recipients.csv")).expect("removed"), "recipients.csv is gone");
    refused_after(
        |desk| _ = desk.edit("templates/letter.md.hbs", "We are", "We"),
        "templates/letter.md.hbs has changed",
    );
    refused_after(|desk| _ = desk.write("templates/roll.txt.hbs", "x"), "templates/roll.txt.hbs is new");
    refused_after(|desk| _ = desk.edit("campaign.toml", "Lantern", "Lanterns"), "campaign.toml has changed");
    refused_after(|desk| _ = desk.edit("campaign.toml", "2018-01-11", "2018-01-12"), "campaign.toml has changed");
}

#[test]
fn a_changed_manifest_is_not_approved() {
    let desk = Desk::with("two-recipients");
    desk.approved();
    desk.edit("outbox/manifest.csv", "ceo@", "cfo@");
    desk.run("send --yes").exit(77).reports("is not the letter that the campaign produces");
}

#[test]
fn an_approval_does_not_carry_over_to_a_new_outbox() {
    let desk = Desk::with("two-recipients");
    desk.approved();
    desk.edit("templates/letter.md.hbs", "We are", "All of us are");
    desk.run("write --force").exit(0);
    desk.run("send --yes").exit(77).reports("approve");
}

#[test]
fn relay_settings_comments_and_hidden_files_do_not_invalidate_the_approval() {
    let desk = Desk::with("two-recipients");
    desk.approved();
    desk.edit("campaign.toml", "port = 2525", "port = 2626").edit("campaign.toml", "[campaign]", "# Ours.\n[campaign]");
    desk.write("outbox/letters/.DS_Store", "x").write("notes.txt", "x");
    desk.run("approve --by Bo").exit(0);
}

#[test]
fn rehearse_writes_a_missing_outbox_and_sends_nothing_outside() {
    let desk = Desk::with("two-recipients");
    let rehearsed =
        desk.run("rehearse").exit(0).reports("Wrote 2 letters into outbox").reports("Nothing left this machine");
    assert!(rehearsed.out.contains("ceo@northlight.example") && rehearsed.out.contains("A letter to General Counsel"));
    assert!(rehearsed.out.ends_with("2 letters went over SMTP to the rehearsal relay and arrived byte for byte.\n"));
    assert!(!desk.has(".openletter/ledger.sqlite3"), "a rehearsal is no record of anything");
    desk.edit("templates/letter.md.hbs", "We are", "All of us are");
    desk.run("rehearse").exit(0).reports("templates/letter.md.hbs has changed").reports("write --force");
    desk.edit(FIRST, "two", "ten");
    desk.run("rehearse").exit(77).reports("letters/00001-ceo.eml has changed");
}

#[test]
fn rehearse_stops_at_errors() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "ceo@northlight.example", "ceo");
    desk.run("rehearse").exit(65).reports("error[address-invalid]");
    desk.holds_no_letters();
}

#[test]
fn status_is_the_same_in_text_csv_and_json() {
    let desk = Desk::with("two-recipients");
    desk.run("status").exit(77).reports("there is no outbox yet").reports("openletter write");
    desk.run("write").exit(0);
    let text = desk.run("status").exit(0).prints("\n\n2 pending\n").out;
    let rows = desk.run("status --format csv").exit(0).csv();
    assert_eq!(rows[0], ["letter", "id", "to", "state", "since", "answer", "answered", "answered_on", "relay"]);
    assert_eq!(rows[1], ["1", "ceo", "ceo@northlight.example", "pending", "", "", "", "", ""]);
    assert_eq!(rows[2][..4], ["2", "legal", "legal@northlight.example", "pending"]);
    assert!(rows[1][..4].iter().all(|cell| text.contains(&**cell)));
    let json = desk.run("status --format json").exit(0).json();
    assert_eq!(json["totals"]["pending"], 2);
    assert_eq!(json["totals"]["accepted"], 0);
    assert_eq!(json["letters"][1]["id"], "legal");
    assert_eq!(json["letters"][1]["attempts"], 0);
    assert_eq!(desk.run("status --failed --format csv").exit(0).csv().len(), 1, "the relay has refused nothing yet");
}

#[test]
fn a_damaged_manifest_is_refused_with_its_line() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    let manifest = desk.text("outbox/manifest.csv");
    let cut = manifest.rsplit_once("letter,").expect("a letter").0;
    for (junk, message) in
        [(cut, "manifest.csv"), ("", "manifest.csv"), ("kind\nx\n", "manifest.csv"), ("\u{0}", "manifest.csv")]
    {
        desk.write("outbox/manifest.csv", junk);
        for verb in ["approve --by Ada", "status", "rehearse", "send --yes"] {
            desk.run(verb).exit(77).reports(message);
        }
    }
    desk.run("write --force").exit(0);
    desk.run("approve --by Ada").exit(0);
    desk.write("outbox/approval.toml", "approval = 3\n");
    desk.run("send --yes").exit(77).reports("approval.toml");
}
