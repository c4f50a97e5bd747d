//! `campaign.toml` read key by key: every wrong value and every key that means nothing, all at once, each with its place.
//!
//! A table remembers what it was asked for, so the known keys are exactly those the program reads. Nothing here knows
//! what a key means.

use super::toml_source::{FILE, Sheet};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::text::characters::{Lines, refused};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table of the file, or its absence.
pub(super) struct Table<'a, 't> {
    sheet: &'a Sheet<'t>,
    /// The name in brackets; empty for the file itself.
    name: &'static str,
    entries: Option<&'a DeTable<'t>>,
    at: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

type Found<'a, 't> = (Range<usize>, &'a DeValue<'t>);

impl<'a, 't> Table<'a, 't> {
    pub(super) fn root(sheet: &'a Sheet<'t>, entries: &'a DeTable<'t>) -> Self {
        Table { sheet, name: "", entries: Some(entries), at: 0..0, asked: RefCell::default() }
    }

    pub(super) fn is_there(&self) -> bool {
        self.entries.is_some()
    }

    fn find(&self, key: &'static str) -> Option<Found<'a, 't>> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.entries?.iter().find(|(name, _)| name.get_ref() == key)?;
        Some((value.span(), value.get_ref()))
    }

    /// A table inside this one.
    pub(super) fn table(&self, key: &'static str) -> Table<'a, 't> {
        let (entries, at) = match self.find(key) {
            Some((span, DeValue::Table(entries))) => (Some(entries), span),
            Some((span, _)) => {
                self.wrong(span, key, "a table", &format!("[{key}]"));
                (None, 0..0)
            }
            None => (None, 0..0),
        };
        Table { sheet: self.sheet, name: key, entries, at, asked: RefCell::default() }
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("[{}] {key}", self.name) }
    }

    fn wrong(&self, span: Range<usize>, key: &str, wanted: &str, example: &str) {
        let help = Some(format!("write {key} = {example}")).filter(|_| !example.starts_with('['));
        self.sheet.doubt(self.name, key);
        self.sheet.add(Code::SettingsValue, span, format!("{} must be {wanted}", self.path(key)), help);
    }

    /// Reports a value that reads well and cannot be meant.
    pub(super) fn refuse(&self, key: &'static str, what: impl Into<String>, help: impl Into<String>) {
        let span = self.find(key).map_or_else(|| self.at.clone(), |(span, _)| span);
        self.sheet.doubt(self.name, key);
        self.sheet.add(Code::SettingsValue, span, what, Some(help.into()));
    }

    /// Adds a finding about one of this table's values, at the table.
    pub(super) fn add(&self, finding: Finding) {
        let key = finding.what.split('`').nth(1).unwrap_or_default();
        let value = self.entries.and_then(|entries| entries.iter().find(|(name, _)| name.get_ref() == key));
        let span = value.map_or_else(|| self.at.clone(), |(_, value)| value.span());
        self.sheet.add(finding.code, span, finding.what.clone(), finding.help);
    }

    pub(super) fn text(&self, key: &'static str) -> Option<String> {
        match self.find(key)? {
            (span, DeValue::String(text)) if !text.trim().is_empty() => {
                self.look(span, key, text);
                Some(text.clone().into_owned())
            }
            (span, _) => {
                self.wrong(span, key, "a text in quotes", "\"…\"");
                None
            }
        }
    }

    /// Reports a character that no text of the settings can hold: most of them are printed in letters.
    fn look(&self, span: Range<usize>, key: &'static str, text: &str) {
        if let Some(refused) = refused(text.trim(), Lines::One) {
            let help = format!("{} in {key}", refused.class.help());
            self.sheet.doubt(self.name, key);
            self.sheet.add(Code::SettingsValue, span, format!("{} holds {refused}", self.path(key)), Some(help));
        }
    }

    /// A text that must be there; empty where it is not, which is reported.
    pub(super) fn required(&self, key: &'static str) -> String {
        if self.find(key).is_none() {
            self.missing(key, "\"…\"");
        }
        self.text(key).unwrap_or_default()
    }

    /// Reports a key that must be there.
    pub(super) fn missing(&self, key: &str, example: &str) {
        let what = format!("{} is missing", self.path(key));
        self.sheet.doubt(self.name, key);
        self.sheet.add(
            Code::SettingsValue,
            self.at.clone(),
            what,
            Some(format!("add {key} = {example} to [{}]", self.name)),
        );
    }

    pub(super) fn number(&self, key: &'static str) -> Option<u32> {
        match self.find(key)? {
            (span, DeValue::Integer(number)) => {
                let parsed = u32::from_str_radix(number.as_str(), number.radix()).ok();
                if parsed.is_none() {
                    self.wrong(span, key, "a whole number that is not negative", "10");
                }
                parsed
            }
            (span, value) => {
                let meant = said(value).filter(|text| text.parse::<u32>().is_ok());
                self.wrong(span, key, "a whole number", meant.unwrap_or("10"));
                None
            }
        }
    }

    pub(super) fn date(&self, key: &'static str) -> Option<jiff::civil::Date> {
        match self.find(key)? {
            (span, DeValue::Datetime(date)) if date.time.is_none() => {
                let parsed = date.to_string().parse().ok();
                if parsed.is_none() {
                    self.wrong(span, key, "a date of the calendar", "2018-01-11");
                }
                parsed
            }
            (span, value) => {
                let meant = said(value).filter(|text| text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10);
                self.wrong(span, key, "a date", meant.unwrap_or("2018-01-11"));
                None
            }
        }
    }

    /// An instant; its zone must be given.
    pub(super) fn instant(&self, key: &'static str) -> Option<jiff::Timestamp> {
        match self.find(key)? {
            (span, DeValue::Datetime(at)) if at.offset.is_some() => {
                // What reads well and is no instant must not be taken for no embargo.
                let parsed = at.to_string().parse().ok();
                if parsed.is_none() {
                    self.wrong(span, key, "an instant of the calendar", "2018-01-11T09:00:00-05:00");
                }
                parsed
            }
            (span, value) => {
                let meant = said(value).filter(|text| text.parse::<jiff::Timestamp>().is_ok());
                self.wrong(span, key, "a date, a time and a zone", meant.unwrap_or("2018-01-11T09:00:00-05:00"));
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
                        self.look(item.span(), key, text);
                        Some(text.clone().into_owned())
                    }
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            self.wrong(span, key, "a list of texts", "[\"…\", \"…\"]");
            Vec::new()
        })
    }

    /// Whether the key stands here, whatever its value.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Texts by key, in order of the keys; `None` for anything else.
    pub(super) fn pairs_quietly(&self, key: &'static str) -> Option<BTreeMap<String, String>> {
        match self.find(key)?.1 {
            DeValue::Table(entries) => entries
                .iter()
                .map(|(name, value)| match value.get_ref() {
                    DeValue::String(text) => Some((name.get_ref().clone().into_owned(), text.clone().into_owned())),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }

    /// Texts by key, in order of the keys.
    pub(super) fn pairs(&self, key: &'static str) -> BTreeMap<String, String> {
        let Some((span, _)) = self.find(key) else { return BTreeMap::new() };
        self.pairs_quietly(key).unwrap_or_else(|| {
            self.wrong(span, key, "a table of texts", "{ email = \"E-mail\" }");
            BTreeMap::new()
        })
    }

    /// The tables of a list, each handed to `read`.
    pub(super) fn each<T>(&self, key: &'static str, mut read: impl FnMut(&Table<'a, 't>) -> T) -> Vec<T> {
        let Some((span, value)) = self.find(key) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.wrong(span, key, "a list of tables", "[{ … }]");
            return Vec::new();
        };
        let mut read_items = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    let table = Table {
                        sheet: self.sheet,
                        name: key,
                        entries: Some(entries),
                        at: item.span(),
                        asked: RefCell::default(),
                    };
                    read_items.push(read(&table));
                    table.finish();
                }
                _ => self.wrong(item.span(), key, "a list of tables", "[{ … }]"),
            }
        }
        read_items
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            let help = match nearest(&text, words.iter().map(|(word, _)| *word)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write one of {}", known.join(", ")),
            };
            self.refuse(key, format!("{} cannot be \"{text}\"", self.path(key)), help);
        }
        found
    }

    /// A length of time such as "60s", "15m" or "1h".
    pub(super) fn duration(&self, key: &'static str) -> Option<Duration> {
        let text = self.text(key)?;
        let parsed = parse_duration(&text);
        if parsed.is_none() {
            self.refuse(
                key,
                format!("{} is no length of time", self.path(key)),
                format!("write {key} = \"60s\", \"15m\" or \"1h\""),
            );
        }
        parsed
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for (name, _) in self.entries.into_iter().flat_map(DeTable::iter) {
            let key: &Spanned<_> = name;
            if asked.contains(&&**key.get_ref()) {
                continue;
            }
            let what = match self.name {
                "" => format!("there is no [{}] in {FILE}", key.get_ref()),
                table => format!("there is no \"{}\" in [{table}]", key.get_ref()),
            };
            let help = match nearest(key.get_ref(), asked.iter().copied()) {
                Some(near) => {
                    self.sheet.doubt(self.name, near);
                    format!("did you mean \"{near}\"?")
                }
                None => {
                    let mut known = asked.clone();
                    known.sort_unstable();
                    known.dedup();
                    format!("known here: {}", known.join(", "))
                }
            };
            self.sheet.add(Code::SettingsKey, key.span(), what, Some(help));
        }
    }
}

/// The words of a value that stands in quotation marks and should not.
fn said<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    if let DeValue::String(text) = value { Some(text.trim()) } else { None }
}

/// A length of time: a whole number and s, m or h. At least one second, at most a week.
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
