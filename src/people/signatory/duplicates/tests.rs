//! Which rows are told to be alike, and that this is what comparing each row with every other would tell.

use super::*;
use crate::people::row::{Columns, Row};
use proptest::prelude::*;
use std::rc::Rc;

const COLUMNS: [&str; 7] = ["name", "email", "affiliation", "consent", "reviewed", "kind", "id"];

/// The rows that are told, by line and code; the first row is on line 2. Missing cells are blank, but all have consented.
fn told(rows: &[&[&str]]) -> Vec<(u32, Code)> {
    let columns = Rc::new(Columns { file: "signatories.csv".into(), names: COLUMNS.map(str::to_owned).to_vec() });
    let policy = Policy::default();
    let read = |(line, row): (u32, &&[&str])| {
        let cell = |at: usize| match (COLUMNS[at], row.get(at).copied().unwrap_or_default()) {
            ("consent", "") => "given",
            (_, cell) => cell,
        };
        let cells = (0..COLUMNS.len()).map(|at| cell(at).to_owned()).collect();
        let spots = (1..).map(|column| (line, column)).take(COLUMNS.len()).collect();
        Signatory::read(&Row::new(Rc::clone(&columns), cells, spots), &policy).expect("a signatory")
    };
    let signatories: Vec<_> = (2..).zip(rows).map(read).collect();
    let findings = duplicates(&signatories, &policy).into_iter();
    findings.map(|finding| (finding.place.and_then(|place| place.line).unwrap_or(0), finding.code)).collect()
}

fn are_alike(one: &[&str], other: &[&str]) -> bool {
    told(&[one, other]) == [(3, Code::SignatoryLike)]
}

#[test]
fn the_same_name_is_told_however_it_is_written() {
    for other in ["maria  ROSSI", "Rossi, Maria", "Dr. Maria Rossi, PhD", "María Rossi", "Maria L. Rossi"] {
        assert!(are_alike(&["Maria Rossi"], &[other]), "{other}");
    }
    assert!(!are_alike(&["Maria Rossi"], &["Maria Rossini"]));
    assert!(!are_alike(&["Rossi"], &["Rossi", "", "", "", "", "organisation"]), "a person and an organisation");
    assert!(are_alike(&["The Wren", "", "", "", "", "organisation"], &["The WREN", "", "", "", "", "organisation"]));
}

#[test]
fn long_names_that_differ_in_a_letter_are_told_where_the_house_is_the_same() {
    let house = ["", "Harbour House"];
    for other in ["Maria Rosso", "Maria Ross", "Mariaa Rossi", "Maira Rossi"] {
        assert!(are_alike(&[&["Maria Rossi"], &house[..]].concat(), &[&[other], &house[..]].concat()), "{other}");
        assert!(are_alike(&["Maria Rossi", "a@example.org"], &[other, "b@Example.org"]), "{other}");
        assert!(!are_alike(&["Maria Rossi", "a@one.example"], &[other, "b@two.example", "Harbour House"]), "{other}");
    }
    assert!(!are_alike(&[&["Bo Lund"], &house[..]].concat(), &[&["Bo Lind"], &house[..]].concat()), "short names");
}

#[test]
fn exact_twins_stay_errors_and_one_row_is_told_once() {
    let rows: [&[&str]; 3] = [
        &["Maria Rossi", "m@example.org"],
        &["maria rossi", "M@example.org", "", "", "yes"],
        &["Maria Rossi", "x@example.org"],
    ];
    assert_eq!(told(&rows), [(3, Code::SignatoryTwin), (4, Code::SignatoryLike)]);
}

#[test]
fn a_pair_that_was_reviewed_is_not_told_again_and_half_a_pair_is() {
    let pair = |reviewed: [&str; 2]| {
        let [one, other] = reviewed;
        let names = told(&[&["Maria Rossi", "", "", "", one], &["Maria Rossi", "", "", "", other]]);
        let addresses =
            told(&[&["Maria Rossi", "m@example.org", "", "", one], &["Bo Ask", "m@example.org", "", "", other]]);
        (names.len(), addresses.len())
    };
    assert_eq!(pair(["", ""]), (1, 1));
    assert_eq!(pair(["yes", ""]), (1, 1));
    assert_eq!(pair(["", "2018-01-10"]), (1, 1));
    assert_eq!(pair(["yes", "2018-01-10"]), (0, 0));
}

#[test]
fn somebody_who_withdrew_and_stands_there_again_is_told_and_two_who_do_not_sign_are_not() {
    assert_eq!(told(&[&["Maria Rossi", "", "", "withdrawn"], &["Maria Rossi"]]), [(3, Code::SignatoryLike)]);
    assert_eq!(told(&[&["Maria Rossi", "", "", "withdrawn"], &["Maria Rossi", "", "", "refused"]]), []);
}

proptest! {
    #[test]
    fn what_is_told_of_names_is_what_comparing_each_with_each_would_tell(
        names in prop::collection::vec("[ab]{4,5} [ab]{4,5}", 2..7)
    ) {
        let rows: Vec<Vec<&str>> = names.iter().map(|name| vec![&**name, "", "Harbour House"]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let key = |name: &str| {
            let mut words: Vec<&str> = name.split(' ').collect();
            words.sort();
            words.join(" ")
        };
        let expected: Vec<u32> = (0..names.len())
            .filter(|at| names[..*at].iter().any(|earlier| strsim::osa_distance(&key(earlier), &key(&names[*at])) <= 1))
            .map(|at| at as u32 + 2)
            .collect();
        prop_assert_eq!(told(&rows).into_iter().map(|(line, _)| line).collect::<Vec<_>>(), expected);
    }
}
