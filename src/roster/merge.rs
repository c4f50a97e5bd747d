//! Merges the rows of an export into a list, keeping what people decided in the list.
//!
//! Each cell has three values: the one that was imported last, of which only a keyed digest is known, the list's, and the
//! export's. A cell edited in the list must never be overwritten, and a row must never be removed.

use super::import::{Export, ExportRow, MATCHING};
use super::repair::unwrapped;
use super::table::Table;
use super::tombstones::Tombstones;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::people::signatory::Identity;
use crate::text::formula::harmless;
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is remembered of imports: keyed digests, no cells. It is kept in `.openletter/`.
#[derive(Clone, Serialize, Deserialize)]
pub struct ImportMemory {
    /// The secret key, in hexadecimal digits.
    key: String,
    /// The digests of the cells last imported, by the digest of the row's id or address, and by column.
    rows: BTreeMap<String, BTreeMap<String, String>>,
}

impl ImportMemory {
    /// Creates an empty memory with a new key.
    pub fn new(key: &[u8; 32]) -> Self {
        ImportMemory { key: hex(key), rows: BTreeMap::new() }
    }

    fn digest(&self, parts: &[&str]) -> String {
        keyed_digest(&self.key, parts)
    }
}

/// A digest that nobody can guess the parts of without the key.
pub(super) fn keyed_digest(key: &str, parts: &[&str]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    hex(&context.sign().as_ref()[..16])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The list after a merge.
pub struct Merged {
    /// The headers, then the rows.
    pub records: Vec<Vec<String>>,
    /// The delimiter of the list.
    pub delimiter: char,
    /// How many rows are new.
    pub added: usize,
    /// The changed rows: line of the list, and the columns.
    pub changed: Vec<(u32, Vec<String>)>,
    /// How many rows of the export are in the list without a change.
    pub unchanged: usize,
    /// The lines of rows that were imported earlier but are not in this export.
    pub missing: Vec<u32>,
    /// The lines of the export that repeat the id or address of an earlier row, and so are ignored.
    pub repeated: Vec<u32>,
    /// The lines of the export with somebody who has withdrawn, which are ignored.
    pub withdrawn: Vec<u32>,
    /// Cells that were edited in the list and changed in the export.
    pub conflicts: Vec<Finding>,
    /// The memory for the next import.
    pub memory: ImportMemory,
}

/// A row of the list during the merge.
struct ListRow {
    line: u32,
    cells: Vec<String>,
}

/// Merges an export into a list. `file` names the list, and `columns` are its headers by column. Whoever has withdrawn stays
/// as they are in the list, or out of it.
///
/// # Errors
/// Rows of the list with another number of cells than its header.
pub fn merge(
    list: Option<Table>,
    file: &str,
    columns: &BTreeMap<String, String>,
    export: &Export,
    memory: &ImportMemory,
    tombstones: &[Tombstones],
) -> Result<Merged, Vec<Finding>> {
    let key = super::header::key;
    let column_of = |header: &str| {
        let own = columns.iter().find(|(_, own)| key(own) == key(header)).map(|(column, _)| column.clone());
        own.unwrap_or_else(|| header.trim().to_lowercase().replace([' ', '-'], "_"))
    };
    let header_of = |column: &str| columns.get(column).cloned().unwrap_or_else(|| column.to_owned());
    let (mut headers, mut rows, delimiter) = (Vec::new(), Vec::new(), list.as_ref().map_or(',', |list| list.delimiter));
    for (at, record) in list.into_iter().flat_map(|list| list.records).enumerate() {
        if at == 0 {
            headers = record.cells;
        } else if record.cells.len() == headers.len() {
            rows.push(ListRow { line: record.line, cells: record.cells });
        } else {
            let what = spans!["the row has ", record.cells.len(), " cells, the header has ", headers.len()];
            return Err(vec![Finding::new(Code::RowLength, what).at(Place::line(file, record.line))]);
        }
    }
    let mut names: Vec<String> = headers.iter().map(|header| column_of(header)).collect();
    let needs_id = export.rows.iter().any(|row| !row.cells.contains_key("id") && !row.cells.contains_key("email"));
    let id = needs_id.then(|| "id".to_owned());
    let matching: Vec<String> =
        MATCHING.iter().map(|name| (*name).to_owned()).filter(|name| names.contains(name)).collect();
    for column in id.iter().chain(&export.columns) {
        if !names.contains(column) {
            names.push(column.clone());
            headers.push(header_of(column));
            rows.iter_mut().for_each(|row| row.cells.push(String::new()));
        }
    }

    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (&**name, at)).collect();
    let value = |row: &ListRow, column: &str| {
        index.get(column).map(|at| &*row.cells[*at]).map_or("", |cell| unwrapped(cell).unwrap_or(cell)).to_owned()
    };
    let mut known: HashMap<String, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        for key in ["id", "email"].into_iter().filter_map(|column| row_key(column, &value(row, column))) {
            known.entry(key).or_insert(at);
        }
    }
    let anonymous: Vec<(usize, Signing)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| ["id", "email"].iter().all(|column| value(row, column).trim().is_empty()))
        .map(|(at, row)| (at, Signing::of(|column| value(row, column))))
        .collect();
    let mut merged = Merged {
        records: Vec::new(),
        delimiter,
        added: 0,
        changed: Vec::new(),
        unchanged: 0,
        missing: Vec::new(),
        repeated: Vec::new(),
        withdrawn: Vec::new(),
        conflicts: Vec::new(),
        memory: memory.clone(),
    };
    let mut seen = BTreeSet::new();
    for export_row in &export.rows {
        let cells = with_id(export_row, memory);
        let keys: Vec<String> = ["id", "email"]
            .into_iter()
            .filter_map(|column| row_key(column, cells.get(column).map_or("", String::as_str)))
            .collect();
        let Some(first) = keys.first() else { continue };
        let remembered = memory.digest(&[first]);
        if !seen.insert(remembered.clone()) {
            merged.repeated.push(export_row.line);
            continue;
        }
        let cell = |column: &str| cells.get(column).map_or("", String::as_str);
        // The id of a row without one was made from its name, and is not theirs.
        let own_id = export_row.cells.get("id").map_or("", String::as_str);
        let name = Signing::of(|column| cell(column).to_owned()).name;
        if tombstones
            .iter()
            .any(|tombs| tombs.find(&Identity { id: own_id, email: cell("email"), name: &name }).is_some())
        {
            merged.withdrawn.push(export_row.line);
            continue;
        }
        let base = memory.rows.get(&remembered).cloned().unwrap_or_default();
        let written = export.columns.iter().chain(&id).chain(&matching);
        let digests = written.clone().map(|column| {
            let cell = cells.get(column).map_or("", String::as_str);
            (column.clone(), memory.digest(&[column, cell]))
        });
        merged.memory.rows.insert(remembered, digests.collect());
        let found = keys.iter().find_map(|key| known.get(key)).copied();
        let found = found.or_else(|| same_signing(export_row, &anonymous));
        let Some(at) = found else {
            let row = names.iter().map(|name| harmless(cells.get(name).map_or("", String::as_str)).into_owned());
            let row = ListRow { line: 0, cells: row.collect() };
            keys.into_iter().for_each(|key| {
                known.insert(key, rows.len());
            });
            rows.push(row);
            merged.added += 1;
            continue;
        };
        let mut changed = Vec::new();
        for column in written {
            let (new, old) = (cells.get(column).map_or("", String::as_str), value(&rows[at], column));
            let is_edited = match base.get(column) {
                Some(digest) => *digest != memory.digest(&[column, &old]),
                None => !old.is_empty(),
            };
            let is_new = base.get(column).is_none_or(|digest| *digest != memory.digest(&[column, new]));
            if new == old || !is_new {
                continue;
            }
            if is_edited {
                if base.contains_key(column) {
                    let what = format!(
                        "`{column}` was edited in the list and changed in the export; the list's value is kept"
                    );
                    let help = "decide which is right; if it is the export's, edit the cell";
                    let place = Place::line(file, rows[at].line);
                    merged.conflicts.push(Finding::new(Code::ImportConflict, own(what)).at(place).help(help));
                }
                continue;
            }
            rows[at].cells[index[&**column]] = harmless(new).into_owned();
            changed.push(column.clone());
        }
        match (changed.is_empty(), rows[at].line) {
            (true, line) if line > 0 => merged.unchanged += 1,
            (false, line) if line > 0 => merged.changed.push((line, changed)),
            _ => {}
        }
    }
    for row in rows.iter().filter(|row| row.line > 0) {
        let keys = ["id", "email"].into_iter().filter_map(|column| row_key(column, &value(row, column)));
        let imported: Vec<String> =
            keys.map(|key| memory.digest(&[&key])).filter(|key| memory.rows.contains_key(key)).collect();
        if !imported.is_empty() && !imported.iter().any(|key| seen.contains(key)) {
            merged.missing.push(row.line);
        }
    }
    merged.records = std::iter::once(headers).chain(rows.into_iter().map(|row| row.cells)).collect();
    Ok(merged)
}

/// Returns the key of a row from its id or address; `None` if the cell is blank.
fn row_key(column: &str, cell: &str) -> Option<String> {
    let cell = cell.trim().to_lowercase();
    (!cell.is_empty()).then(|| format!("{column}:{cell}"))
}

/// What identifies a row that has neither an id nor an address.
struct Signing {
    name: String,
    postcode: String,
    date: String,
}

impl Signing {
    fn of(cell: impl Fn(&str) -> String) -> Signing {
        let name = format!("{} {} {}", cell("name"), cell("given_name"), cell("family_name")).to_lowercase();
        Signing {
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            postcode: cell("postcode").trim().to_lowercase(),
            date: cell("signed_at").split(['T', ' ']).next().unwrap_or_default().to_owned(),
        }
    }

    /// Whether both have the same name, and the same postcode and date where both have one.
    fn agrees_with(&self, other: &Signing) -> bool {
        let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        !self.name.is_empty()
            && self.name == other.name
            && agree(&self.postcode, &other.postcode)
            && agree(&self.date, &other.date)
    }
}

/// Returns the only row of the list that is the same signing as a row of the export without id and address.
fn same_signing(row: &ExportRow, anonymous: &[(usize, Signing)]) -> Option<usize> {
    let cell = |column: &str| row.cells.get(column).cloned().unwrap_or_default();
    if !cell("id").is_empty() || !cell("email").is_empty() {
        return None;
    }
    let signing = Signing::of(cell);
    let mut same = anonymous.iter().filter(|(_, other)| signing.agrees_with(other));
    let (at, _) = same.next()?;
    same.next().is_none().then_some(*at)
}

/// Returns the cells of a row. A row without id and address gets an id made from its name, postcode and date.
fn with_id(row: &ExportRow, memory: &ImportMemory) -> BTreeMap<String, String> {
    let mut cells = row.cells.clone();
    let cell = |column: &str| row.cells.get(column).map_or("", String::as_str);
    if cell("id").is_empty() && cell("email").is_empty() {
        let Signing { name, postcode, date } = Signing::of(|column| cell(column).to_owned());
        let id = memory.digest(&["row", &name, &postcode, &date]);
        cells.insert("id".to_owned(), format!("i{}", &id[..12]));
    }
    cells
}

/// Returns the list as CSV, in UTF-8.
///
/// # Errors
/// None in practice: writing to memory does not fail.
pub fn to_csv(merged: &Merged) -> Result<Vec<u8>, csv::Error> {
    let delimiter = u8::try_from(u32::from(merged.delimiter)).unwrap_or(b',');
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    for record in &merged.records {
        writer.write_record(record)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
