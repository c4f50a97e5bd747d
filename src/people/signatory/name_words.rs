//! Sorts the words of a person's name: those that identify the person, and titles, suffixes and particles.
//!
//! The leak gate searches for the identifying words. A doubtful word is one of them: it must never be left out because of
//! its spelling, since a list may write any name in small letters.

use crate::people::signature::fold;
use crate::text::script::{is_apostrophe, is_invisible, is_name_beginning, may_separate_words};
use unicode_normalization::char::is_combining_mark;

/// Words before a name that are not part of it.
const TITLES: [&str; 14] =
    ["dr", "prof", "professor", "mr", "mrs", "ms", "mx", "miss", "rev", "sister", "father", "sir", "dame", "lady"];

/// Words after a name that are not part of it.
const SUFFIXES: [&str; 22] = [
    "jr", "sr", "esq", "phd", "md", "ii", "iii", "iv", "bsc", "dphil", "edd", "jd", "lcsw", "llb", "llm", "mba", "msc",
    "msw", "mph", "rn", "ph.d", "m.d",
];

/// Words that join the parts of a name, and pronouns beside a name. They identify nobody.
const PARTICLES: [&str; 72] = [
    "af", "al", "and", "as", "at", "av", "bar", "bat", "bin", "bint", "d", "da", "dal", "das", "de", "degli", "dei",
    "del", "della", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "en", "et", "for", "from", "he", "her",
    "hers", "him", "his", "i", "ibn", "in", "la", "las", "le", "les", "lo", "los", "ng", "of", "op", "or", "s", "she",
    "st", "ste", "t", "ten", "ter", "the", "their", "them", "they", "to", "und", "van", "vom", "von", "with", "y",
    "ze", "zu", "zum", "zur",
];

/// Particles that are also common English words, and so mean nothing beside a name.
const EVERYDAY: [&str; 27] = [
    "and", "as", "at", "bar", "bat", "for", "from", "he", "her", "hers", "him", "his", "i", "in", "of", "op", "or",
    "s", "she", "t", "ten", "the", "their", "them", "they", "to", "with",
];

/// The minimum length of one half of a hyphenated or joined word that is searched for by itself.
const MIN_HALF: usize = 3;

/// Returns the folded words of a text, separated by everything that is not a letter, digit or mark.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// Returns the words of a name that can identify the person, however the list separates them. For a compound, it returns
/// the whole and its parts. Punctuation, titles, suffixes and joining words are left out.
pub(super) fn identifying_words(name: &str) -> Vec<&str> {
    let mut identifying = Vec::new();
    for word in name.split(is_gap).map(bare).filter(|word| is_identifying(word) && !is_particle(word)) {
        if is_web(word) {
            identifying.push(word);
            continue;
        }
        let parts = parts(word);
        // "she/her" identifies nobody, and neither does half of it.
        if parts.len() < 2 || parts.iter().any(|part| !is_joining(part)) {
            identifying.push(word);
            identifying
                .extend(parts.into_iter().filter(|part| *part != word && !is_joining(part) && is_identifying(part)));
        }
    }
    identifying
}

/// Returns the words of a name that identify somebody only beside another word of it: particles, suffixes that may be
/// names (Mba, Iv), and titles except at the beginning. Words in brackets are left out.
pub(super) fn joiners(name: &str) -> Vec<&str> {
    let outside = name.split(['(', '[', '{']).next().unwrap_or_default();
    let words = outside.split(is_gap).map(bare).filter(|word| !word.is_empty()).enumerate();
    let is_joiner = |at: usize, word: &str| is_joining(word) || is_suffix(word) || at > 0 && is_title(word);
    let joiners = words.filter(|(at, word)| is_joiner(*at, word) && !is_everyday(word));
    joiners.map(|(_, word)| word).filter(|word| word.chars().filter(|c| c.is_alphanumeric()).count() > 1).collect()
}

/// Returns the last word of a name with the particles before it, which some write as one word: "van den Berg".
pub(super) fn with_particles(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let last = words.len().checked_sub(1)?;
    let is_particle = |at: &usize| is_joining(words[*at]) && !is_everyday(words[*at]);
    let first = (0..last).rev().take_while(is_particle).last()?;
    is_identifying(bare(words[last])).then(|| words[first..].join(" "))
}

fn is_everyday(word: &str) -> bool {
    EVERYDAY.contains(&&*word.to_lowercase())
}

/// Returns the folded words of a person's name without titles, suffixes and initials.
pub(super) fn bare_words(name: &str) -> impl Iterator<Item = String> {
    words(name).filter(|word| {
        let is_initial = word.chars().count() == 1 && word.chars().all(has_case);
        !is_initial && !is_title(word) && !is_suffix(word)
    })
}

/// Whether a word only joins other words of a name, as in "Ana de la Cruz". With a capital it is a name: Al, Van.
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

/// Whether a word can identify somebody: it has two letters, or one sign of a script without capitals.
fn is_identifying(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphanumeric());
    let is_long = letters.clone().nth(1).is_some() || letters.any(|c| !has_case(c));
    is_long && word.chars().any(char::is_alphabetic) && !is_title(word) && !is_suffix(word)
}

/// Whether a word is an address; its parts are ordinary words.
fn is_web(word: &str) -> bool {
    word.contains('@') || word.contains("://") || word.to_lowercase().starts_with("www.")
}

/// Whether a character always separates the words of a name.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || ",;()[]{}<>\"“”„«»、，；（）".contains(c)
}

/// Returns the word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
}

/// Splits a word at signs of any kind, and at a capital after a small letter ("JoleneLima", but not "McDonald"). A half
/// before or after a hyphen, an apostrophe or a capital must be longer: the "Al" of "Al-Amin" identifies nobody.
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in word.split(|c: char| !is_letter(c) && !is_hyphen(c)).filter(|piece| !piece.is_empty()) {
        parts.push(piece);
        let halves = piece.split(is_hyphen).flat_map(at_capitals).filter(|half| *half != piece);
        parts.extend(halves.filter(|half| half.chars().filter(|c| c.is_alphanumeric()).nth(MIN_HALF - 1).is_some()));
    }
    parts
}

/// Whether a word consists of several words without a space: "Jolene.Lima", "JoleneLima", but not a hyphenated word.
pub(super) fn is_joined(word: &str) -> bool {
    let word = bare(word);
    word.contains(|c: char| !is_letter(c) && !is_hyphen(c)) || at_capitals(word).len() > 1
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_apostrophe(c) || is_combining_mark(c) || is_invisible(c) || may_separate_words(c)
}

/// Whether a character joins the halves of a word: a hyphen, an apostrophe, or a sign typed instead.
fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\'' | '\u{2018}' | '\u{2019}' | '`' | '\u{B4}') || is_apostrophe(c)
}

/// Splits a word at every capital after a small letter.
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
    fn the_words_of_a_name_are_found_whatever_separates_them() {
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
            let words = identifying_words(name);
            let has = |word: &str| words.iter().any(|found| fold(found) == word);
            assert!(has("jolene") && has("satterwhaite"), "{name}: {words:?}");
        }
        assert_eq!(identifying_words("マリア・ロッシ"), ["マリア・ロッシ", "マリア", "ロッシ"]);
        assert_eq!(identifying_words("玛丽·罗西"), ["玛丽·罗西", "玛丽", "罗西"]);
        assert_eq!(identifying_words("Jolene O`Dunmore"), ["Jolene", "O`Dunmore", "Dunmore"]);
        assert_eq!(identifying_words("Jo Satterwhaite-quill"), ["Jo", "Satterwhaite-quill", "Satterwhaite", "quill"]);
    }

    #[test]
    fn particles_titles_and_suffixes_inside_a_name_are_joiners() {
        assert_eq!(joiners("Nkechi Mba"), ["Mba"]);
        assert_eq!(joiners("Ana de la Cruz (she/her)"), ["de", "la"]);
        assert_eq!(joiners("Dr. Hope of the Isles"), [""; 0]);
        assert_eq!(with_particles("Ada van den Berg"), Some("van den Berg".to_owned()));
        assert_eq!(with_particles("Ada Berg"), None);
        assert_eq!(with_particles("Ada of Berg"), None);
    }

    #[test]
    fn words_that_identify_nobody_are_left_out() {
        for (name, identifying) in [
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
            assert_eq!(identifying_words(name), identifying, "{name}");
        }
    }
}
