//! Decides which text from the campaign's files a finding may always show.
//!
//! A line of a template, a header or a key can hold somebody's name. Only text made of the program's own names is safe.

use crate::people::{recipient, signatory};
use crate::template::helpers::RESERVED;
use crate::template::schema::joint;

/// Whether a text consists only of the program's own names: columns, helpers and template fields.
pub(super) fn is_vocabulary(text: &str) -> bool {
    let shape = joint(recipient::COLUMNS.iter().copied(), []);
    let in_shape = shape.all_names();
    let is_known = |word: &str| {
        RESERVED.contains(&word) || signatory::COLUMNS.contains(&word) || in_shape.iter().any(|name| name == word)
    };
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(is_known)
}

#[cfg(test)]
mod tests {
    use super::is_vocabulary;

    #[test]
    fn only_the_programs_own_names_are_vocabulary() {
        for text in ["recipient.name", "signatures", "count.total", "show_place", "words", "#each"] {
            assert!(is_vocabulary(text), "{text}");
        }
        for text in ["recipient.jolene", "Jolene", "", "{{}}", "Dear {{recipient.name}}"] {
            assert!(!is_vocabulary(text), "{text}");
        }
    }
}
