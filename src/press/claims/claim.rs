//! What a claim is: a number, what it is a number of, and how firmly the two are bound to the letter.

use super::nouns::Noun;
use super::numerals::Manner;
use crate::people::count::Figures;
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
    /// The tokens of the noun; none where there is none. Of a label they stand before the number: "Signatories: 56".
    pub(super) words: Range<usize>,
    /// "55 other organisations": without the sender.
    pub(super) besides: bool,
    pub(super) bond: Bond,
    /// What the number is a part of: "21 of the 56 signatories".
    pub(super) part: Option<Part>,
    /// What is said right behind it of being named.
    pub(super) naming: Option<Naming>,
    /// The sentence speaks of who is named and who is not.
    pub(super) tells_names: bool,
    /// The sentence names a category.
    pub(super) tells_categories: bool,
}

impl Claim {
    /// Whether a token is of the number or the noun, or stands between them. Between a number and what it is said to be
    /// there is room for other claims.
    pub(super) fn covers(&self, at: usize) -> bool {
        let (start, end) = (self.number.start.min(self.words.start), self.words.end.max(self.number.end));
        if self.part.is_some() { self.number.contains(&at) } else { (start..end).contains(&at) }
    }

    /// Where to read on behind it.
    pub(super) fn end(&self) -> usize {
        if self.part.is_some() { self.number.end } else { self.words.end.max(self.number.end) }
    }
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

/// What a number is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The whole. Several where the text does not make clear which: "them".
    pub(super) wholes: Vec<Noun>,
    /// How firmly the whole is bound to the letter.
    pub(super) bond: Bond,
    /// The text says what the part is, and not only what it is of.
    pub(super) is_told: bool,
}

/// What is said of a number: that they are named, or that they are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    Shown,
    Hidden,
}

impl Naming {
    /// Whether so many of these are shown, or hidden.
    pub(super) fn allows(self, of: &Figures, value: usize) -> bool {
        match self {
            Naming::Shown => value == of.named,
            Naming::Hidden => [of.withheld, of.others, of.withheld + of.others].contains(&value),
        }
    }
}
