//! The salutation and the closing of a letter.
//!
//! A letter must never begin "Dear ,": a recipient whose row has nothing for a salutation is an error.

use super::recipient::Recipient;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;

/// Honorifics that are written with a full stop in American letters.
const ABBREVIATED: [&str; 6] = ["mr", "ms", "mrs", "mx", "dr", "prof"];

/// Returns the salutation with its punctuation: the cell `salutation`, or "Dear Ms. Okafor:", "Dear Chris Jones:" without
/// an honorific, "Dear Chief Content Officer:" without a name.
///
/// # Errors
///
/// [`Code::SalutationMissing`] if the row has none of these, or the cell does not contain a name.
pub fn salutation(recipient: &Recipient) -> Result<String, Finding> {
    let row = recipient.row();
    let missing = |what: &'static str| {
        Finding::new(Code::SalutationMissing, what)
            .at(row.place("salutation"))
            .help("fill `salutation`, `name`, `title`, or `honorific` and `family_name`")
    };
    let cell = row.get("salutation");
    if !cell.is_empty() {
        let letters: String = cell.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        return if letters.is_empty() || letters == "dear" {
            Err(missing("the salutation does not contain a name"))
        } else {
            Ok(cell.to_owned())
        };
    }
    let (honorific, family, title) = (row.get("honorific"), row.get("family_name"), row.get("title"));
    // Only a family name is not enough.
    let has_name = !row.get("name").is_empty() || !row.get("given_name").is_empty();
    let whom = match (honorific, family) {
        (honorific, family) if !honorific.is_empty() && !family.is_empty() => {
            let stop = if ABBREVIATED.contains(&&*honorific.to_lowercase()) { "." } else { "" };
            format!("{honorific}{stop} {family}")
        }
        _ if has_name => recipient.name().to_owned(),
        _ if !title.is_empty() => title.to_owned(),
        _ => return Err(missing("no salutation: needs a name, a title or a `salutation` cell")),
    };
    Ok(format!("Dear {whom}:"))
}

/// Returns the closing with its punctuation: the cell `closing`, or "Sincerely,".
pub fn closing(recipient: &Recipient) -> String {
    match recipient.row().get("closing") {
        "" => "Sincerely,".to_owned(),
        closing => closing.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::{Columns, Row};
    use super::*;
    use std::sync::Arc;

    fn recipient(cells: &[(&str, &str)]) -> Recipient {
        let cells = [("email", "office@northlight.example")].iter().chain(cells);
        let (names, cells): (Vec<_>, Vec<_>) =
            cells.map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).unzip();
        let positions = (1..).map(|column| (4, column)).take(cells.len()).collect();
        let columns = Columns { file: "recipients.csv".into(), names };
        Recipient::read(&Row::new(Arc::new(columns), cells, positions)).expect("a recipient")
    }

    fn greeting(cells: &[(&str, &str)]) -> String {
        salutation(&recipient(cells)).expect("a greeting")
    }

    #[test]
    fn the_salutation_uses_the_best_fields_available() {
        let okafor = [("honorific", "Ms"), ("given_name", "Ada"), ("family_name", "Okafor"), ("title", "Chair")];
        assert_eq!(greeting(&okafor), "Dear Ms. Okafor:");
        assert_eq!(greeting(&okafor[1..]), "Dear Ada Okafor:");
        assert_eq!(greeting(&[("name", "Chris Jones"), ("honorific", "Mr.")]), "Dear Chris Jones:");
        assert_eq!(greeting(&[("given_name", "Chris"), ("title", "Chair")]), "Dear Chris:");
        assert_eq!(greeting(&[("title", "Chief Content Officer")]), "Dear Chief Content Officer:");
        assert_eq!(greeting(&[("family_name", "Okafor"), ("title", "Chair")]), "Dear Chair:");
        assert_eq!(greeting(&[("salutation", "Cara Ada,"), ("family_name", "Okafor")]), "Cara Ada,");
    }

    #[test]
    fn only_abbreviated_honorifics_get_a_full_stop() {
        for (honorific, expected) in [
            ("Mr", "Mr."),
            ("Mr.", "Mr."),
            ("Mrs", "Mrs."),
            ("Mx", "Mx."),
            ("Dr", "Dr."),
            ("Prof", "Prof."),
            ("Sir", "Sir"),
            ("Senator", "Senator"),
        ] {
            let row = [("honorific", honorific), ("family_name", "Okafor")];
            assert_eq!(greeting(&row), format!("Dear {expected} Okafor:"));
        }
    }

    #[test]
    fn no_letter_begins_with_dear_and_a_comma() {
        let nothing: [&[(&str, &str)]; 5] = [
            &[],
            &[("honorific", "Ms")],
            &[("family_name", "Okafor")],
            &[("salutation", "Dear ,"), ("name", "Ada Okafor")],
            &[("salutation", ":")],
        ];
        for cells in nothing {
            let finding = salutation(&recipient(cells)).expect_err("no salutation");
            assert_eq!(finding.code, Code::SalutationMissing);
            assert_eq!(finding.place().and_then(|place| place.line), Some(4));
        }
    }

    #[test]
    fn the_closing_is_sincerely_unless_the_cell_is_filled() {
        assert_eq!(closing(&recipient(&[])), "Sincerely,");
        assert_eq!(closing(&recipient(&[("closing", "Con rispetto,")])), "Con rispetto,");
    }
}
