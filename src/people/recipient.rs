//! A row of the recipient list: who gets a letter, and the fields that a template can print.
//!
//! A recipient is not secret, but a cell is data: it must never become markup, a template or an unchecked header.

mod unusual;

use super::row::Row;
use super::signatory::Cells;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::message::address::{AddressFault, address};
use crate::message::identity::{is_message_id, split_letter_id};
use jiff::civil::DateTime;
use lettre::Address;
use std::fmt;
use unicode_normalization::char::is_combining_mark;

/// The known columns. Any other column is available in templates under its own name.
pub const COLUMNS: &[&str] = &[
    "id", "honorific", "given_name", "family_name", "suffix", "name", "title", "company", "department", "address1",
    "address2", "address3", "city", "region", "postcode", "country", "email", "language", "salutation", "closing",
    "do_not_contact", "checked_on", "references",
];

/// The columns with the name of a person.
pub const NAMES: &[&str] = &["given_name", "family_name", "name"];

/// The columns with the office and the place of a recipient.
pub const OFFICE: &[&str] =
    &["title", "company", "department", "address1", "address2", "address3", "city", "region", "postcode", "country"];

/// The columns that a recipient list must have.
pub const REQUIRED: &[&[&str]] = &[&["email"]];

/// The columns with names and addresses: no invisible characters, no emoji sequences.
pub const PLAIN: &[&str] = &["id", "honorific", "given_name", "family_name", "suffix", "name", "email"];

/// The columns whose cells can have line breaks.
pub const MULTILINE: &[&str] = &[];

/// Whether a recipient may be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// They get a letter.
    Welcome,
    /// They are marked `do_not_contact`, skipped and reported.
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
    checked_on: Option<DateTime>,
    references: Vec<String>,
}

impl Recipient {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, at each cell.
    pub fn read(row: &Row) -> Result<Recipient, Vec<Finding>> {
        let mut cells = Cells::of(row);
        let email = cells.required("email");
        // `localhost` is only for tests.
        let public = |address: Address| match address.domain().contains('.') {
            true => Ok(address),
            false => Err(AddressFault::NoDot),
        };
        let address = if email.is_empty() { None } else { Some(address(&email).and_then(public)) };
        if let Some(Err(why)) = &address {
            let help = "write one address and nothing else, such as press@example.org";
            cells.report("email", Code::AddressInvalid, spans!["the address ", own(why.to_string())], help);
        }
        let address = address.and_then(Result::ok);
        let key = address.as_ref().map(key_of).unwrap_or_default();
        // If a blank id were filled in later, the same recipient would get a second letter.
        let letter_id = if row.has("id") { cells.required("id") } else { key };
        if !letter_id.chars().all(|c| c.is_alphanumeric() || is_combining_mark(c) || c.is_ascii_graphic()) {
            let help = "use letters, digits and signs such as - . _";
            cells.report("id", Code::CellValue, "the id contains a space or an invisible character", help);
        }
        if split_letter_id(&letter_id).1 > 1 {
            let help = "use another sign before the number, such as -";
            cells.report(
                "id",
                Code::CellValue,
                "the id ends with a slash and a number, which is reserved for editions",
                help,
            );
        }
        let language = cells.language("language").unwrap_or_default();
        let checked_on = cells.date("checked_on");
        unusual::report_contents(&mut cells, row);
        let contact = match cells.yes_no("do_not_contact") {
            Some(true) => Contact::Declined,
            Some(false) | None => Contact::Welcome,
        };
        let references: Vec<String> = cells.text("references").split_whitespace().map(str::to_owned).collect();
        if references.len() > MOST_REFERENCES || !references.iter().all(|id| is_message_id(id)) {
            let help = "write Message-IDs in angle brackets, the oldest first, such as <4f1c@example.org>";
            cells.report("references", Code::CellValue, "`references` has something that is not a Message-ID", help);
        }
        let recipient = address.map(|address| Recipient {
            row: row.clone(),
            address,
            name: row.full_name(),
            letter_id,
            language,
            contact,
            checked_on,
            references,
        });
        // Without an address there is a finding, so this is an `Err`.
        cells.finish(recipient).and_then(|recipient| recipient.ok_or_else(Vec::new))
    }

    /// The address of the letter, with its domain in ASCII.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The key that equal addresses share: the address in lower case, with its domain in ASCII.
    pub fn key(&self) -> String {
        key_of(&self.address)
    }

    /// The permanent id of their letter: their `id`, or [`Recipient::key`] if the list has no such column. It consists of
    /// one or more visible characters.
    pub fn letter_id(&self) -> &str {
        &self.letter_id
    }

    /// The name for the `To` header, without honorific and suffix; can be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tag of their language, which [`crate::language::Language::find`] knows; empty if there is none.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The Message-IDs of earlier messages to them that the letter follows, with angle brackets, the oldest first.
    pub fn references(&self) -> &[String] {
        &self.references
    }

    /// Whether they may be written to.
    pub fn contact(&self) -> Contact {
        self.contact
    }

    /// The row, for the places of its cells.
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// Returns the columns of the list with their cells, always including `name`.
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

/// The most Message-IDs that a letter may follow.
const MOST_REFERENCES: usize = 50;

fn key_of(address: &Address) -> String {
    address.to_string().to_lowercase()
}

#[cfg(test)]
mod tests;
