//! Rows of the recipient list: the letter id and the key that each gives, and what is refused.

use super::*;
use crate::people::row::Columns;
use std::sync::Arc;

fn row(cells: &[(&str, &str)]) -> Row {
    let names = cells.iter().map(|(column, _)| (*column).to_owned()).collect();
    let positions = (1..).map(|column| (7, column)).take(cells.len()).collect();
    let cells = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
    Row::new(Arc::new(Columns { file: "recipients.csv".into(), names }), cells, positions)
}

fn recipient(cells: &[(&str, &str)]) -> Recipient {
    Recipient::read(&row(cells)).expect("a recipient")
}

fn wrong(cells: &[(&str, &str)]) -> Vec<(Code, Option<u32>)> {
    let findings = Recipient::read(&row(cells)).expect_err("a bad row");
    findings.into_iter().map(|finding| (finding.code, finding.place().and_then(|place| place.column))).collect()
}

#[test]
fn a_letter_is_known_by_the_id_or_by_the_address_in_lower_case() {
    let ada = [("email", "Ada@Bücher.example"), ("id", "R-1")];
    assert_eq!(recipient(&ada).letter_id(), "R-1");
    assert_eq!(recipient(&ada[..1]).letter_id(), "ada@xn--bcher-kva.example");
    assert_eq!(recipient(&ada).address().to_string(), "Ada@xn--bcher-kva.example");
}

#[test]
fn the_same_address_has_the_same_key_by_case_and_idn() {
    let key = |email| recipient(&[("email", email)]).key();
    assert_eq!(key("ADA@BÜCHER.example"), key("ada@xn--bcher-kva.EXAMPLE"));
    assert_ne!(key("ada@buecher.example"), key("ada@bücher.example"));
}

#[test]
fn everything_wrong_with_a_row_is_reported_at_its_cell() {
    let cells = [("email", "a@@b"), ("id", "r 1"), ("language", "../it"), ("do_not_contact", "perhaps")];
    assert_eq!(
        wrong(&cells),
        [
            (Code::AddressInvalid, Some(1)),
            (Code::CellValue, Some(2)),
            (Code::CellValue, Some(3)),
            (Code::CellValue, Some(4))
        ]
    );
    assert_eq!(wrong(&[("email", "")]), [(Code::CellMissing, Some(1))]);
}

#[test]
fn a_blank_id_in_a_list_with_ids_is_an_error_since_filling_it_would_make_a_new_letter() {
    assert_eq!(wrong(&[("email", "a@example.org"), ("id", "")]), [(Code::CellMissing, Some(2))]);
}

#[test]
fn an_id_with_an_invisible_character_is_refused() {
    for id in ["r\u{200B}1", "r\u{202E}1", "r\t1", "r\u{A0}1"] {
        assert_eq!(wrong(&[("email", "a@example.org"), ("id", id)]), [(Code::CellValue, Some(2))], "{id:?}");
    }
}

#[test]
fn every_column_is_a_field_and_the_name_is_made_up_of_its_parts() {
    let cells =
        [("email", "a@example.org"), ("given_name", "Ada"), ("family_name", "Okafor"), ("seat", "12B"), ("name", "")];
    let ada = recipient(&cells);
    let fields: Vec<_> = ada.fields().collect();
    let expected = [
        ("email", "a@example.org"),
        ("given_name", "Ada"),
        ("family_name", "Okafor"),
        ("seat", "12B"),
        ("name", "Ada Okafor"),
    ];
    assert_eq!(fields, expected);
    assert_eq!(recipient(&cells[..2]).name(), "Ada");
    assert_eq!(recipient(&[cells[0], ("name", "Chief Okafor"), cells[2]]).name(), "Chief Okafor");
}

#[test]
fn who_must_not_be_contacted_is_marked() {
    let contact = |cell| recipient(&[("email", "a@example.org"), ("do_not_contact", cell)]).contact();
    assert_eq!(
        [contact("YES"), contact("1"), contact("no"), contact("")],
        [Contact::Declined, Contact::Declined, Contact::Welcome, Contact::Welcome]
    );
}

#[test]
fn a_language_is_a_tag_with_hyphens() {
    assert_eq!(recipient(&[("email", "a@example.org"), ("language", "de_AT")]).language(), "de-AT");
    assert_eq!(recipient(&[("email", "a@example.org"), ("language", "British English")]).language(), "en-GB");
    assert_eq!(wrong(&[("email", "a@example.org"), ("language", "pt-BR")]), [(Code::CellValue, Some(2))]);
}

#[test]
fn a_recipient_in_a_debugging_line_is_a_place() {
    assert_eq!(format!("{:?}", recipient(&[("email", "a@example.org")])), "Recipient { recipients.csv:7 }");
}
