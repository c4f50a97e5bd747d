//! Collects the unknown values and dates of a list. Each is reported once, with its lines and a line for the settings.
//!
//! A value must never be quoted unless the caller allows it.

use super::{expected, is_date_column, is_value_column, local_date, nearest_value, normalised};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, spans};
use crate::people::row::Row;
use std::collections::{BTreeMap, BTreeSet};

/// The unknown values of a list, taken from the findings of its rows.
#[derive(Default)]
pub struct UnknownValues {
    /// Places and the spelling of the first, by column and normalised value.
    values: BTreeMap<(String, String), (String, Vec<Place>)>,
    /// Unknown dates, by column.
    dates: BTreeMap<String, Vec<(String, Place)>>,
}

impl UnknownValues {
    /// Takes the findings about unknown values from a row's findings, and returns the others.
    pub fn take(&mut self, row: &Row, findings: Vec<Finding>) -> Vec<Finding> {
        let mut others = Vec::new();
        for finding in findings {
            let cell = finding.place().and_then(|place| row.cell_at(place));
            let Some((column, cell)) = cell.filter(|_| finding.code == Code::CellValue) else {
                others.push(finding);
                continue;
            };
            let place = row.place(column);
            if is_date_column(column) && (column != "reviewed" || cell.contains(|c: char| c.is_ascii_digit())) {
                self.dates.entry(column.to_owned()).or_default().push((cell.to_owned(), place));
            } else if is_value_column(column) {
                let key = (column.to_owned(), normalised(cell));
                self.values.entry(key).or_insert_with(|| (cell.to_owned(), Vec::new())).1.push(place);
            } else {
                others.push(finding);
            }
        }
        others
    }

    /// Returns one finding for each unknown value, with a line for the settings. `table` is the list's table, and `mapped`
    /// its `values`. `may_quote` decides by the value and the number of its rows whether it is shown: in a row that is
    /// shifted by a cell, a name is in the place of a value.
    pub fn findings(
        self,
        table: &'static str,
        mapped: &BTreeMap<String, BTreeMap<String, String>>,
        may_quote: impl Fn(&str, usize) -> bool,
    ) -> Vec<Finding> {
        let is_shown = |(text, places): &(String, Vec<Place>)| {
            !text.contains('@') && text.chars().count() <= MAX_QUOTED && may_quote(text, places.len())
        };
        let mut findings = Vec::new();
        let columns: BTreeSet<&str> = self.values.keys().map(|(column, _)| &**column).collect();
        for column in columns {
            let unknown: Vec<_> =
                self.values.iter().filter(|((name, _), _)| name == column).map(|(_, value)| value).collect();
            let shown = unknown.iter().filter(|value| is_shown(value)).map(|(text, _)| &**text).collect::<Vec<_>>();
            let line = settings_line(column, mapped.get(column), &shown);
            for value in &unknown {
                let what = match is_shown(value) {
                    true => spans!["unknown value ", file_text(format!("{:?}", value.0)), " in `", own(column), "`"],
                    false => spans!["unknown value in `", own(column), "`"],
                };
                let line = file_text(&*line);
                let help = spans![
                    "expected ",
                    own(expected(column)),
                    "; to map it, add to [",
                    table,
                    "] in campaign.toml: ",
                    line
                ];
                findings.push(at_lines(Finding::new(Code::CellValue, what).help(help), &value.1));
            }
        }
        for (column, cells) in &self.dates {
            let places: Vec<Place> = cells.iter().map(|(_, place)| place.clone()).collect();
            let texts: Vec<&str> = cells.iter().map(|(text, _)| &**text).collect();
            let formats = formats_of(&texts);
            let help = match formats.as_slice() {
                [] => "expected a date such as 2018-01-11, with or without a time".to_owned(),
                [one] => format!("set `dates = {one:?}` in [{table}] of campaign.toml"),
                [one, other, ..] => {
                    format!(
                        "set `dates = {one:?}`, or {other:?} if the month comes first, in [{table}] of campaign.toml"
                    )
                }
            };
            let what = spans!["unknown date in `", own(&**column), "`"];
            findings.push(at_lines(Finding::new(Code::CellValue, what).help(own(help)), &places));
        }
        findings
    }
}

/// The maximum length of a quoted value; a longer one is a text, not an answer.
const MAX_QUOTED: usize = 80;

/// Adds all of these places.
fn at_lines(finding: Finding, places: &[Place]) -> Finding {
    places.iter().cloned().fold(finding, Finding::and_at)
}

/// Returns the line for `campaign.toml` that maps the unknown values of a column, and those already mapped.
fn settings_line(column: &str, mapped: Option<&BTreeMap<String, String>>, unknown: &[&str]) -> String {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let old = mapped.into_iter().flatten().map(|(text, value)| format!("{} = {}", quoted(text), quoted(value)));
    let new = unknown.iter().map(|text| {
        let value = nearest_value(column, text).unwrap_or("…");
        format!("{} = {}", quoted(text), quoted(value))
    });
    let mut entries: Vec<String> = old.chain(new).collect();
    if unknown.is_empty() {
        entries.push("\"…\" = \"…\"".to_owned());
    }
    format!("values.{column} = {{ {} }}", entries.join(", "))
}

/// Returns the formats in which all of these cells are dates: at most two, first the one with the day before the month.
fn formats_of(cells: &[&str]) -> Vec<String> {
    let times = ["", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S", ", %H:%M"];
    let dates =
        ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"];
    let formats = dates.iter().flat_map(|date| times.iter().map(move |time| format!("{date}{time}")));
    let fits = |format: &String| cells.iter().all(|cell| local_date(cell, format).is_some());
    let mut found: Vec<String> = formats.filter(fits).collect();
    // A date without a time also fits every format with one.
    found.sort_by_key(|format| format.len());
    found.truncate(1.max(usize::from(found.get(1).is_some_and(|second| second.len() == found[0].len())) + 1));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_dates_is_suggested_from_all_of_them() {
        assert_eq!(formats_of(&["13/02/2018 09:05:03", "1/2/2018 10:00:00"]), ["%d/%m/%Y %H:%M:%S"]);
        assert_eq!(formats_of(&["2/13/2018", "1/2/2018"]), ["%m/%d/%Y"]);
        assert_eq!(formats_of(&["1/2/2018", "3/4/2018"]), ["%d/%m/%Y", "%m/%d/%Y"]);
        assert_eq!(formats_of(&["24.12.2018", "Maria"]), [""; 0]);
    }
}
