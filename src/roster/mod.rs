//! The only reader of lists: reads the encodings, delimiters and headers of real exports, as a stream of rows.
//!
//! [`List::open`] reads the header and determines encoding, delimiter and columns; then the iterator returns one [`Row`]
//! after the other. A bad row is an `Err` with its places, and reading continues. Memory does not grow with the file.
//!
//! This module must never guess an encoding, keep a cell of a column that is not used, or quote a cell in a finding.
//!
//! ```text
//! text.rs      bytes → characters, strictly decoded, each with its position
//! record.rs    characters → cells
//! header.rs    headers → columns
//! repair.rs    cells as a spreadsheet or a form wrote them → values
//! table.rs     a file as it is, for import
//! preset/      the columns of services' exports
//! import.rs    an export → rows of a list
//! merge.rs     rows of an export + a list → a list
//! edit.rs      cells of one row, in place
//! tombstones.rs who withdrew, in keyed digests
//! ```

pub mod edit;
mod header;
pub mod import;
pub mod merge;
pub mod preset;
mod record;
mod repair;
pub mod table;
mod text;
pub mod tombstones;

#[cfg(test)]
mod tests;

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Span, Spans, file_text, own, spans};
use crate::people::row::{Columns, Row, RowBuilder};
use crate::text::characters::refused;
use crate::text::pluralize::numbered;
use header::{Layout, Slot, Vocabulary};
use record::{Cell, LIMIT, Record, RecordError};
use repair::Mapped;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use text::{ReadError, Text};

/// The maximum number of columns in a list; no export has more.
const MAX_COLUMNS: usize = 1024;

/// Which list to read, and how, from `campaign.toml`.
#[derive(Clone, Debug)]
pub struct ListSettings {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// A label of the Encoding Standard (§4.2), for a file that is neither UTF-8 nor UTF-16 with a byte order mark.
    pub encoding: Option<String>,
    /// Columns with another header: the column's name, then the header.
    pub columns: BTreeMap<String, String>,
    /// The values that cells mean, by column and by cell.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The format of the list's dates, as for strptime; ISO dates are always read.
    pub dates: Option<String>,
}

/// The columns of one type of list.
#[derive(Clone, Copy, Debug)]
pub struct ListKind {
    /// The known columns, in lower case with `_`.
    pub columns: &'static [&'static str],
    /// The columns that a list must have: one of each set.
    pub required: &'static [&'static [&'static str]],
    /// The columns with names and addresses, without emoji sequences.
    pub names: &'static [&'static str],
    /// The columns whose cells can have several lines (LF) and invisible characters.
    pub multiline: &'static [&'static str],
    /// What happens to other columns.
    pub others: Others,
    /// Names that no column may have: those of the template helpers.
    pub reserved: &'static [&'static str],
}

/// What happens to an unknown column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// It is kept under its header in lower case, with `_` for anything but letters and digits.
    Keep,
    /// It is dropped while reading, and is in no [`Row`].
    Drop,
}

/// Which column a header was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The header, on one line.
    pub header: String,
    /// The column's name in a [`Row`]; `None` if it is dropped.
    pub column: Option<String>,
}

/// An open list: an iterator over its rows.
pub struct List {
    text: Text,
    delimiter: char,
    record: Record,
    columns: Arc<Columns>,
    slots: Vec<Slot>,
    mapping: Vec<Mapping>,
    /// The columns that the program knows.
    known: &'static [&'static str],
    mapped: Mapped,
    /// The lines of cells that a spreadsheet wrapped.
    unwrapped: Vec<u32>,
    rows: usize,
    row: RowBuilder,
}

impl List {
    /// Reads the header of a list that the caller has opened or failed to open.
    ///
    /// # Errors
    /// Everything that is wrong with the file, its encoding, its header and `columns`.
    pub fn open(
        opened: io::Result<impl Read + 'static>,
        settings: &ListSettings,
        kind: &ListKind,
    ) -> Result<List, Vec<Finding>> {
        let input = opened.map_err(|error| {
            let (what, help) = match error.kind() {
                ErrorKind::NotFound => (Spans::from("the list does not exist"), "create it, or set `file` to its name"),
                _ => {
                    let what = spans!["the list cannot be opened: ", own(error.to_string())];
                    (what, "check that it is a file and that you may read it")
                }
            };
            vec![Finding::new(Code::ListFile, what).at(Place::file(&*settings.file)).help(help)]
        })?;
        let file = &*settings.file;
        let mut text = Text::open(Box::new(input), settings.encoding.as_deref())
            .map_err(|finding| vec![finding.at(Place::file(file))])?;
        let vocabulary = Vocabulary { settings, kind };
        let mut record = Record::new();
        let header = read_header(&mut text, &mut record, vocabulary);
        let delimiter = header.map_err(|error| vec![error.finding().at(text.position().place(file))])?;
        let Some(delimiter) = delimiter else {
            let finding = Finding::new(Code::ListHeader, "the list is empty").at(Place::file(file));
            return Err(vec![finding.help("the first line must name the columns")]);
        };
        if let Some(finding) = record_error(&record, file).or_else(|| header_error(&record, file)) {
            return Err(vec![finding]);
        }
        let Layout { slots, names, mapping } = vocabulary.layout(&record, delimiter)?;
        let columns = Arc::new(Columns { file: file.to_owned(), names });
        Ok(List {
            text,
            delimiter,
            record,
            columns,
            slots,
            mapping,
            known: kind.columns,
            mapped: Mapped::new(settings),
            unwrapped: Vec::new(),
            rows: 0,
            row: RowBuilder::default(),
        })
    }

    /// Returns the columns of every row.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// Returns which column each header was read as, in the order of the file.
    pub fn mapping(&self) -> &[Mapping] {
        &self.mapping
    }

    /// Returns how many rows have been read, valid or not, without blank ones.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Reports the cells read so far that a spreadsheet wrapped.
    pub fn unwrapped(&self) -> Option<Finding> {
        repair::report(&self.columns.file, &self.unwrapped)
    }

    /// Returns the current record as a row, with the findings about the text of its cells.
    fn row(&mut self) -> Result<Row, Vec<Finding>> {
        let (record, file) = (&self.record, &*self.columns.file);
        if let Some(finding) = record_error(record, file).or_else(|| self.length()) {
            return Err(vec![finding]);
        }
        let mut broken = Vec::new();
        for (cell, slot) in record.cells().zip(&self.slots) {
            match slot {
                Slot::Kept(lines) => {
                    let column = self.columns.names.get(self.row.len()).map_or("", String::as_str);
                    if let Some(refused) = refused(cell.raw(), *lines) {
                        let what = spans!["`", self.named(column), "` contains ", own(refused.to_string())];
                        let place = cell.position_of(refused.offset).place(file);
                        let finding = Finding::new(Code::CellText, what).at(place).help(refused.class.help());
                        broken.push((column.to_owned(), finding));
                    }
                    let text = cell.text();
                    let text = match repair::unwrapped(&text) {
                        Some(inner) => {
                            self.unwrapped.push(cell.position.line);
                            inner
                        }
                        None => &text,
                    };
                    let value = self.mapped.apply(column, text);
                    self.row.push(value.as_deref().unwrap_or(text), (cell.position.line, cell.position.column));
                }
                Slot::Nameless if !cell.raw().is_empty() => {
                    let finding = Finding::new(Code::ListHeader, "this cell has no header");
                    let finding = finding.at(cell.position.place(file)).help("add a header for its column");
                    broken.push((String::new(), finding));
                }
                Slot::Dropped | Slot::Nameless => {
                    broken.extend(nul_error(&cell, file).map(|finding| (String::new(), finding)));
                }
            }
        }
        let row = self.row.finish(Arc::clone(&self.columns)).beginning_on(record.begin.line);
        Ok(row.with_broken(broken))
    }

    /// The name of a column, for a message. In a recipient list it can be a header of the file.
    fn named(&self, column: &str) -> Span {
        if self.known.contains(&column) { own(column) } else { file_text(column) }
    }

    /// Reports a row that is shorter or longer than the header.
    fn length(&self) -> Option<Finding> {
        let (record, expected) = (&self.record, self.slots.len());
        if record.count == expected {
            return None;
        }
        let file = &self.columns.file;
        let what = spans!["the row has ", own(cells(record.count)), ", the header ", expected];
        let end = record.surplus.unwrap_or(record.end);
        let finding = Finding::new(Code::RowLength, what).at(end.place(file)).and_at(record.begin.place(file));
        Some(match self.delimiter {
            '\t' => finding,
            delimiter => finding.help(spans!["put a cell that contains `", own(delimiter), "` in quotation marks"]),
        })
    }
}

impl Iterator for List {
    type Item = Result<Row, Vec<Finding>>;

    /// Returns the next row, or everything that is wrong with it. Reading ends after a finding about the file itself.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.record.read(&mut self.text, self.delimiter, self.slots.len()) {
                Ok(false) => return None,
                Ok(true) if self.record.is_blank() => {}
                Ok(true) => {
                    self.rows = self.rows.saturating_add(1);
                    return Some(self.row());
                }
                Err(error) => {
                    return Some(Err(vec![error.finding().at(self.text.position().place(&self.columns.file))]));
                }
            }
        }
    }
}

impl fmt::Debug for List {
    /// Writes the file and the number of rows read; cells are private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List {{ {}, rows: {} }}", self.columns.file, self.rows)
    }
}

/// Reads the first record that is not blank, and returns the delimiter; `None` if there is no such record.
fn read_header(text: &mut Text, record: &mut Record, vocabulary: Vocabulary<'_>) -> Result<Option<char>, ReadError> {
    let declared = declared_delimiter(&text.peek(LIMIT)?);
    if declared.is_some() {
        while text.next_char()?.is_some_and(|c| c != '\n') {}
    }
    loop {
        let delimiter = match declared {
            Some(delimiter) => delimiter,
            None => vocabulary.delimiter(&text.peek(LIMIT)?),
        };
        if !record.read(text, delimiter, MAX_COLUMNS)? {
            return Ok(None);
        }
        if !record.is_blank() {
            return Ok(Some(delimiter));
        }
    }
}

/// Returns the delimiter in a `sep=;` line, which Excel writes above the header.
fn declared_delimiter(line: &str) -> Option<char> {
    let line = line.trim_matches(['"', ' ']);
    let (name, value) = line.split_at_checked(4)?;
    let mut value = value.chars();
    let delimiter = value.next()?;
    let usable = delimiter == '\t' || delimiter.is_ascii_punctuation() && delimiter != '"';
    (name.eq_ignore_ascii_case("sep=") && value.next().is_none() && usable).then_some(delimiter)
}

/// Reports an error that affects the record as a whole.
fn record_error(record: &Record, file: &str) -> Option<Finding> {
    Some(match record.error? {
        RecordError::Overlong => {
            Finding::new(Code::RowLength, spans!["the row is longer than ", LIMIT / 1024 / 1024, " MiB"])
                .at(record.begin.place(file))
                .help("look for a quotation mark that is closed too late or never")
        }
        RecordError::Open(position) => Finding::new(Code::ListQuote, "this quotation mark is never closed")
            .at(position.place(file))
            .help("close it, or double it if it is part of the text; the rows below it could not be read"),
        RecordError::Stray { open, text } => {
            let text::Position { line, column } = open;
            let what = spans!["text after the closing quotation mark of the cell at line ", line, ", column ", column];
            Finding::new(Code::ListQuote, what)
                .at(text.place(file))
                .help("double each quotation mark that is part of the text")
        }
    })
}

/// Reports an error that affects the header as a whole.
fn header_error(record: &Record, file: &str) -> Option<Finding> {
    if let Some(position) = record.surplus {
        let what = spans!["the header has ", own(cells(record.count)), "; the limit is ", MAX_COLUMNS];
        return Some(
            Finding::new(Code::ListHeader, what)
                .at(position.place(file))
                .help("delete the columns that no letter needs"),
        );
    }
    let finding = record.cells().find_map(|cell| nul_error(&cell, file))?;
    Some(finding.help(
        "if it is UTF-16 without a byte order mark, set `encoding = \"utf-16le\"`; otherwise save it as CSV UTF-8",
    ))
}

fn nul_error(cell: &Cell<'_>, file: &str) -> Option<Finding> {
    let place = cell.position_of(cell.raw().find('\0')?).place(file);
    Some(Finding::new(Code::CellText, "the list contains NUL (U+0000)").at(place).help("delete the character"))
}

fn cells(count: usize) -> String {
    numbered(count as u64, "cell")
}

/// Reports that a setting names a column that does not exist.
fn unknown_column(setting: &'static str, column: &str, settings: &ListSettings, kind: &ListKind) -> Finding {
    // It is quoted only if it resembles a column: while the list cannot be read, nothing can be searched for.
    let (what, help) = match nearest(column, kind.columns.iter().copied()) {
        Some(near) => {
            (spans!["`", file_text(column), "`, which is not a column"], spans!["did you mean `", own(near), "`?"])
        }
        None => ("something that is not a column".into(), spans!["the columns are ", own(kind.columns.join(", "))]),
    };
    let what = spans!["`", setting, "` names ", what];
    Finding::new(Code::ListMapping, what).at(Place::file(&*settings.file)).help(help)
}
