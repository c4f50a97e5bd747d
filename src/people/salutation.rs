//! The salutation and the closing of a letter, in its language.
//!
//! A letter must never begin "Dear ,": a recipient whose row has nothing for a salutation is an error.

use super::recipient::Recipient;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::language::{Addressee, Language};

/// Returns the salutation with its punctuation: the cell `salutation`, or the language's.
///
/// # Errors
///
/// [`Code::SalutationMissing`] if the row has nothing to make one from, or the cell does not contain a name.
pub fn salutation(recipient: &Recipient, language: &Language) -> Result<String, Finding> {
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
    // Only a family name is not enough.
    let has_name = !row.get("name").is_empty() || !row.get("given_name").is_empty();
    let to = Addressee {
        honorific: row.get("honorific"),
        given: row.get("given_name"),
        family: row.get("family_name"),
        name: if has_name { recipient.name() } else { "" },
        office: row.get("title"),
    };
    (language.salutation)(&to).ok_or_else(|| missing("no salutation: needs a name, a title or a `salutation` cell"))
}

/// Returns the closing with its punctuation: the cell `closing`, or the language's for this salutation.
pub fn closing(recipient: &Recipient, language: &Language, salutation: &str) -> String {
    match recipient.row().get("closing") {
        "" => (language.closing)(salutation),
        closing => closing.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::{Columns, Row};
    use super::*;
    use crate::language::ENGLISH;
    use std::sync::Arc;

    fn recipient(cells: &[(&str, &str)]) -> Recipient {
        let cells = [("email", "office@northlight.example")].iter().chain(cells);
        let (names, cells): (Vec<_>, Vec<_>) =
            cells.map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).unzip();
        let positions = (1..).map(|column| (4, column)).take(cells.len()).collect();
        let columns = Columns { file: "recipients.csv".into(), names };
        Recipient::read(&Row::new(Arc::new(columns), cells, positions)).expect("a recipient")
    }

    fn language(tag: &str) -> &'static Language {
        Language::find(tag).expect("a language")
    }

    fn greeting(cells: &[(&str, &str)]) -> String {
        salutation(&recipient(cells), &ENGLISH).expect("a greeting")
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
    fn a_salutation_or_closing_cell_wins_in_every_language() {
        let row = recipient(&[("salutation", "Madame la Présidente,"), ("family_name", "Okafor"), ("honorific", "Ms")]);
        let french = language("fr");
        let greeting = salutation(&row, french).expect("the cell");
        assert_eq!(greeting, "Madame la Présidente,");
        let repeated = "Veuillez agréer, Madame la Présidente, l’expression de nos salutations distinguées.";
        assert_eq!(closing(&row, french, &greeting), repeated);
        let row = recipient(&[("closing", "Con rispetto,"), ("title", "Chair")]);
        for tag in ["en", "de", "fr"] {
            assert_eq!(closing(&row, language(tag), "Madame,"), "Con rispetto,");
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
            let finding = salutation(&recipient(cells), &ENGLISH).expect_err("no salutation");
            assert_eq!(finding.code, Code::SalutationMissing);
            assert_eq!(finding.place().and_then(|place| place.line), Some(4));
        }
    }

    #[test]
    fn other_languages_have_a_salutation_for_an_address_without_a_name() {
        assert_eq!(salutation(&recipient(&[]), language("de")).as_deref(), Ok("Sehr geehrte Damen und Herren,"));
        assert_eq!(salutation(&recipient(&[]), language("en-GB")).as_deref(), Ok("Dear Sir or Madam,"));
    }
}
