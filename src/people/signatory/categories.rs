//! Categories that differ by little, and protection that reaches nobody: a slip of the pen must not take a guard away.
//!
//! Two spellings make two groups and two numbers; a misspelt category is not the one that `protect` names. Findings name
//! rows by line and quote no cell.

use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, spans};
use crate::people::signature::{Display, Policy, SignatoryKind, category_key, fold, is_same_noun};
use crate::text::pluralize::{plural, singular};
use std::collections::HashMap;

/// From so many letters on, two words that differ in one are held for the same; in two from twice as many.
const LONG: usize = 5;

/// The same among other words, where chance has more to choose from.
const LONG_IN_OTHERS: usize = 8;

/// From so many letters on, a protected word is looked for inside of others; anywhere in them from those above on.
const LONG_IN_A_WORD: usize = 6;

/// A list with more categories than this has none that a person keeps apart by eye.
const COMPARED: usize = 200;

/// A category of the list: its key, and its first row.
struct Category<'a> {
    key: String,
    first: &'a Signatory,
}

/// What is doubtful about the categories of a list, and of those that `protect` names.
pub(crate) fn categories(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
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
            let what =
                spans!["the categories of lines ", other, " and ", line, " differ by little, and make two groups"];
            let help = "spell them alike, or say with `reviewed` in this row that they are two";
            findings.push(Finding::new(Code::CategoryLike, what).at(category.first.row_place.clone()).help(help));
        }
    }
    findings
}

/// Rows that protection misses: whose category is nearly a protected one or has one among its words, and those that are
/// named without any. A slip or a compound must not print a name, so `reviewed` does not silence the first.
fn unguarded(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let protected: Vec<Guard> = policy.protect.iter().map(|entry| Guard::of(entry)).collect();
    let mut near: HashMap<String, bool> = HashMap::new();
    let mut is_near = |category: &str| {
        let is_touched = |category: &String| protected.iter().any(|guard| guard.is_touched_by(category));
        *near.entry(category.to_owned()).or_insert_with_key(is_touched)
    };
    let mut findings = Vec::new();
    for signatory in signatories {
        // On record as an adult who agreed, they would be shown in a protected category too.
        if protected.is_empty()
            || policy.protects(&signatory.category)
            || signatory.has_recorded_consent()
            || signatory.signs(policy) != Standing::Signs
        {
            continue;
        }
        let at = signatory.row_place.clone();
        let is_named = signatory.kind == SignatoryKind::Person && signatory.display(policy) != Display::Withheld;
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

/// An entry of `protect` as categories are compared with it: in the singular and the plural, without accents and with
/// the letters of another script read as the Latin ones they look like.
struct Guard {
    key: String,
    forms: Vec<String>,
    /// The letters of the shortest form: a plural must not make a short word long.
    letters: usize,
}

impl Guard {
    fn of(entry: &str) -> Guard {
        let key = plain(&category_key(entry));
        let noun = key.replace('_', " ");
        let mut forms: Vec<String> = [&*noun, &singular(&noun), &plural(&noun)]
            .map(category_key)
            .into_iter()
            .filter(|form| !form.is_empty())
            .collect();
        forms.dedup();
        let letters = forms.iter().map(|form| form.chars().count()).min().unwrap_or_default();
        Guard { key, forms, letters }
    }

    /// Whether a category is nearly this one, or has it among its words or in one of them: "survivor/expert",
    /// "SurvivorLeader", "victimsurvivor".
    fn is_touched_by(&self, category: &str) -> bool {
        let (as_typed, split) = (plain(&category_key(category)), plain(&category_key(&uncamelled(category))));
        self.is_in(&as_typed) || split != as_typed && self.is_in(&split)
    }

    /// Within other words a slip is looked for only in long ones: "south" is not "youth".
    fn is_in(&self, key: &str) -> bool {
        let is_nearly = |text: &str| self.forms.iter().any(|form| text == form || is_like(text, form));
        let is_word = |words: &[&str]| {
            let words = words.join("_");
            is_same_noun(&words, &self.key)
                || self.forms.contains(&words)
                || self.letters >= LONG_IN_OTHERS && is_nearly(&words)
        };
        let words: Vec<&str> = key.split('_').collect();
        let is_whole = if self.letters >= LONG { is_nearly(key) } else { is_like(key, &self.key) };
        is_whole
            || self.forms.iter().any(|form| words.windows(form.split('_').count()).any(is_word))
            || self.is_joined_in(&words)
    }

    /// Whether it is written together with other words. A shorter one must begin or end a word: there is a "parent" in
    /// "transparency".
    fn is_joined_in(&self, words: &[&str]) -> bool {
        let joined = words.concat();
        self.letters >= LONG_IN_A_WORD
            && self.forms.iter().map(|form| form.replace('_', "")).any(|form| {
                words.iter().any(|word| word.starts_with(&form) || word.ends_with(&form))
                    || self.letters >= LONG_IN_OTHERS && joined.contains(&form)
            })
    }
}

/// A text with a blank where one word in it begins with a capital: "SurvivorLeader", "NGOSurvivor".
fn uncamelled(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut split = String::new();
    for (at, &c) in letters.iter().enumerate() {
        let after = |is: fn(char) -> bool| at > 0 && is(letters[at - 1]);
        let before_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after(char::is_lowercase) || after(char::is_uppercase) && before_small) {
            split.push(' ');
        }
        split.push(c);
    }
    split
}

/// An entry of `protect` that no row has, and none nearly.
fn reaches_nobody(entry: &str, all: &[Category<'_>], signatories: &[Signatory]) -> Option<Finding> {
    let (key, guard) = (category_key(entry), Guard::of(entry));
    let list = Place::file(&*signatories.first()?.row_place.file);
    let is_had =
        all.iter().any(|category| is_same_noun(&category.key, &key) || guard.is_touched_by(&category.first.category));
    (!is_had).then(|| {
        let entry = file_text(entry);
        let what = spans!["`protect` names the category \"", entry, "\", and no row has it: it protects nobody"];
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

/// A key as it is without accents, and with no letter that looks like a Latin one. In capitals ß is SS.
fn plain(key: &str) -> String {
    let latin = |c| LOOK_ALIKES.iter().find(|(others, _)| others.contains(c)).map_or(c, |(_, latin)| *latin);
    fold(&key.to_uppercase()).chars().map(latin).collect()
}

/// Cyrillic and Greek letters, small, by the Latin one that they or their capitals look like: a keyboard left in another
/// layout writes a category that nobody can tell from the protected one.
const LOOK_ALIKES: [(&str, char); 24] = [
    ("аα", 'a'),
    ("вβ", 'b'),
    ("с", 'c'),
    ("ԁ", 'd'),
    ("еεє", 'e'),
    ("һнη", 'h'),
    ("іι", 'i'),
    ("ј", 'j'),
    ("кκ", 'k'),
    ("ӏ", 'l'),
    ("мμ", 'm'),
    ("п", 'n'),
    ("оοσ", 'o'),
    ("рρ", 'p'),
    ("ԛ", 'q'),
    ("г", 'r'),
    ("ѕ", 's'),
    ("тτ", 't'),
    ("υ", 'u'),
    ("ѵν", 'v'),
    ("ԝω", 'w'),
    ("хχ", 'x'),
    ("уγ", 'y'),
    ("ζ", 'z'),
];

#[cfg(test)]
mod tests;
