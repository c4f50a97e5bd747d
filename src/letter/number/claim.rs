//! Finding the claims: a number, the noun it belongs to, and how firmly the two are bound to the letter.

use super::noun::{Noun, Nouns};
use super::read::{self, Manner};
use super::token::{Kind, Token, listed};
use std::ops::Range;

/// A number that may be one of signatories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) value: u64,
    pub(super) manner: Manner,
    /// The tokens of the number, with what makes it vague.
    pub(super) number: Range<usize>,
    /// What is counted; `None` for a number of signatures that has no noun at all.
    pub(super) noun: Option<Noun>,
    /// The tokens of the noun; none where there is none.
    pub(super) words: Range<usize>,
    /// "55 other organisations": without the sender.
    pub(super) besides: bool,
    pub(super) bond: Bond,
    /// The sentence speaks of who is named and who is not.
    pub(super) tells_names: bool,
    /// The sentence names a category.
    pub(super) tells_categories: bool,
}

impl Claim {
    /// Whether a token is of the number or the noun, or stands between them.
    pub(super) fn covers(&self, at: usize) -> bool {
        (self.number.start..self.words.end.max(self.number.end)).contains(&at)
    }
}

/// A noun stands at most so many words behind its number.
const REACH: usize = 6;

/// Words that no noun phrase goes on after.
const BREAKS: &str = "and or of in on at to for from by with without who whom whose which that is are was were be been being have \
    has had do does did will would can could may as than but not their our my we they it this these those a an the \
    if when where while after before under over into per percent because so";

/// Plurals that stand before a noun and do not end the phrase.
const MODIFIERS: &str = "rights services arts sports news victims women crimes sales affairs";

/// What makes an exact number vague, by its words.
const ABOUT: &str = "about around nearly almost roughly approximately some over more-than fewer-than less-than at-least up-to close-to \
    well-over several few many";

const MONTHS: &str = "january february march april may june july august september october november december jan feb aug sept oct nov \
    dec";

/// Every claim of a text, in order.
pub(super) fn claims(tokens: &[Token], nouns: &Nouns<'_>) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((value, manner, used)) = number(tokens, at) else {
            at += 1;
            continue;
        };
        let number = at..at + used;
        at = number.end;
        if is_date_or_share(tokens, &number, value) {
            continue;
        }
        let about = about(tokens, number.start);
        let manner = if about > 0 { Manner::Vague } else { manner };
        let mut claim = Claim {
            value,
            manner,
            number: number.start - about..number.end,
            noun: None,
            words: number.end..number.end,
            besides: false,
            bond: Bond::Loose,
            tells_names: false,
            tells_categories: false,
        };
        find_noun(&mut claim, tokens, nouns);
        let sentence = Sentence::around(tokens, &claim);
        claim.bond = sentence.bond(&claim, &claims, nouns);
        claim.tells_names = sentence.tells_names();
        claim.tells_categories = sentence.tells_categories(nouns);
        if claim.noun.is_some() || is_bare(tokens, &claim) {
            at = claim.words.end.max(at);
            claims.push(claim);
        }
    }
    claims
}

/// The words from a place on, up to where they are interrupted.
pub(super) fn words(tokens: &[Token], from: usize) -> Vec<&str> {
    tokens.get(from..).unwrap_or_default().iter().map_while(Token::word).take(REACH + 4).collect()
}

pub(super) fn word(tokens: &[Token], at: Option<usize>) -> &str {
    at.and_then(|at| tokens.get(at)).and_then(Token::word).unwrap_or_default()
}

fn number(tokens: &[Token], at: usize) -> Option<(u64, Manner, usize)> {
    if let Kind::Count(value) = tokens.get(at)?.kind {
        return Some((value, Manner::Exact, 1));
    }
    read::read(&words(tokens, at)).map(|read| (read.value, read.manner, read.words))
}

/// A day, a year, "one" as in "no one".
fn is_date_or_share(tokens: &[Token], number: &Range<usize>, value: u64) -> bool {
    let before = word(tokens, number.start.checked_sub(1));
    let after = word(tokens, Some(number.end));
    let is_numeral = word(tokens, Some(number.start)).starts_with(|c: char| c.is_ascii_digit());
    let is_day = is_numeral && value <= 31 && (listed(MONTHS, before) || listed(MONTHS, after));
    let is_year = is_numeral
        && (1900..2100).contains(&value)
        && !word(tokens, Some(number.start)).contains(',')
        && (["in", "since", "of", "until", "during"].contains(&before) || listed(MONTHS, before));
    is_day || is_year || value == 1 && ["no", "any", "every", "each", "not"].contains(&before)
}

/// How many words before a number make it vague.
fn about(tokens: &[Token], at: usize) -> usize {
    let back = |by: usize| word(tokens, at.checked_sub(by));
    match (listed(ABOUT, &format!("{}-{}", back(2), back(1))), listed(ABOUT, back(1))) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// The noun of a number: the first that the list counts, with adjectives before it and nothing that ends the phrase.
fn find_noun(claim: &mut Claim, tokens: &[Token], nouns: &Nouns<'_>) {
    let mut from = claim.number.end;
    // "dozens of survivors"
    if claim.manner == Manner::Vague && word(tokens, Some(from)) == "of" {
        from += 1;
    }
    let words = words(tokens, from);
    for at in 0..words.len().min(REACH) {
        let rest = &words[at..];
        if let Some((noun, length)) = nouns.at(rest, claim.value) {
            claim.noun = Some(noun.clone());
            claim.words = from + at..from + at + length;
            return;
        }
        let word = rest[0];
        let is_plural = word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("'s");
        let ends = listed(BREAKS, word) || is_plural && !word.ends_with("s'") && !listed(MODIFIERS, word);
        if ends || word == "people" || read::read(rest).is_some() {
            break;
        }
        claim.besides |= is_besides(word);
    }
    claim.besides = false;
}

/// Whether a word before a noun leaves the sender out.
pub(super) fn is_besides(word: &str) -> bool {
    ["other", "further", "additional", "more"].contains(&word)
}

/// "signed by 56.": a number of signatures without a noun.
fn is_bare(tokens: &[Token], claim: &Claim) -> bool {
    let back = |by: usize| word(tokens, claim.number.start.checked_sub(by));
    let ends = tokens.get(claim.number.end).is_none_or(|next| matches!(next.kind, Kind::Stop | Kind::Pause));
    ends && claim.value > 1 && back(1) == "by" && (listed(SIGNING, back(2)) || back(2) == "joined")
}

/// How firmly a number is bound to the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bond {
    /// By the words beside it: "signed by", "we are", "have signed".
    Bound,
    /// By its sentence, which speaks of signing.
    Near,
    /// By nothing.
    Loose,
}

/// Signing, in a sentence. Whoever writes, asks or calls may be anybody.
pub(super) const SIGNING: &str = "sign signs signed signing co-sign co-signs co-signed cosigned undersigned signatory \
    signatories signer signers endorsed";

/// Words that bind what follows, each with the words that must come next; none for any.
const BINDERS: [(&str, &str); 4] = [
    ("signed co-signed cosigned endorsed joined", "by with"),
    ("letter", "from by of"),
    ("along together behalf", "with of"),
    ("signatories signers undersigned", ""),
];

/// What comes between "signed by" and a number, besides numbers and nouns.
const LINKS: &str = "by of from with the these those all and or as well also including include includes comprise among them \
    plus total a to date";

/// What signatories do, right behind a number of them.
const DEEDS: &str = "sign signs signed co-sign co-signs co-signed cosigned endorse endorsed";

/// What may stand between a number of signatories and what they do.
const ASIDES: &str = "who that have has had all also now here together jointly";

/// A sentence reaches at most so many tokens from a claim to either side.
const SENTENCE_REACH: usize = 120;

/// The sentence that a claim stands in.
pub(super) struct Sentence<'t> {
    tokens: &'t [Token],
    /// Where it begins among the tokens.
    start: usize,
    words: Vec<&'t str>,
    /// The words that are not of the claim's own noun.
    beside: Vec<&'t str>,
}

impl<'t> Sentence<'t> {
    pub(super) fn around(tokens: &'t [Token], claim: &Claim) -> Self {
        let at = claim.number.start;
        let stop = |token: &Token| token.kind == Kind::Stop;
        let before =
            tokens.get(..at).unwrap_or_default().iter().rev().take(SENTENCE_REACH).take_while(|token| !stop(token));
        let after = tokens.get(at..).unwrap_or_default().iter().take(SENTENCE_REACH).take_while(|token| !stop(token));
        let start = at - before.count();
        let all = start..at + after.count();
        let of = |keep: &dyn Fn(usize) -> bool| {
            all.clone().filter(|at| keep(*at)).filter_map(|at| tokens.get(at).and_then(Token::word)).collect()
        };
        let (words, beside) = (of(&|_| true), of(&|at| !claim.words.contains(&at)));
        Sentence { tokens, start, words, beside }
    }

    /// Whether it speaks of who is named and who is not.
    pub(super) fn tells_names(&self) -> bool {
        let naming = ["withh", "anonym", "unnamed", "name", "listed"];
        self.words.iter().any(|word| naming.iter().any(|begin| word.starts_with(begin)))
    }

    /// Whether it names a category.
    pub(super) fn tells_categories(&self, nouns: &Nouns<'_>) -> bool {
        (0..self.words.len()).any(|at| nouns.is_category(&self.words[at..]))
    }

    /// How firmly the claim is bound, given the claims before it.
    pub(super) fn bond(&self, claim: &Claim, earlier: &[Claim], nouns: &Nouns<'_>) -> Bond {
        let is_signatory = claim.noun == Some(Noun::Signatory) && claim.value > 1;
        // A petition has signatories of its own.
        if self.words.iter().any(|word| word.starts_with("petition")) {
            return if is_signatory { Bond::Near } else { Bond::Loose };
        }
        // "Three signatories will come to the meeting" does not say that there are three.
        let is_whole = is_signatory && claim.value >= nouns.count.total as u64 / 2;
        let before = word(self.tokens, claim.number.start.checked_sub(1));
        let is_rest =
            claim.noun == Some(Noun::Other) && ["and", "with"].contains(&before) && nouns.may_mean(claim.value);
        let signing = self.beside.iter().any(|word| listed(SIGNING, word))
            || self.beside.windows(2).any(|pair| matches!(pair, ["open", "letter"] | ["we", "are"]));
        if is_whole || self.bound_before(claim, earlier, nouns) || self.bound_after(claim) {
            Bond::Bound
        } else if signing || is_signatory || is_rest {
            Bond::Near
        } else {
            Bond::Loose
        }
    }

    /// "signed by 44 people and 12 organisations", "we are 21 survivors", "a letter from 56 experts".
    fn bound_before(&self, claim: &Claim, earlier: &[Claim], nouns: &Nouns<'_>) -> bool {
        let mut at = claim.number.start;
        while at > self.start {
            at -= 1;
            // Along a list, a claim has the bond of the one before; unless the number cannot be of the same list.
            if let Some(before) = earlier.iter().rev().take(SENTENCE_REACH).find(|before| before.covers(at)) {
                if before.bond == Bond::Bound {
                    return nouns.may_mean(claim.value);
                }
                at = before.number.start;
                continue;
            }
            let said = word(self.tokens, Some(at));
            let next = word(self.tokens, Some(at + 1));
            let before = word(self.tokens, at.checked_sub(1).filter(|before| *before >= self.start));
            match said {
                // A comma, a bracket, an expression.
                "" => {}
                "are" => return before == "we",
                "we" => return ["", "the"].contains(&next) || at + 1 == claim.number.start,
                _ if BINDERS
                    .iter()
                    .any(|(words, then)| listed(words, said) && (then.is_empty() || listed(then, next))) =>
                {
                    return true;
                }
                _ if listed(LINKS, said) || nouns.knows(said) => {}
                _ => return false,
            }
        }
        false
    }

    /// "21 survivors who have signed", "21 survivors among us".
    fn bound_after(&self, claim: &Claim) -> bool {
        let after = words(self.tokens, claim.words.end);
        let asides = after.iter().take_while(|word| listed(ASIDES, word)).count();
        match &after[asides..] {
            [_, "up", ..] => false,
            [deed, ..] if listed(DEEDS, deed) => true,
            ["among" | "of", "us" | "signatories", ..] => true,
            _ => false,
        }
    }
}
