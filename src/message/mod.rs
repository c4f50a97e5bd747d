//! Messages as RFC 5322 bytes: composing, addresses, ids, parsing, and the last check of the bytes.
//!
//! Everything here is a pure function. This module must never open a file or a socket, or read a clock or the environment,
//! so that the same campaign gives the same bytes on any machine.

pub mod address;
pub mod compose;
pub mod file_part;
pub(crate) mod frame;
pub(crate) mod header;
pub mod host;
pub mod identity;
pub mod lint;
pub mod media_type;
pub mod octets;
pub mod parse;
pub(crate) mod quoted_printable;
pub mod reply;
pub(crate) mod sender;
pub mod stamp;

use file_part::FilePart;
use lettre::Address;
use octets::Octets;
use std::sync::Arc;

/// A finished message to one recipient; it is never rendered again.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The letter's number in its campaign: its recipient's position in the list, from 1.
    pub number: u32,
    /// The letter's id, stable for the campaign: the recipient's `id`, or the address in lower case.
    pub id: String,
    /// The SMTP sender and recipient; never derived from the headers.
    pub envelope: Envelope,
    /// The Message-ID with its angle brackets (RFC 5322 §3.6.4).
    pub message_id: String,
    /// The decoded subject.
    pub subject: String,
    /// The message exactly as it is written and sent: RFC 5322 with CRLF line ends, also after the last line.
    pub bytes: Octets,
    /// The images and attachments in it, in this order.
    pub files: Vec<Arc<FilePart>>,
}

impl std::fmt::Debug for Letter {
    /// Writes the letter's id and size, not its content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter {{ number: {}, id: {:?}, octets: {} }}", self.number, self.id, self.bytes.len())
    }
}

/// The SMTP envelope (RFC 5321 §2.3.1): one sender, and always exactly one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The reverse-path of `MAIL FROM`.
    pub from: Address,
    /// The forward-path of `RCPT TO`.
    pub to: Address,
}
