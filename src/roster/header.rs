//! Reads the header of a list: finds the delimiter, and maps each header to a column.
//!
//! A finding may quote a header, but must never quote the cells of a list without a header line: if no header is known,
//! none is shown.

use super::record::Record;
use super::text::Position;
use super::{ListKind, ListSettings, MAX_COLUMNS, Mapping, Others, repair, unknown_column};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, file_text, own, spans};
use crate::text::characters;
use crate::text::characters::TextUse;
use unicode_normalization::UnicodeNormalization;

/// The maximum number of headers in a finding; the others are counted.
const MAX_SHOWN: usize = 20;

/// The maximum length of a header in a finding, in characters; longer headers are not checked for misspellings.
const MAX_QUOTED: usize = 60;

/// What happens to the cells under a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Kept(TextUse),
    Dropped,
    /// No header: cells must be blank.
    Nameless,
}

/// How the rows of a list are read, as determined by its header.
pub(super) struct Layout {
    /// One per cell of the header.
    pub(super) slots: Vec<Slot>,
    /// The names of the kept columns, in the order of the file.
    pub(super) names: Vec<String>,
    pub(super) mapping: Vec<Mapping>,
}

/// The columns a list can have, with the headers from the settings.
#[derive(Clone, Copy)]
pub(super) struct Vocabulary<'a> {
    pub(super) settings: &'a ListSettings,
    pub(super) kind: &'a ListKind,
}

impl<'a> Vocabulary<'a> {
    /// Returns the column for a header with this key. `columns` comes first; a column that it names is not found under its
    /// own name any more.
    fn column(self, key: &str) -> Option<&'a str> {
        let columns = &self.settings.columns;
        let mapped = columns.iter().find(|(_, header)| key == self::key(header)).map(|(column, _)| column.as_str());
        let own = || self.kind.columns.iter().copied().find(|name| is_key(name, key) && !columns.contains_key(*name));
        mapped.or_else(own).filter(|_| !key.is_empty())
    }

    /// Returns the delimiter with which most headers are known; of several, the most frequent; a comma if there is none.
    pub(super) fn delimiter(self, line: &str) -> char {
        let score = |&delimiter: &char| {
            let mut quoted = false;
            let headers = line.split(|c| {
                quoted ^= c == '"';
                c == delimiter && !quoted
            });
            let keys: Vec<String> = headers.take(MAX_COLUMNS).map(key).collect();
            (keys.iter().filter(|key| self.column(key).is_some()).count(), keys.len())
        };
        [';', '\t', ','].into_iter().max_by_key(score).unwrap_or(',')
    }

    /// Maps a header record to columns, or returns everything that is wrong with it.
    pub(super) fn layout(self, record: &Record, delimiter: char) -> Result<Layout, Vec<Finding>> {
        let heads: Vec<Head<'a>> = record
            .cells()
            .map(|cell| {
                let (text, key) = (shown(&cell.text()), key(&cell.text()));
                let column = self.column(&key);
                Head { text, key, column, position: cell.position }
            })
            .collect();
        let in_vocabulary = |head: &Head<'_>| self.kind.columns.iter().any(|name| is_key(name, &head.key));
        let known = heads.iter().any(|head| head.column.is_some() || in_vocabulary(head));
        let line = Place::line(&*self.settings.file, record.begin.line);
        let mut findings = self.mapped(&heads, known, &line);
        findings.extend(repair::check(self.settings, self.kind));
        if known {
            findings.extend(self.twice(&heads));
            findings.extend(self.missing(&heads, &line));
            findings.extend(self.misspelt(&heads));
        } else {
            let help = "the first line must name the columns; use `columns` to map other headers";
            findings.push(Finding::new(Code::ListHeader, "none of the headers is known").at(line.clone()).help(help));
        }
        let mut layout = Layout { slots: Vec::new(), names: Vec::new(), mapping: Vec::new() };
        for head in &heads {
            let column = match (head.column, self.kind.others) {
                (Some(column), _) => Some(column.to_owned()),
                // `columns` gives this column another header.
                (None, Others::Keep) if in_vocabulary(head) => None,
                (None, Others::Keep) => Some(name(&head.text)).filter(|name| !name.is_empty()),
                (None, Others::Drop) => None,
            };
            if let Some(name) = column.as_deref().filter(|name| self.kind.reserved.contains(name) && known) {
                let what = spans![
                    "the header ",
                    quoted(&head.text),
                    " is the name of a template helper, `",
                    file_text(name),
                    "`"
                ];
                let help = "rename the header";
                findings.push(Finding::new(Code::ListHeader, what).at(head.place(self)).help(help));
            }
            layout.slots.push(match &column {
                Some(name) if self.kind.multiline.contains(&&**name) => Slot::Kept(TextUse::Statement),
                Some(name) if self.kind.names.contains(&&**name) => Slot::Kept(TextUse::Name),
                Some(_) => Slot::Kept(TextUse::Cell),
                None if head.text.is_empty() => Slot::Nameless,
                None => Slot::Dropped,
            });
            layout.names.extend(column.clone());
            if !head.text.is_empty() {
                layout.mapping.push(Mapping { header: head.text.clone(), column });
            }
        }
        if findings.is_empty() {
            return Ok(layout);
        }
        let header = known.then(|| self.line(record, &heads, delimiter)).flatten();
        let quoted = |finding: Finding| match (&header, finding.place().is_some_and(|at| at.line == line.line)) {
            (Some(header), true) => finding.quote(&**header),
            _ => finding,
        };
        Err(findings.into_iter().map(quoted).collect())
    }

    /// Returns the header line to quote; `None` if it has several lines or quotation marks. In a signatory list, an unknown
    /// header may be a cell (if a line break is missing), so it is shown as dots unless it is a misspelt column.
    fn line(self, record: &Record, heads: &[Head<'_>], delimiter: char) -> Option<String> {
        let mut line = String::new();
        for (rank, (cell, head)) in record.cells().zip(heads).enumerate() {
            if rank > 0 {
                line.push(delimiter);
            }
            let gap = (cell.position.column as usize - 1).checked_sub(line.chars().count())?;
            if cell.position.line != record.begin.line || gap > 0 && cell.raw().is_empty() {
                return None;
            }
            line.extend(std::iter::repeat_n(' ', gap));
            match head.column.is_some() || self.kind.others == Others::Keep || self.nearly(head, heads).is_some() {
                true => line.push_str(cell.raw()),
                false => line.extend(cell.raw().chars().map(|_| '·')),
            }
        }
        Some(line)
    }

    /// Reports what is wrong with `columns` itself.
    fn mapped(self, heads: &[Head<'_>], known: bool, line: &Place) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut claimed: Vec<(String, &str)> = Vec::new();
        for (column, header) in &self.settings.columns {
            let key = key(header);
            if !self.kind.columns.contains(&&**column) {
                findings.push(unknown_column("columns", column, self.settings, self.kind));
            } else if key.is_empty() || heads.iter().all(|head| head.key != key) {
                let from = own(&**column);
                let near = nearest(header, heads.iter().filter_map(Head::near));
                // A header is quoted only if it resembles one of the list: nothing else is known of it.
                let what = match near {
                    Some(_) => {
                        spans![
                            "`columns` maps `",
                            from,
                            "` to `",
                            file_text(&**header),
                            "`, which is not a header of the list"
                        ]
                    }
                    None => spans!["`columns` maps `", from, "` to a header that the list does not have"],
                };
                let finding = Finding::new(Code::ListMapping, what).at(line.clone());
                findings.push(match near {
                    Some(near) => finding.help(spans!["did you mean `", file_text(near), "`?"]),
                    None if known && self.kind.others == Others::Keep => {
                        finding.help(spans!["the headers are ", listed(heads)])
                    }
                    None => finding.help("copy the header from the first line of the list"),
                });
            } else if let Some((_, other)) = claimed.iter().find(|(claim, _)| *claim == key) {
                let (one, other, to) = (own(*other), own(&**column), file_text(&**header));
                let what = spans!["`columns` maps both `", one, "` and `", other, "` to `", to, "`"];
                let help = "map each column to its own header";
                findings.push(Finding::new(Code::ListMapping, what).at(line.clone()).help(help));
            }
            claimed.push((key, column));
        }
        findings
    }

    fn twice(self, heads: &[Head<'_>]) -> Vec<Finding> {
        let again = |(at, head): (usize, &Head<'_>)| {
            let first = heads[..at].iter().find(|first| first.key == head.key && !head.key.is_empty())?;
            let Position { line, column } = first.position;
            // In a signatory list an unknown header may be a cell, if the header line or its line break is missing.
            let which = match head.column.is_some() || self.kind.others == Others::Keep {
                true => spans!["the header ", quoted(&head.text)],
                false => "the same header".into(),
            };
            let what = spans![which, " also occurs at line ", line, ", column ", column];
            let help = "rename one of them; differences in case, spaces and punctuation are ignored";
            Some(Finding::new(Code::ListHeader, what).at(head.place(self)).help(help))
        };
        heads.iter().enumerate().filter_map(again).collect()
    }

    fn missing(self, heads: &[Head<'_>], line: &Place) -> Vec<Finding> {
        let is_absent =
            |names: &&&[&str]| heads.iter().all(|head| head.column.is_none_or(|column| !names.contains(&column)));
        // A header in `columns` that does not exist has already been reported.
        let is_unreported = |names: &&&[&str]| !names.iter().any(|name| self.settings.columns.contains_key(*name));
        let finding = |name: &&'static str| {
            let spare = heads.iter().filter(|head| head.column.is_none()).filter_map(Head::near);
            let help = match nearest(name, spare) {
                Some(near) => {
                    let written = file_text(format!("{near:?}"));
                    spans!["if it is `", file_text(near), "`, set `columns = { ", *name, " = ", written, " }`"]
                }
                None if self.kind.others == Others::Keep => {
                    spans!["the headers are ", listed(heads), "; set `columns` to map one of them, or merge an export with `openletter import`"]
                }
                // Without a header line, listing the headers would quote the first signatory.
                None => {
                    "rename a header, or map one with `columns` in campaign.toml; check that the first line is a header line".into()
                }
            };
            Finding::new(Code::ListHeader, spans!["the list has no column `", *name, "`"]).at(line.clone()).help(help)
        };
        let missing = self.kind.required.iter().filter(is_absent).filter(is_unreported);
        missing.filter_map(|names| names.first()).map(finding).collect()
    }

    /// Reports a header that nearly matches a column, if other columns are dropped: `show_place = no` would be lost.
    fn misspelt(self, heads: &[Head<'_>]) -> Vec<Finding> {
        if self.kind.others == Others::Keep {
            return Vec::new();
        }
        let finding = |head: &Head<'_>| {
            let name = self.nearly(head, heads)?;
            let what = spans!["the header ", quoted(&head.text), " resembles `", name, "` but is not a column"];
            let help = spans!["rename it to `", name, "`, or to something less similar if it means something else"];
            Some(Finding::new(Code::HeaderLike, what).at(head.place(self)).help(help))
        };
        heads.iter().filter_map(finding).collect()
    }

    /// Returns the column that the list lacks and that this header nearly matches.
    fn nearly(self, head: &Head<'_>, heads: &[Head<'_>]) -> Option<&'static str> {
        if head.column.is_some() || head.near().is_none() {
            return None;
        }
        let is_absent = |name: &&&str| heads.iter().all(|head| head.column != Some(**name));
        let is_near = |name: &&&str| {
            let most = if head.key.chars().count() < LONG_NAME { 1 } else { 2 };
            strsim::osa_distance(&head.key, &key(name)) <= most
        };
        self.kind.columns.iter().filter(is_absent).find(is_near).copied()
    }
}

/// The minimum length of a header that counts as misspelt with two wrong letters.
const LONG_NAME: usize = 9;

/// A header, and the column it was read as.
struct Head<'a> {
    text: String,
    key: String,
    column: Option<&'a str>,
    position: Position,
}

impl Head<'_> {
    fn place(&self, vocabulary: Vocabulary<'_>) -> Place {
        self.position.place(&vocabulary.settings.file)
    }

    /// Returns the header, unless it is too long to be a misspelt column or may be an address.
    fn near(&self) -> Option<&str> {
        Some(&*self.text).filter(|text| text.len() <= MAX_QUOTED && !text.contains('@'))
    }
}

/// Returns the key by which headers are compared: letters and digits in lower case.
pub(super) fn key(header: &str) -> String {
    if header.is_ascii() {
        let letters = header.chars().filter(char::is_ascii_alphanumeric);
        return letters.map(|c| c.to_ascii_lowercase()).collect();
    }
    header.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether this is the key of a column that the program knows.
pub(super) fn is_key(column: &str, key: &str) -> bool {
    column.bytes().filter(|byte| *byte != b'_').eq(key.bytes())
}

/// Returns the name of an unknown column: the words of its header in lower case, joined by `_`.
fn name(header: &str) -> String {
    let header: String = header.nfc().collect();
    let words: Vec<String> = header.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(key).collect();
    words.join("_")
}

/// Returns a header on one line, without invisible characters.
fn shown(header: &str) -> String {
    let visible: String = header.chars().filter(|&c| c.is_whitespace() || characters::class(c).is_none()).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Quotes a header for a finding, shortened, since it can be a whole question of a form.
pub(super) fn quoted(header: &str) -> Spans {
    match header.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => spans!["`", file_text(&header[..end]), "…`"],
        None => spans!["`", file_text(header), "`"],
    }
}

fn listed(heads: &[Head<'_>]) -> Spans {
    let named: Vec<&str> = heads.iter().map(|head| &*head.text).filter(|text| !text.is_empty()).collect();
    let list = Spans::joined(named.iter().take(MAX_SHOWN).map(|text| quoted(text)), ", ");
    match named.len().saturating_sub(MAX_SHOWN) {
        0 => list,
        more => spans![list, " and ", more, " more"],
    }
}
