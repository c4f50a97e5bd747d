//! Rows that are, or may be, the same signatory: exact twins are errors, likenesses are for a person to judge.
//!
//! A finding names both rows by line and neither by name. Nothing is ever taken out of the list.

use super::name_words::{bare_words, words};
use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::people::signature::{Policy, SignatoryKind, fold};
use std::collections::HashMap;

/// Names at least this long may differ in a letter and still be suspected to be the same.
const LONG: usize = 8;

/// The rows that were seen, by what makes two rows the same or alike. Each row is known by its index.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, usize>,
    people: HashMap<(String, String), usize>,
    addresses: HashMap<String, usize>,
    names: HashMap<(SignatoryKind, String), usize>,
    /// Names with one letter left out, beside an affiliation or a mail domain: two names that differ in a letter have
    /// such a form in common, so that no row need be compared with every other.
    spellings: HashMap<(SignatoryKind, String, String), Vec<usize>>,
}

/// The same person twice, addresses that several share, and names that are nearly the same. One finding for a row, which
/// names the earlier one. A likeness of two rows that were both reviewed is not told again.
pub(crate) fn duplicates(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let mut seen = Seen::default();
    let mut findings = Vec::new();
    for (at, signatory) in signatories.iter().enumerate() {
        let id = (!signatory.id.is_empty()).then(|| earlier(&mut seen.ids, signatory.id.to_lowercase(), at)).flatten();
        let name = fold(&signatory.name);
        let (mut by_name, mut by_address) = (None, None);
        for address in signatory.addresses().map(str::to_lowercase) {
            by_address = by_address.or(earlier(&mut seen.addresses, address.clone(), at));
            by_name = by_name.or(earlier(&mut seen.people, (name.clone(), address), at));
        }
        let alike = like(&mut seen, signatories, at);

        let line = signatory.line();
        let told = |other: usize| signatories.get(other).map_or(0, Signatory::line);
        let is_open = |other: &usize| !(signatory.reviewed && signatories[*other].reviewed);
        let signs = |one: &Signatory| one.signs(policy) == Standing::Signs;
        let finding = if let Some(other) = id {
            Finding::new(Code::SignatoryTwin, format!("lines {} and {line} have the same id", told(other)))
                .help("take one of the rows out, or give them ids of their own")
        } else if let Some(other) = by_name {
            let what = format!("lines {} and {line} have the same name and address", told(other));
            Finding::new(Code::SignatoryTwin, what).help("take one of the rows out")
        } else if let Some(other) = by_address.filter(is_open) {
            let what = format!("lines {} and {line} have the same address", told(other));
            Finding::new(Code::SignatoryAddress, what)
                .help("make sure that these are two signatories, and say so with `reviewed` in both rows")
        } else if let Some((other, likeness)) = alike.filter(|(other, _)| is_open(other))
            && (signs(signatory) || signs(&signatories[other]))
        {
            Finding::new(Code::SignatoryLike, format!("lines {} and {line} have {likeness}", told(other))).help(
                "take one of the rows out where they are the same signatory, or say with `reviewed` in both rows that they are \
                 not",
            )
        } else {
            continue;
        };
        findings.push(finding.at(signatory.row_place.clone()));
    }
    findings
}

/// An earlier row whose name is this one's or nearly so, and what makes them alike.
fn like(seen: &mut Seen, signatories: &[Signatory], at: usize) -> Option<(usize, &'static str)> {
    let signatory = &signatories[at];
    let key = name_key(signatory);
    let same = earlier(&mut seen.names, (signatory.kind, key.clone()), at).map(|other| (other, "the same name"));
    if key.chars().count() < LONG {
        return same;
    }
    let mut near = None;
    for company in companies(signatory) {
        for spelling in spellings(&key) {
            let rows = seen.spellings.entry((signatory.kind, spelling, company.clone())).or_default();
            let known = rows.iter().map(|row| (*row, name_key(&signatories[*row]))).collect::<Vec<_>>();
            let alike = known.iter().find(|(_, other)| *other != key && strsim::osa_distance(other, &key) <= 1);
            near = near
                .or(alike.map(|(row, _)| (*row, "nearly the same name and an affiliation or mail domain in common")));
            if known.iter().all(|(_, other)| *other != key) {
                rows.push(at);
            }
        }
    }
    same.or(near)
}

/// A name as likenesses are told by: the words that tell, in whatever order; an organisation's words as they stand.
fn name_key(signatory: &Signatory) -> String {
    let mut key: Vec<String> = match signatory.kind {
        SignatoryKind::Person => bare_words(&signatory.name).collect(),
        SignatoryKind::Organisation => words(&signatory.name).collect(),
    };
    if signatory.kind == SignatoryKind::Person {
        key.sort();
    }
    if key.is_empty() { fold(&signatory.name) } else { key.join(" ") }
}

/// What a row shares with others of the same house: its affiliation, and the domains of its addresses.
fn companies(signatory: &Signatory) -> Vec<String> {
    let domains = signatory.addresses().filter_map(|address| address.rsplit_once('@'));
    let mut companies: Vec<String> = domains.map(|(_, domain)| format!("@{}", domain.to_lowercase())).collect();
    companies.extend(Some(fold(&signatory.affiliation)).filter(|affiliation| !affiliation.is_empty()));
    companies
}

/// A name, and the same with each letter left out in turn.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    let without = |(at, c): (usize, char)| format!("{}{}", &name[..at], &name[at + c.len_utf8()..]);
    std::iter::once(name.to_owned()).chain(name.char_indices().map(without))
}

/// The row that had the key before, if any; the first one keeps it.
fn earlier<K: std::hash::Hash + Eq>(known: &mut HashMap<K, usize>, key: K, at: usize) -> Option<usize> {
    let first = *known.entry(key).or_insert(at);
    (first != at).then_some(first)
}

#[cfg(test)]
mod tests;
