//! Finds dates that are right on one day only: "today", "next year", "on Monday", "two days ago".
//!
//! A letter is read on other days than it was written on. A date with its month or number is never reported.

use super::lexicon::{
    A, AGO, ARTICLES, COMING, COUNTED, FEW, MONTHS, ON, POINTERS, RECURRING, RELATIVE_DAYS, SPANS, WEEKDAYS, has,
};
use super::numerals;
use super::tokens::{Lexeme, Token, word, words};

/// How many tokens a relative date takes that begins here; none where there is none.
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

/// Whether the date follows a weekday, or the weekday stands for many: "on Monday, February 5", "on Sunday mornings".
fn is_dated(tokens: &[Token], at: usize) -> bool {
    let comma = tokens.get(at).is_some_and(|token| token.lexeme == Lexeme::Break);
    word(tokens, at + usize::from(comma)).is_some_and(|next| {
        has(MONTHS, next) || has(RECURRING, next) || next == "the" || next.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// "USA Today": a capital where no sentence begins.
fn is_name(text: &str, token: &Token, before: &str) -> bool {
    !before.is_empty() && text[token.range.clone()].starts_with(char::is_uppercase)
}
