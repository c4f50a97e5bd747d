//! One run of `check` reports everything: no error hides another, and each has its place, line and fix.

use crate::desk::Desk;

const LETTER: &str = "templates/letter.md.hbs";

#[test]
fn a_wrong_settings_key_hides_no_other_error() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "group_by", "grop_by")
        .edit("signatories.csv", "survivor,withheld", "survivor,witheld")
        .edit("recipients.csv", "legal@", "legal")
        .edit(LETTER, "{{closing}}", "{{closin}}");
    let expected = [
        "error[settings-key]: campaign.toml:12:1",
        "error[address-invalid]: recipients.csv:3:41",
        "error[cell-value]: signatories.csv:3:30",
        "error[name-unknown]: templates/letter.md.hbs:7:3",
    ];
    assert_eq!(desk.found(), expected);
    desk.run("check").exit(78).prints("did you mean \"group_by\"?");
    desk.run("check --verbose").exit(78);
    for verb in ["write", "preview", "send --yes"] {
        desk.run(verb).exit(78).reports("[settings-key]");
        desk.holds_no_letters();
    }
}

#[test]
fn consequences_of_a_wrong_setting_are_not_reported() {
    for (from, to, code) in [
        ("date = 2018-01-11", "date = \"2018-01-11\"", "[settings-value]"),
        ("from = \"Lantern Alliance <", "from = \"Lantern, Alliance <", "[settings-value]"),
        ("title = ", "titel = ", "[settings-"),
        ("[signatories]", "[signatories]\nfile = 7", "[settings-value]"),
        ("[signatories]", "[signatories]\nfiel = \"people.csv\"", "[settings-key]"),
        ("[signatories]", "[recipients]\ncolumn = { email = \"E-mail\" }\n[signatories]", "[settings-key]"),
        ("[letter]", "[letter]\ntemplat = \"other\"", "[settings-key]"),
        ("[privacy]", "[privacy]\nconsnt = \"on-file\"", "[settings-key]"),
    ] {
        let desk = Desk::with("two-recipients");
        desk.edit("campaign.toml", from, to);
        let found = desk.found();
        assert!(!found.is_empty() && found.iter().all(|found| found.contains(code)), "{to}: {found:?}");
        desk.run("check").exit(78);
    }
}

#[test]
fn a_template_in_another_language_hides_no_error() {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "{{closing}}", "{{closin}}").write("templates/letter.it.md.hbs", "Subject: A\n\n{{B}}\n");
    desk.refused(&[
        "error[name-unknown]: templates/letter.it.md.hbs:3:3",
        "error[name-unknown]: templates/letter.md.hbs:7:3",
    ]);
}

#[test]
fn template_findings_are_complete_when_a_list_is_wrong() {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "{{closing}}", "{{closin}} {{jolene_satterwhaite}}");
    desk.edit("signatories.csv", "survivor,withheld", "survivor,witheld");
    desk.run("check")
        .exit(65)
        .prints("templates/letter.md.hbs:7:3\n  there is no \"closin\" here\n  help: did you mean \"closing\"?")
        .hides("jolene")
        .hides("Jolene");
}

/// What is wrong, how to cause it, and a part of the reported place.
type Case<'a> = (&'a str, &'a dyn Fn(&Desk), &'a str);

#[test]
fn every_error_has_a_place_and_a_fix() {
    let table = "| a |\n|---|\n| b | c |";
    let list = |desk: &Desk| std::fs::remove_file(desk.path("recipients.csv")).expect("removed");
    let cases: &[Case] = &[
        ("a missing list", &list, "recipients.csv"),
        ("a list without rows", &|desk| _ = desk.write("recipients.csv", "id,email\n"), "recipients.csv"),
        ("an empty list", &|desk| _ = desk.write("recipients.csv", ""), "recipients.csv"),
        ("an unclosed block", &|desk| _ = desk.edit(LETTER, "We are", "{{#if closing}}We are"), ":5:1"),
        ("no template", &|desk| std::fs::remove_file(desk.path(LETTER)).expect("removed"), LETTER),
        (
            "an empty letter",
            &|desk| _ = desk.write(LETTER, "Subject: A\n\n{{#if recipient.suffix}}x{{/if}}\n"),
            "recipients.csv:2",
        ),
        ("HTML", &|desk| _ = desk.edit(LETTER, "We are", "We {{recipient.title}} <b>are</b>"), ":5:24"),
        ("a link", &|desk| _ = desk.edit(LETTER, "We are", "We é [are](javascript:x)"), ":5:6"),
        (
            "a table row with too many cells",
            &|desk| _ = desk.edit(LETTER, "We are", &format!("{table}\n\nWe are")),
            ":7:1",
        ),
        ("an escape", &|desk| _ = desk.edit(LETTER, "We are", "We\u{1b}[31m are"), ":5:3"),
        ("a turn of the text", &|desk| _ = desk.edit(LETTER, "We are", "We\u{202e} are"), ":5:3"),
        ("a hidden character", &|desk| _ = desk.edit(LETTER, "We are", "We a\u{200b}re"), ":5:5"),
        ("a hidden subject", &|desk| _ = desk.edit(LETTER, "A letter", "A let\u{200b}ter"), ":1:15"),
        (
            "a hidden title",
            &|desk| _ = desk.edit("campaign.toml", "A letter to", "A\\u200Bletter to"),
            "campaign.toml:3:9",
        ),
        ("a date that is none", &|desk| _ = desk.edit("campaign.toml", "2018-01-11", "2018-13-45"), "campaign.toml:5:"),
        (
            "another date that is none",
            &|desk| _ = desk.edit("campaign.toml", "2018-01-11", "11.01.2018"),
            "campaign.toml:5:",
        ),
        (
            "a text that ends early",
            &|desk| _ = desk.edit("campaign.toml", "A letter", "A \"letter\""),
            "campaign.toml:3:",
        ),
        (
            "a relay in clear",
            &|desk| _ = desk.edit("campaign.toml", "127.0.0.1", "smtp.provider.example"),
            "campaign.toml:26:7",
        ),
    ];
    for (case, spoil, place) in cases {
        let desk = Desk::with("two-recipients");
        spoil(&desk);
        let report = desk.run("check --format json").json();
        let errors: Vec<_> =
            report["findings"].as_array().expect("a list").iter().filter(|one| one["severity"] == "error").collect();
        assert!(!errors.is_empty(), "{case}");
        for error in errors {
            assert!(error["help"].is_string() && error["file"].is_string(), "{case}: {error}");
        }
        let found = desk.found();
        assert!(found.iter().any(|found| found.contains(place)), "{case}: {found:?}");
    }
}

#[test]
fn a_forbidden_character_is_reported_once() {
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "We are", "We\u{1b}[31m are");
    desk.refused(&["error[template-text]: templates/letter.md.hbs:5:3"])
        .reports("the template contains a control character (U+001B)")
        .reports("     5 | We␛[31m are {{words count.total}} signatories.\n       |   ^\n")
        .reports("help: delete the character");
    let desk = Desk::with("two-recipients");
    desk.edit(LETTER, "We are", "می\u{200c}خواهم ❤\u{fe0f} ශ\u{dca}\u{200d}රී\tWe are");
    desk.run("check").exit(0);
}

#[test]
fn a_header_line_is_quoted_without_possible_cells() {
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", "affiliation\n", "Jolene Satterwhaite,show_plcae\n");
    desk.run("check").exit(65).hides("Jolene").prints(
        "     1 | name,category,display,consent,consent_at,adult,email,···················,show_plcae\n       |                                                                          ^\n",
    );
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "email", "E-Mail Adr.");
    desk.run("check").exit(65).prints("     1 | id,honorific,given_name,family_name,title,E-Mail Adr.\n");
}

#[test]
fn the_fix_has_the_intended_value() {
    for (from, to, help) in [
        ("port = 2525", "port = \"2525\"", "help: write port = 2525\n"),
        ("date = 2018-01-11", "date = \"2018-02-12\"", "help: write date = 2018-02-12\n"),
        ("<letters@lantern.example>", "<letters@lantern.example> x", "help: write it as `Name <name@example.org>`"),
    ] {
        let desk = Desk::with("two-recipients");
        desk.edit("campaign.toml", from, to);
        desk.run("check").exit(78).prints(help);
    }
}

#[test]
fn findings_name_the_given_folder() {
    let desk = Desk::with("two-recipients");
    desk.run("-C nope check").exit(78).prints("nope/campaign.toml\n  there is no folder nope\n");
    desk.run("-C templates check").exit(78).prints("templates/campaign.toml\n  there is no campaign in templates\n");
}
