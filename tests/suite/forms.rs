//! Lists as forms and spreadsheets export them: answers are recognised, or reported once, and wrong content in a
//! printed cell is an error.

use crate::desk::Desk;

/// A list as a form exports it: questions for headers, answers for values.
const FORM: &str =
    "Timestamp,Email Address,Your name,How should your name appear?,Do you agree to sign?,Are you over 18?
13/01/2018 09:05:03,ada@inbox.example,Ada Lund,Full name,I agree,Yes
13/01/2018 10:15:00,bo@inbox.example,Bo Ask,Anonymous,I agree,Yes
14/01/2018 11:25:30,cleo@inbox.example,Cleo Ek,Initials only,\"Yes, I agree\",Yes
15/01/2018 12:35:45,dan@inbox.example,Dan Frost,Nur Vorname,I agree,Yes
15/01/2018 12:45:45,eve@inbox.example,Eve Holm,nur vorname,No,Yes
";

/// A campaign with this signatory list that protects nobody.
fn signed_by(list: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write("signatories.csv", list);
    desk.edit("campaign.toml", "protect = [\"survivor\"]\n", "");
    desk
}

/// The form's campaign, with its headers mapped and these lines more in `[signatories]`.
fn form(lines: &str) -> Desk {
    let desk = signed_by(FORM);
    let columns = "columns = { name = \"Your name\", email = \"Email Address\", signed_at = \"Timestamp\", \
                   display = \"How should your name appear?\", consent = \"Do you agree to sign?\", adult = \"Are you over 18?\" }";
    desk.edit("campaign.toml", "[signatories]\n", &format!("[signatories]\n{columns}\n{lines}\n"));
    desk
}

/// One signatory who signs with these cells.
fn one(header: &str, cells: &str) -> Desk {
    signed_by(&format!("{header},consent\n{cells},given\n"))
}

/// A campaign with these recipients.
fn to(list: &str) -> Desk {
    let desk = Desk::with("two-recipients");
    desk.write("recipients.csv", list);
    desk
}

#[test]
fn an_unknown_answer_is_one_finding_with_its_lines_and_a_line_for_the_settings() {
    let desk = form("dates = \"%d/%m/%Y %H:%M:%S\"");
    assert_eq!(desk.found(), ["error[cell-value]: signatories.csv:5:49"]);
    let line = "values.display = { \"Nur Vorname\" = \"…\" }";
    desk.run("check")
        .exit(65)
        .prints("unknown value \"Nur Vorname\" in `display`\n  lines 5, 6\n")
        .prints("expected full, given-initial, initials, pseudonym or withheld")
        .prints(line)
        .hides("Dan")
        .hides("Eve");
    desk.edit("campaign.toml", "dates =", &format!("{}\ndates =", line.replace('…', "given-initial")));
    desk.run("preview").exit(0).prints("Ada Lund").prints("C. E.").prints("Dan F.").hides("Bo Ask").hides("Eve");
}

#[test]
fn a_value_that_one_row_has_is_not_quoted_since_it_can_be_a_name() {
    let desk = signed_by("name,display,consent\nAda Lund,Jolene Satterwhaite,given\nBo Ask,full,given\n");
    assert_eq!(desk.found(), ["error[cell-value]: signatories.csv:2:10"]);
    desk.run("check").exit(65).prints("unknown value in `display`").prints("values.display = ").hides("Jolene");
    let desk = signed_by("name,display,consent\nAda Lund,Ada Lund,given\nBo Ask,ada lund,given\n");
    desk.run("check").exit(65).prints("unknown value in `display`\n  lines 2, 3\n").hides("Lund").hides("lund");
}

#[test]
fn values_that_map_to_an_unknown_value_are_refused() {
    let desk =
        form("dates = \"%d/%m/%Y %H:%M:%S\"\nvalues = { display = { \"Nur Vorname\" = \"fulll\" }, plaice = {} }");
    desk.refused(&["error[list-mapping]: signatories.csv", "error[list-mapping]: signatories.csv"])
        .reports("`values.display` maps to \"fulll\", which is not a value of the column")
        .reports("did you mean `place`?");
    let desk = form("values = { display = \"full\" }");
    desk.run("check").exit(78).prints("[signatories] values must be a table of tables of texts");
}

#[test]
fn dates_of_a_form_are_one_finding_with_their_format() {
    let desk = form("values.display = { \"Nur Vorname\" = \"given-initial\" }");
    assert_eq!(desk.found(), ["error[cell-value]: signatories.csv:2:1"]);
    desk.run("check")
        .exit(65)
        .prints("unknown date in `signed_at`")
        .prints("set `dates = \"%d/%m/%Y %H:%M:%S\"` in [signatories] of campaign.toml")
        .hides("09:05");
    desk.edit(
        "campaign.toml",
        "[signatories]\n",
        "[signatories]\ndates = \"%d/%m/%Y %H:%M:%S\"\norder_by = \"signed_at\"\n",
    );
    desk.run("check").exit(0);
    desk.edit("campaign.toml", "%d/%m/%Y %H:%M:%S", "%d/%m");
    desk.run("check").exit(78).prints("\"%d/%m\" is not a date format");
}

#[test]
fn a_name_is_joined_from_its_parts() {
    let desk =
        signed_by("given_name,family_name,display,consent\nAda,Lund,full,given\nBo,,full,given\n,Ek,initials,given\n");
    desk.run("preview").exit(0).prints("Ada Lund").prints("Bo").prints("E.");
    signed_by("role,display,consent\nNurse,full,given\n")
        .refused(&["error[list-header]: signatories.csv:1"])
        .reports("the list has no column `name`");
    let desk = signed_by("given_name,family_name,display,consent\n,,full,given\n");
    desk.refused(&["error[cell-missing]: signatories.csv:2"]);
}

#[test]
fn wrong_content_is_an_error_in_a_printed_cell_and_otherwise_a_warning() {
    for (column, cell, what) in [
        ("place", "07700 900123", "is a phone number"),
        ("role", "ann@x.example", "contains an e-mail address"),
        ("affiliation", "https://x.example", "contains a web address"),
        ("role", "#N/A", "is a spreadsheet error"),
        ("place", "#REF!", "is a spreadsheet error"),
        ("affiliation", "NULL", "is a placeholder for a missing value"),
        ("role", "nan", "is a placeholder for a missing value"),
        ("role", "undefined", "is a placeholder for a missing value"),
        ("place", "N/A", "is a placeholder for a missing value"),
        ("role", "-", "is only punctuation"),
        ("affiliation", "MÃ¼ller & Co", "was decoded with the wrong encoding"),
        ("affiliation", "O&#39;Brien", "contains an HTML entity"),
    ] {
        let desk = one(&format!("name,display,{column}"), &format!("Ada Lund,full,{cell}"));
        desk.refused(&["error[cell-content]: signatories.csv:2:15"]).reports(&format!("`{column}` {what}"));
        let desk = one(&format!("name,display,{column}"), &format!("Ada Lund,initials,{cell}"));
        assert_eq!(desk.found(), ["warning[cell-unusual]: signatories.csv:2"], "{cell}");
        let desk = one(&format!("name,display,{column},reviewed"), &format!("Ada Lund,initials,{cell},yes"));
        assert!(desk.found().is_empty(), "{cell}: reviewed");
    }
    for name in ["#N/A", "#REF!", "NULL", "nan", "undefined", "MÃ¼ller", "O&#39;Brien", "ann@x.example"] {
        let desk = one("display,name", &format!("full,{name}"));
        desk.refused(&["error[cell-content]: signatories.csv:2:6"]).hides(name);
    }
}

#[test]
fn cells_that_are_probably_wrong_are_warnings() {
    for (header, cells, what) in [
        ("name,display", "BRIAN THOMPSON,full", "the name is all in capitals"),
        ("name,display", "anna nowak,full", "the name is all in small letters"),
        ("name,display", "Yusuf Demir 🙂,full", "the name contains an emoji or symbol"),
        ("name,display", "\"Okoro, Ada\",full", "the name looks like `Family, Given`"),
        ("name,display,affiliation", "Lehrernetz e.V.,full,Lehrernetz e.V.", "name and affiliation are the same"),
        ("name,display,affiliation", "Ada Lund,full,Retired*", "`affiliation` ends with an asterisk"),
        ("name,display,email", "Ada Lund,full,nomail@", "`email` is not an e-mail address"),
    ] {
        let desk = one(header, cells);
        assert_eq!(desk.found(), ["warning[cell-unusual]: signatories.csv:2"], "{cells}");
        desk.run("check").exit(0).prints(what);
        let desk = one(&format!("{header},reviewed"), &format!("{cells},yes"));
        assert!(desk.found().is_empty(), "{cells}: reviewed");
    }
    let desk = one("name,kind,display,affiliation", "Lehrernetz e.V.,organisation,full,Lehrernetz e.V.");
    desk.run("check").exit(0).prints("the affiliation repeats the name");
}

#[test]
fn names_without_initials_are_reported() {
    let desk =
        signed_by("name,display,consent\n伟 Bababadu 陳,initials,given\nAda Lund,full,given\nBo Ask,full,given\n");
    assert!(desk.found().contains(&"note[initials-missing]: signatories.csv:2".to_owned()), "{:?}", desk.found());
    desk.run("check --verbose")
        .exit(0)
        .prints("`display` is initials, but no initials can be made: withheld")
        .hides("Bababadu");
}

#[test]
fn all_problems_of_a_row_are_reported_in_one_run() {
    signed_by("name,display,consent,consent_at,role\n\"Ada\nLund\",nobody,given,soon,\n").refused(&[
        "error[cell-text]: signatories.csv:2:5",
        "error[cell-value]: signatories.csv:3:7",
        "error[cell-value]: signatories.csv:3:20",
    ]);
    to("id,name,email,language\nr 1,\"Ada\nOkafor\",nobody,Klingon\n").refused(&[
        "error[cell-value]: recipients.csv:2:1",
        "error[cell-text]: recipients.csv:2:9",
        "error[address-invalid]: recipients.csv:3:9",
        "error[cell-value]: recipients.csv:3:16",
    ]);
}

#[test]
fn emoji_sequences_are_allowed_except_in_names() {
    let desk = to("id,name,title,email\nceo,Ada Okafor,Chief 👩‍⚕️ Officer,ceo@northlight.example\n");
    desk.edit("templates/letter.md.hbs", "We are", "🏳️‍🌈 1️⃣ We are");
    desk.run("write").exit(0);
    let bytes = desk.octets().remove(0);
    let letter = mail_parser::MessageParser::default().parse(&bytes).expect("a message");
    assert_eq!(letter.subject(), Some("A letter to Chief 👩‍⚕️ Officer"));
    assert!(letter.body_text(0).expect("text").contains("🏳️‍🌈 1️⃣ We are"));
    to("id,name,title,email\nceo,Ada 👩‍⚕️ Okafor,Chief,ceo@northlight.example\n")
        .refused(&["error[cell-text]: recipients.csv:2:10"]);
}

#[test]
fn doubtful_recipients_are_warnings() {
    for (header, cells, finding, what) in [
        ("name,email", "Ada Okafor,ada@tоwn.example", "address-unusual]: recipients.csv:2:12", "two alphabets"),
        ("name,email", "Ada Okafor,ada@gmail.com", "address-unusual]: recipients.csv:2:12", "free mail service"),
        (
            "name,email,checked_on",
            "Ada Okafor,a@b.example,2016-12-31",
            "checked-long-ago]: recipients.csv:2:24",
            "a year",
        ),
        ("name,email", "\"Okoro, Ada\",a@b.example", "cell-unusual]: recipients.csv:2:1", "`Family, Given`"),
        ("name,email", "BRIAN THOMPSON,a@b.example", "cell-unusual]: recipients.csv:2:1", "in capitals"),
        ("name,email,title", "Ada Okafor,a@b.example,Ms.", "cell-unusual]: recipients.csv:2:24", "only an honorific"),
        ("name,email,company", "Ada Okafor,a@b.example,N/A", "cell-unusual]: recipients.csv:2:24", "a placeholder"),
    ] {
        let desk = to(&format!("{header}\n{cells}\n"));
        desk.edit("templates/letter.md.hbs", "{{recipient.title}}", "all");
        assert_eq!(desk.found(), [format!("warning[{finding}")], "{cells}");
        desk.run("check").exit(0).prints(what);
    }
    let desk = to("name,email,checked_on\nAda Okafor,ada@gmail.com,2018-01-02\n");
    desk.edit("templates/letter.md.hbs", "{{recipient.title}}", "all");
    assert!(desk.found().is_empty(), "checked");
}

#[test]
fn a_recipients_cell_for_the_salutation_must_be_a_name() {
    for (header, cells, column) in [
        ("email,name", "a@b.example,#N/A", 13),
        ("email,given_name,family_name", "a@b.example,Ada,MÃ¼ller", 17),
        ("email,salutation", "a@b.example,Dear O&#39;Brien:", 13),
        ("email,title", "a@b.example,Ms.", 13),
    ] {
        let desk = to(&format!("{header}\n{cells}\n"));
        desk.edit("templates/letter.md.hbs", "{{recipient.title}}", "all");
        desk.refused(&[&format!("error[cell-content]: recipients.csv:2:{column}")]);
    }
}

#[test]
fn two_names_may_share_an_address_but_one_name_may_not_repeat_it() {
    let two = "id,name,title,email\na,Ada Okafor,Chair,office@northlight.example\nb,Bo Ask,Counsel,office@northlight.example\n";
    let desk = to(two);
    assert_eq!(desk.found(), ["warning[address-shared]: recipients.csv:3:18"]);
    desk.run("write").exit(0);
    assert_eq!(desk.letters().len(), 2);
    to(&two.replace("Bo Ask", "ADA Okafor")).refused(&["error[address-twice]: recipients.csv:3:22"]);
    let without_ids = two.replace("id,", "").replace("\na,", "\n").replace("\nb,", "\n");
    to(&without_ids).refused(&["error[address-twice]: recipients.csv:3:16"]);
}

#[test]
fn a_language_is_a_tag_or_a_word_that_the_settings_map() {
    let list =
        "name,title,email,language\nAda Okafor,Chair,a@b.example,Klingon\nBo Ask,Chair,b@b.example,British English\n";
    let desk = to(list);
    desk.refused(&["error[cell-value]: recipients.csv:2:30"])
        .reports("unknown value \"Klingon\" in `language`")
        .reports("expected de, en, en-GB, es, fr or it, or a tag such as de-AT; to map it, add to [recipients] in campaign.toml: values.language = ");
    desk.edit(
        "campaign.toml",
        "[signatories]",
        "[recipients]\nvalues.language = { Klingon = \"de\" }\n\n[signatories]",
    );
    desk.run("check").exit(0);
}

#[test]
fn a_spreadsheets_wrapping_of_a_cell_is_removed_and_reported() {
    let desk = to("id,name,title,email,postcode\n=\"007\",Ada Okafor,Chair,a@b.example,'01234\n");
    desk.edit("templates/letter.md.hbs", "We are", "{{recipient.postcode}} We are");
    assert_eq!(desk.found(), ["note[cell-unwrapped]: recipients.csv:2"]);
    desk.run("check --verbose").exit(0).prints("a cell has a spreadsheet's apostrophe");
    desk.run("preview 007").exit(0).prints("01234 We are").hides("'01234");
}
