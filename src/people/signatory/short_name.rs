//! Shortens names of people: "Maria R.", "M. R.".
//!
//! Names are built differently in different places. If it is doubtful which part of a name is which, this module must show
//! less, never more. `None` means that the name cannot be shortened.

use super::name_words::{has_case, is_joined, is_particle, is_suffix, is_title, words};
use crate::people::signature::fold;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A name as the list has it. `given` and `family` are empty if the list does not have them.
#[derive(Clone, Copy)]
pub(super) struct Name<'a> {
    pub(super) full: &'a str,
    pub(super) given: &'a str,
    pub(super) family: &'a str,
}

/// What may be assumed about a name without given and family name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// Its first word is the given name.
    FirstWord,
    /// Nothing.
    Nothing,
}

impl<'a> Name<'a> {
    /// Returns the given name and the initials of the family name, or only initials if it is unclear which is which.
    pub(super) fn given_initial(self, guess: Guess) -> Option<String> {
        self.split(guess)
            .and_then(|(given, family)| {
                // If it contains the family name, or is the whole name, it shows more than a given name.
                if holds(given, family) || words(self.full).all(|word| words(given).any(|shown| shown == word)) {
                    return None;
                }
                let initials = initials(family.split_whitespace());
                Some(initials.map_or_else(|| given.to_owned(), |initials| format!("{given} {initials}")))
            })
            .or_else(|| self.initials())
    }

    /// Returns the initials of every word of the name, given names first. `None` in scripts without initials.
    pub(super) fn initials(self) -> Option<String> {
        if self.given.is_empty() && self.family.is_empty() {
            return match self.inverted() {
                Some((given, family)) => initials(given.split_whitespace().chain(family.split_whitespace())),
                None => initials(untitled(before_comma(self.full)).into_iter()),
            };
        }
        initials(self.given.split_whitespace().chain(self.family.split_whitespace()))
    }

    /// Returns the word by which a full name is sorted if the list has none: its last, or the one before the comma.
    pub(super) fn sort_name(self) -> &'a str {
        if !self.family.is_empty() {
            return self.family;
        }
        before_comma(self.full).split_whitespace().next_back().unwrap_or(self.full)
    }

    /// Splits the name into the given name and the part of the family name to abbreviate.
    fn split(self, guess: Guess) -> Option<(&'a str, &'a str)> {
        if !self.given.is_empty() {
            return Some((self.given, self.family));
        }
        if !self.family.is_empty() {
            return None;
        }
        if self.full.contains(',') {
            return self.inverted();
        }
        let words = untitled(self.full);
        let (first, last) = (words.first()?, words.last()?);
        // Capitals mark a family name, or are a degree; and in "Rossi M." the family name comes first.
        let is_doubtful = is_capitals(first) != is_capitals(last) || letters(last) < 2 || is_joined(first);
        let plain = words.len() > 1 && first.starts_with(char::is_uppercase) && !is_doubtful;
        (guess == Guess::FirstWord && plain).then_some((*first, *last))
    }

    /// Splits "Rossi, Maria" into given and family name. `None` for other uses of a comma, such as "Maria Rossi, PhD".
    pub(super) fn inverted(self) -> Option<(&'a str, &'a str)> {
        let (family, given) = self.full.split_once(',')?;
        let (family, given) = (family.trim(), given.trim());
        let one_word = family.split_whitespace().filter(|word| !is_particle(word)).count() == 1;
        let suffix = given.contains(',') || given.split_whitespace().any(follows_a_name);
        (one_word && !given.is_empty() && !suffix).then_some((given, family))
    }
}

fn holds(given: &str, family: &str) -> bool {
    let Some(first) = family.chars().find(|c| c.is_alphabetic()) else { return false };
    if has_case(first) {
        return words(family).any(|word| words(given).any(|shown| shown == word));
    }
    // Scripts without case often have no spaces either.
    fold(given).contains(&fold(family))
}

fn before_comma(full: &str) -> &str {
    full.split(',').map(str::trim).find(|part| !part.is_empty()).unwrap_or(full)
}

/// Returns the words of a name without titles and suffixes on either side, and without words in brackets.
fn untitled(full: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut words: Vec<&str> = full
        .split_whitespace()
        .filter(|word| {
            let is_outside = depth == 0 && !word.starts_with(['(', '[', '{']);
            depth += word.matches(['(', '[', '{']).count();
            depth = depth.saturating_sub(word.matches([')', ']', '}']).count());
            is_outside
        })
        .collect();
    let is_beside = |word: &&str| is_title(word) || is_suffix(word) || letters(word) == 0;
    while words.last().is_some_and(is_beside) {
        words.pop();
    }
    words.into_iter().skip_while(is_beside).collect()
}

fn letters(word: &str) -> usize {
    word.chars().filter(|c| c.is_alphabetic()).count()
}

/// Whether a word after a comma is not part of the name: PhD, MD, Jr., III.
fn follows_a_name(word: &str) -> bool {
    let inner_capital = word.chars().skip_while(|c| !c.is_lowercase()).any(char::is_uppercase);
    inner_capital || is_capitals(word) || is_suffix(word)
}

/// Whether a word of two letters or more is all in capitals.
fn is_capitals(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).count() > 1 && !word.chars().any(char::is_lowercase)
}

/// Returns the initials of words, without particles; `None` if there are none or a word has no initial.
fn initials<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words = words.filter(|word| word.chars().any(char::is_alphabetic) && !is_particle(word));
    let initials: Option<Vec<String>> = words.map(initial).collect();
    initials.filter(|initials| !initials.is_empty()).map(|initials| initials.join(" "))
}

/// Returns the initial of a word, or of each part of a hyphenated one: "M.", "J.-P.".
fn initial(word: &str) -> Option<String> {
    let parts = word.split(['-', '\u{2010}', '\u{2011}']).filter(|part| part.chars().any(char::is_alphabetic));
    parts.map(|part| letter(part).map(|letter| letter + ".")).collect::<Option<Vec<_>>>().map(|parts| parts.join("-"))
}

/// Returns the first letter of a word, as a capital if it has one.
///
/// `None` in scripts in which one sign can be a whole name (Han, Hangul, kana, and all that are not listed here): it would
/// reveal the name.
fn letter(word: &str) -> Option<String> {
    let word: String = word.nfkc().collect();
    let from = word.find(char::is_alphabetic)?;
    let grapheme = word[from..].graphemes(true).next()?;
    let first = grapheme.chars().next()?;
    if ('\u{10D0}'..='\u{10FF}').contains(&first) {
        // Georgian letters have capitals, but they are not used for initials.
        return Some(first.to_string());
    }
    if has_case(first) {
        let mut capital = first.to_uppercase();
        let capital = if capital.len() == 1 { capital.next()? } else { first };
        return Some(std::iter::once(capital).chain(grapheme.chars().skip(1)).collect());
    }
    // Hebrew, Arabic and Syriac; the scripts of India and Sri Lanka; Ethiopic.
    let alphabet = matches!(first, '\u{0590}'..='\u{074F}' | '\u{0900}'..='\u{0DFF}' | '\u{1200}'..='\u{137F}');
    (alphabet && grapheme.len() < word.len()).then(|| first.to_string())
}

#[cfg(test)]
mod tests;
