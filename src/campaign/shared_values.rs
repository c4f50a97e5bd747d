//! The values that are the same in every letter in a language, as templates read them.
//!
//! They are copies of the signatures in every form, and must not be kept for longer than something is rendered from them.

use super::{Mode, Settings};
use crate::language::Language;
use crate::people::roll::Roll;
use crate::people::signature::Counted;
use crate::press::{Breakdown, PartialCount, Sheet};
use jiff::ZonedDateTime;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What they are made of.
#[derive(Clone)]
pub(super) struct SharedValues<'c> {
    pub(super) settings: &'c Settings,
    pub(super) roll: Arc<Roll>,
    pub(super) counts: Arc<Sheet>,
}

impl SharedValues<'_> {
    /// The template fields that are the same in every letter in a language.
    pub(super) fn in_letters(&self, language: &'static Language) -> Map<String, Value> {
        let (settings, roll) = (self.settings, &self.roll);
        let campaign = json!({
            "id": settings.id,
            "title": settings.title,
            "organisation": settings.organisation,
            "date": settings.date.to_string(),
            "cc": settings.cc,
        });
        let is_verified = settings.policy.counted == Counted::Verified;
        let notes = json!({
            "identification": roll.has_identification(),
            "affiliation_note": language.affiliation_note,
            "verification_note": if is_verified { language.verification_note } else { "" },
        });
        let of_all = [
            ("campaign".to_owned(), campaign),
            ("recipient".to_owned(), json!({ "language": language.tag })),
            ("count".to_owned(), json!(roll.count)),
            ("press".to_owned(), self.press(language, settings.embargo.as_ref())),
            ("page".to_owned(), false.into()),
        ];
        if settings.mode == Mode::Individual {
            return Map::from_iter(of_all);
        }
        let of_roll = [
            ("signatures".to_owned(), json!(roll.signatures().collect::<Vec<_>>())),
            ("groups".to_owned(), json!(roll.printed(&settings.policy.categories, language, settings.language))),
            ("roll".to_owned(), notes),
        ];
        of_all.into_iter().chain(of_roll).collect()
    }

    /// The template fields of a statement that everybody may read.
    pub(super) fn released(&self, language: &'static Language) -> Map<String, Value> {
        Map::from_iter([("press".to_owned(), self.press(language, None))])
    }

    /// The template fields of a statement for the press, under this embargo.
    fn press(&self, language: &'static Language, embargo: Option<&ZonedDateTime>) -> Value {
        let (settings, words, counts) = (self.settings, &language.page, &self.counts);
        let release = embargo.map(words.embargoed);
        let row = |heading: String, of: &Breakdown| {
            json!({
                "heading": heading,
                "signatories": of.signatories.total,
                "persons": of.persons.total,
                "organisations": of.organisations.total,
            })
        };
        let part_of =
            |heading: String, part: &PartialCount| json!({ "heading": heading, "signatories": part.signatories });
        let day = |name: &str| name.parse().map_or_else(|_| String::new(), language.date);
        let all = row(words.all_signatories.to_owned(), &counts.all);
        let by_category = counts.categories.iter().map(|of| {
            let heading = match of.category.as_deref().unwrap_or_default() {
                "" => words.no_category.to_owned(),
                category => settings.policy.categories.heading_in(category, language, settings.language),
            };
            row(heading, of)
        });
        json!({
            "release": release.unwrap_or_else(|| words.for_immediate_release.to_owned()),
            "as_of": counts.as_of.to_string(),
            "sentences": counts.sentences,
            "table": std::iter::once(all).chain(by_category).collect::<Vec<_>>(),
            "places": counts.places.iter().map(|part| part_of(part.name.clone(), part)).collect::<Vec<_>>(),
            "days": counts.days.iter().map(|part| part_of(day(&part.name), part)).collect::<Vec<_>>(),
        })
    }
}
