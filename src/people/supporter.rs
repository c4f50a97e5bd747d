//! A supporter: the public view of a signatory in whose name letters go out in individual mode.
//!
//! It must never hold anything that the signatory did not clear for these letters.

use super::disclosure::{Cleared, Extent};
use super::signatory::statement_runs;
use super::signature::Signature;
use lettre::Address;
use std::fmt;

/// The column that says whether a letter may go out in a signatory's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LetterConsent {
    /// `letter_consent`.
    #[default]
    Column,
    /// `consent`: everybody who signs has agreed to it.
    Consent,
}

impl LetterConsent {
    /// Both.
    pub const ALL: [LetterConsent; 2] = [LetterConsent::Column, LetterConsent::Consent];

    /// The column's name.
    pub fn column(self) -> &'static str {
        match self {
            LetterConsent::Column => "letter_consent",
            LetterConsent::Consent => "consent",
        }
    }
}

/// A signatory who cleared their full name, and a letter in it.
pub struct Supporter {
    /// Their `id`: visible characters without a dot.
    pub id: String,
    /// What may be printed of them.
    pub signature: Signature,
    /// Their address, if they agreed that recipients may see it and answer to it.
    pub reply_to: Option<Address>,
    /// The line of their row, from 1.
    pub line: u32,
}

impl Supporter {
    /// The names of their fields in templates, under `signatory`.
    pub const FIELDS: [&'static str; 5] = ["name", "role", "affiliation", "place", "statement"];

    /// One of the [`Supporter::FIELDS`]; empty if it may not be printed.
    pub fn field(&self, name: &str) -> Option<&str> {
        let Signature { name: full_name, role, affiliation, place, statement, .. } = &self.signature;
        Some(match name {
            "name" => full_name,
            "role" => role,
            "affiliation" => affiliation,
            "place" => place,
            "statement" => statement,
            _ => return None,
        })
    }

    /// Passes on what a letter in their name may hold, even if it is private for somebody else: their name and each word of it,
    /// the words of what it prints about them, their statement, and the address that they agreed to show.
    pub fn each_own_string(&self, take: &mut dyn FnMut(&str, Extent)) {
        let Signature { name, role, affiliation, place, .. } = &self.signature;
        let words = name.split(|c: char| c.is_whitespace() || ",-‐".contains(c));
        let names = std::iter::once(&**name).chain(words).map(|text| (text, Extent::Everything));
        let cells = [role, affiliation, place].into_iter().map(|text| (&**text, Extent::Words));
        let address = self.reply_to.iter().map(|address| (address.as_ref(), Extent::Everything));
        names
            .chain(cells)
            .chain(address)
            .filter(|(text, _)| !text.is_empty())
            .for_each(|(text, extent)| take(text, extent));
        statement_runs(&self.signature.statement).iter().for_each(|run| take(run, Extent::Passage));
    }

    /// The same, as a list.
    pub fn own_strings(&self) -> Vec<Cleared> {
        let mut all = Vec::new();
        self.each_own_string(&mut |text, extent| all.push(Cleared { text: text.to_owned(), extent }));
        all
    }
}

impl fmt::Debug for Supporter {
    /// Writes the line of the row, but no cell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Supporter {{ line: {} }}", self.line)
    }
}
