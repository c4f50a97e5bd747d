//! What the gate tells: a hit, an overlap, a place not searched, each as a finding.
//!
//! Nothing here ever holds a private string, or any text of a letter or list: a row is named by its line, a place by its
//! kind.

use super::Lists;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::people::disclosure::{Origin, PrivateKind};
use std::fmt;

/// Where in a letter something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whereabouts {
    /// A header, of the letter or a part, by its name where that is one of the standards'.
    Header(Option<&'static str>),
    /// The text part.
    TextPart,
    /// The HTML part.
    HtmlPart,
    /// An attachment, counted from 1.
    Attachment(u32),
    /// A text that is no letter.
    Text,
    /// The octets of the letter, outside what a mail program shows.
    Raw,
}

impl fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Whereabouts::Header(Some(name)) => write!(f, "the {name} header"),
            Whereabouts::Header(None) => f.write_str("a header"),
            Whereabouts::TextPart => f.write_str("the text part"),
            Whereabouts::HtmlPart => f.write_str("the HTML part"),
            Whereabouts::Attachment(number) => write!(f, "attachment {number}"),
            Whereabouts::Text => f.write_str("the text"),
            Whereabouts::Raw => f.write_str("the source of the message"),
        }
    }
}

/// A private string where it must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// Where it was found.
    pub whereabouts: Whereabouts,
    /// The line of the signatory, from 1; of several with the same string, the first.
    pub line: u32,
    /// What it is to that signatory.
    pub kind: PrivateKind,
    /// How many more signatories have the same private string.
    pub others: usize,
}

impl Hit {
    /// The finding; `subject` is what was searched ("letter 3", "manifest.csv"), and must hold nothing of a list.
    pub fn finding(&self, subject: &str, lists: &Lists) -> Finding {
        match self.whereabouts {
            Whereabouts::Text => self.told(subject, lists),
            whereabouts => self.told(&format!("{subject}: {whereabouts}"), lists),
        }
    }

    fn told(&self, place: &str, lists: &Lists) -> Finding {
        let (kind, of) = (self.kind, signatories(&lists.signatories, self.line, self.others));
        let kind = own(kind.to_string());
        let what = spans![own(place), " holds the ", kind, " of ", own(of), ", who did not clear it"];
        Finding::new(Code::Leak, what).at(Place::line(&*lists.signatories, self.line)).help(
            "take it out of the template or list it comes from, or, where it is an ordinary word or means somebody \
                 else, set `[privacy] allow = [{ text = …, reason = … }]`",
        )
    }

    /// The finding where it is known what the string comes from: at that place of a template, list or setting. The part
    /// of the letter is not told, for the same string can have come into another part from elsewhere.
    pub fn finding_from(&self, source: Place, subject: &str, lists: &Lists) -> Finding {
        let mut finding = self.told(subject, lists).at(source);
        finding.message.push(", and it comes from here");
        finding
    }
}

/// A private string that is not searched for, because it is lawfully printed for someone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Overlap {
    /// The line of the signatory whose string is private, from 1.
    pub line: u32,
    /// What it is to that signatory.
    pub kind: PrivateKind,
    /// How many more signatories have the same private string, where they are not told of one by one.
    pub others: usize,
    /// Who has it lawfully; of several, the first.
    pub origin: Origin,
    /// How many more have it lawfully.
    pub more: usize,
}

impl Overlap {
    /// The finding.
    pub fn finding(&self, lists: &Lists) -> Finding {
        let Lists { signatories: list, recipients } = lists;
        let (kind, of) = (self.kind, signatories(list, self.line, self.others));
        let origin = match self.origin {
            Origin::Signature { line } if line == self.line => "in their own signature".to_owned(),
            Origin::Signature { line } => format!("in the signature of {list}:{line}"),
            Origin::Sender => "among the sender's own data".to_owned(),
            Origin::Program => "among the words of the roll that is built in".to_owned(),
            Origin::Recipient { line } => format!("in the recipient's row {recipients}:{line}"),
        };
        let more = match self.more {
            0 => String::new(),
            more => format!(" and in {more} more"),
        };
        let what = format!(
            "the {kind} of {of}, who did not clear it, also stands lawfully {origin}{more}, so it is let through"
        );
        Finding::new(Code::Overlap, own(what))
            .at(Place::line(&**list, self.line))
            .help("read the letter once more: nothing in it may mean the person who did not clear it")
    }
}

/// The finding that something could not be searched.
pub(super) fn unsearched(subject: &str, whereabouts: Whereabouts) -> Finding {
    let what = format!("{subject}: {whereabouts} cannot be read in full, and was not searched for private data");
    Finding::new(Code::NotSearched, own(what)).help("look through it by hand, its hidden data too")
}

/// The finding that some private strings are too short to be searched for; the first stands on `line`.
pub(super) fn too_short(count: usize, line: u32, lists: &Lists) -> Finding {
    let strings = if count == 1 { "private string has" } else { "private strings have" };
    let what = format!("{count} {strings} fewer than two letters or digits, and nothing is searched for such");
    Finding::new(Code::NotSearched, own(what)).at(Place::line(&*lists.signatories, line)).help("look for them by hand")
}

fn signatories(list: &str, line: u32, others: usize) -> String {
    match others {
        0 => format!("the signatory at {list}:{line}"),
        1 => format!("the signatory at {list}:{line} and of another"),
        _ => format!("the signatory at {list}:{line} and of {others} others"),
    }
}
