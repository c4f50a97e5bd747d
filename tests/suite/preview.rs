//! `preview` shows letters as mail programs show them and as they are sent, and writes nothing.

use crate::desk::Desk;

#[test]
fn without_arguments_the_first_letter_is_shown() {
    let shown = Desk::with("two-recipients").run("preview").exit(0).out;
    let expected = "\
── letter 1 of 2 · ceo ─────────────────────────────────────────────────

From:    Lantern Alliance <letters@lantern.example>
To:      Thandeka Okafor <ceo@northlight.example>
Subject: A letter to Chief Executive Officer
Date:    Thu, 11 Jan 2018 09:00:00 +0000
────────────────────────────────────────────────────────────────────────

Dear Ms. Okafor:

We are two signatories.

Sincerely,

CAMPAIGNERS
";
    assert!(shown.starts_with(expected), "{shown}");
    assert!(shown.contains("\n1 survivor whose name is withheld for their safety\n\n"), "{shown}");
}

#[test]
fn letters_are_selected_by_id_or_number_in_the_order_of_the_list() {
    let desk = Desk::with("two-recipients");
    for (words, ids) in [
        ("preview 2", &["legal"][..]),
        ("preview legal", &["legal"]),
        ("preview legal ceo", &["ceo", "legal"]),
        ("preview 1 ceo 1", &["ceo"]),
        ("preview --all", &["ceo", "legal"]),
    ] {
        let shown = desk.run(words).exit(0).out;
        let titles: Vec<_> = shown.lines().filter_map(|line| line.strip_prefix("── letter ")).collect();
        let shown: Vec<_> = titles.iter().filter_map(|title| title.split(' ').nth(4)).collect();
        assert_eq!(shown, ids, "{words}");
    }
    desk.holds_no_letters();
}

#[test]
fn the_source_is_the_letter_byte_for_byte() {
    let desk = Desk::sample();
    let shown: Vec<_> = (1..=10)
        .map(|n| desk.command(&format!("preview {n} --part source")).output().expect("it runs").stdout)
        .collect();
    let all = desk.command("preview --all --part source").output().expect("it runs").stdout;
    desk.run("write").exit(0);
    assert_eq!(shown, desk.octets());
    assert_eq!(all, desk.octets().concat());
}

#[test]
fn the_html_is_the_html_part_of_the_message() {
    let desk = Desk::with("two-recipients");
    let shown = desk.run("preview legal --part html").exit(0).out;
    desk.run("write").exit(0);
    let letter = mail_parser::MessageParser::default().parse(&desk.octets()[1]).map(mail_parser::Message::into_owned);
    let letter = letter.expect("a message");
    assert_eq!(shown.replace("\r\n", "\n"), letter.body_html(0).expect("HTML").replace("\r\n", "\n"));
    assert!(shown.starts_with("<!DOCTYPE html>") && !shown.contains("http"), "no remote content");
}

#[test]
fn the_list_is_the_same_in_text_csv_and_json() {
    let desk = Desk::sample();
    // Otherwise one letter has a subject in German.
    desk.edit("recipients.csv", ",de,", ",,");
    let rows = desk.run("preview --list --format csv").exit(0).csv();
    assert_eq!(rows[0], ["number", "id", "to", "subject", "octets"]);
    let json = desk.run("preview --list --format json").exit(0).json();
    let json = json.as_array().expect("a list");
    let text = desk.run("preview --list").exit(0).out;
    let (common, text) = text.split_once("\n\n").expect("the subject that all have");
    assert_eq!(common, format!("subject  {}", rows[1][3]));
    let text: Vec<_> = text.lines().skip(1).collect();
    assert_eq!((rows.len() - 1, json.len(), text.len()), (10, 10, 10));
    desk.run("write").exit(0);
    for (((row, json), text), octets) in rows[1..].iter().zip(json).zip(text).zip(desk.octets()) {
        assert_eq!([&json["id"], &json["to"], &json["subject"]], [&row[1], &row[2], &row[3]]);
        assert_eq!((json["number"].to_string(), json["octets"].to_string()), (row[0].clone(), row[4].clone()));
        assert_eq!(json["octets"], octets.len());
        let id = json["message_id"].as_str().expect("an id");
        assert!(String::from_utf8(octets).expect("ASCII").contains(&format!("\r\nMessage-ID: {id}\r\n")));
        let address = row[2].rsplit('<').next().expect("an address").trim_end_matches('>');
        assert!([&*row[0], &*row[1], address].iter().all(|cell| text.contains(cell)), "{text}");
    }
    let some = desk.run("preview --list 2 okafor-ceo --format csv").exit(0).csv();
    assert_eq!(some[1..].iter().map(|row| &*row[0]).collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn two_letters_are_compared_line_by_line() {
    let desk = Desk::with("two-recipients");
    let diff = desk.run("preview --diff legal 1").exit(0).out;
    assert!(diff.starts_with("--- letter 2 · legal\n+++ letter 1 · ceo\n"), "{diff}");
    assert!(diff.contains("\n-Dear Chris Penhallick:\n+Dear Ms. Okafor:\n"), "{diff}");
    assert!(!diff.contains("Ifeoma"), "what is the same is left out");
    let html = desk.run("preview --diff 1 2 --part html").exit(0).out;
    assert!(html.contains("\n-<p style=\"margin:0 0 1em\">Dear Ms. Okafor:</p>\n"), "{html}");
    let source = desk.run("preview --diff 1 2 --part source").exit(0).out;
    assert!(source.contains("\n-Message-ID: <") && source.contains("\n+Message-ID: <"), "{source}");
    let same = desk.run("preview --diff 1 ceo").exit(0).out;
    assert_eq!(same, "--- letter 1 · ceo\n+++ letter 1 · ceo\n");
}

#[test]
fn with_errors_findings_are_shown_instead_of_letters() {
    let desk = Desk::with("two-recipients");
    desk.edit("recipients.csv", "legal@northlight.example", "legal");
    let (one_line, whole) =
        ("1 error: `openletter check` shows them\n", "error[address-invalid]: recipients.csv:3:41\n");
    for (words, printed) in [
        ("preview --all", one_line),
        ("preview --list", one_line),
        ("preview --diff 1 2", one_line),
        ("preview --list --format csv", one_line),
        ("preview 2", whole),
    ] {
        let ran = desk.run(words).exit(65);
        assert!(ran.err.starts_with(printed) && !ran.out.contains("Penhallick"), "{words}: {}", ran.err);
    }
    desk.edit("signatories.csv", "withheld", "withhold");
    let text = desk.run("preview --list").exit(65).out;
    assert_eq!(text, "", "a header without letters");
    let list = desk.run("preview --list --format json").exit(65).reports("error[cell-value]: signatories.csv:3:30");
    assert_eq!(list.json(), serde_json::json!([]));
}

#[test]
fn control_characters_in_a_template_never_reach_the_terminal() {
    let desk = Desk::with("two-recipients");
    desk.edit("templates/letter.md.hbs", "We are", "\u{1b}[2J\u{202e}We are");
    let ran = desk.run("preview");
    assert!(!(ran.out + &ran.err).contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn preview_writes_nothing() {
    let desk = Desk::with("two-recipients");
    let before = std::fs::read_dir(desk.dir()).expect("a folder").count();
    for words in ["check", "check --verbose", "preview --all", "preview --list", "preview --diff 1 2", "status"] {
        desk.run(words);
    }
    assert_eq!(std::fs::read_dir(desk.dir()).expect("a folder").count(), before);
}

/// A campaign with five recipients, with an error in the row on this line.
fn five(wrong: usize) -> Desk {
    let desk = Desk::with("two-recipients");
    let row = |line: usize| {
        let control = if line == wrong { "\u{7}" } else { "" };
        format!("r{},Ms.,Ada{control},Okoro,Chair,r{}@northlight.example\n", line - 1, line - 1)
    };
    let rows: String = (2..=6).map(row).collect();
    desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,email\n{rows}"));
    desk
}

#[test]
fn one_wrong_recipient_hides_no_other_letter() {
    for wrong in [3, 5] {
        let desk = five(wrong);
        let gone = format!("r{}", wrong - 1);
        let ran = desk.run("preview --list --format csv").exit(65).reports("1 error: `openletter check` shows them\n");
        let rows = ran.csv();
        let ids: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
        let expected: Vec<String> = (1..=5).map(|n| format!("r{n}")).filter(|id| *id != gone).collect();
        assert_eq!(ids, expected);
        let shown = desk.run("preview r5").exit(65).prints("── letter 5 of 5 · r5 ");
        assert_eq!(shown.out.matches("── letter").count(), 1);
        desk.run(&format!("preview {gone}")).exit(65).reports("cell-text");
        desk.run("write").exit(65);
        desk.holds_no_letters();
    }
}

#[test]
fn with_an_invalid_signatory_list_or_template_no_letter_is_shown() {
    let desk = five(0);
    desk.edit("signatories.csv", "survivor,withheld", "survivor,witheld");
    for words in ["preview", "preview --all", "preview --list --format csv", "preview r2", "preview --part html"] {
        desk.run(words).exit(65).hides("Ifeoma").hides("── letter").hides("1,r1");
    }
    let desk = five(0);
    desk.edit("templates/letter.md.hbs", "We are", "Jolene Satterwhaite. We are");
    desk.run("preview --all").exit(65).hides("── letter").hides("Satterwhaite");
    let desk = five(0);
    desk.edit("recipients.csv", "r2,Ms.,Ada,Okoro,Chair", "r2,Ms.,Ada,Okoro,Friend of Jolene Satterwhaite");
    desk.edit("templates/letter.md.hbs", "We are", "{{recipient.title}}. We are");
    let shown = desk.run("preview --all").exit(65).hides("Satterwhaite").hides("· r2");
    assert_eq!(shown.out.matches("── letter").count(), 4, "the others hold nothing private");
}

#[test]
fn an_unknown_letter_is_reported_with_the_nearest_id() {
    let desk = Desk::sample();
    desk.run("preview okafor").exit(64).reports("there is no letter okafor").reports("did you mean okafor-ceo?");
    desk.run("preview okafor-cfo").exit(64).reports("did you mean okafor-ceo?");
    desk.run("preview zzz").exit(64).reports("`openletter preview --list` shows ids and numbers");
}

#[test]
fn equal_letters_are_reported_as_equal() {
    let desk = Desk::with("two-recipients");
    desk.run("preview --diff 1 1").exit(0).reports("The two letters are the same.");
    desk.run("preview --diff 1 ceo").exit(0).reports("The two letters are the same.");
    let printed = desk.run("preview --diff 1 2").exit(0);
    assert_eq!(printed.err, "");
}
