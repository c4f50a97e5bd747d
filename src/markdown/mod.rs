//! Converts a letter's Markdown to the plain-text part and the HTML part of one message.
//!
//! Values from lists arrive escaped ([`escape_value`]), so that only the author's text is parsed as Markdown; both writers
//! unescape them. This module must never let a value become markup, silently drop part of a letter, or allow links other
//! than http, https and mailto.

mod bare;
pub mod blocks;
mod escape;
mod fault;
mod holed;
mod html;
mod image;
mod link;
mod nodes;
mod notes;
mod parse;
mod plain_text;
pub mod remote;
mod table;
#[cfg(test)]
mod tests;
mod tree;

pub use escape::{MOST_HOLES, ROLL_MARK, escape_value, push_hole, unescape_value};
pub use fault::{MarkupFault, MarkupProblem};
pub use holed::{HoledBlocks, with_values};
pub use html::escape as escape_html;
pub use image::{Image, ImageProblem, Images, NoImages, is_remote};
pub use nodes::{Headings, Nodes, nodes};
pub use plain_text::hang;

use html::Styles;
use tree::{Block, Inline};

/// The built-in layout template. It prints `subject`, `language` (a language tag for `lang="…"`) and once, unescaped,
/// `body`: [`Parts::html`].
pub const LAYOUT: &str = include_str!("layout.html.hbs");

/// The two parts of a letter, with the same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The plain-text part: lines of at most 72 columns unless a word is longer, without trailing white space, each with
    /// LF.
    pub text: String,
    /// The HTML part's content for the layout: elements with inline styles, without `html`, `head` or `body`.
    pub html: String,
}

/// Converts a rendered Markdown letter (CommonMark without HTML; tables, strikethrough and footnotes as on GitHub) to both parts. `images` are those that it can show.
///
/// A paragraph that consists of [`ROLL_MARK`] is replaced by `roll`, unchanged. `roll` is `None` for the roll's own
/// template, where the mark is a fault. All faults are returned, in source order.
pub fn markdown(source: &str, roll: Option<&Parts>, images: &dyn Images) -> Result<Parts, Vec<MarkupFault>> {
    let blocks = parse::blocks(source, roll.is_some(), images)?;
    Ok(Parts {
        text: plain_text::write(&blocks, roll.map_or("", |roll| &roll.text), &[]),
        html: html::write(&blocks, roll.map_or("", |roll| &roll.html), &[], Styles::Inline),
    })
}

/// What a web page shows of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageText {
    /// The same as the text part.
    pub text: String,
    /// The text in lines that a mail program wraps, without the roll.
    pub flowing: String,
    /// Elements without styles, with [`PAGE_ROLL`] in place of the roll.
    pub html: String,
    /// Whether it has a heading of the first level.
    pub has_title: bool,
}

/// The place of the roll in [`PageText::html`]. No text can hold it, since `<` is escaped.
pub const PAGE_ROLL: &str = "<!--roll-->";

/// Converts a rendered Markdown letter for a web page. `roll` is the roll as text.
pub fn page(source: &str, roll: &str, images: &dyn Images) -> Result<PageText, Vec<MarkupFault>> {
    let blocks = parse::blocks(source, true, images)?;
    Ok(PageText {
        text: plain_text::write(&blocks, roll, &[]),
        flowing: plain_text::write_flowing(&blocks),
        html: html::write(&blocks, PAGE_ROLL, &[], Styles::Sheet),
        has_title: blocks.iter().any(|block| matches!(block, Block::Heading(1, _))),
    })
}

/// Converts a text for a web page: paragraphs, in which lines end as in the text.
pub fn page_of_text(text: &str, roll: &str) -> PageText {
    let paragraphs = |text: &str| {
        let paragraphs = text.split("\n\n").map(|text| text.trim_matches('\n')).filter(|text| !text.trim().is_empty());
        let blocks = paragraphs.map(|text| Block::Paragraph(vec![Inline::Text(text.to_owned())]));
        html::write(&blocks.collect::<Vec<_>>(), "", &[], Styles::Sheet)
    };
    let html = match text.split_once(roll).filter(|_| !roll.trim().is_empty()) {
        Some((before, after)) => paragraphs(before) + PAGE_ROLL + "\n" + &paragraphs(after),
        None => paragraphs(text),
    };
    PageText { text: text.to_owned(), flowing: text.to_owned(), html, has_title: false }
}
