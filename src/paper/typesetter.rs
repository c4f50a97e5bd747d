//! Typesets letters one by one with what they share: fonts, templates, images. Typesets lists of signatures with the same
//! fonts.

use super::fonts::Fonts;
use super::frames;
use super::list::SignatureList;
use super::sheet::Sheet;
use super::world::{Shared, Template, View};
use super::{Glyph, PageError, Pages, TEMPLATE_FILE};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, spans};
use crate::message::identity::Digest;
use jiff::civil::Date;
use serde_json::Value;
use std::path::Path;
use typst::WorldExt;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use unicode_script::{Script, UnicodeScript};

/// The built-in template of the page.
const TEMPLATE: &str = include_str!("letter.typ");

/// How many letters a shared piece of layout, such as the roll, is kept for without being used.
const KEPT: usize = 1;

/// Makes the pages of one campaign's letters.
pub struct Typesetter {
    shared: Shared,
    has_own_template: bool,
}

impl Typesetter {
    /// `template` is the campaign's own page template, if it has one. Its images are in `dir`, and its fonts in `fonts`.
    ///
    /// # Errors
    /// A font cannot be read, or is not a font.
    pub fn new(template: Option<String>, dir: &Path, fonts: &Path) -> Result<Typesetter, Box<Finding>> {
        let has_own_template = template.is_some();
        let template = template.unwrap_or_else(|| TEMPLATE.to_owned());
        Ok(Typesetter { shared: Shared::new(template, Fonts::load(fonts)?, dir), has_own_template })
    }

    /// Typesets one letter.
    ///
    /// # Errors
    /// A character has no font, or the campaign's own template is wrong.
    pub fn typeset(&self, sheet: &Sheet) -> Result<Pages, PageError> {
        let words = sheet.words();
        let json = sheet.to_json(&self.shared.fonts.families);
        let (document, pdf) = self.compile(Template::Letter, &json, &words, sheet.date, sheet.digest())?;
        Ok(Pages { pdf, added: added(sheet, &words, &frames::lines(&document)) })
    }

    /// Typesets a list of signatures.
    ///
    /// # Errors
    /// Characters have no font.
    pub fn list(&self, list: &SignatureList<'_>) -> Result<Vec<u8>, PageError> {
        let words = list.words();
        let json = list.to_json(&self.shared.fonts.families);
        let ident = Digest::of(words.as_bytes()).to_string();
        self.compile(Template::Signatures, &json, &words, list.date, ident).map(|(_, pdf)| pdf)
    }

    /// Typesets what one of the templates makes of this value, and returns it with its bytes as PDF. `words` are all texts in
    /// it; `ident` identifies the file.
    fn compile(
        &self,
        template: Template,
        json: &Value,
        words: &str,
        date: Date,
        ident: String,
    ) -> Result<(PagedDocument, Vec<u8>), PageError> {
        let missing = self.shared.fonts.missing(words);
        if !missing.is_empty() {
            return Err(PageError::NoFont(missing.into_iter().map(no_font).collect()));
        }
        let view = View { shared: &self.shared, template, data: Bytes::from_string(json.to_string()) };
        let fail = |errors: typst::ecow::EcoVec<SourceDiagnostic>| {
            PageError::Other(errors.iter().map(|error| self.finding(&view, error)).collect())
        };
        let typeset = typst::compile::<PagedDocument>(&view).output.map_err(fail).and_then(|document| {
            if let Some(character) = frames::boxed(&document) {
                return Err(PageError::NoFont(vec![no_font(character)]));
            }
            let date = Datetime::from_ymd(date.year().into(), date.month() as u8, date.day() as u8);
            let options = PdfOptions {
                ident: Smart::Custom(ident),
                creator: Smart::Custom(Some("openletter".to_owned())),
                timestamp: date.map(Timestamp::new_utc),
                standards: PdfStandards::new(&[PdfStandard::Ua_1])
                    .unwrap_or_else(|_| unreachable!("one standard has no conflict")),
                ..PdfOptions::default()
            };
            let pdf = typst_pdf::pdf(&document, &options).map_err(fail)?;
            Ok((document, pdf))
        });
        typst::comemo::evict(KEPT);
        typeset
    }

    fn finding(&self, view: &View<'_>, error: &SourceDiagnostic) -> Finding {
        let is_own = self.has_own_template && view.template == Template::Letter;
        let what = spans!["the page cannot be typeset: ", file_text(error.message.to_string())];
        let finding = Finding::new(Code::Page, what);
        let place = error.span.id().zip(view.range(error.span)).and_then(|(id, range)| {
            let source = typst::World::source(view, id).ok()?;
            let (line, column) = source.lines().byte_to_line_column(range.start)?;
            let name = id.get().vpath().get_without_slash().to_owned();
            Some(Place::at(format!("templates/{name}"), line as u32 + 1, column as u32 + 1))
        });
        let finding = match place {
            Some(place) if is_own && place.file == TEMPLATE_FILE => finding.at(place),
            _ if is_own => finding.at(Place::file(TEMPLATE_FILE)),
            _ => finding,
        };
        match error.hints.first() {
            Some(hint) => finding.help(file_text(hint.v.to_string())),
            None if is_own => finding.help("compare it with the built-in template: docs/paper.md"),
            None => finding.help("this is a bug in openletter: please report it"),
        }
    }
}

/// The lines that are not in the letter's words. A line break can be anywhere, so spaces do not count; nor do the marks and
/// numbers of lists, and asterisks.
fn added(sheet: &Sheet, words: &str, pages: &[Vec<String>]) -> Vec<String> {
    let is_text = |c: &char| !c.is_whitespace() && *c != '*';
    let without_spaces = |text: &str| -> String { text.chars().filter(is_text).collect() };
    let known = without_spaces(words);
    let mut added = Vec::new();
    for (number, lines) in (1..).zip(pages) {
        let page_of = without_spaces(&sheet.page_of(number, pages.len()));
        for line in lines {
            let bare = without_spaces(line);
            let text = bare.trim_start_matches(|c: char| !c.is_alphabetic());
            if !known.contains(text) && bare != page_of {
                added.push(line.clone());
            }
        }
    }
    added
}

fn no_font(character: char) -> Glyph {
    let script = match character.script() {
        Script::Common | Script::Inherited | Script::Unknown => "a symbol".to_owned(),
        script => script.full_name().replace('_', " "),
    };
    Glyph { character, script }
}
