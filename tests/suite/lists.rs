//! Lists as real programs export them: every format gives the same letters, or a finding with the line that cannot be
//! read.

use crate::desk::Desk;

const RECIPIENTS: &str = "id,honorific,given_name,family_name,title,email
ceo,Ms.,Zoë,Okafor,Chief Executive Officer,ceo@northlight.example
legal,,Chris,Penhallick,General Counsel,legal@northlight.example
";

/// A campaign with this recipient list.
fn desk(recipients: impl AsRef<[u8]>) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", recipients);
    desk
}

/// The letters that this list gives.
#[track_caller]
fn letters(recipients: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
    let desk = desk(recipients);
    desk.run("write").exit(0);
    desk.octets()
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
}

#[test]
fn a_list_gives_the_same_letters_in_every_format() {
    let plain = letters(RECIPIENTS);
    let tabs = RECIPIENTS.replace(',', "\t");
    for (name, list) in [
        ("UTF-8 with a mark", format!("\u{feff}{RECIPIENTS}").into_bytes()),
        ("tabs, UTF-16, little end first", utf_16(&tabs, u16::to_le_bytes)),
        ("tabs, UTF-16, big end first", utf_16(&tabs, u16::to_be_bytes)),
        ("semicolons", RECIPIENTS.replace(',', ";").into_bytes()),
        ("Excel's sep= line", format!("sep=;\r\n{}", RECIPIENTS.replace(',', ";").replace('\n', "\r\n")).into_bytes()),
        ("CR alone", RECIPIENTS.replace('\n', "\r").into_bytes()),
        ("no last line break", RECIPIENTS.trim_end().as_bytes().to_vec()),
        ("blank rows", RECIPIENTS.replace('\n', "\n,,,,,\n\n").into_bytes()),
        (
            "quotation marks",
            format!("\"{}\"\n", RECIPIENTS.trim_end().replace(',', "\",\"").replace('\n', "\"\n\"")).into(),
        ),
        ("headers by hand", RECIPIENTS.replace("given_name", " Given-Name ").replace("email", "E-MAIL").into_bytes()),
    ] {
        assert_eq!(letters(list), plain, "{name}");
    }
}

#[test]
fn an_encoding_is_named_and_never_guessed() {
    let latin: Vec<u8> = RECIPIENTS.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let desk = desk(&latin);
    // "ceo,Ms.,Zo" and then the ë.
    desk.refused(&["error[list-encoding]: recipients.csv:2:11"]).reports("encoding = \"windows-1252\"");
    desk.edit("campaign.toml", "[signatories]", "[recipients]\nencoding = \"windows1252\"\n\n[signatories]");
    desk.refused(&["error[list-encoding]: recipients.csv"]).reports("did you mean `windows-1252`?");
    desk.edit("campaign.toml", "windows1252", "windows-1252");
    desk.run("write").exit(0);
    assert_eq!(desk.octets(), letters(RECIPIENTS));
}

#[test]
fn a_mark_that_contradicts_the_named_encoding_is_refused() {
    let desk = desk(utf_16(RECIPIENTS, u16::to_le_bytes));
    desk.edit("campaign.toml", "[signatories]", "[recipients]\nencoding = \"windows-1252\"\n\n[signatories]");
    desk.refused(&["error[list-encoding]: recipients.csv"]).reports("marked as UTF-16LE");
}

#[test]
fn a_spreadsheet_file_is_refused_as_a_list() {
    desk(b"PK\x03\x04\x14\0\0\0rest").refused(&["error[list-file]: recipients.csv"]).reports("save it as CSV UTF-8");
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let desk = Desk::with("two-recipients");
    desk.edit("campaign.toml", "protect = [\"survivor\"]", "");
    desk.write(
        "signatories.csv",
        "name,display,statement,consent,adult\r\n\
         Ifeoma Nwachinemere,full,\"Two\r\nlines, and a \"\"quote\"\"\",given,\r\n\
         \r\n\
         Jolene Satterwhaite,,,given,perhaps\r\n",
    );
    desk.refused(&["error[cell-value]: signatories.csv:5:29"]);
}

#[test]
fn other_headers_are_mapped_and_shown_by_check() {
    let desk = desk(RECIPIENTS.replace("email", "Contact (business)").replace("title", "Position"));
    desk.refused(&["error[list-header]: recipients.csv:1"]).reports("the list has no column `email`");
    let mapping = "[recipients]\ncolumns = { email = \"contact business\", title = \"Position\" }\n\n[signatories]";
    desk.edit("campaign.toml", "[signatories]", mapping);
    let shown = desk.run("check --verbose").exit(0);
    let shown: Vec<_> = shown.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in ["Contact (business) → email", "Position → title", "given_name → given_name"] {
        assert!(shown.iter().any(|shown| shown == line), "no {line:?} in {shown:#?}");
    }
    desk.run("write").exit(0);
    assert_eq!(desk.octets(), letters(RECIPIENTS));
}

#[test]
fn a_mapping_to_a_missing_header_is_refused_with_the_headers() {
    let desk = desk(RECIPIENTS);
    let mapping = "[recipients]\ncolumns = { titel = \"title\", name = \"given name s\" }\n\n[signatories]";
    desk.edit("campaign.toml", "[signatories]", mapping);
    desk.refused(&["error[list-mapping]: recipients.csv", "error[list-mapping]: recipients.csv:1"])
        .reports("did you mean `title`?")
        .reports("did you mean `given_name`?");
}

#[test]
fn unknown_columns_are_dropped_while_reading() {
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", ",affiliation\n", ",affiliation,case_notes\n")
        .edit("signatories.csv", "Corran Bridge\n", "Corran Bridge,\"seen on 3 March\u{202e}\"\n")
        .edit("signatories.csv", "Harrow Gate Refuge\n", "Harrow Gate Refuge,\n");
    desk.run("check --verbose").exit(0).prints("(dropped)").hides("3 March");
    desk.edit("templates/letter.md.hbs", "{{roll}}", "{{#each signatures}}{{case_notes}}{{/each}}");
    desk.refused(&["error[name-unknown]: templates/letter.md.hbs:9:23"]);
}

#[test]
fn without_a_line_break_after_the_header_no_cell_is_shown_as_a_header() {
    let head = "name,display,consent,category,email";
    for (first, rows) in [
        (
            "Jolene Satterwhaite,withheld,given,survivor,jolene.q@inbox.example",
            "Bo Ask,full,given,ally,bo@inbox.example\n",
        ),
        ("Jolene Satterwhaite,withheld,given,survivor,", "Bo Ask,full,given,ally,,,,,,\nAda,too short\n"),
        ("Jolene Satterwhaite,withheld,given,survivor,jolene.q@inbox.example", "Bo Ask,full,given,ally,,,,,,\n"),
        ("Jolene Satterwhaite,withheld,given,survivor,", ""),
    ] {
        let desk = Desk::with("two-recipients");
        desk.write("signatories.csv", format!("{head},{first}\n{rows}"));
        for words in ["check --verbose", "check", "check --format json", "preview"] {
            desk.run(words).hides("Jolene").hides("Satterwhaite").hides("jolene");
        }
    }
    let desk = Desk::with("two-recipients");
    desk.edit("signatories.csv", ",affiliation\n", ",affiliation,Where from\n")
        .edit("signatories.csv", "Corran Bridge\n", "Corran Bridge,\n")
        .edit("signatories.csv", "Harrow Gate Refuge\n", "Harrow Gate Refuge,\n");
    desk.run("check --verbose").exit(0).prints("Where from");
    desk.edit("recipients.csv", "Penhallick", "Penhallick,too,long");
    desk.run("check --verbose").exit(65).prints("Where from");
}

#[test]
fn a_swapped_list_is_detected_by_its_length_and_its_domains() {
    let desk = desk(RECIPIENTS);
    let guards = "[recipients]\nexpect = 3\ndomains = [\"NORTHLIGHT.example\"]\n\n[signatories]\nexpect = 7";
    desk.edit("campaign.toml", "[signatories]", guards);
    desk.refused(&["error[list-count]: recipients.csv", "error[list-count]: signatories.csv"])
        .reports("the list has 2 recipients, but `expect` in campaign.toml is 3")
        .reports("the list has 2 signatories, but `expect` in campaign.toml is 7");
    desk.edit("campaign.toml", "expect = 3", "expect = 2").edit("campaign.toml", "\nexpect = 7", "");
    desk.run("check").exit(0);
    desk.edit("recipients.csv", "legal@northlight.example", "legal@northlights.example");
    desk.refused(&["error[address-domain]: recipients.csv:3:41"]);
}

#[test]
fn an_empty_list_is_refused() {
    desk("").refused(&["error[list-header]: recipients.csv"]).reports("the list is empty");
    desk(RECIPIENTS.lines().next().expect("a header"))
        .refused(&["error[list-count]: recipients.csv"])
        .reports("the list has no recipients");
    desk("ceo,Ms.,Zoë,Okafor\n").refused(&["error[list-header]: recipients.csv:1"]).hides("Okafor");
}

#[test]
fn a_missing_list_is_an_error_of_the_campaign() {
    let desk = Desk::with("two-recipients");
    std::fs::remove_file(desk.path("recipients.csv")).expect("removed");
    std::fs::remove_file(desk.path("signatories.csv")).expect("removed");
    desk.refused(&["error[list-file]: recipients.csv", "error[list-file]: signatories.csv"]);
    desk.run("preview").exit(65).reports("error[list-file]: recipients.csv");
}

#[test]
fn a_header_that_is_nearly_a_column_is_an_error() {
    let desk = Desk::with("two-recipients");
    let list = desk.text("signatories.csv");
    for (from, to, named) in [
        ("affiliation", "show_afiliation", "show_affiliation"),
        ("affiliation", "Show Plcae", "show_place"),
        ("affiliation", "statment_consent", "statement_consent"),
        ("adult", "Adults", "adult"),
    ] {
        desk.write("signatories.csv", list.replacen(from, to, 1));
        let ran = desk.run("write").exit(65).reports("error[header-like]: signatories.csv:1:");
        ran.reports(&format!("the header `{to}` resembles `{named}`"));
        desk.holds_no_letters();
    }
    for other in ["age", "notes", "phone", "newsletter"] {
        desk.write("signatories.csv", list.replacen("affiliation", other, 1));
        desk.run("write --force").exit(0);
    }
}

#[test]
fn cells_read_as_headers_are_not_quoted() {
    let desk = Desk::with("two-recipients");
    let list = desk.text("signatories.csv");
    let twice = list.replace("campaigner,full", "Jolene Satterwhaite,full").replace('\n', ",");
    desk.write("signatories.csv", twice);
    desk.run("check").exit(65).prints("the same header also occurs at line 1").hides("olene").hides("Satter");
}
