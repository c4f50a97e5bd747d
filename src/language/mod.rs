//! What differs by language in a letter: salutation and closing, dates, number words, and the program's own sentences.
//!
//! One file per language, each with one [`Language`] and a table of what it gives for what. A language must never be
//! guessed from a text: lists and settings name it.

mod de;
mod en;
mod en_gb;
mod es;
mod fr;
mod honorific;
mod it;
mod page;
#[cfg(test)]
mod table;

pub use en::ENGLISH;
pub(crate) use en::{ONES, TENS};
pub use honorific::{Gender, Honorific};
pub use page::{PageWords, zone_name};

use jiff::civil::Date;
use std::fmt;

/// Every language, in alphabetical order of the tags.
pub const ALL: [&Language; 6] = [&de::GERMAN, &ENGLISH, &en_gb::BRITISH, &es::SPANISH, &fr::FRENCH, &it::ITALIAN];

/// A language, as a table of functions and words.
pub struct Language {
    /// Its tag (BCP 47): "en-GB".
    pub tag: &'static str,
    /// Its English name, for messages: "British English".
    pub name: &'static str,
    /// How lists write it, in lower case, separated by `|`.
    pub wordings: &'static str,
    /// The months, from January.
    pub months: [&'static str; 12],
    /// The months in short, for `%b`.
    pub short_months: [&'static str; 12],
    /// The days of the week, from Monday.
    pub weekdays: [&'static str; 7],
    /// A date written out: "January 11, 2018".
    pub date: fn(Date) -> String,
    /// The salutation with its punctuation; `None` if nothing is known of a recipient and the language has no salutation for
    /// that.
    pub salutation: fn(&Addressee<'_>) -> Option<String>,
    /// The closing that goes with a salutation, with its punctuation.
    pub closing: fn(&str) -> String,
    /// A number below 1,000,000,000 in words.
    pub number: fn(u64, NumberForm) -> Option<String>,
    /// An ordinal number in figures: "3rd".
    pub ordinal: fn(u64) -> String,
    /// Whether a noun after this number is in the singular.
    pub is_singular: fn(u64) -> bool,
    /// The plural of a noun, where it can be formed; otherwise templates must state it.
    pub plural: Option<fn(&str) -> String>,
    /// "and" before this text.
    pub and: fn(&str) -> &'static str,
    /// The line of the roll for those beyond `max_listed`: "and 412 others".
    pub others: fn(&Unnamed<'_>) -> String,
    /// The line of the roll for those whose names are withheld.
    pub withheld: fn(&Unnamed<'_>) -> String,
    /// The nouns for one and for several signatories of a category that is not declared.
    pub in_category: fn(&str) -> [String; 2],
    /// The note on affiliations that are marked with an asterisk.
    pub affiliation_note: &'static str,
    /// The note that only verified signatures count.
    pub verification_note: &'static str,
    /// The footer of a page, with `{page}` and `{pages}` for the numbers.
    pub page_of: &'static str,
    /// What separates groups of three digits.
    pub separators: &'static [char],
    /// The words by which numbers of signatories are recognised in a text; `None` for English, which has more of them.
    pub counting: Option<Counting>,
    /// Words that only join others, in lower case, separated by spaces: they identify nobody.
    pub function_words: &'static str,
    /// Words before a month in a date: "in May".
    pub before_month: &'static str,
    /// The program's own words on web pages and in press material.
    pub page: PageWords,
}

/// How a number in words is used. In most languages some numbers differ before a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// Without a noun: "eins", "veintiuno".
    Alone,
    /// Before a masculine (German also neuter) noun: "ein", "veintiún".
    Masculine,
    /// Before a feminine noun: "eine", "veintiuna".
    Feminine,
}

/// Whom a letter is addressed to, as the recipient list has it. Unknown texts are empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Addressee<'a> {
    /// The cell with the honorific, which can have several: "Frau Prof. Dr.".
    pub honorific: &'a str,
    /// The given name.
    pub given: &'a str,
    /// The family name.
    pub family: &'a str,
    /// The whole name; empty if only a family name is known.
    pub name: &'a str,
    /// The office: "Chief Content Officer".
    pub office: &'a str,
}

impl<'a> Addressee<'a> {
    /// The family name, or the whole name where the list does not say which word that is.
    pub fn surname(&self) -> Option<&'a str> {
        [self.family, self.name].into_iter().find(|name| !name.is_empty())
    }

    /// The whole name, or at least the family name.
    pub fn full(&self) -> Option<&'a str> {
        [self.name, self.family].into_iter().find(|name| !name.is_empty())
    }
}

/// Signatories who are counted in a group of the roll, but not named there.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed<'a> {
    /// How many; not 0.
    pub number: usize,
    /// The nouns for one and for several of the group's category; `None` where signatures are not grouped.
    pub nouns: Option<[&'a str; 2]>,
    /// Whether all of them are in a protected category.
    pub is_protected: bool,
    /// Whether the line follows others of its group: "and …".
    pub follows: bool,
}

impl Unnamed<'_> {
    /// The number with the noun.
    fn counted(&self, is_singular: bool) -> Option<String> {
        let [one, many] = self.nouns?;
        Some(format!("{} {}", self.number, if is_singular { one } else { many }))
    }

    /// The line, after this word where it follows others.
    fn after(&self, and: &str, line: &str) -> String {
        if self.follows { format!("{and} {line}") } else { line.to_owned() }
    }
}

/// The words by which the number check recognises what a text says about the signatories. Each is in lower case, and lists
/// are separated by spaces.
#[derive(Clone, Copy, Debug)]
pub struct Counting {
    /// Nouns for all who sign.
    pub signatories: &'static str,
    /// Nouns for the people among them.
    pub persons: &'static str,
    /// Nouns for the organisations among them.
    pub organisations: &'static str,
    /// Between a number and its noun: without the sender.
    pub other: &'static str,
    /// A sentence with one of these is about who signs.
    pub signing: &'static str,
    /// "We are 56 people", "We, 56 people, ask".
    pub we: &'static str,
    /// Between "we" and the number.
    pub being: &'static str,
    /// A sentence with one of these may state how many are named, or how many are not.
    pub naming: &'static str,
    /// Before a number that is not exact; also with "of" between.
    pub about: &'static str,
    /// Between two numbers: a share ("neun von zehn").
    pub share: &'static str,
    /// Endings that nouns can have, besides those listed.
    pub endings: &'static str,
}

impl Language {
    /// Finds the language of a tag (BCP 47), regardless of case and with `-` or `_`. A variety that is not known is that of its
    /// language: "de-AT" is German. English outside of North America is British.
    pub fn find(tag: &str) -> Option<&'static Language> {
        let tag = tag.trim().replace('_', "-");
        if let Some(exact) = ALL.into_iter().find(|language| language.tag.eq_ignore_ascii_case(&tag)) {
            return Some(exact);
        }
        let mut subtags = tag.split('-');
        let primary = subtags.next().unwrap_or_default();
        let mut rest = subtags.clone();
        if !rest.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())) {
            return None;
        }
        let region =
            subtags.find(|part| part.len() == 2 || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()));
        if primary.eq_ignore_ascii_case("en") && region.is_some_and(|region| !is_north_american(region)) {
            return Some(&en_gb::BRITISH);
        }
        ALL.into_iter().find(|language| language.tag.eq_ignore_ascii_case(primary))
    }

    /// Finds the language that a text names by its tag or its name: "de-AT", "German".
    pub fn named(text: &str) -> Option<&'static Language> {
        let text = text.trim().to_lowercase();
        let is_named = |language: &&Language| language.wordings.split('|').any(|wording| wording == text);
        Language::find(&text).or_else(|| ALL.into_iter().find(is_named))
    }

    /// Finds the language of a recipient. A tag without a region, such as "en", is the campaign's variety of the language.
    pub fn of_recipient(tag: &str, campaign: &'static Language) -> &'static Language {
        if tag.is_empty() || tag.eq_ignore_ascii_case(campaign.primary()) {
            return campaign;
        }
        Language::find(tag).unwrap_or(campaign)
    }

    /// The tag without the region: "en".
    pub fn primary(&self) -> &'static str {
        self.tag.split('-').next().unwrap_or(self.tag)
    }

    /// Whether two languages are varieties of one.
    pub fn is_variety_of(&self, other: &Language) -> bool {
        self.primary() == other.primary()
    }

    /// Where it is in [`ALL`].
    pub fn rank(&self) -> usize {
        ALL.iter().position(|language| *language == self).unwrap_or_default()
    }

    /// Returns a number with its noun.
    pub fn counted(&self, n: u64, one: &str, many: &str) -> String {
        format!("{n} {}", if (self.is_singular)(n) { one } else { many })
    }

    /// Returns several texts in one phrase: "a, b and c".
    pub fn list(&self, texts: &[String]) -> String {
        match texts {
            [] => String::new(),
            [one] => one.clone(),
            [firsts @ .., last] => format!("{} {} {last}", firsts.join(", "), (self.and)(last)),
        }
    }

    /// Returns a strftime format with the names of this date's month and day of the week filled in, which are English
    /// otherwise.
    pub fn fill_names(&self, format: &str, date: Date) -> String {
        let month = date.month() as usize - 1;
        let weekday = self.weekdays[date.weekday().to_monday_zero_offset() as usize];
        let names = [
            ('B', self.months[month]),
            ('b', self.short_months[month]),
            ('h', self.short_months[month]),
            ('A', weekday),
        ];
        let (mut filled, mut rest) = (String::new(), format);
        while let Some(at) = rest.find('%') {
            filled.push_str(&rest[..at]);
            let flagged = &rest[at + 1..];
            let flags = flagged.len() - flagged.trim_start_matches(['-', '_', '0', '^', '#']).len();
            let conversion = flagged[flags..].chars().next();
            let length = 1 + flags + conversion.map_or(0, char::len_utf8);
            match names.iter().find(|(name, _)| Some(*name) == conversion) {
                Some((_, name)) if flagged[..flags].contains('^') => filled.push_str(&name.to_uppercase()),
                Some((_, name)) => filled.push_str(name),
                None => filled.push_str(&rest[at..at + length]),
            }
            rest = &rest[at + length..];
        }
        filled + rest
    }
}

/// Whether English in this region is written as in the United States.
fn is_north_american(region: &str) -> bool {
    ["US", "CA", "PR", "VI", "GU", "AS", "MP", "UM", "PH"].iter().any(|known| known.eq_ignore_ascii_case(region))
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag
    }
}

impl Eq for Language {}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag)
    }
}

/// Returns the tags, as a message lists them: "de, en, … or it".
pub fn tags() -> String {
    let [firsts @ .., last] = ALL.map(|language| language.tag);
    format!("{} or {last}", firsts.join(", "))
}

#[cfg(test)]
mod tests;
