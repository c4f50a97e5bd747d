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
    cells: Vec<String>,
    /// Line and column of each cell's first character, from 1.
    positions: Vec<(u32, u32)>,
    line: u32,
    /// Findings about the text of cells, by column; empty for a column that is not kept.
    broken: Vec<(String, Finding)>,
}

impl Row {
    /// Creates a row. `cells` and `positions` must be as long as `columns`.
    pub fn new(columns: Arc<Columns>, cells: Vec<String>, positions: Vec<(u32, u32)>) -> Self {
        debug_assert!(columns.names.len() == cells.len() && cells.len() == positions.len());
        let line = positions.first().map_or(0, |position| position.0);
        Row { columns, cells, positions, line, broken: Vec::new() }
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
        let at = self.positions.iter().position(|known| *known == position)?;
        Some((&self.columns.names[at], &self.cells[at]))
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
        self.index(column).map_or("", |at| &self.cells[at])
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
            Some(at) => Place::at(&*self.columns.file, self.positions[at].0, self.positions[at].1),
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
        self.columns.names.iter().map(String::as_str).zip(self.cells.iter().map(String::as_str))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row {{ {}:{} }}", self.columns.file, self.line())
    }
}
