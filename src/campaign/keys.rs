//! Reads `campaign.toml` key by key, and reports every wrong value and every unknown key with its place.
//!
//! A table records the keys it was asked for, so the known keys are exactly those that the program reads. This module must
//! not know what a key means.

mod texts;
mod times;

use super::toml_source::{FILE, TomlSource};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, file_text, own, spans};
use crate::text::characters::{TextUse, refused};
use crate::text::size::parse_size;
use std::cell::RefCell;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the file, present or not.
pub(super) struct Table<'a, 't> {
    source: &'a TomlSource<'t>,
    /// The name in brackets; empty for the file itself.
    name: &'static str,
    entries: Option<&'a DeTable<'t>>,
    at: Range<usize>,
    known_keys: RefCell<Vec<&'static str>>,
    /// Keys that were reported already.
    refused_keys: RefCell<Vec<&'static str>>,
}

type Found<'a, 't> = (Range<usize>, &'a DeValue<'t>);

impl<'a, 't> Table<'a, 't> {
    pub(super) fn root(source: &'a TomlSource<'t>, entries: &'a DeTable<'t>) -> Self {
        Table {
            source,
            name: "",
            entries: Some(entries),
            at: 0..0,
            known_keys: RefCell::default(),
            refused_keys: RefCell::default(),
        }
    }

    pub(super) fn exists(&self) -> bool {
        self.entries.is_some()
    }

    fn find(&self, key: &'static str) -> Option<Found<'a, 't>> {
        self.known_keys.borrow_mut().push(key);
        let (_, value) = self.entries?.iter().find(|(name, _)| name.get_ref() == key)?;
        Some((value.span(), value.get_ref()))
    }

    /// A table inside this one.
    pub(super) fn table(&self, key: &'static str) -> Table<'a, 't> {
        let (entries, at) = match self.find(key) {
            Some((span, DeValue::Table(entries))) => (Some(entries), span),
            Some((span, _)) => {
                let (what, fix) =
                    (spans![self.path(key), " must be a table"], spans!["write [", key, "] and its keys below"]);
                self.report(span, key, what, fix);
                (None, 0..0)
            }
            None => (None, 0..0),
        };
        self.inner(key, entries, at)
    }

    fn inner(&self, name: &'static str, entries: Option<&'a DeTable<'t>>, at: Range<usize>) -> Table<'a, 't> {
        Table {
            source: self.source,
            name,
            entries,
            at,
            known_keys: RefCell::default(),
            refused_keys: RefCell::default(),
        }
    }

    /// Reports the value of a key as wrong.
    fn report(&self, span: Range<usize>, key: &str, what: impl Into<Spans>, fix: impl Into<Spans>) {
        self.source.mark_unreliable(self.name, key);
        self.source.add(Code::SettingsValue, span, what, Some(fix.into()));
    }

    /// Reads the tables in this one, whose names the campaign chooses, in the order of the file. `read` gets the name and
    /// the table.
    pub(super) fn each_named(&self, example: &'static str, mut read: impl FnMut(&str, &Table<'a, 't>)) {
        let mut entries: Vec<_> = self.entries.into_iter().flat_map(DeTable::iter).collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let (name, at) = (name.get_ref(), value.span());
            let DeValue::Table(entries) = value.get_ref() else {
                let what = spans!["[", self.name, "] ", file_text(&**name), " must be a table"];
                self.report(at, name, what, spans!["write ", file_text(&**name), " = ", example]);
                continue;
            };
            let table = self.inner(self.name, Some(entries), at);
            read(name, &table);
            table.finish();
        }
    }

    /// The key as a message names it: "[relay] rate".
    pub(super) fn path(&self, key: &'static str) -> Spans {
        if self.name.is_empty() { key.into() } else { spans!["[", self.name, "] ", key] }
    }

    fn wrong_type(&self, span: Range<usize>, key: &'static str, wanted: &'static str, example: impl Into<Spans>) {
        self.report(span, key, spans![self.path(key), " must be ", wanted], spans!["write ", key, " = ", example]);
    }

    /// Reports a value of the right type that is not allowed.
    pub(super) fn reject(&self, key: &'static str, what: impl Into<Spans>, help: impl Into<Spans>) {
        let span = self.find(key).map_or_else(|| self.at.clone(), |(span, _)| span);
        self.report(span, key, what, help);
    }

    /// Adds a finding about one of this table's keys, at its value; at the table if the key is missing.
    pub(super) fn add(&self, finding: Finding) {
        let is_about = |name: &str| finding.about.as_deref() == Some(name);
        let value = self.entries.and_then(|entries| entries.iter().find(|(name, _)| is_about(name.get_ref())));
        let span = value.map_or_else(|| self.at.clone(), |(_, value)| value.span());
        self.source.add(finding.code, span, finding.message, finding.fix);
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        match self.find(key)? {
            (span, DeValue::String(text)) if !text.trim().is_empty() => {
                self.check_characters(span, key, text);
                Some(text.clone().into_owned())
            }
            (span, _) => {
                self.wrong_type(span, key, "a text in quotes", "\"…\"");
                None
            }
        }
    }

    /// Reports a character that settings may not have, since most of them are printed in letters.
    fn check_characters(&self, span: Range<usize>, key: &'static str, text: &str) {
        if let Some(refused) = refused(text.trim(), TextUse::Name) {
            let what = spans![self.path(key), " has ", own(refused.to_string())];
            self.report(span, key, what, spans![refused.class.help(), " in ", key]);
        }
    }

    /// A required text; empty if it is missing, which is reported.
    pub(super) fn required(&self, key: &'static str) -> String {
        if self.find(key).is_none() {
            self.missing(key, "\"…\"");
        }
        self.text(key).unwrap_or_default()
    }

    /// Reports a missing required key.
    pub(super) fn missing(&self, key: &'static str, example: &'static str) {
        let what = spans![self.path(key), " is missing"];
        self.report(self.at.clone(), key, what, spans!["add ", key, " = ", example, " to [", self.name, "]"]);
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        match self.find(key)? {
            (_, DeValue::Boolean(value)) => Some(*value),
            (span, _) => {
                self.wrong_type(span, key, "true or false", "true");
                None
            }
        }
    }

    pub(super) fn number(&self, key: &'static str) -> Option<u32> {
        match self.find(key)? {
            (span, DeValue::Integer(number)) => {
                let parsed = u32::from_str_radix(number.as_str(), number.radix()).ok();
                if parsed.is_none() {
                    self.wrong_type(span, key, "a whole number that is not negative", "10");
                }
                parsed
            }
            (span, value) => {
                let meant = as_text(value).and_then(|text| text.parse::<u32>().ok());
                self.wrong_type(span, key, "a whole number", meant.unwrap_or(10));
                None
            }
        }
    }

    pub(super) fn date(&self, key: &'static str) -> Option<jiff::civil::Date> {
        match self.find(key)? {
            (span, DeValue::Datetime(date)) if date.time.is_none() => {
                let parsed = date.to_string().parse().ok();
                if parsed.is_none() {
                    self.wrong_type(span, key, "an existing date", "2018-01-11");
                }
                parsed
            }
            (span, value) => {
                let meant = as_text(value).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
                let meant = meant.unwrap_or(jiff::civil::date(2018, 1, 11));
                self.wrong_type(span, key, "a date", own(meant.to_string()));
                None
            }
        }
    }

    pub(super) fn texts(&self, key: &'static str) -> Vec<String> {
        let Some((span, value)) = self.find(key) else { return Vec::new() };
        let texts = match value {
            DeValue::Array(items) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) if !text.trim().is_empty() => {
                        self.check_characters(item.span(), key, text);
                        Some(text.clone().into_owned())
                    }
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            self.wrong_type(span, key, "a list of texts", "[\"…\", \"…\"]");
            Vec::new()
        })
    }

    /// Whether the key is here, whatever its value.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// The tables of a list, each read by `read`.
    pub(super) fn each<T>(&self, key: &'static str, mut read: impl FnMut(&Table<'a, 't>) -> T) -> Vec<T> {
        let Some((span, value)) = self.find(key) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.wrong_type(span, key, "a list of tables", "[{ … }]");
            return Vec::new();
        };
        let mut read_items = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    let table = self.inner(key, Some(entries), item.span());
                    read_items.push(read(&table));
                    table.finish();
                }
                _ => self.wrong_type(item.span(), key, "a list of tables", "[{ … }]"),
            }
        }
        read_items
    }

    /// The tables of a key that is written `[key]` once or `[[key]]` several times, and whether it is the latter.
    pub(super) fn one_or_several(&self, key: &'static str) -> (Vec<Table<'a, 't>>, bool) {
        match self.find(key) {
            Some((_, DeValue::Array(items))) if !items.is_empty() => {
                let tables = items.iter().filter_map(|item| match item.get_ref() {
                    DeValue::Table(entries) => Some(self.inner(key, Some(entries), item.span())),
                    _ => {
                        self.wrong_type(item.span(), key, "a table, or several", "{ … }");
                        None
                    }
                });
                (tables.collect(), true)
            }
            _ => (vec![self.table(key)].into_iter().filter(Table::exists).collect(), false),
        }
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            let help = match nearest(&text, words.iter().map(|(word, _)| *word)) {
                Some(near) => spans!["did you mean \"", own(near), "\"?"],
                None => spans!["write one of ", own(known.join(", "))],
            };
            self.reject(key, spans![self.path(key), " cannot be \"", file_text(text), "\""], help);
        }
        found
    }

    /// A duration such as "60s", "15m" or "1h".
    pub(super) fn duration(&self, key: &'static str) -> Option<Duration> {
        let text = self.text(key)?;
        let parsed = parse_duration(&text);
        if parsed.is_none() {
            self.reject(
                key,
                spans![self.path(key), " is not a duration"],
                spans!["write ", key, " = \"60s\", \"15m\" or \"1h\""],
            );
        }
        parsed
    }

    /// A size such as "10MB", in bytes.
    pub(super) fn size(&self, key: &'static str) -> Option<u64> {
        let text = self.text(key)?;
        let parsed = parse_size(&text);
        if parsed.is_none() {
            let what = spans![self.path(key), " is not a size between 1kB and 1GB"];
            self.reject(key, what, spans!["write ", key, " = \"500kB\" or \"10MB\""]);
        }
        parsed
    }

    /// Where the value of a key is.
    pub(super) fn place(&self, key: &'static str) -> Place {
        self.source.place(self.find(key).map_or(self.at.start, |(span, _)| span.start))
    }

    /// Reports a key that people look for and that cannot be given a meaning.
    pub(super) fn refuse_key(&self, key: &'static str, what: &'static str, fix: &'static str) {
        let entry = self.entries.into_iter().flat_map(DeTable::iter).find(|(name, _)| name.get_ref() == key);
        if let Some((name, _)) = entry {
            self.refused_keys.borrow_mut().push(key);
            self.source.add(Code::SettingsKey, name.span(), what, Some(fix.into()));
        }
    }

    /// Reports every unknown key.
    pub(super) fn finish(self) {
        let known_keys = self.known_keys.borrow();
        for (name, _) in self.entries.into_iter().flat_map(DeTable::iter) {
            let key: &Spanned<_> = name;
            if known_keys.contains(&&**key.get_ref()) || self.refused_keys.borrow().contains(&&**key.get_ref()) {
                continue;
            }
            let what = match self.name {
                "" => spans!["there is no [", file_text(&**key.get_ref()), "] in ", FILE],
                table => spans!["there is no \"", file_text(&**key.get_ref()), "\" in [", table, "]"],
            };
            let help = match nearest(key.get_ref(), known_keys.iter().copied()) {
                Some(near) => {
                    self.source.mark_unreliable(self.name, near);
                    spans!["did you mean \"", own(near), "\"?"]
                }
                None => {
                    let mut known = known_keys.clone();
                    known.sort_unstable();
                    known.dedup();
                    spans!["known here: ", own(known.join(", "))]
                }
            };
            self.source.add(Code::SettingsKey, key.span(), what, Some(help));
        }
    }
}

/// The text of a value in quotation marks.
fn as_text<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    if let DeValue::String(text) = value { Some(text.trim()) } else { None }
}

/// Parses a duration: a whole number and s, m or h; from one second to a week.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    let number: u64 = text[..text.len() - 1].trim_end().parse().ok()?;
    let seconds = number.checked_mul(unit)?;
    (1..=604_800).contains(&seconds).then(|| Duration::from_secs(seconds))
}
