//! A letter's body: Markdown becomes the plain-text part and the HTML part of one message.
//!
//! Everything a template prints of a list arrives shielded ([`shield`]), so that Markdown reads the author's marks and
//! never a cell's; both writers take the shield off again. This room must never let a value become markup, drop a part
//! of the letter in silence, or let a link lead anywhere but to http, https or mailto.

mod escape;
mod fault;
mod html;
mod link;
mod parse;
mod plain_text;
#[cfg(test)]
mod tests;

pub use crate::text::line_break::{goes_on, separator};
pub use escape::{ROLL_MARK, shield, unshield};
pub use fault::{Fault, Kind};
pub use plain_text::hang;

/// The layout that is built in, a template of its own. In its scope: `subject`, `language` (a language tag, as in
/// `lang="…"`) and, once and unescaped, `body`: [`Parts::html`].
pub const LAYOUT: &str = include_str!("layout.html.hbs");

/// The same words twice: for those who read mail in a terminal, and for those who do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The plain-text part: lines of at most 72 columns where the words allow it, without white space at their ends,
    /// each ended by LF.
    pub text: String,
    /// The HTML part's content, to be put into the layout: elements with inline styles, without `html`, `head` or `body`.
    pub html: String,
}

/// Both parts of a Markdown letter (CommonMark, without HTML and images), as a template has rendered it.
///
/// A paragraph that is [`ROLL_MARK`] and nothing else is replaced by `roll`, as it is. The roll's own partial is rendered
/// with `None`: there the mark is a fault. All faults of the source are told, in its order.
pub fn markdown(source: &str, roll: Option<&Parts>) -> Result<Parts, Vec<Fault>> {
    let blocks = parse::blocks(source, roll.is_some())?;
    Ok(Parts {
        text: plain_text::write(&blocks, roll.map_or("", |roll| &roll.text)),
        html: html::write(&blocks, roll.map_or("", |roll| &roll.html)),
    })
}
