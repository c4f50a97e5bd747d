//! Redacts credentials in texts of others.
//!
//! Credentials that a relay or a database echoes, whole or truncated, must never reach a message, a log or the ledger.

use aho_corasick::AhoCorasick;
use std::collections::BTreeSet;

/// The maximum length of a reply text, in characters.
const TEXT_LIMIT: usize = 2_000;

/// The minimum number of consecutive characters of a secret that are redacted.
const MIN_PIECE: usize = 6;

/// What replaces a secret.
const MASK: &str = "[hidden]";

/// Removes secrets from texts.
pub enum Redactor {
    /// There is no secret.
    Open,
    /// These pieces are removed.
    Pieces(AhoCorasick),
    /// The secret is too long to search for: all text is removed.
    Shut,
}

impl Redactor {
    /// Creates a redactor for these forms of a secret, also truncated and in any case.
    pub fn new(forms: &[String]) -> Self {
        let mut pieces = BTreeSet::new();
        for form in forms {
            let letters: Vec<char> = form.chars().collect();
            pieces.extend(letters.windows(MIN_PIECE.min(letters.len()).max(1)).map(String::from_iter));
        }
        if pieces.is_empty() {
            return Redactor::Open;
        }
        AhoCorasick::builder().ascii_case_insensitive(true).build(pieces).map_or(Redactor::Shut, Redactor::Pieces)
    }

    /// Returns the text without secrets, at most `TEXT_LIMIT` characters.
    pub fn clean(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len().min(TEXT_LIMIT));
        let mut done = 0;
        for (start, end) in self.hits(text) {
            clean.push_str(&text[done..start]);
            clean.push_str(MASK);
            done = end;
        }
        clean.push_str(&text[done..]);
        if let Some((end, _)) = clean.char_indices().nth(TEXT_LIMIT) {
            clean.truncate(end);
            clean.push('…');
        }
        clean
    }

    /// Returns the ranges of secrets in order, with overlapping and adjacent ones merged.
    fn hits(&self, text: &str) -> Vec<(usize, usize)> {
        let pieces = match self {
            Redactor::Open => return Vec::new(),
            Redactor::Shut => return vec![(0, text.len())],
            Redactor::Pieces(pieces) => pieces,
        };
        let mut found: Vec<_> = pieces.find_overlapping_iter(text).map(|hit| (hit.start(), hit.end())).collect();
        found.sort_unstable();
        let mut hits: Vec<(usize, usize)> = Vec::new();
        for (start, end) in found {
            match hits.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => hits.push((start, end)),
            }
        }
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn redactor(forms: &[&str]) -> Redactor {
        Redactor::new(&forms.iter().map(|form| (*form).to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn a_secret_is_redacted_whole_truncated_and_in_capitals() {
        let redactor = redactor(&["open-sesame", "b3Blbi1zZXNhbWU="]);
        assert_eq!(redactor.clean("5.7.8 no: open-sesame, OPEN-SESAME!"), "5.7.8 no: [hidden], [hidden]!");
        assert_eq!(redactor.clean("unknown b3Blbi1zZX… (cut)"), "unknown [hidden]… (cut)");
        assert_eq!(redactor.clean("an open seat"), "an open seat");
    }

    #[test]
    fn a_short_secret_is_redacted_and_no_secret_changes_nothing() {
        assert_eq!(redactor(&["ab"]).clean("cab abab"), "c[hidden] [hidden]");
        assert_eq!(redactor(&["bcd", "aabcdefg"]).clean("aabcdefg"), MASK);
        assert_eq!(redactor(&[""]).clean("as it was"), "as it was");
        assert_eq!(Redactor::Open.clean("as it was"), "as it was");
        assert_eq!(Redactor::Shut.clean("as it was"), MASK);
    }

    #[test]
    fn a_long_text_is_cut() {
        let long = Redactor::Open.clean(&"ü".repeat(TEXT_LIMIT + 1));
        assert_eq!(long.chars().count(), TEXT_LIMIT + 1);
        assert!(long.ends_with("ü…"));
    }

    proptest! {
        #[test]
        fn no_piece_of_a_secret_passes(secret in "[a-zé=+/]{1,20}", around in "[ a-zé]{0,9}", cut in 0..15usize) {
            let piece: String = secret.chars().skip(cut).collect();
            prop_assume!(piece.chars().count() >= MIN_PIECE.min(secret.chars().count()));
            let clean = redactor(&[&secret]).clean(&format!("{around}{piece}{around}"));
            prop_assert!(!clean.replace(MASK, "\n").contains(&piece));
        }
    }
}
