//! The message: RFC 5322 bytes, from a rendered letter to what is written and sent.
//!
//! Composing, addresses, identities, reading back and the last check of the bytes. Everything here is a pure function:
//! this module must never open a file or a socket, or read a clock or the environment, so the same campaign gives the
//! same bytes on any machine.

pub mod address;
pub mod compose;
pub(crate) mod header;
pub mod host;
pub mod identity;
pub mod lint;
pub mod parse;
pub mod reply;
pub(crate) mod sender;

use lettre::Address;

/// One message to one recipient, finished: nothing downstream renders it again.
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
    /// The message itself: RFC 5322 in CRLF, ending in CRLF, exactly as it is written and sent.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Letter {
    /// Shows the letter's id and size, not its content.
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
