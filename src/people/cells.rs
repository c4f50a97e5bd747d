//! Reads the cells of a row: required texts, known values, yes or no, dates.
//!
//! A finding of this module must never quote a cell: in a shifted row, a name is in the place of a keyword.

use super::content::WrongContent;
use super::row::Row;
use super::values::{expected, iso_date, known_value};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{Spans, own, spans};
use jiff::civil::DateTime;

/// A row being read, with the findings so far.
pub(crate) struct Cells<'a> {
    row: &'a Row,
    findings: Vec<Finding>,
}

impl<'a> Cells<'a> {
    pub(crate) fn of(row: &'a Row) -> Self {
        Cells { row, findings: row.broken().cloned().collect() }
    }

    /// Returns the cell as a string.
    pub(crate) fn text(&self, column: &'static str) -> String {
        self.row.get(column).to_owned()
    }

    /// Returns the cell; reports a blank one.
    pub(crate) fn required(&mut self, column: &'static str) -> String {
        let text = self.text(column);
        if text.is_empty() && !self.row.is_broken(column) {
            self.report(
                column,
                Code::CellMissing,
                spans!["`", column, "` is blank"],
                "fill the cell, or delete the row",
            );
        }
        text
    }

    /// Returns the name, or given and family name if it is blank; reports a row with neither.
    pub(crate) fn name(&mut self) -> String {
        let name = self.row.full_name();
        if name.is_empty() { self.required("name") } else { name }
    }

    /// Reads one of the values of the column, or a usual wording of one; `None` if the cell is blank or unknown.
    pub(crate) fn choice<T: Copy>(&mut self, column: &'static str, values: &[(&str, T)]) -> Option<T> {
        self.read(column, |cell| {
            let known = known_value(column, cell)?;
            values.iter().find(|(name, _)| *name == known).map(|(_, value)| *value)
        })
    }

    /// Reads yes or no; `None` if the cell is blank or unknown.
    pub(crate) fn yes_no(&mut self, column: &'static str) -> Option<bool> {
        self.choice(column, &[("yes", true), ("no", false)])
    }

    /// Reads the tag of a language that letters can be in.
    pub(crate) fn language(&mut self, column: &'static str) -> Option<String> {
        self.read(column, |cell| known_value(column, cell))
    }

    /// Reads an ISO date, with or without a time, as local time (UTC if it has an offset).
    pub(crate) fn date(&mut self, column: &'static str) -> Option<DateTime> {
        self.read(column, iso_date)
    }

    /// Reads yes, no, or a date, which means yes; a blank cell means no.
    pub(crate) fn yes_or_date(&mut self, column: &'static str) -> bool {
        let value = |cell: &str| known_value(column, cell).map(|value| value == "yes");
        self.read(column, |cell| value(cell).or_else(|| iso_date(cell).map(|_| true))).unwrap_or_default()
    }

    fn read<T>(&mut self, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let cell = self.row.get(column);
        if cell.is_empty() || self.row.is_broken(column) {
            return None;
        }
        let value = read(cell);
        if value.is_none() {
            let help = spans!["expected ", own(expected(column))];
            self.report(column, Code::CellValue, spans!["unknown value in `", column, "`"], help);
        }
        value
    }

    /// Whether these cells have no finding, so that they can be compared with each other.
    pub(crate) fn are_valid(&self, columns: &[&str]) -> bool {
        let places: Vec<_> = columns.iter().map(|column| self.row.place(column)).collect();
        columns.iter().all(|column| !self.row.is_broken(column))
            && self.findings.iter().all(|finding| !finding.places.iter().any(|place| places.contains(place)))
    }

    /// Reports a cell, unless its text is already reported as broken.
    pub(crate) fn report(&mut self, column: &str, code: Code, what: impl Into<Spans>, help: impl Into<Spans>) {
        if !self.row.is_broken(column) {
            self.findings.push(Finding::new(code, what).at(self.row.place(column)).help(help));
        }
    }

    /// The cells that hold an unknown value.
    pub(crate) fn unknown_values(&self) -> impl Iterator<Item = &'a str> {
        let unknown = self.findings.iter().filter(|finding| finding.code == Code::CellValue);
        unknown.filter_map(|finding| Some(self.row.cell_at(finding.place()?)?.1))
    }

    /// Reports a cell with wrong content, unless its text is already reported as broken.
    pub(crate) fn report_content(&mut self, column: &str, content: WrongContent) {
        let what = spans!["`", own(column), "` ", own(content.to_string())];
        self.report(column, Code::CellContent, what, content.help());
    }

    /// Returns the value, or everything that is wrong with the row.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<Finding>> {
        if self.findings.is_empty() { Ok(value) } else { Err(self.findings) }
    }
}
