//! The fonts of a page: those built in, and those in the campaign's folder `fonts/`. The machine's own are never used, so
//! that a page is the same everywhere.

use super::{FONTS, font_files};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::own;
use std::collections::HashSet;
use std::io;
use std::path::Path;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use unicode_script::UnicodeScript;

/// The built-in families: a serif for text (Latin, Greek, Cyrillic), and one for code.
const TEXT: &str = "Libertinus Serif";
const CODE: &str = "DejaVu Sans Mono";

/// Fonts, and the families in order of preference.
pub(super) struct Fonts {
    pub(super) fonts: Vec<Font>,
    pub(super) families: Vec<String>,
}

impl Fonts {
    /// Loads the built-in fonts and those of the campaign in `dir`.
    ///
    /// # Errors
    /// A file in `fonts/` cannot be read, or is not a font.
    pub(super) fn load(dir: &Path) -> Result<Fonts, Box<Finding>> {
        let built_in = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
        let mut fonts: Vec<Font> =
            built_in.filter(|font| [TEXT, CODE].contains(&font.info().family.as_str())).collect();
        let mut families = vec![TEXT.to_owned()];
        for (name, data) in font_files(dir).map_err(unreadable)? {
            let before = fonts.len();
            fonts.extend(Font::iter(Bytes::new(data)));
            if fonts.len() == before {
                let finding = Finding::new(Code::Font, "this is not a font that can be used");
                let finding = finding.at(Place::file(format!("{FONTS}/{name}")));
                return Err(Box::new(finding.help("use a TrueType or OpenType font")));
            }
            for font in &fonts[before..] {
                if !families.contains(&font.info().family) {
                    families.push(font.info().family.clone());
                }
            }
        }
        Ok(Fonts { fonts, families })
    }

    pub(super) fn book(&self) -> FontBook {
        FontBook::from_fonts(&self.fonts)
    }

    /// Returns the characters that no font of the text has: the first of each script.
    pub(super) fn missing(&self, text: &str) -> Vec<char> {
        let has = |c: char| {
            let mut fonts = self.fonts.iter().filter(|font| self.families.contains(&font.info().family));
            fonts.any(|font| font.info().coverage.contains(u32::from(c)))
        };
        let (mut seen, mut missing) = (HashSet::new(), Vec::<char>::new());
        for c in text.chars().filter(|c| !c.is_ascii_graphic() && seen.insert(*c)) {
            if !is_invisible(c) && !has(c) && missing.iter().all(|known| known.script() != c.script()) {
                missing.push(c);
            }
        }
        missing
    }
}

fn unreadable(error: io::Error) -> Box<Finding> {
    let finding = Finding::new(Code::Font, own(format!("it cannot be read: {error}"))).at(Place::file(FONTS));
    Box::new(finding.help("make the folder and its files readable"))
}

/// Whether a character shows nothing by itself: controls, joiners, marks of direction, variation selectors.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(u32::from(c), 0xAD | 0x34F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF)
}
