//! Google Contacts, as exported since 2024 and before.

use super::{NONE, Preset, Target};

pub(super) const PRESET: Preset = Preset {
    name: "google-contacts",
    marks: &["E-mail 1 - Value"],
    target: Target::Recipients,
    columns: &[
        ("Name Prefix", "honorific"),
        ("First Name", "given_name"),
        ("Given Name", "given_name"),
        ("Last Name", "family_name"),
        ("Family Name", "family_name"),
        ("Name Suffix", "suffix"),
        ("Organization Name", "company"),
        ("Organization 1 - Name", "company"),
        ("Organization Title", "title"),
        ("Organization 1 - Title", "title"),
        ("Organization Department", "department"),
        ("Organization 1 - Department", "department"),
        ("Address 1 - Street", "address1"),
        ("Address 1 - City", "city"),
        ("Address 1 - Region", "region"),
        ("Address 1 - Postal Code", "postcode"),
        ("Address 1 - Country", "country"),
        ("E-mail 1 - Value", "email"),
    ],
    ..NONE
};
