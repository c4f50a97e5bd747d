//! Dates that are right on one day only: "today", "next Friday".
//!
//! A letter is read on other days than it was written on, and reprinted for years.

use super::token::{Token, listed};
use std::ops::Range;

const BY_THEMSELVES: &str = "today yesterday tomorrow tonight today's";

const SPANS: &str = "week weekend month year quarter morning afternoon evening monday tuesday wednesday thursday friday saturday \
    sunday";

/// The octets of every relative date.
pub(super) fn relative(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let next = tokens.get(at + 1).filter(|next| next.word().is_some_and(|word| listed(SPANS, word)));
        match (word, next) {
            ("this" | "next" | "last", Some(next)) => found.push(token.start..next.end),
            _ if listed(BY_THEMSELVES, word) && !is_name(tokens, at) => found.push(token.start..token.end),
            _ => {}
        }
    }
    found
}

/// The newspapers' names that end in it.
fn is_name(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before)).and_then(Token::word);
    before.is_some_and(|word| ["usa", "india", "psychology", "christianity", "history"].contains(&word))
}
