//! Makes letters for paper: the words of a letter as pages, searched like its other parts.
//!
//! Only letters that carry their pages, or that were asked for, are typeset. No page may hold a word that the leak gate has
//! not seen: the letter's own were searched in its text, and what a template of the campaign's own adds is searched here.

use super::files::Carried;
use super::making::{Maker, Order};
use super::{Campaign, Letters, Settings, toml_source};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::own;
use crate::language::Language;
use crate::leak_gate::{Gate, Leak, Scope};
use crate::message::file_part::FilePart;
use crate::message::identity::file_name;
use crate::paper::{FOLDER, FONTS, Glyph, PageError, PaperRoll, PaperSize, Sheet, TEMPLATE_FILE, Typesetter};
use crate::people::roll::Roll;
use crate::people::signature::Counted;
use crate::template::{OwnFields, Source};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What letters for paper are made with.
pub(super) struct Typesetting<'c> {
    sources: PageSources<'c>,
    roll: Arc<Roll>,
    wanted: Wanted<'c>,
    typesetter: OnceLock<Result<Typesetter, Box<Finding>>>,
}

/// Which letters were asked for.
enum Wanted<'c> {
    Nothing,
    All,
    /// By id or number.
    These(&'c [String]),
}

/// The longest name of an attached page, in characters without its ending.
const LONGEST_NAME: usize = 80;

impl<'c> Typesetting<'c> {
    pub(super) fn new(campaign: &'c Campaign, roll: Arc<Roll>) -> Self {
        Typesetting { sources: campaign.page_sources(), roll, wanted: Wanted::Nothing, typesetter: OnceLock::new() }
    }

    fn is_wanted(&self, id: &str, number: u32) -> bool {
        match self.wanted {
            Wanted::Nothing => false,
            Wanted::All => true,
            Wanted::These(names) => names.iter().any(|name| name == id || *name == number.to_string()),
        }
    }

    pub(super) fn typesetter(&self) -> Result<&Typesetter, Vec<Finding>> {
        let typesetter = self.typesetter.get_or_init(|| self.sources.typesetter());
        typesetter.as_ref().map_err(|finding| vec![(**finding).clone()])
    }

    /// The finding for a character that no font has, at the place that it comes from.
    fn no_font(&self, order: &Order<'_>, glyph: &Glyph) -> Finding {
        let row = order.pair.recipient.row();
        match row.cells().find(|(_, cell)| cell.contains(glyph.character)) {
            Some((column, _)) => no_font(glyph).at(row.place(column)),
            None => self.sources.no_font(glyph, &self.roll),
        }
    }
}

/// The texts and files of a campaign that its pages are made from.
pub(super) struct PageSources<'c> {
    dir: &'c Path,
    fonts: PathBuf,
    /// The settings' text, the templates, and the letter's page template if the campaign has its own.
    settings: &'c str,
    templates: &'c [Source],
    page_template: Option<&'c str>,
    /// The signatory list.
    signatories: &'c str,
}

impl Campaign {
    pub(super) fn page_sources(&self) -> PageSources<'_> {
        PageSources {
            dir: &self.dir,
            fonts: self.font_folder(),
            settings: &self.text,
            templates: &self.templates,
            page_template: self.page_template.as_deref(),
            signatories: &self.settings.signatories.file,
        }
    }

    /// The folder whose `fonts/` are the campaign's: its own, or that of the list which it shares with another campaign.
    pub(super) fn font_folder(&self) -> PathBuf {
        let list = self.dir.join(&self.settings.signatories.file);
        let of_list = list.parent().filter(|folder| folder.join(FONTS).is_dir());
        match of_list {
            Some(folder) if !self.dir.join(FONTS).is_dir() => folder.to_owned(),
            _ => self.dir.clone(),
        }
    }
}

impl PageSources<'_> {
    pub(super) fn typesetter(&self) -> Result<Typesetter, Box<Finding>> {
        Typesetter::new(self.page_template.map(str::to_owned), self.dir, &self.fonts)
    }

    /// The finding for a character that no font has, at its place in a template, the settings or the signatory list.
    pub(super) fn no_font(&self, glyph: &Glyph, roll: &Roll) -> Finding {
        let finding = no_font(glyph);
        let templates = self.templates.iter().map(|source| (&*source.file, &*source.text));
        let mut texts = templates.chain([(toml_source::FILE, self.settings)]);
        if let Some((file, text, at)) = texts.find_map(|(file, text)| Some((file, text, text.find(glyph.character)?))) {
            return finding.at(Place::in_text(file, text, at));
        }
        let has = |cell: &String| cell.contains(glyph.character);
        let signed = roll
            .signatures()
            .find(|signed| [&signed.name, &signed.role, &signed.affiliation, &signed.place].into_iter().any(has));
        let finding = finding.at(Place::file(self.signatories));
        match signed {
            Some(signed) => finding.quote(&*signed.name),
            None => finding,
        }
    }
}

fn no_font(glyph: &Glyph) -> Finding {
    let Glyph { character, script } = glyph;
    let code = u32::from(*character);
    let what = format!("no font has “{character}” (U+{code:04X}, {script}), which would be printed as a box");
    let help =
        "put a font that has it, a .ttf or .otf file, into fonts/; fonts.google.com/noto has them for every script";
    Finding::new(Code::Font, own(what)).help(help)
}

impl Maker<'_> {
    /// Typesets a letter if it carries its pages, or they were asked for. Returns them in the second case. What is wrong is
    /// reported.
    pub(super) fn typeset(&self, order: &mut Order<'_>, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
        let is_wanted = self.typesetting.is_wanted(&order.id, order.pair.number);
        if !self.settings.pages.are_attached && !is_wanted {
            return None;
        }
        let pdf = self.pages(order, findings)?;
        if self.settings.pages.are_attached {
            let file = format!("{FOLDER}/{}", pdf_name(order.pair.number, &order.id));
            let part = FilePart::named(&file, &page_name(&self.settings.title), &pdf);
            order.pages = Some(Arc::new(Carried::made(part)));
        }
        Some(pdf).filter(|_| is_wanted)
    }

    fn pages(&self, order: &Order<'_>, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
        let typesetting = &self.typesetting;
        let sheet = self.sheet(order, findings)?;
        let typeset = typesetting.typesetter().map_err(PageError::Other).and_then(|with| with.typeset(&sheet));
        let pages = match typeset {
            Ok(pages) => pages,
            Err(PageError::NoFont(glyphs)) => {
                findings.extend(glyphs.iter().map(|glyph| typesetting.no_font(order, glyph)));
                return None;
            }
            Err(PageError::Other(wrong)) => {
                findings.extend(wrong);
                return None;
            }
        };
        if !pages.added.is_empty() {
            let (own, writer) = (order.own_strings(), order.writer_strings());
            let language = Some(order.translation.renderer.language());
            let scope = Scope { own: &own, writer: &writer, language, ..Scope::default() };
            findings.extend(self.settings.leaks_added(self.gate.as_ref()?, &pages.added, scope));
        }
        Some(pages.pdf)
    }

    /// The letter's text for paper. What is wrong with it is reported with the letter itself.
    fn sheet(&self, order: &Order<'_>, findings: &mut Vec<Finding>) -> Option<Sheet> {
        let (settings, renderer, place) = (self.settings, &order.translation.renderer, order.place());
        let Some(text) = renderer.paper(order.all(), &place) else {
            let what = "a PDF can only be made of a letter that is written in Markdown";
            let file = format!("templates/{}.txt.hbs", settings.template);
            let help = "rename it so that it ends in .md.hbs: its paragraphs stay as they are";
            findings.push(Finding::new(Code::Page, what).at(Place::file(file)).help(help));
            return None;
        };
        let text = match text {
            Ok(text) => text,
            Err(wrong) => {
                findings.extend(wrong.into_iter().filter(|finding| finding.code == Code::Page));
                return None;
            }
        };
        let rendered = renderer.print(order.all(), &place).ok()?;
        let language = renderer.language();
        Some(Sheet {
            title: rendered.subject,
            organisation: settings.organisation.clone(),
            language,
            size: settings.pages.size.unwrap_or(PaperSize::of(language)),
            date: settings.date,
            letterhead: text.letterhead,
            address: text.address,
            body: text.body,
            roll: Arc::clone(order.translation.paper_roll.get_or_init(|| Arc::new(self.paper_roll(language)))),
            text: rendered.text,
        })
    }

    pub(super) fn paper_roll(&self, language: &'static Language) -> PaperRoll {
        let (settings, roll) = (self.settings, &self.typesetting.roll);
        let groups = roll.printed(&settings.policy.categories, language, settings.language);
        let is_verified = settings.policy.counted == Counted::Verified;
        let affiliation = format!("* {}", language.affiliation_note);
        PaperRoll::of(
            &groups,
            &[
                if is_verified { language.verification_note } else { "" },
                if roll.has_identification() { &affiliation } else { "" },
            ],
        )
    }
}

impl Settings {
    /// The leaks in the lines that the campaign's own template adds to a page.
    pub(super) fn leaks_added(&self, gate: &Gate, added: &[String], scope: Scope<'_>) -> Vec<Finding> {
        let leaks = gate.search_text(&added.join("\n\n"), scope).leaks;
        let finding = |leak: &Leak| {
            leak.finding("what this template adds to the letter", self.allow_file.as_deref())
                .at(Place::file(TEMPLATE_FILE))
        };
        leaks.iter().map(finding).collect()
    }
}

impl Order<'_> {
    /// The letter's attachments: its pages first.
    pub(super) fn attachments(&self, values: &[String]) -> Result<Vec<Arc<Carried>>, Vec<Finding>> {
        let others = self.translation.attaching.attachments(values, &self.place())?;
        Ok(self.pages.iter().cloned().chain(others).collect())
    }
}

impl<'c> Letters<'c> {
    /// The same letters, and also the pages of those with these ids or numbers; without any, of all.
    pub fn for_paper(mut self, names: &'c [String]) -> Self {
        self.maker.typesetting.wanted = if names.is_empty() { Wanted::All } else { Wanted::These(names) };
        self
    }
}

/// The name of the file of a letter's pages.
pub fn pdf_name(number: u32, id: &str) -> String {
    file_name(number, id).replace(".eml", ".pdf")
}

/// A file name from a title: without characters that Windows does not take, and of a moderate length.
fn page_name(title: &str) -> String {
    let spaced: String =
        title.chars().map(|c| if "/\\:*?\"<>|".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let mut name = String::new();
    for word in spaced.split_whitespace() {
        if !name.is_empty() && name.chars().count() + 1 + word.chars().count() > LONGEST_NAME {
            break;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().take(LONGEST_NAME));
    }
    let name = name.trim_matches(['.', ' ', ',', ';']);
    format!("{}.pdf", if name.is_empty() { "letter" } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_named_after_the_campaign() {
        assert_eq!(
            page_name("The exploitation of children is not entertainment"),
            "The exploitation of children is not entertainment.pdf"
        );
        assert_eq!(page_name("Kein Spiel: „Ende“ / Anfang?"), "Kein Spiel „Ende“ Anfang.pdf");
        assert_eq!(page_name("..."), "letter.pdf");
        let long = page_name(&"word, ".repeat(40));
        assert!(long.len() <= 84 && long.ends_with("word.pdf"), "{long}");
        assert_eq!(page_name(&"x".repeat(300)).len(), 84);
    }
}
