//! Dates that are right on one day only: "today", "next Friday".
//!
//! A letter is read on other days than it was written on, and reprinted for years.

use super::numerals::read;
use super::phrase::{MONTHS, word, words};
use super::tokens::{Kind, Token, listed};
use std::ops::Range;

const BY_THEMSELVES: &str = "today yesterday tomorrow tonight today's recently lately";

const DAYS: &str = "monday tuesday wednesday thursday friday saturday sunday";

const SPANS: &str =
    "hour day night week weekend month year quarter morning afternoon evening spring summer autumn fall winter";

/// Spans that are counted as "in two weeks": a number of years is told of anything.
const SOON: &str = "hours days weeks months hour day week month";

/// The octets of every relative date.
pub(super) fn relative(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let length = length(tokens, at);
        if length > 0 {
            found.push(token.start..tokens[at + length - 1].end);
        }
        at += length.max(1);
    }
    found
}

/// How many words of a relative date begin here; none where there is none.
fn length(tokens: &[Token], at: usize) -> usize {
    let words = words(tokens, at);
    let is_span = |word: &&str| listed(SPANS, word) || word.strip_suffix('s').is_some_and(|span| listed(SPANS, span));
    // "two", "a few", or none.
    let number = |from: usize| {
        let rest = words.get(from..).unwrap_or_default();
        match rest {
            ["a", "few" | "couple", ..] => 2 + usize::from(rest.get(2) == Some(&"of")),
            ["a" | "an" | "some" | "few" | "several", ..] => 1,
            _ => read(rest).map_or(0, |read| read.words),
        }
    };
    match words[..] {
        [first, ..] if listed(BY_THEMSELVES, first) => usize::from(!is_name(tokens, at)),
        ["this" | "next" | "last", then, ..] if listed(SPANS, then) || listed(DAYS, then) => 2,
        ["in" | "over" | "within" | "during", "the", "coming" | "next" | "last" | "past", ..] => {
            let span = 3 + number(3);
            if words.get(span).is_some_and(is_span) { span + 1 } else { 0 }
        }
        ["in", "recent" | "coming", then, ..] if is_span(&then) => 3,
        ["on", day, ..] if listed(DAYS, day) && !is_dated(tokens, at + 2) => 2,
        ["in", ..] => {
            let span = 1 + number(1);
            let is_soon = span > 1 && words.get(span).is_some_and(|word| listed(SOON, word));
            if is_soon && words.get(span + 1) != Some(&"of") { span + 1 } else { 0 }
        }
        _ => {
            let span = number(0);
            let is_ago = span > 0 && words.get(span).is_some_and(is_span) && words.get(span + 1) == Some(&"ago");
            if is_ago { span + 2 } else { 0 }
        }
    }
}

/// Whether a date follows a day of the week, or the day is told of many weeks: "on Monday, February 5".
fn is_dated(tokens: &[Token], at: usize) -> bool {
    let at = at + usize::from(tokens.get(at).is_some_and(|token| token.kind == Kind::Pause(',')));
    let next = word(tokens, Some(at));
    let is_many = next.strip_suffix('s').is_some_and(|span| listed(SPANS, span));
    is_many || listed(MONTHS, next) || next == "the" || next.starts_with(|c: char| c.is_ascii_digit())
}

/// The newspapers' names that end in it.
fn is_name(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before)).and_then(Token::word);
    before.is_some_and(|word| ["usa", "india", "psychology", "christianity", "history"].contains(&word))
}
