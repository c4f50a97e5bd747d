//! Why a step of the dialogue did not come to an answer.

use std::io::{self, ErrorKind};

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// None in time.
    Silent,
    /// No connection, or no more; for whatever reason of the network's.
    Lost(io::Error),
    /// What came is no SMTP.
    Nonsense(String),
    /// The relay had spoken before it was asked.
    Early(String),
    /// TLS has failed.
    Tls(rustls::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Which of the two a wait gives depends on the system.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Failure::Silent,
            _ => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(fault) => Failure::Tls(fault.clone()),
                None => Failure::Lost(error),
            },
        }
    }
}

/// Whether the other side was there, and went.
pub(super) fn is_gone(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof)
}
