//! Words of a finding without what they have from a file: of what stands between quotation marks or braces only the
//! program's own names stay.

use crate::people::{recipient, signatory};
use crate::template::helpers::RESERVED;

/// Names that templates have from the program, besides helpers and columns.
const NAMES: [&str; 24] = [
    "body",
    "by",
    "campaign",
    "category",
    "cc",
    "closing",
    "count",
    "date",
    "each",
    "else",
    "groups",
    "heading",
    "id",
    "if",
    "listed",
    "organisation",
    "organisations",
    "persons",
    "recipient",
    "salutation",
    "signatures",
    "Subject",
    "this",
    "total",
];

/// The text with `…` for what is no name of the program's, between `"…"`, `` `…` `` and `{{…}}`.
pub(super) fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    loop {
        let mark = [("\"", "\""), ("`", "`"), ("{{", "}}")].into_iter().filter_map(|(open, close)| {
            let at = rest.find(open)?;
            let end = rest[at + open.len()..].find(close)?;
            Some((at, at + open.len(), at + open.len() + end))
        });
        let Some((_, begin, end)) = mark.min() else { return masked + rest };
        let inside = &rest[begin..end];
        masked.push_str(&rest[..begin]);
        masked.push_str(if is_known(inside) { inside } else { "…" });
        // The closing mark, so that it opens nothing.
        let close = if rest[end..].starts_with("}}") { 2 } else { 1 };
        masked.push_str(&rest[end..end + close]);
        rest = &rest[end + close..];
    }
}

fn is_known(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let mut known = RESERVED.iter().chain(recipient::COLUMNS).chain(signatory::COLUMNS).chain(&NAMES);
    words.into_iter().all(|word| known.clone().any(|name| *name == word)) && known.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_names_stay_between_marks() {
        for (told, shown) in [
            ("there is no \"recipient.jolene\"", "there is no \"…\""),
            ("did you mean \"recipient.name\"?", "did you mean \"recipient.name\"?"),
            ("{{#Jolene}} is opened, and {{/if}} closes", "{{…}} is opened, and {{/if}} closes"),
            ("write {{#if recipient.title}}…{{/if}} or `Jo`", "write {{#if recipient.title}}…{{/if}} or `…`"),
            ("the letter has no \"Subject:\"", "the letter has no \"Subject:\""),
            ("one \" alone", "one \" alone"),
        ] {
            assert_eq!(masked(told), shown);
        }
    }
}
