//! The words around a number: the number itself, the noun behind it, and who signs.

use super::nouns::{Noun, Nouns};
use super::numerals;
use super::numerals::Manner;
use super::tokens::{Kind, Token, listed};
use crate::text::pluralize::singular;
use std::ops::Range;

/// A noun stands at most so many words behind its number.
pub(super) const REACH: usize = 6;

/// Words that no noun phrase goes on after.
const BREAKS: &str = "and or of in on at to for from by with without who whom whose which that is are was were be been being have \
    has had do does did will would can could may as than but not their our my we they it this these those a an the \
    if when where while after before under over into per percent because so";

/// Plurals that stand before a noun and do not end the phrase.
const MODIFIERS: &str = "rights services arts sports news victims women crimes sales affairs";

/// Before a number that begins a phrase of several adjectives: elsewhere "and" or a comma ends what belongs to it.
const OPENERS: &str = "by from with are the these all";

pub(super) const MONTHS: &str = "january february march april may june july august september october november december jan feb aug \
    sept oct nov dec";

/// Signing, in a sentence. Whoever writes, asks or calls may be anybody.
pub(super) const SIGNING: &str = "sign signs signed signing co-sign co-signs co-signed cosigned undersigned signatory \
    signatories signer signers endorsed";

/// What signatories do, right behind a number of them.
pub(super) const DEEDS: &str = "sign signs signed co-sign co-signs co-signed cosigned endorse endorsed";

/// What may stand between a number of signatories and what they do.
pub(super) const ASIDES: &str = "who that have has had all also now here together jointly";

/// A sentence reaches at most so many tokens from a claim to either side.
pub(super) const SENTENCE_REACH: usize = 120;

/// The words from a place on, up to where they are interrupted.
pub(super) fn words(tokens: &[Token], from: usize) -> Vec<&str> {
    tokens.get(from..).unwrap_or_default().iter().map_while(Token::word).take(REACH + 4).collect()
}

pub(super) fn word(tokens: &[Token], at: Option<usize>) -> &str {
    at.and_then(|at| tokens.get(at)).and_then(Token::word).unwrap_or_default()
}

/// The word so many places before another.
pub(super) fn back(tokens: &[Token], at: usize, by: usize) -> &str {
    word(tokens, at.checked_sub(by))
}

/// Whether nothing follows that could belong to what stands before.
pub(super) fn ends(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|next| matches!(next.kind, Kind::Stop | Kind::Pause(_)))
}

pub(super) fn number(tokens: &[Token], at: usize) -> Option<(u64, Manner, usize)> {
    match tokens.get(at)?.kind {
        Kind::Count(value) => Some((value, Manner::Exact, 1)),
        Kind::Group => Some((2, Manner::Exact, 1)),
        _ => numerals::read(&words(tokens, at)).map(|read| (read.value, read.manner, read.words)),
    }
}

/// Whether a word can be a year, or is written like one.
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u32| (1900..2100).contains(&year))
}

/// What follows a number.
pub(super) enum Phrase {
    /// A noun that the list counts, and whether it leaves the sender out.
    Counted {
        noun: Noun,
        words: Range<usize>,
        besides: bool,
    },
    /// A plural that it does not count.
    Other(Range<usize>),
    Nothing,
}

/// The noun of a number: the first that the list counts, with adjectives before it and nothing that ends the phrase.
pub(super) fn phrase<'t>(tokens: &'t [Token], from: usize, number: usize, value: u64, nouns: &Nouns<'_>) -> Phrase {
    let before = number.checked_sub(1).and_then(|before| tokens.get(before));
    let opens = before.is_none_or(|before| before.kind == Kind::Stop) || listed(OPENERS, back(tokens, number, 1));
    let said = |token: &'t Token| if token.kind == Kind::Pause(',') { Some(",") } else { token.word() };
    let words: Vec<&str> = tokens.get(from..).unwrap_or_default().iter().map_while(said).take(REACH + 4).collect();
    let mut besides = false;
    for at in 0..words.len().min(REACH) {
        let rest = &words[at..];
        if let Some((noun, length)) = nouns.at(rest, value) {
            let words = from + at..from + at + length;
            return Phrase::Counted { noun: noun.clone(), words, besides };
        }
        let word = rest[0];
        // "55 anti-trafficking and child-protection survivors", "55 brave, outspoken survivors"
        if ["and", "or", ","].contains(&word) && opens && at > 0 && value > 1 {
            continue;
        }
        let is_plural = singular(word) != word;
        if is_plural && !listed(BREAKS, word) && (!listed(MODIFIERS, word) || at + 1 == words.len()) {
            return Phrase::Other(from + at..from + at + 1);
        }
        if listed(BREAKS, word) || word == "," || numerals::read(rest).is_some() {
            return Phrase::Nothing;
        }
        besides |= is_besides(word);
    }
    Phrase::Nothing
}

/// Whether a word before a noun leaves the sender out.
pub(super) fn is_besides(word: &str) -> bool {
    ["other", "further", "additional", "more"].contains(&word)
}

/// "signed by", right before a number.
pub(super) fn is_signed_by(tokens: &[Token], number: usize) -> bool {
    let verb = back(tokens, number, 2);
    back(tokens, number, 1) == "by" && (listed(SIGNING, verb) || verb == "joined")
}
