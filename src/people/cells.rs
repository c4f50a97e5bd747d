//! Cells that can hold only one of a few known values, a yes or no, or a date.
//!
//! A finding of this room must never quote the cell: a shifted row puts a name where a keyword should stand.

use super::row::Row;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{Spans, own, spans};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A row as it is read cell by cell, with what is wrong so far.
pub(crate) struct Cells<'a> {
    row: &'a Row,
    findings: Vec<Finding>,
}

impl<'a> Cells<'a> {
    pub(crate) fn of(row: &'a Row) -> Self {
        Cells { row, findings: Vec::new() }
    }

    /// The cell as a text of its own.
    pub(crate) fn text(&self, column: &'static str) -> String {
        self.row.get(column).to_owned()
    }

    /// The cell, which must not be blank.
    pub(crate) fn required(&mut self, column: &'static str) -> String {
        let text = self.text(column);
        if text.is_empty() {
            self.report(
                column,
                Code::CellMissing,
                spans!["`", column, "` is blank"],
                "fill the cell, or take the row out",
            );
        }
        text
    }

    /// What `read` makes of the cell; `None` where it is blank. `known` lists the values for whoever has to mend it.
    pub(crate) fn choice<T>(
        &mut self,
        column: &'static str,
        known: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let cell = self.row.get(column);
        if cell.is_empty() {
            return None;
        }
        let value = read(&cell.to_lowercase());
        if value.is_none() {
            let what = spans!["`", column, "` holds none of the values it can have"];
            self.report(column, Code::CellValue, what, spans!["it can be ", own(known), ", or blank"]);
        }
        value
    }

    /// Yes or no; `None` where the cell is blank.
    pub(crate) fn yes_no(&mut self, column: &'static str) -> Option<bool> {
        self.choice(column, "yes, no, true, false, 1 or 0", yes_no)
    }

    /// An ISO date, alone or with a time, as the wall clock shows it (in UTC where there is an offset); `None` where
    /// the cell is blank.
    pub(crate) fn date(&mut self, column: &'static str) -> Option<DateTime> {
        self.choice(column, "an ISO date such as 2018-01-11, with or without a time", date)
    }

    /// Yes, which a date says as well; no where the cell is blank.
    pub(crate) fn yes_or_date(&mut self, column: &'static str) -> bool {
        let known = "yes, no, or an ISO date such as 2018-01-11";
        self.choice(column, known, |cell| yes_no(cell).or_else(|| date(cell).map(|_| true))).unwrap_or_default()
    }

    /// Whether nothing is wrong with these cells, so that they can be held against each other.
    pub(crate) fn are_sound(&self, columns: &[&str]) -> bool {
        let places: Vec<_> = columns.iter().map(|column| self.row.place(column)).collect();
        self.findings.iter().all(|finding| !finding.places.iter().any(|place| places.contains(place)))
    }

    /// Notes what is wrong with a cell.
    pub(crate) fn report(&mut self, column: &str, code: Code, what: impl Into<Spans>, help: impl Into<Spans>) {
        self.findings.push(Finding::new(code, what).at(self.row.place(column)).help(help));
    }

    /// The value that was read, or all that was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<Finding>> {
        if self.findings.is_empty() { Ok(value) } else { Err(self.findings) }
    }
}

fn date(cell: &str) -> Option<DateTime> {
    let at = cell.to_uppercase();
    let instant = at.parse::<Timestamp>().map(|instant| TimeZone::UTC.to_datetime(instant));
    instant.or_else(|_| at.parse::<DateTime>()).ok()
}

/// The meaning of a lower-case yes or no.
pub(crate) fn yes_no(cell: &str) -> Option<bool> {
    match cell {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}
