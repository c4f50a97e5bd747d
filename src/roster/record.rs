//! Records: a list's text cut into cells (RFC 4180 §2, with any delimiter and line break), each with its place.
//!
//! The cutting is done here, and not by a crate, because a finding must name the line and column of a cell, and a
//! quotation mark in the wrong position must be told: a reader that hides the raw text, closes open quotation marks by itself
//! and joins what follows a closed one would lose both. A record must never grow past [`LIMIT`] in memory, however long
//! it is in the file.

use super::text::{Position, ReadError, Text};
use std::borrow::Cow;
use std::ops::Range;

/// The most bytes of text that one record may hold.
pub(super) const LIMIT: usize = 1024 * 1024;

/// One record, reused for the next.
pub(super) struct Record {
    raw: String,
    cells: Vec<(Range<usize>, Position, Quoting)>,
    /// How many cells it has, kept or not.
    pub(super) count: usize,
    pub(super) begin: Position,
    /// Where it ends: the place of its line break.
    pub(super) end: Position,
    /// Where the first cell is that was too many to keep.
    pub(super) surplus: Option<Position>,
    pub(super) error: Option<RecordError>,
    blank: bool,
}

/// What makes the cells of a record doubtful as a whole.
#[derive(Clone, Copy)]
pub(super) enum RecordError {
    /// More text than [`LIMIT`].
    Overlong,
    /// A quotation mark, opened here, that the text ends without closing.
    Open(Position),
    /// Text at `text`, after the closing quotation mark of a cell that was opened at `open`.
    Stray { open: Position, text: Position },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Bare,
    Quoted,
}

/// Where in a cell the reading is.
#[derive(Clone, Copy)]
enum State {
    /// Before its first character that is not white space.
    Before,
    Bare,
    Quoted,
    /// Right after a quotation mark that closes it, or is the first of a doubled one.
    Mark,
    /// After its closing quotation mark, in white space.
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

    /// Reads the next record and keeps at most `keep` cells of it; `false` at the end of the text.
    pub(super) fn read(&mut self, text: &mut Text, delimiter: char, keep: usize) -> Result<bool, ReadError> {
        self.raw.clear();
        self.cells.clear();
        let position = text.position();
        (self.count, self.begin, self.surplus, self.error, self.blank) = (0, position, None, None, true);
        let mut cell = (0, position, Quoting::Bare);
        let mut state = State::Before;
        loop {
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

    /// Whether there is nothing in it but white space and delimiters.
    pub(super) fn is_blank(&self) -> bool {
        self.blank && self.error.is_none()
    }

    /// How many bytes of memory its text takes.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.raw.capacity()
    }

    /// The cells that were kept, in the order of the file.
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
    /// What stands in the file, without the quotation marks around it.
    raw: &'a str,
    /// Its first character that is not white space, the opening quotation mark where there is one; where the cell is
    /// empty, its delimiter or line break.
    pub(super) position: Position,
    quoting: Quoting,
}

impl<'a> Cell<'a> {
    /// The text as it stands in the file, trimmed, but with its quotation marks still doubled.
    pub(super) fn raw(&self) -> &'a str {
        self.raw.trim()
    }

    /// What the cell says, trimmed.
    pub(super) fn text(&self) -> Cow<'a, str> {
        match self.quoting {
            Quoting::Quoted if self.raw.contains('"') => self.raw().replace("\"\"", "\"").into(),
            _ => self.raw().into(),
        }
    }

    /// Where the character at this byte of [`raw`](Self::raw) stands.
    pub(super) fn position_of(&self, offset: usize) -> Position {
        let before = self.raw.len() - self.raw.trim_start().len() + offset;
        let begin = match self.quoting {
            Quoting::Quoted => self.position.after('"'),
            Quoting::Bare => self.position,
        };
        self.raw.char_indices().take_while(|&(at, _)| at < before).fold(begin, |position, (_, c)| position.after(c))
    }
}
