//! Reads `[petition]`, which makes the letter a petition's: the signatures go with it, and everybody counts once.
//!
//! ```toml
//! split = "category"          # or "place": a file of signatures for each, instead of one for all
//! ```

use super::Mode;
use crate::campaign::keys::Table;
use crate::press::signatures::Split;

/// `[petition]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Petition {
    /// How the signatures are divided into files.
    pub split: Option<Split>,
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
    let petition = table.exists().then_some(Petition { split });
    table.finish();
    petition
}
