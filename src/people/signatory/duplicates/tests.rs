//! Which rows are reported as duplicates, and which pairs `reviewed` silences.

use super::*;
use crate::people::row::{Columns, Row};
use std::sync::Arc;

const COLUMNS: [&str; 7] = ["name", "email", "affiliation", "consent", "reviewed", "kind", "id"];

/// The reported rows, by line and code; the first row is on line 2. Missing cells are blank, except that all have consented.
fn report(rows: &[&[&str]]) -> Vec<(u32, Code)> {
    let columns = Arc::new(Columns { file: "signatories.csv".into(), names: COLUMNS.map(str::to_owned).to_vec() });
    let policy = Policy::default();
    let read = |(line, row): (u32, &&[&str])| {
        let cell = |at: usize| match (COLUMNS[at], row.get(at).copied().unwrap_or_default()) {
            ("consent", "") => "given",
            (_, cell) => cell,
        };
        let cells = (0..COLUMNS.len()).map(|at| cell(at).to_owned()).collect();
        let positions = (1..).map(|column| (line, column)).take(COLUMNS.len()).collect();
        Signatory::read(&Row::new(Arc::clone(&columns), cells, positions), &policy).expect("a signatory")
    };
    let signatories: Vec<_> = (2..).zip(rows).map(read).collect();
    let findings = duplicates(&signatories, &policy).into_iter();
    findings.map(|finding| (finding.place().and_then(|place| place.line).unwrap_or(0), finding.code)).collect()
}

fn are_alike(one: &[&str], other: &[&str]) -> bool {
    report(&[one, other]) == [(3, Code::SignatoryLike)]
}

#[test]
fn the_same_name_is_reported_however_it_is_written() {
    for other in ["maria  ROSSI", "Rossi, Maria", "Dr. Maria Rossi, PhD", "María Rossi", "Maria L. Rossi"] {
        assert!(are_alike(&["Maria Rossi"], &[other]), "{other}");
    }
    assert!(!are_alike(&["Maria Rossi", "", "Harbour House"], &["Maria Rosso", "", "Harbour House"]), "another name");
    assert!(!are_alike(&["Rossi"], &["Rossi", "", "", "", "", "organisation"]), "a person and an organisation");
    assert!(are_alike(&["The Wren", "", "", "", "", "organisation"], &["The WREN", "", "", "", "", "organisation"]));
}

#[test]
fn exact_duplicates_are_errors_and_each_row_is_reported_once() {
    let rows: [&[&str]; 3] = [
        &["Maria Rossi", "m@example.org"],
        &["maria rossi", "M@example.org", "", "", "yes"],
        &["Maria Rossi", "x@example.org"],
    ];
    assert_eq!(report(&rows), [(3, Code::SignatoryTwin), (4, Code::SignatoryLike)]);
}

#[test]
fn a_reviewed_pair_is_silent_and_half_a_pair_is_not() {
    let pair = |reviewed: [&str; 2]| {
        let [one, other] = reviewed;
        let names = report(&[&["Maria Rossi", "", "", "", one], &["Maria Rossi", "", "", "", other]]);
        let addresses =
            report(&[&["Maria Rossi", "m@example.org", "", "", one], &["Bo Ask", "m@example.org", "", "", other]]);
        (names.len(), addresses.len())
    };
    assert_eq!(pair(["", ""]), (1, 1));
    assert_eq!(pair(["yes", ""]), (1, 1));
    assert_eq!(pair(["", "2018-01-10"]), (1, 1));
    assert_eq!(pair(["yes", "2018-01-10"]), (0, 0));
}

#[test]
fn a_pair_is_reported_when_one_of_the_two_signs() {
    assert_eq!(report(&[&["Maria Rossi", "", "", "withdrawn"], &["Maria Rossi"]]), [(3, Code::SignatoryLike)]);
    assert_eq!(report(&[&["Maria Rossi", "", "", "withdrawn"], &["Maria Rossi", "", "", "refused"]]), []);
}
