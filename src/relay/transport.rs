//! Why a command has no reply.

use std::io::{self, ErrorKind};

/// Why no reply could be read.
#[derive(Debug)]
pub(super) enum TransportError {
    /// None in time.
    Timeout,
    /// There is no connection, or it broke.
    Disconnected(io::Error),
    /// What came is not SMTP.
    Malformed(String),
    /// The relay had sent something before it was asked.
    Unsolicited(String),
    /// TLS failed.
    Tls(rustls::Error),
}

impl From<io::Error> for TransportError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Which of the two a timeout gives depends on the system.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => TransportError::Timeout,
            _ => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(error) => TransportError::Tls(error.clone()),
                None => TransportError::Disconnected(error),
            },
        }
    }
}

/// Whether the other side was there, and closed or broke the connection.
pub(super) fn is_disconnect(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof)
}

/// Why a connection was lost, in our words: the TLS library explains a missing close_notify with a link.
pub(super) fn disconnect_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => "the relay closed it".to_owned(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => "it was reset".to_owned(),
        ErrorKind::NotConnected => "there is none".to_owned(),
        _ => error.to_string(),
    }
}
