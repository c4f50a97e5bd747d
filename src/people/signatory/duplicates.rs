//! Finds rows that are, or may be, the same signatory: exact duplicates are errors, a shared name or address is a warning.
//!
//! A finding names both rows by line and must never name a signatory. Nothing is removed from the list. Names that differ
//! by a letter are not compared: most such pairs are relatives or colleagues, and somebody who signs twice nearly always
//! uses the same name or address.

use super::name_words::{bare_words, words};
use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{private_text, spans};
use crate::people::signature::{Policy, SignatoryKind, fold};
use std::collections::HashMap;
use std::hash::Hash;

/// The first row with each key, by its index.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, usize>,
    people: HashMap<(String, String), usize>,
    addresses: HashMap<String, usize>,
    names: HashMap<(SignatoryKind, String), usize>,
}

/// Returns one finding for each row that repeats an earlier one. For a pair of reviewed rows, and in a petition, only errors
/// are reported.
pub(crate) fn duplicates(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let mut seen = Seen::default();
    let mut findings = Vec::new();
    // In a petition, rules decide which row counts, and not a person for each pair.
    let counted = signatories.iter().enumerate().filter(|(_, signatory)| signatory.other_rows.later.is_none());
    for (at, signatory) in counted {
        let id = (!signatory.id.is_empty()).then(|| earlier(&mut seen.ids, signatory.id.to_lowercase(), at)).flatten();
        let name = fold(&signatory.name);
        let (mut by_name, mut by_address) = (None, None);
        for address in signatory.addresses().map(str::to_lowercase) {
            by_address = by_address.or(earlier(&mut seen.addresses, address.clone(), at));
            by_name = by_name.or(earlier(&mut seen.people, (name.clone(), address), at));
        }
        let alike = earlier(&mut seen.names, (signatory.kind, name_key(signatory)), at);

        let line = signatory.line();
        let lines = |other: usize, likeness: &'static str| {
            let other = signatories.get(other).map_or(0, Signatory::line);
            let pair = private_text(format!(" (lines {other} and {line})"));
            spans!["this row and an earlier one have ", likeness, pair]
        };
        let is_compared = |other: &usize| !(policy.once || signatory.reviewed && signatories[*other].reviewed);
        let signs = |one: &Signatory| one.signs(policy) == Standing::Signs;
        let finding = if let Some(other) = id {
            Finding::new(Code::SignatoryTwin, lines(other, "the same id"))
                .help("delete one of the rows, or give each its own id; `openletter check --verbose` names both")
        } else if let Some(other) = by_name {
            Finding::new(Code::SignatoryTwin, lines(other, "the same name and address"))
                .help("delete one of the rows; `openletter check --verbose` names both")
        } else if let Some(other) = by_address.filter(is_compared) {
            Finding::new(Code::SignatoryAddress, lines(other, "the same address"))
                .help("check that these are two signatories, then fill `reviewed` in both rows; `openletter check --verbose` names them")
        } else if let Some(other) = alike.filter(is_compared)
            && (signs(signatory) || signs(&signatories[other]))
        {
            Finding::new(Code::SignatoryLike, lines(other, "the same name")).help(
                "delete one of the rows if they are the same signatory; otherwise fill `reviewed` in both; \
                       `openletter check --verbose` names them",
            )
        } else {
            continue;
        };
        findings.push(finding.at(signatory.row_place.clone()));
    }
    findings
}

/// Returns the key that equal names share: a person's words without titles and initials, in any order; an organisation's
/// words in their order.
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

/// Returns the first row with the key, unless it is this one.
fn earlier<K: Hash + Eq>(known: &mut HashMap<K, usize>, key: K, at: usize) -> Option<usize> {
    let first = *known.entry(key).or_insert(at);
    (first != at).then_some(first)
}

#[cfg(test)]
mod tests;
