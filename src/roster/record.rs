//! Splits a list's text into records and cells (RFC 4180 §2, any delimiter and line break), each with its position.
//!
//! The `csv` crate (1.4) does not return the column of a cell, closes an open quotation mark at the end of the file, and adds
//! text after a closing one to the cell: each would hide an error. A record must never use more than [`LIMIT`] bytes of
//! memory, however long it is in the file.

use super::text::{Position, ReadError, Text};
use std::borrow::Cow;
use std::ops::Range;

/// The maximum size of a record's text, in bytes.
pub(super) const LIMIT: usize = 1024 * 1024;

/// One record; reused for the next one.
pub(super) struct Record {
    raw: String,
    cells: Vec<(Range<usize>, Position, Quoting)>,
    /// The number of cells, kept or not.
    pub(super) count: usize,
    pub(super) begin: Position,
    /// The position of its line break.
    pub(super) end: Position,
    /// The first cell that was not kept because there were too many.
    pub(super) surplus: Option<Position>,
    pub(super) error: Option<RecordError>,
    blank: bool,
}

/// An error that affects all cells of a record.
#[derive(Clone, Copy)]
pub(super) enum RecordError {
    /// More text than [`LIMIT`].
    Overlong,
    /// A quotation mark at this position that is never closed.
    Open(Position),
    /// Text at `text`, after the closing quotation mark of a cell that was opened at `open`.
    Stray { open: Position, text: Position },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Bare,
    Quoted,
}

/// The state of the reader inside a cell.
#[derive(Clone, Copy)]
enum State {
    /// Before the first character that is not white space.
    Before,
    Bare,
    Quoted,
    /// After a quotation mark that either closes the cell or is the first of two.
    Mark,
    /// In white space after the closing quotation mark.
    Closed,
}

impl Record {
    pub(super) fn new() -> Self {
        Record {
            raw: String::new(),
            cells: Vec::new(),
            count: 0,
            begin: Position::START,
            end: Position::START,
            surplus: None,
            error: None,
            blank: true,
        }
    }

    /// Reads the next record and keeps at most `keep` of its cells; returns `false` at the end of the text.
    pub(super) fn read(&mut self, text: &mut Text, delimiter: char, keep: usize) -> Result<bool, ReadError> {
        self.raw.clear();
        self.cells.clear();
        let position = text.position();
        (self.count, self.begin, self.surplus, self.error, self.blank) = (0, position, None, None, true);
        let mut cell = (0, position, Quoting::Bare);
        let mut state = State::Before;
        loop {
            if matches!(state, State::Bare | State::Quoted) && self.raw.len() < LIMIT {
                self.push_run(text.next_run(delimiter));
            }
            let position = text.position();
            let next = text.next_char()?;
            let Some(c) = next.filter(|&c| c != '\n' || matches!(state, State::Quoted)) else {
                if next.is_none() && position == self.begin {
                    return Ok(false);
                }
                if let State::Quoted = state {
                    self.error = Some(RecordError::Open(cell.1));
                }
                self.finish(cell, keep);
                self.end = position;
                return Ok(true);
            };
            state = match (state, c) {
                (State::Quoted, '"') => State::Mark,
                (State::Quoted, _) => {
                    self.push(c);
                    State::Quoted
                }
                _ if c == delimiter => {
                    self.finish(cell, keep);
                    cell = (self.raw.len(), text.position(), Quoting::Bare);
                    State::Before
                }
                (State::Mark, '"') => {
                    self.push('"');
                    self.push('"');
                    State::Quoted
                }
                (State::Before, '"') => {
                    (cell.1, cell.2) = (position, Quoting::Quoted);
                    State::Quoted
                }
                (State::Before, _) if c.is_whitespace() => State::Before,
                (State::Mark | State::Closed, _) if c.is_whitespace() => State::Closed,
                (State::Mark | State::Closed, _) => {
                    self.error.get_or_insert(RecordError::Stray { open: cell.1, text: position });
                    State::Bare
                }
                (State::Before, _) => {
                    cell.1 = position;
                    self.push(c);
                    State::Bare
                }
                (State::Bare, _) => {
                    self.push(c);
                    State::Bare
                }
            };
        }
    }

    /// Adds characters that are part of a cell whatever they are.
    fn push_run(&mut self, run: &str) {
        self.blank = self.blank && run.trim_start().is_empty();
        if self.raw.len() + run.len() <= LIMIT {
            self.raw.push_str(run);
        } else {
            self.error.get_or_insert(RecordError::Overlong);
        }
    }

    fn push(&mut self, c: char) {
        self.blank &= c.is_whitespace();
        if self.raw.len() < LIMIT {
            self.raw.push(c);
        } else {
            self.error.get_or_insert(RecordError::Overlong);
        }
    }

    fn finish(&mut self, (start, position, quoting): (usize, Position, Quoting), keep: usize) {
        self.count += 1;
        if self.cells.len() < keep {
            self.cells.push((start..self.raw.len(), position, quoting));
        } else {
            self.surplus.get_or_insert(position);
            self.raw.truncate(start);
        }
    }

    /// Whether it contains only white space and delimiters.
    pub(super) fn is_blank(&self) -> bool {
        self.blank && self.error.is_none()
    }

    /// Returns how many bytes of memory its text uses.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.raw.capacity()
    }

    /// Returns the kept cells, in the order of the file.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.cells.iter().map(|(range, position, quoting)| Cell {
            raw: &self.raw[range.clone()],
            position: *position,
            quoting: *quoting,
        })
    }
}

/// One cell of a record.
pub(super) struct Cell<'a> {
    /// The text in the file, without the quotation marks around it.
    raw: &'a str,
    /// The position of its first character that is not white space (the opening quotation mark, if there is one), or of the
    /// delimiter or line break after an empty cell.
    pub(super) position: Position,
    quoting: Quoting,
}

impl<'a> Cell<'a> {
    /// Returns the trimmed text in the file, with doubled quotation marks.
    pub(super) fn raw(&self) -> &'a str {
        self.raw.trim()
    }

    /// Returns the trimmed value of the cell.
    pub(super) fn text(&self) -> Cow<'a, str> {
        match self.quoting {
            Quoting::Quoted if self.raw.contains('"') => self.raw().replace("\"\"", "\"").into(),
            _ => self.raw().into(),
        }
    }

    /// Returns the position of the character at a byte offset of [`raw`](Self::raw).
    pub(super) fn position_of(&self, offset: usize) -> Position {
        let before = self.raw.len() - self.raw.trim_start().len() + offset;
        let begin = match self.quoting {
            Quoting::Quoted => self.position.after('"'),
            Quoting::Bare => self.position,
        };
        self.raw.char_indices().take_while(|&(at, _)| at < before).fold(begin, |position, (_, c)| position.after(c))
    }
}
