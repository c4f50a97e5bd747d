//! Which signatures are reported as identifying somebody, and which are not.

use super::*;
use crate::people::row::{Columns, Row};
use crate::people::signatory::tests::{policy, row};
use std::sync::Arc;

type Cells<'a> = &'a [(&'a str, &'a str)];

/// The findings of a list, each row of which signs with initials unless its cells say otherwise; the first on line 2.
fn found(rows: &[Cells<'_>]) -> Vec<(u32, Code, String)> {
    let policy = policy();
    let read = |(line, cells): (u32, &Cells<'_>)| {
        let given = [
            ("display", "initials"),
            ("category", "campaigner"),
            ("consent", "given"),
            ("consent_at", "2018-01-02"),
            ("adult", "yes"),
        ];
        let rest = given.iter().filter(|(column, _)| cells.iter().all(|(other, _)| other != column));
        let all: Vec<_> = cells.iter().chain(rest).collect();
        let columns = Columns {
            file: "signatories.csv".into(),
            names: all.iter().map(|(column, _)| (*column).to_owned()).collect(),
        };
        let positions = (1..).map(|column| (line, column)).take(all.len()).collect();
        let row = Row::new(Arc::new(columns), all.iter().map(|(_, cell)| (*cell).to_owned()).collect(), positions);
        Signatory::read(&row, &policy).expect("a signatory")
    };
    let signatories: Vec<_> = (2..).zip(rows).map(read).collect();
    let findings = identifiable(&signatories, &policy).into_iter();
    findings
        .map(|finding| {
            (finding.place().and_then(|place| place.line).unwrap_or(0), finding.code, finding.message.to_string())
        })
        .collect()
}

fn codes(rows: &[Cells<'_>]) -> Vec<(u32, Code)> {
    found(rows).into_iter().map(|(line, code, _)| (line, code)).collect()
}

fn pseudonym(name: &str, pseudonym: &str, email: &str) -> bool {
    let row: Cells<'_> = &[("name", name), ("display", "pseudonym"), ("pseudonym", pseudonym), ("email", email)];
    codes(&[row]).contains(&(2, Code::PseudonymTelling))
}

#[test]
fn a_shortened_name_beside_a_detail_that_few_share_is_reported() {
    let ohio: Cells<'_> = &[("name", "Ada Lund"), ("place", "Ohio"), ("show_place", "yes")];
    let other: Cells<'_> = &[("name", "Bo Ask"), ("place", "OHIO"), ("display", "withheld")];
    assert_eq!(codes(&[ohio]), [(2, Code::RareDetail)]);
    assert_eq!(codes(&[ohio, other]), [(2, Code::RareDetail)]);
    assert_eq!(codes(&[ohio, other, other]), []);
    let left_out: Cells<'_> = &[("name", "Bo Ask"), ("place", "Ohio"), ("consent", "pending")];
    assert_eq!(codes(&[ohio, other, left_out]), [(2, Code::RareDetail)], "who does not sign hides nobody");
}

#[test]
fn a_detail_that_is_not_printed_or_is_beside_a_full_name_is_nothing_to_guess() {
    let base = [("name", "Ada Lund"), ("affiliation", "Harbour House"), ("place", "Ohio")];
    assert_eq!(codes(&[&base]), []);
    assert_eq!(codes(&[&[&base[..], &[("display", "full")]].concat()]), []);
    assert_eq!(codes(&[&[&base[..], &[("show_affiliation", "yes")]].concat()]), [(2, Code::RareDetail)]);
}

#[test]
fn every_detail_of_a_protected_person_is_reported_in_one_finding() {
    let base = [("name", "Ada Lund"), ("category", "Survivor"), ("role", "Nurse"), ("place", "Ohio")];
    assert_eq!(codes(&[&base]), []);
    let reported = found(&[&[&base[..], &[("show_role", "yes"), ("show_place", "yes")]].concat()]);
    assert_eq!(reported.len(), 1);
    assert_eq!(
        reported[0].2,
        "a signatory of a protected category is shown with a role, affiliation or place that no more than two signatories \
         have"
    );
    let full = found(&[&[&base[..], &[("display", "full")]].concat()]);
    assert_eq!(full[0].1, Code::ProtectedDetail);
    assert_eq!(full[0].2, "a signatory of a protected category is shown with a role, affiliation or place");
}

#[test]
fn a_pseudonym_that_holds_part_of_the_own_name_or_address_is_reported() {
    for (name, chosen) in [
        ("Maria Rossi", "Maria"),
        ("Maria Rossi", "Marigold"),
        ("Maria Rossi", "MÁRI"),
        ("Maria Rossi", "Ossian R."),
        ("Bo Lee", "Leeward"),
        ("Дарья Козлова", "Дар"),
        ("顾雨桐", "雨桐花"),
        ("Jolene Satterwhaite", "Jo"),
        ("Jolene Satterwhaite", "jo"),
        ("Jolene Satterwhaite", "Aunt Jo"),
        ("Elizabeth Quist", "Liz"),
    ] {
        assert!(pseudonym(name, chosen, ""), "{chosen} for {name}");
    }
    for (name, chosen) in [
        ("Bethan Llewarne", "Wren"),
        ("Fatou Diabangou", "Juniper"),
        ("Dr. Ana de la Cruz", "Delta"),
        ("Bo Ek", "Boreas"),
        ("Inga Quist", "A friend in Ohio"),
        ("Jolene Satterwhaite", "J."),
    ] {
        assert!(!pseudonym(name, chosen, ""), "{chosen} for {name}");
    }
    assert!(pseudonym("Maria Rossi", "Nightjar", "nightjar@example.org"));
}

#[test]
fn a_pseudonym_that_is_the_name_of_another_signatory_does_not_say_whose() {
    let river: Cells<'_> =
        &[("name", "River Quist"), ("given_name", "River"), ("family_name", "Quist"), ("display", "withheld")];
    let chosen: Cells<'_> = &[("name", "Ada Lund"), ("display", "pseudonym"), ("pseudonym", "RIVER")];
    let reported = found(&[river, chosen]);
    assert_eq!((reported[0].0, reported[0].1), (3, Code::PseudonymTelling));
    assert!(reported[0].2.ends_with("of another signatory"));
    assert_eq!(codes(&[chosen]), []);
}

#[test]
fn a_pseudonym_like_an_address_or_an_account_is_reported() {
    for chosen in ["@wren", "wren@example.org", "wren_k", "wren84", "k.wren", "wren.example", "k/wren"] {
        assert!(pseudonym("Ada Lund", chosen, ""), "{chosen}");
    }
    for chosen in ["Wren", "Survivor 7", "Wren K.", "Mrs. K.", "J.K.", "A friend, 34"] {
        assert!(!pseudonym("Ada Lund", chosen, ""), "{chosen}");
    }
}

#[test]
fn what_a_person_has_reviewed_is_not_reported_again() {
    let rows: [Cells<'_>; 2] = [
        &[("name", "Ada Lund"), ("place", "Ohio"), ("show_place", "yes")],
        &[("name", "Maria Rossi"), ("display", "pseudonym"), ("pseudonym", "Maria")],
    ];
    assert_eq!(codes(&rows).len(), 2);
    let reviewed = rows.map(|row| [row, &[("reviewed", "2018-01-10")]].concat());
    assert_eq!(codes(&[&reviewed[0], &reviewed[1]]), []);
}

#[test]
fn no_finding_repeats_a_cell() {
    let row: Cells<'_> = &[
        ("name", "Wilhelmina Quist"),
        ("display", "pseudonym"),
        ("pseudonym", "quist_84"),
        ("affiliation", "Harbour House"),
        ("show_affiliation", "yes"),
    ];
    let reported = format!("{:?}", found(&[row, row])).to_lowercase();
    assert!(reported.contains("rare") || reported.contains("at most two"));
    for private in ["wilhelmina", "quist", "84", "harbour"] {
        assert!(!reported.contains(private), "{private}");
    }
}

#[test]
fn a_pseudonym_that_is_the_own_name_is_an_error_even_for_whoever_is_protected() {
    let codes = |cells: &[(&str, &str)], pseudonym: &str, category: &str| -> Vec<Code> {
        let others = [
            ("display", "pseudonym"),
            ("pseudonym", pseudonym),
            ("consent", "given"),
            ("category", category),
            ("consent_at", "2018-01-02"),
            ("adult", "yes"),
        ];
        let read = Signatory::read(&row(&[cells, &others].concat()), &policy());
        read.err().into_iter().flatten().map(|finding| finding.code).collect()
    };
    let maria = [("name", "Rossi Maria"), ("given_name", "Maria"), ("family_name", "Rossi")];
    for own in ["Maria Rossi", "MARÍA  ROSSI", "Rossi, Maria", "MariaRossi", "Ms. Maria Rossi", "maria.rossi"] {
        for category in ["", "survivor"] {
            assert_eq!(codes(&maria, own, category), [Code::PseudonymOwn], "{own}");
        }
    }
    let chinese = [("name", "王小明"), ("sort_key", "Wang Xiaoming")];
    for own in ["王小明", "Xiaoming Wang"] {
        assert_eq!(codes(&chinese, own, ""), [Code::PseudonymOwn]);
    }
    for (name, other) in [("Maria Rossi", "Maria"), ("Maria Rossi", "M. R."), ("Ana", "Diana"), ("—", "River")] {
        assert_eq!(codes(&[("name", name)], other, ""), [], "{other}");
    }
}
