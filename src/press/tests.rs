//! The press sheet and its sentences, on lists small enough to count by hand and on random lists.

use super::claims::{Facts, Medium, Text, lint};
use super::*;
use crate::language::ENGLISH;
use crate::people::category::{Categories, Category};
use crate::people::roll::RollOrder;
use crate::people::row::{Columns, Row};
use crate::people::signature::Display;
use crate::text::pluralize::plural;
use proptest::prelude::*;
use std::sync::Arc;

const COLUMNS: [&str; 8] =
    ["name", "kind", "category", "display", "consent", "signed_at", "consent_at", "withdrawn_at"];

fn policy() -> Policy {
    let categories = Categories::of(&[("survivor", "survivors"), ("ally", "allies"), ("house", "houses")]);
    let protect = vec!["survivor".into()];
    Policy { protect, categories, default_display: Display::Full, min_group: 0, ..Policy::default() }
}

/// A list of rows in the order of [`COLUMNS`], from line 2 on; missing cells are blank.
fn sheet_of(rows: &[Vec<&str>], organisation: &str, order: RollOrder) -> (Sheet, Count) {
    sheet_by(&policy(), rows, organisation, order)
}

fn sheet_by(policy: &Policy, rows: &[Vec<&str>], organisation: &str, order: RollOrder) -> (Sheet, Count) {
    let columns = Arc::new(Columns { file: "signatories.csv".into(), names: COLUMNS.map(str::to_owned).to_vec() });
    let read = |(line, row): (u32, &Vec<&str>)| {
        let cells = (0..COLUMNS.len()).map(|at| row.get(at).copied().unwrap_or("").to_owned()).collect();
        let positions = (1..).map(|column| (line, column)).take(COLUMNS.len()).collect();
        let anybody = Policy { protect: Vec::new(), ..policy.clone() };
        Signatory::read(&Row::new(Arc::clone(&columns), cells, positions), &anybody).expect("a signatory")
    };
    let signatories: Vec<Signatory> = (2..).zip(rows).map(read).collect();
    let roll = Roll::gather(&signatories, policy, &order).0;
    let date = "2018-01-11".parse().expect("a date");
    let heading = Heading { campaign: "c", title: "T", organisation, date };
    (Sheet::of(&heading, &roll, &signatories, policy), roll.count)
}

fn sheet(rows: &[Vec<&str>]) -> Sheet {
    sheet_of(rows, "Lantern Alliance", RollOrder::default()).0
}

fn given<'a>(name: &'a str, kind: &'a str, category: &'a str, display: &'a str) -> Vec<&'a str> {
    vec![name, kind, category, display, "given"]
}

#[test]
fn one_signatory_is_written_in_the_singular() {
    assert_eq!(
        sheet(&[given("Ada Lund", "person", "survivor", "withheld")]).sentences,
        [
            "As of January 11, 2018, the letter is signed by 1 signatory: 1 person; 1 survivor is among them, whose name is \
             withheld.",
            "Lantern Alliance sends the letter and is not its signatory.",
            "The 1 signatory is in the category “survivor”: 1 person.",
            "The 1 signatory is counted without being named: 1 person.",
        ]
    );
}

#[test]
fn an_empty_list_has_one_sentence() {
    assert_eq!(sheet(&[]).sentences, ["As of January 11, 2018, nobody has signed the letter."]);
}

#[test]
fn several_signatories_are_written_with_their_units() {
    let rows = [
        given("Ada Lund", "person", "survivor", "withheld"),
        given("Bo Ask", "person", "Survivor", "full"),
        given("Harbour House", "organisation", "ally", "full"),
        given("The Lantern  Alliance", "organisation", "ally", "full"),
    ];
    // Without recorded consent, no survivor is shown.
    let (sheet, _) = sheet_of(&rows, "Lantern Alliance", RollOrder { max_listed: Some(1), ..RollOrder::default() });
    assert_eq!(
        sheet.sentences,
        [
            "As of January 11, 2018, the letter is signed by 4 signatories: 2 people and 2 organisations; 2 of them are \
             survivors, all of whom withhold their names.",
            "Lantern Alliance is itself one of the 4 signatories: it signs together with 3 other signatories.",
            "2 of the 4 signatories are survivors: 2 people.",
            "2 of the 4 signatories are allies: 2 organisations.",
            "1 of the 4 signatories is named in the letter: 1 organisation.",
            "2 of the 4 signatories are counted without being named: 2 people.",
            "1 of the 4 signatories is counted and not named, for lack of space: 1 organisation.",
        ]
    );
    assert_eq!((sheet.sender.is, sheet.sender.others, sheet.sender.together), (SenderIs::Among, 3, 4));
}

#[test]
fn no_sentence_states_a_small_number_of_withheld_names() {
    let mut rows =
        vec![given("House", "organisation", "ally", "withheld"), given("Hall", "organisation", "ally", "full")];
    rows.extend([
        given("Ada Lund", "person", "survivor", "withheld"),
        given("Bo Ask", "person", "survivor", "withheld"),
    ]);
    let policy = Policy { min_group: 3, ..policy() };
    let (sheet, _) = sheet_by(&policy, &rows, "Lantern Alliance", RollOrder::default());
    assert!(sheet.has_small());
    let names: Vec<&str> =
        sheet.sentences.iter().map(String::as_str).filter(|sentence| sentence.contains("name")).collect();
    assert_eq!(
        names,
        ["1 of the 4 signatories is named in the letter.", "3 of the 4 signatories are counted without being named."]
    );
    rows.pop();
    let (sheet, _) = sheet_by(&policy, &rows, "Lantern Alliance", RollOrder::default());
    assert!(sheet.sentences.iter().all(|sentence| !sentence.contains("name")), "{:?}", sheet.sentences);
}

#[test]
fn no_small_number_can_be_calculated_by_subtraction() {
    let people = |n, category, display| vec![given("Ada Lund", "person", category, display); n];
    let of = |survivors, seafarers, houses, named| {
        let houses = vec![given("House", "organisation", "house", "withheld"); houses];
        let rows = [people(survivors, "survivor", "withheld"), people(seafarers, "seafarer", "withheld"), houses];
        let rows = [rows.concat(), people(named, "ally", "full")].concat();
        let policy = Policy { min_group: 3, ..policy() };
        sheet_by(&policy, &rows, "Lantern Alliance", RollOrder::default()).0.sentences
    };
    let about_names =
        |all: &[String]| all.iter().filter(|sentence| sentence.contains("named")).cloned().collect::<Vec<_>>();
    let sentences = of(6, 1, 0, 13);
    assert!(sentences[0].ends_with("; 6 of them are survivors, all of whom withhold their names."), "{sentences:?}");
    assert!(about_names(&sentences).is_empty(), "7 - 6 = 1: {sentences:?}");
    assert_eq!(about_names(&of(6, 0, 0, 13)).len(), 2, "nobody is left");
    assert_eq!(about_names(&of(6, 3, 0, 13)).len(), 2, "enough are left");
    let sentences = about_names(&of(6, 2, 3, 9));
    assert!(sentences.is_empty(), "the letter shows the 3 houses: {sentences:?}");
    let rows =
        [people(6, "survivor", "withheld"), people(1, "expert", "withheld"), people(13, "ally", "full")].concat();
    let rows = [rows, vec![given("House", "organisation", "expert", "withheld"); 3]].concat();
    let (sheet, _) = sheet_by(&Policy { min_group: 3, ..policy() }, &rows, "Lantern Alliance", RollOrder::default());
    let sentences = about_names(&sheet.sentences);
    let has_people = sentences.iter().any(|sentence| sentence.contains("people"));
    assert!(sentences.len() == 2 && !has_people, "7 people - 6 = 1: {sentences:?}");
}

#[test]
fn a_sender_that_signs_without_its_name_is_not_revealed() {
    let row = given("Lantern Alliance", "organisation", "ally", "withheld");
    assert_eq!(sheet(&[row]).sender.is, SenderIs::Apart);
    let person = given("Lantern Alliance", "person", "ally", "full");
    assert_eq!(sheet(&[person]).sender.is, SenderIs::Apart);
}

#[test]
fn the_sheet_is_dated_by_the_newest_date_of_the_list() {
    let row = |signed, consent, withdrawn| vec!["Ada Lund", "", "ally", "full", "given", signed, consent, withdrawn];
    let (early, late) = ("2018-01-02T23:00:00", "2018-02-01");
    for (rows, as_of) in [
        (vec![row(early, "", "")], "2018-01-11"),
        (vec![row(early, late, "")], late),
        (vec![row(late, "", ""), row("", "", "")], late),
        (vec![row(early, "", late)], late),
    ] {
        assert_eq!(sheet(&rows).as_of.to_string(), as_of, "{rows:?}");
    }
    let pending = vec!["Bo Ask", "", "ally", "full", "pending", late];
    let sheet = sheet(&[row(early, "", ""), row("", "2018-01-03", ""), pending]);
    assert_eq!(sheet.as_of, sheet.letter_date, "a signatory who does not sign changes no number");
    let date = |text: &str| Some(text.parse::<Date>().expect("a date"));
    assert_eq!(sheet.signed, Dates { earliest: date("2018-01-02"), latest: date("2018-01-02"), missing: 1 });
    assert_eq!(sheet.consented, Dates { earliest: date("2018-01-03"), latest: date("2018-01-03"), missing: 1 });
    let [left_out] = &sheet.left_out[..] else { panic!("{:?}", sheet.left_out) };
    assert_eq!((left_out.reason, left_out.count, &left_out.lines[..]), (Reason::Pending, 1, &[4][..]));
}

/// Categories as lists write them, from nouns to labels.
const CATEGORIES: [&str; 24] = [
    "survivor",
    "Survivor",
    "survivors",
    "person with lived experience",
    "Person with disabilities",
    "parent from the regions",
    "mother-in-law",
    "thief",
    "academia",
    "Mental health",
    "clergy",
    "law",
    "survivor (adult)",
    "survivors and allies",
    "survivor/expert",
    "survivor & ally",
    "Other",
    "NGO",
    "Organisation",
    "individual",
    "signatory",
    "expert",
    "активист",
    "Woman, child or man",
];

#[test]
fn the_sentences_of_every_category_pass_the_number_check() {
    for category in CATEGORIES {
        for (several, display) in [0, 1, 2, 3, 12].into_iter().flat_map(|n| [(n, "withheld"), (n, "full")]) {
            for besides in [0, 5] {
                let names: Vec<String> = (0..several + besides).map(|n| format!("House {n}")).collect();
                let rows: Vec<Vec<&str>> = names
                    .iter()
                    .enumerate()
                    .map(|(n, name)| match n < several {
                        true => given(name, ["person", "organisation"][n % 4 / 3], category, display),
                        false => given(name, "organisation", "ally", "full"),
                    })
                    .collect();
                let protect = if display == "withheld" { vec![category.to_owned()] } else { Vec::new() };
                let mut policy = Policy { protect, ..policy() };
                if policy.categories.get(category).is_none() && several % 2 == 0 {
                    let (key, one, many) = (category.to_owned(), category.to_owned(), plural(category));
                    policy.categories.0.push(Category { key, one, many, protect: false, translations: Vec::new() });
                }
                let (sheet, count) = sheet_by(&policy, &rows, "Lantern Alliance", RollOrder::default());
                let category = policy.categories.name(category);
                let withheld = count.figures(None, Some(category)).withheld;
                let whose = if withheld == 1 { "whose name is" } else { "whose names are" };
                let line = format!("and {} {whose} withheld", policy.categories.numbered(withheld, category));
                for text in sheet.sentences.iter().chain([&line]) {
                    let facts =
                        Facts { count: &count, categories: &policy.categories, sender: sheet.sender.is, allow: &[] };
                    let found = lint(&Text { file: "p", text, medium: Medium::Press, language: &ENGLISH }, &facts);
                    assert_eq!(found, vec![], "{text}");
                }
            }
        }
    }
}

#[test]
fn an_undeclared_category_is_quoted() {
    let rows = [given("Ada Lund", "person", "Academia", "full"), given("Bo Ask", "person", "Academia", "full")];
    let open = Policy { protect: Vec::new(), ..policy() };
    assert_eq!(
        sheet_by(&open, &rows, "Lantern Alliance", RollOrder::default()).0.sentences[2..],
        [
            "Both signatories are in the category “Academia”: 2 people.",
            "Both signatories are named in the letter: 2 people.",
        ]
    );
    let categories = Categories::of(&[("academia", "members of academia")]);
    let (sheet, _) = sheet_by(&Policy { categories, ..policy() }, &rows, "Lantern Alliance", RollOrder::default());
    assert_eq!(sheet.sentences[2], "Both signatories are members of academia: 2 people.");
    assert_eq!(sheet.categories[0].heading, "Members of academia");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 5))]

    #[test]
    fn every_figure_adds_up_and_every_sentence_passes_the_number_check(
        cells in prop::collection::vec(
            (
                prop::sample::select(vec!["person", "organisation"]),
                prop::sample::select(vec!["", "survivor", "service provider", "member of staff", "expert", "ally"]),
                prop::sample::select(vec!["full", "withheld"]),
                prop::sample::select(vec!["given", "given", "given", "pending"]),
            ),
            0..40,
        ),
        max_listed in prop::option::of(0_usize..20),
        sender in prop::sample::select(vec!["House 0", "Lantern Alliance"]),
    ) {
        let names: Vec<String> = (0..cells.len()).map(|n| format!("House {n}")).collect();
        let rows: Vec<Vec<&str>> =
            names.iter().zip(&cells).map(|(name, (kind, category, display, consent))| vec![&**name, kind, category, display, consent]).collect();
        let (sheet, count) = sheet_of(&rows, sender, RollOrder { max_listed, ..RollOrder::default() });

        let total: usize = sheet.categories.iter().map(|line| line.signatories.total).sum();
        prop_assert_eq!(total, sheet.all.signatories.total);
        for line in std::iter::once(&sheet.all).chain(&sheet.categories) {
            prop_assert_eq!([line.persons, line.organisations].into_iter().sum::<Figures>(), line.signatories);
            for (_, of) in line.units() {
                prop_assert_eq!(of.total, of.named + of.withheld + of.others);
            }
        }
        for sentence in &sheet.sentences {
            let text = Text { file: "press.txt", text: sentence, medium: Medium::Press, language: &ENGLISH };
            let policy = policy();
            let facts = Facts { count: &count, categories: &policy.categories, sender: sheet.sender.is, allow: &[] };
            prop_assert_eq!(lint(&text, &facts), vec![], "{}", sentence);
        }
    }
}
