//! Splits a text into units, in which private strings are searched for: a paragraph, a list item, a table cell, a header
//! value, an address, a line of the roll.
//!
//! Nothing may be found across two units, and a soft line break within one must hide nothing. In HTML tags only what a
//! template or a list can put there is searched, not the markup itself.

use super::decode::{displayed, readings, untagged, without_css_escapes, without_data};
use crate::markdown::LAYOUT;
use crate::template::BUILT_IN_ROLL_HTML;
use crate::text::script::TAG;
use std::borrow::Cow;

/// Separates two pieces of text with a tag between them that may be within a word: `<b>Ma</b>ria`, `Maria<sup>1</sup>`.
const SOFT: char = '\u{200B}';

/// A text to search, with its position in the source.
#[derive(Default)]
pub(super) struct Unit<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where each piece begins in `text` and in the source, and whether both have the same bytes.
    pieces: Vec<(usize, usize, bool)>,
}

impl<'t> Unit<'t> {
    fn new(text: Cow<'t, str>, at: usize, is_verbatim: bool) -> Self {
        Unit { text, pieces: vec![(0, at, is_verbatim)] }
    }

    /// The position in the source for a position in the text; in a decoded piece, where the piece begins.
    pub(super) fn source(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|(begin, ..)| *begin <= at);
        match next.checked_sub(1).and_then(|piece| self.pieces.get(piece)) {
            Some((begin, source, true)) => source + at - begin,
            Some((_, source, false)) => *source,
            None => 0,
        }
    }

    fn push(&mut self, source: &'t str, at: usize) {
        let text = displayed(source);
        self.pieces.push((self.text.len(), at, matches!(text, Cow::Borrowed(_))));
        self.text.to_mut().push_str(&text);
    }

    /// Passes on what was collected, and starts an empty unit.
    fn flush(&mut self, visit: &mut dyn FnMut(&Unit<'_>)) {
        let unit = std::mem::take(self);
        if unit.text.contains(char::is_alphanumeric) {
            visit(&unit);
            if let Some(untagged) = untagged(&unit.text) {
                visit(&Unit::new(Cow::Owned(untagged), unit.source(0), false));
            }
        }
    }
}

/// Passes on a text that is one unit.
pub(super) fn value(text: &str, at: usize, visit: &mut dyn FnMut(&Unit<'_>)) {
    for reading in readings(&without_data(text)) {
        let is_verbatim = reading == text;
        visit(&Unit::new(reading, at, is_verbatim));
    }
}

/// Passes on the units of plain text or Markdown: paragraphs, list items, and lines for which `is_line` is true.
pub(super) fn plain(text: &str, is_line: &dyn Fn(&str) -> bool, visit: &mut dyn FnMut(&Unit<'_>)) {
    let (mut begin, mut end) = (0, 0);
    let mut flush = |begin: &mut usize, end: usize| {
        if text[*begin..end].contains(char::is_alphanumeric) {
            value(&text[*begin..end], *begin, visit);
        }
        *begin = end;
    };
    for line in text.split_inclusive('\n') {
        let shown = line.trim();
        let is_alone = shown.trim_matches(TAG).is_empty() || is_line(shown) || shown.starts_with(['#', '|']);
        if is_alone || begins_item(shown) {
            flush(&mut begin, end);
        }
        end += line.len();
        if is_alone || line.ends_with("  \n") || shown.ends_with('\\') {
            flush(&mut begin, end);
        }
    }
    flush(&mut begin, end);
}

/// Whether a line begins an item of a list: `- `, `* `, `1. `.
fn begins_item(line: &str) -> bool {
    let unnumbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[&str] = if unnumbered.len() < line.len() { &[". ", ") "] } else { &["- ", "* ", "+ ", "• "] };
    marks.iter().any(|mark| unnumbered.starts_with(mark))
}

/// Passes on the units of HTML or XML: the text between block tags, and each value in the tags.
pub(super) fn markup(text: &str, visit: &mut dyn FnMut(&Unit<'_>)) {
    let mut unit = Unit::default();
    let mut at = 0;
    // Without a `>` ahead there are no more tags; trying every `<` would take quadratic time.
    while let Some(open) = text[at..].find('<').map(|open| at + open).filter(|open| text[*open..].contains('>')) {
        unit.push(&text[at..open], at);
        let Some(end) = tag_end(&text[open..]) else {
            unit.push("<", open);
            at = open + 1;
            continue;
        };
        let tag = &text[open..open + end];
        at = open + end;
        if is_inline(tag) {
            unit.text.to_mut().push(SOFT);
        } else {
            unit.flush(visit);
        }
        tag_values(tag, open, visit);
        if is_element(tag, "style") {
            let length = text[at..].find("</").unwrap_or(text.len() - at);
            style_sheet(&text[at..at + length], at, visit);
            at += length;
        }
    }
    unit.push(&text[at..], at);
    unit.flush(visit);
}

/// Whether a tag begins or ends a style sheet.
pub(super) fn is_style_sheet(tag: &str) -> bool {
    is_element(tag, "style")
}

fn is_element(tag: &str, name: &str) -> bool {
    element(tag).eq_ignore_ascii_case(name)
}

fn element(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

/// Whether a tag is an inline element or a comment.
fn is_inline(tag: &str) -> bool {
    const INLINE: [&str; 27] = [
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
        "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "wbr",
    ];
    tag.starts_with("<!--") || INLINE.iter().any(|name| is_element(tag, name))
}

/// Passes on what a tag can have from a template or a list: a comment, or the values of its attributes.
fn tag_values(tag: &str, at: usize, visit: &mut dyn FnMut(&Unit<'_>)) {
    if tag.starts_with("<!--") || tag.starts_with("<?") {
        return value(tag, at, visit);
    }
    if tag.starts_with("</") || [LAYOUT, BUILT_IN_ROLL_HTML].iter().any(|own| own.contains(tag)) {
        return;
    }
    let mut rest = &tag[1 + element(tag).len()..];
    while let Some(next) = rest.find(|c: char| !c.is_whitespace() && c != '/' && c != '>') {
        let from = &rest[next..];
        // The first character is taken whatever it is, so that the loop ends on a malformed tag.
        let end = from.char_indices().skip(1).find(|(_, c)| c.is_whitespace() || "=/>".contains(*c));
        let (name, after) = from.split_at(end.map_or(from.len(), |(end, _)| end));
        if let Some(name) = name.strip_prefix("data-") {
            value(name, at, visit);
        }
        rest = after;
        if let Some(text) = after.trim_start().strip_prefix('=') {
            let text = text.trim_start();
            let offset = at + tag.len() - text.len() + usize::from(text.starts_with(['"', '\'']));
            let (text, after) = attribute(text);
            match name.eq_ignore_ascii_case("style") {
                true => declarations(text, offset, visit),
                false => value(text, offset, visit),
            }
            rest = after;
        }
    }
}

/// An attribute's value, and what follows it.
fn attribute(text: &str) -> (&str, &str) {
    match text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        None => text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len())),
    }
}

/// Passes on the values of CSS declarations, except font names.
fn declarations(text: &str, at: usize, visit: &mut dyn FnMut(&Unit<'_>)) {
    for declaration in text.split(';') {
        let (property, text) = declaration.split_once(':').unwrap_or(("", declaration));
        if !["font-family", "font"].contains(&&*property.trim().to_ascii_lowercase()) {
            value(&without_css_escapes(text), at, visit);
        }
    }
}

/// Passes on what a style sheet can hold besides CSS keywords: class names, values and comments.
fn style_sheet(text: &str, at: usize, visit: &mut dyn FnMut(&Unit<'_>)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        value(comment, at, visit);
        rules(before, at, visit);
        rest = after;
    }
    rules(rest, at, visit);
}

fn rules(text: &str, at: usize, visit: &mut dyn FnMut(&Unit<'_>)) {
    for rule in text.split('}') {
        let (selectors, body) = rule.rsplit_once('{').unwrap_or((rule, ""));
        for name in selectors.split(['.', '#']).skip(1) {
            value(&without_css_escapes(name.split([' ', ',', ':', '{', '>']).next().unwrap_or_default()), at, visit);
        }
        declarations(body, at, visit);
    }
}

/// Whether each tag and each style sheet in a stretch of HTML ends in it, so that it is read by itself as in a whole.
pub fn is_whole(text: &str) -> bool {
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        let rest = &text[open..];
        at = open + 1;
        if rest.len() == 1 {
            return false;
        }
        if !begins_tag(rest) {
            continue;
        }
        // The end of an odd quotation would be looked for in what follows.
        let is_even = |tag: &str| ['"', '\''].iter().all(|quote| tag.matches(*quote).count().is_multiple_of(2));
        let Some(end) = tag_end(rest).filter(|end| rest.starts_with("<!--") || is_even(&rest[..*end])) else {
            return false;
        };
        at = open + end;
        if is_element(&rest[..end], "style") {
            let Some(length) = text[at..].find("</") else { return false };
            at += length;
        }
    }
    true
}

fn begins_tag(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c))
}

/// Where the tag, comment or instruction at the beginning of `text` ends; `None` if its `<` is just a character.
pub(super) fn tag_end(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| end + 7);
    }
    if !begins_tag(text) {
        return None;
    }
    let nearest = text.find('>')? + 1;
    let mut quote = None;
    let outside_quotes = text.char_indices().find(|&(_, c)| match quote {
        Some(open) => {
            quote = (c != open).then_some(open);
            false
        }
        None => {
            quote = matches!(c, '"' | '\'').then_some(c);
            c == '>'
        }
    });
    Some(outside_quotes.map_or(nearest, |(at, _)| at + 1))
}
