//! The search: one unit of text after another, for what is private, less what is cleared there.
//!
//! It takes time in proportion to the text, however many strings are private. It must never stop at the first leak.

use super::fold::Folded;
use super::report::{Leak, Searched, Whereabouts};
use super::rule::{Context, is_near};
use super::unit::{self, Unit};
use super::words::Words;
use super::{Gate, Secret, fold_cleared, mime, sorted_words};
use crate::people::disclosure::{Cleared, Extent};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// What is known of a text before it is searched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'s> {
    /// What this text alone may hold: its recipient's own strings.
    pub own: &'s [Cleared],
    /// The language it is written in; English where it is empty.
    pub language: &'s str,
    /// Stretches of it that the program has made of data that is searched by itself: the built-in roll.
    pub known: &'s [&'s str],
    /// Whether words are searched for in what is cleared by its words alone: to judge what somebody says of themselves.
    pub is_of_a_signatory: bool,
}

impl Gate {
    /// Searches a finished letter: the RFC 5322 bytes as they will be written.
    pub fn search_letter(&self, bytes: &[u8], scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        let unsearched = mime::read(bytes, &mut |place, carrier, text| search.carrier(place, carrier, text));
        Searched { unsearched, ..search.finish() }
    }

    /// Searches plain text or Markdown in paragraphs.
    pub fn search_text(&self, text: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        search.carrier(Whereabouts::Text, Carrier::Plain, text);
        search.finish()
    }

    /// Searches HTML.
    pub fn search_markup(&self, text: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        search.carrier(Whereabouts::Text, Carrier::Markup, text);
        search.finish()
    }

    /// Searches a value: the text of one setting, cell or header, each of its lines by itself.
    pub fn search_value(&self, text: &str, scope: Scope<'_>) -> Searched {
        let mut search = Search::new(self, scope);
        text.lines().for_each(|line| search.carrier(Whereabouts::Text, Carrier::Value, line));
        search.finish()
    }

    /// Whether a value holds anything that is private.
    pub fn is_private(&self, text: &str) -> bool {
        !self.search_value(text, Scope::default()).leaks.is_empty()
    }

    /// Whether a text holds the whole name or an address of somebody who is not shown.
    pub fn names_someone(&self, text: &str) -> bool {
        self.search_value(text, Scope::default()).leaks.iter().any(Leak::is_whole)
    }
}

/// How a text is divided into units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Plain,
    Markup,
    Value,
}

struct Search<'s> {
    gate: &'s Gate,
    scope: Scope<'s>,
    words: Option<Words>,
    own: OnceCell<Vec<(Folded, Extent)>>,
    own_lines: HashSet<&'s str>,
    leaks: BTreeSet<Leak>,
    has_overlap: bool,
}

/// A private string in a unit.
struct Found {
    secret: usize,
    /// Its letters, with the ending of a plural.
    at: Range<usize>,
    span: Range<usize>,
    is_plural: bool,
}

impl<'s> Search<'s> {
    fn new(gate: &'s Gate, scope: Scope<'s>) -> Self {
        let language = if scope.language.is_empty() { "en" } else { scope.language };
        Search {
            gate,
            scope,
            words: Words::of(language),
            own: OnceCell::new(),
            own_lines: scope.own.iter().map(|own| own.text.trim()).filter(|own| !own.is_empty()).collect(),
            leaks: BTreeSet::new(),
            has_overlap: false,
        }
    }

    fn finish(self) -> Searched {
        Searched { leaks: self.leaks.into_iter().collect(), has_overlap: self.has_overlap, unsearched: Vec::new() }
    }

    fn carrier(&mut self, place: Whereabouts, carrier: Carrier, text: &str) {
        let mut text = Cow::Borrowed(text);
        for known in self.scope.known.iter().filter(|known| !known.trim().is_empty()) {
            if let Some(at) = text.find(known) {
                text.to_mut().replace_range(at..at + known.len(), "\n\n");
            }
        }
        match carrier {
            Carrier::Plain => {
                let (gate, own) = (self.gate, std::mem::take(&mut self.own_lines));
                let is_line = |line: &str| gate.lines.contains(line) || own.contains(line);
                unit::plain(&text, &is_line, &mut |unit| self.unit(place, unit));
                self.own_lines = own;
            }
            Carrier::Markup => unit::markup(&text, &mut |unit| self.unit(place, unit)),
            Carrier::Value => unit::value(&text, 0, &mut |unit| self.unit(place, unit)),
        }
    }

    fn unit(&mut self, place: Whereabouts, unit: &Unit<'_>) {
        let gate = self.gate;
        let text = &*unit.text;
        let folded = Folded::new(text);
        let (mut found, mut cleared) = (Vec::new(), Vec::new());
        // Overlapping: a longer string, or a cleared one, must not hide a shorter one within it.
        for hit in gate.automaton.find_overlapping_iter(folded.letters()) {
            let index = hit.pattern().as_usize();
            match gate.secrets.get(index) {
                Some(secret) => found.extend(found_at(index, secret, &folded, text, hit.range())),
                None => {
                    let (sought, extent) = &gate.cleared[index - gate.secrets.len()];
                    if folded.is_whole(hit.range(), sought, false) {
                        cleared.push((hit.range(), *extent));
                    }
                }
            }
        }
        if found.is_empty() {
            return;
        }
        let own = self.own_in(&folded);
        let beside = beside(gate, &found, text);
        let mut leaking: Vec<(Range<usize>, bool)> = Vec::new();
        for (rank, found) in found.iter().enumerate() {
            let secret = &gate.secrets[found.secret];
            let is_leak =
                secret.is_identifier || !beside[rank].is_empty() || self.is_leaking_word(secret, found, text, &folded);
            if !is_leak {
                continue;
            }
            // With the word beside it, it is a name in two words.
            let join = |at: Range<usize>, other: &Range<usize>| at.start.min(other.start)..at.end.max(other.end);
            let with_others = beside[rank].iter().fold(found.at.clone(), join);
            let is_affiliation = secret.is_shareable && !secret.is_verbatim;
            let is_in = |(range, extent): &(Range<usize>, Extent)| match extent {
                Extent::Everything => range.start <= with_others.start && with_others.end <= range.end,
                Extent::Words if self.scope.is_of_a_signatory => false,
                Extent::Words if secret.is_identifier && !is_affiliation => false,
                Extent::Words => beside[rank].is_empty() && range.start <= found.at.start && found.at.end <= range.end,
                Extent::Whole => {
                    secret.is_shareable
                        && (*range == found.at
                            || secret.is_verbatim && range.start <= found.at.start && found.at.end <= range.end)
                }
                Extent::Line => false,
            };
            if own.iter().any(is_in) {
                self.has_overlap = true;
            } else if !cleared.iter().any(is_in) && !self.is_allowed(&with_others, &folded) {
                leaking.push((with_others, secret.is_identifier || !beside[rank].is_empty()));
            }
        }
        self.leaks.extend(merged(leaking).into_iter().map(|(at, is_whole)| {
            let span = folded.span(&at);
            let words = Folded::new(&text[span.clone()]).words();
            Leak::new(place, unit.source(span.start)..unit.source(span.end.saturating_sub(1)) + 1, words, is_whole)
        }));
    }

    /// Whether a word of a name, with none of the same name beside it, is a leak where it is.
    fn is_leaking_word(&self, secret: &Secret, found: &Found, text: &str, folded: &Folded) -> bool {
        let context = Context::new(text, found.span.clone());
        let has_initial = || context.initials().any(|initial| self.gate.has_initial(secret, found.secret, initial));
        if secret.words_of.is_empty() {
            return context.is_titled_name() || has_initial();
        }
        let letters = &folded.letters()[found.at.clone()];
        !context.is_ordinary(letters, found.is_plural, self.words) || has_initial()
    }

    /// Where the recipient's own strings are.
    fn own_in(&self, folded: &Folded) -> Vec<(Range<usize>, Extent)> {
        let own = self
            .own
            .get_or_init(|| self.scope.own.iter().flat_map(|own| fold_cleared(&own.text, own.extent)).collect());
        let places = own.iter().flat_map(|(sought, extent)| {
            let found = folded.letters().match_indices(sought.letters());
            let ranges = found.map(|(at, letters)| at..at + letters.len());
            ranges.filter(|at| folded.is_whole(at.clone(), sought, false)).map(|at| (at, *extent))
        });
        places.collect()
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

fn found_at(index: usize, secret: &Secret, folded: &Folded, text: &str, at: Range<usize>) -> Option<Found> {
    let is_word = !secret.words_of.is_empty();
    let in_hashtag = is_word && Context::new(text, folded.span(&at)).is_in_hashtag();
    let mut found = Found { secret: index, span: folded.span(&at), at: at.clone(), is_plural: false };
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

/// For each string found, the words of the same person that are beside it.
fn beside(gate: &Gate, found: &[Found], text: &str) -> Vec<Vec<Range<usize>>> {
    let mut beside = vec![Vec::new(); found.len()];
    let mut words: Vec<usize> = (0..found.len()).filter(|at| !gate.secrets[found[*at].secret].is_alone()).collect();
    words.sort_by_key(|at| found[*at].at.start);
    for (rank, &one) in words.iter().enumerate() {
        let next = words[rank + 1..].iter().skip_while(|other| found[**other].at.start < found[one].at.end);
        // An initial can be between two words.
        let next = next.take_while(|other| found[**other].at.start <= found[one].at.end + 4);
        for &other in next {
            let (end, start) = (found[one].span.end, found[other].span.start.max(found[one].span.end));
            if is_near(text, end..start) && gate.are_of_one_person(found[one].secret, found[other].secret) {
                beside[one].push(found[other].at.clone());
                beside[other].push(found[one].at.clone());
            }
        }
    }
    beside
}

impl Gate {
    /// Whether two different strings are words of one name, and one of them more than a joining word.
    fn are_of_one_person(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.secrets[one], &self.secrets[other]);
        let shares = |lines: &[u32], secret: &Secret| {
            lines.iter().any(|line| secret.words_of.contains(line) || secret.joins.contains(line))
        };
        one != other && (shares(&a.words_of, b) || shares(&b.words_of, a))
    }

    /// Whether somebody who has this word in their name has another that begins with the letter.
    fn has_initial(&self, secret: &Secret, index: usize, initial: char) -> bool {
        let begins = |other: &usize| *other != index && self.secrets[*other].folded.letters().starts_with(initial);
        let mut lines = secret.words_of.iter().chain(&secret.joins);
        lines.any(|line| self.people.get(line).is_some_and(|words| words.iter().any(begins)))
    }
}

impl Secret {
    /// Whether it is no word of a name.
    fn is_alone(&self) -> bool {
        self.words_of.is_empty() && self.joins.is_empty()
    }
}

/// The ranges, those that touch or overlap made one; each with whether it is a whole name or another identifier.
fn merged(mut ranges: Vec<(Range<usize>, bool)>) -> Vec<(Range<usize>, bool)> {
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
