//! The ordinary words of a language, and the English words around a name that the rule checks.
//!
//! In a language without a dictionary every word of a name is a leak wherever it is. The dictionary must be read only when
//! a word of a name was found.

/// The lower-case entries of Debian's word list `wamerican` (SCOWL; `words/COPYRIGHT`), without accents, sorted, one per
/// line.
const ENGLISH: &str = include_str!("words/en.txt");

/// Words that only join others; one of them identifies nobody. `will` and `may` are not among them: they are names.
const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "although", "am", "among", "an", "and",
    "another", "any", "are", "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but",
    "by", "can", "cannot", "could", "did", "do", "does", "during", "each", "either", "even", "every", "few", "for",
    "from", "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "however", "i", "if",
    "in", "into", "is", "it", "its", "just", "less", "many", "me", "might", "mine", "more", "most", "much", "must",
    "my", "neither", "no", "none", "nor", "not", "nothing", "now", "of", "off", "on", "once", "only", "or", "other",
    "our", "ours", "out", "over", "per", "same", "shall", "she", "should", "since", "so", "some", "such", "than",
    "that", "the", "their", "theirs", "them", "then", "there", "these", "they", "this", "those", "though", "through",
    "thus", "to", "too", "under", "until", "up", "upon", "us", "very", "was", "we", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whom", "whose", "why", "with", "within", "without", "would", "yes", "yet",
    "you", "your", "yours",
];

/// Number words, which the program writes too: `{{words count.total}}`.
const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty",
    "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "first", "second", "third", "fourth",
    "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
];

const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
];

/// Words before a month: "in May", "until June", "last April".
const BEFORE_MONTH: &[&str] =
    &["in", "since", "until", "till", "during", "last", "next", "this", "every", "each", "early", "late", "mid"];

/// Forms of address, in upper or lower case.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "mx", "dr", "prof", "professor", "rev", "hon", "messrs", "mme", "mlle", "monsieur", "madame",
    "mademoiselle", "herr", "frau", "signor", "signora", "señor", "señora", "sra", "sr",
];
/// Forms of address that are also words: they count only with a capital.
const WORDS_AS_TITLES: &[&str] = &[
    "Miss", "Sir", "Dame", "Lady", "Lord", "Sister", "Brother", "Father", "Mother", "Aunt", "Uncle", "Judge",
    "Justice", "Senator", "Captain", "Officer", "Sergeant", "Colonel", "Doctor", "Nurse", "Rabbi", "Imam", "Pastor",
];

/// The words of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    dictionary: &'static str,
}

impl Words {
    /// The words of a language, by its tag (BCP 47); `None` for one without a dictionary.
    pub(super) fn of(language: &str) -> Option<Words> {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        primary.eq_ignore_ascii_case("en").then_some(Words { dictionary: ENGLISH })
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

    /// Whether a folded word only joiner_of others, or is a number.
    pub(super) fn is_function_word(self, word: &str) -> bool {
        FUNCTION_WORDS.contains(&word) || NUMBERS.contains(&word)
    }

    /// Whether a folded word is a month in a date: beside a number, or after "in" or "since".
    pub(super) fn is_month_in_date(self, word: &str, before: &str, after: &str) -> bool {
        let last = |text: &str| last_word(text).to_lowercase();
        let is_number = |word: &str| {
            let word = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
            !word.is_empty() && word.chars().all(char::is_numeric)
        };
        let previous = last(before);
        let earlier = last(before.trim_end().strip_suffix(last_word(before)).unwrap_or_default());
        MONTHS.contains(&word)
            && (BEFORE_MONTH.contains(&&*previous)
                || is_number(&previous)
                || previous == "of" && (is_number(&earlier) || NUMBERS.contains(&&*earlier))
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
        let words = Words::of("en-GB").expect("English has a dictionary");
        let entries: Vec<&str> = ENGLISH.lines().collect();
        assert!(entries.len() > 60_000 && entries.is_sorted());
        assert!(entries.iter().all(|entry| words.has(entry)));
        for other in ["", "jolene", "satterwhaite", "aaaa", "zzzz", "hop\ne", "a\naardvark"] {
            assert!(!words.has(other), "{other:?}");
        }
        assert!(Words::of("it").is_none());
    }

    #[test]
    fn a_month_is_one_only_in_a_date() {
        let words = Words::of("en").expect("English has a dictionary");
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
}
