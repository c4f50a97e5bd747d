//! The search: finds what is private in each unit of a text and subtracts what is cleared there.
//!
//! Its time grows with the text, not with the number of private strings. It must never stop at the first leak.

use super::fold::Folded;
use super::index::Index;
use super::plausible::Letters;
use super::report::{Leak, Location, Searched};
use super::rule::{Context, is_near};
use super::shared::Notes;
use super::unit::{self, Unit};
use super::words::Words;
use super::{Gate, Secret, folded_forms, has_other_forms, mime, sorted_words};
use crate::language::Language;
use crate::people::disclosure::{Cleared, Extent};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

/// What the caller knows about a text before it is searched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'s> {
    /// The recipient's own strings, which only this text may contain.
    pub own: &'s [Cleared],
    /// What the supporter who writes it cleared, which only this text may contain.
    pub writer: &'s [Cleared],
    /// The language it is written in; `None` for the campaign's.
    pub language: Option<&'static Language>,
    /// Passages that the program made from data that is searched separately: the built-in roll.
    pub already_searched: &'s [&'s str],
    /// Whether it is a cell of a signatory who is shown, in which `Extent::Words` clears nothing.
    pub is_signatory_cell: bool,
}

impl Gate {
    /// Searches a finished letter: the RFC 5322 bytes as they will be written.
    pub fn search_letter(&self, bytes: &[u8], scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        let unsearched = mime::read(bytes, &mut |location, syntax, text| search.text(location, syntax, text));
        Searched { unsearched, ..search.finish() }
    }

    /// Searches plain text or Markdown in paragraphs.
    pub fn search_text(&self, text: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        search.text(Location::Text, Syntax::Plain, text);
        search.finish()
    }

    /// Searches HTML.
    pub fn search_markup(&self, text: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        search.text(Location::Text, Syntax::Markup, text);
        search.finish()
    }

    /// Searches a value: the text of one setting, cell or header, each line separately.
    pub fn search_value(&self, text: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        text.lines().for_each(|line| search.text(Location::Text, Syntax::Value, line));
        search.finish()
    }

    /// Whether a value holds anything private.
    pub fn is_private(&self, text: &str) -> bool {
        !self.search_value(text, Scope::default()).leaks.is_empty()
    }
}

/// How a text is divided into units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Plain,
    Markup,
    Value,
}

pub(super) struct Search<'s> {
    gate: &'s Gate,
    scope: Scope<'s>,
    words: Words,
    own: OnceCell<Vec<Known<'s>>>,
    writer: OnceCell<Vec<Known<'s>>>,
    /// Few, and looked through one by one.
    own_lines: Vec<&'s str>,
    leaks: BTreeSet<Leak>,
    has_overlap: bool,
    /// What is noted of text that all letters share.
    pub(super) notes: Option<Notes>,
    /// Whether no text is passed over as plainly harmless, so that a test can compare the two.
    pub(super) is_thorough: bool,
}

/// A private string found in a unit.
struct Match {
    secret: usize,
    /// The range of its letters, with the plural ending.
    at: Range<usize>,
    span: Range<usize>,
    is_plural: bool,
}

impl<'s> Search<'s> {
    pub(super) fn new(gate: &'s Gate, scope: Scope<'s>) -> Self {
        Search {
            gate,
            scope,
            words: Words::of(scope.language.unwrap_or(gate.language)),
            own: OnceCell::new(),
            writer: OnceCell::new(),
            own_lines: scope
                .own
                .iter()
                .chain(scope.writer)
                .map(|own| own.text.trim())
                .filter(|own| !own.is_empty())
                .collect(),
            leaks: BTreeSet::new(),
            has_overlap: false,
            notes: None,
            is_thorough: false,
        }
    }

    pub(super) fn finish(self) -> Searched {
        Searched { leaks: self.leaks.into_iter().collect(), has_overlap: self.has_overlap, unsearched: Vec::new() }
    }

    pub(super) fn text(&mut self, location: Location, syntax: Syntax, text: &str) {
        let mut text = Cow::Borrowed(text);
        for known in self.scope.already_searched.iter().filter(|known| !known.trim().is_empty()) {
            // To look for it takes time by its own length too.
            if known.len() <= text.len() && text.contains(known) {
                text = text.replace(known, "\n\n").into();
            }
        }
        if self.notes.is_none() && !self.is_thorough && self.gate.is_free_of_secrets(syntax, &text) {
            return;
        }
        match syntax {
            Syntax::Plain => {
                if let Some(notes) = &mut self.notes {
                    notes.lines.extend(text.lines().map(|line| line.trim().to_owned()));
                }
                let (gate, own) = (self.gate, std::mem::take(&mut self.own_lines));
                let is_line = |line: &str| own.contains(&line) || gate.lines.contains(line);
                unit::plain(&text, &is_line, &mut |unit| self.unit(location, unit));
                self.own_lines = own;
            }
            Syntax::Markup => unit::markup(&text, &mut |unit| self.unit(location, unit)),
            Syntax::Value => unit::value(&text, 0, &mut |unit| self.unit(location, unit)),
        }
    }

    fn unit(&mut self, location: Location, unit: &Unit<'_>) {
        let gate = self.gate;
        let text = &*unit.text;
        // Most units hold no private letters at all.
        let mut letters = Letters::default();
        if !self.is_thorough && letters.push(text) && !gate.may_hold_secret(&letters) {
            return;
        }
        let folded = Folded::new(text);
        // Overlapping: a longer string, or a cleared one, must not hide a shorter one within it.
        let mut found: Vec<Match> = Vec::new();
        each_hit(&folded, &gate.index, |rank| &gate.secrets[rank].folded, &mut |rank, at| {
            found.extend(match_at(rank, &gate.secrets[rank], &folded, text, at));
        });
        if found.is_empty() {
            return;
        }
        let mut cleared: Vec<(Range<usize>, Extent)> = Vec::new();
        each_hit(&folded, &gate.index_of_cleared, |rank| &gate.cleared[rank].0, &mut |rank, at| {
            let (sought, extent) = &gate.cleared[rank];
            cleared.extend(folded.is_whole(at.clone(), sought, false).then_some((at, *extent)));
        });
        let adjacent = adjacent(gate, &found, text);
        let mut leaking: Vec<(Range<usize>, bool)> = Vec::new();
        for (rank, found) in found.iter().enumerate() {
            let secret = &gate.secrets[found.secret];
            let is_leak = secret.is_identifier
                || !adjacent[rank].is_empty()
                || self.is_leaking_word(secret, found, text, &folded);
            if !is_leak {
                continue;
            }
            if let Some(notes) = &mut self.notes {
                notes.letters.insert(folded.letters()[found.at.clone()].to_owned());
            }
            // With the word beside it, it is a name in two words.
            let join = |at: Range<usize>, other: &Range<usize>| at.start.min(other.start)..at.end.max(other.end);
            let with_others = adjacent[rank].iter().fold(found.at.clone(), join);
            let is_affiliation = secret.is_shareable && !secret.is_verbatim;
            let is_in = |(range, extent): &(Range<usize>, Extent)| match extent {
                Extent::Everything => range.start <= with_others.start && with_others.end <= range.end,
                Extent::Words if self.scope.is_signatory_cell => false,
                Extent::Words if secret.is_identifier && !is_affiliation => false,
                Extent::Words => {
                    adjacent[rank].is_empty() && range.start <= found.at.start && found.at.end <= range.end
                }
                Extent::Whole => {
                    secret.is_shareable
                        && (*range == found.at
                            || secret.is_verbatim && range.start <= found.at.start && found.at.end <= range.end)
                }
                Extent::Passage => secret.is_statement && range.start <= found.at.start && found.at.end <= range.end,
                Extent::Line => false,
            };
            let letters = &folded.letters()[found.at.clone()];
            let is_in_known = |known: &Known<'_>| known.ranges(letters, &folded).any(|range| is_in(&range));
            if self.writer.get_or_init(|| known(self.scope.writer)).iter().any(is_in_known) {
                continue;
            }
            if self.own.get_or_init(|| known(self.scope.own)).iter().any(is_in_known) {
                self.has_overlap = true;
            } else if !cleared.iter().any(is_in) && !self.is_allowed(&with_others, &folded) {
                leaking.push((with_others, secret.is_identifier || !adjacent[rank].is_empty()));
            }
        }
        self.leaks.extend(merge_ranges(leaking).into_iter().map(|(at, is_whole)| {
            let span = folded.span(&at);
            let at = unit.source(span.start)..unit.source(span.end.saturating_sub(1)) + 1;
            Leak::new(location, at, &text[span], is_whole)
        }));
    }

    /// Whether a word of a name, without another of the same name beside it, is a leak where it is.
    fn is_leaking_word(&self, secret: &Secret, found: &Match, text: &str, folded: &Folded) -> bool {
        let context = Context::new(text, found.span.clone());
        let has_initial = || context.initials().any(|initial| self.gate.has_initial(secret, found.secret, initial));
        if secret.words_of.is_empty() {
            return context.is_titled_name() || has_initial();
        }
        let letters = &folded.letters()[found.at.clone()];
        !context.is_ordinary(letters, found.is_plural, self.words) || has_initial()
    }

    fn is_allowed(&self, at: &Range<usize>, folded: &Folded) -> bool {
        if self.gate.allowed.is_empty() {
            return false;
        }
        let mut words = sorted_words(&folded.slice(at));
        if self.gate.allowed.contains(&words) {
            return true;
        }
        // A word in the plural.
        match words.as_mut_slice() {
            [word] => ["es", "s"].into_iter().any(|ending| {
                word.strip_suffix(ending).is_some_and(|word| self.gate.allowed.contains(&vec![word.to_owned()]))
            }),
            _ => false,
        }
    }
}

/// A string that only the text that is searched may contain.
struct Known<'s> {
    cleared: &'s Cleared,
    /// Its letters, where they are surely those of all its forms.
    letters: Option<Letters>,
    folded: OnceCell<Vec<Folded>>,
}

fn known(strings: &[Cleared]) -> Vec<Known<'_>> {
    let mut all = Vec::with_capacity(strings.len());
    for cleared in strings {
        let mut letters = Letters::default();
        let is_plain = letters.push(&cleared.text) && !has_other_forms(&cleared.text);
        all.push(Known { cleared, letters: is_plain.then_some(letters), folded: OnceCell::new() });
    }
    all
}

impl Known<'_> {
    /// Where it is in a text, unless it has not these letters.
    fn ranges<'f>(&'f self, letters: &str, folded: &'f Folded) -> impl Iterator<Item = (Range<usize>, Extent)> + 'f {
        let has_letters = |own: &Letters| memchr::memmem::find(own.bytes(), letters.as_bytes()).is_some();
        let forms = match self.letters.as_ref().is_none_or(has_letters) {
            true => &**self.folded.get_or_init(|| folded_forms(&self.cleared.text).collect()),
            false => &[],
        };
        let places = forms.iter().flat_map(|sought| {
            let found = folded.letters().match_indices(sought.letters());
            let ranges = found.map(|(at, letters)| at..at + letters.len());
            ranges.filter(|at| folded.is_whole(at.clone(), sought, false))
        });
        places.map(|at| (at, self.cleared.extent))
    }
}

/// Passes on the strings of an index that are among the letters, by their ranks, with their ranges.
fn each_hit<'g>(
    folded: &Folded,
    index: &Index,
    string: impl Fn(usize) -> &'g Folded,
    visit: &mut dyn FnMut(usize, Range<usize>),
) {
    let letters = folded.letters().as_bytes();
    for at in (0..letters.len()).filter(|at| folded.letters().is_char_boundary(*at)) {
        index.any(&letters[at..], |rank| {
            let string = string(rank).letters();
            if letters[at..].starts_with(string.as_bytes()) {
                visit(rank, at..at + string.len());
            }
            false
        });
    }
}

fn match_at(index: usize, secret: &Secret, folded: &Folded, text: &str, at: Range<usize>) -> Option<Match> {
    let is_word = !secret.words_of.is_empty();
    let in_hashtag = is_word && Context::new(text, folded.span(&at)).is_in_hashtag();
    let mut found = Match { secret: index, span: folded.span(&at), at: at.clone(), is_plural: false };
    if !folded.is_whole(at.clone(), &secret.folded, in_hashtag) {
        let end = folded.plural_end(&at).filter(|_| is_word)?;
        if !folded.is_plural_of(&at, end, &secret.folded, in_hashtag) {
            return None;
        }
        found.at.end = end;
        found.span = folded.span(&found.at);
        found.is_plural = true;
    }
    let is_near_throughout = || {
        folded.gaps(at.start, &secret.folded).all(|gap| {
            let (before, after) = (folded.span(&(at.start..gap)).end, folded.span(&(gap..at.end)).start);
            before >= after || is_near(text, before..after)
        })
    };
    (secret.is_verbatim || is_near_throughout()).then_some(found)
}

/// For each string found, the ranges of the words of the same person beside it.
fn adjacent(gate: &Gate, found: &[Match], text: &str) -> Vec<Vec<Range<usize>>> {
    let mut adjacent = vec![Vec::new(); found.len()];
    let mut words: Vec<usize> = (0..found.len()).filter(|at| gate.secrets[found[*at].secret].is_name_word()).collect();
    words.sort_by_key(|at| found[*at].at.start);
    for (rank, &one) in words.iter().enumerate() {
        let next = words[rank + 1..].iter().skip_while(|other| found[**other].at.start < found[one].at.end);
        // An initial can be between two words.
        let next = next.take_while(|other| found[**other].at.start <= found[one].at.end + 4);
        for &other in next {
            let (end, start) = (found[one].span.end, found[other].span.start.max(found[one].span.end));
            if is_near(text, end..start) && gate.are_of_one_person(found[one].secret, found[other].secret) {
                adjacent[one].push(found[other].at.clone());
                adjacent[other].push(found[one].at.clone());
            }
        }
    }
    adjacent
}

impl Gate {
    /// Whether two different strings are words of one name, and at least one is not just a joining word.
    fn are_of_one_person(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.secrets[one], &self.secrets[other]);
        let shares = |lines: &[u32], secret: &Secret| {
            lines.iter().any(|line| secret.words_of.contains(line) || secret.joiner_of.contains(line))
        };
        one != other && (shares(&a.words_of, b) || shares(&b.words_of, a))
    }

    /// Whether somebody with this word in their name has another word that begins with the letter.
    fn has_initial(&self, secret: &Secret, index: usize, initial: char) -> bool {
        let begins = |other: &usize| *other != index && self.secrets[*other].folded.letters().starts_with(initial);
        let mut lines = secret.words_of.iter().chain(&secret.joiner_of);
        lines.any(|line| self.people.get(line).is_some_and(|words| words.iter().any(begins)))
    }
}

impl Secret {
    fn is_name_word(&self) -> bool {
        !self.words_of.is_empty() || !self.joiner_of.is_empty()
    }
}

/// Merges overlapping ranges; each comes with whether it is a whole name or another identifier.
fn merge_ranges(mut ranges: Vec<(Range<usize>, bool)>) -> Vec<(Range<usize>, bool)> {
    ranges.sort_by_key(|(at, _)| (at.start, at.end));
    let mut merged: Vec<(Range<usize>, bool)> = Vec::new();
    for (at, is_whole) in ranges {
        match merged.last_mut() {
            Some((last, was_whole)) if at.start < last.end => {
                last.end = last.end.max(at.end);
                *was_whole |= is_whole;
            }
            _ => merged.push((at, is_whole)),
        }
    }
    merged
}
