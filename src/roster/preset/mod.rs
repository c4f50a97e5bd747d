//! Presets: the headers of a service's exports, and the columns that they mean. One file per service.
//!
//! A preset must never map a header that can contain something else, or treat a membership as consent.

mod action_network;
mod change_org;
mod civicrm;
mod google_contacts;
mod google_forms;
mod mailchimp;
mod microsoft_forms;
mod nationbuilder;
mod outlook;
mod surveymonkey;

use super::header::key;

/// How the exports of a service are read.
#[derive(Debug)]
pub struct Preset {
    /// The name for `--preset`.
    pub name: &'static str,
    /// Headers that together identify an export of the service.
    pub marks: &'static [&'static str],
    /// The list it is for.
    pub target: Target,
    /// Headers with the columns that they mean. If several mean one column, the first in the export is used.
    pub columns: &'static [(&'static str, &'static str)],
    /// Whether other headers are questions of a form, which are mapped by their wording.
    pub questions: bool,
    /// The formats of its dates, as for strptime.
    pub dates: &'static [&'static str],
    /// Whether a second header row follows the first.
    pub second_header: bool,
    /// Rows that are left out: header, value and reason.
    pub excluded: &'static [(&'static str, &'static str, &'static str)],
    /// A header that occurs only in another kind of export, and what that is.
    pub refused: Option<(&'static str, &'static str)>,
}

/// The list that an export becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The signatory list.
    Signatories,
    /// The recipient list.
    Recipients,
}

const NONE: Preset = Preset {
    name: "",
    marks: &[],
    target: Target::Signatories,
    columns: &[],
    questions: false,
    dates: &[],
    second_header: false,
    excluded: &[],
    refused: None,
};

/// All presets.
pub const PRESETS: &[&Preset] = &[
    &google_forms::PRESET,
    &microsoft_forms::PRESET,
    &surveymonkey::PRESET,
    &action_network::PRESET,
    &change_org::PRESET,
    &civicrm::SIGNATORIES,
    &mailchimp::PRESET,
    &nationbuilder::PRESET,
    &outlook::PRESET,
    &google_contacts::PRESET,
    &civicrm::RECIPIENTS,
];

impl Preset {
    /// Finds a preset for a list by its name.
    pub fn named(name: &str, target: Target) -> Option<&'static Preset> {
        PRESETS.iter().copied().find(|preset| preset.name == name && preset.target == target)
    }

    /// Finds the preset whose identifying headers are in an export; of several, the one with the most.
    pub fn recognise(headers: &[String], target: Target) -> Option<&'static Preset> {
        let keys: Vec<String> = headers.iter().map(|header| key(header)).collect();
        let is_marked = |preset: &&Preset| preset.marks.iter().all(|mark| keys.contains(&key(mark)));
        let fitting = PRESETS.iter().copied().filter(|preset| preset.target == target).filter(is_marked);
        fitting.max_by_key(|preset| preset.marks.len())
    }

    /// Returns the column that a header means.
    pub fn column(&self, header: &str) -> Option<&'static str> {
        let wanted = key(header);
        let known = self.columns.iter().find(|(header, _)| key(header) == wanted).map(|(_, column)| *column);
        known.or_else(|| if self.questions { question(&wanted) } else { None })
    }
}

/// Whether a header is one of a known service or form.
pub(super) fn is_known_header(header: &str) -> bool {
    let wanted = key(header);
    let headers = |preset: &&Preset| {
        let mapped = preset.columns.iter().map(|(header, _)| *header);
        mapped.chain(preset.marks.iter().copied()).any(|header| key(header) == wanted)
    };
    PRESETS.iter().any(headers) || question(&wanted).is_some()
}

/// The usual wordings of questions in forms, by column, separated by `|`.
const QUESTIONS: &[(&str, &str)] = &[
    ("name", "name|full name|your name|your full name|first and last name|name and surname|vor- und nachname"),
    ("given_name", "first name|given name|your first name|vorname"),
    ("family_name", "last name|family name|surname|your last name|nachname"),
    ("email", "email|email address|your email|your email address|e-mail-adresse"),
    (
        "affiliation",
        "organisation|organization|affiliation|institution|employer|company|your organisation|your organization|\
         organisation or affiliation|organization or affiliation",
    ),
    ("role", "role|job title|position|occupation|profession|your role|title or role|role or title"),
    ("place", "city|place|location|town|city or town|where do you live|city and country|city and state"),
    ("category", "category|i am a|i am signing as a|which describes you best|which of these describes you best"),
    (
        "display",
        "display|how should your name appear|how should we show your name|how should we print your name|\
         how would you like your name to appear|how would you like to be named|how do you want your name to appear",
    ),
    ("pseudonym", "pseudonym|if you chose a pseudonym which one"),
    (
        "consent",
        "consent|do you agree to sign|do you agree to sign the letter|do you agree to sign this letter|\
         do you consent to signing this letter|i agree to sign the letter|i agree to sign this letter",
    ),
    ("adult", "are you 18 or older|are you 18 or over|are you over 18|are you at least 18 years old"),
    ("kind", "are you signing as a person or an organisation|are you signing as a person or an organization"),
    ("statement", "statement|comment|comments|your comment|why are you signing|why do you sign"),
    ("statement_consent", "may we quote you|may we print your comment|may we publish your comment"),
];

fn question(wanted: &str) -> Option<&'static str> {
    let is_question = |(_, wordings): &&(&str, &str)| wordings.split('|').any(|wording| key(wording) == wanted);
    QUESTIONS.iter().find(is_question).map(|(column, _)| *column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{recipient, signatory};

    #[test]
    fn every_preset_maps_each_header_once_and_to_an_existing_column() {
        for preset in PRESETS {
            let columns = match preset.target {
                Target::Signatories => signatory::COLUMNS,
                Target::Recipients => recipient::COLUMNS,
            };
            let mut keys = Vec::new();
            for (header, column) in preset.columns {
                assert!(columns.contains(column) || *column == "postcode", "{}: {column}", preset.name);
                assert!(!keys.contains(&key(header)), "{}: {header}", preset.name);
                keys.push(key(header));
            }
            assert!(!preset.marks.is_empty(), "{}", preset.name);
        }
        assert!(QUESTIONS.iter().all(|(column, _)| signatory::COLUMNS.contains(column)));
    }

    #[test]
    fn a_wording_of_a_question_means_one_column() {
        let all: Vec<String> = QUESTIONS.iter().flat_map(|(_, wordings)| wordings.split('|').map(key)).collect();
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(all.len(), distinct.len());
    }
}
