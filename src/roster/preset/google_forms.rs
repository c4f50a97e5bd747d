//! Google Forms, downloaded from its sheet: `Timestamp`, `Email Address` if it is collected, then the questions.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "google-forms",
    marks: &["Timestamp"],
    columns: &[("Timestamp", "signed_at"), ("Email Address", "email"), ("Username", "email")],
    questions: true,
    dates: &["%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %I:%M:%S %p"],
    ..NONE
};
