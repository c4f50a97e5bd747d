//! The plain-text line of a signature.
//!
//! It must never add a word or change the order: right-to-left text is isolated, so that it does not move the rest.

/// The mark after an affiliation that is for identification only.
const MARK: &str = "*";

/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9): to plain text what `<bdi>` is to HTML.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// Joins name, role, affiliation and place with commas, as far as they exist.
pub(crate) fn typeset(name: &str, role: &str, affiliation: &str, identification: bool, place: &str) -> String {
    let mut line = String::new();
    for (text, mark) in [(name, ""), (role, ""), (affiliation, if identification { MARK } else { "" }), (place, "")] {
        if text.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        if text.contains(is_right_to_left) {
            line.extend([ISOLATE.0].into_iter().chain(text.chars()).chain([ISOLATE.1]));
        } else {
            line.push_str(text);
        }
        line.push_str(mark);
    }
    line
}

/// The blocks whose letters run from right to left (DerivedBidiClass: R and AL).
fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}')
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
