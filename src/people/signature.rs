//! The public face of a signatory, and the rules of the campaign that decide it.
//!
//! A [`Signature`] must never hold anything that may not be printed: it is what templates, manifests and pages are given
//! instead of the signatory.

mod line;

pub(crate) use line::typeset;

use crate::text::pluralize::plural;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How much of a signatory's name is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Display {
    /// The name as it stands in the list.
    Full,
    /// The given name and the initial of the family name: Maria R.
    GivenInitial,
    /// M. R.
    Initials,
    /// The name the signatory chose for this.
    Pseudonym,
    /// Counted, not named.
    Withheld,
}

impl Display {
    /// Every display, from the most that is shown to the least.
    pub const ALL: [Display; 5] =
        [Display::Full, Display::GivenInitial, Display::Initials, Display::Pseudonym, Display::Withheld];

    /// The value of a cell, whatever its case and with blanks or `_` for hyphens; `None` where it is none.
    pub fn parse(cell: &str) -> Option<Display> {
        let cell = cell.to_lowercase().replace([' ', '_'], "-");
        Display::ALL.into_iter().find(|display| display.name() == cell)
    }

    /// The word for it in lists and settings.
    pub fn name(self) -> &'static str {
        match self {
            Display::Full => "full",
            Display::GivenInitial => "given-initial",
            Display::Initials => "initials",
            Display::Pseudonym => "pseudonym",
            Display::Withheld => "withheld",
        }
    }
}

/// Where the consent of the signatories is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// In the list's column `consent`.
    #[default]
    Column,
    /// Elsewhere: the campaign states that all who are listed have agreed. It replaces a missing column, never a cell.
    OnFile,
}

/// What the campaign lays down about privacy: the table `[privacy]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Where consent is recorded.
    pub consent: Consent,
    /// What a blank cell in `display`, or a list without that column, means.
    pub default_display: Display,
    /// Categories in which every doubt is resolved towards withheld.
    pub protect: Vec<String>,
    /// Warn of printed groups with fewer signatories than this; 0 for never.
    pub min_group: u32,
}

impl Default for Policy {
    /// The most private policy that protects no category in particular.
    fn default() -> Self {
        Policy { consent: Consent::Column, default_display: Display::Withheld, protect: Vec::new(), min_group: 0 }
    }
}

impl Policy {
    /// Whether a category is protected, whatever its case.
    pub fn protects(&self, category: &str) -> bool {
        let key = category_key(category);
        !key.is_empty() && self.protect.iter().any(|protected| is_same_noun(&category_key(protected), &key))
    }
}

/// Whether two categories' keys are the same noun, in the singular or the plural: a protection must not hang on an "s",
/// in no language.
pub(crate) fn is_same_noun(one: &str, other: &str) -> bool {
    let plural = |key: &str| category_key(&plural(&key.replace('_', " ")));
    let is_more = |one: &str, other: &str| one.chars().count() > 1 && other.strip_suffix('s') == Some(one);
    one == other || plural(one) == other || plural(other) == one || is_more(one, other) || is_more(other, one)
}

/// What a signatory is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatoryKind {
    /// Somebody. A blank cell means this: people are better guarded than organisations.
    #[default]
    Person,
    /// A body that signs under its own name.
    Organisation,
}

/// What a letter may print of a signatory. A text that may not be printed, or that there is none of, is empty.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// The name to print, as far as it was cleared.
    pub name: String,
    /// What they are.
    pub role: String,
    /// Where they are it.
    pub affiliation: String,
    /// Where they live or work.
    pub place: String,
    /// What they say in their own words.
    pub statement: String,
    /// The typeset line: name, role, affiliation and place, as far as there are any; an affiliation for identification
    /// with its mark, and what runs from right to left isolated.
    pub line: String,
    /// Whether an affiliation is printed that only tells who the person is, and commits nobody else.
    pub identification: bool,
    /// Person or organisation; counted, not printed.
    #[serde(skip)]
    pub kind: SignatoryKind,
    /// The category as the list spells it; the group prints it, not the signature.
    #[serde(skip)]
    pub category: String,
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({:?})", self.line)
    }
}

/// How a signatory appears in public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Face {
    /// By a name of some kind.
    Named(Signature),
    /// As one more in the count of a category.
    Withheld {
        /// The category as the list spells it.
        category: String,
        /// Person or organisation.
        kind: SignatoryKind,
    },
}

impl Face {
    /// The category as the list spells it.
    pub fn category(&self) -> &str {
        match self {
            Face::Named(signature) => &signature.category,
            Face::Withheld { category, .. } => category,
        }
    }

    /// Person or organisation.
    pub fn kind(&self) -> SignatoryKind {
        match self {
            Face::Named(signature) => signature.kind,
            Face::Withheld { kind, .. } => *kind,
        }
    }
}

/// The key of a category: lower case, with `_` for every run of other signs than letters and digits and none at the
/// ends. Categories with the same key are the same category; `count.by` is keyed by it. Empty only for a blank one.
pub fn category_key(category: &str) -> String {
    let mut key = String::new();
    for c in category.nfkc().flat_map(char::to_lowercase).nfc() {
        if c.is_alphanumeric() || is_combining_mark(c) {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    if key.is_empty() && !category.trim().is_empty() { "_".to_owned() } else { key }
}

/// A text as it is compared: without case, accents or differences of blanks and Unicode form.
pub(crate) fn fold(text: &str) -> String {
    let folded: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_read_whatever_its_case_and_hyphen() {
        for cell in ["given-initial", "Given-Initial", "GIVEN INITIAL", "given_initial"] {
            assert_eq!(Display::parse(cell), Some(Display::GivenInitial));
        }
        for display in Display::ALL {
            assert_eq!(Display::parse(display.name()), Some(display));
        }
        assert_eq!(Display::parse("anonymous"), None);
        assert_eq!(Display::parse(""), None);
    }

    #[test]
    fn a_protection_hangs_on_no_plural() {
        for (one, other) in [("survivor", "survivors"), ("child", "children"), ("alumnus", "alumni"), ("född", "födds")]
        {
            assert!(is_same_noun(one, other) && is_same_noun(other, one), "{one}, {other}");
        }
        assert!(!is_same_noun("", "s") && !is_same_noun("minor", "miner"));
    }

    #[test]
    fn a_category_has_one_key_however_it_is_typed() {
        for category in ["Service provider", "service-provider", "SERVICE  PROVIDER", " service_provider "] {
            assert_eq!(category_key(category), "service_provider");
        }
        assert_eq!(category_key("U\u{308}berlebende"), category_key("Überlebende"));
        assert_eq!(category_key("सेवा प्रदाता"), "सेवा_प्रदाता");
        assert_eq!(category_key("  "), "");
        assert_eq!(category_key("?!"), "_", "a category that has no letters is still not a blank one");
    }

    #[test]
    fn a_blank_category_is_never_protected_by_chance() {
        let policy = Policy { protect: vec![String::new(), "Survivor".into()], ..Policy::default() };
        assert!(policy.protects("SURVIVOR"));
        assert!(!policy.protects(""));
        assert!(!policy.protects("campaigner"));
    }

    #[test]
    fn texts_are_compared_without_case_accents_and_blanks() {
        assert_eq!(fold(" ZOË  Å "), "zoe a");
    }

    #[test]
    fn a_signature_serialises_to_what_a_template_may_ask_for() {
        let signature = Signature {
            name: "Maria R.".into(),
            role: String::new(),
            affiliation: String::new(),
            place: String::new(),
            statement: String::new(),
            line: "Maria R.".into(),
            identification: false,
            kind: SignatoryKind::Person,
            category: "survivor".into(),
        };
        let json = serde_json::to_value(signature).expect("a signature is a plain object");
        let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["affiliation", "identification", "line", "name", "place", "role", "statement"]);
    }
}
