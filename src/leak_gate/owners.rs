//! Whose a private string lawfully is: of a signature, the sender, the recipient or the program itself.

use super::fold::Folded;
use super::{Extent, Lawful, Origin, PrivateKind, Secret, forms};
use std::collections::{BTreeMap, BTreeSet};

/// Strings that somebody may print, each with whose it is.
pub(super) struct Owners {
    /// By their letters.
    whole: BTreeMap<String, Vec<(Folded, Origin, Extent)>>,
    /// Those of which each word is lawful too.
    words: Vec<(Folded, Origin, Extent)>,
}

impl Owners {
    pub(super) fn of(lawful: impl IntoIterator<Item = Lawful>) -> Self {
        let mut owners = Owners { whole: BTreeMap::new(), words: Vec::new() };
        for Lawful { text, origin, extent } in lawful {
            for folded in forms(&text).into_iter().map(|form| Folded::new(&form)) {
                if folded.letters().is_empty() {
                    continue;
                }
                if matches!(extent, Extent::Words | Extent::Mention) {
                    owners.words.push((folded.clone(), origin, extent));
                }
                owners.whole.entry(folded.letters().to_owned()).or_default().push((folded, origin, extent));
            }
        }
        owners
    }

    /// Whose a private string is: as a whole, or as part of what names them.
    pub(super) fn have(&self, secret: &Secret) -> BTreeSet<Origin> {
        let names = |extent: Extent| !secret.is_full || matches!(extent, Extent::Whole | Extent::Words);
        let same = self.same(&secret.folded).filter(|(_, extent)| names(*extent));
        let mut origins: BTreeSet<Origin> = same.map(|(origin, _)| origin).collect();
        let is_part = |kind: &PrivateKind| {
            matches!(
                kind,
                PrivateKind::GivenName | PrivateKind::FamilyName | PrivateKind::NameWord | PrivateKind::Affiliation
            )
        };
        if secret.folded.is_one_word() || secret.rows.values().all(is_part) {
            let with_it = self.words.iter().filter(|(folded, ..)| folded.holds(&secret.folded));
            origins.extend(with_it.map(|(_, origin, _)| *origin));
        }
        if !(secret.folded.is_one_word() && secret.rows.values().all(|kind| kind.is_word())) {
            origins.remove(&Origin::Program);
        }
        origins
    }

    /// Whose a string is as a whole: a search would find it in theirs and nothing besides.
    pub(super) fn of_same(&self, sought: &Folded) -> BTreeSet<Origin> {
        self.same(sought).map(|(origin, _)| origin).collect()
    }

    fn same(&self, sought: &Folded) -> impl Iterator<Item = (Origin, Extent)> {
        let same = self.whole.get(sought.letters()).into_iter().flatten();
        same.filter(|(folded, ..)| folded.is(sought)).map(|(_, origin, extent)| (*origin, *extent))
    }

    /// Whether one string that may name somebody whole has both words.
    pub(super) fn name_both(&self, one: &Folded, other: &Folded) -> bool {
        let mut names = self.words.iter().filter(|(.., extent)| *extent == Extent::Words);
        names.any(|(name, ..)| name.holds(one) && name.holds(other))
    }
}
