//! A row of the recipient list: who gets a letter, and what the letter can say of them.
//!
//! A recipient is no secret, but must never become markup, a template or a header unchecked: the cells are data.

use super::row::Row;
use super::signatory::Cells;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::message::address::{AddressFault, address};
use lettre::Address;
use std::fmt;
use unicode_normalization::char::is_combining_mark;

/// The columns that mean something here. Any other is reachable in templates under its own name.
pub const COLUMNS: &[&str] = &[
    "id",
    "honorific",
    "given_name",
    "family_name",
    "suffix",
    "name",
    "title",
    "company",
    "department",
    "address1",
    "address2",
    "address3",
    "city",
    "region",
    "postcode",
    "country",
    "email",
    "language",
    "salutation",
    "closing",
    "do_not_contact",
];

/// The columns that say who a recipient is and where: what a letter to them may lawfully hold of anybody's.
pub const WHO: &[&str] = &[
    "honorific",
    "given_name",
    "family_name",
    "suffix",
    "name",
    "title",
    "company",
    "department",
    "address1",
    "address2",
    "address3",
    "city",
    "region",
    "postcode",
    "country",
    "email",
];

/// The columns by which a letter names its recipient: each word of them may stand in it.
pub const NAMED_BY: &[&str] = &["given_name", "family_name", "name", "company", "salutation"];

/// Those of them that are the name of a person: the whole name of somebody withheld, too, may stand there.
pub const NAMES: &[&str] = &["given_name", "family_name", "name"];

/// The columns a recipient list must have.
pub const REQUIRED: &[&str] = &["email"];

/// The columns whose cells can have line breaks.
pub const MULTILINE: &[&str] = &[];

/// Whether a recipient may be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// They get their letter.
    Welcome,
    /// They are marked `do_not_contact`: skipped and reported.
    Declined,
}

/// A person or an office that gets one letter.
#[derive(Clone)]
pub struct Recipient {
    row: Row,
    address: Address,
    name: String,
    letter_id: String,
    language: String,
    contact: Contact,
}

impl Recipient {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, each at its cell.
    pub fn read(row: &Row) -> Result<Recipient, Vec<Finding>> {
        let mut cells = Cells::of(row);
        let email = cells.required("email");
        // A machine's own name will do for a test of one's own, and for nobody in a list.
        let public = |address: Address| match address.domain().contains('.') {
            true => Ok(address),
            false => Err(AddressFault::Dot),
        };
        let address = if email.is_empty() { None } else { Some(address(&email).and_then(public)) };
        if let Some(Err(why)) = &address {
            let help = "the cell holds one address and nothing else, as in press@example.org";
            cells.report("email", Code::AddressInvalid, spans!["the address ", own(why.to_string())], help);
        }
        let address = address.and_then(Result::ok);
        let key = address.as_ref().map(key_of).unwrap_or_default();
        // An id that is filled in later would be a new letter to somebody who has had theirs.
        let letter_id = if row.has("id") { cells.required("id") } else { key };
        if !letter_id.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c) || c.is_ascii_graphic()) {
            let help = "use letters, digits and signs such as - . _";
            cells.report("id", Code::CellValue, "the id holds a blank or a character that cannot be seen", help);
        }
        let language = row.get("language").to_lowercase().replace('_', "-");
        if !language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            cells.report("language", Code::CellValue, "the language is no language tag", "write it as in it or pt-BR");
        }
        let contact = match cells.yes_no("do_not_contact") {
            Some(true) => Contact::Declined,
            Some(false) | None => Contact::Welcome,
        };
        let recipient = address.map(|address| Recipient {
            row: row.clone(),
            address,
            name: name(row),
            letter_id,
            language,
            contact,
        });
        // Without an address there is a finding, and the row ends in `Err`.
        cells.finish(recipient).and_then(|recipient| recipient.ok_or_else(Vec::new))
    }

    /// Where the letter goes: the cell with its domain in ASCII.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What two rows with the same address have in common: the address in lower case, its domain in ASCII.
    pub fn key(&self) -> String {
        key_of(&self.address)
    }

    /// What the letter to them is known by for good: their id, or, in a list without that column, [`Recipient::key`].
    /// One or more visible characters.
    pub fn letter_id(&self) -> &str {
        &self.letter_id
    }

    /// The name for the letter's `To`: the cell, or given and family name; without honorific and suffix. Can be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The language tag in lower case with `-`; empty where there is none.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Whether they may be written to.
    pub fn contact(&self) -> Contact {
        self.contact
    }

    /// The row as it was read, for the places of its cells.
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// Every column of the list with its cell, and `name` even where the list has it not or blank.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let cells = self.row.cells().filter(|(column, _)| *column != "name");
        cells.chain([("name", self.name())])
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient {{ {}:{} }}", self.row.file(), self.row.line())
    }
}

fn key_of(address: &Address) -> String {
    address.to_string().to_lowercase()
}

fn name(row: &Row) -> String {
    match row.get("name") {
        "" => [row.get("given_name"), row.get("family_name")].join(" ").trim().to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
