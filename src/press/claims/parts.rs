//! Parts of a number: "21 of the 56 signatories are survivors", "of whom 10 withhold their names".

use super::claim::{Bond, Claim, Naming, Part};
use super::nouns::{Noun, Nouns};
use super::numerals;
use super::numerals::Manner;
use super::phrase::{ASIDES, DEEDS, Phrase, SENTENCE_REACH, back, number, phrase, word, words};
use super::tokens::{Kind, Token, listed};
use std::ops::Range;

/// Words that point back to those who were counted before.
const BACK: &str = "whom which these those them";

/// What may stand before the noun of a whole.
const ARTICLES: &str = "the all our these those";

/// What makes a part something.
const COPULAS: &str = "are is were was";

const ADVERBS: &str = "also all both now themselves";

/// Finds what a number without a noun of its own is a part of; `whole` reads the claim at a place, and what that part is said to be. Of a whole the number
/// is not a part: "all 56 of us".
pub(super) fn find(
    claim: &mut Claim,
    tokens: &[Token],
    earlier: &[Claim],
    nouns: &Nouns<'_>,
    whole: impl Fn(usize) -> Option<Claim>,
) -> bool {
    // "One of us" is no count.
    if claim.value == 1 && word(tokens, Some(claim.number.start)) == "one" {
        return false;
    }
    let end = claim.number.end;
    let found = after(claim, tokens, earlier, nouns, whole).or_else(|| before(claim, tokens, earlier, nouns));
    let is_found = found.is_some();
    let (part, mut at) = found.map_or((None, end), |(part, at)| (Some(part), at));
    // "…, of whom 21 are survivors and 19 are service providers"
    let last = sentence(tokens, claim, earlier).last();
    let part = part.or_else(|| last.and_then(|before| before.part.clone()));
    // "11 of them survivors"
    let is_pointer = is_found && at < end + 3;
    at += who_signed(tokens, at);
    while listed(ADVERBS, word(tokens, Some(at))) {
        at += 1;
    }
    let is = listed(COPULAS, word(tokens, Some(at)));
    let told = if is || is_pointer { predicate(claim, tokens, at + usize::from(is), nouns) } else { None };
    match (part, told) {
        (Some(part), _) if at > end && is_whole(tokens, claim, at) => {
            claim.noun = part.wholes.first().cloned();
            claim.words = at - 1..at;
        }
        (Some(part), Some((noun, words))) => {
            (claim.noun, claim.words) = (Some(noun), words);
            claim.part = Some(Part { is_told: true, ..part });
        }
        (Some(part), None) if is_found => {
            claim.noun = part.wholes.first().cloned();
            claim.words = end..at;
            claim.part = Some(Part { is_told: false, ..part });
        }
        (None, Some((noun, words))) => {
            let Some(bond) = last.map(|before| before.bond).filter(|bond| *bond != Bond::Loose) else { return false };
            (claim.noun, claim.words) = (Some(noun.clone()), words);
            claim.part = Some(Part { wholes: vec![noun], bond, is_told: true });
        }
        _ => return false,
    }
    true
}

/// "of the 56 signatories", "of us", "of whom", behind a number; and the place after it.
fn after(
    claim: &Claim,
    tokens: &[Token],
    earlier: &[Claim],
    nouns: &Nouns<'_>,
    whole: impl Fn(usize) -> Option<Claim>,
) -> Option<(Part, usize)> {
    let mut at = claim.number.end + 1;
    if back(tokens, at, 1) != "of" {
        return None;
    }
    let pointer = word(tokens, Some(at));
    if listed(BACK, pointer) && number(tokens, at + 1).is_none() {
        return Some((pointed(tokens, claim, earlier, pointer)?, at + 1));
    }
    if pointer == "us" {
        return Some((Part { wholes: vec![Noun::Signatory], bond: Bond::Bound, is_told: false }, at + 1));
    }
    while listed(ARTICLES, word(tokens, Some(at))) {
        at += 1;
    }
    if let Some((.., used)) = number(tokens, at) {
        // Of the part of a part nobody writes; reading on would have no end.
        let is_part = word(tokens, Some(at + used)) == "of";
        let whole = if is_part { None } else { whole(at) }?;
        let wholes = vec![whole.noun.unwrap_or(Noun::Signatory)];
        return Some((Part { wholes, bond: whole.bond, is_told: false }, whole.words.end.max(whole.number.end)));
    }
    let Phrase::Counted { noun, words, .. } = phrase(tokens, at, at, 2, nouns) else { return None };
    let bond = if noun == Noun::Signatory { Bond::Bound } else { Bond::Loose };
    Some((Part { wholes: vec![noun], bond, is_told: false }, words.end))
}

/// "of whom", "of these,", "of the 56 signatories," before a number.
fn before(claim: &Claim, tokens: &[Token], earlier: &[Claim], nouns: &Nouns<'_>) -> Option<(Part, usize)> {
    let start = claim.number.start;
    let pause = start.checked_sub(1).filter(|at| tokens[*at].kind == Kind::Pause(','));
    let end = pause.unwrap_or(start);
    let pointer = back(tokens, end, 1);
    let heads = |at: usize| ["of", "among"].contains(&back(tokens, at, 1));
    let at = claim.number.end;
    if pointer == "us" && pause.is_some() && heads(end - 1) {
        return Some((Part { wholes: vec![Noun::Signatory], bond: Bond::Bound, is_told: false }, at));
    }
    if listed(BACK, pointer) && heads(end - 1) {
        return Some((pointed(tokens, claim, earlier, pointer)?, at));
    }
    let last = earlier.last().filter(|last| pause.is_some() && last.words.end.max(last.number.end) == end)?;
    let head = last.number.start - usize::from(listed(ARTICLES, back(tokens, last.number.start, 1)));
    let whole = last.noun.clone().filter(|_| heads(head) && nouns.may_mean(claim.value))?;
    Some((Part { wholes: vec![whole], bond: last.bond, is_told: false }, at))
}

/// Whom "whom" or "them" points to: among the claims of the sentence, else of the one before.
fn pointed(tokens: &[Token], claim: &Claim, earlier: &[Claim], pointer: &str) -> Option<Part> {
    let here: Vec<&Claim> = sentence(tokens, claim, earlier).filter(|before| before.noun.is_some()).collect();
    let Some(last) = here.last() else {
        let near = earlier.iter().rev().take_while(|before| before.number.end + SENTENCE_REACH > claim.number.start);
        let bound = near.filter(|before| before.bond == Bond::Bound);
        let mut wholes: Vec<Noun> = bound.filter_map(|before| before.noun.clone()).collect();
        if wholes.is_empty() {
            return None;
        }
        wholes.push(Noun::Signatory);
        return Some(Part { wholes, bond: Bond::Near, is_told: false });
    };
    let is_clear = pointer == "whom" && matches!(last.noun, Some(Noun::Category(_)));
    let meant = if is_clear { &here[here.len() - 1..] } else { &here[..] };
    let wholes = meant.iter().rev().filter_map(|before| before.noun.clone()).collect();
    Some(Part { wholes, bond: last.bond, is_told: false })
}

/// The claims before this one in its sentence.
fn sentence<'c>(tokens: &[Token], claim: &Claim, earlier: &'c [Claim]) -> impl Iterator<Item = &'c Claim> + use<'c> {
    let before = tokens[..claim.number.start].iter().rev().take(SENTENCE_REACH);
    let stop = claim.number.start - before.take_while(|token| token.kind != Kind::Stop).count();
    let first = earlier.partition_point(|before| before.number.start < stop);
    earlier[first..].iter()
}

/// How many words say that they are those who signed: "who have signed this letter".
fn who_signed(tokens: &[Token], at: usize) -> usize {
    let words = words(tokens, at);
    let asides = words.iter().take_while(|word| listed(ASIDES, word)).count();
    if !["who", "that"].contains(words.first().unwrap_or(&""))
        || !words.get(asides).is_some_and(|deed| listed(DEEDS, deed))
    {
        return 0;
    }
    match words[asides + 1..] {
        ["it", ..] => asides + 2,
        ["the" | "this" | "our", "letter", ..] => asides + 3,
        _ => asides + 1,
    }
}

/// "all 56 of us", "fifty-six of us have signed".
fn is_whole(tokens: &[Token], claim: &Claim, at: usize) -> bool {
    let verbs = words(tokens, at);
    let asides = verbs.iter().take_while(|word| listed(ASIDES, word)).count();
    ["all", "the"].contains(&back(tokens, claim.number.start, 1)) && back(tokens, at, 1) == "us"
        || verbs.get(asides).is_some_and(|deed| listed(DEEDS, deed))
            && !["with", "by", "as"].contains(verbs.get(asides + 1).unwrap_or(&""))
}

/// Makes "2 signatories in the category “academia”" a part of the signatories.
pub(super) fn narrow(claim: &mut Claim, tokens: &[Token], nouns: &Nouns<'_>) {
    if let Some((noun, words)) = in_category(tokens, claim.words.end, nouns) {
        let wholes = claim.noun.replace(noun).into_iter().collect();
        claim.words = claim.words.start..words.end;
        claim.part = Some(Part { wholes, bond: Bond::Bound, is_told: true });
    }
}

/// A category by its name: "in the category “academia”".
fn in_category(tokens: &[Token], at: usize, nouns: &Nouns<'_>) -> Option<(Noun, Range<usize>)> {
    let (noun, end) =
        nouns.named(tokens, at + 3).filter(|_| words(tokens, at).starts_with(&["in", "the", "category"]))?;
    Some((noun.clone(), at + 3..end))
}

/// The noun that a part is said to be: "are survivors", "are in the category “survivor”".
fn predicate(claim: &Claim, tokens: &[Token], at: usize, nouns: &Nouns<'_>) -> Option<(Noun, Range<usize>)> {
    if let Some(found) = in_category(tokens, at, nouns) {
        return Some(found);
    }
    // "one of whom is a survivor" is told in the singular.
    let at = at + usize::from(claim.value == 1 && ["a", "an"].contains(&word(tokens, Some(at))));
    match phrase(tokens, at, claim.number.start, claim.value, nouns) {
        Phrase::Counted { noun, words, .. } if noun != Noun::Uncounted => Some((noun, words)),
        _ => None,
    }
}

/// What is said of names behind a claim, up to the next number: the first word of it decides.
pub(super) fn naming(tokens: &[Token], from: usize) -> Option<Naming> {
    let begins = |word: &str, with: &[&str]| with.iter().any(|begin| word.starts_with(begin));
    let mut denied: u8 = 0;
    for at in from..tokens.len() {
        match &tokens[at].kind {
            Kind::Stop | Kind::Pause(';') | Kind::Count(_) | Kind::Group => break,
            Kind::Word(word) => {
                denied =
                    if ["not", "without", "never", "nor"].contains(&&**word) { 5 } else { denied.saturating_sub(1) };
                let is_shown = begins(word, &["appear", "listed", "printed", "named"]);
                if begins(word, &["withh", "anonym", "unnamed"])
                    || denied > 0 && begins(word, &["nam", "appear", "list"])
                {
                    return Some(Naming::Hidden);
                }
                if is_shown || word == "name" && ["by", "under"].contains(&back(tokens, at, 1)) {
                    return Some(Naming::Shown);
                }
                if at > from && numerals::read(&words(tokens, at)).is_some_and(|read| read.manner == Manner::Exact) {
                    break;
                }
            }
            Kind::Expression | Kind::Pause(_) => {}
        }
    }
    None
}
