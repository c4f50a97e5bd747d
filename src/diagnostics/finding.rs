//! Something wrong or doubtful in a campaign, told so that it can be mended.
//!
//! A finding must never hold private data: what it quotes comes from templates, settings or headers, and a row is named
//! by its line.

pub use super::code::Severity;

use super::code::Code;
use super::place::Place;

/// One thing that is wrong or doubtful.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where it is; `None` for the campaign as a whole.
    pub place: Option<Place>,
    /// What kind of thing it is.
    pub code: Code,
    /// What is wrong, in the user's words: one sentence without a full stop.
    pub what: String,
    /// The offending text, where it is not private.
    pub quote: Option<String>,
    /// How to mend it: one sentence without a full stop.
    pub help: Option<String>,
}

impl Finding {
    /// A finding without a place yet.
    pub fn new(code: Code, what: impl Into<String>) -> Self {
        Finding { place: None, code, what: what.into(), quote: None, help: None }
    }

    /// The same finding, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding with the line it speaks of. Only text that is not private.
    #[must_use]
    pub fn quote(mut self, text: impl Into<String>) -> Self {
        self.quote = Some(text.into());
        self
    }

    /// The same finding with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Error or warning: the code decides.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it stops `write` and `send`.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

/// The known name nearest to `name`, where one is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().min(name.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
