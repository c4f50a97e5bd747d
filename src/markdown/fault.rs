//! Findings about what a Markdown letter must not contain. They quote the template, but must never quote a value: text
//! from a list is shown as `{{…}}`.

use super::escape::{Piece, ROLL_MARK, pieces};
use super::image::ImageProblem;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;

/// A place in a Markdown letter that cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkupFault {
    /// What is wrong.
    pub kind: MarkupProblem,
    /// The line of the rendered source it begins on, from 1.
    pub line: u32,
    /// That line, with values still escaped.
    rendered: String,
    /// The byte offset in that line where it begins.
    at: usize,
}

/// What can be wrong with a Markdown letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkupProblem {
    /// HTML, or text that CommonMark parses as HTML.
    Html,
    /// An image that cannot be shown.
    Image(ImageProblem),
    /// A link that is not http, https or mailto, or has no target.
    Link,
    /// The roll in a paragraph with other text.
    RollPlace,
    /// The roll inside the roll's own template.
    RollInRoll,
    /// A row of a table with more cells than its head: they would not be printed.
    Table,
    /// The mark of a footnote that is not in the letter.
    NoteUnknown,
    /// A footnote without a mark, or written twice: it would not be printed.
    NoteUnused,
    /// A footnote in the roll's own template.
    NoteInRoll,
    /// Lists, quotations and emphasis nested too deeply.
    Depth,
}

impl MarkupFault {
    /// Creates a fault at a byte offset of the source.
    pub(super) fn new(kind: MarkupProblem, source: &str, offset: usize) -> Self {
        let (before, after) = source.split_at_checked(offset).unwrap_or((source, ""));
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = after.split('\n').next().unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        MarkupFault {
            kind,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            rendered: format!("{}{}", before.get(begin..).unwrap_or_default(), rest.trim_end()),
            at: before.len() - begin,
        }
    }

    /// Returns the line it begins on, with `{{…}}` for each value.
    pub fn quote(&self) -> String {
        let with_roll = self.rendered.replace(ROLL_MARK, "{{roll}}");
        pieces(&with_roll)
            .map(|piece| match piece {
                Piece::Literal(text) => text,
                Piece::Value(_) => "{{…}}",
            })
            .collect()
    }

    /// Returns the finding, at the line of the template if only one line can have produced it, otherwise at the file.
    pub fn finding(&self, file: &str, template: &str) -> Finding {
        let finding = Finding::new(self.kind.code(), self.kind.what()).help(self.kind.help());
        let mut lines = (1..).zip(template.lines()).filter(|(_, line)| self.may_come_from(line));
        match (lines.next(), lines.next()) {
            (Some((number, line)), None) => finding.at(Place::at(file, number, self.column(line))).quote(line),
            _ => finding.at(Place::file(file)).quote(self.quote()),
        }
    }

    /// Returns the column in the line of the template, from the text before it in the rendered line.
    fn column(&self, line: &str) -> u32 {
        let (before, from) = self.rendered.split_at_checked(self.at).unwrap_or((&self.rendered, ""));
        let mut rest = line;
        for piece in pieces(before) {
            match piece {
                Piece::Value(_) => {}
                Piece::Literal(text) => _ = skip_past(&mut rest, text),
            }
        }
        // After a value the offsets differ, so search for the text itself.
        if let Some(Piece::Literal(text)) = pieces(from).next()
            && let Some(at) = rest.find(text)
        {
            rest = &rest[at..];
        }
        let before = line[..line.len() - rest.len()].chars().count();
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    /// Whether the line of the template contains all text of the rendered line that is not from values, in order.
    fn may_come_from(&self, line: &str) -> bool {
        let mut rest = line;
        pieces(&self.rendered).all(|piece| match piece {
            Piece::Value(value) if value.contains(ROLL_MARK) => skip_past(&mut rest, "roll"),
            Piece::Value(_) => true,
            Piece::Literal(text) => skip_past(&mut rest, text),
        })
    }
}

/// Moves `rest` past the next `text` in it; returns whether there is one.
fn skip_past(rest: &mut &str, text: &str) -> bool {
    rest.split_once(text).map(|(_, tail)| *rest = tail).is_some()
}

impl MarkupProblem {
    fn code(self) -> Code {
        match self {
            MarkupProblem::Image(problem) => problem.code(),
            _ => Code::BodyMarkup,
        }
    }

    fn what(self) -> &'static str {
        match self {
            MarkupProblem::Html => "HTML is not allowed in a Markdown letter",
            MarkupProblem::Image(problem) => problem.what(),
            MarkupProblem::Link => "a link is not a complete http, https or mailto address",
            MarkupProblem::RollPlace => "{{roll}} is not a paragraph of its own",
            MarkupProblem::RollInRoll => "{{roll}} is used in the template of the roll itself",
            MarkupProblem::Table => "a row of a table has more cells than its first row",
            MarkupProblem::NoteUnknown => "a footnote's text is missing",
            MarkupProblem::NoteUnused => "nothing refers to this footnote, or it is written twice",
            MarkupProblem::NoteInRoll => "footnotes are not allowed in the roll",
            MarkupProblem::Depth => "lists, quotations or emphasis are nested too deeply",
        }
    }

    fn help(self) -> &'static str {
        match self {
            MarkupProblem::Html => {
                "write it in Markdown (`\\<` for a plain <), or write the letter as .txt.hbs and .html.hbs"
            }
            MarkupProblem::Image(problem) => problem.help(),
            MarkupProblem::Link => "write the complete address: [our demands](https://example.org/demands)",
            MarkupProblem::RollPlace => "leave a blank line before and after it",
            MarkupProblem::RollInRoll => "loop over `groups` and `signatures` instead",
            MarkupProblem::Table => {
                "add a column to its first row and to the line of hyphens; a bar inside a cell is `\\|`"
            }
            MarkupProblem::NoteUnknown => {
                "write it on a line of its own, such as `[^1]: See our report.`; a plain [ is `\\[`"
            }
            MarkupProblem::NoteUnused => "refer to it once or more with `[^1]`, and write its text once",
            MarkupProblem::NoteInRoll => "write the note as a paragraph",
            MarkupProblem::Depth => "use fewer levels",
        }
    }
}
