//! Change.org signatures: UTF-16, separated by tabs. Its full header is not documented; map the rest with `columns`.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "change-org",
    marks: &["Name", "City", "Postal Code", "Signed On"],
    columns: &[("Name", "name"), ("City", "place"), ("Postal Code", "postcode"), ("Signed On", "signed_at")],
    dates: &["%m/%d/%Y", "%Y/%m/%d", "%d/%m/%Y"],
    ..NONE
};
