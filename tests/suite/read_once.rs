//! Each verb reads each of its inputs once, counted by its system calls.
//!
//! An input that is read twice can differ the second time.

use crate::desk::Desk;
use crate::relay::Relay;
use crate::skip::skip;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

const INPUTS: [&str; 4] = ["campaign.toml", "recipients.csv", "signatories.csv", "templates/letter.md.hbs"];
const MANIFEST: &str = "outbox/manifest.csv";

/// How often the program opens each file of the campaign for reading.
fn opens(desk: &Desk, words: &str) -> BTreeMap<String, usize> {
    let trace = desk.path("../trace");
    let program = desk.command(words);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-s", "4096", "-e", "trace=open,openat", "-o"]).arg(&trace).arg(program.get_program());
    strace.args(program.get_args()).current_dir(desk.dir());
    let ran = strace.output().expect("strace runs");
    assert!(ran.status.success(), "openletter {words}: {}", String::from_utf8_lossy(&ran.stderr));
    let mut opens = BTreeMap::new();
    for line in fs::read_to_string(trace).expect("a trace").lines() {
        let is_read = line.contains("O_RDONLY") && !line.contains("O_DIRECTORY") && !line.contains(" = -1");
        if let Some(path) = line.split('"').nth(1).filter(|_| is_read) {
            *opens.entry(path.trim_start_matches("./").to_owned()).or_default() += 1;
        }
    }
    opens
}

/// Whether system calls can be seen here; if not, says so.
fn can_trace() -> bool {
    let desk = Desk::with("two-recipients");
    let (what, is_linux) = ("counting what each verb reads", cfg!(target_os = "linux"));
    match Command::new("strace").arg("-o").arg(desk.path("trace")).arg("true").output() {
        Err(error) => skip(what, &format!("strace does not start: {error}"), is_linux),
        // Containers can forbid it.
        Ok(ran) if !ran.status.success() => skip(what, "strace may not trace other programs here", false),
        Ok(_) => {
            assert!(opens(&desk, "check").contains_key("campaign.toml"), "the trace shows no files");
            return true;
        }
    }
    false
}

#[test]
fn each_verb_reads_each_input_once() {
    if !can_trace() {
        return;
    }
    let relay = Relay::start();
    let desk = Desk::with("two-recipients");
    desk.through(&relay);
    // The manifest is looked at a second time by `approve`, with the outbox locked: is it still the one that was reviewed?
    for (words, lists, manifest, letters) in [
        ("check", 1, 0, 0),
        ("preview", 1, 0, 0),
        ("preview legal", 1, 0, 0),
        ("preview --all", 1, 0, 0),
        ("counts", 1, 0, 0),
        ("write", 1, 0, 0),
        ("approve --by Ada", 1, 2, 1),
        ("status", 1, 1, 0),
        ("status --verify", 1, 1, 1),
        // All letters are verified before the first is sent, and each again when it is sent.
        ("rehearse", 1, 1, 2),
        ("send --dry-run", 1, 1, 1),
        ("send --yes", 1, 1, 2),
        ("status --failed --format csv", 1, 1, 0),
    ] {
        let opens = opens(&desk, words);
        let count = |file: &str| opens.get(file).copied().unwrap_or_default();
        for input in INPUTS.iter().filter(|input| words != "counts" || **input != "recipients.csv") {
            assert_eq!(count(input), lists, "{words}: {input}");
        }
        assert_eq!(count(MANIFEST), manifest, "{words}: {MANIFEST}");
        for letter in desk.letters().iter().filter(|_| words != "write") {
            assert_eq!(count(&format!("outbox/letters/{letter}")), letters, "{words}: {letter}");
        }
    }
}
