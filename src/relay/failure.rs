//! What a lettre error means: the only place that takes one apart.
//!
//! lettre calls a read that timed out no timeout, hides a certificate's fault three layers deep, and quotes the relay in
//! its messages. None of its errors may leave this room as it is.

use lettre::transport::smtp::Error;
use std::error::Error as _;
use std::io::{self, ErrorKind};

/// Why a step did not come to a yes.
#[derive(Debug)]
pub(super) enum Failure {
    /// The relay said no: the code, and its words with all lines in one.
    No(u16, String),
    /// No answer in time.
    Silent,
    /// No connection, or no more; for whatever reason of the network's.
    Lost(io::Error),
    /// An answer that is no SMTP.
    Nonsense(String),
    /// TLS has failed.
    Tls(rustls::Error),
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        if let Some(code) = error.status() {
            return Failure::No(code.into(), words);
        }
        if error.is_response() {
            return match words.split_once(" at: ") {
                _ if words == "incomplete response" => Failure::Lost(ErrorKind::UnexpectedEof.into()),
                // What the parser could not read is what the relay said.
                Some((_, unread)) => Failure::Nonsense(unread.trim_end().to_string()),
                None => Failure::Nonsense(words),
            };
        }
        let Some(cause) = error.source().and_then(|source| source.downcast_ref::<io::Error>()) else {
            return Failure::Lost(io::Error::other(words));
        };
        match cause.kind() {
            // Which of the two a read gives depends on the system.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Failure::Silent,
            ErrorKind::InvalidData => match cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(fault) => Failure::Tls(fault.clone()),
                None => Failure::Nonsense(words),
            },
            kind => Failure::Lost(match cause.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(kind, words),
            }),
        }
    }
}
