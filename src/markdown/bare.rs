//! Addresses written as plain text: `https://example.org/page` is a link, and keeps every character.
//!
//! A value from a list must never become a link, nor decide whether something is one.

use super::escape::{HOLE, escape_value, hole, is_escaped};
use super::link::address;
use super::tree::{Inline, lines};
use std::borrow::Cow;

/// The marks in an address that would become emphasis.
const MARKS: [char; 3] = ['_', '*', '~'];

/// Returns the source with the marks in addresses escaped like values, and the offsets of the escaped marks in it.
pub(super) fn protect(source: &str) -> (Cow<'_, str>, Vec<usize>) {
    let mut marks = Vec::new();
    for (begin, host) in beginnings(source) {
        let mut end = begin + length(&source[begin..], true);
        let line = source[..begin].rsplit('\n').next().unwrap_or_default();
        let is_even = |text: &str| text.matches('_').count().is_multiple_of(2);
        // An underscore at the end is the address's own if no emphasis before it needs it.
        if source[end..].starts_with('_') && is_even(line) && is_even(&source[begin..=end]) {
            end += 1;
        }
        let Some(path) = source.get(host..end).and_then(|address| address.find(['/', '?', '#'])) else { continue };
        let mut before = ' ';
        let mut rest = source[host + path..end].char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            // `**` and `~~` are never part of an address.
            let is_double = c != '_' && (before == c || rest.peek().is_some_and(|(_, next)| *next == c));
            if MARKS.contains(&c) && before != '\\' && !is_double {
                marks.push(host + path + at);
            }
            before = c;
        }
    }
    marks.sort_unstable();
    marks.dedup();
    if marks.is_empty() {
        return (Cow::Borrowed(source), marks);
    }
    let (mut protected, mut from) = (String::with_capacity(source.len() + 3 * marks.len()), 0);
    for mark in &mut marks {
        protected.push_str(&source[from..*mark]);
        from = *mark + 1;
        let escaped = escape_value(&source[*mark..from]);
        *mark = protected.len();
        protected.push_str(&escaped);
    }
    protected.push_str(&source[from..]);
    (Cow::Owned(protected), marks)
}

/// Returns the offset in the source that has this one in the protected source.
pub(super) fn original(offset: usize, marks: &[usize]) -> usize {
    // An escaped mark has 4 bytes.
    offset - 3 * marks.partition_point(|mark| *mark < offset)
}

/// Unescapes the text among these inlines, and makes links of addresses in it unless it is in a link already. `bad_hole`: for a
/// source with holes, set where the value of one would be read.
pub(super) fn finish(inlines: Vec<Inline>, in_link: bool, bad_hole: Option<&mut bool>) -> Vec<Inline> {
    let mut finished = Finished { inlines: Vec::with_capacity(inlines.len()), bad_hole };
    for inline in inlines {
        match inline {
            Inline::Text(text) if in_link || !text.contains("://") => finished.words(&text),
            Inline::Text(text) => finished.words_and_links(&text),
            other => finished.inlines.push(other),
        }
    }
    finished.inlines
}

struct Finished<'b> {
    inlines: Vec<Inline>,
    bad_hole: Option<&'b mut bool>,
}

impl Finished<'_> {
    fn words_and_links(&mut self, text: &str) {
        let mut from = 0;
        for (begin, host) in beginnings(text).filter(|(begin, _)| !text[..*begin].ends_with(is_escaped)) {
            if begin < from {
                continue;
            }
            let shown = &text[begin..begin + length(&text[begin..], false)];
            let authority = shown.get(host - begin..).unwrap_or_default().split(['/', '?', '#']).next();
            let is_plain = authority.is_some_and(|authority| !authority.is_empty() && !authority.contains(is_escaped));
            let Some(address) = address(shown).filter(|_| is_plain) else { continue };
            if let Some(bad_hole) = &mut self.bad_hole {
                **bad_hole |= shown.contains(HOLE);
            }
            self.words(&text[from..begin]);
            let text = vec![Inline::Text(lines(shown))];
            self.inlines.push(Inline::Link { address, title: String::new(), text });
            from = begin + shown.len();
        }
        self.words(&text[from..]);
    }

    /// Adds text, and the holes in it.
    fn words(&mut self, text: &str) {
        let add = |text: &str, inlines: &mut Vec<Inline>| {
            inlines.extend((!text.is_empty()).then(|| Inline::Text(lines(text))));
        };
        let Some(bad_hole) = self.bad_hole.as_mut().filter(|_| text.contains(HOLE)) else {
            return add(text, &mut self.inlines);
        };
        let mut pieces = text.split(HOLE);
        add(pieces.next().unwrap_or_default(), &mut self.inlines);
        for piece in pieces {
            match hole(piece) {
                Some((number, after)) => {
                    self.inlines.push(Inline::Hole(number));
                    add(after, &mut self.inlines);
                }
                None => **bad_hole = true,
            }
        }
    }
}

/// Returns where addresses may begin, and where their hosts do.
fn beginnings(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.match_indices("://").filter_map(|(at, colon)| {
        let is_scheme = |scheme: &&str| {
            let begin = at.checked_sub(scheme.len());
            begin.and_then(|begin| text.get(begin..at)).is_some_and(|given| given.eq_ignore_ascii_case(scheme))
        };
        let begin = at - ["https", "http"].iter().find(|scheme| is_scheme(scheme))?.len();
        (!text[..begin].ends_with(char::is_alphanumeric)).then_some((begin, at + colon.len()))
    })
}

/// Returns the length of the address at the start of a text, without punctuation after it. `escapes`: whether a backslash can
/// be in it.
fn length(text: &str, escapes: bool) -> usize {
    let (mut round, mut square) = (0_usize, 0_usize);
    let ends = |c: char| -> bool {
        let open = match c {
            '(' => Some(&mut round).map(|open| *open += 1).is_none(),
            '[' => Some(&mut square).map(|open| *open += 1).is_none(),
            ')' => round.checked_sub(1).map(|open| round = open).is_none(),
            ']' => square.checked_sub(1).map(|open| square = open).is_none(),
            _ => false,
        };
        let is_allowed = c.is_alphanumeric() || is_escaped(c) || (c.is_ascii_graphic() && !"<>\"`|{}^".contains(c));
        open || !is_allowed || (c == '\\' && !escapes)
    };
    let end = text.find(ends).unwrap_or(text.len());
    text[..end].trim_end_matches(|c: char| "?!.,:;*_~'\\".contains(c)).len()
}
