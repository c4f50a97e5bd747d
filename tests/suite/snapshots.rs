//! What the program prints, kept as files in `tests/snapshots/`: the help of every verb and the text of every finding.
//!
//! A changed text shows up in these files, where it can be reviewed as a reader would see it. To accept the change:
//!
//! ```sh
//! UPDATE_SNAPSHOTS=1 cargo test --test suite snapshots
//! ```
//!
//! A new code needs a case in `snapshots/findings.rs`. No snapshot may hold anything private of the campaign's
//! signatories.

mod findings;

use crate::command_line::verbs;
use crate::desk::{Desk, root};
use findings::CASES;
use openletter::diagnostics::code::Code;
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What no finding may quote: it is only in the signatory list.
const PRIVATE: &[&str] = &["Nwachinemere", "Satterwhaite", "inbox.example"];

/// A campaign that makes the program report a code.
struct Case {
    /// The code's name.
    code: &'static str,
    /// What is wrong with the campaign.
    what: &'static str,
    /// The command that reports it.
    words: &'static str,
    /// What to change in the campaign.
    edits: &'static [Edit],
}

/// A change of one file of the campaign.
enum Edit {
    /// Replaces the first of these texts by the second.
    Replace(&'static str, &'static str, &'static str),
    /// Adds a text at the end.
    Append(&'static str, &'static str),
    /// Writes the whole file.
    Write(&'static str, &'static [u8]),
    /// Removes the file.
    Remove(&'static str),
}

impl Case {
    /// Runs the command on the campaign. Returns what it prints about the code.
    fn report(&self) -> String {
        let mut desk = Desk::with("two-recipients");
        desk.env("COLUMNS", "80");
        for edit in self.edits {
            match *edit {
                Edit::Replace(file, from, to) => _ = desk.edit(file, from, to),
                Edit::Append(file, text) => _ = desk.write(file, desk.text(file) + text),
                Edit::Write(file, bytes) => _ = desk.write(file, bytes),
                Edit::Remove(file) => fs::remove_file(desk.path(file)).expect("the file exists"),
            }
        }
        let ran = desk.run(self.words);
        let output = ran.out + &ran.err;
        let head = format!("[{}]", self.code);
        let is_about_it = |block: &&str| block.lines().next().is_some_and(|line| line.contains(&head));
        let blocks: Vec<&str> = output.split("\n\n").filter(is_about_it).map(str::trim_end).collect();
        assert!(!blocks.is_empty(), "{}, {}: not reported by `{}` in\n{output}", self.code, self.what, self.words);
        let report = blocks.join("\n\n");
        for private in PRIVATE {
            assert!(!report.contains(private), "{}, {}: {private:?} is quoted in\n{report}", self.code, self.what);
        }
        format!("# {}\n$ openletter {}\n{report}\n", self.what, self.words)
    }
}

/// Compares texts with the files of a folder, or with `UPDATE_SNAPSHOTS` writes the files. Names each file that differs.
fn compare(folder: &str, texts: &BTreeMap<String, String>) {
    let dir = root().join("tests/snapshots").join(folder);
    let files = || fs::read_dir(&dir).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(&dir).expect("a folder");
        files().for_each(|file| fs::remove_file(file).expect("removed"));
        for (name, text) in texts {
            fs::write(dir.join(name), text).expect("written");
        }
    }
    let name = |file: &std::path::Path| file.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
    let kept: BTreeMap<_, _> = files().map(|file| (name(&file), fs::read_to_string(&file).expect("UTF-8"))).collect();
    let mut differences = String::new();
    for name in texts.keys().chain(kept.keys()).collect::<BTreeSet<_>>() {
        let [old, new] = [&kept, texts].map(|all| all.get(name).map(String::as_str).unwrap_or_default());
        if old != new {
            let [from, to] = ["as reviewed", "now"].map(|what| format!("{folder}/{name}, {what}"));
            differences += &TextDiff::from_lines(old, new).unified_diff().header(&from, &to).to_string();
        }
    }
    let accept = "to accept: UPDATE_SNAPSHOTS=1 cargo test --test suite snapshots";
    assert!(differences.is_empty(), "{differences}\n{accept}");
}

#[test]
fn the_help_of_every_verb_is_as_reviewed() {
    let mut desk = Desk::with("two-recipients");
    desk.env("COLUMNS", "80");
    let mut texts = BTreeMap::new();
    for verb in verbs(&desk).iter().map(String::as_str).chain([""]) {
        for (form, length) in [("-h", "short"), ("--help", "long")] {
            let help = desk.run(&format!("{verb} {form}")).exit(0).out;
            let name = if verb.is_empty() { "openletter" } else { verb };
            texts.insert(format!("{name}.{length}.txt"), help.replace("openletter.exe", "openletter"));
        }
    }
    for (name, text) in &texts {
        let examples = text.split_once("\nExamples:\n").map_or("", |(_, examples)| examples);
        let is_wrapped = |line: &&str| !line.starts_with("  openletter") && line.find(|c| c != ' ') == Some(2);
        assert_eq!(
            examples.lines().find(is_wrapped),
            None,
            "{name}: the end of an example that is too long for 80 columns"
        );
    }
    compare("help", &texts);
}

#[test]
fn the_text_of_every_finding_is_as_reviewed() {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for case in CASES {
        let name = format!("{}.txt", case.code);
        // A program without the typesetter cannot report it; the file stays as it is.
        if case.words == "pdf" && !cfg!(feature = "pdf") {
            let file = root().join("tests/snapshots/findings").join(&name);
            texts.insert(name, fs::read_to_string(file).expect("written with the feature `pdf`"));
            continue;
        }
        let text = texts.entry(name).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&case.report());
    }
    compare("findings", &texts);
}

#[test]
fn every_code_has_a_case() {
    let cases: BTreeSet<_> = CASES.iter().map(|case| case.code).collect();
    let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
    let missing: Vec<_> = codes.difference(&cases).collect();
    let unknown: Vec<_> = cases.difference(&codes).collect();
    assert!(missing.is_empty(), "no case in tests/suite/snapshots/findings.rs for {missing:?}");
    assert!(unknown.is_empty(), "a case for a code that does not exist: {unknown:?}");
}
