//! Mailchimp audiences. `CC` is a country code, not a copy. An export of unsubscribed contacts looks similar, and is refused.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "mailchimp",
    marks: &["Email Address", "First Name", "Last Name", "MEMBER_RATING"],
    columns: &[
        ("EUID", "id"),
        ("Email Address", "email"),
        ("First Name", "given_name"),
        ("Last Name", "family_name"),
        ("OPTIN_TIME", "signed_at"),
    ],
    refused: Some(("UNSUB_TIME", "Mailchimp's list of those who unsubscribed")),
    ..NONE
};
