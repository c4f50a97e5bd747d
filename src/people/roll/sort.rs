//! The order of a roll, by the root collation of Unicode.
//!
//! A rank must never use more of a name than is printed ([`Signatory::sort_name`]), or depend on the machine's language.

use super::OrderBy;
use crate::people::signatory::Signatory;
use crate::people::signature::{Policy, SignatoryKind, Signature};
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use jiff::civil::DateTime;

/// The position of a signature in its group: persons first, then by the requested order, by name, and by line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    kind: SignatoryKind,
    order: OrderValue,
    name: Vec<u8>,
    line: u32,
}

/// The value by which `order_by` sorts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum OrderValue {
    /// A sort key of the collation.
    Text(Vec<u8>),
    Time(DateTime),
    /// Sorted after all times.
    Untimed,
    /// All are equal.
    Equal,
}

/// Ranks the signatures of a roll.
pub(super) struct Ranks {
    order_by: OrderBy,
    /// Letters only: an accent must not put "Abel, Zoe" before "Ábel, Ed".
    letters: CollatorBorrowed<'static>,
    /// Letters, then accents, then case.
    names: CollatorBorrowed<'static>,
}

impl Ranks {
    pub(super) fn by(order_by: OrderBy) -> Ranks {
        Ranks { order_by, letters: collator(Strength::Primary), names: collator(Strength::Tertiary) }
    }

    pub(super) fn of(&self, signatory: &Signatory, signature: &Signature, policy: &Policy) -> Rank {
        let order = match self.order_by {
            OrderBy::SortKey => OrderValue::Text(key(&self.letters, signatory.sort_name(signature, policy))),
            OrderBy::SignedAt => signatory.signed_at().map_or(OrderValue::Untimed, OrderValue::Time),
            OrderBy::Name | OrderBy::File => OrderValue::Equal,
        };
        let name = if self.order_by == OrderBy::File { Vec::new() } else { key(&self.names, &signature.name) };
        Rank { kind: signature.kind, order, name, line: signatory.line() }
    }

    /// Whether signatures are printed in file order and the list is sorted by real names. Fewer than [`SORTED`] rows can
    /// be in order by chance.
    pub(super) fn is_by_real_names(&self, rows: &[&Signatory]) -> bool {
        let is_sorted = |by: usize| {
            let keys: Vec<Vec<u8>> = rows.iter().map(|row| key(&self.letters, row.real_names()[by])).collect();
            keys.is_sorted() && keys.first() != keys.last()
        };
        self.order_by == OrderBy::File && rows.len() >= SORTED && (is_sorted(0) || is_sorted(1))
    }
}

/// The minimum number of names that are hardly in alphabetical order by chance.
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
