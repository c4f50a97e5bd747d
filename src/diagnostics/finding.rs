//! One error, warning or note: its code, where it is, what is wrong and how to fix it.
//!
//! A finding must never hold private text except in a private span, and nothing may read its text to decide anything:
//! what a caller needs to know is in `code` and `about`.

pub use super::code::Severity;

use super::code::Code;
use super::place::Place;
use super::spans::Spans;

/// An error, a warning or a note.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where it is; empty for the campaign as a whole.
    pub places: Vec<Place>,
    /// The number of places that are not listed.
    pub more_places: u32,
    /// The kind of problem.
    pub code: Code,
    /// What is wrong: one sentence without a full stop.
    pub message: Spans,
    /// The line it is about, as in the file, if it may be shown.
    pub quote: Option<String>,
    /// How to fix it: one sentence without a full stop.
    pub fix: Option<Spans>,
    /// The key, name or file it is about, for callers that handle some of them differently. Never printed.
    pub about: Option<Box<str>>,
}

impl Finding {
    /// A finding without a place yet.
    pub fn new(code: Code, message: impl Into<Spans>) -> Self {
        let message = message.into();
        Finding { places: Vec::new(), more_places: 0, code, message, quote: None, fix: None, about: None }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places = vec![place];
        self
    }

    /// Adds a place.
    #[must_use]
    pub fn and_at(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }

    /// Sets the line it is about.
    #[must_use]
    pub fn quote(mut self, line: impl Into<String>) -> Self {
        self.quote = Some(line.into());
        self
    }

    /// Sets the fix.
    #[must_use]
    pub fn help(mut self, fix: impl Into<Spans>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Sets the key, name or file it is about.
    #[must_use]
    pub fn about(mut self, name: impl Into<String>) -> Self {
        self.about = Some(name.into().into_boxed_str());
        self
    }

    /// The first place.
    pub fn place(&self) -> Option<&Place> {
        self.places.first()
    }

    /// Error, warning or note, by its code.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether it stops `write` and `send`.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }

    /// The same finding without the text from files that may not be shown.
    #[must_use]
    pub fn hiding(mut self, may_show: &dyn Fn(&str) -> bool) -> Self {
        self.message = self.message.hiding(may_show);
        self.fix = self.fix.map(|fix| fix.hiding(may_show));
        self.quote = self.quote.filter(|line| may_show(line));
        self
    }
}

/// The known name nearest to `name`, if one is near enough to suggest.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().min(name.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
