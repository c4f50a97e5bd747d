//! What all verbs have in common: order of use, exit codes, streams and global options.

use crate::desk::Desk;
use crate::relay::{Relay, undated};
#[cfg(unix)]
use crate::skip::skip;
use std::process::Stdio;

const VERBS: [&str; 7] = ["check", "preview", "write", "approve --by Ada", "rehearse", "send --yes", "status"];

#[test]
fn a_campaign_runs_from_check_to_send() {
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay);
    desk.run("check").exit(0).prints("2 letters could be written");
    desk.run("write").exit(0).reports("Wrote 2 letters");
    desk.run("approve --by 'Ada Example'").exit(0).prints("approved by Ada Example");
    desk.run("rehearse").exit(0).prints("2 letters went over SMTP to the rehearsal relay and arrived byte for byte");
    assert!(relay.letters().is_empty());
    desk.run("send --yes").exit(0).prints("2 letters: 2 accepted");
    let arrived: Vec<_> = relay.letters().iter().map(|letter| undated(&letter.bytes)).collect();
    assert_eq!(arrived, desk.octets().iter().map(|octets| undated(octets)).collect::<Vec<_>>());
    desk.run("send --yes").exit(0).prints("2 accepted");
    assert_eq!(relay.letters().len(), 2);
    desk.run("status").exit(0).prints("2 accepted");
}

#[test]
fn help_and_version_are_results_for_every_verb() {
    let desk = Desk::with("two-recipients");
    for verb in VERBS.map(|verb| verb.split(' ').next().unwrap_or_default()) {
        for words in [format!("{verb} --help"), format!("{verb} -h"), format!("help {verb}")] {
            let ran = desk.run(&words).exit(0).prints(&format!("Usage: openletter {verb}"));
            assert_eq!(ran.err, "", "{words}");
            assert!(ran.out.lines().all(|line| line.chars().count() <= 100), "{words}:\n{}", ran.out);
        }
    }
    let help =
        desk.run("--help").exit(0).prints("Usage: openletter [OPTIONS] <COMMAND>").prints("78  campaign.toml").out;
    for verb in VERBS {
        let verb = verb.split(' ').next().unwrap_or_default();
        assert!(help.lines().any(|line| line.trim_start().starts_with(verb)), "{verb} is not in\n{help}");
    }
    let version = desk.run("--version").exit(0);
    assert_eq!((&*version.out, &*version.err), (&*format!("openletter {}\n", env!("CARGO_PKG_VERSION")), ""));
}

#[test]
fn a_usage_error_does_nothing() {
    let desk = Desk::with("two-recipients");
    for words in [
        "",
        "chekc",
        "check --frmat json",
        "check --format csv",
        "check extra",
        "--color sometimes check",
        "preview --list --all",
        "preview --list --part text",
        "preview --list --diff 1 2",
        "preview --all 1",
        "preview --all --diff 1 2",
        "preview --diff 1",
        "preview --diff 1 2 3",
        "preview --part pdf",
        "preview --format json",
        "preview 3",
        "preview --list nobody",
        "preview --diff 1 nobody",
        "write extra",
        "write --by Ada",
        "approve",
        "approve --by ''",
        "approve --by '  '",
        "approve --by 'A\u{1b}da'",
        "rehearse extra",
        "status --format xml",
        "-C",
    ] {
        let ran = desk.run(words).exit(64);
        assert!(!ran.err.is_empty(), "openletter {words} says nothing");
        assert!(!ran.err.contains('\u{1b}'), "openletter {words} paints a pipe");
    }
    desk.holds_no_letters();
    desk.run("check --frmat json").exit(64).reports("'--format'");
    desk.run("preview nobody 2").exit(64).reports("there is no letter nobody").reports("preview --list");
}

#[test]
fn results_go_to_stdout_and_everything_else_to_stderr() {
    let desk = Desk::with("two-recipients");
    let (checked, listed) = (desk.run("check").exit(0), desk.run("preview --list").exit(0));
    assert!(checked.err.is_empty() && listed.err.is_empty());
    let written = desk.run("write").exit(0).reports("Wrote 2 letters into outbox").reports("approve --by");
    assert_eq!(written.out, "");
    let approved = desk.run("approve --by Ada").exit(0).reports("Any change");
    assert_eq!(approved.out.lines().count(), 1);
    desk.run("rehearse").exit(0).reports("Nothing left this machine");
    assert_eq!(desk.run("status").exit(0).err, "");
    for words in ["write", "preview nobody", "status --format xml"] {
        assert_eq!(desk.run(words).out, "", "a failed {words} has no results");
    }
}

#[test]
fn quiet_prints_only_what_is_wrong() {
    let desk = Desk::with("two-recipients");
    for verb in ["-q check", "preview --quiet", "write -q", "--quiet approve --by Ada", "rehearse -q", "status -q"] {
        assert_eq!(desk.run(verb).exit(0).err, "", "{verb}");
    }
    desk.run("-q preview").exit(0).prints("Dear Ms. Okafor:");
    assert_eq!(desk.run("init other -q").exit(0).out, "");
    assert!(desk.has("other/campaign.toml"));
    desk.run("-q write").exit(77).reports("an outbox already exists");
    desk.run("-q check --nonsense").exit(64).reports("--nonsense");
    let desk = Desk::sample();
    assert_eq!(desk.run("-q write").exit(0).err, "", "warnings are not errors");
}

#[test]
fn colour_is_used_on_terminals_and_on_request() {
    let mut desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "{{closing}}", "{{closnig}}");
    let painted = |desk: &Desk, words: &str| {
        let ran = desk.run(words);
        (ran.out + &ran.err).contains('\u{1b}')
    };
    for verb in ["check", "write", "preview"] {
        assert!(!painted(&desk, verb) && !painted(&desk, &format!("{verb} --color never")), "{verb}");
        assert!(painted(&desk, &format!("--color always {verb}")) && painted(&desk, &format!("{verb} --color=always")));
    }
    desk.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1");
    assert!(!painted(&desk, "check") && !painted(&desk, "--help") && !painted(&desk, "--color auto check"));
    assert!(painted(&desk, "check --color always"), "who asks for it by name gets it");
    assert!(!painted(&desk, "check --format json --color always"), "JSON is for programs");
}

#[test]
fn the_option_c_sets_the_folder() {
    let desk = Desk::with("two-recipients");
    let elsewhere = desk.dir().parent().expect("a folder").to_owned();
    for words in [
        "-C campaign check",
        "check -C campaign/",
        "--campaign=campaign preview",
        "write -C ./campaign",
        "-C campaign approve --by Ada",
        "rehearse -C campaign",
        "status -C campaign",
    ] {
        let output = desk.command(words).current_dir(&elsewhere).output().expect("it runs");
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(desk.has("outbox/approval.toml"));
    assert_eq!(elsewhere.read_dir().expect("a folder").count(), 1, "nothing is left outside");
    let absent = desk.command("-C nowhere check").output().expect("it runs");
    assert_eq!(absent.status.code(), Some(78));
}

#[test]
fn hints_name_the_campaign_in_use() {
    let desk = Desk::with("two-recipients");
    let elsewhere = desk.dir().parent().expect("a folder").to_owned();
    for (words, next) in [
        ("-C campaign write", "openletter -C campaign approve --by"),
        ("-C campaign approve --by Ada", "openletter -C campaign rehearse"),
    ] {
        let output = desk.command(words).current_dir(&elsewhere).output().expect("it runs");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(printed.contains(next), "{words}: {printed}");
    }
}

#[test]
fn rehearse_names_every_changed_file() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    let files = desk.letters();
    for file in &files {
        desk.write(&format!("outbox/letters/{file}"), "forged");
    }
    let ran = desk.run("rehearse").exit(77);
    assert!(files.iter().all(|file| ran.err.contains(&**file)), "{}", ran.err);
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let desk = Desk::with("two-recipients");
    desk.run("write").exit(0);
    for words in [
        "check --verbose",
        "check --format json",
        "preview --all",
        "preview --all --part source",
        "preview --all --part html",
        "preview --list --format csv",
        "preview --list --format json",
        "preview --diff 1 2",
        "status",
        "status --format csv",
        "status --format json",
        "rehearse",
        "--help",
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = desk.command(words).stdout(Stdio::from(writer)).output().expect("it runs");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{words}: {printed}");
        assert!(!printed.contains("pipe") && !printed.contains("bug"), "{words}: {printed}");
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_failure() {
    if !std::path::Path::new("/dev/full").exists() {
        return skip("a full disk", "there is no /dev/full", cfg!(target_os = "linux"));
    }
    let desk = Desk::with("two-recipients");
    for words in ["check", "preview --all", "preview --list --format json"] {
        desk.shell(&format!("exec \"$0\" {words} > /dev/full")).exit(74).reports("No space left");
    }
}

#[test]
fn no_verb_panics_on_truncated_files() {
    let desk = Desk::with("two-recipients");
    for (file, junk) in
        [("recipients.csv", "\"\n\"\u{0}"), ("signatories.csv", "name\n\""), ("templates/letter.md.hbs", "{{#if")]
    {
        desk.write(file, junk);
    }
    for verb in VERBS {
        let ran = desk.run(verb);
        assert!(matches!(ran.code, Some(65 | 77)), "{verb}: {:?} {}", ran.code, ran.err);
    }
}
