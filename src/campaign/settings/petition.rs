//! Reads `[petition]`, which makes the letter a petition's: the signatures go with it, and everybody counts once.
//!
//! ```toml
//! split = "category"          # or "place": a file of signatures for each, instead of one for all
//! pdf = false                 # without the signatures as PDF
//! ```

use super::Mode;
use crate::campaign::keys::Table;
use crate::diagnostics::spans::spans;
use crate::paper::{IS_BUILT_IN, MISSING};
use crate::press::signatures::Split;

/// `[petition]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Petition {
    /// How the signatures are divided into files.
    pub split: Option<Split>,
    /// Whether they are also handed over as PDF; `None` for programs that can make it.
    pub pdf: Option<bool>,
}

impl Petition {
    /// Whether this program also hands them over as PDF.
    pub fn is_typeset(self) -> bool {
        self.pdf.unwrap_or(IS_BUILT_IN)
    }
}

/// Reads the table; `None` without one.
pub(super) fn read(table: Table, mode: Mode, signatories: &Table) -> Option<Petition> {
    let split = table.choice("split", &Split::ALL);
    if table.exists() && mode == Mode::Individual {
        let what = "a petition is one letter with all signatures, and [campaign] mode is \"individual\"";
        table.reject("split", what, "write mode = \"joint\", or remove [petition]");
    }
    if table.exists() && signatories.has("max_listed") {
        let what = "[signatories] max_listed leaves signatures out, and a petition hands over all of them";
        signatories.reject("max_listed", what, "remove it; the letter need not print the roll");
    }
    let pdf = table.boolean("pdf");
    if pdf == Some(true) && !IS_BUILT_IN {
        let [what, help] = MISSING;
        table.reject("pdf", what, spans![help, ", or remove `pdf`"]);
    }
    let petition = table.exists().then_some(Petition { split, pdf });
    table.finish();
    petition
}
