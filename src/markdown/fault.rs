//! What a Markdown letter must not contain, as findings that quote the template.
//!
//! A finding must never quote a value: text that came from a list is shown as `{{…}}`.

use super::escape::{Piece, ROLL_MARK, pieces};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;

/// Something in a Markdown letter that cannot go into a message.
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
    /// HTML, or text that CommonMark takes for it.
    Html,
    /// An image: letters load nothing remote.
    Image,
    /// A link that is not http, https or mailto, or has no target.
    Link,
    /// The roll in a paragraph with other text.
    RollPlace,
    /// The roll inside the roll's own template.
    RollInRoll,
    /// A table, which a plain-text part cannot show.
    Table,
    /// Lists, quotations and emphasis nested too deeply.
    Depth,
}

impl MarkupFault {
    /// The fault at an offset of the source.
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

    /// The line it begins on, with `{{…}}` for each value.
    pub fn quote(&self) -> String {
        let with_roll = self.rendered.replace(ROLL_MARK, "{{roll}}");
        pieces(&with_roll)
            .map(|piece| match piece {
                Piece::Literal(text) => text,
                Piece::Value(_) => "{{…}}",
            })
            .collect()
    }

    /// The finding, at the template line if exactly one line can have produced this one, else at the file.
    pub fn finding(&self, file: &str, template: &str) -> Finding {
        let finding = Finding::new(Code::BodyMarkup, self.kind.what()).help(self.kind.help());
        let mut lines = (1..).zip(template.lines()).filter(|(_, line)| self.may_come_from(line));
        match (lines.next(), lines.next()) {
            (Some((number, line)), None) => finding.at(Place::at(file, number, self.column(line))).quote(line),
            _ => finding.at(Place::file(file)).quote(self.quote()),
        }
    }

    /// The column in the template line, derived from the text before it in the rendered line.
    fn column(&self, line: &str) -> u32 {
        let (before, from) = self.rendered.split_at_checked(self.at).unwrap_or((&self.rendered, ""));
        let mut rest = line;
        for piece in pieces(before) {
            match piece {
                Piece::Value(_) => {}
                Piece::Literal(text) => _ = after(&mut rest, text),
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

    /// Whether the template line contains all words of the rendered line that are not from values, in order.
    fn may_come_from(&self, line: &str) -> bool {
        let mut rest = line;
        pieces(&self.rendered).all(|piece| match piece {
            Piece::Value(value) if value.contains(ROLL_MARK) => after(&mut rest, "roll"),
            Piece::Value(_) => true,
            Piece::Literal(text) => after(&mut rest, text),
        })
    }
}

/// Moves `rest` past the next `text` in it.
fn after(rest: &mut &str, text: &str) -> bool {
    rest.split_once(text).map(|(_, tail)| *rest = tail).is_some()
}

impl MarkupProblem {
    fn what(self) -> &'static str {
        match self {
            MarkupProblem::Html => "a Markdown letter cannot hold HTML",
            MarkupProblem::Image => "a letter cannot hold an image",
            MarkupProblem::Link => "a link leads to no http, https or mailto address",
            MarkupProblem::RollPlace => "{{roll}} stands together with other text",
            MarkupProblem::RollInRoll => "{{roll}} stands within the roll itself",
            MarkupProblem::Table => "a letter cannot hold a table: in its text part the columns would run together",
            MarkupProblem::Depth => "lists, quotations or emphasis stand too deep within each other",
        }
    }

    fn help(self) -> &'static str {
        match self {
            MarkupProblem::Html => {
                "write it in Markdown (`\\<` for a bare <), or write the parts as .txt.hbs and .html.hbs"
            }
            MarkupProblem::Image => "link to it, or say what it shows",
            MarkupProblem::Link => "write the whole address, as in [our demands](https://example.org/demands)",
            MarkupProblem::RollPlace => "leave a blank line before and after it",
            MarkupProblem::RollInRoll => "loop over `groups` and `signatures` there",
            MarkupProblem::Table => {
                "write it as a list, or as lines that begin with four blanks, which are kept as they are"
            }
            MarkupProblem::Depth => "use fewer levels",
        }
    }
}
