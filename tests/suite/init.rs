//! `init`: a campaign that works without changes. It overwrites nothing, and its sample letters never reach a real
//! relay.

use crate::desk::{Desk, Ran};
use crate::relay::Relay;
use std::fs;
use std::path::Path;

const FILES: [&str; 5] =
    [".gitignore", "campaign.toml", "recipients.csv", "signatories.csv", "templates/letter.md.hbs"];

/// An empty folder.
fn empty() -> Desk {
    let desk = Desk::with("two-recipients");
    for entry in ["campaign.toml", "recipients.csv", "signatories.csv"] {
        fs::remove_file(desk.path(entry)).expect("removed");
    }
    fs::remove_dir_all(desk.path("templates")).expect("removed");
    desk
}

fn begun() -> Desk {
    let desk = empty();
    desk.run("init").exit(0);
    desk
}

#[test]
fn a_new_campaign_has_no_finding_and_can_be_sent() {
    let desk = begun();
    desk.run("check").exit(0).prints("2 letters could be written").hides("warning");
    desk.run("write").exit(0).reports("outbox/review.html");
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("rehearse").exit(0).prints("arrived byte for byte");
}

#[test]
fn init_lists_its_files_and_the_next_steps() {
    let desk = empty();
    let printed = desk.run("init 'a letter'").exit(0);
    for file in FILES {
        assert!(desk.has(&format!("a letter/{file}")) && printed.out.contains(file), "{file}");
    }
    for verb in ["check", "preview", "write"] {
        assert!(printed.out.contains(&format!("openletter -C 'a letter' {verb}")), "{}", printed.out);
    }
    desk.run("-C 'a letter' check").exit(0);
}

#[test]
fn existing_files_are_not_overwritten_and_nothing_else_is_written() {
    for stands in FILES.into_iter().filter(|file| *file != ".gitignore") {
        let desk = empty();
        desk.write(stands, "mine");
        let printed: Ran = desk.run("init").exit(77);
        assert!(printed.err.contains(&format!("{stands} already exists")), "{}", printed.err);
        assert_eq!(desk.text(stands), "mine");
        for file in FILES.iter().filter(|file| **file != stands) {
            assert!(!desk.has(file), "{file} was written although {stands} existed");
        }
    }
}

#[test]
fn a_second_init_is_refused_and_points_to_the_campaign() {
    begun().run("init").exit(77).reports("campaign.toml already exists in .").reports("`openletter check`");
    let desk = empty();
    desk.run("init camp").exit(0);
    desk.run("init camp")
        .exit(77)
        .reports("campaign.toml already exists in camp")
        .reports("`openletter -C camp check`");
}

#[test]
fn an_existing_gitignore_is_kept_and_gets_the_missing_lines() {
    let desk = empty();
    let ours = begun().text(".gitignore");
    desk.write(".gitignore", "target\n*.csv\n.env");
    desk.run("init").exit(0).prints(".gitignore  (kept, with 8 lines added)");
    let text = desk.text(".gitignore");
    assert!(text.starts_with("target\n*.csv\n.env\n#"), "{text}");
    for line in ours.lines().filter(|line| !line.starts_with('#')) {
        assert_eq!(text.lines().filter(|other| *other == line).count(), 1, "{line} in\n{text}");
    }
    let desk = empty();
    desk.write(".gitignore", &ours);
    desk.run("init").exit(0).prints("nothing was missing");
    assert_eq!(desk.text(".gitignore"), ours);
    // Where nothing can be written, nothing is added.
    let desk = empty();
    desk.write(".gitignore", "mine").write("recipients.csv", "mine");
    desk.run("init").exit(77);
    assert_eq!(desk.text(".gitignore"), "mine");
}

#[test]
fn a_gitignore_line_that_a_later_one_may_undo_is_added_again() {
    let ours = begun().text(".gitignore");
    let patterns: Vec<&str> = ours.lines().filter(|line| !line.starts_with('#')).collect();
    for (yours, added) in [
        ("*.csv\n!*.csv\n".to_owned(), 10),
        ("*.csv\n!signatories.csv".to_owned(), 10),
        (format!("{ours}!/signatories.csv\n"), 10),
        ("!*.csv\n*.csv\n".to_owned(), 9),
        ("# !not a pattern\n*.csv\n\\!neither\n".to_owned(), 9),
    ] {
        let desk = empty();
        desk.write(".gitignore", &yours);
        desk.run("init").exit(0).prints(&format!("(kept, with {added} lines added)"));
        let text = desk.text(".gitignore");
        assert!(text.starts_with(&yours), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let undone = lines.iter().rposition(|line| line.starts_with('!')).map_or(0, |at| at + 1);
        assert!(patterns.iter().all(|pattern| lines[undone..].contains(pattern)), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_not_followed() {
    let desk = empty();
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("signatories.csv")).expect("a link");
    desk.run("init").exit(77).reports("signatories.csv already exists");
    assert!(!desk.has("elsewhere") && !desk.has("campaign.toml"));
}

#[test]
fn a_folder_that_cannot_be_created_is_a_disk_error() {
    let desk = empty();
    desk.write("file", "");
    desk.run("init file/campaign").exit(74).reports("file");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_init_writes() {
    use std::os::unix::fs::PermissionsExt;
    let desk = empty();
    desk.run("init new").exit(0);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&desk.path("new")), 0o700);
    for file in FILES {
        assert_eq!(mode(&desk.path("new").join(file)), 0o600, "{file}");
    }
}

#[test]
fn private_files_are_kept_out_of_a_repository() {
    let desk = begun();
    desk.run("write").exit(0);
    let git = |words: &str| {
        let mut git = std::process::Command::new("git");
        git.args(words.split(' ')).current_dir(desk.dir()).env("GIT_CONFIG_GLOBAL", "/dev/null").output().expect("git")
    };
    assert!(git("init -q").status.success());
    let shown = String::from_utf8(git("status --porcelain -uall").stdout).expect("UTF-8");
    let mut seen: Vec<_> = shown.lines().map(|line| line.trim_start_matches("?? ")).collect();
    seen.sort();
    assert_eq!(seen, [".gitignore", "campaign.toml", "templates/letter.md.hbs"]);
}

/// The sample with a relay that is not on this machine; no test gets as far as connecting to it.
fn elsewhere(desk: &Desk) {
    let text = desk.text("campaign.toml") + "[relay]\nhost = \"relay.invalid\"\nport = 465\n";
    desk.write("campaign.toml", text);
    desk.approved();
}

#[test]
fn sample_letters_are_sent_only_to_a_relay_on_this_machine() {
    let desk = begun();
    elsewhere(&desk);
    desk.run("send --yes").exit(77).reports("templates/letter.md.hbs still contains the sample text");
    assert!(!desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn sample_addresses_are_sent_only_to_a_relay_on_this_machine() {
    let desk = begun();
    let letter = desk.text("templates/letter.md.hbs");
    let (before, after) = letter.split_once("This is the sample text").expect("the sample text");
    let after = after.split_once("\n\n").expect("a paragraph").1;
    desk.write("templates/letter.md.hbs", format!("{before}We write to you.\n\n{after}"));
    elsewhere(&desk);
    desk.run("send --yes")
        .exit(77)
        .reports("the sender's address letters@organisation.example is in a domain reserved for examples");
    desk.edit("campaign.toml", "letters@organisation.example", "letters@organisation.dev");
    desk.run("write --force").exit(0);
    desk.run("approve --by 'Ada Example'").exit(0);
    desk.run("send --yes").exit(77).reports("letter 1 is for an address in a domain reserved for examples");
    let list = desk.text("recipients.csv");
    desk.write("recipients.csv", list.replace(".example", ".dev"));
    for (printed, replacement) in
        [("Sample title: what the letter asks for", "Keep it open"), ("Sample Organisation", "We")]
    {
        desk.run("write --force").exit(0);
        desk.run("approve --by 'Ada Example'").exit(0);
        desk.run("send --yes")
            .exit(77)
            .reports(&format!("\"{printed}\" in campaign.toml is sample text that `openletter init` wrote"));
        let toml = desk.text("campaign.toml");
        desk.write("campaign.toml", toml.replace(printed, replacement));
    }
    for name in ["Ada Sampleton", "Specimen House Shelter"] {
        desk.run("write --force").exit(0);
        desk.run("approve --by 'Ada Example'").exit(0);
        desk.run("send --yes").exit(77).reports(&format!("the letters are signed by \"{name}\""));
        let list = desk.text("signatories.csv");
        desk.write("signatories.csv", list.replace(name, "Rosa Lund"));
    }
    assert!(!desk.has(".openletter/ledger.sqlite3"));
}

#[test]
fn a_relay_on_this_machine_accepts_the_sample() {
    let relay = Relay::start();
    let desk = begun();
    desk.edit("campaign.toml", "# [relay]", "[relay]").through(&relay).approved();
    desk.run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
}
