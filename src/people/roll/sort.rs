//! The order of a roll: by what a signature is filed under, as dictionaries of no country in particular order it.
//!
//! A rank must never come of more of a name than is printed ([`Signatory::filed_under`]), nor depend on the machine's language.

use super::OrderBy;
use crate::people::signatory::Signatory;
use crate::people::signature::{Policy, SignatoryKind, Signature};
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use jiff::civil::DateTime;

/// Where a signature stands in its group: persons first, then by the order that was asked for, by name, and by line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    kind: SignatoryKind,
    asked: Asked,
    name: Vec<u8>,
    line: u32,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// A sort key of the collation.
    Text(Vec<u8>),
    Time(DateTime),
    /// After all that have a time.
    Untimed,
    /// Nothing to tell them apart.
    Equal,
}

/// What ranks the signatures of a roll.
pub(super) struct Ranks {
    order_by: OrderBy,
    /// Letters alone: "Abel, Zoe" is not to stand before "Ábel, Ed" because of the accent.
    letters: CollatorBorrowed<'static>,
    /// Letters, then accents, then case.
    names: CollatorBorrowed<'static>,
}

impl Ranks {
    pub(super) fn by(order_by: OrderBy) -> Ranks {
        Ranks { order_by, letters: collator(Strength::Primary), names: collator(Strength::Tertiary) }
    }

    pub(super) fn of(&self, signatory: &Signatory, signature: &Signature, policy: &Policy) -> Rank {
        let asked = match self.order_by {
            OrderBy::SortKey => Asked::Text(key(&self.letters, signatory.filed_under(signature, policy))),
            OrderBy::SignedAt => signatory.signed_at().map_or(Asked::Untimed, Asked::Time),
            OrderBy::Name | OrderBy::File => Asked::Equal,
        };
        let name = if self.order_by == OrderBy::File { Vec::new() } else { key(&self.names, &signature.name) };
        Rank { kind: signature.kind, asked, name, line: signatory.line() }
    }

    /// Whether signatures are printed as the list has them, and the list is sorted by real names. Fewer than
    /// [`SORTED`] stand in order by chance.
    pub(super) fn is_by_real_names(&self, rows: &[&Signatory]) -> bool {
        let is_sorted = |by: usize| {
            let keys: Vec<Vec<u8>> = rows.iter().map(|row| key(&self.letters, row.real_names()[by])).collect();
            keys.is_sorted() && keys.first() != keys.last()
        };
        self.order_by == OrderBy::File && rows.len() >= SORTED && (is_sorted(0) || is_sorted(1))
    }
}

/// So many names do not stand in the order of the alphabet by chance.
const SORTED: usize = 5;

/// The root collation, which is compiled in.
fn collator(strength: Strength) -> CollatorBorrowed<'static> {
    let mut options = CollatorOptions::default();
    options.strength = Some(strength);
    CollatorBorrowed::try_new(CollatorPreferences::default(), options).expect("the root collation is compiled in")
}

fn key(collator: &CollatorBorrowed<'_>, text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    let Ok(()) = collator.write_sort_key_to(text, &mut key);
    key
}
