//! Searches text that all letters share once, without any recipient's own strings.
//!
//! A recipient's own strings can only clear matches that are found without them, and divide units at their lines. So shared
//! text without a leak has none in any letter. If a recipient's strings occur in it, the whole letter must be searched all the
//! same, to report the overlap.

use super::fold::Folded;
use super::report::{Location, Searched};
use super::search::{Scope, Search, Syntax};
use super::{Gate, fold_cleared, mime};
use crate::people::disclosure::Cleared;
use aho_corasick::AhoCorasick;
use std::collections::{BTreeSet, HashSet};

/// What later searches need to know of shared text.
#[derive(Debug)]
pub struct SharedText {
    /// The letters of what would be a leak, were it not cleared.
    cleared: Option<AhoCorasick>,
    /// Its lines: a line that is a recipient's own string is a unit of its own.
    lines: HashSet<String>,
}

/// What a search collects for [`SharedText`].
#[derive(Default)]
pub(super) struct Notes {
    pub(super) letters: BTreeSet<String>,
    pub(super) lines: HashSet<String>,
}

impl Gate {
    /// Searches a letter that holds nothing but what all letters share; `None` if anything in it leaks or cannot be searched.
    /// `scope` has no recipient's own strings.
    pub fn search_shared(&self, bytes: &[u8], scope: Scope<'_>) -> Option<SharedText> {
        let mut search = Search::new(self, scope);
        search.notes = Some(Notes::default());
        let unsearched = mime::read(bytes, &mut |location, syntax, text| search.text(location, syntax, text));
        let notes = search.notes.take().unwrap_or_default();
        if !unsearched.is_empty() || !search.finish().leaks.is_empty() {
            return None;
        }
        let cleared = if notes.letters.is_empty() { None } else { Some(AhoCorasick::new(&notes.letters).ok()?) };
        Some(SharedText { cleared, lines: notes.lines })
    }
}

impl Gate {
    /// Searches what is one letter's own: its header fields in whole lines, and the decoded text of its parts.
    pub fn search_own(&self, fields: &str, text: &str, html: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        let head = [fields, "\r\n"].concat();
        let mut unsearched =
            mime::read(head.as_bytes(), &mut |location, syntax, text| search.text(location, syntax, text));
        let parts = [(Location::TextPart, Syntax::Plain, text), (Location::HtmlPart, Syntax::Markup, html)];
        for (location, syntax, text) in parts {
            unsearched.extend((!mime::is_legible(text)).then_some(location));
            search.text(location, syntax, text);
        }
        Searched { unsearched, ..search.finish() }
    }
}

impl SharedText {
    /// Whether these strings of a recipient can change the result of the search.
    pub fn is_touched_by(&self, own: &[Cleared]) -> bool {
        let holds = |own: &Cleared| {
            let Some(cleared) = &self.cleared else { return false };
            // A domain in ASCII that encodes other characters is read in both forms.
            match Folded::ascii_letters(&own.text).filter(|letters| memchr::memmem::find(letters, b"xn").is_none()) {
                Some(letters) => cleared.is_match(&letters),
                None => fold_cleared(&own.text, own.extent).any(|(folded, _)| cleared.is_match(folded.letters())),
            }
        };
        own.iter().any(|own| self.lines.contains(own.text.trim()) || holds(own))
    }
}
