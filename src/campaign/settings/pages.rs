//! The pages of letters: `pdf` and `paper_size` in `[letter]`.

use crate::campaign::keys::Table;
use crate::diagnostics::spans::spans;
use crate::paper::{IS_BUILT_IN, MISSING, PaperSize};

/// How letters are typeset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSettings {
    /// Whether each letter carries its pages as a PDF.
    pub are_attached: bool,
    /// The size of their paper; by default what is usual for the letter's language.
    pub size: Option<PaperSize>,
}

pub(super) fn read(letter: &Table) -> PageSettings {
    let are_attached = letter.boolean("pdf").unwrap_or(false);
    if are_attached && !IS_BUILT_IN {
        let [what, help] = MISSING;
        letter.reject("pdf", what, spans![help, ", or remove `pdf`"]);
    }
    PageSettings { are_attached, size: letter.choice("paper_size", &PaperSize::NAMES) }
}
