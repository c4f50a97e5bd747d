//! Makes the page that a campaign publishes: its letter for everybody, or in individual mode a letter to each recipient that
//! anybody can send.
//!
//! The page of a letter has nothing of one recipient, unless they are the only one. The leak gate searches a page as it
//! searches letters. It must never name a journalist, nor a supporter in whose name letters go out.

use super::letters::Letters;
use super::people;
use super::translations::Translations;
use super::{Campaign, Mode};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::language::{Addressee as Greeted, Language};
use crate::leak_gate::Scope;
use crate::markdown::PageText;
use crate::people::disclosure::Cleared;
use crate::people::recipient::{COLUMNS, Contact, Recipient};
use crate::people::salutation::{closing, salutation};
use crate::people::signature::Counted;
use crate::people::supporter::Supporter;
use crate::site::{Addressee, Content, Html, Letter, OpenLetter, Page, PageKind, Statement};
use serde_json::{Map, Value};

/// The template whose letters are statements for the press.
const PRESS: &str = "press";

/// A page to publish, with what it may hold.
pub struct Publication<'l, 'c> {
    /// The page.
    pub page: Page<'l>,
    pub(super) letters: &'l Letters<'c>,
    /// What the recipients named on the page may have in common with signatories.
    pub(super) own: Vec<Cleared>,
    /// The fields that the text was rendered with, to render it for paper too.
    pub(super) fields: Map<String, Value>,
}

impl Campaign {
    /// What the campaign publishes.
    pub fn page_kind(&self) -> PageKind {
        match (self.settings.mode, &*self.settings.template) {
            (Mode::Individual, _) => PageKind::Action,
            (Mode::Joint, PRESS) => PageKind::Press,
            (Mode::Joint, _) => PageKind::Letter,
        }
    }
}

impl<'c> Letters<'c> {
    /// The page that the campaign publishes, and what is doubtful with it; after [`Letters::take_findings`], which reports
    /// what is wrong with everything but the recipients.
    ///
    /// # Errors
    /// What is wrong with the page.
    pub fn publication(&self) -> Result<(Publication<'_, 'c>, Vec<Finding>), Vec<Finding>> {
        let settings = &self.campaign.settings;
        let kind = self.campaign.page_kind();
        let language = settings.language;
        let (mut findings, mut fields) = (Vec::new(), Map::new());
        let recipients = match kind {
            PageKind::Press => Vec::new(),
            PageKind::Letter | PageKind::Action | PageKind::Record => recipients(self.campaign)?,
        };
        let content = match kind {
            PageKind::Press => {
                fields = fields_for_all(&[], language)?;
                // Whoever reads the page may read it: nothing is published before the embargo ends.
                fields.extend(self.translations()?.values.released(language));
                Content::Press(self.statement(fields.clone(), &mut findings)?)
            }
            // The record has the letter's recipients, and is beside it.
            PageKind::Letter | PageKind::Record => {
                fields = fields_for_all(&recipients, language)?;
                // Their address is not published, even if the letter to them alone prints it.
                if let Some(Value::Object(cells)) = fields.get_mut("recipient") {
                    cells.insert("email".to_owned(), "".into());
                }
                let statement = self.statement(fields.clone(), &mut findings)?;
                Content::Letter(self.letter(statement, &recipients))
            }
            PageKind::Action => Content::Action(self.open_letters(&recipients, &mut findings)?),
        };
        let own = recipients.iter().flat_map(people::own_strings).collect();
        Ok((Publication { page: self.page_of(content), letters: self, own, fields }, findings))
    }

    /// A page of the campaign with this content.
    pub(super) fn page_of<'l>(&'l self, content: Content<'l>) -> Page<'l> {
        let settings = &self.campaign.settings;
        let sender = &settings.sender;
        Page {
            language: settings.language,
            title: &settings.title,
            organisation: &settings.organisation,
            date: settings.date,
            edition: settings.edition,
            contact: sender.reply_to.as_ref().unwrap_or(&sender.from).email.to_string(),
            content,
        }
    }

    /// What letters are made from; without it, what is wrong was reported.
    pub(super) fn translations(&self) -> Result<&Translations<'c>, Vec<Finding>> {
        self.maker.translations.as_ref().ok_or_else(Vec::new)
    }

    /// The text for everybody, with the signatures.
    fn statement(
        &self,
        fields: Map<String, Value>,
        findings: &mut Vec<Finding>,
    ) -> Result<Statement<'_>, Vec<Finding>> {
        let (settings, roll, translations) = (&self.campaign.settings, &self.signatories.roll, self.translations()?);
        let language = settings.language;
        let text = translations.get(language).map_err(<[Finding]>::to_vec)?.renderer.page(fields)?;
        let (html, of_images) = translations.files.with_images(&text.html);
        findings.extend(of_images);
        Ok(Statement {
            text: PageText { html, ..text },
            groups: roll.printed(&settings.policy.categories, language, language),
            affiliation_note: if roll.has_identification() { language.affiliation_note } else { "" },
        })
    }

    /// A letter to each recipient in their language, without a supporter.
    fn open_letters(
        &self,
        recipients: &[Recipient],
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<OpenLetter>, Vec<Finding>> {
        let (mut letters, mut wrong) = (Vec::new(), Vec::new());
        for recipient in recipients {
            let (translation, missing) = self.translations()?.of(recipient);
            findings.extend(missing);
            let renderer = &translation.map_err(<[Finding]>::to_vec)?.renderer;
            let language = renderer.language();
            let letter = fields_for_all(std::slice::from_ref(recipient), language)
                .and_then(|fields| renderer.open_letter(with_anybody(fields, language), &place(recipient)));
            let (subject, text) = match letter {
                Ok((subject, text)) => (subject, text.flowing.trim_end().to_owned()),
                Err(found) => {
                    wrong.extend(found);
                    continue;
                }
            };
            wrong.extend(self.leaks_in(&subject, &text, recipient, language));
            let (mut to, address) = (public_details(recipient), recipient.address().to_string());
            if to.is_empty() {
                to.name.clone_from(&address);
            }
            letters.push(OpenLetter { to, address, subject, text, language });
        }
        if wrong.is_empty() { Ok(letters) } else { Err(wrong) }
    }

    /// The leaks in a letter to a recipient, which may hold what is theirs.
    fn leaks_in(&self, subject: &str, text: &str, recipient: &Recipient, language: &'static Language) -> Vec<Finding> {
        let Some(gate) = &self.signatories.gate else { return Vec::new() };
        let own = people::own_strings(recipient);
        let scope = Scope { own: &own, language: Some(language), ..Scope::default() };
        let leaks = [subject, text].into_iter().flat_map(|text| gate.search_text(text, scope).leaks);
        leaks.map(|leak| self.campaign.leak(&leak, "the letter to this recipient").at(place(recipient))).collect()
    }

    fn letter<'l>(&'l self, statement: Statement<'l>, recipients: &[Recipient]) -> Letter<'l> {
        let settings = &self.campaign.settings;
        let is_verified = settings.policy.counted == Counted::Verified;
        Letter {
            statement,
            recipients: recipients.iter().map(public_details).filter(|to| !to.is_empty()).collect(),
            counts: self.campaign.dated_count(&self.signatories),
            verification_note: if is_verified { settings.language.verification_note } else { "" },
        }
    }
}

impl Publication<'_, '_> {
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

/// The same fields, with whoever sends the letter in the place of a supporter.
fn with_anybody(mut fields: Map<String, Value>, language: &Language) -> Map<String, Value> {
    let name = |field: &str| if field == "name" { language.page.your_name } else { "" };
    let signatory = Supporter::FIELDS.iter().map(|field| ((*field).to_owned(), name(field).into()));
    fields.insert("signatory".to_owned(), Value::Object(signatory.collect()));
    fields
}

/// A recipient's row.
fn place(recipient: &Recipient) -> Place {
    let row = recipient.row();
    Place::line(row.file(), row.line())
}

/// What the page says of a recipient.
fn public_details(recipient: &Recipient) -> Addressee {
    let cell = |column: &str| recipient.row().get(column).to_owned();
    Addressee { name: recipient.name().to_owned(), title: cell("title"), company: cell("company") }
}
