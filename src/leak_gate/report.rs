//! What the gate reports: a leak, where it is, and what could not be searched.
//!
//! Nothing here may say whose string it is, and `Debug` must never show the string.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use std::fmt;
use std::ops::Range;

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
    /// A text that is not a letter.
    Text,
    /// The bytes between the parts of the letter.
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

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// The private strings found, in order, once for each place.
    pub leaks: Vec<Leak>,
    /// Whether a string of the recipient's own is also a private one, and was let through.
    pub has_overlap: bool,
    /// What could not be searched, or not in full.
    pub unsearched: Vec<Whereabouts>,
}

/// A private string where it must not be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leak {
    /// Where it was found.
    pub whereabouts: Whereabouts,
    /// The bytes of the text that was searched; of a letter, those of the part.
    pub begin: usize,
    end: usize,
    words: String,
    is_whole: bool,
}

impl fmt::Debug for Leak {
    /// Shows where it is, never what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leak {{ {}, {}..{} }}", self.whereabouts, self.begin, self.end)
    }
}

impl Leak {
    pub(super) fn new(whereabouts: Whereabouts, at: Range<usize>, words: String, is_whole: bool) -> Self {
        Leak { whereabouts, begin: at.start, end: at.end, words, is_whole }
    }

    /// Its folded words, to know it by where it is found again. Private.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(' ')
    }

    /// Whether it is a whole name or another identifier, not one word of a name.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether all its words are in the dictionary.
    pub fn is_common(&self) -> bool {
        let words = super::words::Words::of("en");
        self.words().all(|word| words.is_some_and(|words| words.has(word)))
    }

    /// The finding, without a place; `subject` is what was searched ("letter 3"), and must hold nothing of a list.
    pub fn finding(&self, subject: &str, allow_file: Option<&str>) -> Finding {
        let place = match self.whereabouts {
            Whereabouts::Text => subject.to_owned(),
            whereabouts => format!("{subject}: {whereabouts}"),
        };
        // A word of the dictionary may be quoted: that somebody has it for a name is not said by it.
        let text = if self.is_common() && !self.is_whole { &*self.words } else { "…" };
        let entry = format!("{{ text = \"{text}\", reason = \"…\" }}");
        let allow = match allow_file {
            Some(file) => format!("add {entry} to `allow` in {file}"),
            None => format!(
                "add {entry} to `allow` in [privacy]; campaign.toml may be shared: `allow_file` names a file that is not"
            ),
        };
        let message = spans![own(place), " holds private data of somebody who is not shown in full"];
        Finding::new(Code::Leak, message).help(spans!["reword it, or, if it means something else, ", own(allow)])
    }
}

/// The finding that something could not be searched.
pub(crate) fn unsearched(subject: &str, whereabouts: Whereabouts) -> Finding {
    let what = format!("{subject}: {whereabouts} cannot be read in full, and was not searched for private data");
    Finding::new(Code::NotSearched, own(what)).help("look through it by hand, including its hidden data")
}
