//! Makes the page that a campaign publishes: its letter for everybody.
//!
//! The page has the words of the letter and nothing of one recipient, unless they are the only one. The leak gate searches
//! it as it searches letters. It must never name a journalist.

use super::letters::Letters;
use super::people;
use super::{Campaign, Settings};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::language::{Addressee as Greeted, Language, zone_name};
use crate::leak_gate::Scope;
use crate::markdown::PageText;
use crate::people::disclosure::Cleared;
use crate::people::recipient::{COLUMNS, Contact, Recipient};
use crate::people::salutation::{closing, salutation};
use crate::people::signature::Counted;
use crate::site::{Addressee, Content, Counts, Html, Letter, Page, PageKind, Statement};
use serde_json::{Map, Value};

/// The template whose letters are statements for the press.
const PRESS: &str = "press";

/// A page to publish, with what it may hold.
pub struct Publication<'l> {
    /// The page.
    pub page: Page<'l>,
    letters: &'l Letters<'l>,
    /// What the recipients named on the page may have in common with signatories.
    own: Vec<Cleared>,
}

impl Campaign {
    /// What the campaign publishes.
    pub fn page_kind(&self) -> PageKind {
        match &*self.settings.template {
            PRESS => PageKind::Press,
            _ => PageKind::Letter,
        }
    }
}

impl Letters<'_> {
    /// The page that the campaign publishes, and what is doubtful with it; after [`Letters::take_findings`], which reports
    /// what is wrong with everything but the recipients.
    ///
    /// # Errors
    /// What is wrong with the page.
    pub fn publication(&self) -> Result<(Publication<'_>, Vec<Finding>), Vec<Finding>> {
        let settings = &self.campaign.settings;
        let kind = self.campaign.page_kind();
        let Some(translations) = &self.maker.translations else { return Err(Vec::new()) };
        let language = settings.language;
        let recipients = match kind {
            PageKind::Press => Vec::new(),
            PageKind::Letter | PageKind::Action => recipients(self.campaign)?,
        };
        let translation = translations.get(language).map_err(<[Finding]>::to_vec)?;
        let mut fields = fields_for_all(&recipients, language)?;
        if kind == PageKind::Press {
            // Whoever reads the page may read it: nothing is published before the embargo ends.
            fields.insert("press".to_owned(), translations.press(language, None));
        }
        let text = translation.renderer.page(fields)?;
        let (html, findings) = translations.files.with_images(&text.html);
        let statement = self.statement(PageText { html, ..text }, language);
        let content = match kind {
            PageKind::Press => Content::Press(statement),
            PageKind::Letter | PageKind::Action => Content::Letter(self.letter(statement, &recipients)),
        };
        let sender = &settings.sender;
        let page = Page {
            language,
            title: &settings.title,
            organisation: &settings.organisation,
            date: settings.date,
            contact: sender.reply_to.as_ref().unwrap_or(&sender.from).email.to_string(),
            content,
        };
        let own = recipients.iter().flat_map(people::own_strings).collect();
        Ok((Publication { page, letters: self, own }, findings))
    }

    fn statement(&self, text: PageText, language: &'static Language) -> Statement<'_> {
        let (settings, roll) = (&self.campaign.settings, &self.signatories.roll);
        Statement {
            text,
            groups: roll.printed(&settings.policy.categories, language, settings.language),
            affiliation_note: if roll.has_identification() { language.affiliation_note } else { "" },
        }
    }

    fn letter<'l>(&'l self, statement: Statement<'l>, recipients: &[Recipient]) -> Letter<'l> {
        let settings = &self.campaign.settings;
        let is_verified = settings.policy.counted == Counted::Verified;
        Letter {
            statement,
            recipients: recipients.iter().map(public_details).collect(),
            counts: self.counts(settings),
            verification_note: if is_verified { settings.language.verification_note } else { "" },
        }
    }

    fn counts(&self, settings: &Settings) -> Counts {
        let (count, as_of) = (&self.signatories.roll.count, self.signatories.counts.as_of);
        let noon = as_of.at(12, 0, 0, 0).to_zoned_datetime(settings.timezone.clone()).unwrap_or_default();
        Counts {
            total: count.total,
            persons: count.persons,
            organisations: count.organisations,
            unverified: count.unverified,
            as_of,
            zone: zone_name(&noon),
        }
    }
}

impl Publication<'_> {
    /// What the leak gate finds in the finished page.
    pub fn search(&self, html: &Html) -> Vec<Finding> {
        let campaign = self.letters.campaign;
        let subject = format!("the page {}", self.page.kind().file());
        let Some(gate) = &self.letters.signatories.gate else {
            return vec![Finding::new(Code::Leak, "the page could not be searched for private data")];
        };
        let scope = Scope { own: &self.own, language: Some(self.page.language), ..Scope::default() };
        let leaks = gate.search_markup(html.searched(), scope).leaks;
        leaks.iter().map(|leak| campaign.leak(leak, &subject)).collect()
    }
}

/// The recipients who get a letter.
fn recipients(campaign: &Campaign) -> Result<Vec<Recipient>, Vec<Finding>> {
    let (mut recipients, mut findings) = (Vec::new(), Vec::new());
    for row in people::recipients(campaign)? {
        match row.and_then(|row| Recipient::read(&row)) {
            Ok(recipient) if recipient.contact() == Contact::Welcome => recipients.push(recipient),
            Ok(_) => {}
            Err(wrong) => findings.extend(wrong),
        }
    }
    if findings.is_empty() { Ok(recipients) } else { Err(findings) }
}

/// What the letter prints of its recipient, as far as it is the same for all of them. A salutation is for one.
fn fields_for_all(recipients: &[Recipient], language: &'static Language) -> Result<Map<String, Value>, Vec<Finding>> {
    let cell = |recipient: &Recipient, column: &str| match column {
        "name" => recipient.name().to_owned(),
        _ => recipient.row().get(column).to_owned(),
    };
    let columns = recipients.first().into_iter().flat_map(|first| first.fields().map(|(column, _)| column));
    let common = |column: &str| {
        let first = recipients.first().map(|first| cell(first, column)).unwrap_or_default();
        if recipients.iter().all(|other| cell(other, column) == first) { first } else { String::new() }
    };
    let cells = columns.chain(COLUMNS.iter().copied()).map(|column| (column.to_owned(), common(column).into()));
    let mut cells: Map<String, Value> = cells.collect();
    cells.insert("language".to_owned(), language.tag.into());
    let greeting = match recipients {
        [one] => salutation(one, language).map_err(|finding| vec![finding])?,
        _ => String::new(),
    };
    let ending = match recipients {
        [one] => closing(one, language, &greeting),
        _ => match &*common("closing") {
            "" => (language.closing)(&(language.salutation)(&Greeted::default()).unwrap_or_default()),
            cell => cell.to_owned(),
        },
    };
    Ok(Map::from_iter([
        ("recipient".to_owned(), Value::Object(cells)),
        ("salutation".to_owned(), greeting.into()),
        ("closing".to_owned(), ending.into()),
    ]))
}

/// What the page says of a recipient.
fn public_details(recipient: &Recipient) -> Addressee {
    let cell = |column: &str| recipient.row().get(column).to_owned();
    Addressee { name: recipient.name().to_owned(), title: cell("title"), company: cell("company") }
}
