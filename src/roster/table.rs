//! A CSV file as it is: records with their cells and lines, for import and merge.
//!
//! It must never judge a cell or name a column; a file with an error in its quoting is refused as a whole.

use super::header::Vocabulary;
use super::record::{LIMIT, Record};
use super::text::Text;
use super::{ListKind, ListSettings, MAX_COLUMNS, Others, declared_delimiter, record_error};
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use std::io::Read;

/// The records of a file that are not blank.
pub struct Table {
    /// The delimiter between cells.
    pub delimiter: char,
    /// The records, the header first.
    pub records: Vec<TableRecord>,
}

/// One record.
pub struct TableRecord {
    /// The line on which it begins, from 1.
    pub line: u32,
    /// The trimmed cells.
    pub cells: Vec<String>,
}

/// Any header is as good as another.
const ANY: ListKind =
    ListKind { columns: &[], required: &[], names: &[], multiline: &[], others: Others::Keep, reserved: &[] };

/// Reads a whole file.
///
/// # Errors
/// What is wrong with the file, its encoding or its quoting.
pub fn read_table(input: impl Read + 'static, settings: &ListSettings) -> Result<Table, Vec<Finding>> {
    let file = &*settings.file;
    let mut text = Text::open(Box::new(input), settings.encoding.as_deref())
        .map_err(|finding| vec![finding.at(Place::file(file))])?;
    let read = |text: &mut Text| {
        let line = text.peek(LIMIT)?;
        let declared = declared_delimiter(&line);
        if declared.is_some() {
            while text.next_char()?.is_some_and(|c| c != '\n') {}
        }
        let line = text.peek(LIMIT)?;
        Ok(declared.unwrap_or_else(|| Vocabulary { settings, kind: &ANY }.delimiter(&line)))
    };
    let delimiter = read(&mut text)
        .map_err(|error: super::text::ReadError| vec![error.finding().at(text.position().place(file))])?;
    let (mut record, mut records) = (Record::new(), Vec::new());
    loop {
        match record.read(&mut text, delimiter, MAX_COLUMNS) {
            Ok(false) => return Ok(Table { delimiter, records }),
            Ok(true) if record.is_blank() => {}
            Ok(true) => {
                if let Some(finding) = record_error(&record, file) {
                    return Err(vec![finding]);
                }
                let cells = record.cells().map(|cell| cell.text().into_owned()).collect();
                records.push(TableRecord { line: record.begin.line, cells });
            }
            Err(error) => return Err(vec![error.finding().at(text.position().place(file))]),
        }
    }
}
