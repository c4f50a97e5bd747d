//! Searches text that all letters share once, without any recipient's own strings.
//!
//! A recipient's own strings can only clear matches that are found without them, and divide units at their lines. So the leaks
//! of shared text are the same in every letter. If a recipient's strings occur in it, the whole letter must be searched all
//! the same.

use super::plausible::Letters;
use super::report::{Leak, Location, Searched};
use super::search::{Scope, Search, Syntax};
use super::{Gate, folded_forms, has_other_forms, mime};
use crate::people::disclosure::Extent;
use aho_corasick::AhoCorasick;
use std::collections::{BTreeSet, HashSet};

/// What later searches need to know of shared text.
#[derive(Debug)]
pub struct SharedText {
    /// The letters of what would be a leak, were it not cleared.
    cleared: Option<AhoCorasick>,
    /// Its lines: a line that is a recipient's own string is a unit of its own.
    lines: HashSet<String>,
    /// The lengths of its lines, a bit for each: most strings have another.
    lengths: u128,
    leaks: Vec<Leak>,
}

/// What a search collects for [`SharedText`].
#[derive(Default)]
pub(super) struct Notes {
    pub(super) letters: BTreeSet<String>,
    pub(super) lines: HashSet<String>,
}

impl Gate {
    /// Searches a letter that holds nothing but what all letters share; `None` if anything in it cannot be searched.
    /// `scope` has no recipient's own strings.
    pub fn search_shared(&self, bytes: &[u8], scope: Scope<'_>) -> Option<SharedText> {
        let mut search = Search::new(self, scope);
        search.notes = Some(Notes::default());
        let unsearched = mime::read(bytes, &mut |location, syntax, text| search.text(location, syntax, text));
        let notes = search.notes.take().unwrap_or_default();
        if !unsearched.is_empty() {
            return None;
        }
        SharedText::new(notes, search.finish().leaks)
    }

    /// Searches what is one letter's own: its header fields in whole lines with the values in them, and the decoded passages
    /// of its parts. No match can extend over two passages.
    pub fn search_own<'t>(
        &self,
        (fields, values): (&str, &[&str]),
        text: impl Iterator<Item = &'t str>,
        html: impl Iterator<Item = &'t str>,
        scope: Scope<'_>,
    ) -> Searched {
        let mut search = Search::new(self, scope);
        let mut unsearched = Vec::new();
        if !self.are_free(values) {
            let head = [fields, "\r\n"].concat();
            unsearched = mime::read(head.as_bytes(), &mut |location, syntax, text| search.text(location, syntax, text));
        }
        let text = text.map(|text| (Location::TextPart, Syntax::Plain, text));
        let html = html.map(|html| (Location::HtmlPart, Syntax::Markup, html));
        for (location, syntax, text) in text.chain(html) {
            unsearched.extend((!mime::is_legible(text)).then_some(location));
            search.text(location, syntax, text);
        }
        Searched { unsearched, ..search.finish() }
    }
}

impl SharedText {
    fn new(notes: Notes, leaks: Vec<Leak>) -> Option<SharedText> {
        let cleared = if notes.letters.is_empty() { None } else { Some(AhoCorasick::new(&notes.letters).ok()?) };
        let lengths = notes.lines.iter().fold(0, |lengths, line| lengths | length_bit(line));
        Some(SharedText { cleared, lines: notes.lines, lengths, leaks })
    }

    /// Its leaks, in the order of every letter; where they begin differs from letter to letter.
    pub fn leaks(&self) -> &[Leak] {
        &self.leaks
    }

    /// Whether a recipient's strings, which `each` passes on, can change the result of the search.
    pub fn is_touched_by(&self, each: impl FnOnce(&mut dyn FnMut(&str, Extent))) -> bool {
        let mut letters = Letters::with_room(512);
        let mut is_touched = false;
        each(&mut |text, _| {
            let text = text.trim();
            is_touched |= self.lengths & length_bit(text) != 0 && self.lines.contains(text);
            let Some(cleared) = &self.cleared else { return };
            letters.cut();
            if !letters.push(text) || has_other_forms(text) {
                is_touched |= folded_forms(text).any(|folded| cleared.is_match(folded.letters()));
            }
        });
        is_touched || self.cleared.as_ref().is_some_and(|cleared| cleared.is_match(letters.bytes()))
    }
}

/// A bit for the length of a line.
fn length_bit(line: &str) -> u128 {
    1 << line.len().min(127)
}
