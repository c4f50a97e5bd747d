//! Reads a CSV file as it is, and writes one: records with their cells.
//!
//! It must never interpret a cell or a header. A file with a quoting error is refused as a whole.

use super::header::Vocabulary;
use super::record::Record;
use super::text::{ReadError, Text};
use super::{ListKind, ListSettings, MAX_COLUMNS, Others, read_header, record_error};
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::text::formula::harmless;
use std::io::Read;

/// The records of a file, without blank ones.
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

/// No header is known.
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
    let failed = |error: ReadError, text: &Text| vec![error.finding().at(text.position().place(file))];
    let (mut record, mut records) = (Record::new(), Vec::new());
    let header = read_header(&mut text, &mut record, Vocabulary { settings, kind: &ANY });
    let Some(delimiter) = header.map_err(|error| failed(error, &text))? else {
        return Ok(Table { delimiter: ',', records });
    };
    loop {
        if let Some(finding) = record_error(&record, file) {
            return Err(vec![finding]);
        }
        if !record.is_blank() {
            let cells = record.cells().map(|cell| cell.text().into_owned()).collect();
            records.push(TableRecord { line: record.begin.line, cells });
        }
        if !record.read(&mut text, delimiter, MAX_COLUMNS).map_err(|error| failed(error, &text))? {
            return Ok(Table { delimiter, records });
        }
    }
}

/// The text of a list with this header and these rows. A cell that a spreadsheet would run as a formula gets an apostrophe, which
/// lists may have.
pub fn write_table(header: &[String], rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        // Writing to memory does not fail.
        let _ = writer.write_record(row.iter().map(|cell| harmless(cell).into_owned()));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
