//! Makes web addresses in a text clickable (OSC 8).
//!
//! The target must always be the address that is shown, and must never contain anything that ends the escape sequence.

use super::Links;
use std::borrow::Cow;

/// Returns the line with links, if the terminal has links. Control characters in it must have been replaced before.
pub(super) fn linked(links: Links, line: &str) -> Cow<'_, str> {
    if links == Links::Plain || !line.contains("://") {
        return Cow::Borrowed(line);
    }
    let mut shown = String::with_capacity(line.len() * 2);
    let mut rest = line;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"“”".contains(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let address = trimmed(word);
        shown.push_str(before);
        // Other characters would have to be encoded, and then the target would differ from the text.
        match address.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => shown.push_str(&format!("\u{1b}]8;;{address}\u{1b}\\{address}\u{1b}]8;;\u{1b}\\")),
            false => shown.push_str(address),
        }
        shown.push_str(word.strip_prefix(address).unwrap_or_default());
        rest = after;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Returns an address without the punctuation of the sentence around it.
fn trimmed(word: &str) -> &str {
    let closes = |c: char| ".,;:!?'’]}".contains(c) || (c == ')' && !word.contains('('));
    word.trim_end_matches(closes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the targets of the links in a line, and the line without them.
    fn read(line: &str) -> (Vec<String>, String) {
        let shown = linked(Links::Clickable, line);
        let mut pieces = shown.split("\u{1b}]8;;");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        let mut targets = Vec::new();
        for piece in pieces {
            let (target, after) = piece.split_once("\u{1b}\\").expect("an end");
            targets.extend(Some(target.to_owned()).filter(|target| !target.is_empty()));
            text.push_str(after);
        }
        (targets, text)
    }

    #[test]
    fn the_target_is_the_address_without_the_punctuation_around_it() {
        for (line, targets) in [
            ("see https://www.example.org/a?b=c#d.", vec!["https://www.example.org/a?b=c#d"]),
            ("<https://a.example/> (http://b.example),", vec!["https://a.example/", "http://b.example"]),
            ("https://a.example/x_(y)", vec!["https://a.example/x_(y)"]),
            ("www.example.org, ftp://a.example, mailto:a@b.example", vec![]),
            ("https://exämple.org", vec![]),
        ] {
            assert_eq!(read(line), (targets.into_iter().map(str::to_owned).collect(), line.to_owned()));
        }
    }

    #[test]
    fn without_links_the_line_is_unchanged() {
        assert_eq!(linked(Links::Plain, "https://a.example/"), "https://a.example/");
    }

    proptest! {
        #[test]
        fn links_do_not_change_the_text_and_every_target_is_in_it(line in "(\\PC|https?://[a-z.()é]{0,9}){0,9}") {
            let (targets, text) = read(&line);
            prop_assert_eq!(&text, &line);
            prop_assert!(targets.iter().all(|target| line.contains(target.as_str())));
        }
    }
}
