//! What the gate reports: a leak and its location, and what could not be searched.
//!
//! Nothing here may say whose string it is, and `Debug` must never show the string.

use super::fold::Folded;
use super::words::Words;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::language::ENGLISH;
use std::fmt;
use std::ops::Range;

/// Where in a letter something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// A header of the letter or of a part; with its name if it is a standard one.
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

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Header(Some(name)) => write!(f, "the {name} header"),
            Location::Header(None) => f.write_str("a header"),
            Location::TextPart => f.write_str("the text part"),
            Location::HtmlPart => f.write_str("the HTML part"),
            Location::Attachment(number) => write!(f, "attachment {number}"),
            Location::Text => f.write_str("the text"),
            Location::Raw => f.write_str("the source of the message"),
        }
    }
}

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// The private strings found, in order, one for each place.
    pub leaks: Vec<Leak>,
    /// Whether a private string was passed because it is also one of the recipient's own.
    pub has_overlap: bool,
    /// What could not be searched, or not in full.
    pub unsearched: Vec<Location>,
}

/// A private string in a text that must not have it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leak {
    /// Where it was found.
    pub location: Location,
    /// Where it begins, in bytes of the text that was searched; in a letter, of the part.
    pub begin: usize,
    end: usize,
    words: String,
    is_common: bool,
    is_whole: bool,
}

impl fmt::Debug for Leak {
    /// Shows where it is, never the string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leak {{ {}, {}..{} }}", self.location, self.begin, self.end)
    }
}

impl Leak {
    /// `written` is the string as the text has it.
    pub(super) fn new(location: Location, at: Range<usize>, written: &str, is_whole: bool) -> Self {
        let words = Folded::new(written).words();
        let is_in_dictionary = |word| Words::of(&ENGLISH).has(word);
        // A dictionary word with accents is another word: a name.
        let is_common = written.to_lowercase() == words && words.split(' ').all(is_in_dictionary);
        Leak { location, begin: at.start, end: at.end, words, is_common, is_whole }
    }

    /// Its folded words, to recognise it in another text. Private.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(' ')
    }

    /// Whether it is a whole name or another identifier, not one word of a name.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether all its words are in the dictionary, as they are written.
    pub fn is_common(&self) -> bool {
        self.is_common
    }

    /// The finding, without a place. `subject` is what was searched ("letter 3"), and must hold nothing from a list.
    pub fn finding(&self, subject: &str, allow_file: Option<&str>) -> Finding {
        let place = match self.location {
            Location::Text => subject.to_owned(),
            location => format!("{subject}: {location}"),
        };
        // A dictionary word may be quoted: it does not show that it is somebody's name.
        let text = if self.is_common && !self.is_whole { &*self.words } else { "…" };
        let entry = format!("{{ text = \"{text}\", reason = \"…\" }}");
        let allow = match allow_file {
            Some(file) => format!("add {entry} to `allow` in {file}"),
            None => format!(
                "add {entry} to `allow` in [privacy]; campaign.toml may be shared: `allow_file` names a file that is not"
            ),
        };
        let message = spans![own(place), " contains private data of somebody who is not shown in full"];
        Finding::new(Code::Leak, message).help(spans!["reword it, or, if it means something else, ", own(allow)])
    }
}

/// The finding for something that could not be searched.
pub(crate) fn unsearched(subject: &str, location: Location) -> Finding {
    let what = format!("{subject}: {location} cannot be read in full, and was not searched for private data");
    // The program has composed every letter itself.
    Finding::new(Code::Leak, own(what)).help("this is a bug in openletter: please report it")
}
