//! Finding the claims of a text.

use super::bond::Sentence;
use super::claim::{Bond, Claim};
use super::nouns::{Noun, Nouns};
use super::numerals::Manner;
use super::parts;
use super::phrase::{MONTHS, Phrase, REACH, back, ends, is_signed_by, is_year, number, phrase, word, words};
use super::tokens::{Kind, Token, listed};
use std::ops::Range;

/// What makes an exact number vague, by its words.
const ABOUT: &str = "about around nearly almost roughly approximately some over more-than fewer-than less-than at-least up-to close-to \
    well-over several few many";

/// Every claim of a text, in order.
pub(super) fn claims(tokens: &[Token], nouns: &Nouns<'_>) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = match claim(tokens, at, &claims, nouns) {
            Some(claim) => {
                let end = claim.end();
                claims.push(claim);
                end
            }
            None => number(tokens, at).map_or(at + 1, |(_, _, used)| at + used),
        };
    }
    claims
}

/// The claim that begins with a number at a place, after the claims before it.
fn claim(tokens: &[Token], at: usize, earlier: &[Claim], nouns: &Nouns<'_>) -> Option<Claim> {
    let (value, manner, used) = number(tokens, at)?;
    let number = at..at + used;
    if is_date_or_share(tokens, &number, value) {
        return None;
    }
    let about = about(tokens, at);
    let mut claim = Claim {
        value,
        manner: if about > 0 { Manner::Vague } else { manner },
        number: at - about..number.end,
        noun: None,
        words: number.end..number.end,
        besides: false,
        bond: Bond::Loose,
        part: None,
        naming: None,
        tells_names: false,
        tells_categories: false,
    };
    let whole = |at: usize| self::claim(tokens, at, earlier, nouns);
    // "dozens of survivors"
    let from = number.end + usize::from(manner == Manner::Vague && word(tokens, Some(number.end)) == "of");
    match phrase(tokens, from, at, value, nouns) {
        Phrase::Counted { noun, words, besides } => {
            (claim.noun, claim.words, claim.besides) = (Some(noun), words, besides);
            parts::narrow(&mut claim, tokens, nouns);
        }
        _ if parts::find(&mut claim, tokens, earlier, nouns, whole) || label(&mut claim, tokens, nouns) => {}
        Phrase::Other(words) if is_signed_by(tokens, claim.number.start) && value > 2 && nouns.may_mean(value) => {
            (claim.noun, claim.words) = (Some(Noun::Uncounted), words);
        }
        Phrase::Other(_) | Phrase::Nothing => {}
    }
    if tokens[at].kind == Kind::Group {
        // What it prints in a group that the noun does not speak of.
        claim.value = nouns.of_another_group(claim.noun.as_ref()?)?;
    }
    let sentence = Sentence::around(tokens, &claim);
    if claim.noun.is_none() && !sentence.is_bare(&claim, nouns) {
        return None;
    }
    claim.naming = parts::naming(tokens, claim.words.end.max(number.end));
    claim.tells_names = sentence.tells_names();
    claim.tells_categories = sentence.tells_categories(nouns);
    claim.bond = sentence.bond(&claim, earlier, nouns);
    Some(claim)
}

/// A day, a year, "one" as in "no one".
fn is_date_or_share(tokens: &[Token], number: &Range<usize>, value: u64) -> bool {
    let before = back(tokens, number.start, 1);
    let after = word(tokens, Some(number.end));
    let said = word(tokens, Some(number.start));
    let is_numeral = said.starts_with(|c: char| c.is_ascii_digit());
    let is_day = is_numeral && value <= 31 && (listed(MONTHS, before) || listed(MONTHS, after));
    let is_year =
        is_year(said) && (["in", "since", "of", "until", "during"].contains(&before) || listed(MONTHS, before));
    is_day || is_year || value == 1 && ["no", "any", "every", "each", "not"].contains(&before)
}

/// How many words before a number make it vague.
fn about(tokens: &[Token], at: usize) -> usize {
    let back = |by: usize| back(tokens, at, by);
    match (listed(ABOUT, &format!("{}-{}", back(2), back(1))), listed(ABOUT, back(1))) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// A noun as a number's label: "Signatories: 56", "survivors (21)".
fn label(claim: &mut Claim, tokens: &[Token], nouns: &Nouns<'_>) -> bool {
    let Some(sign) = claim.number.start.checked_sub(1) else { return false };
    let close = tokens.get(claim.number.end).map(|next| &next.kind);
    let joins = match tokens[sign].kind {
        Kind::Pause('(') => close == Some(&Kind::Pause(')')),
        Kind::Pause(':' | '=' | '–' | '—') => ends(tokens, claim.number.end),
        _ => false,
    };
    if !joins || is_year(word(tokens, Some(claim.number.start))) {
        return false;
    }
    let said = |length: &usize| words(tokens, sign.saturating_sub(*length)).len() >= *length;
    let found = (1..=sign.min(REACH)).take_while(said).filter_map(|length| {
        let words = words(tokens, sign - length);
        nouns.at(&words[..length], 2).filter(|(_, taken)| *taken == length)
    });
    let Some((noun, length)) = found.last() else { return false };
    (claim.noun, claim.words) = (Some(noun.clone()), sign - length..sign);
    true
}
