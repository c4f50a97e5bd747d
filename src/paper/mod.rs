//! Letters and lists of signatures for paper, typeset as tagged PDF files that are the same on every machine.
//!
//! The cargo feature `pdf` brings the typesetter, typst; without it [`Typesetter::new`] says how to get it. A page must never
//! print what the letter's own parts do not, show a box for a character without a font, or read anything outside the campaign.

mod folder;
mod font_files;
mod list;
mod sheet;

pub use folder::Staging;
pub use font_files::{FONTS, font_files};
pub use list::SignatureList;
pub use sheet::{PaperRoll, PaperSize, Sheet};

#[cfg(feature = "pdf")]
mod fonts;
#[cfg(feature = "pdf")]
mod frames;
#[cfg(feature = "pdf")]
mod typesetter;
#[cfg(feature = "pdf")]
mod world;

#[cfg(not(feature = "pdf"))]
#[path = "missing.rs"]
mod typesetter;

pub use typesetter::Typesetter;

/// A typeset letter.
pub struct Pages {
    /// The bytes of a PDF that conforms to PDF/UA-1.
    pub pdf: Vec<u8>,
    /// The lines on it that the letter's text does not have: those that a template of the campaign's own adds.
    pub added: Vec<String>,
}

/// A character that no font has.
pub struct Glyph {
    /// The character.
    pub character: char,
    /// Its script, by name.
    pub script: String,
}

/// Why something cannot be typeset.
pub enum PageError {
    /// No font has these characters: the first of each script.
    NoFont(Vec<Glyph>),
    /// Something else.
    Other(Vec<crate::diagnostics::finding::Finding>),
}

/// Whether the program was built with the typesetter.
pub const IS_BUILT_IN: bool = cfg!(feature = "pdf");

/// What a program without the typesetter says, and how to get one that has it.
pub const MISSING: [&str; 2] =
    ["this program was built without PDF", "install it again with `cargo install --path . --features pdf`"];

/// The folder that PDF files go to.
pub const FOLDER: &str = "pdf";

/// The file in a campaign that replaces the built-in template of the page.
pub const TEMPLATE_FILE: &str = "templates/letter.typ";
