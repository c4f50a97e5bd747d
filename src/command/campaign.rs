//! Opens the campaign that a verb works on.
//!
//! It must never return a campaign whose settings have errors.

use super::exit::Failure;
use super::output::Output;
use crate::campaign::Campaign;
use std::path::Path;

/// Opens the campaign in `dir`, or shows what is wrong with its settings.
pub(super) fn open(dir: &Path, output: &Output) -> Result<Campaign, Failure> {
    Campaign::open(dir).map_err(|findings| output.refuse(findings))
}
