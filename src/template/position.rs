//! A position in a piece of a template, for findings that point at it.

use super::source::Piece;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::Spans;

/// A position in a piece.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) piece: &'a Piece,
    /// Line and column in the piece, from 1.
    pub(super) at: (usize, usize),
}

impl Here<'_> {
    /// Moves to the next `text`, since Handlebars gives only the position of the tag.
    pub(super) fn find(mut self, text: &str) -> Self {
        let mut skip = self.at.1.saturating_sub(1);
        for (offset, line) in self.piece.text.lines().skip(self.at.0.saturating_sub(1)).take(5).enumerate() {
            let start = line.char_indices().nth(skip).map_or(line.len(), |(index, _)| index);
            if let Some(found) = line[start..].find(text).filter(|_| !text.is_empty()) {
                self.at = (self.at.0 + offset, line[..start + found].chars().count() + 1);
                break;
            }
            skip = 0;
        }
        self
    }

    /// Creates a finding here that quotes the line.
    pub(super) fn plain(self, code: Code, message: impl Into<Spans>) -> Finding {
        let finding = Finding::new(code, message).at(self.piece.place(self.at.0, self.at.1));
        match self.piece.quote(self.at.0) {
            Some(line) => finding.quote(line),
            None => finding,
        }
    }

    /// Creates the same finding with a fix.
    pub(super) fn finding(self, code: Code, message: impl Into<Spans>, fix: impl Into<Spans>) -> Finding {
        self.plain(code, message).help(fix)
    }
}
