//! Reads a list of answers: CSV with the columns `id`, `kind`, `on` and `note`.
//!
//! All that is wrong with the list is reported at once, and a note is never quoted.

use super::{Given, NONE, kinds};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::ledger::ResponseKind;
use crate::roster::ListSettings;
use crate::roster::table::{Table, read_table};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

/// The columns, each with the other headers that it may have.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("id", &["letter", "number", "email", "to"]),
    ("kind", &["answered"]),
    ("on", &["date", "answered_on"]),
    ("note", &[]),
];

/// Reads the list; `-` is standard input.
pub(super) fn read(file: &Path) -> Result<Vec<Given>, Vec<Finding>> {
    let name = file.display().to_string();
    let at = |line: u32| Place::line(&*name, line);
    let Table { records, .. } = open(file, &name)?;
    let Some((header, rows)) = records.split_first() else {
        return Err(vec![Finding::new(Code::ListHeader, "the list is empty").at(Place::file(&*name)).help(HEADER)]);
    };
    let key = |header: &str| header.trim().to_lowercase();
    let index = |(column, others): (&str, &[&str])| {
        let is_here = |name: &str| header.cells.iter().position(|header| key(header) == name);
        is_here(column).or_else(|| others.iter().find_map(|other| is_here(other)))
    };
    let [id, kind, on, note] = COLUMNS.map(index);
    let (Some(id), Some(kind)) = (id, kind) else {
        return Err(vec![
            Finding::new(Code::ListHeader, "the list needs the columns `id` and `kind`")
                .at(at(header.line))
                .help(HEADER),
        ]);
    };
    let (mut given, mut wrong) = (Vec::new(), Vec::new());
    for row in rows {
        let cell = |column: Option<usize>| column.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim());
        let mut report = |what: &'static str, help: &str| {
            wrong.push(Finding::new(Code::AnswerRow, what).at(at(row.line)).help(own(help.to_owned())))
        };
        let (letter, word, day) = (cell(Some(id)), cell(Some(kind)).to_lowercase(), cell(on));
        if letter.is_empty() {
            report("the row names no letter", "fill `id` with a letter's id, number or address");
        }
        if !kinds().contains(&&*word) {
            let help = format!("write one of {}", kinds().join(", "));
            report("`kind` has an unknown value", &help);
        }
        let on = day.parse().ok();
        if on.is_none() && !day.is_empty() {
            report("`on` is not a date", "write it as 2018-01-20");
        }
        let note = Some(cell(note)).filter(|note| !note.is_empty()).map(str::to_owned);
        let kind = Some(&*word).filter(|word| *word != NONE).and_then(ResponseKind::named);
        given.push(Given { place: Some(at(row.line)), letter: letter.to_owned(), kind, on, note });
    }
    if given.is_empty() {
        wrong.push(Finding::new(Code::ListHeader, "the list has no row").at(Place::file(&*name)).help(HEADER));
    }
    if wrong.is_empty() { Ok(given) } else { Err(wrong) }
}

const HEADER: &str = "the first line must be a header such as id,kind,on,note, with a row for each answer below it";

fn open(file: &Path, name: &str) -> Result<Table, Vec<Finding>> {
    let (columns, values) = (BTreeMap::new(), BTreeMap::new());
    let settings = ListSettings { file: name.to_owned(), encoding: None, columns, values, dates: None };
    let mut bytes = Vec::new();
    let read = match file.to_str() {
        Some("-") => std::io::stdin().read_to_end(&mut bytes),
        _ => File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|error| {
        let what = spans!["the list cannot be read: ", own(error.to_string())];
        vec![Finding::new(Code::ListFile, what).at(Place::file(name)).help("check its name and that you may read it")]
    })?;
    read_table(Cursor::new(bytes), &settings)
}
