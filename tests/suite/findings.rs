//! Findings that people can read: folded, errors first, notes apart, and their own words never hidden.

use crate::desk::Desk;
use serde_json::Value;

const LETTER: &str = "templates/letter.md.hbs";

/// The findings of `check`.
fn findings(desk: &Desk) -> Vec<Value> {
    desk.run("check --format json").json()["findings"].as_array().expect("a list").clone()
}

fn text(finding: &Value, key: &str) -> String {
    finding[key].as_str().unwrap_or_default().to_owned()
}

/// Whether a text is another with `…` for some of its words.
fn is_with_gaps(shown: &str, whole: &str) -> bool {
    let mut rest = whole;
    let mut parts = shown.split('…');
    let begins = parts.next().is_some_and(|first| rest.strip_prefix(first).map(|tail| rest = tail).is_some());
    begins
        && parts.all(|part| rest.find(part).map(|at| rest = &rest[at + part.len()..]).is_some())
        && (shown.ends_with('…') || rest.is_empty())
}

#[test]
fn a_text_with_gaps_matches_only_its_own_text() {
    assert!(is_with_gaps("there is no \"…\" here", "there is no \"nmae\" here"));
    assert!(is_with_gaps("known here: …, …", "known here: a, b"));
    assert!(!is_with_gaps("there is no \"…\" …", "there is no \"nmae"));
    assert!(!is_with_gaps("… here", "there is no \"nmae\""));
}

#[test]
fn own_words_are_never_hidden_by_an_invalid_signatory_list() {
    let spoil: &[(&str, &str, &str, &str)] = &[
        ("name-unknown", LETTER, "{{closing}}", "{{closin}}"),
        ("name-unknown", LETTER, "{{closing}}", "{{qqqqqqqq}}"),
        ("name-kind", LETTER, "{{closing}}", "{{groups}}"),
        ("name-kind", LETTER, "{{closing}}", "{{#each closing}}a{{/each}}"),
        ("helper-unknown", LETTER, "{{closing}}", "{{wrods count.total}}"),
        ("helper-unknown", LETTER, "{{closing}}", "{{words}}"),
        ("helper-unknown", LETTER, "{{closing}}", "{{#words count.total}}a{{/words}}"),
        ("partial-unknown", LETTER, "{{closing}}", "{{> sign}}"),
        ("template-syntax", LETTER, "{{closing}}", "{{#if closing}}"),
        ("template-syntax", LETTER, "{{closing}}", "{{{closing}}}"),
        ("template-header", LETTER, "Subject:", "Subjcet:"),
        ("template-text", LETTER, "We are", "We\u{200b} are"),
        ("address-invalid", "recipients.csv", "legal@", "legal"),
        ("list-header", "recipients.csv", "email", "E-Mail Adr."),
        ("list-encoding", "campaign.toml", "[signatories]", "[recipients]\nencoding = \"windows-9999\"\n[signatories]"),
        ("settings-key", "campaign.toml", "group_by", "grop_by"),
        ("settings-key", "campaign.toml", "[signatories]", "[qqqqqqqq]\n[signatories]"),
        ("settings-value", "campaign.toml", "port = 2525", "port = \"a\""),
        ("settings-value", "campaign.toml", "mode = \"joint\"", "mode = \"jiont\""),
    ];
    let lists: &[fn(&Desk)] = &[
        |desk| _ = desk.edit("signatories.csv", "display", "dispaly"),
        |desk| _ = desk.edit("signatories.csv", "survivor,withheld", "survivor,witheld"),
        // Withheld people with names that are words of the findings.
        |desk| {
            let rows =
                ["Say There", "Known Here", "Write Takes", "Such Help", "Begin Value", "Mean Address", "List Name"];
            let rows: String = rows.iter().map(|name| format!("{name},withheld,given\n")).collect();
            desk.write("signatories.csv", format!("name,display,consent\n{rows}"));
        },
    ];
    for (code, file, from, to) in spoil {
        let sound = Desk::with("two-recipients");
        sound.edit("campaign.toml", "[campaign]", "[campaign]\nmode = \"joint\"").edit(file, from, to);
        let wanted: Vec<_> = findings(&sound).into_iter().filter(|finding| text(finding, "code") == *code).collect();
        assert!(!wanted.is_empty(), "{to} brings about no {code}");
        for spoil_list in lists {
            let desk = Desk::with("two-recipients");
            desk.edit("campaign.toml", "[campaign]", "[campaign]\nmode = \"joint\"").edit(file, from, to);
            spoil_list(&desk);
            let found = findings(&desk);
            for wanted in &wanted {
                let is_same = |found: &&Value| {
                    ["code", "file"].iter().all(|key| text(found, key) == text(wanted, key))
                        && is_with_gaps(&text(found, "what"), &text(wanted, "what"))
                        && is_with_gaps(&text(found, "help"), &text(wanted, "help"))
                };
                assert!(found.iter().any(|found| is_same(&found)), "{wanted}\nis not among\n{found:#?}");
            }
        }
    }
}

#[test]
fn what_settings_hold_is_quoted_unless_it_is_somebodys_name_whatever_else_is_wrong() {
    // In a campaign with another list, nobody is named "Jolene".
    let spoil: &[(&str, &str, &str)] = &[
        ("protect = [\"survivor\"]", "protect = [\"survivor\", \"NAME\"]", "[privacy] protect names \"NAME\""),
        ("min_group = 1", "default_display = \"NAME\"", "[privacy] default_display cannot be \"NAME\""),
        ("group_by =", "order_by = \"NAME\"\ngroup_by =", "[signatories] order_by cannot be \"NAME\""),
        ("[privacy]", "[NAME]\na = 1\n\n[privacy]", "there is no [NAME] in campaign.toml"),
        ("[privacy]", "NAME = 1\n[privacy]", "[categories] NAME must be a table"),
        ("tls = ", "rate = \"NAME\"\ntls = ", "[relay] rate cannot be \"NAME\""),
    ];
    let lists: &[fn(&Desk)] = &[
        |_| {},
        |desk| _ = desk.edit("signatories.csv", "survivor,withheld", "survivor,witheld"),
        |desk| _ = desk.edit("signatories.csv", "survivor,withheld", "survivor,Jolene,withheld"),
        |desk| _ = desk.edit("signatories.csv", "Jolene Satterwhaite,survivor,withheld", "Ada Lund,survivor,Jolene"),
    ];
    for (from, to, quoted) in spoil {
        for (spoil_list, is_divided) in lists.iter().zip([true, true, false, true]) {
            for (name, is_shown) in [("Jolene", false), ("Brigitte", is_divided)] {
                let desk = Desk::with("two-recipients");
                desk.edit("campaign.toml", from, &to.replace("NAME", name));
                spoil_list(&desk);
                let check = desk.run("check").exit(78).out;
                let write = desk.run("write").exit(78).err;
                for text in [check, write] {
                    assert_eq!(text.contains(&quoted.replace("NAME", name)), is_shown, "{to}, {name}:\n{text}");
                    assert_eq!(text.contains(name), is_shown, "{to}, {name}:\n{text}");
                    assert!(text.contains(&quoted.replace("NAME", if is_shown { name } else { "…" })), "{text}");
                }
            }
        }
    }
}

/// 500 signatories: 73 without consent, 35 of a protected category with details, and names that are shared.
fn five_hundred() -> Desk {
    let given = ["Ada", "Bea", "Cleo", "Dora", "Edith", "Fay", "Gwen", "Hana", "Ines", "Jolene"];
    let family =
        ["Lund", "Ask", "Ek", "Dahl", "Frost", "Quist", "Rossi", "Moreau", "Haddad", "Okafor", "Brandt", "Silva"];
    let mut rows = String::from(
        "name,category,display,role,affiliation,place,show_role,show_affiliation,show_place,consent,consent_at,adult\n",
    );
    for n in 0..500 {
        let name = format!("{} {}son{n}", given[n % 10], family[n % 12]);
        let row = match n {
            0..73 => format!("{name},campaigner,full,,,,,,,{},,", ["pending", "refused", "withdrawn"][n % 3]),
            73..108 => {
                let (role, house, place) =
                    (["Nurse", ""][n % 2], ["", "Harbour House"][n % 2], ["Ohio", "", "Lyon"][n % 3]);
                format!(
                    "{name},survivor,{},{role},{house},{place},yes,yes,yes,given,2018-01-05,yes",
                    ["full", "initials"][n % 2]
                )
            }
            108..200 => format!("{name},campaigner,withheld,,,,,,,given,,"),
            200..220 => format!("{name},campaigner,initials,,,Town {n},,,yes,given,,"),
            _ => format!("{name},campaigner,full,,,,,,,given,,"),
        };
        rows.push_str(&row);
        rows.push('\n');
    }
    let desk = Desk::with("two-recipients");
    desk.write("signatories.csv", rows);
    desk
}

#[test]
fn five_hundred_signatories_cause_at_most_ten_warnings() {
    let desk = five_hundred();
    let report = desk.run("check --format json").exit(0).json();
    let warnings = report["warnings"].as_u64().expect("a number");
    assert!((1..=10).contains(&warnings), "{report:#}");
    let left_out: usize = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|finding| finding["code"] == "consent-missing")
        .map(|finding| finding["places"].as_array().expect("places").len())
        .sum();
    assert_eq!(left_out, 73, "the places of notes are all there");
    let ran = desk.run("check").exit(0);
    assert_eq!(ran.out.matches("warning[").count() as u64, warnings);
    assert!(!ran.out.contains("note["), "{}", ran.out);
    ran.prints(&format!("{warnings} warnings, 3 notes (`openletter check --verbose` lists notes)\n"));
    assert_eq!(desk.run("check --verbose").exit(0).out.matches("note[consent-missing]").count(), 3);
    let quiet = desk.run("--quiet check").exit(0);
    assert!(!quiet.out.contains("warning") && !quiet.out.contains("note"), "{}", quiet.out);
}

#[test]
fn an_error_comes_before_a_thousand_warnings() {
    let desk = Desk::with("two-recipients");
    let rows: String = (0..1_200).map(|n| format!("test {n},campaigner,full,given\n")).collect();
    desk.write("signatories.csv", format!("name,category,display,consent\n{rows}Ada Lund,campaigner,hidden,given\n"));
    let ran = desk.run("check").exit(65);
    assert!(ran.out.starts_with("error[cell-value]: signatories.csv:1202:"), "{}", ran.out);
    let quiet = desk.run("--quiet check").exit(65);
    assert!(quiet.out.ends_with("\n1 error\n") && !quiet.out.contains("warning"), "{}", quiet.out);
}

#[test]
fn a_folded_finding_has_all_places() {
    let desk = Desk::with("two-recipients");
    let rows = "a,Ms.,Ada,Lund,Chair,ada\nb,Ms.,Bea,Lund,Chair,bea\nc,Ms.,Cleo,Lund,Chair,cleo@northlight.example\n";
    desk.write("recipients.csv", format!("id,honorific,given_name,family_name,title,email\n{rows}"));
    let found = findings(&desk);
    let finding = found.iter().find(|finding| finding["code"] == "address-invalid").expect("the finding");
    assert_eq!(finding["places"].as_array().map(Vec::len), Some(2));
    for key in ["file", "line", "column"] {
        assert_eq!(finding[key], finding["places"][0][key], "{key}");
    }
    desk.run("check").exit(65).prints("error[address-invalid]: recipients.csv:2:22\n").prints("\n  lines 2, 3\n");
}

#[test]
fn preview_ends_with_one_line_about_findings() {
    let desk = five_hundred();
    let ran = desk.run("preview").exit(0);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    ran.reports(" warnings, 3 notes: `openletter check` shows them\n");
    let ran = Desk::with("two-recipients").run("preview").exit(0);
    assert_eq!(ran.err, "");
}
