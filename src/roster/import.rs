//! Reads the export of a service as rows of a list.
//!
//! It drops every column that is not mapped. It must never quote a cell in a finding, or add a consent that the export does
//! not contain.

use super::header::{key, quoted};
use super::preset::{Preset, Target, is_known_header};
use super::repair::{Mapped, unwrapped};
use super::table::{Table, TableRecord, read_table};
use super::{ListSettings, Mapping};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, own, spans};
use crate::people::values::{DATES, iso_date, known_value, local_date};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// A parsed export.
#[derive(Default)]
pub struct Export {
    /// The columns of the list that the export has, in its order.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<ExportRow>,
    /// Which column each header was read as.
    pub mapping: Vec<Mapping>,
    /// The lines that were left out, by reason.
    pub left_out: BTreeMap<String, Vec<u32>>,
}

/// A row of an export.
pub struct ExportRow {
    /// Its line, from 1.
    pub line: u32,
    /// Its cells by column, without blank ones.
    pub cells: BTreeMap<String, String>,
}

/// A column of the list, and the cells from which it can come; the first that is not blank is used.
struct Source {
    column: String,
    cells: Vec<usize>,
}

/// Columns that are used to match rows, and are written only into a list that has them.
pub(super) const MATCHING: &[&str] = &["postcode"];

/// Reads an export. Without `preset`, the preset is recognised by the header. `settings` are those of the list, with the file
/// and encoding of the export.
///
/// # Errors
/// What is wrong with the file, or which headers or dates are unknown.
pub fn read_export(
    input: impl Read + 'static,
    settings: &ListSettings,
    preset: Option<&'static Preset>,
    target: Target,
) -> Result<Export, Vec<Finding>> {
    let Table { records, .. } = read_table(input, settings)?;
    let file = &*settings.file;
    let Some((header, mut records)) = records.split_first() else {
        return Err(vec![Finding::new(Code::ListHeader, "the file is empty").at(Place::file(file))]);
    };
    let refuse = |what: Spans, help: Spans| {
        vec![Finding::new(Code::ListHeader, what).at(Place::line(file, header.line)).help(help)]
    };
    // In a file without a header line, the first line contains somebody's cells.
    let is_mapped = |header: &str| settings.columns.values().any(|own| key(own) == key(header));
    let is_data =
        header.cells.iter().any(|cell| cell.contains('@') || cell.chars().filter(char::is_ascii_digit).count() > 3)
            || !header.cells.iter().any(|header| is_known_header(header) || is_mapped(header));
    let listed = || match is_data {
        true => "check that the first line names the columns".into(),
        false => {
            let headers = header.cells.iter().filter(|header| !header.is_empty()).map(|header| quoted(header));
            spans!["the headers are ", Spans::joined(headers, ", ")]
        }
    };
    let Some(preset) = preset.or_else(|| Preset::recognise(&header.cells, target)) else {
        let what = "the headers do not match any known service".into();
        return Err(refuse(what, spans!["name one with --preset; ", listed()]));
    };
    if let Some((mark, what)) = preset.refused
        && header.cells.iter().any(|header| key(header) == key(mark))
    {
        return Err(refuse(spans!["this is ", what, ", not a list of signatories"], "export the whole list".into()));
    }
    if preset.second_header && !records.is_empty() {
        records = &records[1..];
    }
    let (sources, mapping) = sources(header, preset, settings);
    let has = |column: &str| sources.iter().any(|source| source.column == column);
    let required: &[&str] = match target {
        Target::Signatories => &["name", "given_name", "family_name"],
        Target::Recipients => &["email"],
    };
    if !required.iter().any(|column| has(column)) {
        let what = spans!["no header was read as `", required[0], "`"];
        let help = spans!["map one with `columns` in campaign.toml; ", listed()];
        return Err(refuse(what, help));
    }
    let formats = formats(records, &sources, preset, settings)?;
    let excluded = excluded(header, preset);
    let mapped = Mapped::new(settings);
    let columns = sources.iter().map(|source| source.column.clone()).filter(|column| !MATCHING.contains(&&**column));
    let mut export = Export { columns: columns.collect(), mapping, ..Export::default() };
    for record in records {
        if record.cells.len() != header.cells.len() {
            let what = spans!["the row has ", record.cells.len(), " cells, the header has ", header.cells.len()];
            return Err(vec![Finding::new(Code::RowLength, what).at(Place::line(file, record.line))]);
        }
        let reason = excluded.iter().find(|(at, value, _)| record.cells[*at].eq_ignore_ascii_case(value));
        if let Some((_, _, reason)) = reason {
            export.left_out.entry((*reason).to_owned()).or_default().push(record.line);
            continue;
        }
        let mut cells = BTreeMap::new();
        for source in &sources {
            let cell = source.first(record);
            if cell.is_empty() {
                continue;
            }
            let column = &*source.column;
            let cell = mapped.apply(column, &cell).map_or(cell, Cow::into_owned);
            let date = formats.get(column).and_then(|format| local_date(&cell, format)).map(|at| at.to_string());
            let cell = date.or_else(|| known_value(column, &cell)).unwrap_or(cell);
            cells.insert(column.to_owned(), cell);
        }
        if required.iter().any(|column| cells.contains_key(*column)) {
            export.rows.push(ExportRow { line: record.line, cells });
        } else {
            export.left_out.entry(format!("without a `{}`", required[0])).or_default().push(record.line);
        }
    }
    Ok(export)
}

impl Source {
    /// Returns the first cell with an answer. Microsoft Forms writes "anonymous" if it does not know the name and address.
    fn first(&self, record: &TableRecord) -> String {
        let is_identity = self.column == "name" || self.column == "email";
        let cells = self.cells.iter().filter_map(|at| record.cells.get(*at));
        let mut answers =
            cells.filter(|cell| !(cell.is_empty() || is_identity && cell.eq_ignore_ascii_case("anonymous")));
        answers.next().map(|cell| unwrapped(cell).unwrap_or(cell).to_owned()).unwrap_or_default()
    }
}

/// Maps the headers to columns. A blank header is an option of the question before it.
fn sources(header: &TableRecord, preset: &Preset, settings: &ListSettings) -> (Vec<Source>, Vec<Mapping>) {
    let mut sources: Vec<Source> = Vec::new();
    let mut mapping = Vec::new();
    let mut current: Option<usize> = None;
    for (at, header) in header.cells.iter().enumerate() {
        if header.is_empty() {
            if let Some(source) = current.filter(|_| preset.second_header) {
                sources[source].cells.push(at);
            }
            continue;
        }
        let own = settings.columns.iter().find(|(_, own)| key(own) == key(header)).map(|(column, _)| &**column);
        let column = own.or_else(|| preset.column(header));
        mapping.push(Mapping { header: header.clone(), column: column.map(str::to_owned) });
        current = column.map(|column| match sources.iter().position(|source| source.column == column) {
            Some(known) => {
                sources[known].cells.push(at);
                known
            }
            None => {
                sources.push(Source { column: column.to_owned(), cells: vec![at] });
                sources.len() - 1
            }
        });
    }
    (sources, mapping)
}

/// Returns which rows to leave out: the cell's index, its value and the reason.
fn excluded(header: &TableRecord, preset: &Preset) -> Vec<(usize, &'static str, &'static str)> {
    let index = |name: &str| header.cells.iter().position(|header| key(header) == key(name));
    preset
        .excluded
        .iter()
        .flat_map(|(name, value, reason)| {
            // CiviCRM writes yes, or 1.
            index(name).into_iter().flat_map(move |at| [(at, *value, *reason), (at, "1", *reason)])
        })
        .collect()
}

/// Returns the format of the dates in each column: the one in the settings, or the only one of the preset that fits all.
fn formats(
    records: &[TableRecord],
    sources: &[Source],
    preset: &Preset,
    settings: &ListSettings,
) -> Result<BTreeMap<String, String>, Vec<Finding>> {
    let (mut formats, mut findings) = (BTreeMap::new(), Vec::new());
    for source in sources.iter().filter(|source| DATES.contains(&&*source.column)) {
        let cells: Vec<String> =
            records.iter().map(|record| source.first(record)).filter(|cell| !cell.is_empty()).collect();
        if cells.iter().all(|cell| iso_date(cell).is_some()) {
            continue;
        }
        let set = settings.dates.iter().map(String::as_str);
        let candidates = set.chain(preset.dates.iter().copied().filter(|_| settings.dates.is_none()));
        let fits =
            |format: &&str| cells.iter().all(|cell| local_date(cell, format).is_some() || iso_date(cell).is_some());
        let fitting: BTreeSet<&str> = candidates.filter(fits).collect();
        let meanings: BTreeSet<Vec<_>> =
            fitting.iter().map(|format| cells.iter().map(|cell| local_date(cell, format)).collect()).collect();
        match (fitting.first(), meanings.len()) {
            (Some(format), 1) => {
                formats.insert(source.column.clone(), (*format).to_owned());
            }
            (fit, _) => {
                let what = match fit {
                    Some(_) => format!("the dates for `{}` can be read with the day or the month first", source.column),
                    None => format!("the dates for `{}` are in no known format", source.column),
                };
                let help = "set `dates` in campaign.toml to their format, such as \"%d/%m/%Y %H:%M:%S\"";
                findings.push(Finding::new(Code::CellValue, own(what)).at(Place::file(&*settings.file)).help(help));
            }
        }
    }
    if findings.is_empty() { Ok(formats) } else { Err(findings) }
}
