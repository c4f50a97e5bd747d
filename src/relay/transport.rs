//! Errors in reading a reply.

use std::io::{self, ErrorKind};

/// Why no reply could be read.
#[derive(Debug)]
pub(super) enum TransportError {
    /// No reply in time.
    Timeout,
    /// There is no connection, or it broke.
    Disconnected(io::Error),
    /// The input is not SMTP.
    Malformed(String),
    /// The relay sent something before a command.
    Unsolicited(String),
    /// TLS failed.
    Tls(rustls::Error),
}

impl From<io::Error> for TransportError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Systems use one or the other for a timeout.
            ErrorKind::WouldBlock | ErrorKind::TimedOut => TransportError::Timeout,
            _ => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(error) => TransportError::Tls(error.clone()),
                None => TransportError::Disconnected(error),
            },
        }
    }
}

/// Whether the relay was reached, and closed or broke the connection.
pub(super) fn is_disconnect(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof)
}

/// Describes why a connection was lost. The TLS library's own text for a missing close_notify contains a link.
pub(super) fn disconnect_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof => "the relay closed it".to_owned(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => "it was reset".to_owned(),
        ErrorKind::NotConnected => "there is none".to_owned(),
        _ => error.to_string(),
    }
}
