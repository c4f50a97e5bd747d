//! The numbers of a letter, and the nouns that go with them.
//!
//! Every number is counted from the roll; nothing here may be set from outside, so no text can state another.

use super::signature::{Face, SignatoryKind, Signature, category_key};
use serde::Serialize;
use std::collections::BTreeMap;
use std::iter::Sum;

/// How many sign: `total` is `persons` and `organisations`. Who is left out is in none of these but `unverified`.
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
    /// Those whose names are withheld.
    pub withheld: usize,
    /// Those who could be named and are beyond `max_listed`: the rest of `total`.
    pub others: usize,
    /// Those who consented and are not verified, where only verified signatories count: in none of the other numbers.
    pub unverified: usize,
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
    pub kind: SignatoryKind,
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
        let figures = self.part(kind, category);
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

    /// One who was counted is printed by name.
    pub(crate) fn list(&mut self, signature: &Signature) {
        self.listed += 1;
        self.others -= 1;
        let figures = self.part(signature.kind, &signature.category);
        figures.others -= 1;
        figures.named += 1;
    }

    fn part(&mut self, kind: SignatoryKind, category: &str) -> &mut Figures {
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
    pub fn figures(&self, kind: Option<SignatoryKind>, category: Option<&str>) -> Figures {
        let key = category.map(category_key);
        let meant = |part: &&Part| {
            kind.is_none_or(|kind| kind == part.kind)
                && key.as_ref().is_none_or(|key| *key == category_key(&part.category))
        };
        self.parts.iter().filter(meant).map(|part| part.figures).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_add_up_and_a_blank_category_has_no_key() {
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
