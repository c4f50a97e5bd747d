//! The numbers are true: the press sheet, and the numbers in texts.

use crate::desk::{Desk, root};
use serde_json::Value;
use std::collections::BTreeMap;

const FORMATS: [&str; 3] = ["counts", "counts --format json", "counts --format csv"];

/// The rows of the sample's signatory list, by column.
fn signatories() -> Vec<BTreeMap<String, String>> {
    let mut list = csv::Reader::from_path(root().join("signatories.csv")).expect("the sample's list");
    list.deserialize().map(|row| row.expect("a row")).collect()
}

fn json(desk: &Desk, words: &str) -> Value {
    serde_json::from_str(&desk.run(words).exit(0).out).expect("JSON")
}

#[test]
fn the_docs_show_the_sheet_of_the_sample() {
    let sheet = Desk::sample().run("counts").exit(0).out;
    assert!(sheet.lines().all(|line| line.chars().count() <= 80), "{sheet}");
    let docs = std::fs::read_to_string(root().join("docs/press.md")).expect("docs/press.md");
    assert!(
        docs.contains(&format!("```console\n$ openletter counts\n{sheet}```")),
        "docs/press.md shows another sheet than\n{sheet}"
    );
}

#[test]
fn the_sheet_agrees_with_a_count_by_hand() {
    let signing: Vec<_> =
        signatories().into_iter().filter(|row| row["consent"] == "given" && row["withdrawn_at"].is_empty()).collect();
    let of = |category: &str, kind: &str| {
        signing.iter().filter(|row| row["category"] == category && row["kind"] == kind).count() as u64
    };
    let sheet = json(&Desk::sample(), "counts --format json");
    assert_eq!(sheet["all"]["signatories"]["total"], signing.len() as u64);
    let categories = sheet["categories"].as_array().expect("categories");
    assert_eq!(categories.len(), 3);
    for line in categories {
        let category = line["category"].as_str().expect("a category");
        assert_eq!(line["persons"]["total"], of(category, "person"), "{category}");
        assert_eq!(line["organisations"]["total"], of(category, "organisation"), "{category}");
        let hidden = |row: &&BTreeMap<String, String>| {
            row["category"] == category && ["", "withheld"].contains(&row["display"].as_str())
        };
        assert_eq!(line["signatories"]["withheld"], signing.iter().filter(hidden).count() as u64, "{category}");
    }
}

#[test]
fn templates_and_sheet_have_the_same_numbers() {
    let desk = Desk::sample();
    let (sheet, count) = (json(&desk, "counts --format json"), json(&desk, "check --format json")["count"].clone());
    let all = &sheet["all"];
    assert_eq!(all["signatories"]["total"], count["total"]);
    assert_eq!(all["signatories"]["named"], count["listed"]);
    assert_eq!(all["signatories"]["withheld"], count["withheld"]);
    assert_eq!(all["persons"]["total"], count["persons"]);
    assert_eq!(all["organisations"]["total"], count["organisations"]);
    assert_eq!(sheet["categories"][0]["signatories"]["total"], count["by"]["survivor"]);
}

#[test]
fn every_figure_is_a_row_of_the_csv() {
    let out = Desk::sample().run("counts --format csv").exit(0).out;
    assert!(out.starts_with("unit,category,shown,count,as_of\nsignatories,,all,56,2018-01-11\n"), "{out}");
    for row in [
        "persons,survivor,withheld,10,2018-01-11",
        "organisations,service provider,named,7,2018-01-11",
        "signatories and sender,,all,57,2018-01-11",
        "rows,,left out: consent is pending,2,2018-01-11",
    ] {
        assert!(out.lines().any(|line| line == row), "{row} in\n{out}");
    }
}

#[test]
fn no_signatory_is_named_on_the_sheet() {
    let desk = Desk::sample();
    for words in FORMATS {
        let ran = desk.run(words).exit(0);
        for row in signatories() {
            for column in ["email", "name", "family_name", "affiliation", "pseudonym", "statement"] {
                let cell = row[column].as_str();
                let is_shown = !cell.is_empty() && (ran.out.contains(cell) || ran.err.contains(cell));
                assert!(!is_shown, "openletter {words} shows the {column} of {}", row["id"]);
            }
        }
    }
}

#[test]
fn a_name_in_the_wrong_column_stops_the_sheet() {
    let desk = Desk::sample();
    desk.edit("signatories.csv", "sig-04,person,survivor,", "sig-04,person,Satterwhaite,");
    for words in FORMATS {
        let ran = desk.run(words).exit(65).hides("Satterwhaite").reports("the name of a category contains");
        assert_eq!(ran.out, "");
    }
}

#[test]
fn a_list_with_errors_has_no_sheet() {
    let desk = Desk::sample();
    desk.edit("signatories.csv", "sig-02,person", "sig-02,clinic");
    let ran = desk.run("counts").exit(65).reports("error[cell-value]: signatories.csv:3");
    assert_eq!(ran.out, "");
}

#[test]
fn a_wrong_number_in_a_letter_is_a_warning_with_its_fix() {
    let desk = Desk::sample();
    desk.edit(
        "templates/letter.md.hbs",
        "We write about one series,",
        "We are fifty-five survivors, and write today about one series,",
    );
    desk.run("check")
        .exit(0)
        .prints("warning[number-wrong]: templates/letter.md.hbs:43:")
        .prints("the text says \"fifty-five survivors\", but the list has 21")
        .prints("write {{words count.by.survivor}}")
        .prints("warning[date-relative]");
    desk.run("write").exit(0).reports("warning[number-wrong]");
    let allow = "[claims]\nallow = [\"fifty-five survivors\", \"write today\"]\n\n[relay]";
    desk.edit("campaign.toml", "[relay]", allow).run("check").exit(0).hides("number-wrong").hides("date-relative");
    desk.edit("templates/letter.md.hbs", "fifty-five survivors", "fifty-four survivors");
    desk.run("check").exit(0).prints("\"fifty-four survivors\"");
    desk.edit("templates/letter.md.hbs", "fifty-four survivors", "{{words count.by.survivor}} survivors");
    desk.run("check").exit(0).hides("number-wrong");
}

#[test]
fn a_press_text_is_compared_with_the_list() {
    let desk = Desk::sample();
    let sentences = json(&desk, "counts --format json")["sentences"].as_array().expect("sentences").clone();
    let sentences: Vec<&str> = sentences.iter().filter_map(Value::as_str).collect();
    desk.write("good.txt", sentences.join("\n\n"));
    desk.run("check --press good.txt").exit(0).hides("number-").hides("good.txt");
    desk.write("bad.md", "# 56 Experts Write\n\nIt was co-signed\nby 55 other **organizations** this week.\n");
    desk.run("check --press good.txt bad.md")
        .exit(0)
        .prints("warning[number-wrong]: bad.md:4:4\n")
        .prints("the text says \"55 other organizations\", but the list has 12")
        .prints("warning[date-relative]: bad.md:4:31");
}

#[test]
fn a_private_name_in_a_press_text_is_a_leak_and_not_quoted() {
    let desk = Desk::sample();
    desk.write("press.txt", "Jolene Satterwhaite and 55 other survivors have signed.\n");
    desk.run("check --press press.txt")
        .exit(65)
        .prints("error[leak]: press.txt:1:1")
        .prints("the text says \"55 other survivors\"")
        .hides("Satterwhaite");
}

#[test]
fn an_unreadable_press_text_is_an_error() {
    let desk = Desk::sample();
    desk.write("press.docx", b"PK\x03\x04\xff\xfe");
    desk.run("check --press gone.txt press.docx")
        .exit(65)
        .prints("error[press-file]: gone.txt")
        .prints("error[press-file]: press.docx\n  line 1 is not UTF-8");
}

#[test]
fn a_declared_category_is_a_noun_and_another_is_quoted() {
    let desk = Desk::sample();
    let list = desk.text("signatories.csv");
    desk.write("signatories.csv", list.replace(",survivor,", ",People with lived experience,"));
    desk.edit(
        "campaign.toml",
        "one = \"survivor\", many = \"survivors\"",
        "one = \"person with lived experience\", many = \"people with lived experience\"",
    );
    for place in ["Yogyakarta, Indonesia", "Đà Nẵng, Vietnam"] {
        desk.edit("signatories.csv", &format!("\"{place}\",full"), &format!("\"{place}\",withheld"));
    }
    desk.run("preview")
        .exit(0)
        .prints("\nPEOPLE WITH LIVED EXPERIENCE\n")
        .prints("and 10 people with lived experience whose names are withheld for their")
        .prints("and 2 campaigners whose names are withheld\n");
    desk.run("counts").exit(0).prints("21 of them are people with lived experience");

    std::fs::remove_file(desk.path("templates/letter.de.md.hbs")).expect("removed");
    let toml = desk.text("campaign.toml");
    let (before, after) = toml.split_once("[categories]").expect("a table");
    let after = after.split_once("[privacy]").expect("a table").1;
    desk.write("campaign.toml", format!("{before}[privacy]{after}"));
    desk.write("signatories.csv", desk.text("signatories.csv").replace(",campaigner,", ",academia,"));
    desk.edit(
        "templates/letter.md.hbs",
        "{{plural count.by.survivor \"survivor\"}}",
        "{{count.by.people_with_lived_experience}}",
    );
    desk.edit("templates/letter.md.hbs", "{{plural count.by.campaigner \"campaigner\"}}", "{{count.by.academia}}");
    desk.run("preview")
        .exit(0)
        .prints("\nACADEMIA\n")
        .prints("and 2 signatories in the category “academia” whose names are");
    desk.run("counts").exit(0).prints("16 of the 56 signatories are in the category “academia”: 12 people and 4");
}
