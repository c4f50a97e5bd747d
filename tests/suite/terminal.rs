//! What only a terminal gets: letters through a pager, and the HTML part in a browser.

use crate::desk::Desk;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A campaign with a script in place of a pager or browser, and a separate temporary folder.
fn desk(campaign: Desk, variable: &str, script: &str) -> Desk {
    let mut desk = campaign;
    desk.write("helper", format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(desk.path("helper"), fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::create_dir(desk.path("tmp")).expect("a folder");
    let tmp = desk.path("tmp").to_str().expect("UTF-8").to_owned();
    desk.env("TERM", "xterm-256color").env("TMPDIR", &tmp).env(variable, "./helper");
    desk
}

fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

const KEEP: &str = "printf '%s\\n' \"LESS=$LESS\" \"$@\" >arguments; cat >seen";

#[test]
fn letters_longer_than_the_screen_are_shown_in_the_pager_with_colour() {
    let mut desk = desk(Desk::with("two-recipients"), "PAGER", KEEP);
    desk.env("PAGER", " ./helper --one  two ");
    let shown = desk.at_terminal("preview --all", 80, 24).ends().exit(0).out;
    assert_eq!(desk.text("arguments"), "LESS=-R\n--one\ntwo\n");
    let seen = desk.text("seen");
    assert!(seen.contains("Dear Ms. Okafor:") && seen.contains("Dear Chris Penhallick:"), "{seen}");
    assert!(seen.contains("\u{1b}[1m── letter 1 of 2"), "{seen}");
    assert!(!shown.contains("Dear"), "{shown}");
}

#[test]
fn the_users_options_for_less_are_kept() {
    let mut desk = desk(Desk::with("two-recipients"), "PAGER", KEEP);
    desk.env("LESS", "-S");
    desk.at_terminal("preview --all", 80, 24).ends().exit(0);
    assert_eq!(desk.text("arguments"), "LESS=-S\n");
}

#[test]
fn a_pager_can_be_a_shell_command() {
    let mut desk = desk(Desk::with("two-recipients"), "PAGER", "");
    desk.env("PAGER", "tr a-z A-Z | cat >\"seen by shell\"");
    desk.at_terminal("preview --all", 80, 24).ends().exit(0);
    assert!(desk.text("seen by shell").contains("DEAR MS. OKAFOR:"));
}

#[test]
fn letters_that_fit_or_go_to_a_pipe_need_no_pager() {
    let desk = desk(Desk::with("two-recipients"), "PAGER", KEEP);
    desk.at_terminal("preview --all", 80, 200).ends().exit(0).prints("Dear Ms. Okafor:");
    desk.at_terminal("preview 1", 80, 5).ends().exit(0).prints("Dear Ms. Okafor:");
    desk.run("preview --all").exit(0).prints("Dear Ms. Okafor:");
    assert!(!desk.has("seen"));
}

#[test]
fn without_a_pager_the_letters_are_shown_directly() {
    for pager in ["", " ", "cat", "./nowhere --at all"] {
        let mut desk = desk(Desk::with("two-recipients"), "PAGER", "");
        desk.env("PAGER", pager);
        let shown = desk.at_terminal("preview --all", 80, 24).ends().exit(0);
        let shown = shown.prints("Dear Ms. Okafor:").prints("Dear Chris Penhallick:");
        assert!(!shown.out.contains("openletter:"), "{pager:?}: {}", shown.out);
    }
}

#[test]
fn leaving_the_pager_early_is_not_an_error() {
    let desk = desk(Desk::sample(), "PAGER", "head -n 2 >seen");
    let shown = desk.at_terminal("preview --all", 80, 24).ends().exit(0).out;
    assert!(desk.text("seen").contains("letter 1 of 10"));
    assert!(!shown.to_lowercase().contains("pipe") && !shown.contains("openletter:"), "{shown}");
}

/// A browser that keeps what it is given.
const BROWSE: &str = "cp \"$1\" seen; echo \"$1\" >where";

#[test]
fn the_html_part_opens_in_the_browser_and_its_file_is_deleted_afterwards() {
    let desk = desk(Desk::with("two-recipients"), "BROWSER", BROWSE);
    let mut terminal = desk.at_terminal("preview legal --part html", 80, 24);
    terminal.until("Press Enter");
    let path = desk.text("where").trim().to_owned();
    assert!(Path::new(&path).starts_with(desk.path("tmp")) && path.ends_with("/letter-2.html"), "{path}");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(Path::new(&path)), 0o600);
    assert_eq!(mode(Path::new(&path).parent().expect("a folder")), 0o700);
    terminal.types("\n");
    let ran = terminal.ends().exit(0).hides("<p");
    assert!(ran.out.replace('\n', "").contains(&path), "{}", ran.out);
    assert_eq!(files_in(&desk.path("tmp")), 0);

    // It is the letter's own part, under a policy that lets it run and load nothing.
    let (seen, part) = (desk.text("seen"), desk.run("preview legal --part html").exit(0).out);
    let (before, after) = part.split_once('>').expect("a doctype");
    let policy = seen.strip_prefix(&format!("{before}>")).and_then(|rest| rest.strip_suffix(after)).expect("the part");
    assert!(policy.contains("Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'"));
    assert!(!policy.contains("http:") && !policy.contains("script-src"), "{policy}");
}

#[test]
fn several_letters_open_one_after_another() {
    let desk = desk(Desk::with("two-recipients"), "BROWSER", "echo \"$1\" >>where");
    let mut terminal = desk.at_terminal("preview 1 legal --part html", 80, 24);
    terminal.until("Press Enter").types("\n");
    terminal.ends().exit(0);
    let names: Vec<_> =
        desk.text("where").lines().map(|path| path.rsplit('/').next().expect("a name").to_owned()).collect();
    assert_eq!(names, ["letter-1.html", "letter-2.html"]);
    desk.at_terminal("preview --all --part html", 80, 24).ends().exit(64).prints("outbox/review.html");
    assert_eq!(files_in(&desk.path("tmp")), 0);
}

/// A browser that stays open, and off the terminal, as long as the program does.
const STAY: &str = "exec >/dev/null 2>&1 </dev/null; while kill -0 $PPID; do sleep 0.1; done";

#[test]
fn an_interrupted_reader_leaves_no_file() {
    for (script, sign) in [("true", "Press Enter"), (STAY, "in the browser")] {
        for signal in ["-TERM", "-QUIT"] {
            let desk = desk(Desk::with("two-recipients"), "BROWSER", script);
            let mut terminal = desk.at_terminal("preview --part html", 80, 24);
            terminal.until(sign);
            let kill = Command::new("kill").args([signal, &terminal.process().to_string()]).status();
            assert!(kill.expect("kill").success());
            terminal.ends().exit(130);
            assert_eq!(files_in(&desk.path("tmp")), 0, "{script} {signal}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_core_dump_is_written_even_if_enabled() {
    use crate::skip::skip;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Core).maximum;
    if maximum == Some(0) {
        return skip(
            "core dumps",
            "this machine allows none, so the limit that the program sets cannot be seen",
            false,
        );
    }
    setrlimit(Resource::Core, Rlimit { current: maximum, maximum }).expect("a limit");
    let desk = desk(Desk::with("two-recipients"), "BROWSER", "grep '^Max core' /proc/$PPID/limits >limits");
    let mut terminal = desk.at_terminal("preview --part html", 80, 24);
    terminal.until("Press Enter").types("\n");
    terminal.ends().exit(0);
    let limits = desk.text("limits");
    let limits: Vec<_> = limits.split_whitespace().collect();
    assert_eq!((limits[4], limits[5] == "0"), ("0", false), "the soft limit alone: {limits:?}");
}

#[test]
fn a_browser_that_does_not_open_is_reported_with_a_fix() {
    let mut desk = desk(Desk::with("two-recipients"), "BROWSER", "exit 3");
    desk.env("BROWSER", "./nowhere:./helper");
    let printed = desk.at_terminal("preview --part html", 200, 24).ends().exit(74);
    printed
        .prints("no browser could be opened: ./nowhere: ")
        .prints("./helper ended with exit status: 3")
        .prints("set BROWSER");
    assert_eq!(files_in(&desk.path("tmp")), 0);
}

#[test]
fn a_letter_with_errors_opens_no_browser() {
    let desk = desk(Desk::with("two-recipients"), "BROWSER", BROWSE);
    desk.edit("recipients.csv", "legal@northlight.example", "legal");
    desk.at_terminal("preview legal --part html", 80, 24).ends().exit(65).prints("error[address-invalid]");
    assert!(!desk.has("seen") && files_in(&desk.path("tmp")) == 0);
}

#[test]
fn the_html_part_is_written_unchanged_to_a_pipe() {
    let desk = desk(Desk::with("two-recipients"), "BROWSER", BROWSE);
    let part = desk.run("preview legal --part html").exit(0).out;
    assert!(part.starts_with("<!DOCTYPE html>") && !part.contains("Content-Security-Policy"));
    assert!(!desk.has("seen") && files_in(&desk.path("tmp")) == 0);
}

#[test]
fn the_recipients_are_read_once_for_a_single_letter() {
    let desk = desk(Desk::with("two-recipients"), "PAGER", "");
    // What comes out of a pipe is there once: who looks again waits for ever.
    desk.shell("mv recipients.csv list && mkfifo recipients.csv").exit(0);
    let list = Command::new("sh").args(["-c", "cat list >recipients.csv"]).current_dir(desk.dir()).spawn();
    desk.at_terminal("preview legal --part source", 80, 24).ends().exit(0).prints("Chris Penhallick");
    list.expect("a shell").wait().expect("it ends");
}

#[test]
fn at_forty_columns_letters_lists_and_settings_are_complete_and_even() {
    let mut desk = Desk::sample();
    // Otherwise one letter has a subject in German.
    desk.edit("recipients.csv", ",de,", ",,");
    desk.env("NO_COLOR", "1");
    let letter = desk.at_terminal("preview", 40, 500).ends().exit(0).out;
    for part in [
        "\n> “I was fifteen, and I was told that it\n> was my choice. It took me eleven years\n> to find out who had made it.”\n> — Rutendo Mashavakure\n",
        "\n1. not to release “Half Past Curfew” on\n   March 23, 2018",
        "\nMarisol Quintanar-Ibáñez, Author and\n    speaker, Pinewater Survivors’\n    Circle*, Tucson, Arizona\n",
        "\nWe who sign this letter are 21 survivors\nof sexual exploitation, 19 service\n",
    ] {
        assert!(letter.contains(part), "no {part:?} in\n{letter}");
    }
    let list = desk.at_terminal("preview --list", 40, 500).ends().exit(0).out;
    assert!(list.contains("\n 1  okafor-ceo\n    thandeka.okafor@northlight.example\n 2  "), "{list}");
    let settings = desk.at_terminal("check --verbose", 40, 500).ends().exit(0).out;
    assert!(settings.contains("\n  affiliation_for → affiliation_for\n"), "{settings}");
    let list = desk.at_terminal("preview --list", 80, 500).ends().exit(0).out;
    assert!(list.contains(" 4  castellanos-marketing     inigo.castellanos-roe@northlight.example\n"), "{list}");
    assert_eq!(list.matches("The exploitation of children").count(), 1, "{list}");
}
