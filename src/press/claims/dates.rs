//! Finds relative dates: "today", "next year", "on Monday", "two days ago".
//!
//! A letter is read on other days than the one on which it was written. A date with its month or number must never be
//! reported.

use super::lexicon::{
    A, AGO, ARTICLES, COMING, COUNTED, FEW, MONTHS, ON, POINTERS, RECURRING, RELATIVE_DAYS, SPANS, WEEKDAYS, has,
};
use super::numerals;
use super::tokens::{Lexeme, Token, word, words};

/// Returns the number of tokens of a relative date that begins here; 0 if there is none.
pub(super) fn relative(text: &str, tokens: &[Token], at: usize) -> usize {
    let words = words(tokens, at);
    let before = at.checked_sub(1).and_then(|before| word(tokens, before)).unwrap_or_default();
    let is_span = |word: &str| has(SPANS, word) || word.strip_suffix('s').is_some_and(|one| has(SPANS, one));
    match words[..] {
        [day, ..] if has(RELATIVE_DAYS, day) => usize::from(!is_name(text, &tokens[at], before)),
        [pointer, then, ..] if has(POINTERS, pointer) && (has(SPANS, then) || has(WEEKDAYS, then)) => {
            if has(ARTICLES, before) { 0 } else { 2 }
        }
        [coming, then, ..] if has(COMING, coming) && is_span(then) => 2,
        [on, day, ..] if on == ON && has(WEEKDAYS, day) && !is_dated(tokens, at + 2) => 2,
        _ => {
            let counted = numerals::read(&words).map_or_else(
                || words.iter().take_while(|word| has(A, word) || has(FEW, word)).count(),
                |(_, used)| used,
            );
            match words.get(counted..) {
                Some([span, ago, ..]) if counted > 0 && has(COUNTED, span) && *ago == AGO => counted + 2,
                _ => 0,
            }
        }
    }
}

/// Whether a date follows the weekday, or the weekday means many days: "on Monday, February 5", "on Sunday mornings".
fn is_dated(tokens: &[Token], at: usize) -> bool {
    let comma = tokens.get(at).is_some_and(|token| token.lexeme == Lexeme::Break);
    word(tokens, at + usize::from(comma)).is_some_and(|next| {
        has(MONTHS, next) || has(RECURRING, next) || next == "the" || next.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// Whether a word is part of a name, as in "USA Today": it has a capital inside a sentence.
fn is_name(text: &str, token: &Token, before: &str) -> bool {
    !before.is_empty() && text[token.range.clone()].starts_with(char::is_uppercase)
}
