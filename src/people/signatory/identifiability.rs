//! Finds signatures that may identify somebody who is not shown in full: details beside a shortened name, and revealing
//! pseudonyms.
//!
//! These are warnings, and reviewed rows have none. A finding names the row by its line and must never quote a cell.

use super::name_words::{bare_words, identifying_words, words};
use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{Spans, private_text, spans};
use crate::people::signature::{Display, Face, Policy, Signature, fold};
use crate::text::script::is_unspaced;
use std::collections::HashMap;

/// The maximum number of signatories who share a rare detail.
const RARE: usize = 2;

/// The number of shared letters with which a pseudonym reveals a name: at the start of a word, inside a word, and in
/// scripts in which one sign is a syllable or a word.
const AT_THE_START: usize = 3;
const INSIDE: usize = 4;
const UNSPACED: usize = 2;

/// The number of letters with which a short form reveals a name: at the start of a word ("Jo" for Jolene), and inside one
/// ("Liz" for Elizabeth).
const SHORT_FORM: usize = 2;
const SHORT_FORM_INSIDE: usize = 3;

/// The printed details beside the name.
type Details<'a> = [(&'static str, &'a str); 3];

/// Returns a warning for each signature that may identify somebody who is not shown in full.
pub(crate) fn identifiable(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let list = Known::of(signatories, policy);
    let mut findings = Vec::new();
    for signatory in signatories.iter().filter(|one| !one.reviewed && one.signs(policy) == Standing::Signs) {
        let Face::Named(signature) = signatory.signature(policy) else { continue };
        let display = signatory.display(policy);
        findings.extend(list.check_details(signatory, &signature, display, policy));
        if display == Display::Pseudonym {
            findings.extend(list.check_pseudonym(signatory));
        }
    }
    findings
}

/// The details and names in the list.
struct Known {
    /// How many sign with this affiliation or place, named or not.
    details: HashMap<(&'static str, String), usize>,
    /// The lines of signatories with this full, given or family name.
    names: HashMap<String, Vec<u32>>,
}

impl Known {
    fn of(signatories: &[Signatory], policy: &Policy) -> Known {
        let mut known = Known { details: HashMap::new(), names: HashMap::new() };
        for signatory in signatories {
            if signatory.signs(policy) == Standing::Signs {
                for (column, text) in [("affiliation", &signatory.affiliation), ("place", &signatory.place)] {
                    *known.details.entry((column, fold(text))).or_default() += 1;
                }
            }
            for name in [&signatory.name, &signatory.given_name, &signatory.family_name] {
                known.names.entry(key(name)).or_default().push(signatory.line());
            }
        }
        known
    }

    /// Reports any detail of a protected signatory, and a rare detail beside a name not shown in full.
    fn check_details(
        &self,
        signatory: &Signatory,
        signature: &Signature,
        display: Display,
        policy: &Policy,
    ) -> Option<Finding> {
        let details: Details<'_> =
            [("role", &signature.role), ("affiliation", &signature.affiliation), ("place", &signature.place)];
        let is_rare = |(column, text): &(&'static str, &str)| {
            !text.is_empty() && self.details.get(&(*column, fold(text))).is_some_and(|held| *held <= RARE)
        };
        let has_rare = display != Display::Full && details.iter().any(is_rare);
        let has_detail = details.iter().any(|(_, text)| !text.is_empty());
        // The same text for all rows, so that many rows are one finding.
        let (code, what) = match (policy.protects(&signatory.category) && has_detail, has_rare) {
            (true, true) => (
                Code::ProtectedDetail,
                "a signatory of a protected category is shown with a role, affiliation or place that no more than two \
                 signatories have",
            ),
            (true, false) => (
                Code::ProtectedDetail,
                "a signatory of a protected category is shown with a role, affiliation or place",
            ),
            (false, true) => (
                Code::RareDetail,
                "a name not shown in full is beside a role, affiliation or place that no more than two signatories have",
            ),
            (false, false) => return None,
        };
        let help = "set `show_role`, `show_affiliation` or `show_place` to no, or fill `reviewed` once they know what it reveals";
        Some(Finding::new(code, what).at(signatory.row_place.clone()).help(help))
    }

    fn check_pseudonym(&self, signatory: &Signatory) -> impl Iterator<Item = Finding> {
        let pseudonym = &signatory.pseudonym;
        let other = self.names.get(&key(pseudonym)).into_iter().flatten().find(|line| **line != signatory.line());
        let addresses = signatory.addresses().filter_map(|address| address.rsplit_once('@')).map(|(local, _)| local);
        let real: Vec<&str> = [&signatory.name, &signatory.given_name, &signatory.family_name]
            .into_iter()
            .flat_map(|name| identifying_words(name))
            .chain(addresses)
            .collect();
        let whats = [
            other.map(|line| {
                let line = private_text(format!(" on line {line}"));
                spans!["the pseudonym is the real name, or part of it, of another signatory", line]
            }),
            reveals(pseudonym, &real)
                .then(|| Spans::from("the pseudonym contains part of the signatory's own name or address")),
            is_handle(pseudonym)
                .then(|| "the pseudonym looks like an address or account name that can be looked up".into()),
        ];
        let row_place = signatory.row_place.clone();
        whats.into_iter().flatten().map(move |what| {
            Finding::new(Code::PseudonymTelling, what)
                .at(row_place.clone())
                .help("ask them for another, or fill `reviewed` if they know what it reveals")
        })
    }
}

/// Returns the key by which names are compared.
fn key(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// Whether a pseudonym shares so many consecutive letters with one of these words that it reveals the word.
fn reveals(pseudonym: &str, own: &[&str]) -> bool {
    let shown: Vec<String> = words(pseudonym).collect();
    let holds = |run: &[char]| {
        let run: String = run.iter().collect();
        shown.iter().any(|word| word.contains(&run))
    };
    own.iter().flat_map(|word| words(word)).any(|word| {
        let letters: Vec<char> = word.chars().collect();
        let inside = if letters.iter().copied().all(is_unspaced) { UNSPACED } else { INSIDE };
        letters.windows(inside).any(holds)
            || letters.get(..AT_THE_START).is_some_and(holds)
            || short_forms(pseudonym).any(|short| {
                let length = short.chars().count();
                length >= SHORT_FORM && word.starts_with(&short) || length >= SHORT_FORM_INSIDE && word.contains(&short)
            })
    })
}

/// Returns the words of a pseudonym that can be names: not "in" or "of", but "jo" if it is the only word.
fn short_forms(pseudonym: &str) -> impl Iterator<Item = String> {
    let is_alone = words(pseudonym).nth(1).is_none();
    let names = pseudonym
        .split_whitespace()
        .filter(move |word| is_alone || !word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase));
    names.flat_map(words)
}

/// Whether the pseudonym contains the signatory's whole name, in any order and with or without spaces.
pub(super) fn is_own_name(signatory: &Signatory) -> bool {
    let Signatory { name, given_name, family_name, sort_key, pseudonym, .. } = signatory;
    let shown: Vec<String> = words(pseudonym).collect();
    let run = shown.concat();
    let parts =
        if given_name.is_empty() || family_name.is_empty() { "" } else { &format!("{given_name} {family_name}") };
    let holds = |own: &[String]| {
        let joined = own.concat();
        let is_one = own.len() == 1 && !joined.contains(is_unspaced);
        !own.is_empty() && (own.iter().all(|word| shown.contains(word)) || !is_one && run.contains(&joined))
    };
    let sorted: Vec<String> = bare_words(sort_key).collect();
    [name, parts].iter().any(|text| holds(&bare_words(text).collect::<Vec<_>>())) || sorted.len() > 1 && holds(&sorted)
}

/// Whether a text looks like an address or account name: `@river`, `m.rossi`, `river_84`, `rossi84`.
fn is_handle(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let is_mixed = word.contains(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic);
        let is_dotted =
            word.split_once('.').is_some_and(|(_, rest)| rest.chars().filter(|c| c.is_lowercase()).count() > 1);
        word.contains(['@', '_', '#', '/']) || is_mixed || is_dotted
    })
}

#[cfg(test)]
mod tests;
