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
pub use image::{Image, ImageProblem, Images, NoImages, is_remote};
pub use plain_text::hang;

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
        html: html::write(&blocks, roll.map_or("", |roll| &roll.html), &[]),
    })
}
