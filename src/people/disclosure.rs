//! Disclosure: what of a person may be printed and what may not, as values for the leak gate to compare.
//!
//! `Debug` of these types must never show a string: a private one is a secret, and a lawful one may be somebody else's
//! private one.

use std::fmt;

/// A string of a signatory that no letter may hold.
pub struct Private {
    /// The string, as the list has it.
    pub text: String,
    /// What it is.
    pub kind: PrivateKind,
    /// The signatory's line in the list, from 1.
    pub line: u32,
}

impl fmt::Debug for Private {
    /// Shows what it is and where, never the string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Private").field("kind", &self.kind).field("line", &self.line).finish_non_exhaustive()
    }
}

/// A string that may be printed, whoever else has it: of a signature, the sender or the letter's recipient.
#[derive(Clone)]
pub struct Lawful {
    /// The string, as it is printed.
    pub text: String,
    /// Whose it is.
    pub origin: Origin,
    /// How much of it.
    pub extent: Extent,
}

/// How much of a string is lawful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The string as a whole and nothing less.
    Whole,
    /// Its words as well: it names somebody by them. The whole name of somebody else, of two words or more, is still none
    /// of it.
    Words,
    /// The string as a whole, unless it is the whole name of a person, of two words or more: a title, a postal address.
    Office,
    /// Both: its words, but no whole name of a person, wherever in it the words stand: a company, a salutation.
    Mention,
}

impl fmt::Debug for Lawful {
    /// Shows whose it is, not the string, which may be somebody else's private one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lawful").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// What sort of private string it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivateKind {
    /// An e-mail address.
    Address,
    /// What stands before the @ of one.
    Account,
    /// The whole name of a person or an organisation.
    Name,
    /// A given name by itself.
    GivenName,
    /// A family name by itself.
    FamilyName,
    /// A word of a name.
    NameWord,
    /// A pseudonym that is not the one printed.
    Pseudonym,
    /// An affiliation.
    Affiliation,
    /// What a name is sorted by, which is a name.
    SortKey,
    /// The beginning of a statement, or of a sentence of it.
    Statement,
}

impl PrivateKind {
    /// Whether it is a part of a person's name.
    pub(crate) fn is_word(self) -> bool {
        matches!(self, PrivateKind::GivenName | PrivateKind::FamilyName | PrivateKind::NameWord)
    }

    /// What it is told as, where several at one place are told once: a name and the parts of it are one leak.
    pub fn reported_as(self) -> PrivateKind {
        match self {
            PrivateKind::GivenName | PrivateKind::FamilyName | PrivateKind::NameWord => PrivateKind::Name,
            other => other,
        }
    }
}

impl fmt::Display for PrivateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PrivateKind::Address => "e-mail address",
            PrivateKind::Account => "account name",
            PrivateKind::Name => "name",
            PrivateKind::GivenName => "given name",
            PrivateKind::FamilyName => "family name",
            PrivateKind::NameWord => "part of the name",
            PrivateKind::Pseudonym => "pseudonym",
            PrivateKind::Affiliation => "affiliation",
            PrivateKind::SortKey => "sort key",
            PrivateKind::Statement => "statement",
        })
    }
}

/// Whose the lawful string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A signature in the roll: its row's line in the signatory list, from 1.
    Signature {
        /// The line, from 1.
        line: u32,
    },
    /// The campaign itself: its organisation, its sender, its reply address.
    Sender,
    /// The program itself: the words of the roll that is built in. Only single words of a name are lawful by them.
    Program,
    /// The letter's recipient: the row's line in the recipient list, from 1.
    Recipient {
        /// The line, from 1.
        line: u32,
    },
}
