//! Microsoft Forms: `ID`, `Start time`, `Completion time`, `Email`, `Name`, then the questions. Without a login, `Email` and
//! `Name` are "anonymous", which is not an answer.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "microsoft-forms",
    marks: &["Start time", "Completion time"],
    columns: &[("ID", "id"), ("Completion time", "signed_at"), ("Email", "email"), ("Name", "name")],
    questions: true,
    dates: &["%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%y %H:%M", "%m/%d/%Y %I:%M:%S %p"],
    ..NONE
};
