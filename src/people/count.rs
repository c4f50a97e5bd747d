//! The numbers of a letter.
//!
//! Every number is counted from the roll. This module must never let a number be set from outside.

use super::signature::{Face, SignatoryKind, Signature, category_key};
use crate::language::Language;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::iter::Sum;

/// How many sign. `total` is the sum of `persons` and `organisations`. Signatories who are left out are counted in
/// `unverified` only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// All who sign.
    pub total: usize,
    /// The people among them.
    pub persons: usize,
    /// The organisations among them.
    pub organisations: usize,
    /// Those whose names or pseudonyms are printed.
    pub listed: usize,
    /// Those whose names are withheld.
    pub withheld: usize,
    /// Those who could be named but are beyond `max_listed`: the rest of `total`.
    pub others: usize,
    /// Those who consented but are not verified, if only verified signatories count. No other number includes them.
    pub unverified: usize,
    /// All who sign and have a category, by its key ([`category_key`]).
    pub by: BTreeMap<String, usize>,
    /// All who sign, by category and kind, in the order of the list. Not for templates.
    #[serde(skip)]
    pub by_category: Vec<CategoryCount>,
}

/// The signatories of one category and one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryCount {
    /// The category, as its first signatory spells it; empty for a blank one.
    pub category: String,
    /// Person or organisation.
    pub kind: SignatoryKind,
    /// How many there are.
    pub figures: Figures,
}

/// How many signatories there are, and how they appear. `total` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// All of them.
    pub total: usize,
    /// Those whose names or pseudonyms are printed.
    pub named: usize,
    /// Those whose names are withheld.
    pub withheld: usize,
    /// Those who could be named but are beyond `max_listed`.
    pub others: usize,
}

/// How many sign, and for which day that is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatedCount {
    /// The numbers.
    pub count: Count,
    /// The day.
    pub as_of: Date,
    /// The time zone of the day: "EST".
    pub zone: String,
}

impl DatedCount {
    /// "56 signatories: 44 people and 12 organizations".
    pub fn sentence(&self, language: &Language) -> String {
        let (words, all) = (&language.page, &self.count);
        let count = |n: usize, [one, many]: [&str; 2]| language.counted(n as u64, one, many);
        let kinds = [(all.persons, words.people), (all.organisations, words.organisations)];
        let kinds: Vec<String> = kinds.into_iter().filter(|(n, _)| *n > 0).map(|(n, nouns)| count(n, nouns)).collect();
        let all = count(all.total, words.signatories);
        match kinds.is_empty() {
            true => all,
            false => format!("{all}: {}", language.list(&kinds)),
        }
    }

    /// The same with its day, and with how many are not verified.
    pub fn sentences(&self, language: &Language) -> String {
        let words = &language.page;
        let day = (language.date)(self.as_of);
        let mut sentences = format!("{} {day} ({}): {}.", words.as_of, self.zone, self.sentence(language));
        if self.count.unverified > 0 {
            let [one, many] = words.unverified;
            sentences += &format!(" {}.", language.counted(self.count.unverified as u64, one, many));
        }
        sentences
    }
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
    /// Counts a signatory. One who could be named is one of the `others` until [`Count::list`] is called.
    pub(crate) fn add(&mut self, face: &Face) {
        let (kind, category) = (face.kind(), face.category());
        self.total += 1;
        match kind {
            SignatoryKind::Person => self.persons += 1,
            SignatoryKind::Organisation => self.organisations += 1,
        }
        let key = category_key(category);
        if !key.is_empty() {
            *self.by.entry(key).or_default() += 1;
        }
        let figures = self.figures_mut(kind, category);
        figures.total += 1;
        match face {
            Face::Named(_) => {
                figures.others += 1;
                self.others += 1;
            }
            Face::Withheld { .. } => {
                figures.withheld += 1;
                self.withheld += 1;
            }
        }
    }

    /// Moves a counted signatory from `others` to `listed`.
    pub(crate) fn list(&mut self, signature: &Signature) {
        self.listed += 1;
        self.others -= 1;
        let figures = self.figures_mut(signature.kind, &signature.category);
        figures.others -= 1;
        figures.named += 1;
    }

    fn figures_mut(&mut self, kind: SignatoryKind, category: &str) -> &mut Figures {
        let key = category_key(category);
        let same = |part: &CategoryCount| category_key(&part.category) == key;
        let at = self.by_category.iter().position(|part| part.kind == kind && same(part)).unwrap_or_else(|| {
            let spelled =
                self.by_category.iter().find(|part| same(part)).map_or(category, |part| &*part.category).to_owned();
            self.by_category.push(CategoryCount { category: spelled, kind, figures: Figures::default() });
            self.by_category.len() - 1
        });
        &mut self.by_category[at].figures
    }

    /// Returns each category once, as the list spells it and in its order; the empty one is for signatories without.
    pub fn categories(&self) -> Vec<&str> {
        let mut categories: Vec<&str> = Vec::new();
        for part in &self.by_category {
            if !categories.contains(&&*part.category) {
                categories.push(&part.category);
            }
        }
        categories
    }

    /// Returns how many sign of a kind, or of all kinds, and of a category, or of all categories.
    pub fn figures(&self, kind: Option<SignatoryKind>, category: Option<&str>) -> Figures {
        let key = category.map(category_key);
        let meant = |part: &&CategoryCount| {
            kind.is_none_or(|kind| kind == part.kind)
                && key.as_ref().is_none_or(|key| *key == category_key(&part.category))
        };
        self.by_category.iter().filter(meant).map(|part| part.figures).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_and_organisations_add_up_and_a_blank_category_has_no_key() {
        let mut count = Count::default();
        let mut add = |kind, category: &str| count.add(&Face::Withheld { category: category.into(), kind });
        add(SignatoryKind::Person, "Survivor");
        add(SignatoryKind::Person, "survivor");
        add(SignatoryKind::Organisation, "Service provider");
        add(SignatoryKind::Organisation, "SURVIVOR");
        add(SignatoryKind::Person, "");
        assert_eq!((count.total, count.persons, count.organisations), (5, 3, 2));
        let by: Vec<_> = count.by.iter().map(|(key, number)| (&**key, *number)).collect();
        assert_eq!(by, [("service_provider", 1), ("survivor", 3)]);
        assert_eq!(count.categories(), ["Survivor", "Service provider", ""]);
        let of = |kind, category| count.figures(kind, category).total;
        assert_eq!((of(None, None), of(Some(SignatoryKind::Person), None), of(None, Some("survivor"))), (5, 3, 3));
        assert_eq!(
            (of(Some(SignatoryKind::Organisation), Some("survivor")), of(None, Some("")), of(None, Some("x"))),
            (1, 1, 0)
        );
    }
}
