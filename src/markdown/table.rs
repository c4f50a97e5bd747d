//! Tables in the plain-text part: aligned columns where they fit into the line, else a line "label: value" for each cell.

use super::plain_text::{Given, flatten, options};
use super::tree::{Cells, Column};
use textwrap::core::display_width;

/// The space between columns.
const GAP: usize = 2;
/// The width of the narrowest column: a line of two hyphens would begin a signature.
const NARROWEST: usize = 3;

/// Lays out a table in `width` columns of text.
pub(super) fn lines(columns: &[Column], head: &Cells, rows: &[Cells], width: usize, given: Given) -> Vec<String> {
    let texts = |cells| texts(cells, given);
    let head = texts(head);
    let rows: Vec<Vec<String>> = rows.iter().map(texts).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
    let widest = |column: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| display_width(cell)).max().unwrap_or_default().max(NARROWEST)
    };
    let widths: Vec<usize> = (0..columns.len()).map(widest).collect();
    if widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1) > width {
        return labelled(&head, &rows, width);
    }
    let mut lines = Vec::new();
    if head.iter().any(|cell| !cell.is_empty()) {
        lines.push(aligned(columns, &widths, &head));
        lines.push(aligned(columns, &widths, &widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>()));
    }
    lines.extend(rows.iter().map(|row| aligned(columns, &widths, row)));
    lines
}

/// The words of each cell on one line.
fn texts(cells: &Cells, given: Given) -> Vec<String> {
    let text = |cell| {
        let mut text = String::new();
        flatten(cell, given, &mut text);
        let words: Vec<&str> = text.split([' ', '\t', '\n']).filter(|word| !word.is_empty()).collect();
        words.join(" ").trim().to_owned()
    };
    cells.iter().map(|cell| text(cell)).collect()
}

fn aligned(columns: &[Column], widths: &[usize], cells: &[String]) -> String {
    let mut line = String::new();
    for ((column, width), cell) in columns.iter().zip(widths).zip(cells) {
        let free = width.saturating_sub(display_width(cell));
        let before = match column {
            Column::Left => 0,
            Column::Centre => free / 2,
            Column::Right => free,
        };
        let after = free - before + GAP;
        line.push_str(&format!("{0:before$}{cell}{0:after$}", ""));
    }
    line.trim_end().to_owned()
}

/// The rows as blocks of lines, with a blank line between them.
fn labelled(head: &[String], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let options = options(width).subsequent_indent("  ");
    let wrapped = |line: &str| -> Vec<String> {
        textwrap::wrap(line, &options).into_iter().map(|line| line.trim_end().to_owned()).collect()
    };
    if rows.is_empty() {
        return head.iter().filter(|cell| !cell.is_empty()).flat_map(|cell| wrapped(cell)).collect();
    }
    let mut lines = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for (label, cell) in head.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            let label = label.trim_end_matches(':');
            lines.extend(wrapped(&if label.is_empty() { cell.clone() } else { format!("{label}: {cell}") }));
        }
    }
    lines
}
