//! A password, and the sieve that keeps it out of what a relay says.
//!
//! A secret must never be printed, formatted or serialised, and a relay that echoes credentials, whole or cut short, in
//! clear or in base64, must not get them into a message, a log or the ledger.

use aho_corasick::AhoCorasick;
use std::collections::BTreeSet;

/// The longest text of a relay that is kept, in characters: as much as a person will read.
const TEXT_LIMIT: usize = 2_000;

/// How many characters of a secret in a row are already too many.
const TELLING: usize = 6;

/// What stands where a secret stood.
const MASK: &str = "[hidden]";

/// Takes secrets out of a relay's words.
pub(super) enum Redactor {
    /// There is no secret.
    Open,
    /// These pieces are taken out.
    Pieces(AhoCorasick),
    /// A secret too long to look for: none of the relay's words pass.
    Shut,
}

impl Redactor {
    /// A sieve for these forms of a secret. It also finds them cut short, and in other case.
    pub(super) fn new(forms: &[String]) -> Self {
        let mut telling = BTreeSet::new();
        for form in forms {
            let letters: Vec<char> = form.chars().collect();
            telling.extend(letters.windows(TELLING.min(letters.len()).max(1)).map(String::from_iter));
        }
        if telling.is_empty() {
            return Redactor::Open;
        }
        AhoCorasick::builder().ascii_case_insensitive(true).build(telling).map_or(Redactor::Shut, Redactor::Pieces)
    }

    /// The text without secrets, and no longer than a person will read.
    pub(super) fn clean(&self, text: &str) -> String {
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

    /// Where secrets stand, in order, touching ones as one. A needle is whole characters, so a hit is too.
    fn hits(&self, text: &str) -> Vec<(usize, usize)> {
        let needles = match self {
            Redactor::Open => return Vec::new(),
            Redactor::Shut => return vec![(0, text.len())],
            Redactor::Pieces(needles) => needles,
        };
        let mut found: Vec<_> = needles.find_overlapping_iter(text).map(|hit| (hit.start(), hit.end())).collect();
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

    fn sieve(forms: &[&str]) -> Redactor {
        Redactor::new(&forms.iter().map(|form| (*form).to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn a_secret_goes_whole_in_pieces_and_in_capitals() {
        let sieve = sieve(&["open-sesame", "b3Blbi1zZXNhbWU="]);
        assert_eq!(sieve.clean("5.7.8 no: open-sesame, OPEN-SESAME!"), "5.7.8 no: [hidden], [hidden]!");
        assert_eq!(sieve.clean("unknown b3Blbi1zZX… (cut)"), "unknown [hidden]… (cut)");
        assert_eq!(sieve.clean("an open seat"), "an open seat");
    }

    #[test]
    fn a_short_secret_goes_and_no_secret_changes_nothing() {
        assert_eq!(sieve(&["ab"]).clean("cab abab"), "c[hidden] [hidden]");
        assert_eq!(sieve(&["bcd", "aabcdefg"]).clean("aabcdefg"), MASK);
        assert_eq!(sieve(&[""]).clean("as it was"), "as it was");
        assert_eq!(Redactor::Open.clean("as it was"), "as it was");
        assert_eq!(Redactor::Shut.clean("as it was"), MASK);
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let long = Redactor::Open.clean(&"ü".repeat(TEXT_LIMIT + 1));
        assert_eq!(long.chars().count(), TEXT_LIMIT + 1);
        assert!(long.ends_with("ü…"));
    }

    proptest! {
        #[test]
        fn no_telling_piece_of_a_secret_passes(secret in "[a-zé=+/]{1,20}", around in "[ a-zé]{0,9}", cut in 0..15usize) {
            let piece: String = secret.chars().skip(cut).collect();
            prop_assume!(piece.chars().count() >= TELLING.min(secret.chars().count()));
            let clean = sieve(&[&secret]).clean(&format!("{around}{piece}{around}"));
            prop_assert!(!clean.replace(MASK, "\n").contains(&piece));
        }
    }
}
