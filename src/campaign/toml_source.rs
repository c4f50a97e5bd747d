//! The text of `campaign.toml` and the findings about it, with their places.
//!
//! It quotes only keys, and values that are the program's own words: it must never quote a name, a sender or a password.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, own, spans};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::DeTable;

/// The file's name.
pub(super) const FILE: &str = "campaign.toml";

/// The keys whose values may be quoted: the program's own words, dates, numbers, and file names.
const QUOTABLE: [&str; 16] = [
    "consent", "count", "date", "default_display", "encoding", "expect", "file", "group_by", "max_listed", "max_size",
    "min_group", "mode", "not_after", "not_before", "order_by", "template",
];

/// The text of the file, and the findings about it.
pub(super) struct TomlSource<'t> {
    text: &'t str,
    findings: RefCell<Vec<Finding>>,
    unreliable_keys: RefCell<UnreliableKeys>,
}

/// Keys whose values are wrong: pairs of a table and its key, or of an empty string and a whole table.
#[derive(Clone, Debug, Default)]
pub(super) struct UnreliableKeys(BTreeSet<(String, String)>);

impl UnreliableKeys {
    /// Whether the whole table or one of these keys is unreliable.
    pub(super) fn affects(&self, table: &str, keys: &[&str]) -> bool {
        self.0.iter().any(|(of, key)| of.is_empty() && key == table || of == table && keys.contains(&&**key))
    }
}

impl<'t> TomlSource<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        TomlSource { text, findings: RefCell::default(), unreliable_keys: RefCell::default() }
    }

    /// Parses the file; `None` if it is not TOML, which is reported.
    pub(super) fn parse(&self) -> Option<DeTable<'t>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let cause = error.message().lines().collect::<Vec<_>>().join(", ");
            let span = error.span().unwrap_or(0..0);
            let line = self.text.lines().nth(self.line(span.start)).unwrap_or_default();
            self.add(
                Code::SettingsFile,
                span,
                spans!["this is not TOML: ", own(cause)],
                Some(own(remedy(line)).into()),
            );
        }
        errors.is_empty().then(|| root.into_inner())
    }

    /// Records that the value of a key is not the one that was meant.
    pub(super) fn mark_unreliable(&self, table: &str, key: &str) {
        self.unreliable_keys.borrow_mut().0.insert((table.to_owned(), key.to_owned()));
    }

    /// The place of a byte.
    pub(super) fn place(&self, at: usize) -> Place {
        Place::in_text(FILE, self.text, at)
    }

    pub(super) fn add(&self, code: Code, span: Range<usize>, message: impl Into<Spans>, fix: Option<Spans>) {
        let mut finding = Finding::new(code, message).at(Place::in_text(FILE, self.text, span.start));
        finding.quote = self.quotable(code, self.line(span.start));
        finding.fix = fix;
        self.findings.borrow_mut().push(finding);
    }

    /// The line of a byte, from 0.
    fn line(&self, byte: usize) -> usize {
        self.text.get(..byte).unwrap_or_default().matches('\n').count()
    }

    /// As much of the line (from 0) as may be quoted. The lists have not been read yet, so a title or a sender may be
    /// private, and a password may be in the wrong place or under a misspelt key: the whole line is quoted only if the
    /// value is the program's own, otherwise just the key.
    fn quotable(&self, code: Code, line: usize) -> Option<String> {
        let text = self.text.lines().nth(line)?;
        let Some((key, value)) = text.split_once('=') else {
            let is_table = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let name = text.trim().trim_start_matches('[').trim_end_matches(']');
            return (text.trim().starts_with('[') && is_table(name)).then(|| text.to_owned());
        };
        let is_key = key.trim().chars().all(|c| c.is_alphanumeric() || "_-.\"".contains(c));
        let is_quotable = code != Code::SettingsKey && QUOTABLE.contains(&key.trim()) && !value.contains(['=', '#']);
        match is_quotable {
            true => Some(text.to_owned()),
            false => is_key.then(|| format!("{key}= …")),
        }
    }

    pub(super) fn into_findings(self) -> (Vec<Finding>, UnreliableKeys) {
        (self.findings.into_inner(), self.unreliable_keys.into_inner())
    }
}

/// How to fix a line that is not TOML, by what it looks like. Never repeats any of its value.
fn remedy(line: &str) -> String {
    let Some((key, value)) = line.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
        return match line.trim_start().starts_with('[') {
            true => "write a table as [letter], on its own line".to_owned(),
            false => "write a [table], a key = value, or a # comment".to_owned(),
        };
    };
    if value.starts_with(['"', '\'']) {
        return "put the text between two quotation marks, and write one inside it as \\\"".to_owned();
    }
    let is_key = key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let key = if is_key { key } else { "key" };
    match value.chars().next() {
        Some('0'..='9') if ["date", "not_before", "not_after"].contains(&key) || value.contains(['-', '/', '.']) => {
            format!("write an existing date as {key} = 2018-01-11, or a text in quotation marks")
        }
        Some('0'..='9' | '+' | '-') => {
            format!("write a whole number, or a text in quotation marks: {key} = \"…\"")
        }
        Some('[' | '{') => {
            "close every bracket, put commas between values, and put every text in quotation marks".to_owned()
        }
        _ => format!("put the text in quotation marks: {key} = \"…\""),
    }
}
