//! Reads numbers in texts in other languages than English: "1.234", "1 234", "einundzwanzig", "vingt et un".
//!
//! Number words are not parsed: they are compared with those that [`crate::language`] writes.

use crate::language::{self, Language, NumberForm};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// The most words that a number has.
const LONGEST: usize = 8;

/// Returns the longest number at the beginning of these lower-case words, and how many of them it takes.
pub(super) fn read(words: &[&str], language: &'static Language) -> Option<(u64, usize)> {
    figure(words, language).or_else(|| {
        if !may_begin(words.first()?, language) {
            return None;
        }
        let known = known(language);
        let mut lengths = (1..=words.len().min(LONGEST)).rev();
        lengths.find_map(|length| Some((*known.get(&words[..length].join(" "))?, length)))
    })
}

/// Parses digits, with or without groups of three. A space between groups divides them into words.
fn figure(words: &[&str], language: &Language) -> Option<(u64, usize)> {
    let is_digits = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let first = words.first()?;
    let groups: Vec<&str> = match language.separators.iter().find(|separator| first.contains(**separator)) {
        Some(separator) => first.split(*separator).collect(),
        None if is_digits(first) && first.len() <= 3 => {
            let rest = words[1..].iter().take_while(|word| word.len() == 3 && is_digits(word));
            std::iter::once(first).chain(rest).copied().collect()
        }
        None => vec![*first],
    };
    let is_grouped = groups.len() > 1;
    let is_group = |(rank, group): (usize, &&str)| {
        is_digits(group) && (!is_grouped || rank == 0 && group.len() <= 3 || group.len() == 3)
    };
    let used = if first.len() == groups.first()?.len() { groups.len() } else { 1 };
    let number: u64 = groups.iter().enumerate().all(is_group).then(|| groups.concat().parse().ok())??;
    (number < 1_000_000_000).then_some((number, used))
}

/// The characters by which a word is first compared.
const BEGINNING: usize = 4;

/// Whether a number can begin with this word. To write all numbers takes longer than to read a letter, and most have none in
/// words: so few numbers are written first, which have all beginnings.
fn may_begin(word: &str, language: &'static Language) -> bool {
    static BEGINNINGS: [OnceLock<HashSet<String>>; language::ALL.len()] =
        [const { OnceLock::new() }; language::ALL.len()];
    let beginnings = BEGINNINGS[language.rank()].get_or_init(|| {
        let numbers = (2..=100).chain((200..=1_000).step_by(100)).chain((2_000..=20_000).step_by(1_000));
        let words = numbers.flat_map(|n| FORMS.map(|form| (language.number)(n, form).unwrap_or_default()));
        words.map(|words| words.split(' ').next().unwrap_or_default().chars().take(BEGINNING).collect()).collect()
    });
    let end = word.char_indices().nth(BEGINNING).map_or(word.len(), |(at, _)| at);
    beginnings.contains(&word[..end])
}

const FORMS: [NumberForm; 3] = [NumberForm::Alone, NumberForm::Masculine, NumberForm::Feminine];

/// The numbers in words that letters are likely to have.
fn known(language: &'static Language) -> &'static HashMap<String, u64> {
    static KNOWN: [OnceLock<HashMap<String, u64>>; language::ALL.len()] =
        [const { OnceLock::new() }; language::ALL.len()];
    KNOWN[language.rank()].get_or_init(|| {
        let numbers = (2..1_000).chain((1_000..=20_000).step_by(100));
        let words = numbers.flat_map(|n| FORMS.map(|form| ((language.number)(n, form).unwrap_or_default(), n)));
        words.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_begins_as_one_of_the_few() {
        for language in language::ALL.iter().filter(|language| language.counting.is_some()) {
            for words in known(language).keys().filter(|words| !words.is_empty()) {
                let first = words.split(' ').next().expect("a word");
                assert!(may_begin(first, language), "{}: {words}", language.tag);
            }
        }
    }

    #[test]
    fn numbers_are_read_as_each_language_writes_them() {
        for (tag, text, expected) in [
            ("de", "56 menschen", Some((56, 1))),
            ("de", "1.234 menschen", Some((1_234, 1))),
            ("de", "1 234 menschen", Some((1_234, 2))),
            ("de", "1234 menschen", Some((1_234, 1))),
            ("de", "1,5 menschen", None),
            ("de", "einundzwanzig überlebende", Some((21, 1))),
            ("de", "zwölfhundert", None),
            ("fr", "1 821 signataires", Some((1_821, 2))),
            ("fr", "12 345 678 signataires", Some((12_345_678, 3))),
            ("fr", "vingt et une personnes", Some((21, 3))),
            ("fr", "quatre-vingt-dix-neuf personnes", Some((99, 1))),
            ("it", "1.000 persone", Some((1_000, 1))),
            ("it", "ventitré persone", Some((23, 1))),
            ("es", "cincuenta y un firmantes", Some((51, 3))),
            ("es", "doscientas personas", Some((200, 1))),
            ("es", "1.23 personas", None),
            ("es", "1.234.567 personas", Some((1_234_567, 1))),
            ("es", "", None),
        ] {
            let language = Language::find(tag).expect("a language");
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(read(&words, language), expected, "{tag}: {text}");
        }
    }
}
