//! Lists of every shape; what the tests of this module share.

mod encoding;
mod file;
mod header;
mod property;
mod row;

use super::{List, ListKind, ListSettings, Others};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::people::row::Row;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Like a recipient list: everything is kept.
const PEOPLE: ListKind = ListKind {
    columns: &["id", "name", "email", "given_name", "statement"],
    required: &[&["name"]],
    names: &["id", "name", "email", "given_name"],
    multiline: &["statement"],
    others: Others::Keep,
    reserved: &["list", "roll"],
};

/// Like a signatory list: what nobody asked for is dropped.
const SIGNATORIES: ListKind = ListKind { others: Others::Drop, ..PEOPLE };

fn settings() -> ListSettings {
    ListSettings {
        file: "people.csv".to_owned(),
        encoding: None,
        columns: BTreeMap::new(),
        values: BTreeMap::new(),
        dates: None,
    }
}

fn mapped(columns: &[(&str, &str)]) -> ListSettings {
    let columns = columns.iter().map(|(column, header)| (column.to_string(), header.to_string())).collect();
    ListSettings { columns, ..settings() }
}

fn read(bytes: impl AsRef<[u8]>, settings: &ListSettings, kind: &ListKind) -> Result<List, Vec<Finding>> {
    List::open(Ok(Cursor::new(bytes.as_ref().to_vec())), settings, kind)
}

/// The rows of a list of people in which nothing is wrong.
fn rows(bytes: impl AsRef<[u8]>) -> Vec<Row> {
    read(bytes, &settings(), &PEOPLE).expect("opens").map(|row| row.expect("a good row")).collect()
}

/// One column of such a list.
fn column(bytes: impl AsRef<[u8]>, name: &str) -> Vec<String> {
    rows(bytes).iter().map(|row| row.get(name).to_owned()).collect()
}

/// All findings of a list of people: those of the file, or of all rows.
fn findings(bytes: impl AsRef<[u8]>) -> Vec<Finding> {
    findings_of(bytes, &settings(), &PEOPLE)
}

/// Everything that is wrong with a row.
fn wrong(row: Result<Row, Vec<Finding>>) -> Vec<Finding> {
    row.map_or_else(|findings| findings, |row| row.broken().cloned().collect())
}

fn findings_of(bytes: impl AsRef<[u8]>, settings: &ListSettings, kind: &ListKind) -> Vec<Finding> {
    match read(bytes, settings, kind) {
        Ok(list) => list.flat_map(wrong).collect(),
        Err(findings) => findings,
    }
}

/// Each finding's code and `line:column`.
fn located(findings: &[Finding]) -> Vec<(Code, String)> {
    let position = |finding: &Finding| {
        let place = finding.place().expect("a place").to_string();
        place.strip_prefix("people.csv").expect("the list's name").trim_start_matches(':').to_owned()
    };
    findings.iter().map(|finding| (finding.code, position(finding))).collect()
}

/// Bytes that come one at a time, as from a slow pipe.
struct Drip(Cursor<Vec<u8>>);

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{FEFF}{text}").encode_utf16().flat_map(unit).collect()
}
