//! Invalid rows: each is reported with its file, line and column, all in one run, and nothing is written.

use crate::desk::Desk;

/// A campaign with these rows under a recipient list's header.
fn to(rows: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", format!("id,name,title,email,salutation,do_not_contact\n{rows}\n"));
    desk
}

/// A campaign with these rows under a signatory list's header.
fn by(rows: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    let header = "id,name,display,category,consent,consent_at,adult,withdrawn_at,pseudonym,email";
    desk.write("signatories.csv", format!("{header}\nx,Ifeoma Nwachinemere,full,campaigner,given,,,,,\n{rows}\n"));
    if !rows.to_lowercase().contains("survivor") {
        desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    }
    desk
}

#[test]
fn a_row_too_short_or_too_long_is_reported_at_its_end() {
    to("a,Ada,Chair,ada@northlight.example\nb,Bo,Vice President, Legal,bo@northlight.example,,")
        .refused(&["error[row-length]: recipients.csv:2:35", "error[row-length]: recipients.csv:3:51"])
        .reports("the row has 4 cells, the header 6")
        .reports("the row has 7 cells, the header 6")
        .reports("put a cell that contains `,` in quotation marks");
}

#[test]
fn an_unclosed_quotation_mark_is_reported_where_it_was_opened() {
    to("a,\"Ada,Chair,ada@northlight.example,,\nb,Bo,Chair,bo@northlight.example,,")
        .refused(&["error[list-quote]: recipients.csv:2:3"])
        .reports("this quotation mark is never closed");
    to("a,\"Ada\" Okafor,Chair,ada@northlight.example,,").refused(&["error[list-quote]: recipients.csv:2:9"]);
}

#[test]
fn a_duplicate_header_or_one_with_a_helpers_name_is_refused() {
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", "email,E-Mail,title,upper\na@northlight.example,,Chair,x\n");
    desk.refused(&["error[list-header]: recipients.csv:1:7", "error[list-header]: recipients.csv:1:20"])
        .reports("the header `E-Mail` also occurs at line 1, column 1")
        .reports("is the name of a template helper, `upper`");
}

#[test]
fn invisible_characters_are_refused_at_their_place() {
    for (hidden, name) in [
        ('\0', "a control character (U+0000)"),
        ('\u{7}', "a control character (U+0007)"),
        ('\u{1b}', "a control character (U+001B)"),
        ('\u{202e}', "a bidirectional control character (U+202E)"),
        ('\u{200f}', "a bidirectional control character (U+200F)"),
        ('\u{200b}', "an invisible character (U+200B)"),
        ('\u{200d}', "an invisible character (U+200D)"),
        ('\u{ad}', "an invisible character (U+00AD)"),
        ('\u{2028}', "a line break (U+2028)"),
        ('\u{fffd}', "a replacement character (U+FFFD)"),
    ] {
        let desk = to(&format!("a,Ada Oka{hidden}for,Chair,ada@northlight.example,,"));
        let refused = desk.refused(&["error[cell-text]: recipients.csv:2:10"]).reports(name);
        assert!(!refused.err.contains(hidden), "the character itself is not shown");
    }
    to("a,\"Ada\nOkafor\",Chair,ada@northlight.example,,").refused(&["error[cell-text]: recipients.csv:2:7"]);
    by("y,Jolene\u{202e} Satterwhaite,,,given,,,,,")
        .refused(&["error[cell-text]: signatories.csv:3:9"])
        .hides("Jolene");
}

#[test]
fn joiners_are_allowed_where_a_script_needs_them() {
    to("a,می\u{200c}خواهم,Chair,ada@northlight.example,,").run("check").exit(0);
}

#[test]
fn a_repeated_id_is_refused_and_a_repeated_address_reported_in_any_form() {
    to("a,Ada,Chair,ada@bücher.example,,\n\
        b,Bo,Chair,bo@bücher.example,,\n\
        c,Cy,Chair,ADA@xn--bcher-kva.EXAMPLE,,\n\
        a,Di,Chair,di@bücher.example,yes,no")
    .refused(&["error[id-twice]: recipients.csv:5:1", "warning[address-shared]: recipients.csv:4:12"])
    .reports("a row with another name has the same address\n  lines 2, 4\n")
    .reports("another row has the same id\n  lines 2, 5\n");
}

#[test]
fn an_address_that_a_relay_may_misread_is_refused() {
    for address in
        ["ada", "ada@", "jürgen@northlight.example", "\"Ada <ada@northlight.example>\"", "a@localhost", "a@[::1]"]
    {
        to(&format!("a,Ada,Chair,{address},,")).refused(&["error[address-invalid]: recipients.csv:2:13"]);
    }
    to("a,Ada,Chair,,,").refused(&["error[cell-missing]: recipients.csv:2:13"]);
}

#[test]
fn an_international_domain_is_sent_in_ascii() {
    let desk = to("a,Ada,Chair,ada@bücher.example,,");
    desk.run("write").exit(0);
    assert!(desk.text("outbox/manifest.csv").contains(",ada@xn--bcher-kva.example,"));
    assert!(desk.text("outbox/letters/00001-a.eml").contains("\r\nTo: Ada <ada@xn--bcher-kva.example>\r\n"));
}

#[test]
fn a_missing_salutation_is_an_error() {
    to("a,,,ada@northlight.example,,\nb,Bo,Chair,bo@northlight.example,\"Dear ,\",")
        .refused(&["error[salutation-missing]: recipients.csv:2:28", "error[salutation-missing]: recipients.csv:3:34"]);
}

#[test]
fn a_recipient_not_to_be_contacted_gets_no_letter_and_is_a_note() {
    let desk = to("a,Ada,Chair,ada@northlight.example,,\nb,Bo,Chair,bo@northlight.example,,YES");
    assert_eq!(desk.found(), ["note[do-not-contact]: recipients.csv:3:35"]);
    desk.run("write")
        .exit(0)
        .reports("1 note (`openletter check --verbose` lists notes)\n")
        .reports("Wrote 1 letter into");
    assert_eq!(desk.letters(), ["00001-a.eml"]);
    assert!(!desk.text("outbox/manifest.csv").contains("bo@northlight.example"));
    let desk = to("a,Ada,Chair,ada@northlight.example,,perhaps");
    desk.refused(&["error[cell-value]: recipients.csv:2:37"]);
}

#[test]
fn the_same_person_twice_is_refused() {
    by("one,Jolene Satterwhaite,,,given,,,,,jolene@inbox.example\n\
        two,JOLENE SATTERWHAITE,,,given,,,,,Jolene@Inbox.Example\n\
        ONE,Someone Elseworth,,,given,,,,,else@inbox.example")
    .refused(&["error[signatory-twin]: signatories.csv:4", "error[signatory-twin]: signatories.csv:5"])
    .reports("this row and an earlier one have the same name and address")
    .reports("this row and an earlier one have the same id")
    .hides("olene")
    .hides("OLENE");
    let desk = by(
        "one,Jolene Satterwhaite,,,given,,,,,desk@inbox.example\ntwo,Someone Elseworth,,,given,,,,,desk@inbox.example",
    );
    assert_eq!(desk.found(), ["warning[signatory-address]: signatories.csv:4"]);
    desk.run("write").exit(0);
}

#[test]
fn in_a_protected_category_every_doubtful_cell_stops_the_run() {
    by("a,Jolene Satterwhaite,full,SURVIVOR,given,,yes,,,\n\
        b,Mira Sandqvist,initials, Survivor ,given,2018-01-05,,,,\n\
        c,Noor Elbazi,given-initial,survivor,given,2018-01-05,yes,,,\n\
        d,Odile Marchetti,,survivor,given,,,,,")
    .refused(&["error[protected-shown]: signatories.csv:3:23"])
    .reports("would be shown\n  lines 3, 4\n")
    .hides("Satterwhaite")
    .hides("Sandqvist");
}

#[test]
fn an_invalid_cell_is_reported_once_without_consequences() {
    let desk = by("a,Jolene Satterwhaite,full,survivor,given,5 January,yes,,,\n\
        b,Mira Sandqvist,nobody,survivor,given,,,,,\n\
        c,Noor Elbazi,initials,survivor,given,2018-01-05,yes,,,");
    desk.edit("campaign.toml", "min_group = 1", "min_group = 3");
    desk.refused(&["error[cell-value]: signatories.csv:3:43", "error[cell-value]: signatories.csv:4:18"]);
}

#[test]
fn a_minor_stops_the_run_until_the_row_is_resolved() {
    by("a,Jolene Satterwhaite,,,given,,no,,,")
        .refused(&["error[signatory-minor]: signatories.csv:3:32"])
        .hides("Jolene");
}

#[test]
fn only_those_who_consented_and_have_not_withdrawn_are_counted() {
    let desk = by("a,Jolene Satterwhaite,full,,pending,,,,,\n\
                   b,Mira Sandqvist,full,,refused,,,,,\n\
                   c,Noor Elbazi,full,,,,,,,\n\
                   d,Odile Marchetti,full,,given,,,2018-01-06,,\n\
                   e,Pia Lindqvist,full,,YES,,,,,");
    let lines = [3, 4, 5, 6].map(|line| format!("note[consent-missing]: signatories.csv:{line}"));
    assert_eq!(desk.found(), lines);
    desk.run("check").exit(0).prints("2 sign: 2 people and 0 organisations; 2 named, 0 withheld").hides("Jolene");
    let shown = desk.run("preview").exit(0).prints("We are two signatories").prints("Pia Lindqvist");
    for name in ["Jolene", "Mira", "Noor", "Odile"] {
        assert!(!shown.out.contains(name), "{name} signs");
    }
}

#[test]
fn a_list_without_consent_needs_consent_on_file() {
    let desk = Desk::with("two-recipients");
    desk.write("signatories.csv", "name,display\nIfeoma Nwachinemere,full\n");
    desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    desk.refused(&["error[consent-unknown]: signatories.csv"]);
    desk.edit("campaign.toml", "[privacy]", "[privacy]\nconsent = \"on-file\"");
    assert!(desk.found().is_empty());
}

#[test]
fn an_unknown_value_is_refused_without_a_quotation() {
    by("a,Jolene Satterwhaite,invisible,,perhaps,5 January,12,tomorrow,,\nb,Mira Sandqvist,pseudonym,,given,,,,,\nc,,full,,given,,,,,")
        .refused(&[
            "error[cell-value]: signatories.csv:3:23",
            "error[cell-value]: signatories.csv:3:34",
            "error[cell-value]: signatories.csv:3:42",
            "error[cell-value]: signatories.csv:3:52",
            "error[cell-value]: signatories.csv:3:55",
            "error[pseudonym-missing]: signatories.csv:4:38",
            "error[cell-missing]: signatories.csv:5:3",
        ])
        .hides("invisible")
        .hides("5 January");
}

#[test]
fn problems_in_several_files_are_reported_in_one_run() {
    let desk = by("a,Jolene Satterwhaite,,,given,,no,,,\nb,too short");
    desk.write("recipients.csv", "id,title,email\na,Chair,ada@northlight\nb,,bo@northlight.example\nc,Chair\n");
    desk.edit("templates/letter.md.hbs", "{{closing}}", "{{#if recipient.cover}}{{wrods count.total}}{{/if}}");
    desk.edit("campaign.toml", "[signatories]", "[recipients]\nexpect = 4\n\n[signatories]");
    desk.refused(&[
        "error[list-count]: recipients.csv",
        "error[address-invalid]: recipients.csv:2:9",
        "error[salutation-missing]: recipients.csv:3",
        "error[row-length]: recipients.csv:4:8",
        "error[signatory-minor]: signatories.csv:3:32",
        "error[row-length]: signatories.csv:4:12",
        "error[name-unknown]: templates/letter.md.hbs:7:7",
        "error[helper-unknown]: templates/letter.md.hbs:7:26",
    ]);
}
