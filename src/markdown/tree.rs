//! The tree of a letter. Both parts are written from it, so that they cannot differ.
//!
//! It contains unescaped values, so its writers must never parse them.

use super::escape::unescape_value;
use pulldown_cmark::Alignment;

/// A block of the letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    /// The text of an item in a tight list: a paragraph without space around it.
    Plain(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(usize, Vec<Inline>),
    Quote(Vec<Block>),
    List {
        /// The number of the first item; `None` for bullets.
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Table {
        columns: Vec<Column>,
        head: Cells,
        rows: Vec<Cells>,
    },
    Code(String),
    Rule,
    Roll,
    /// The footnotes, from number 1.
    Notes(Vec<Vec<Block>>),
}

/// The cells of one row of a table.
pub(super) type Cells = Vec<Vec<Inline>>;

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Left,
    Centre,
    Right,
}

/// Inline content. A line feed in `Text` and `Code` is a line break in a value. `Text` is still escaped while its container is
/// open.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    /// The place of a value, by its number: like text, when it is filled.
    Hole(usize),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Struck(Vec<Inline>),
    Link {
        address: String,
        title: String,
        text: Vec<Inline>,
    },
    /// The number of a footnote.
    Note(usize),
    Image {
        path: String,
        content_id: String,
        alt: String,
        size: [u32; 2],
    },
    /// A soft line break.
    Soft,
    /// A hard line break.
    Hard,
}

impl From<Alignment> for Column {
    fn from(alignment: Alignment) -> Self {
        match alignment {
            Alignment::None | Alignment::Left => Column::Left,
            Alignment::Center => Column::Centre,
            Alignment::Right => Column::Right,
        }
    }
}

/// Adds the words of inline content, on one line; false if there is a hole in it.
pub(super) fn plain(inlines: &[Inline], text: &mut String) -> bool {
    inlines.iter().all(|inline| {
        match inline {
            Inline::Text(words) | Inline::Code(words) => text.push_str(&words.replace('\n', " ")),
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Struck(inner)
            | Inline::Link { text: inner, .. } => return plain(inner, text),
            Inline::Note(_) => {}
            Inline::Soft | Inline::Hard => text.push(' '),
            Inline::Hole(_) => return false,
        }
        true
    })
}

/// The unescaped text, with line ends in values normalised to LF.
pub(super) fn lines(text: &str) -> String {
    let text = unescape_value(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.into_owned() }
}
