//! The form `press`: from `init --form press` to journalists' inboxes, with the letter's own signatories and numbers.

use crate::desk::Desk;
use crate::relay::Relay;
use std::fs;

/// A letter begun with `init`, with a statement for the press in its folder.
fn begun() -> Desk {
    let desk = Desk::with("two-recipients");
    for entry in ["campaign.toml", "recipients.csv", "signatories.csv", "templates/letter.md.hbs"] {
        fs::remove_file(desk.path(entry)).expect("removed");
    }
    desk.run("init").exit(0);
    desk.run("init press --form press").exit(0).prints("The signatories are those in ../signatories.csv.");
    desk
}

#[test]
fn a_new_statement_goes_from_init_to_journalists_without_an_edit() {
    let relay = Relay::start();
    let desk = begun();
    assert!(!desk.has("press/signatories.csv"));
    for words in ["check", "preview 1", "write", "approve --by 'Ada Example'", "rehearse"] {
        desk.run(&format!("-C press {words}")).exit(0).hides("warning[");
    }
    desk.through_in("press", &relay);
    desk.run("-C press send --yes").exit(0);
    assert_eq!(relay.letters().len(), 2);
    desk.run("publish site --with press").exit(0);
    assert!(desk.has("site/index.html") && desk.has("site/press.html"));
}

#[test]
fn a_statement_takes_over_what_decides_who_is_counted() {
    let desk = begun();
    let tables = "file = \"list.csv\"\ncount = \"verified\"   # the rest waits\n\n# Who is who.\n[categories]\n";
    desk.edit("campaign.toml", "file = \"signatories.csv\"\n", "");
    desk.edit(
        "campaign.toml",
        "[signatories]\n",
        &format!("[signatories]\n{tables}helper = {{ one = \"helper\", many = \"helpers\" }}\n"),
    );
    let text = desk.text("campaign.toml").replacen("group_by = \"category\"\n\n", "", 1);
    let (before, after) = text.split_once("[categories]\nsurvivor").expect("the categories");
    desk.write("campaign.toml", format!("{before}survivor{after}"));
    let cell = |cell: &str| match cell.split_once('@') {
        Some((_, "shelter.example")) => "yes".to_owned(),
        Some(_) => "no".to_owned(),
        None => cell.to_owned(),
    };
    let list = desk.text("signatories.csv").replace(",email,", ",verified,");
    desk.write("list.csv", list.split(',').map(cell).collect::<Vec<_>>().join(","));
    fs::remove_dir_all(desk.path("press")).expect("removed");
    desk.run("init press --form press").exit(0).prints("The signatories are those in ../list.csv.");
    let settings = desk.text("press/campaign.toml");
    for line in [
        "file = \"../list.csv\"",
        "count = \"verified\"   # the rest waits",
        "# Who is who.\n[categories]",
        "helper = {",
    ] {
        assert!(settings.contains(line), "{line} is missing in\n{settings}");
    }
    let counts = |words: &str| desk.run(words).exit(0).json()["all"].clone();
    assert_eq!(counts("-C press counts --format json"), counts("counts --format json"));
    // A change in only one of them is reported.
    desk.run("publish site --with press").exit(0);
    desk.edit("press/campaign.toml", "count = \"verified\"", "count = \"all\"");
    let ran = desk.run("publish site --with press").exit(0);
    assert!(ran.err.contains("press.html counts 5 signatories, and index.html 1 of the same list"), "{}", ran.err);
}

#[test]
fn a_statement_without_a_letter_has_a_list_of_its_own() {
    let desk = Desk::with("two-recipients");
    desk.run("init alone/press --form press").exit(0).hides("../signatories.csv");
    assert!(desk.has("alone/press/signatories.csv"));
    desk.run("-C alone/press check").exit(0).prints("2 letters could be written").hides("warning");
}

#[test]
fn journalists_get_the_statement_before_its_release() {
    let desk = Desk::with_examples();
    let letter = desk.run("-C examples/press preview 1").exit(0).out;
    let line = "EMBARGOED UNTIL 9:00 a.m. EST, January 11, 2018 (14:00 UTC)";
    assert!(letter.contains(&format!("Subject: {line}: Survivors ask")), "{letter}");
    assert!(letter.contains(&format!("\n*{line}*\n")) && letter.contains("Dear Ms. Lindqvist-Amani:"), "{letter}");
    desk.edit("examples/press/campaign.toml", "embargo = ", "# embargo = ");
    let letter = desk.run("-C examples/press preview 1").exit(0).out;
    assert!(letter.contains("\n*FOR IMMEDIATE RELEASE*\n") && !letter.contains("EMBARGOED"), "{letter}");
    desk.run("-C examples/press check --verbose").exit(0).hides("embargo");
}

#[test]
fn a_statement_has_the_numbers_and_sentences_of_the_letter() {
    let desk = Desk::with_examples();
    let (own, sheet) =
        (desk.run("-C examples/press counts --format json").json(), desk.run("counts --format json").json());
    assert_eq!(own["all"], sheet["all"]);
    let letter = desk.run("-C examples/press preview 1").exit(0).out;
    let flowing = letter.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in sheet["sentences"].as_array().expect("sentences") {
        let sentence = sentence.as_str().expect("a text");
        assert!(flowing.contains(sentence), "{sentence} is missing in\n{letter}");
    }
    for row in ["All signatories", "Survivors", "Service providers", "Campaigners"] {
        let line = letter.lines().find(|line| line.starts_with(&format!("{row}  "))).unwrap_or_else(|| panic!("{row}"));
        let numbers: Vec<usize> = line[row.len()..].split_whitespace().map(|n| n.parse().expect("a number")).collect();
        assert!(matches!(numbers[..], [all, people, others] if all == people + others && all > 0), "{line}");
    }
}

#[test]
fn a_number_in_a_statement_is_held_against_the_list() {
    let desk = Desk::with_examples();
    desk.edit("examples/press/templates/press.md.hbs", "**ENDS**", "The letter is signed by 55 signatories.");
    desk.run("-C examples/press check").exit(0).prints("warning[number-wrong]: templates/press.md.hbs:");
}

#[test]
fn only_statements_that_were_cleared_are_quoted() {
    let desk = Desk::with_examples();
    let letter = desk.run("-C examples/press preview 1").exit(0).out;
    assert!(letter.contains("Please do not use our lives as décor."), "{letter}");
    for uncleared in ["easy money", "I carry forty files", "Count me in."] {
        assert!(desk.text("signatories.csv").contains(uncleared));
        assert!(!letter.contains(uncleared), "{uncleared} is in\n{letter}");
    }
}

#[test]
fn english_sentences_in_another_language_are_reported() {
    let desk = begun();
    desk.edit("press/campaign.toml", "language = \"en\"", "language = \"de\"");
    let zone = "timezone = \"Europe/Berlin\"\nembargo = 2999-06-01T09:00:00+02:00\n";
    let line = |line: &str| if line.starts_with("timezone") { zone.to_owned() } else { format!("{line}\n") };
    desk.write("press/campaign.toml", desk.text("press/campaign.toml").lines().map(line).collect::<String>());
    desk.run("-C press check").prints("warning[language-missing]: templates/press.md.hbs").prints("are in English");
    let letter = desk.run("-C press preview 1").exit(0).out;
    assert!(letter.contains("SPERRFRIST: 1. Juni 2999, 9:00 Uhr CEST (07:00 UTC)"), "{letter}");
    assert!(letter.contains("Alle Unterzeichnenden  "), "{letter}");
}
