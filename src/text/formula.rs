//! Cells that a spreadsheet would run as a formula (OWASP, CSV injection).

use std::borrow::Cow;

/// Whether a spreadsheet runs the cell as a formula.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Returns a cell that no spreadsheet runs as a formula: with an apostrophe in front, if need be.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { format!("'{cell}").into() } else { cell.into() }
}
