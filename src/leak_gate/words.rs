//! The ordinary words of a language, and the English words around a name that the rule checks.
//!
//! In a language without a dictionary every word of a name is a leak, except for the language's function words and numbers in
//! small letters, and months in a date. The dictionary must be read only when a word of a name was found.

use super::fold::Folded;
use crate::language::{self, ENGLISH, Language, NumberForm};
use std::collections::HashSet;
use std::sync::OnceLock;

/// The lower-case entries of Debian's word list `wamerican` (SCOWL; `words/COPYRIGHT`), without accents, sorted, one per
/// line.
const DICTIONARY: &str = include_str!("words/en.txt");

/// Ordinals before a month: "the first of May".
const ORDINALS: &[&str] =
    &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// Forms of address, in upper or lower case.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "mx", "dr", "prof", "professor", "rev", "hon", "messrs", "mme", "mlle", "monsieur", "madame",
    "mademoiselle", "herr", "herrn", "frau", "doktor", "signor", "signora", "sig", "dott", "señor", "señora", "sra",
    "sr", "srta", "dra", "don", "doña", // "Sig.ra", "Dott.ssa"
    "ra", "ssa",
];
/// Forms of address that are also words: they count only with a capital.
const WORDS_AS_TITLES: &[&str] = &[
    "Miss", "Sir", "Dame", "Lady", "Lord", "Sister", "Brother", "Father", "Mother", "Aunt", "Uncle", "Judge",
    "Justice", "Senator", "Captain", "Officer", "Sergeant", "Colonel", "Doctor", "Nurse", "Rabbi", "Imam", "Pastor",
];

/// The words of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    language: &'static Language,
    /// Empty for a language without one.
    dictionary: &'static str,
}

/// What is folded once for each language.
struct FoldedWords {
    functions: HashSet<String>,
    months: HashSet<String>,
    numbers: HashSet<String>,
}

impl Words {
    /// The words of a language. Only English has a dictionary.
    pub(super) fn of(language: &'static Language) -> Words {
        Words { language, dictionary: if language.is_variety_of(&ENGLISH) { DICTIONARY } else { "" } }
    }

    fn folded(self) -> &'static FoldedWords {
        static FOLDED: [OnceLock<FoldedWords>; language::ALL.len()] = [const { OnceLock::new() }; language::ALL.len()];
        FOLDED[self.language.rank()].get_or_init(|| {
            let language = self.language;
            let fold = |words: &str| -> Vec<String> {
                let words = words.split([' ', '-']).map(|word| Folded::new(word).letters().to_owned());
                words.filter(|word| !word.is_empty()).collect()
            };
            let forms = [NumberForm::Alone, NumberForm::Masculine, NumberForm::Feminine];
            let numbers = (0..=100).chain([1_000, 1_000_000]);
            let numbers = numbers.flat_map(|n| forms.map(|form| (language.number)(n, form).unwrap_or_default()));
            let months = language.months.iter().chain(&language.short_months);
            FoldedWords {
                functions: fold(language.function_words).into_iter().collect(),
                months: months.flat_map(|month| fold(month)).collect(),
                numbers: numbers.flat_map(|words| fold(&words)).collect(),
            }
        })
    }

    /// Whether the dictionary has this folded word.
    pub(super) fn has(self, word: &str) -> bool {
        // A binary search over the lines of a text.
        let (mut from, mut to) = (0, self.dictionary.len());
        while from < to {
            let middle = self.dictionary[..(from + to) / 2].rfind('\n').map_or(0, |at| at + 1).max(from);
            let end = self.dictionary[middle..].find('\n').map_or(self.dictionary.len(), |at| middle + at);
            match self.dictionary[middle..end].cmp(word) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => from = end + 1,
                std::cmp::Ordering::Greater => to = middle,
            }
        }
        false
    }

    /// Whether a folded word only joins others, or is a number, which the program writes too: `{{words count.total}}`. Outside
    /// of English only in small letters: "Li", "Mia" and "Otto" are names, and words of Italian.
    pub(super) fn is_function_word(self, word: &str, is_lowercase: bool) -> bool {
        let may_be = is_lowercase || self.language.is_variety_of(&ENGLISH);
        may_be && (self.folded().functions.contains(word) || self.folded().numbers.contains(word))
    }

    /// Whether a folded word is a month in a date: beside a number, or after "in" or "since".
    pub(super) fn is_month_in_date(self, word: &str, before: &str, after: &str) -> bool {
        let last = |text: &str| last_word(text).to_lowercase();
        let is_number = |word: &str| {
            let word = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', 'e', 'º']);
            !word.is_empty() && word.chars().all(char::is_numeric)
        };
        let previous = last(before);
        let earlier = last(before.trim_end().strip_suffix(last_word(before)).unwrap_or_default());
        let folded = self.folded();
        folded.months.contains(word)
            && (self.language.before_month.split(' ').any(|before| before == previous)
                || is_number(&previous)
                || ["of", "de"].contains(&&*previous)
                    && (is_number(&earlier) || folded.numbers.contains(&earlier) || ORDINALS.contains(&&*earlier))
                || is_number(first_word(after)))
    }
}

/// Whether a text ends in a form of address: "Dear Ms.", "with Sister".
pub(super) fn ends_in_title(text: &str) -> bool {
    let word = last_word(text.trim_end().trim_end_matches('.'));
    TITLES.contains(&&*word.to_lowercase()) || WORDS_AS_TITLES.contains(&word)
}

/// The last word of a text, if only white space, commas and full stops follow it.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || ".,".contains(c));
    text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || ".,".contains(c));
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_dictionary_is_found_and_nothing_else() {
        let words = Words::of(Language::find("en-GB").expect("British English"));
        let entries: Vec<&str> = DICTIONARY.lines().collect();
        assert!(entries.len() > 60_000 && entries.is_sorted());
        assert!(entries.iter().all(|entry| words.has(entry)));
        for other in ["", "jolene", "satterwhaite", "aaaa", "zzzz", "hop\ne", "a\naardvark"] {
            assert!(!words.has(other), "{other:?}");
        }
        assert!(!Words::of(Language::find("it").expect("Italian")).has("hope"));
    }

    #[test]
    fn a_month_is_one_only_in_a_date() {
        let words = Words::of(&ENGLISH);
        for (before, after) in
            [("In ", " of last year"), ("the memorandum of ", " 1982"), ("on 1 ", ""), ("by the first of ", ", and")]
        {
            assert!(words.is_month_in_date("may", before, after), "{before}May{after}");
        }
        for (before, after) in [("we thank ", ""), ("", " told us"), ("the story of ", " and"), ("", "")] {
            assert!(!words.is_month_in_date("may", before, after), "{before}May{after}");
        }
        assert!(!words.is_month_in_date("grace", "in ", " 1982"));
    }

    #[test]
    fn other_languages_have_function_words_in_small_letters_and_months() {
        for (tag, words) in [
            ("de", "für und einundzwanzig der über"),
            ("fr", "était vingt leurs où"),
            ("it", "più otto ventitré mia"),
            ("es", "según dieciséis también más"),
        ] {
            let language = Words::of(Language::find(tag).expect("a language"));
            for word in words.split(' ') {
                let folded = Folded::new(word).letters().to_owned();
                assert!(language.is_function_word(&folded, true), "{tag}: {word}");
                assert!(!language.is_function_word(&folded, false), "{tag}: {word} with a capital");
            }
            assert!(!language.is_function_word("jolene", true));
        }
        for (tag, before, word, after) in [
            ("de", "am 1. ", "mai", " 2018"),
            ("de", "im ", "april", ""),
            ("fr", "le 1er ", "mai", ""),
            ("it", "il 1º ", "maggio", ""),
            ("es", "el 1 de ", "mayo", " de 2018"),
        ] {
            let language = Words::of(Language::find(tag).expect("a language"));
            assert!(language.is_month_in_date(word, before, after), "{before}{word}{after}");
            assert!(!language.is_month_in_date(word, "", ""), "{word} alone");
        }
    }
}
