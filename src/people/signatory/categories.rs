//! Compares the categories of a list with those that `[categories]` declares.
//!
//! If any category is protected, all must be declared, so that a misspelt cell does not lose its protection. A finding may
//! propose a guessed table, but this module must never decide what is protected.

use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Span, Spans, file_text, own, quoted, spans};
use crate::people::signature::{Policy, category_key};
use crate::text::pluralize::{numbered, plural};

/// The maximum number of undeclared categories to list; a column with more probably contains something else.
const MAX_UNDECLARED: usize = 30;

/// Reports each category that must be declared but is not, and the rows that need a category but have none.
pub(crate) fn undeclared(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    if policy.categories.0.is_empty() && !policy.has_protected() {
        return Vec::new();
    }
    let mut blank: Vec<&Signatory> = Vec::new();
    let mut unknown: Vec<(&str, Vec<&Signatory>)> = Vec::new();
    for signatory in signatories.iter().filter(|one| one.signs(policy) == Standing::Signs) {
        let cell = signatory.category.trim();
        if policy.categories.get(cell).is_some() {
            continue;
        }
        let key = category_key(cell);
        if key.is_empty() {
            blank.push(signatory);
        } else if let Some((_, rows)) = unknown.iter_mut().find(|(known, _)| category_key(known) == key) {
            rows.push(signatory);
        } else {
            unknown.push((cell, vec![signatory]));
        }
    }
    let mut findings = Vec::new();
    if policy.has_protected() && !blank.is_empty() {
        let what = spans![count(&blank), " without a category, while some categories are protected"];
        let help = "fill `category`; if no category needs protection, remove it from campaign.toml";
        findings.push(at_rows(Finding::new(Code::CategoryMissing, what), &blank).help(help));
    }
    let Some((_, [first, ..])) = unknown.first().map(|(cell, rows)| (cell, &rows[..])) else { return findings };
    let list = Place::file(&*first.row_place().file);
    if unknown.len() > MAX_UNDECLARED {
        let what = spans!["`category` has ", unknown.len(), " different values that are not declared"];
        let help = "check that it is the right column; if it is, declare each value in [categories] of campaign.toml";
        findings.push(Finding::new(Code::CategoryUndeclared, what).at(list).help(help));
    } else if policy.categories.0.is_empty() {
        let what = "some categories are protected, so every category of the list must be declared in campaign.toml";
        let cells: Vec<&str> = unknown.iter().map(|(cell, _)| *cell).collect();
        let help = spans!["add this table, once every line of it is right:", table(&cells, &policy.protect)];
        findings.push(Finding::new(Code::CategoryUndeclared, what).at(list).help(help));
    } else {
        let known: Vec<&str> = policy.categories.0.iter().flat_map(|category| category.names()).collect();
        findings.extend(unknown.iter().map(|(cell, rows)| {
            let what = spans!["the category ", quoted(*cell), " of ", count(rows), " is not declared in [categories]"];
            let declare = spans!["declare it in campaign.toml:\n", entry(cell, &plural(cell), false)];
            let help = match nearest(cell, known.iter().copied()) {
                Some(near) => spans!["did you mean ", quoted(near), "? Otherwise ", declare],
                None => declare,
            };
            at_rows(Finding::new(Code::CategoryUndeclared, what), rows).help(help)
        }));
    }
    findings
}

fn count(rows: &[&Signatory]) -> Span {
    own(numbered(rows.len() as u64, "signatory"))
}

fn at_rows(finding: Finding, rows: &[&Signatory]) -> Finding {
    rows.iter().map(|row| row.row_place().clone()).fold(finding, Finding::and_at)
}

/// Returns a table that declares these cells and the entries of `protect`, for the user to paste and correct. A cell that
/// looks like a protected one is proposed as protected, so that a line left uncorrected reveals nobody.
fn table(cells: &[&str], protect: &[String]) -> Spans {
    let mut rows: Vec<(&str, String)> = Vec::new();
    for cell in protect.iter().map(String::as_str).chain(cells.iter().copied()) {
        let key = category_key(cell);
        let is_listed = |(one, many): &(&str, String)| category_key(one) == key || category_key(many) == key;
        if !rows.iter().any(is_listed) {
            rows.push((cell, plural(cell)));
        }
    }
    let protected: Vec<String> = protect.iter().map(|entry| category_key(entry)).collect();
    let looks_protected = |cell: &str| {
        let key = category_key(cell);
        protected.iter().any(|entry| key.contains(entry))
            || nearest(&key, protected.iter().map(String::as_str)).is_some()
    };
    rows.iter().fold("\n[categories]".into(), |table: Spans, (one, many)| {
        spans![table, "\n", entry(one, many, looks_protected(one) || looks_protected(many))]
    })
}

/// Returns a line of `[categories]`.
fn entry(one: &str, many: &str, protect: bool) -> Spans {
    let text = |text: &str| quoted(text.replace('\\', "\\\\").replace('"', "\\\""));
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let key = if one.chars().all(is_bare) { file_text(one).into() } else { text(one) };
    let protect = if protect { ", protect = true" } else { "" };
    spans![key, " = { one = ", text(one), ", many = ", text(many), protect, " }"]
}

#[cfg(test)]
mod tests;
