//! The numbers of a letter, and the nouns that go with them.
//!
//! Every number is counted from the roll; nothing here may be set from outside, so no text can state another.

use super::signature::{Face, Kind, Signature, category_key};
use serde::Serialize;
use std::collections::BTreeMap;
use std::iter::Sum;

/// How many sign: `total` is `persons` and `organisations`. Who is left out is in none of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// All who sign.
    pub total: usize,
    /// The people among them.
    pub persons: usize,
    /// The organisations among them.
    pub organisations: usize,
    /// Those whose names, of whatever kind, are printed.
    pub listed: usize,
    /// Those whose names are withheld. The rest of `total` are the others beyond `max_listed`.
    pub withheld: usize,
    /// All who sign, by the key of their category ([`category_key`]); those without one are in none.
    pub by: BTreeMap<String, usize>,
    /// The same signatories by category and kind, categories in the order of the list. Templates do without.
    #[serde(skip)]
    pub parts: Vec<Part>,
}

/// The signatories of one category and one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The category, as the first who signs in it spells it; empty for a blank one.
    pub category: String,
    /// Person or organisation.
    pub kind: Kind,
    /// How many there are.
    pub figures: Figures,
}

/// How many there are of something, and how they appear: `total` is the other three together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// All of them.
    pub total: usize,
    /// Those whose names, of whatever kind, are printed.
    pub named: usize,
    /// Those whose names are withheld.
    pub withheld: usize,
    /// Those who could be named and are beyond `max_listed`.
    pub others: usize,
}

impl Sum for Figures {
    fn sum<I: Iterator<Item = Figures>>(figures: I) -> Figures {
        figures.fold(Figures::default(), |a, b| Figures {
            total: a.total + b.total,
            named: a.named + b.named,
            withheld: a.withheld + b.withheld,
            others: a.others + b.others,
        })
    }
}

impl Count {
    /// Counts one more who signs; who could be named is one of the others until [`Count::list`] says that they are.
    pub(super) fn add(&mut self, face: &Face) {
        let (kind, category) = (face.kind(), face.category());
        self.total += 1;
        match kind {
            Kind::Person => self.persons += 1,
            Kind::Organisation => self.organisations += 1,
        }
        let key = category_key(category);
        if !key.is_empty() {
            *self.by.entry(key).or_default() += 1;
        }
        let figures = self.part(kind, category);
        figures.total += 1;
        match face {
            Face::Named(_) => figures.others += 1,
            Face::Withheld { .. } => {
                figures.withheld += 1;
                self.withheld += 1;
            }
        }
    }

    /// One who was counted is printed by name.
    pub(super) fn list(&mut self, signature: &Signature) {
        self.listed += 1;
        let figures = self.part(signature.kind, &signature.category);
        figures.others -= 1;
        figures.named += 1;
    }

    fn part(&mut self, kind: Kind, category: &str) -> &mut Figures {
        let key = category_key(category);
        let same = |part: &Part| category_key(&part.category) == key;
        let at = self.parts.iter().position(|part| part.kind == kind && same(part)).unwrap_or_else(|| {
            let spelled = self.parts.iter().find(|part| same(part)).map_or(category, |part| &*part.category).to_owned();
            self.parts.push(Part { category: spelled, kind, figures: Figures::default() });
            self.parts.len() - 1
        });
        &mut self.parts[at].figures
    }

    /// The categories, each once, as the list spells them and in its order; an empty one for those without.
    pub fn categories(&self) -> Vec<&str> {
        let mut categories: Vec<&str> = Vec::new();
        for part in &self.parts {
            if !categories.contains(&&*part.category) {
                categories.push(&part.category);
            }
        }
        categories
    }

    /// How many sign of a kind and of a category, or of all kinds, or of all categories.
    pub fn figures(&self, kind: Option<Kind>, category: Option<&str>) -> Figures {
        let key = category.map(category_key);
        let meant = |part: &&Part| {
            kind.is_none_or(|kind| kind == part.kind)
                && key.as_ref().is_none_or(|key| *key == category_key(&part.category))
        };
        self.parts.iter().filter(meant).map(|part| part.figures).sum()
    }
}

/// The English plural of a noun or of a noun with what belongs to it: "service provider", "member of parliament". A
/// word that is a plural already, or is none of the Latin alphabet, stays as it is.
pub fn plural(noun: &str) -> String {
    // Of "member of parliament", the member is the noun.
    let head = [" of ", " for ", " in ", " at ", " against "].iter().filter_map(|link| noun.find(link)).min();
    let (noun, rest) = noun.split_at(head.unwrap_or(noun.len()));
    let (before, word) = noun.split_at(noun.rfind([' ', '-']).map_or(0, |at| at + 1));
    format!("{before}{}{rest}", plural_word(word))
}

/// Nouns whose plural follows no rule, and plurals that do not look like one.
const IRREGULAR: [(&str, &str); 19] = [
    ("person", "people"),
    ("people", "people"),
    ("child", "children"),
    ("children", "children"),
    ("clergy", "clergy"),
    ("faculty", "faculty"),
    ("police", "police"),
    ("staff", "staff"),
    ("youth", "youth"),
    ("foot", "feet"),
    ("wife", "wives"),
    ("life", "lives"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("echo", "echoes"),
    ("alumnus", "alumni"),
    ("analysis", "analyses"),
    ("crisis", "crises"),
    ("men", "men"),
];

fn plural_word(word: &str) -> String {
    let lower = word.to_lowercase();
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == lower) {
        let capital = word.chars().next().filter(|c| c.is_uppercase());
        return capital.map_or_else(|| (*plural).to_owned(), |_| capitalised(plural));
    }
    if !word.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    // "woman", but not "human" and its like.
    if ends(&["man"]) && !["human", "german", "roman", "talisman", "shaman"].contains(&&*lower) {
        return format!("{}en", &word[..word.len() - 2]);
    }
    if ends(&["women"]) || ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        return word.to_owned();
    }
    if ends(&["s", "x", "z", "ch", "sh"]) {
        return format!("{word}es");
    }
    if ends(&["y"]) && !ends(&["ay", "ey", "iy", "oy", "uy"]) && lower.len() > 1 {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    format!("{word}s")
}

/// A text with its first letter as a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nouns_take_their_plural() {
        for (noun, expected) in [
            ("survivor", "survivors"),
            ("service provider", "service providers"),
            ("charity", "charities"),
            ("attorney", "attorneys"),
            ("Church", "Churches"),
            ("campus", "campuses"),
            ("person", "people"),
            ("Person", "People"),
            ("spokeswoman", "spokeswomen"),
            ("human", "humans"),
            ("NGO", "NGOs"),
            ("member of parliament", "members of parliament"),
            ("advocate for children", "advocates for children"),
            ("co-author", "co-authors"),
            ("young person", "young people"),
            ("", ""),
        ] {
            assert_eq!(plural(noun), expected);
        }
    }

    #[test]
    fn a_plural_stays_one_and_other_alphabets_are_left_alone() {
        for noun in ["survivors", "charities", "people", "women", "staff", "активист", "支援者"] {
            assert_eq!(plural(noun), noun);
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_plural_that_begins_like_it(noun in "\\PC{0,20}") {
            let plural = plural(&noun);
            prop_assert_eq!(noun.is_empty(), plural.is_empty());
        }
    }

    #[test]
    fn the_kinds_add_up_and_a_blank_category_has_no_key() {
        let mut count = Count::default();
        let mut add = |kind, category: &str| count.add(&Face::Withheld { category: category.into(), kind });
        add(Kind::Person, "Survivor");
        add(Kind::Person, "survivor");
        add(Kind::Organisation, "Service provider");
        add(Kind::Organisation, "SURVIVOR");
        add(Kind::Person, "");
        assert_eq!((count.total, count.persons, count.organisations), (5, 3, 2));
        let by: Vec<_> = count.by.iter().map(|(key, number)| (&**key, *number)).collect();
        assert_eq!(by, [("service_provider", 1), ("survivor", 3)]);
        assert_eq!(count.categories(), ["Survivor", "Service provider", ""]);
        let of = |kind, category| count.figures(kind, category).total;
        assert_eq!((of(None, None), of(Some(Kind::Person), None), of(None, Some("survivor"))), (5, 3, 3));
        assert_eq!(
            (of(Some(Kind::Organisation), Some("survivor")), of(None, Some("")), of(None, Some("x"))),
            (1, 1, 0)
        );
    }
}
