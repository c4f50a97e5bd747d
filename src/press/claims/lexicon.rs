//! The word lists of the number check: the English ones, and those of other languages from [`crate::language`].
//!
//! It must contain only words, no rules. The words of a list are in lower case, with a space between them.

use crate::language::Language;

/// The words that the check of numbers needs in one language.
pub(super) struct Lexicon {
    pub(super) language: &'static Language,
    pub(super) signatories: &'static str,
    pub(super) persons: &'static str,
    pub(super) organisations: &'static str,
    pub(super) other: &'static str,
    pub(super) signing: &'static str,
    pub(super) we: &'static str,
    pub(super) being: &'static str,
    pub(super) naming: &'static str,
    pub(super) category: &'static str,
    pub(super) about: &'static str,
    pub(super) share: &'static str,
    pub(super) out: &'static str,
    pub(super) relative: &'static str,
    pub(super) before_year: &'static str,
    pub(super) months: &'static str,
    /// Endings that nouns can have.
    pub(super) endings: &'static str,
}

impl Lexicon {
    pub(super) fn of(language: &'static Language) -> Lexicon {
        match language.counting {
            None => Lexicon {
                language,
                signatories: SIGNATORIES,
                persons: PERSONS,
                organisations: ORGANISATIONS,
                other: OTHER,
                signing: SIGNING,
                we: WE,
                being: BEING,
                naming: NAMING,
                category: CATEGORY,
                about: ABOUT,
                share: SHARE,
                out: OUT,
                relative: RELATIVE,
                before_year: BEFORE_YEAR,
                months: MONTHS,
                endings: "",
            },
            Some(words) => Lexicon {
                language,
                signatories: words.signatories,
                persons: words.persons,
                organisations: words.organisations,
                other: words.other,
                signing: words.signing,
                we: words.we,
                being: words.being,
                naming: words.naming,
                category: "",
                about: words.about,
                share: words.share,
                out: "",
                relative: "",
                before_year: language.function_words,
                months: "",
                endings: words.endings,
            },
        }
    }
}

pub(super) use crate::language::{ONES, TENS};

/// Nouns for all who sign.
const SIGNATORIES: &str = "signatory signatories signer signers";

/// Nouns for the people among them.
const PERSONS: &str = "person persons people";

/// Nouns for the organisations among them.
const ORGANISATIONS: &str = "organisation organisations organization organizations";

/// Between a number and its noun: without the sender.
const OTHER: &str = "other";

/// A sentence with one of these is about who signs this letter.
const SIGNING: &str = "sign signs signed signing co-sign co-signs co-signed cosigned undersigned signatory signatories signer \
     signers endorse endorses endorsed";

/// "We are 56 people", "We, 56 people, ask".
const WE: &str = "we";
const BEING: &str = "are were the all";

/// A sentence with one of these may state how many are named, or how many are not.
const NAMING: &str = "name named names unnamed anonymous anonymously withheld withhold withholds listed initials pseudonym \
     pseudonyms";

/// A sentence with one of these may state the number of a category that is not a noun.
const CATEGORY: &str = "category categories";

/// Before a number: it is not exact, and cannot be compared.
const ABOUT: &str = "about around nearly almost roughly approximately some over than least most to another";

/// Between "about" and a number: "plus de 50", "mehr als 50".
pub(super) const LINKS: &str = "of de di von";

/// Between two numbers: a share ("one in five people", "nine out of ten").
const SHARE: &str = "in of";
const OUT: &str = "out";

/// After a noun: a clause that restricts it.
const RELATIVE: &str = "who whose whom that which";

/// Before a figure that is a year: "in 2016 people fled".
const BEFORE_YEAR: &str = "in since of until by during after before from and";

pub(super) const HUNDRED: &str = "hundred";
pub(super) const SCALES: [(&str, u64); 2] = [("million", 1_000_000), ("thousand", 1_000)];
/// Within a number in words: "one hundred and one".
pub(super) const AND: &str = "and";
/// For "one": "a hundred".
pub(super) const A: &str = "a an";
/// An inexact number: "a few weeks ago".
pub(super) const FEW: &str = "few several couple some of";

/// Dates that are true on one day only.
pub(super) const RELATIVE_DAYS: &str = "today yesterday tomorrow tonight today's recently lately";
/// Before a span or a weekday: "next year", "last Friday".
pub(super) const POINTERS: &str = "this next last";
/// The same with an article before it: "in the coming weeks".
pub(super) const COMING: &str = "coming past";
/// Before [`POINTERS`]: "the next week" of a story is not a date.
pub(super) const ARTICLES: &str = "the his her their its our my your a";
pub(super) const SPANS: &str =
    "week weekend month year quarter morning afternoon evening night spring summer autumn fall winter";
/// The same, counted: "two days ago".
pub(super) const COUNTED: &str = "hour hours day days week weeks month months year years decade decades";
pub(super) const AGO: &str = "ago";
pub(super) const ON: &str = "on";
pub(super) const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday";
/// After a weekday: it means many days.
pub(super) const RECURRING: &str = "mornings afternoons evenings nights";
pub(super) const MONTHS: &str = "january february march april may june july august september october november december jan feb aug \
     sept oct nov dec";

/// HTML tags within a line of text.
pub(super) const INLINE_TAGS: &str = "a abbr b bdi cite em font i mark small span strong sub u";

/// Whether a word is in a list.
pub(super) fn has(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split(' ').any(|known| known == word)
}
