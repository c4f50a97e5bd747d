//! Outlook contacts. `Title` is "Ms.", `Job Title` is the office.

use super::{NONE, Preset, Target};

pub(super) const PRESET: Preset = Preset {
    name: "outlook",
    marks: &["First Name", "Last Name", "E-mail Address"],
    target: Target::Recipients,
    columns: &[
        ("Title", "honorific"),
        ("First Name", "given_name"),
        ("Last Name", "family_name"),
        ("Suffix", "suffix"),
        ("Company", "company"),
        ("Department", "department"),
        ("Job Title", "title"),
        ("Business Street", "address1"),
        ("Business Street 2", "address2"),
        ("Business Street 3", "address3"),
        ("Business City", "city"),
        ("Business State", "region"),
        ("Business Postal Code", "postcode"),
        ("Business Country/Region", "country"),
        ("E-mail Address", "email"),
        ("Language", "language"),
    ],
    ..NONE
};
