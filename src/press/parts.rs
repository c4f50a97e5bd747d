//! The signatories by place and by day. The parts of each add up to all who sign.
//!
//! A place is named only if a signatory cleared it, whose signature is printed with it.

use crate::people::signatory::Signatory;
use crate::people::signature::{Face, Policy, category_key, fold};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// How many sign in one place, or on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartialCount {
    /// The place as its first signatory writes it, or the day as `2018-01-11`; blank for signatories without one.
    pub name: String,
    /// How many sign.
    pub signatories: usize,
}

/// All by place, the most frequent first, and last those without one.
pub(super) fn places(signing: &[&Signatory], policy: &Policy) -> Vec<PartialCount> {
    let (mut parts, mut known): (Vec<PartialCount>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    for signatory in signing {
        let place = match signatory.signature(policy) {
            Face::Named(signature) => signature.place,
            Face::Withheld { .. } => String::new(),
        };
        let at = *known.entry(place_key(&place)).or_insert_with(|| {
            parts.push(PartialCount { name: place, signatories: 0 });
            parts.len() - 1
        });
        parts[at].signatories += 1;
    }
    parts.sort_by(|a, b| {
        let key = |part: &PartialCount| (part.name.is_empty(), Reverse(part.signatories));
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    parts
}

/// Returns the key of a place: spellings with the same one are the same place.
pub(super) fn place_key(place: &str) -> String {
    category_key(&fold(place))
}

/// All by day, in order, and last those without a date.
pub(super) fn days(signing: &[&Signatory]) -> Vec<PartialCount> {
    let mut days = BTreeMap::new();
    for signatory in signing {
        let day = signatory.signed_at().map(|at| at.date());
        // Rows without a date come last.
        *days.entry((day.is_none(), day)).or_insert(0) += 1;
    }
    let name = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    days.into_iter().map(|((_, day), signatories)| PartialCount { name: name(day), signatories }).collect()
}
