//! Action Network reports: columns are chosen per report, and headers can end in a space.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "action-network",
    marks: &["first_name", "last_name", "can2_user_tags"],
    columns: &[
        ("uuid", "id"),
        ("first_name", "given_name"),
        ("last_name", "family_name"),
        ("email", "email"),
        ("zip_code", "postcode"),
        ("can2_user_city", "place"),
        ("can2_subscription_date", "signed_at"),
    ],
    questions: true,
    dates: &["%Y-%m-%d %H:%M:%S %Z", "%m/%d/%Y"],
    ..NONE
};
