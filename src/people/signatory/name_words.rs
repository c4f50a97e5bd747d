//! The words of a person's name: which of them give its bearer away, and which are titles, suffixes and particles.
//!
//! The leak gate searches for the words that give somebody away. When in doubt a word does: it must never be left out
//! because of how a list writes it, for a list may write any name in small letters.

use crate::people::signature::fold;
use crate::text::script::{is_apostrophe, is_invisible, is_name_beginning, may_separate_words};
use unicode_normalization::char::is_combining_mark;

/// Words before a name that are no part of it.
const TITLES: [&str; 14] =
    ["dr", "prof", "professor", "mr", "mrs", "ms", "mx", "miss", "rev", "sister", "father", "sir", "dame", "lady"];

/// Words after a name that are no part of it.
const SUFFIXES: [&str; 22] = [
    "jr", "sr", "esq", "phd", "md", "ii", "iii", "iv", "bsc", "dphil", "edd", "jd", "lcsw", "llb", "llm", "mba", "msc",
    "msw", "mph", "rn", "ph.d", "m.d",
];

/// Words that join the parts of a name, and pronouns set beside one: nobody is known by them.
const PARTICLES: [&str; 72] = [
    "af", "al", "and", "as", "at", "av", "bar", "bat", "bin", "bint", "d", "da", "dal", "das", "de", "degli", "dei",
    "del", "della", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "en", "et", "for", "from", "he", "her",
    "hers", "him", "his", "i", "ibn", "in", "la", "las", "le", "les", "lo", "los", "ng", "of", "op", "or", "s", "she",
    "st", "ste", "t", "ten", "ter", "the", "their", "them", "they", "to", "und", "van", "vom", "von", "with", "y",
    "ze", "zu", "zum", "zur",
];

/// Of the particles, those that are also words of everyday English: beside a name they mean nothing.
const EVERYDAY: [&str; 27] = [
    "and", "as", "at", "bar", "bat", "for", "from", "he", "her", "hers", "him", "his", "i", "in", "of", "op", "or",
    "s", "she", "t", "ten", "the", "their", "them", "they", "to", "with",
];

/// The half of a hyphenated or joined word is searched for by itself from so many letters on.
const HALF: usize = 3;

/// The folded words of a text, without what is no letter, digit or mark.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// The words of a name by which its bearer can be known, however the list parts them; of a compound the whole and its
/// parts. Without punctuation, titles, suffixes and joining words.
pub(super) fn telling_words(name: &str) -> Vec<&str> {
    let mut telling = Vec::new();
    for word in name.split(is_gap).map(bare).filter(|word| is_telling(word) && !is_particle(word)) {
        if is_web(word) {
            telling.push(word);
            continue;
        }
        let parts = parts(word);
        // "she/her" is nobody, nor is its half.
        if parts.len() < 2 || parts.iter().any(|part| !is_joining(part)) {
            telling.push(word);
            telling.extend(parts.into_iter().filter(|part| *part != word && !is_joining(part) && is_telling(part)));
        }
    }
    telling
}

/// The words of a name that give nobody away by themselves, but do beside another word of it: particles, suffixes that
/// may be names (Mba, Iv), titles that do not begin it. None of what stands in brackets.
pub(super) fn joiners(name: &str) -> Vec<&str> {
    let outside = name.split(['(', '[', '{']).next().unwrap_or_default();
    let words = outside.split(is_gap).map(bare).filter(|word| !word.is_empty()).enumerate();
    let is_joiner = |at: usize, word: &str| is_joining(word) || is_suffix(word) || at > 0 && is_title(word);
    let joiners = words.filter(|(at, word)| is_joiner(*at, word) && !is_everyday(word));
    joiners.map(|(_, word)| word).filter(|word| word.chars().filter(|c| c.is_alphanumeric()).count() > 1).collect()
}

/// The last word of a name with the particles before it, which some write as one word: "van den Berg".
pub(super) fn particled(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let last = words.len().checked_sub(1)?;
    let is_particle = |at: &usize| is_joining(words[*at]) && !is_everyday(words[*at]);
    let first = (0..last).rev().take_while(is_particle).last()?;
    is_telling(bare(words[last])).then(|| words[first..].join(" "))
}

fn is_everyday(word: &str) -> bool {
    EVERYDAY.contains(&&*word.to_lowercase())
}

/// The folded words of a person's name, whichever of them are capitals: without titles, suffixes and initials.
pub(super) fn bare_words(name: &str) -> impl Iterator<Item = String> {
    words(name).filter(|word| {
        let is_initial = word.chars().count() == 1 && word.chars().all(has_case);
        !is_initial && !is_title(word) && !is_suffix(word)
    })
}

/// Whether a word of a name is one that only joins others, as in "Ana de la Cruz". With a capital it is a name: Al, Van.
pub(super) fn is_particle(word: &str) -> bool {
    !word.chars().any(char::is_uppercase) && is_joining(word)
}

/// Whether a word is a title: Dr., Ms.
pub(super) fn is_title(word: &str) -> bool {
    is_one_of(word, &TITLES)
}

/// Whether a word is a known suffix: PhD, Jr., III.
pub(super) fn is_suffix(word: &str) -> bool {
    is_one_of(word, &SUFFIXES)
}

pub(super) fn has_case(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase()
}

fn is_joining(word: &str) -> bool {
    PARTICLES.contains(&&*word.to_lowercase())
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.contains(&&*bare(word).to_lowercase())
}

/// Whether a word has what a reader could know somebody by: two letters, or one sign of a script without capitals.
fn is_telling(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphanumeric());
    let is_long = letters.clone().nth(1).is_some() || letters.any(|c| !has_case(c));
    is_long && word.chars().any(char::is_alphabetic) && !is_title(word) && !is_suffix(word)
}

/// Whether a word is an address, of which the parts are words of the language.
fn is_web(word: &str) -> bool {
    word.contains('@') || word.contains("://") || word.to_lowercase().starts_with("www.")
}

/// What parts the words of a name from each other, whatever they are.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || ",;()[]{}<>\"“”„«»、，；（）".contains(c)
}

/// The word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
}

/// The parts of a word: between signs of any kind, and at a capital after a small letter ("JoleneLima", not "McDonald").
/// A half that a hyphen, an apostrophe or a capital parts from the rest has to be longer: nobody is known by the "Al" of
/// "Al-Amin".
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in word.split(|c: char| !is_letter(c) && !is_hyphen(c)).filter(|piece| !piece.is_empty()) {
        parts.push(piece);
        let halves = piece.split(is_hyphen).flat_map(at_capitals).filter(|half| *half != piece);
        parts.extend(halves.filter(|half| half.chars().filter(|c| c.is_alphanumeric()).nth(HALF - 1).is_some()));
    }
    parts
}

/// Whether a word is several that a list has run together: "Jolene.Lima", "JoleneLima", and no hyphenated one.
pub(super) fn is_joined(word: &str) -> bool {
    let word = bare(word);
    word.contains(|c: char| !is_letter(c) && !is_hyphen(c)) || at_capitals(word).len() > 1
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_apostrophe(c) || is_combining_mark(c) || is_invisible(c) || may_separate_words(c)
}

/// What joins the halves of one word: hyphens and apostrophes, and what is typed for them.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\'' | '\u{2018}' | '\u{2019}' | '`' | '\u{B4}') || is_apostrophe(c)
}

/// A word cut at every capital after a small letter.
fn at_capitals(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut small) = (0, false);
    for (at, c) in word.char_indices().filter(|(_, c)| c.is_alphabetic() || is_hyphen(*c)) {
        if small && c.is_uppercase() && !is_name_beginning(&word[from..at].to_lowercase()) {
            parts.push(&word[from..at]);
            from = at;
        }
        small = c.is_lowercase();
    }
    parts.push(&word[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_parted_at_whatever_parts_it() {
        for name in [
            "Satterwhaite,Jolene",
            "Jolene.Satterwhaite",
            "Jolene_Satterwhaite",
            "Jolene+Satterwhaite",
            "Jolene/Satterwhaite",
            "Jolene–Satterwhaite",
            "Jolene(Satterwhaite)",
            "JoleneSatterwhaite",
            "jolene satterwhaite",
            "Jolene satterwhaite",
            "jolene Satterwhaite",
            "Satterwhaite;Jolene",
        ] {
            let words = telling_words(name);
            let has = |word: &str| words.iter().any(|told| fold(told) == word);
            assert!(has("jolene") && has("satterwhaite"), "{name}: {words:?}");
        }
        assert_eq!(telling_words("マリア・ロッシ"), ["マリア・ロッシ", "マリア", "ロッシ"]);
        assert_eq!(telling_words("玛丽·罗西"), ["玛丽·罗西", "玛丽", "罗西"]);
        assert_eq!(telling_words("Jolene O`Dunmore"), ["Jolene", "O`Dunmore", "Dunmore"]);
        assert_eq!(telling_words("Jo Satterwhaite-quill"), ["Jo", "Satterwhaite-quill", "Satterwhaite", "quill"]);
    }

    #[test]
    fn particles_and_what_looks_like_a_title_are_joiners() {
        assert_eq!(joiners("Nkechi Mba"), ["Mba"]);
        assert_eq!(joiners("Ana de la Cruz (she/her)"), ["de", "la"]);
        assert_eq!(joiners("Dr. Hope of the Isles"), [""; 0]);
        assert_eq!(particled("Ada van den Berg"), Some("van den Berg".to_owned()));
        assert_eq!(particled("Ada Berg"), None);
        assert_eq!(particled("Ada of Berg"), None);
    }

    #[test]
    fn what_nobody_is_known_by_is_no_telling_word() {
        for (name, telling) in [
            ("Ana de la Cruz", &["Ana", "Cruz"][..]),
            ("ana de la cruz", &["ana", "cruz"]),
            ("Hadiya Al-Amin", &["Hadiya", "Al-Amin", "Amin"]),
            ("Al Lima", &["Al", "Lima"]),
            ("Van Lima", &["Van", "Lima"]),
            ("Dr. J. R. Okafor, Ph.D. (she/her)", &["Okafor"]),
            ("Okafor (She/Her)", &["Okafor"]),
            ("Rory McDonald", &["Rory", "McDonald"]),
            ("J.R. Okafor 1984", &["J.R", "Okafor"]),
            ("m.rossi@example.org", &["m.rossi@example.org"]),
            ("王", &["王"]),
        ] {
            assert_eq!(telling_words(name), telling, "{name}");
        }
    }
}
