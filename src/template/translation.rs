//! Which template files make the letter in one language.
//!
//! `letter.de.md.hbs` is the German version of `letter.md.hbs`; rolls, layouts and partials have versions in the same way.

use super::source::Source;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, quoted, spans};
use crate::language::{self, Language};
use std::collections::HashMap;

impl Source {
    /// The name without the language.
    pub fn base_name(&self) -> &str {
        self.versioned().map_or(&self.name, |(base, _)| base)
    }

    /// The language in its name; `None` for one in the campaign's.
    pub fn language(&self) -> Option<&'static Language> {
        self.versioned().map(|(_, language)| language)
    }

    fn versioned(&self) -> Option<(&str, &'static Language)> {
        let (base, tag) = self.name.rsplit_once('.')?;
        let language = language::ALL.into_iter().find(|language| language.tag.eq_ignore_ascii_case(tag))?;
        Some((base, language))
    }
}

/// Returns the sources of the letter in one language, under their names without the language: the version in that language,
/// else one in another variety of it, else the one without a language. `campaign` is the language of those without.
///
/// A letter, and a roll, is taken as a whole: a German text part is never combined with an English HTML part.
pub fn for_language(
    sources: &[Source],
    letter: &str,
    language: &'static Language,
    campaign: &'static Language,
) -> Vec<Source> {
    let rank = |source: &Source| match source.language() {
        Some(version) if version == language => Some(0),
        Some(version) if version.is_variety_of(language) => Some(1),
        None => Some(2),
        Some(version) if version == campaign => Some(3),
        Some(_) => None,
    };
    let key = |source: &Source| {
        let name = source.base_name();
        let format = (name != letter && name != "roll").then_some(source.format);
        (name.to_owned(), format)
    };
    let mut best = HashMap::new();
    for source in sources {
        if let Some(rank) = rank(source) {
            let known = best.entry(key(source)).or_insert(rank);
            *known = rank.min(*known);
        }
    }
    let is_taken = |source: &&Source| rank(source).is_some_and(|rank| best.get(&key(source)) == Some(&rank));
    let taken = sources.iter().filter(is_taken);
    taken.map(|source| Source { name: source.base_name().to_owned(), ..source.clone() }).collect()
}

/// Reports files whose names look like versions in a language that does not exist, and two versions in the campaign's language.
pub fn check_names(sources: &[Source], letter: &str, campaign: &'static Language) -> Vec<Finding> {
    let mut findings = Vec::new();
    let finding = |source: &Source, what| Finding::new(Code::TemplateFile, what).at(Place::file(&*source.file));
    for source in sources {
        let ending = source.format.ending();
        let is_unmarked = |other: &&Source| other.name == source.base_name() && other.language().is_none();
        if source.language() == Some(campaign)
            && let Some(other) = sources.iter().find(is_unmarked)
        {
            let what = spans!["the campaign's language is ", campaign.tag, ", and this exists twice in it"];
            findings.push(finding(source, what).help(spans!["delete this file or ", file_text(&*other.file)]));
        }
        let Some((base, tag)) = source.name.rsplit_once('.').filter(|_| source.language().is_none()) else { continue };
        if ![letter, "roll", "layout"].contains(&base) {
            continue;
        }
        let what = spans!["letters cannot be in a language ", quoted(tag)];
        findings.push(finding(source, what).help(match Language::find(tag) {
            Some(language) => spans!["rename it to ", file_text(base), ".", language.tag, ending],
            None => spans!["the languages are ", own(language::tags())],
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;
    use crate::language::ENGLISH;

    fn sources(files: &[&str]) -> Vec<Source> {
        let source = |file: &&str| {
            let format = Format::ALL.into_iter().find(|format| file.ends_with(format.ending())).expect("a format");
            let name = file.trim_end_matches(format.ending()).to_owned();
            Source { file: format!("templates/{file}"), name, format, text: String::new() }
        };
        files.iter().map(source).collect()
    }

    fn taken(files: &[&str], tag: &str) -> String {
        let language = Language::find(tag).expect("a language");
        let sources = for_language(&sources(files), "letter", language, &ENGLISH);
        sources.iter().map(|source| source.file.trim_start_matches("templates/")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_version_in_the_language_is_preferred_file_by_file() {
        let files = ["letter.md.hbs", "letter.de.md.hbs", "address.md.hbs", "address.de.md.hbs", "roll.md.hbs"];
        assert_eq!(taken(&files, "de"), "letter.de.md.hbs address.de.md.hbs roll.md.hbs");
        assert_eq!(taken(&files, "en"), "letter.md.hbs address.md.hbs roll.md.hbs");
        assert_eq!(taken(&files, "en-GB"), "letter.md.hbs address.md.hbs roll.md.hbs");
        assert_eq!(taken(&["letter.md.hbs", "letter.en-GB.md.hbs"], "en-GB"), "letter.en-GB.md.hbs");
        assert_eq!(taken(&["letter.en.md.hbs", "letter.de.md.hbs"], "fr"), "letter.en.md.hbs");
    }

    #[test]
    fn the_parts_of_a_letter_are_in_one_language() {
        let files = ["letter.txt.hbs", "letter.html.hbs", "letter.de.txt.hbs", "roll.html.hbs", "roll.de.txt.hbs"];
        assert_eq!(taken(&files, "de"), "letter.de.txt.hbs roll.de.txt.hbs");
    }

    #[test]
    fn a_name_with_an_unknown_language_is_reported() {
        let files = ["letter.pt.md.hbs", "letter.de-AT.md.hbs", "roll.en.md.hbs", "roll.md.hbs", "note.pt.md.hbs"];
        let findings = check_names(&sources(&files), "letter", &ENGLISH);
        let helps: Vec<String> =
            findings.iter().filter_map(|finding| Some(finding.fix.as_ref()?.to_string())).collect();
        assert_eq!(
            helps,
            [
                "the languages are de, en, en-GB, es, fr or it",
                "rename it to letter.de.md.hbs",
                "delete this file or templates/roll.md.hbs",
            ]
        );
    }
}
