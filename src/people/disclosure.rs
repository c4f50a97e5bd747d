//! Disclosure: what of a person may be printed and what may not, as values for the leak gate to compare.
//!
//! `Debug` of these types must never show a string: a private one is a secret, and a cleared one may be somebody else's
//! private one.

use std::fmt;

/// A string of a signatory that no letter may hold.
pub struct Private {
    /// The string, as the list has it.
    pub text: String,
    /// What it is.
    pub kind: PrivateKind,
    /// The signatory's line in the list, from 1: what belongs to the same person.
    pub line: u32,
}

impl fmt::Debug for Private {
    /// Shows what it is and where, never the string.
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
    /// The whole name of a person or an organisation, in one of its orders.
    Name,
    /// A word of a person's name.
    Word,
    /// A word that gives nobody away by itself, but does beside another word of the same name: a particle, a title, or
    /// a word of the name that is printed.
    Joiner,
    /// A pseudonym that is not the one printed.
    Pseudonym,
    /// An affiliation.
    Affiliation,
    /// Some words in a row of a statement.
    Statement,
}

/// A string that may be printed, whoever else has it.
#[derive(Clone)]
pub struct Cleared {
    /// The string, as it is printed.
    pub text: String,
    /// How much of it may be printed.
    pub extent: Extent,
}

/// How much of a string is cleared, where it is printed whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that is in it: the name of somebody who is shown, or of the recipient.
    Everything,
    /// Its words, but no whole name of a person: a company, an office, the campaign's organisation.
    Words,
    /// Nothing less than all of it: an affiliation, an address of the sender.
    Whole,
    /// Nothing. It is a line by itself, and not read together with the lines around it.
    Line,
}

impl fmt::Debug for Cleared {
    /// Shows how much of it, not the string, which may be somebody else's private one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cleared").field("extent", &self.extent).finish_non_exhaustive()
    }
}
