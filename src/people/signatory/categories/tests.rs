//! Which categories must be declared, and what the findings propose.

use super::*;
use crate::people::category::Categories;
use crate::people::signatory::tests::row;

const NOUNS: [(&str, &str); 2] = [("survivor", "survivors"), ("service provider", "service providers")];

/// The findings of rows with these categories.
fn found(protect: &[&str], declared: &[(&str, &str)], cells: &[&'static str]) -> Vec<Finding> {
    let protect = protect.iter().map(|entry| (*entry).to_owned()).collect();
    let policy = Policy { protect, categories: Categories::of(declared), ..Policy::default() };
    let read = |cell: &&'static str| {
        let row = row(&[("name", "Maria Rossi"), ("category", *cell), ("consent", "given")]);
        Signatory::read(&row, &policy).expect("a signatory")
    };
    undeclared(&cells.iter().map(read).collect::<Vec<_>>(), &policy)
}

fn fix(finding: &Finding) -> String {
    finding.fix.as_ref().expect("a fix").to_string()
}

fn codes(protect: &[&str], declared: &[(&str, &str)], cells: &[&'static str]) -> Vec<Code> {
    found(protect, declared, cells).into_iter().map(|finding| finding.code).collect()
}

#[test]
fn declared_categories_are_silent_and_so_is_a_list_that_protects_nobody() {
    for protect in [&[][..], &["survivor"], &["Survivors"]] {
        assert_eq!(codes(protect, &NOUNS, &["survivor", "SURVIVORS", "service-provider"]), [], "{protect:?}");
    }
    assert_eq!(codes(&[], &[], &["survivor", "survivr", ""]), []);
    assert_eq!(codes(&[], &NOUNS, &["survivor", ""]), [], "a blank cell");
}

#[test]
fn an_undeclared_category_is_an_error_with_the_nearest() {
    for cell in ["survivers", "survivr", "survivor/expert", "ѕurvivor", "allies"] {
        assert_eq!(codes(&["survivor"], &NOUNS, &["survivor", cell]), [Code::CategoryUndeclared], "{cell}");
        assert_eq!(codes(&[], &NOUNS, &["survivor", cell]), [Code::CategoryUndeclared], "{cell}");
    }
    let [slip, ally] = &found(&["survivor"], &NOUNS, &["survivr", "ally", "Survivr"])[..] else { panic!() };
    assert_eq!(slip.message.to_string(), "the category \"survivr\" of 2 signatories is not declared in [categories]");
    assert_eq!(slip.places.len(), 2);
    assert!(fix(slip).starts_with("did you mean \"survivor\"?"), "{slip:?}");
    assert_eq!(fix(ally), "declare it in campaign.toml:\nally = { one = \"ally\", many = \"allies\" }");
}

#[test]
fn a_blank_category_is_an_error_where_any_is_protected() {
    let [blank] = &found(&["survivor"], &NOUNS, &["survivor", "", " "])[..] else { panic!() };
    assert_eq!((blank.code, blank.places.len()), (Code::CategoryMissing, 2));
    let protected = [Code::CategoryMissing, Code::CategoryUndeclared];
    assert_eq!(codes(&["survivor"], &[], &["survivor", ""]), protected);
}

#[test]
fn without_a_table_the_error_proposes_it_whole() {
    let cells =
        ["survivors", "service provider", "survivr", "Survivor/\"ally\"", "Service-Provider", "nurse", "nurses"];
    let [finding] = &found(&["survivor"], &[], &cells)[..] else { panic!() };
    let fix = fix(finding);
    let table = fix.split_once('\n').expect("a table").1;
    assert_eq!(
        table,
        "[categories]\n\
         survivor = { one = \"survivor\", many = \"survivors\", protect = true }\n\
         \"service provider\" = { one = \"service provider\", many = \"service providers\" }\n\
         survivr = { one = \"survivr\", many = \"survivrs\", protect = true }\n\
         \"Survivor/\\\"ally\\\"\" = { one = \"Survivor/\\\"ally\\\"\", many = \"Survivor/\\\"ally\\\"\", protect = true }\n\
         nurse = { one = \"nurse\", many = \"nurses\" }"
    );
    toml::from_str::<toml::Table>(table).expect("TOML");
}

#[test]
fn a_column_of_many_different_cells_is_not_printed() {
    let cells: Vec<&'static str> =
        "a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee".split(' ').collect();
    let [finding] = &found(&["survivor"], &[], &cells)[..] else { panic!() };
    assert_eq!(finding.message.to_string(), "`category` has 31 different values that are not declared");
}
