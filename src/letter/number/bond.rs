//! What ties a number to the letter: the words beside it, or the sentence it stands in.

use super::claim::{Claim, word, words};
use super::noun::{Noun, Nouns};
use super::token::{Kind, Token, listed};

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
const LINKS: &str = "by of from with the these those all and or as well also including among them plus total a to date";

/// What signatories do, right behind a number of them.
const DEEDS: &str = "sign signs signed co-sign co-signs co-signed cosigned endorse endorsed";

/// What may stand between a number of signatories and what they do.
const ASIDES: &str = "who that have has had all also now here together jointly";

/// A sentence reaches at most so many tokens from a claim to either side.
const REACH: usize = 120;

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
        let before = tokens.get(..at).unwrap_or_default().iter().rev().take(REACH).take_while(|token| !stop(token));
        let after = tokens.get(at..).unwrap_or_default().iter().take(REACH).take_while(|token| !stop(token));
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
        let signing = self.beside.iter().any(|word| listed(SIGNING, word))
            || self.beside.windows(2).any(|pair| matches!(pair, ["open", "letter"] | ["we", "are"]));
        if is_whole || self.bound_before(claim, earlier, nouns) || self.bound_after(claim) {
            Bond::Bound
        } else if signing || is_signatory {
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
            if let Some(before) = earlier.iter().rev().take(REACH).find(|before| before.covers(at)) {
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
