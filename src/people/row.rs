//! A row of a list as the roster hands it over: cells under their columns' names, with the place of each.
//!
//! The row is private data: it has no `Serialize`, and its `Debug` shows the place alone.

use crate::diagnostics::place::Place;
use std::fmt;
use std::rc::Rc;

/// The columns of a list, each by its name in the vocabulary (or, for others, the header in lower case with `_`).
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The list's file, relative to the campaign's folder.
    pub file: String,
    /// The names, in the order of the cells of a [`Row`].
    pub names: Vec<String>,
}

/// One row of a list: trimmed cells, nothing judged yet.
#[derive(Clone)]
pub struct Row {
    columns: Rc<Columns>,
    cells: Vec<String>,
    /// Line and column of each cell's first character, from 1.
    positions: Vec<(u32, u32)>,
    line: u32,
}

impl Row {
    /// A row with as many cells and positions as there are columns.
    pub fn new(columns: Rc<Columns>, cells: Vec<String>, positions: Vec<(u32, u32)>) -> Self {
        debug_assert!(columns.names.len() == cells.len() && cells.len() == positions.len());
        let line = positions.first().map_or(0, |position| position.0);
        Row { columns, cells, positions, line }
    }

    /// The same row, where it begins on a line above its first cell: a column that was dropped can stand before it.
    #[must_use]
    pub fn beginning_on(mut self, line: u32) -> Self {
        self.line = line;
        self
    }

    fn index(&self, column: &str) -> Option<usize> {
        self.columns.names.iter().position(|name| name == column)
    }

    /// Whether the list has this column at all.
    pub fn has(&self, column: &str) -> bool {
        self.index(column).is_some()
    }

    /// The cell, without white space around it; empty where it is blank or the list lacks the column.
    pub fn get(&self, column: &str) -> &str {
        self.index(column).map_or("", |at| &self.cells[at])
    }

    /// Where the cell is; the row's line where the list lacks the column.
    pub fn place(&self, column: &str) -> Place {
        match self.index(column) {
            Some(at) => Place::at(&*self.columns.file, self.positions[at].0, self.positions[at].1),
            None => Place::line(&*self.columns.file, self.line()),
        }
    }

    /// The line the row begins on, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The list's file, relative to the campaign's folder.
    pub fn file(&self) -> &str {
        &self.columns.file
    }

    /// Every column's name with its cell, in the order of the list.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.names.iter().map(String::as_str).zip(self.cells.iter().map(String::as_str))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row {{ {}:{} }}", self.columns.file, self.line())
    }
}
