//! Builds the plain-text line of a signature.
//!
//! It must never add a word or change the order. Right-to-left text is isolated, so that it does not reorder the rest.

use crate::text::script::isolated;

/// The mark after an affiliation that is for identification only.
const MARK: &str = "*";

/// Joins name, role, affiliation and place with commas, without empty ones.
pub(crate) fn typeset(name: &str, role: &str, affiliation: &str, identification: bool, place: &str) -> String {
    let mut line = String::new();
    for (text, mark) in [(name, ""), (role, ""), (affiliation, if identification { MARK } else { "" }), (place, "")] {
        if text.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&isolated(text));
        line.push_str(mark);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_affiliation_for_identification_has_a_mark() {
        let line = |identification| typeset("Maria Rossi", "", "Harbour House", identification, "Trieste");
        assert_eq!(line(true), "Maria Rossi, Harbour House*, Trieste");
        assert_eq!(line(false), "Maria Rossi, Harbour House, Trieste");
    }

    #[test]
    fn only_right_to_left_text_is_isolated() {
        let line = typeset("הדס כרמלי", "Director", "بيت النورس", true, "Haifa");
        assert_eq!(line, "\u{2068}הדס כרמלי\u{2069}, Director, \u{2068}بيت النورس\u{2069}*, Haifa");
    }
}
