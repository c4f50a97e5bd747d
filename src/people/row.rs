//! A row of a list: cells by column name, with the place of each.
//!
//! A row is private data: it must never be serialised, and its `Debug` must show only the place.

use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use std::fmt;
use std::sync::Arc;

/// The columns of a list by name. The name of an unknown column is its header in lower case with `_`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The list's file, relative to the campaign's folder.
    pub file: String,
    /// The names, in the order of the cells of a [`Row`].
    pub names: Vec<String>,
}

/// One row of a list: trimmed cells, not validated.
#[derive(Clone)]
pub struct Row {
    columns: Arc<Columns>,
    /// The cells one after the other.
    text: Arc<str>,
    cells: Arc<[CellAt]>,
    line: u32,
    /// Findings about the text of cells, by column; empty for a column that is not kept.
    broken: Vec<(String, Finding)>,
}

/// Where a cell ends in the row's text, and the line and column of its first character in the list, from 1.
#[derive(Clone, Copy)]
struct CellAt {
    end: usize,
    line: u32,
    column: u32,
}

/// A row that gets one cell after the other. It can be used again for the next row.
#[derive(Default)]
pub struct RowBuilder {
    text: String,
    cells: Vec<CellAt>,
}

impl RowBuilder {
    /// Adds a cell with its line and column.
    pub fn push(&mut self, cell: &str, (line, column): (u32, u32)) {
        self.text.push_str(cell);
        self.cells.push(CellAt { end: self.text.len(), line, column });
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether it has no cell.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Returns the row, which must have as many cells as columns. No cell is left for the next row.
    pub fn finish(&mut self, columns: Arc<Columns>) -> Row {
        debug_assert!(columns.names.len() == self.cells.len());
        let line = self.cells.first().map_or(0, |cell| cell.line);
        let row = Row { columns, text: (*self.text).into(), cells: (*self.cells).into(), line, broken: Vec::new() };
        self.text.clear();
        self.cells.clear();
        row
    }
}

impl Row {
    /// Creates a row. `cells` and `positions` must be as long as `columns`.
    pub fn new(columns: Arc<Columns>, cells: Vec<String>, positions: Vec<(u32, u32)>) -> Self {
        let mut row = RowBuilder::default();
        cells.iter().zip(positions).for_each(|(cell, position)| row.push(cell, position));
        row.finish(columns)
    }

    /// Sets the line the row begins on, if a dropped column before the first cell begins on an earlier line.
    #[must_use]
    pub fn beginning_on(mut self, line: u32) -> Self {
        self.line = line;
        self
    }

    /// Adds findings about the text of cells. Such a row must be reported, not used.
    #[must_use]
    pub fn with_broken(mut self, broken: Vec<(String, Finding)>) -> Self {
        self.broken = broken;
        self
    }

    /// Returns the findings about the text of cells.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.broken.iter().map(|(_, finding)| finding)
    }

    /// Whether the text of this column's cell is wrong.
    pub fn is_broken(&self, column: &str) -> bool {
        self.broken.iter().any(|(broken, _)| broken == column)
    }

    /// Returns the column and the text of the cell at a place.
    pub(crate) fn cell_at(&self, place: &Place) -> Option<(&str, &str)> {
        let position = (place.line?, place.column?);
        let at = self.cells.iter().position(|cell| (cell.line, cell.column) == position)?;
        Some((&self.columns.names[at], self.cell(at)))
    }

    fn cell(&self, at: usize) -> &str {
        let begin = at.checked_sub(1).map_or(0, |before| self.cells[before].end);
        &self.text[begin..self.cells[at].end]
    }

    fn index(&self, column: &str) -> Option<usize> {
        self.columns.names.iter().position(|name| name == column)
    }

    /// Whether the list has this column.
    pub fn has(&self, column: &str) -> bool {
        self.index(column).is_some()
    }

    /// Returns the trimmed cell; empty if it is blank or the list lacks the column.
    pub fn get(&self, column: &str) -> &str {
        self.find(column).unwrap_or_default()
    }

    /// Returns the trimmed cell; `None` if the list lacks the column.
    pub fn find(&self, column: &str) -> Option<&str> {
        self.index(column).map(|at| self.cell(at))
    }

    /// Returns the cell `name`, or given and family name if it is blank.
    pub fn full_name(&self) -> String {
        match self.get("name") {
            "" => [self.get("given_name"), self.get("family_name")].join(" ").trim().to_owned(),
            name => name.to_owned(),
        }
    }

    /// Returns the place of the cell, or of the row if the list lacks the column.
    pub fn place(&self, column: &str) -> Place {
        match self.index(column) {
            Some(at) => Place::at(&*self.columns.file, self.cells[at].line, self.cells[at].column),
            None => Place::line(&*self.columns.file, self.line()),
        }
    }

    /// The line on which the row begins, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The list's file, relative to the campaign's folder.
    pub fn file(&self) -> &str {
        &self.columns.file
    }

    /// Returns the columns' names with their cells, in the order of the list.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.names.iter().enumerate().map(|(at, name)| (name.as_str(), self.cell(at)))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row {{ {}:{} }}", self.columns.file, self.line())
    }
}
