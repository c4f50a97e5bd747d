//! SurveyMonkey: `Respondent ID` to `Custom Data 1`, then the questions, with a second header row for their options.

use super::{NONE, Preset};

pub(super) const PRESET: Preset = Preset {
    name: "surveymonkey",
    marks: &["Respondent ID", "Collector ID"],
    columns: &[
        ("Respondent ID", "id"),
        ("End Date", "signed_at"),
        ("Email Address", "email"),
        ("First Name", "given_name"),
        ("Last Name", "family_name"),
    ],
    questions: true,
    dates: &["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M"],
    second_header: true,
    ..NONE
};
