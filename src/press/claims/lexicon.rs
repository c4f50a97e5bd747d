//! The word lists of the number check. Everything that differs by language is in this file.
//!
//! It must contain only words, no rules. The words of a list are in lower case, with a space between them.

pub(super) use crate::text::number_words::{ONES, TENS};

/// Nouns for all who sign.
pub(super) const SIGNATORIES: &str = "signatory signatories signer signers";

/// Nouns for the people among them.
pub(super) const PERSONS: &str = "person persons people";

/// Nouns for the organisations among them.
pub(super) const ORGANISATIONS: &str = "organisation organisations organization organizations";

/// Between a number and its noun: without the sender.
pub(super) const OTHER: &str = "other";

/// A sentence with one of these is about who signs this letter.
pub(super) const SIGNING: &str = "sign signs signed signing co-sign co-signs co-signed cosigned undersigned signatory signatories signer \
     signers endorse endorses endorsed";

/// "We are 56 people", "We, 56 people, ask".
pub(super) const WE: &str = "we";
pub(super) const BEING: &str = "are were the all";

/// A sentence with one of these may state how many are named, or how many are not.
pub(super) const NAMING: &str = "name named names unnamed anonymous anonymously withheld withhold withholds listed initials pseudonym \
     pseudonyms";

/// A sentence with one of these may state the number of a category that is not a noun.
pub(super) const CATEGORY: &str = "category categories";

/// Before a number: it is not exact, and cannot be compared.
pub(super) const ABOUT: &str = "about around nearly almost roughly approximately some over than least most to another";

/// Between two numbers: a share ("one in five people", "nine out of ten").
pub(super) const SHARE: &str = "in of";
pub(super) const OUT: &str = "out";

/// After a noun: a clause that restricts it.
pub(super) const RELATIVE: &str = "who whose whom that which";

/// Before a figure that is a year: "in 2016 people fled".
pub(super) const BEFORE_YEAR: &str = "in since of until by during after before from and";

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
    list.split(' ').any(|known| known == word)
}
