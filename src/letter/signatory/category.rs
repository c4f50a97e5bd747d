//! Categories that differ by little, and protection that reaches nobody: a slip of the pen must not take a guard away.
//!
//! Two spellings make two groups and two numbers; a misspelt category is not the one that `protect` names. Findings name
//! rows by line and quote no cell.

use super::{Signatory, Standing};
use crate::letter::check::Code;
use crate::letter::finding::Finding;
use crate::letter::place::Place;
use crate::letter::signature::{Display, Kind, Policy, category_key, fold, is_same_noun};
use std::collections::HashMap;

/// From so many letters on, two words that differ in one are held for the same; in two from twice as many.
const LONG: usize = 5;

/// The same among other words, where chance has more to choose from.
const LONG_IN_OTHERS: usize = 8;

/// A list with more categories than this has none that a person keeps apart by eye.
const COMPARED: usize = 200;

/// A category of the list: its key, and its first row.
struct Category<'a> {
    key: String,
    first: &'a Signatory,
}

/// What is doubtful about the categories of a list, and of those that `protect` names.
pub(in crate::letter) fn categories(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Category<'_>> = Vec::new();
    for first in signatories {
        let key = category_key(&first.category);
        if !key.is_empty() && !known.contains_key(&key) {
            known.insert(key.clone(), all.len());
            all.push(Category { key, first });
        }
    }
    let mut findings = unguarded(signatories, policy);
    findings.extend(policy.protect.iter().filter_map(|entry| reaches_nobody(entry, &all, signatories)));
    for (at, category) in all.iter().enumerate().take(COMPARED) {
        let Some(other) = all[..at].iter().find(|other| is_like(&other.key, &category.key)) else { continue };
        // Where one is protected and the other is not, the rows have been told one by one.
        if !category.first.reviewed && policy.protects(&other.key) == policy.protects(&category.key) {
            let (other, line) = (other.first.line(), category.first.line());
            let what = format!("the categories of lines {other} and {line} differ by little, and make two groups");
            let help = "spell them alike, or say with `reviewed` in this row that they are two";
            findings.push(Finding::new(Code::CategoryLike, what).at(category.first.spot.clone()).help(help));
        }
    }
    findings
}

/// Rows that protection misses: whose category is nearly a protected one or has one among its words, and those that are
/// named without any. A slip or a compound must not print a name, so `reviewed` does not silence the first.
fn unguarded(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let protected: Vec<String> = policy.protect.iter().map(|entry| category_key(entry)).collect();
    let mut near: HashMap<String, bool> = HashMap::new();
    let mut is_near = |category: &str| {
        let key = category_key(category);
        *near.entry(key).or_insert_with_key(|key| protected.iter().any(|entry| touches(key, entry)))
    };
    let mut findings = Vec::new();
    for signatory in signatories {
        // On record as an adult who agreed, they would be shown in a protected category too.
        if protected.is_empty()
            || policy.protects(&signatory.category)
            || signatory.is_vouched_for()
            || signatory.signs(policy) != Standing::Signs
        {
            continue;
        }
        let at = signatory.spot.clone();
        let is_named = signatory.kind == Kind::Person && signatory.display(policy) != Display::Withheld;
        if is_near(&signatory.category) {
            let what =
                "the category of this signatory is nearly one that `protect` names, or holds one, and is not protected";
            let help = "spell it as `protect` does, or add it to `protect`; where it is another, record `consent_at` and \
                        `adult = yes`";
            findings.push(Finding::new(Code::ProtectMissed, what).at(at).help(help));
        } else if is_named && signatory.category.trim().is_empty() && !signatory.reviewed {
            let what = "this signatory is to be named and has no category, while `protect` guards some";
            let help = "fill `category`; or, once you know that they are in none that is protected, `reviewed`";
            findings.push(Finding::new(Code::CategoryMissing, what).at(at).help(help));
        }
    }
    findings
}

/// Whether a category's key is nearly a protected one, or has it among its words: "survivor/expert", "trafficking
/// survivor". Within other words a slip is looked for only in long ones: "south" is not "youth".
fn touches(key: &str, entry: &str) -> bool {
    if entry.is_empty() {
        return false;
    }
    let words: Vec<&str> = key.split('_').collect();
    let is_in = |words: &[&str]| {
        let words = words.join("_");
        let is_long = entry.chars().count() >= LONG_IN_OTHERS;
        is_same_noun(&words, entry) || plain(&words) == plain(entry) || is_long && is_like(&words, entry)
    };
    is_like(key, entry) || words.windows(entry.split('_').count()).any(is_in)
}

/// An entry of `protect` that no row has, and none nearly.
fn reaches_nobody(entry: &str, all: &[Category<'_>], signatories: &[Signatory]) -> Option<Finding> {
    let key = category_key(entry);
    let list = Place::file(&*signatories.first()?.spot.file);
    let is_had = all.iter().any(|category| is_same_noun(&category.key, &key) || touches(&category.key, &key));
    (!is_had).then(|| {
        let what = format!("`protect` names the category \"{entry}\", and no row has it: it protects nobody");
        Finding::new(Code::ProtectUnknown, what).at(list).help("spell it as the list does, or take it out of `protect`")
    })
}

/// Whether two keys are of the same noun, or differ by an accent or a letter.
fn is_like(one: &str, other: &str) -> bool {
    if one == other {
        return false;
    }
    if is_same_noun(one, other) || plain(one) == plain(other) {
        return true;
    }
    let shorter = one.chars().count().min(other.chars().count());
    shorter >= LONG && strsim::osa_distance(one, other) <= if shorter >= 2 * LONG { 2 } else { 1 }
}

/// A key as it is without accents. In capitals ß is SS.
fn plain(key: &str) -> String {
    fold(&key.to_uppercase())
}

#[cfg(test)]
mod tests;
