//! NationBuilder people exports.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "nationbuilder",
    marks: &["nationbuilder_id", "first_name", "last_name"],
    columns: &[
        ("nationbuilder_id", "id"),
        ("first_name", "given_name"),
        ("last_name", "family_name"),
        ("email", "email"),
        ("email1", "email"),
        ("employer", "affiliation"),
        ("occupation", "role"),
        ("primary_city", "place"),
        ("primary_zip", "postcode"),
        ("address_city", "place"),
        ("created_at", "signed_at"),
    ],
    dates: &["%m/%d/%Y %I:%M %p", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S"],
    ..NONE
};
