//! The only reader of lists: encodings, delimiters and headers as real exports have them, streamed as rows.
//!
//! A [`List`] is opened once, which settles its encoding, its delimiter and what each header stands for; then it hands out
//! one [`Row`] after the other. The outer `Result` is the file, the inner one the row: a bad row is told with its place
//! and the rest goes on. Memory does not grow with the file.
//!
//! This room must never guess an encoding, judge what a cell means, keep a cell of a column that nobody asked for, or
//! quote a cell in a finding.
//!
//! ```text
//! text.rs        bytes → characters, strictly decoded, each with its place
//! record.rs      characters → cells
//! header.rs      headers → columns
//! character.rs   what a cell may hold
//! ```

mod header;
mod record;
mod text;

#[cfg(test)]
mod tests;

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Span, Spans, file_text, own, spans};
use crate::people::row::{Columns, Row};
use crate::text::characters::refused;
use header::{Layout, Slot, Vocabulary};
use record::{Cell, LIMIT, Record, RecordError};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;
use text::{ReadError, Text};

/// The most columns a list can have: far above any export, far below what would hurt.
const MAX_COLUMNS: usize = 1024;

/// Which list is to be read, and how; from `campaign.toml`.
#[derive(Clone, Debug)]
pub struct ListSettings {
    /// The file as it is shown: relative to the campaign's folder.
    pub file: String,
    /// A label of the Encoding Standard (§4.2), where the file is neither UTF-8 nor marked as UTF-16.
    pub encoding: Option<String>,
    /// Columns of the vocabulary that stand under another header: the column's name, then the header.
    pub columns: BTreeMap<String, String>,
}

/// What a list of a kind can hold.
#[derive(Clone, Copy, Debug)]
pub struct ListKind {
    /// The names of the vocabulary, in lower case with `_`.
    pub columns: &'static [&'static str],
    /// Those without which the list is of no use.
    pub required: &'static [&'static str],
    /// Those whose cells can have several lines, in LF, and invisible characters.
    pub multiline: &'static [&'static str],
    /// What becomes of all other columns.
    pub others: Others,
    /// Names that no column can bear: those of the template helpers.
    pub reserved: &'static [&'static str],
}

/// What becomes of a column that is not in the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// It is kept, under its header in lower case with `_` for whatever is no letter or digit.
    Keep,
    /// It is dropped on reading and reaches no [`Row`].
    Drop,
}

/// What one header of a list stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The header, on one line.
    pub header: String,
    /// The column's name in a [`Row`]; `None` where it is dropped.
    pub column: Option<String>,
}

/// An opened list: an iterator over its rows.
pub struct List {
    text: Text,
    delimiter: char,
    record: Record,
    columns: Rc<Columns>,
    slots: Vec<Slot>,
    mapping: Vec<Mapping>,
    /// The columns that the program knows.
    known: &'static [&'static str],
    rows: usize,
}

impl List {
    /// Begins to read a list that the caller has opened, or could not open, and reads its header.
    ///
    /// # Errors
    /// All that is wrong with the file, its encoding, its header and `columns`, together.
    pub fn open(
        opened: io::Result<impl Read + 'static>,
        settings: &ListSettings,
        kind: &ListKind,
    ) -> Result<List, Vec<Finding>> {
        let input = opened.map_err(|error| {
            let (what, help) = match error.kind() {
                ErrorKind::NotFound => {
                    (Spans::from("there is no such list"), "put it there, or name another with `file`")
                }
                _ => (
                    spans!["the list cannot be opened: ", own(error.to_string())],
                    "see that it is a file that you may read",
                ),
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
            return Err(vec![finding.help("its first line must name its columns")]);
        };
        if let Some(finding) = record_error(&record, file).or_else(|| header_error(&record, file)) {
            return Err(vec![finding]);
        }
        let Layout { slots, names, mapping } = vocabulary.layout(&record, delimiter)?;
        let columns = Rc::new(Columns { file: file.to_owned(), names });
        Ok(List { text, delimiter, record, columns, slots, mapping, known: kind.columns, rows: 0 })
    }

    /// The columns that every row has.
    pub fn columns(&self) -> &Rc<Columns> {
        &self.columns
    }

    /// What each header stands for, in the order of the file.
    pub fn mapping(&self) -> &[Mapping] {
        &self.mapping
    }

    /// How many rows have been read so far, good and bad; blank ones are none.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The record that was just read, as a row.
    fn row(&self) -> Result<Row, Vec<Finding>> {
        let (record, file) = (&self.record, &*self.columns.file);
        if let Some(finding) = record_error(record, file).or_else(|| self.length()) {
            return Err(vec![finding]);
        }
        let (mut cells, mut positions, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        for (cell, slot) in record.cells().zip(&self.slots) {
            match slot {
                Slot::Kept(lines) => {
                    if let Some(refused) = refused(cell.raw(), *lines) {
                        let column = self.columns.names.get(cells.len()).map_or("", String::as_str);
                        let what = spans!["the cell `", self.named(column), "` holds ", own(refused.to_string())];
                        let place = cell.position_of(refused.offset).place(file);
                        findings.push(Finding::new(Code::CellText, what).at(place).help(refused.class.help()));
                    }
                    cells.push(cell.text().into_owned());
                    positions.push((cell.position.line, cell.position.column));
                }
                Slot::Nameless if !cell.raw().is_empty() => {
                    let finding = Finding::new(Code::ListHeader, "a cell stands under no header");
                    findings.push(finding.at(cell.position.place(file)).help("give its column a header"));
                }
                Slot::Dropped | Slot::Nameless => findings.extend(nul_error(&cell, file)),
            }
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Row::new(Rc::clone(&self.columns), cells, positions).beginning_on(record.begin.line))
    }

    /// A column by its name; of a list of recipients it can be a header as the file has it.
    fn named(&self, column: &str) -> Span {
        if self.known.contains(&column) { own(column) } else { file_text(column) }
    }

    /// A row that is shorter or longer than the header.
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
            delimiter => finding.help(spans!["put a cell that holds `", own(delimiter), "` between quotation marks"]),
        })
    }
}

impl Iterator for List {
    type Item = Result<Row, Vec<Finding>>;

    /// The next row, or all that is wrong with it. After a finding about the file itself there are no more.
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
    /// Names the list and how far it has been read; the cell at hand is private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List {{ {}, rows: {} }}", self.columns.file, self.rows)
    }
}

/// Reads the first record that is not blank, and gives the delimiter; `None` where there is no such record.
fn read_header(text: &mut Text, record: &mut Record, vocabulary: Vocabulary<'_>) -> Result<Option<char>, ReadError> {
    let told = declared_delimiter(&text.peek(LIMIT)?);
    if told.is_some() {
        while text.next_char()?.is_some_and(|c| c != '\n') {}
    }
    loop {
        let delimiter = match told {
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

/// The delimiter of a `sep=;` line, which Excel writes and reads above the header.
fn declared_delimiter(line: &str) -> Option<char> {
    let line = line.trim_matches(['"', ' ']);
    let (name, value) = line.split_at_checked(4)?;
    let mut value = value.chars();
    let delimiter = value.next()?;
    let usable = delimiter == '\t' || delimiter.is_ascii_punctuation() && delimiter != '"';
    (name.eq_ignore_ascii_case("sep=") && value.next().is_none() && usable).then_some(delimiter)
}

/// What makes a record as a whole doubtful.
fn record_error(record: &Record, file: &str) -> Option<Finding> {
    Some(match record.error? {
        RecordError::Overlong => {
            Finding::new(Code::RowLength, spans!["the row is longer than ", LIMIT / 1024 / 1024, " MiB"])
                .at(record.begin.place(file))
                .help("look for a quotation mark that is closed too late")
        }
        RecordError::Open(position) => {
            Finding::new(Code::ListQuote, "a quotation mark is opened here and never closed")
                .at(position.place(file))
                .help("close it, or double it where it is part of the text; nothing below it could be read")
        }
        RecordError::Stray { open, text } => {
            let text::Position { line, column } = open;
            let what =
                spans!["text follows the quotation mark that closes the cell at line ", line, ", column ", column];
            Finding::new(Code::ListQuote, what)
                .at(text.place(file))
                .help("double each quotation mark that is part of the text")
        }
    })
}

/// What makes a header record useless as a whole.
fn header_error(record: &Record, file: &str) -> Option<Finding> {
    if let Some(position) = record.surplus {
        let what = spans!["the header has ", own(cells(record.count)), ", and ", MAX_COLUMNS, " are the most"];
        return Some(
            Finding::new(Code::ListHeader, what).at(position.place(file)).help("take out what no letter needs"),
        );
    }
    let finding = record.cells().find_map(|cell| nul_error(&cell, file))?;
    Some(finding.help("if it is UTF-16 without a mark, say `encoding = \"utf-16le\"`; else save it as CSV UTF-8"))
}

fn nul_error(cell: &Cell<'_>, file: &str) -> Option<Finding> {
    let place = cell.position_of(cell.raw().find('\0')?).place(file);
    Some(Finding::new(Code::CellText, "the list holds NUL (U+0000)").at(place).help("delete the character"))
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}
