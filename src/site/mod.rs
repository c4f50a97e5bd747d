//! Static pages for the web: the letter with its signatures, the statement for the press, the page where others write
//! themselves, the record of who was written to.
//!
//! A page loads nothing and is the same on every run. Its policy (Content Security Policy Level 3) allows its own style sheet
//! and, where it has one, its own script, by their digests. Every text of a campaign is escaped, and is passed on to be
//! searched for private data ([`Html::searched`]); what the program says itself is not.

mod action;
mod folder;
mod frame;
mod letter;
mod mailto;
mod markup;
mod record;

pub use folder::{SiteError, write};
pub use frame::{Frame, PDF};
pub use letter::UNFOLDED;
pub use mailto::{LONGEST, Mailto};
pub use markup::Html;

use crate::language::{Language, PageWords};
use crate::markdown::PageText;
use crate::people::count::DatedCount;
use crate::people::roll::PrintedGroup;
use crate::press::record::Record;
use jiff::civil::Date;

/// What a page is, which decides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// The letter.
    Letter,
    /// The statement for the press.
    Press,
    /// The page where others write themselves.
    Action,
    /// To whom the letter went, and what came back.
    Record,
}

impl PageKind {
    /// Its file.
    pub fn file(self) -> &'static str {
        match self {
            PageKind::Letter => "index.html",
            PageKind::Press => "press.html",
            PageKind::Action => "act.html",
            PageKind::Record => "record.html",
        }
    }

    /// What links to it say.
    fn word(self, words: &PageWords) -> &'static str {
        match self {
            PageKind::Letter => words.letter,
            PageKind::Press => words.press,
            PageKind::Action => words.action,
            PageKind::Record => words.record,
        }
    }
}

/// What a campaign publishes.
pub struct Page<'c> {
    /// The language of the letter.
    pub language: &'static Language,
    /// The campaign's title.
    pub title: &'c str,
    /// Who writes.
    pub organisation: &'c str,
    /// The date on the letter.
    pub date: Date,
    /// Which edition of the letter it is, from 1.
    pub edition: u32,
    /// Where to write to the campaign.
    pub contact: String,
    /// The page's own part.
    pub content: Content<'c>,
}

/// What differs by the kind of the page.
pub enum Content<'c> {
    /// The letter.
    Letter(Letter<'c>),
    /// The statement for the press.
    Press(Statement<'c>),
    /// A letter to each recipient, for others to send.
    Action(Vec<OpenLetter>),
    /// To whom the letter went, and what came back.
    Record(Record),
}

/// A text with its signatures.
pub struct Statement<'c> {
    /// The text.
    pub text: PageText,
    /// The signatures, printed where the text has their place.
    pub groups: Vec<PrintedGroup<'c>>,
    /// The note on affiliations that are marked with an asterisk; empty if there are none.
    pub affiliation_note: &'static str,
}

/// The letter.
pub struct Letter<'c> {
    /// Its text and signatures.
    pub statement: Statement<'c>,
    /// Whom it is to.
    pub recipients: Vec<Addressee>,
    /// How many sign.
    pub counts: DatedCount,
    /// The note that only verified signatures count; empty if all do.
    pub verification_note: &'static str,
}

/// The public details of a recipient; what is not known is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Their name.
    pub name: String,
    /// Their office.
    pub title: String,
    /// Where they work.
    pub company: String,
}

/// A letter to one recipient, for anybody to send.
pub struct OpenLetter {
    /// The recipient.
    pub to: Addressee,
    /// Their address.
    pub address: String,
    /// The subject.
    pub subject: String,
    /// The text, with a line for each paragraph.
    pub text: String,
    /// The language of subject and text.
    pub language: &'static Language,
}

impl Addressee {
    /// The name, then the office and where they work, as far as they are known.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        [&*self.name, &self.title, &self.company].into_iter().filter(|part| !part.is_empty())
    }

    /// Whether nothing is known of them.
    pub fn is_empty(&self) -> bool {
        self.parts().next().is_none()
    }
}

impl Page<'_> {
    /// What it is.
    pub fn kind(&self) -> PageKind {
        match self.content {
            Content::Letter(_) => PageKind::Letter,
            Content::Press(_) => PageKind::Press,
            Content::Action(_) => PageKind::Action,
            Content::Record(_) => PageKind::Record,
        }
    }

    /// The plain text beside the page: its file and its content.
    pub fn plain_text(&self) -> Option<(&'static str, &str)> {
        match &self.content {
            Content::Press(statement) => Some(("press.txt", &statement.text.text)),
            Content::Letter(_) | Content::Action(_) | Content::Record(_) => None,
        }
    }

    /// Writes the page.
    pub fn html(&self, frame: &Frame<'_>) -> Html {
        let mut html = Html::default();
        frame.open(self, &mut html);
        match &self.content {
            Content::Letter(content) => letter::write(self, content, frame.has_pdf, &mut html),
            Content::Press(statement) => letter::write_press(self, statement, &mut html),
            Content::Action(letters) => action::write(self, letters, &mut html),
            Content::Record(record) => record::write(self, record, &mut html),
        }
        frame.close(self, &mut html);
        html
    }

    /// The heading of the page, in a text whose own heading may be the title.
    fn heading(&self, has_title: bool, html: &mut Html) {
        let words = &self.language.page;
        html.own("<p class=\"kind\">");
        html.own(self.kind().word(words));
        html.own(" · ");
        // The record has all editions.
        if self.edition > 1 && self.kind() != PageKind::Record {
            html.own(&format!("{} {} · ", words.edition, self.edition));
        }
        html.own(&(self.language.date)(self.date));
        html.own("</p>\n");
        if !has_title {
            html.own("<h1>");
            html.text(self.title);
            html.own("</h1>\n");
        }
    }

    /// A link to the campaign's address.
    fn contact(&self, html: &mut Html) {
        html.own("<a href=\"");
        html.own(&Mailto { address: &self.contact, ..Mailto::default() }.href());
        html.own("\">");
        html.text(&self.contact);
        html.own("</a>");
    }
}

#[cfg(test)]
mod tests;
