//! Disclosure: the strings of a person that may be printed and those that may not, for the leak gate to compare.
//!
//! `Debug` of these types must never show a string: one is a secret, and a cleared one may be a secret of somebody else.

use std::fmt;

/// A string of a signatory that no letter may contain.
pub struct Private {
    /// The string, as the list has it.
    pub text: String,
    /// What it is.
    pub kind: PrivateKind,
    /// The signatory's line in the list, from 1. Strings of the same person have the same line.
    pub line: u32,
}

impl fmt::Debug for Private {
    /// Writes the kind and the line, never the string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Private").field("kind", &self.kind).field("line", &self.line).finish_non_exhaustive()
    }
}

/// What a private string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivateKind {
    /// An e-mail address.
    Address,
    /// The local part of one.
    Account,
    /// The whole name of a person or an organisation, in one order of its words.
    Name,
    /// A word of a person's name.
    Word,
    /// A word that identifies somebody only beside another word of the same name: a particle, a title, or a printed word
    /// of the name.
    Joiner,
    /// A pseudonym that is not the one printed.
    Pseudonym,
    /// An affiliation.
    Affiliation,
    /// Several words of a statement in a row.
    Statement,
}

/// A string that may be printed, even if somebody else's private string is the same.
#[derive(Clone)]
pub struct Cleared {
    /// The string, as it is printed.
    pub text: String,
    /// How much of it may be printed.
    pub extent: Extent,
}

/// How much of a string is cleared where the whole string is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything in it: the name of a signatory who is shown, or of the recipient.
    Everything,
    /// Its words, but not a whole name of a person: a company, an office, the campaign's organisation.
    Words,
    /// Only the whole string: an affiliation, an address of the sender.
    Whole,
    /// Only as a statement, if somebody else's is the same: a run of words of one. An address in it is not cleared.
    Passage,
    /// Nothing. It is a line of its own, and is not searched together with the lines around it.
    Line,
}

impl fmt::Debug for Cleared {
    /// Writes the extent, not the string, which may be private for somebody else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleared").field("extent", &self.extent).finish_non_exhaustive()
    }
}
