//! The public view of a signatory, and the privacy settings that decide it.
//!
//! A [`Signature`] must never contain anything that may not be printed: templates, manifests and pages get it instead of
//! the signatory.

mod line;

pub(crate) use line::typeset;

use super::category::{Categories, Protection};
use super::supporter::LetterConsent;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How much of a signatory's name is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Display {
    /// The name as in the list.
    Full,
    /// The given name and the initial of the family name: Maria R.
    GivenInitial,
    /// M. R.
    Initials,
    /// The pseudonym that the signatory chose.
    Pseudonym,
    /// Counted, not named.
    Withheld,
}

impl Display {
    /// Every display, from the one that shows most to the one that shows least.
    pub const ALL: [Display; 5] =
        [Display::Full, Display::GivenInitial, Display::Initials, Display::Pseudonym, Display::Withheld];

    /// Parses a cell, in any case and with spaces or `_` for hyphens.
    pub fn parse(cell: &str) -> Option<Display> {
        let cell = cell.to_lowercase().replace([' ', '_'], "-");
        Display::ALL.into_iter().find(|display| display.name() == cell)
    }

    /// Returns its name in lists and settings.
    pub const fn name(self) -> &'static str {
        match self {
            Display::Full => "full",
            Display::GivenInitial => "given-initial",
            Display::Initials => "initials",
            Display::Pseudonym => "pseudonym",
            Display::Withheld => "withheld",
        }
    }

    /// Whether it prints part of the name in the list.
    pub(crate) fn is_shortened(self) -> bool {
        match self {
            Display::GivenInitial | Display::Initials => true,
            Display::Full | Display::Pseudonym | Display::Withheld => false,
        }
    }
}

/// Where signatories' consent is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// In the column `consent`.
    #[default]
    Column,
    /// Elsewhere: the campaign states that everybody in the list has agreed. This replaces a missing column, but no cell.
    OnFile,
}

/// Which signatories sign, of those who consented.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// All of them.
    #[default]
    All,
    /// Those whose cell `verified` says yes.
    Verified,
}

/// The settings that decide what may be printed of whom: `[privacy]`, `[categories]` and `[signatories] count`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Where consent is recorded.
    pub consent: Consent,
    /// Which of those who consented sign.
    pub counted: Counted,
    /// The display for a blank cell, or for a list without the column.
    pub default_display: Display,
    /// Protected categories, in addition to those that are declared as protected.
    pub protect: Vec<String>,
    /// The table `[categories]`.
    pub categories: Categories,
    /// Whether somebody who signed several times counts once, as in a petition.
    pub once: bool,
    /// In individual mode, the column that says in whose name letters go out; none in joint mode.
    pub letters: Option<LetterConsent>,
    /// Warn about printed groups with fewer signatories than this; 0 for never.
    pub min_group: u32,
}

impl Default for Policy {
    /// The most private policy without protected categories.
    fn default() -> Self {
        Policy {
            consent: Consent::Column,
            counted: Counted::All,
            default_display: Display::Withheld,
            protect: Vec::new(),
            categories: Categories::default(),
            once: false,
            letters: None,
            min_group: 0,
        }
    }
}

impl Policy {
    /// Whether any category is protected.
    pub fn has_protected(&self) -> bool {
        !self.protect.is_empty() || self.categories.0.iter().any(|category| category.protect)
    }

    /// Returns how a category is protected. If any category is protected, an undeclared one is never open.
    pub fn protection(&self, category: &str) -> Protection {
        let is_named = |name: &str| self.protect.iter().any(|entry| category_key(entry) == category_key(name));
        match self.categories.get(category) {
            Some(declared) if declared.protect || declared.names().any(is_named) => Protection::Protected,
            Some(_) => Protection::Open,
            None if !category.trim().is_empty() && is_named(category) => Protection::Protected,
            None if self.has_protected() => Protection::Undeclared,
            None => Protection::Open,
        }
    }

    /// Whether a category is protected.
    pub fn protects(&self, category: &str) -> bool {
        self.protection(category) == Protection::Protected
    }

    /// Returns the names of the protected categories, as the campaign writes them.
    pub fn protected(&self) -> Vec<String> {
        let declared =
            self.categories.0.iter().filter(|category| self.protects(&category.key)).map(|one| one.key.clone());
        let others = self.protect.iter().filter(|entry| self.categories.get(entry).is_none()).cloned();
        declared.chain(others).collect()
    }
}

/// Whether a signatory is a person or an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatoryKind {
    /// A person. A blank cell means this, since persons are protected more than organisations.
    #[default]
    Person,
    /// An organisation that signs under its own name.
    Organisation,
}

/// What a letter may print of a signatory. Missing texts, and those that may not be printed, are empty.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// The name to print, shortened to what is cleared.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Their affiliation.
    pub affiliation: String,
    /// Their place.
    pub place: String,
    /// Their statement.
    pub statement: String,
    /// The line: name, role, affiliation and place, with a mark after an affiliation for identification, and with
    /// right-to-left text isolated.
    pub line: String,
    /// Whether the printed affiliation is for identification only.
    pub identification: bool,
    /// Whether a text of the line has letters that run from right to left.
    pub right_to_left: bool,
    /// Person or organisation; counted, not printed.
    #[serde(skip)]
    pub kind: SignatoryKind,
    /// The category as the list spells it; printed by the group, not by the signature.
    #[serde(skip)]
    pub category: String,
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({:?})", self.line)
    }
}

/// The public view of a signatory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Face {
    /// Printed under a name.
    Named(Signature),
    /// Counted only.
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

/// Returns the key of a category: in lower case, with one `_` for other signs than letters and digits between words.
/// Categories with the same key are the same category; `count.by` uses it. Empty only for a blank one.
pub fn category_key(category: &str) -> String {
    let mut key = String::with_capacity(category.len());
    let push = |c: char| {
        if c.is_alphanumeric() || is_combining_mark(c) {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    };
    match category.is_ascii() {
        true => category.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).for_each(push),
        false => category.nfkc().flat_map(char::to_lowercase).nfc().for_each(push),
    }
    key.truncate(key.trim_end_matches('_').len());
    if key.is_empty() && !category.trim().is_empty() { "_".to_owned() } else { key }
}

/// Folds a text for comparison: no case, accents, extra spaces or differences in Unicode form.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut is_after_space = false;
    let push = |c: char| {
        if c.is_whitespace() {
            is_after_space = !folded.is_empty();
            return;
        }
        if std::mem::take(&mut is_after_space) {
            folded.push(' ');
        }
        folded.push(c);
    };
    match text.is_ascii() {
        true => text.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).for_each(push),
        false => text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).for_each(push),
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::category::Category;

    #[test]
    fn a_display_is_parsed_in_any_case_and_with_any_hyphen() {
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
    fn spellings_of_a_category_have_the_same_key() {
        for category in ["Service provider", "service-provider", "SERVICE  PROVIDER", " service_provider "] {
            assert_eq!(category_key(category), "service_provider");
        }
        assert_eq!(category_key("U\u{308}berlebende"), category_key("Überlebende"));
        assert_eq!(category_key("सेवा प्रदाता"), "सेवा_प्रदाता");
        assert_eq!(category_key("  "), "");
        assert_eq!(category_key("?!"), "_", "a category without letters is not blank");
    }

    #[test]
    fn a_category_is_open_only_if_it_is_declared_or_nothing_is_protected() {
        let declared = |key: &str, many: &str, protect| Category {
            key: key.into(),
            one: key.into(),
            many: many.into(),
            protect,
            translations: Vec::new(),
        };
        let by_table = Policy {
            categories: Categories(vec![declared("survivor", "Survivors", true), declared("ally", "allies", false)]),
            ..Policy::default()
        };
        let by_list = Policy {
            protect: vec!["SURVIVORS".into()],
            categories: Categories(vec![declared("survivor", "Survivors", false), declared("ally", "allies", false)]),
            ..Policy::default()
        };
        for policy in [&by_table, &by_list] {
            for category in ["survivor", "Survivors", "SURVIVOR"] {
                assert_eq!(policy.protection(category), Protection::Protected, "{category}");
            }
            assert_eq!(policy.protection("Allies"), Protection::Open);
            for category in ["survivers", "survivor/expert", "", "?!"] {
                assert_eq!(policy.protection(category), Protection::Undeclared, "{category}");
            }
            assert_eq!(policy.protected(), ["survivor"]);
        }
        let bare = Policy { protect: vec![String::new(), "Survivor".into()], ..Policy::default() };
        assert_eq!(bare.protection("SURVIVOR"), Protection::Protected);
        assert_eq!(["survivors", "ally", ""].map(|one| bare.protection(one)), [Protection::Undeclared; 3]);
        assert_eq!(["survivor", "ally", ""].map(|one| Policy::default().protection(one)), [Protection::Open; 3]);
    }

    #[test]
    fn folding_removes_case_accents_and_extra_spaces() {
        assert_eq!(fold(" ZOË  Å "), "zoe a");
    }

    #[test]
    fn a_signature_serialises_to_the_names_in_templates() {
        let signature = Signature {
            name: "Maria R.".into(),
            role: String::new(),
            affiliation: String::new(),
            place: String::new(),
            statement: String::new(),
            line: "Maria R.".into(),
            identification: false,
            right_to_left: false,
            kind: SignatoryKind::Person,
            category: "survivor".into(),
        };
        let json = serde_json::to_value(signature).expect("a signature is a plain object");
        let keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
        let names = ["affiliation", "identification", "line", "name", "place", "right_to_left", "role", "statement"];
        assert_eq!(keys, names);
    }
}
