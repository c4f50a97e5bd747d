//! The letter in each of its languages.
//!
//! A letter is in one language: the one of its template, which its salutation, closing, dates and roll follow. A recipient
//! whose language has no template gets the letter in the campaign's language, never a foreign salutation around it.

use super::assembly::Assembly;
use super::attaching::Attaching;
use super::clipping::clipped;
use super::files::Files;
use super::shared_values::SharedValues;
use super::{Campaign, Settings, SignatoryList};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, file_text, quoted, spans};
use crate::language::{self, ENGLISH, Language};
use crate::markdown::Images;
use crate::paper::PaperRoll;
use crate::people::category::Category;
use crate::people::recipient::Recipient;
use crate::template::schema::Shape;
use crate::template::{Format, Renderer, Source, check_names, compile, for_language};
use std::sync::{Arc, OnceLock};

/// The letter in one language.
pub(super) struct Translation<'c> {
    pub(super) renderer: Renderer<'c>,
    pub(super) attaching: Attaching,
    /// What is wrong with the files that all letters in this language carry.
    findings: Vec<Finding>,
    /// The parts that letters in this language share, made with the first letter.
    pub(super) assembly: OnceLock<Option<Assembly>>,
    /// The roll for paper, made with the first letter that is typeset.
    pub(super) paper_roll: OnceLock<Arc<PaperRoll>>,
}

/// The letter in each of its languages. Those with templates of their own are compiled first, the others when a letter needs them.
pub(super) struct Translations<'c> {
    settings: &'c Settings,
    sources: &'c [Source],
    pub(super) values: SharedValues<'c>,
    shape: Shape,
    pub(super) files: Arc<Files>,
    /// By the rank of the language.
    made: [OnceLock<Result<Translation<'c>, Vec<Finding>>>; language::ALL.len()],
    /// Whether the letter in the campaign's language reads the recipient's, so that it can be in each of several.
    reads_language: bool,
}

impl<'c> Translations<'c> {
    /// Compiles the letter in every language in which the campaign has a template for it. `shape` is everything in its scope.
    ///
    /// # Errors
    /// What is wrong in the templates.
    pub(super) fn new(
        campaign: &'c Campaign,
        signatories: &SignatoryList,
        shape: Shape,
        files: Arc<Files>,
    ) -> Result<Self, Vec<Finding>> {
        let (settings, sources) = (&campaign.settings, campaign.templates.as_slice());
        let mut findings = check_names(sources, &settings.template, settings.language);
        let (roll, counts) = (Arc::clone(&signatories.roll), Arc::clone(&signatories.counts));
        let values = SharedValues { settings, roll, counts };
        let made = [const { OnceLock::new() }; language::ALL.len()];
        let mut translations = Translations { settings, sources, values, shape, files, made, reads_language: false };
        for language in language::ALL {
            if language == settings.language || translations.versions().any(|(_, version)| version == language) {
                match translations.get(language) {
                    Ok(translation) if language == settings.language => {
                        translations.reads_language = translation.renderer.reads_language();
                    }
                    Ok(_) => {}
                    Err(wrong) => findings.extend_from_slice(wrong),
                }
            }
        }
        findings.sort();
        findings.dedup();
        if findings.is_empty() { Ok(translations) } else { Err(findings) }
    }

    /// What is wrong with the files that letters carry whoever gets them.
    pub(super) fn findings_of_files(&self) -> Vec<Finding> {
        let mut findings: Vec<_> = self.all_made().flat_map(|made| made.findings.iter().cloned()).collect();
        findings.sort();
        findings.dedup();
        findings
    }

    /// Whether letters to different recipients carry different files.
    pub(super) fn attaches_by_recipient(&self) -> bool {
        self.settings.pages.are_attached || self.all_made().any(|made| made.attaching.differs())
    }

    fn all_made(&self) -> impl Iterator<Item = &Translation<'c>> {
        self.made.iter().filter_map(|made| made.get()?.as_ref().ok())
    }

    /// The templates of the letter that name a language, with it.
    fn versions(&self) -> impl Iterator<Item = (&Source, &'static Language)> {
        let letter = &*self.settings.template;
        let versions = self.sources.iter().filter(move |source| source.base_name() == letter);
        versions.filter_map(|source| Some((source, source.language()?)))
    }

    /// Returns the letter for a recipient, and a warning if it is not in their language.
    pub(super) fn of(&self, recipient: &Recipient) -> (Result<&Translation<'c>, &[Finding]>, Option<Finding>) {
        let campaign = self.settings.language;
        let wanted = Language::of_recipient(recipient.language(), campaign);
        let has_version = || self.versions().any(|(_, version)| version.is_variety_of(wanted));
        if wanted.is_variety_of(campaign) || self.reads_language || has_version() {
            return (self.get(wanted), None);
        }
        let letter = || file_text(&*self.settings.template);
        let ending = self.sources.iter().find(|source| source.base_name() == self.settings.template);
        let ending = ending.map_or(Format::Markdown, |source| source.format).ending();
        let what = spans![
            "there is no letter in ",
            wanted.name,
            ", so this recipient gets the one in ",
            campaign.name,
            ", with its salutation"
        ];
        let help = spans!["write templates/", letter(), ".", wanted.tag, ending];
        let row = recipient.row();
        let finding = Finding::new(Code::LanguageMissing, what).at(Place::line(row.file(), row.line())).help(help);
        (self.get(campaign), Some(finding))
    }

    pub(super) fn get(&self, language: &'static Language) -> Result<&Translation<'c>, &[Finding]> {
        let made = self.made[language.rank()].get_or_init(|| {
            let settings = self.settings;
            let sources = for_language(self.sources, &settings.template, language, settings.language);
            let template = compile(&sources, &settings.template, language, &self.shape)?;
            let values = self.values.clone();
            let images = Arc::clone(&self.files) as Arc<dyn Images>;
            let renderer = Renderer::new(template, move || values.in_letters(language), images)?;
            let mut findings = Vec::new();
            let files = Arc::clone(&self.files);
            let attaching = Attaching::new(files, settings, renderer.attach_lines(), &mut findings);
            let (assembly, paper_roll) = (OnceLock::new(), OnceLock::new());
            Ok(Translation { renderer, attaching, findings, assembly, paper_roll })
        });
        made.as_ref().map_err(Vec::as_slice)
    }

    /// Warns about letters in a language with an HTML part of this size that Gmail does not show whole.
    pub(super) fn clipped(&self, language: &'static Language, html: usize) -> Option<Finding> {
        let roll = self.get(language).ok()?.renderer.roll_html();
        clipped(html, roll.len(), self.values.roll.count.listed, language)
    }

    /// Warns of the press sheet's sentences, which are English, in another language.
    fn english_sentences(&self, language: &'static Language) -> Vec<Finding> {
        let is_foreign = !language.is_variety_of(&ENGLISH);
        let sources = self.sources.iter().filter(|source| is_foreign && source.text.contains("press.sentences"));
        let finding = |source: &Source| {
            let what = spans!["`press.sentences` are in English, and letters in ", language.name, " print them"];
            let help = "write them yourself, with the numbers in {{count.total}} and the like";
            Finding::new(Code::LanguageMissing, what).at(Place::file(&*source.file)).help(help)
        };
        sources.map(finding).collect()
    }

    /// Reports what is not translated in the letters in a language: the categories' words, and a roll of the campaign's own.
    pub(super) fn unfinished(&self, language: &'static Language) -> Vec<Finding> {
        let settings = self.settings;
        if language.is_variety_of(settings.language) {
            return self.english_sentences(language);
        }
        let is_counted = |key: &str| {
            self.values.roll.groups.iter().any(|group| settings.policy.categories.name(&group.category) == key)
        };
        let untranslated = settings.policy.categories.untranslated(language, settings.language);
        let untranslated: Vec<_> = untranslated.filter(|category| is_counted(&category.key)).collect();
        let mut findings = Vec::new();
        if !untranslated.is_empty() {
            let nouns = untranslated.iter().map(|category| quoted(&*category.many));
            let what = spans![
                "letters in ",
                language.name,
                " print these categories untranslated: ",
                Spans::joined(nouns, ", ")
            ];
            let entry = |category: &&Category| {
                spans!["\n", quoted(&*category.key), " = { …, ", language.tag, " = { one = \"…\", many = \"…\" } }"]
            };
            let help = untranslated
                .iter()
                .map(entry)
                .fold(spans!["add the words to [categories] in campaign.toml:"], |help, entry| spans![help, entry]);
            let place = Place::file(super::toml_source::FILE);
            findings.push(Finding::new(Code::CategoryLanguage, what).at(place).help(help));
        }
        let roll = self.sources.iter().filter(|source| source.name == "roll" && has_words(source));
        let has_own = self.sources.iter().any(|source| {
            source.base_name() == "roll" && source.language().is_some_and(|version| version.is_variety_of(language))
        });
        findings.extend(roll.filter(|_| !has_own).map(|source| {
            let what = spans!["letters in ", language.name, " have this roll, which is in ", settings.language.name];
            let help = spans!["write templates/roll.", language.tag, source.format.ending()];
            Finding::new(Code::LanguageMissing, what).at(Place::file(&*source.file)).help(help)
        }));
        findings
    }
}

/// Whether a roll has words of its own, and does not choose them by the language.
fn has_words(source: &Source) -> bool {
    let text = source.static_text();
    let mut in_tag = false;
    let mut words = text.chars().filter(|c| {
        in_tag = match c {
            '<' if source.format == Format::Html => true,
            '>' => false,
            _ => in_tag,
        };
        !in_tag
    });
    words.any(char::is_alphabetic) && !source.text.contains("recipient.language")
}
