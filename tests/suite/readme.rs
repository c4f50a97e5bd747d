//! The README: its commands are run on a copy of the sample, their output is compared with what it shows, and its
//! tables are compared with the program.

use crate::desk::{Desk, root};
use crate::page::{Block, Page, bare, is_shown, library_plan};
use openletter::people::signature::Display;
use std::fs;
use std::fs::File;

/// How the README calls the program: from the repository, and installed.
const PROGRAM: [&str; 2] = ["cargo run --release -- ", "openletter "];

fn readme() -> Page {
    Page::read("README.md")
}

fn manifest() -> toml::Table {
    fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml").parse().expect("TOML")
}

/// The commands of a shell block, without comments.
fn commands(block: &Block) -> Vec<String> {
    let commands = block.text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned());
    commands.filter(|command| !command.is_empty()).collect()
}

/// What a terminal shows: both streams in order, with `…` for the digits of digests.
fn screen(desk: &Desk, words: &str) -> String {
    let path = desk.dir().with_file_name("screen");
    let file = File::create(&path).expect("a file");
    let both = || file.try_clone().expect("the file again");
    let status = desk.command(words).stdout(both()).stderr(both()).status().expect("the program runs");
    let shown = fs::read_to_string(&path).expect("a text");
    assert!(status.success(), "openletter {words}\n{shown}");
    let mut text = String::new();
    for piece in shown.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let digits = piece.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        text += if digits.len() == 64 { "…" } else { digits };
        text += &piece[digits.len()..];
    }
    text
}

/// Runs each command that a section shows, in order and in one campaign, and compares its output.
fn runs_as_shown(section: &str, desk: &Desk) -> usize {
    page_runs_as_shown(&readme().section(section), desk)
}

/// The same for a section of any page.
pub(crate) fn page_runs_as_shown(section: &Page, desk: &Desk) -> usize {
    let blocks = section.blocks();
    let shown: String = blocks.iter().filter(|block| block.language == "console").map(|block| &*block.text).collect();
    let mut ran = 0;
    for step in format!("\n{shown}").split("\n$ ").skip(1) {
        let (command, shown) = step.split_once('\n').unwrap_or((step, ""));
        let words = PROGRAM.iter().find_map(|program| command.strip_prefix(program)).expect(command);
        let output = screen(desk, words);
        assert!(is_shown(shown, &output), "the page shows of `{command}`\n\n{shown}\n\nand it prints\n\n{output}");
        ran += 1;
    }
    ran
}

#[test]
fn the_first_command_sends_letters_and_the_second_tests_the_program() {
    let blocks = readme().section("Try it").blocks();
    assert_eq!(blocks[0].language, "sh");
    assert_eq!(commands(&blocks[0]), ["cargo run --release -- rehearse", "cargo test"]);
    let test = manifest()["test"][0]["path"].as_str().map(|path| root().join(path));
    assert!(test.is_some_and(|path| path.exists()), "`cargo test` runs this suite");
}

#[test]
fn the_readme_shows_the_real_output_of_the_sample() {
    let desk = Desk::sample();
    assert_eq!(runs_as_shown("Try it", &desk), 2);
    assert_eq!(desk.letters().len(), 10);
    assert!(desk.has("outbox/manifest.csv"));
    assert_eq!(runs_as_shown("Review", &desk), 2);
}

/// The campaign that the README shows whole.
fn own_letter() -> Desk {
    let desk = Desk::with("two-recipients");
    let blocks = readme().section("Your own letter").blocks();
    let files: Vec<_> = blocks
        .iter()
        .filter_map(|block| Some((block.caption.strip_prefix("**")?.strip_suffix("**")?, block)))
        .collect();
    assert_eq!(files.len(), 4);
    for (file, block) in files {
        desk.write(file, &block.text);
    }
    desk
}

#[test]
fn the_campaign_in_the_readme_can_be_sent() {
    let desk = own_letter();
    assert_eq!(runs_as_shown("Your own letter", &desk), 1);
    desk.run("rehearse").exit(0).prints("2 letters went over SMTP");
}

#[test]
fn placeholders_give_the_results_shown() {
    let desk = own_letter();
    let table = readme().section("Writing the letter").tables().remove(0);
    let lines: String = table.iter().map(|row| format!("{} stands here.\n\n", bare(&row[0]))).collect();
    desk.write("templates/letter.md.hbs", format!("Subject: All\n\n{lines}"));
    let read = desk.run("preview").exit(0).out;
    for row in &table {
        assert!(read.contains(&format!("\n{} stands here.\n", row[1])), "{} should give {} in\n{read}", row[0], row[1]);
    }
}

#[test]
fn the_displays_are_those_of_docs_display() {
    let table = readme().section("Writing the letter").tables().remove(1);
    let page = Page::read("docs/display.md").tables().remove(0);
    let known = page.iter().filter(|row| Display::parse(&row[0]).is_some());
    let expected: Vec<_> = known.map(|row| row[..2].to_vec()).collect();
    assert_eq!(expected.len(), Display::ALL.len());
    readme().has_rows(&table, &expected);
}

#[test]
fn the_states_and_exit_codes_are_those_of_docs_formats() {
    let page = Page::read("docs/formats.md");
    let states = page.section("`status --format json`").tables().remove(2);
    for row in readme().section("Sending").tables().remove(0) {
        assert!(states.contains(&row), "{row:?}");
    }
    readme().has_rows(&readme().section("Exit codes").table(), &page.section("Exit codes").table());
}

#[test]
fn every_verb_is_in_the_table_of_commands() {
    let desk = Desk::with("two-recipients");
    let help = desk.run("--help").exit(0).out;
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("the verbs");
    let mut verbs: Vec<Vec<String>> = Vec::new();
    for line in list.lines() {
        match line.trim_start().split_once("  ") {
            Some((verb, does)) if !line.starts_with("    ") => {
                verbs.push(vec![format!("`{verb}`"), does.trim().to_owned()]);
            }
            // A long line is wrapped.
            _ => *verbs.last_mut().expect("a verb").last_mut().expect("a line") += &format!(" {}", line.trim()),
        }
    }
    verbs.retain(|verb| verb[0] != "`help`");
    assert!(verbs.len() > 5, "{help}");
    readme().has_rows(&readme().section("Sending").tables()[1], &verbs);
}

#[test]
fn every_command_mentioned_is_valid() {
    let desk = Desk::with("two-recipients");
    let page = readme();
    let blocks = page.blocks();
    let shells: String =
        blocks.iter().filter(|block| block.language == "sh").flat_map(commands).map(|line| line + "\n").collect();
    let inline = page.text().split('`').filter(|code| !code.contains('\n'));
    let mut said = 0;
    for command in shells.lines().chain(inline) {
        if let Some(words) = command.strip_prefix("openletter ") {
            desk.run(&format!("{words} --help")).exit(0);
            said += 1;
        }
    }
    assert!(said > 5, "only {said} commands were found");
}

#[test]
fn the_rust_version_is_that_of_cargo_toml() {
    let needed = manifest()["package"]["rust-version"].as_str().expect("a version").to_owned();
    assert!(readme().text().contains(&format!("[Rust](https://rustup.rs) {needed} or newer")), "{needed}");
}

#[test]
fn the_plan_is_that_of_the_library() {
    assert_eq!(readme().section("How the code is organised").blocks()[0].text, library_plan());
}

#[test]
fn every_path_in_the_readme_exists() {
    let text = readme().section("How the code is organised");
    let named = text.text().split('`').filter(|code| code.contains('/') && !code.contains([' ', '\n']));
    let named: Vec<_> = named.collect();
    assert!(named.len() > 5);
    for path in named {
        assert!(root().join(path).exists(), "{path}");
    }
}
