//! How firmly a number is bound to the letter, by its sentence.

use super::claim::{Bond, Claim};
use super::nouns::{Noun, Nouns};
use super::phrase::{
    ASIDES, DEEDS, MONTHS, SENTENCE_REACH, SIGNING, back, ends, is_besides, is_signed_by, is_year, word, words,
};
use super::tokens::{Kind, Token, listed};

/// What binds a number to the letter, before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binder {
    /// "we are", "we,".
    We,
    /// "signed by", "a letter from".
    Letter,
    /// A claim before it that is bound itself.
    Claim,
}

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

/// What begins a clause that can single some of them out.
const RELATIVES: &str = "who that whose which whom";

/// What may stand before a number that is all of them.
const DEFINITE: &str = "the these those all our";

/// What has signatories of its own.
const TREATIES: &str = "treaty convention protocol covenant charter accord accords pact";

/// What this letter is called, behind "signatories of".
const LETTERS: &str = "letter statement appeal call us this";

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

    fn says(&self, list: &str) -> bool {
        self.words.iter().any(|word| listed(list, word))
    }

    fn says_together(&self, pair: [&str; 2]) -> bool {
        self.words.windows(2).any(|words| words == pair)
    }

    /// Whether it speaks of who is named and who is not.
    pub(super) fn tells_names(&self) -> bool {
        let naming = ["withh", "anonym", "unnamed", "name", "listed", "appear", "printed"];
        self.words.iter().any(|word| naming.iter().any(|begin| word.starts_with(begin)))
    }

    /// Whether it names a category.
    pub(super) fn tells_categories(&self, nouns: &Nouns<'_>) -> bool {
        self.says_together(["the", "category"])
            || (0..self.words.len()).any(|at| nouns.category(&self.words[at..]).is_some())
    }

    /// "signed by 56.", "we are 56 strong", "56 have signed": a number of signatures without a noun.
    pub(super) fn is_bare(&self, claim: &Claim, nouns: &Nouns<'_>) -> bool {
        let (start, end) = (claim.number.start, claim.number.end);
        let is_strong = word(self.tokens, Some(end)) == "strong";
        let is_by = ends(self.tokens, end) && is_signed_by(self.tokens, start);
        let are_we = back(self.tokens, start, 1) == "are" && back(self.tokens, start, 2) == "we";
        // "18 sign language interpreters"
        let sign = self.bound_after(claim) && word(self.tokens, Some(end + 1)) != "language";
        claim.value > 1
            && (is_by || are_we && (is_strong || ends(self.tokens, end)) || sign && nouns.may_mean(claim.value))
    }

    /// How firmly the claim is bound, given the claims before it.
    pub(super) fn bond(&self, claim: &Claim, earlier: &[Claim], nouns: &Nouns<'_>) -> Bond {
        let is_signatory = claim.noun == Some(Noun::Signatory) && claim.value > 1;
        // A petition has signatories of its own.
        if self.words.iter().any(|word| word.starts_with("petition")) {
            return if is_signatory { Bond::Near } else { Bond::Loose };
        }
        // What the program prints is a number of the list, whatever stands around it.
        if let Some(Kind::Count(_) | Kind::Group) = self.tokens.get(claim.number.end - 1).map(|token| &token.kind) {
            return Bond::Bound;
        }
        if let Some(part) = &claim.part {
            return part.bond;
        }
        // "Three signatories will come to the meeting" does not say that there are three.
        let is_whole = is_signatory && claim.value >= nouns.count.total as u64 / 2;
        let before = back(self.tokens, claim.number.start, 1);
        let is_rest = ["and", "with"].contains(&before)
            && nouns.may_mean(claim.value)
            && (claim.noun == Some(Noun::Other) || claim.besides && claim.value > 9);
        let signing = self.beside.iter().any(|word| listed(SIGNING, word))
            || self.says_together(["open", "letter"])
            || self.says_together(["we", "are"]);
        let binder = self.bound_before(claim, earlier, nouns);
        let is_bound = is_whole || binder.is_some() || self.bound_after(claim);
        // "55 signed" may be some of them.
        let is_open = claim.noun.is_none() && binder.is_none() && !listed(DEFINITE, before);
        if is_bound && !is_open && !self.is_elsewhere(claim, binder) && !self.is_some(claim, binder, nouns) {
            Bond::Bound
        } else if is_bound || signing || is_signatory || is_rest {
            Bond::Near
        } else {
            Bond::Loose
        }
    }

    /// Whether the claim may be of another text, or of another time: "the signatories to the Convention", "in 2012 a
    /// letter from 14 organisations".
    fn is_elsewhere(&self, claim: &Claim, binder: Option<Binder>) -> bool {
        let behind = words(self.tokens, claim.words.end);
        let is_of_another = claim.noun == Some(Noun::Signatory)
            && matches!(behind[..], ["of" | "to", ..])
            && !behind.iter().take(5).any(|word| listed(LETTERS, word));
        let is_treaty = binder.is_none() && claim.noun == Some(Noun::Signatory) && self.says(TREATIES);
        if is_of_another || is_treaty {
            return true;
        }
        let is_this = self.says_together(["this", "letter"]) || self.says_together(["this", "open"]);
        let is_ours = matches!(binder, Some(Binder::We | Binder::Claim));
        let end = claim.words.end.max(claim.number.end);
        !is_this && !is_ours && (self.start..claim.number.start).chain([end + 1, end + 2]).any(|at| self.is_time(at))
    }

    /// A year, or a month of one. A whole date may be the letter's own.
    fn is_time(&self, at: usize) -> bool {
        let back = |by: usize| back(self.tokens, at, by);
        let is_month = listed(MONTHS, back(1)) && !back(2).starts_with(|c: char| c.is_ascii_digit());
        is_year(word(self.tokens, Some(at))) && (is_month || listed("in since of during from before after by", back(1)))
    }

    /// Whether the claim may be of some of them: "three survivors who signed", "we are two survivors from one town", "two
    /// people signed with initials"; or of these and others together: "56 survivors, providers and campaigners".
    fn is_some(&self, claim: &Claim, binder: Option<Binder>, nouns: &Nouns<'_>) -> bool {
        let whole = claim.noun.as_ref().map_or(nouns.count.total, |noun| nouns.expected(noun, claim.besides));
        let behind = words(self.tokens, claim.words.end);
        let is_narrowed = match behind[..] {
            [first, ..] if listed(RELATIVES, first) => true,
            ["of", "the", "same", ..] | ["of", "this" | "that" | "one", ..] => binder == Some(Binder::We),
            ["from" | "in" | "at" | "with", ..] => binder == Some(Binder::We),
            [deed, "with" | "by" | "under" | "as" | "for", ..] => binder.is_none() && listed(DEEDS, deed),
            _ => false,
        };
        if !claim.besides && self.joint(claim, nouns).is_some_and(|sum| sum == claim.value) {
            return true;
        }
        is_narrowed && claim.value < whole as u64 && !listed(DEFINITE, back(self.tokens, claim.number.start, 1))
    }

    /// How many there are of the nouns of a list together: "survivors, service providers and campaigners".
    fn joint(&self, claim: &Claim, nouns: &Nouns<'_>) -> Option<u64> {
        let mut sum = nouns.expected(claim.noun.as_ref()?, false);
        let mut at = claim.words.end;
        loop {
            let next = self.list_goes_on(at);
            match nouns.category(&words(self.tokens, next)).filter(|_| next > at) {
                Some((noun, length)) => (sum, at) = (sum + nouns.expected(noun, false), next + length),
                None => return (at > claim.words.end).then_some(sum as u64),
            }
        }
    }

    /// "signed by 44 people and 12 organisations", "we are 21 survivors", "a letter from 56 experts".
    fn bound_before(&self, claim: &Claim, earlier: &[Claim], nouns: &Nouns<'_>) -> Option<Binder> {
        let mut at = claim.number.start;
        while at > self.start {
            at -= 1;
            // Along a list, a claim has the bond of the one before; unless the number cannot be of the same list.
            if let Some(before) = earlier.iter().rev().take(SENTENCE_REACH).find(|before| before.covers(at)) {
                if before.bond == Bond::Bound {
                    return nouns.may_mean(claim.value).then_some(Binder::Claim);
                }
                at = before.number.start.min(before.words.start);
                continue;
            }
            let said = word(self.tokens, Some(at));
            let next = word(self.tokens, Some(at + 1));
            let before = word(self.tokens, at.checked_sub(1).filter(|before| *before >= self.start));
            match said {
                // A comma, a bracket, an expression.
                "" => {}
                "are" => return (before == "we").then_some(Binder::We),
                "we" => {
                    let is_ours = ["", "the"].contains(&next) || at + 1 == claim.number.start;
                    return is_ours.then_some(Binder::We);
                }
                _ if BINDERS
                    .iter()
                    .any(|(words, then)| listed(words, said) && (then.is_empty() || listed(then, next))) =>
                {
                    return Some(Binder::Letter);
                }
                _ if listed(LINKS, said) || nouns.knows(said) => {}
                _ => return None,
            }
        }
        None
    }

    /// "21 survivors who have signed", "21 survivors among us", "55 other organisations joined us".
    fn bound_after(&self, claim: &Claim) -> bool {
        let after = words(self.tokens, self.list_end(claim.words.end));
        let asides = after.iter().take_while(|word| listed(ASIDES, word)).count();
        match &after[asides..] {
            [_, "up", ..] => false,
            [deed, ..] if listed(DEEDS, deed) => true,
            ["join" | "joined", "us", ..] | ["among" | "of", "us" | "signatories", ..] => true,
            _ => false,
        }
    }

    /// Behind a comma, an "and", or both, where the list goes on; the same place where it does not.
    fn list_goes_on(&self, at: usize) -> usize {
        let next = at + usize::from(self.tokens.get(at).is_some_and(|token| token.kind == Kind::Pause(',')));
        next + usize::from(["and", "or"].contains(&word(self.tokens, Some(next))))
    }

    /// Behind the nouns that go on a list: "55 clinicians, lawyers and survivors".
    fn list_end(&self, mut at: usize) -> usize {
        let is_plural = |word: &str| word.len() > 3 && crate::text::pluralize::singular(word) != word;
        loop {
            let next = self.list_goes_on(at);
            if next == at || is_besides(word(self.tokens, Some(next))) {
                return at;
            }
            let noun = words(self.tokens, next).iter().take(3).position(|word| is_plural(word));
            let Some(noun) = noun else { return at };
            at = next + noun + 1;
        }
    }
}
