//! The text of `campaign.toml`, where in it something stands, and what was found wrong in it.
//!
//! What it quotes is a key, or a value of the program's own words: it must never repeat a name, a sender or a password.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, own, spans};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::DeTable;

/// The file as the user knows it.
pub(super) const FILE: &str = "campaign.toml";

/// The keys whose values are words, dates and numbers of the program's own, and names of files.
const PLAIN: [&str; 14] = [
    "consent",
    "date",
    "default_display",
    "encoding",
    "expect",
    "file",
    "group_by",
    "max_listed",
    "min_group",
    "mode",
    "not_after",
    "not_before",
    "order_by",
    "template",
];

/// The text of the file, and what was found wrong in it.
pub(super) struct Sheet<'t> {
    text: &'t str,
    findings: RefCell<Vec<Finding>>,
    doubts: RefCell<Doubts>,
}

/// What cannot be relied on: a table's name and a key in it, or no table's and that of a table as a whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubts(BTreeSet<(String, String)>);

impl Doubts {
    /// Whether the table as a whole, or one of these keys of it, says something else than is known.
    pub(super) fn touch(&self, table: &str, keys: &[&str]) -> bool {
        self.0.iter().any(|(of, key)| of.is_empty() && key == table || of == table && keys.contains(&&**key))
    }
}

impl<'t> Sheet<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Sheet { text, findings: RefCell::default(), doubts: RefCell::default() }
    }

    /// The file's tables, or why it is no TOML.
    pub(super) fn parse(&self) -> Option<DeTable<'t>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let cause = error.message().lines().collect::<Vec<_>>().join(", ");
            let span = error.span().unwrap_or(0..0);
            let line = self.text.lines().nth(line_of(self.text, span.start) - 1).unwrap_or_default();
            self.add(Code::SettingsFile, span, spans!["this is no TOML: ", own(cause)], Some(own(remedy(line)).into()));
        }
        errors.is_empty().then(|| root.into_inner())
    }

    /// Notes that the value of a key is not what the file was to say.
    pub(super) fn doubt(&self, table: &str, key: &str) {
        self.doubts.borrow_mut().0.insert((table.to_owned(), key.to_owned()));
    }

    pub(super) fn add(&self, code: Code, span: Range<usize>, message: impl Into<Spans>, fix: Option<Spans>) {
        let place = place(self.text, span.start);
        let line = place.line.map_or(0, |line| line as usize - 1);
        let mut finding = Finding::new(code, message).at(place);
        finding.quote = self.quotable(code, line);
        finding.fix = fix;
        self.findings.borrow_mut().push(finding);
    }

    /// The line, from 0, as far as it may be shown again. The lists have not been read, so nobody knows whose name a title
    /// or a sender holds, and a password can stand where it should not, also under a misspelt key: only of keys whose
    /// values are words of the program's own is the whole line shown, of others the key.
    fn quotable(&self, code: Code, line: usize) -> Option<String> {
        let text = self.text.lines().nth(line)?;
        let Some((key, value)) = text.split_once('=') else {
            let is_table = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let name = text.trim().trim_start_matches('[').trim_end_matches(']');
            return (text.trim().starts_with('[') && is_table(name)).then(|| text.to_owned());
        };
        let is_key = key.trim().chars().all(|c| c.is_alphanumeric() || "_-.\"".contains(c));
        let is_plain = code != Code::SettingsKey && PLAIN.contains(&key.trim()) && !value.contains(['=', '#']);
        match is_plain {
            true => Some(text.to_owned()),
            false => is_key.then(|| format!("{key}= …")),
        }
    }

    pub(super) fn into_findings(self) -> (Vec<Finding>, Doubts) {
        (self.findings.into_inner(), self.doubts.into_inner())
    }
}

/// Where in the file an octet of its text stands.
pub(super) fn place(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    Place::at(FILE, line_of(text, at) as u32, column as u32 + 1)
}

/// The line that an octet of a text stands on, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// How a line that is no TOML is mended, by what it looks like. Nothing of its value is repeated.
fn remedy(line: &str) -> String {
    let Some((key, value)) = line.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
        return match line.trim_start().starts_with('[') {
            true => "a table is written [letter], on a line of its own".to_owned(),
            false => "a line is a [table], or a key, `=` and a value, or a # comment".to_owned(),
        };
    };
    if value.starts_with(['"', '\'']) {
        return "a text stands between two quotation marks, and one inside it is written \\\"".to_owned();
    }
    let is_key = key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let key = if is_key { key } else { "key" };
    match value.chars().next() {
        Some('0'..='9') if ["date", "not_before", "not_after"].contains(&key) || value.contains(['-', '/', '.']) => {
            format!("write a date of the calendar as {key} = 2018-01-11, and a text between quotation marks")
        }
        Some('0'..='9' | '+' | '-') => {
            format!("write a whole number, or a text between quotation marks: {key} = \"…\"")
        }
        Some('[' | '{') => {
            "close every bracket, put commas between values, and every text between quotation marks".to_owned()
        }
        _ => format!("put the text between quotation marks: {key} = \"…\""),
    }
}
