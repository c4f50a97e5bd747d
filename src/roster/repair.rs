//! Undoes what spreadsheets do to cells, and applies the `values` and `dates` of the settings.
//!
//! With `="0123"` or a leading apostrophe a spreadsheet does not read a cell as a number or a formula; `status --failed
//! --format csv` writes the apostrophe too. This module must never remove anything else: `'t Hooft` is a name.

use super::{ListKind, ListSettings, Others, unknown_column};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, spans};
use crate::people::values;
use crate::text::formula::is_formula;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The mappings of a list's settings.
pub(super) struct Mapped {
    /// The values, by column and by cell in the form in which values are compared.
    values: BTreeMap<String, BTreeMap<String, String>>,
    dates: Option<String>,
}

impl Mapped {
    pub(super) fn new(settings: &ListSettings) -> Self {
        let by_key = |values: &BTreeMap<String, String>| {
            values.iter().map(|(cell, value)| (values::normalised(cell), value.clone())).collect()
        };
        Mapped {
            values: settings.values.iter().map(|(column, values)| (column.clone(), by_key(values))).collect(),
            dates: settings.dates.clone(),
        }
    }

    /// Returns the value or the ISO date that a cell of this column means, if it is not the cell itself.
    pub(super) fn apply(&self, column: &str, cell: &str) -> Option<Cow<'_, str>> {
        if let Some(value) = self.values.get(column).and_then(|values| values.get(&values::normalised(cell))) {
            return Some(value.into());
        }
        let date = self.dates.as_deref().filter(|_| values::DATES.contains(&column));
        let date =
            date.filter(|_| values::iso_date(cell).is_none()).and_then(|format| values::local_date(cell, format));
        date.map(|date| date.to_string().into())
    }
}

/// Returns the text of a spreadsheet's `="0123"`, `'0123` or `'=…`; `None` for any other cell.
pub(super) fn unwrapped(cell: &str) -> Option<&str> {
    if let Some(text) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return (!text.contains('"')).then_some(text.trim());
    }
    let text = cell.strip_prefix('\'')?;
    (text.starts_with(|c: char| c.is_ascii_digit()) || is_formula(text)).then_some(text)
}

/// Reports unknown columns in `values`, and values that are not values of their column.
pub(super) fn check(settings: &ListSettings, kind: &ListKind) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (column, mapped) in &settings.values {
        if kind.others == Others::Drop && !kind.columns.contains(&&**column) {
            findings.push(unknown_column("values", column, settings, kind));
        }
        let is_wrong = |value: &&String| {
            values::is_value_column(column) && !value.is_empty() && values::known_value(column, value).is_none()
        };
        for value in mapped.values().filter(is_wrong) {
            let what = match values::nearest_value(column, value) {
                Some(_) => {
                    let value = file_text(format!("{value:?}"));
                    spans!["`values.", own(&**column), "` maps to ", value, ", which is not a value of the column"]
                }
                None => spans!["`values.", own(&**column), "` maps to something that is not a value of the column"],
            };
            let help = spans!["expected ", own(values::expected(column))];
            findings.push(Finding::new(Code::ListMapping, what).at(Place::file(&*settings.file)).help(help));
        }
    }
    findings
}

/// Reports cells that were unwrapped, with their lines.
pub(super) fn report(file: &str, lines: &[u32]) -> Option<Finding> {
    let what = "a cell has a spreadsheet's apostrophe or `=\"…\"` around it, which is not read as part of it";
    let finding = lines
        .iter()
        .fold(Finding::new(Code::CellUnwrapped, what), |finding, line| finding.and_at(Place::line(file, *line)));
    finding.place().is_some().then_some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_spreadsheets_wrapping_is_removed() {
        for (cell, text) in [
            ("=\"0123\"", "0123"),
            ("'0123", "0123"),
            ("'=ceo", "=ceo"),
            ("'+44 20", "+44 20"),
            ("'@ada", "@ada"),
            ("=\"\"", ""),
        ] {
            assert_eq!(unwrapped(cell), Some(text), "{cell}");
        }
        for cell in ["'t Hooft", "'s Gravesande", "=1+1", "=\"a\"&\"b\"", "'", "0123", "O'Brien", ""] {
            assert_eq!(unwrapped(cell), None, "{cell}");
        }
    }
}
