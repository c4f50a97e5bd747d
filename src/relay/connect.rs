//! Connects to the relay: name lookup, TCP and implicit TLS.
//!
//! A name lookup has no timeout, so it runs on a thread that is abandoned when it takes too long. Nothing may be sent in clear
//! except to a loopback address, whatever the name resolves to.

use super::certificates::{self, ClientTls};
use super::connection::Connection;
use super::deadline::Deadline;
use super::error::RelayError;
use super::settings::{Settings, Tls};
use super::transport::{TransportError, is_disconnect};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// Connects to one of the relay's addresses. With implicit TLS the relay is verified.
pub(super) fn connect(
    address: SocketAddr,
    settings: &Settings,
    tls: Option<&ClientTls>,
    wait: Duration,
) -> Result<Connection, RelayError> {
    let connection = TcpStream::connect_timeout(&address, wait).and_then(Connection::new);
    let connection = connection.map_err(|error| match error.into() {
        // There was no connection yet that could be lost.
        TransportError::Disconnected(cause) => RelayError::Unreachable { relay: settings.to_string(), cause },
        error => connect_error(error, settings),
    })?;
    match tls.filter(|_| settings.tls == Tls::Implicit) {
        None => Ok(connection),
        Some((config, name)) => connection
            .start_tls(Arc::clone(config), name.clone(), Deadline::after(settings.timeout))
            .map_err(|error| connect_error(error, settings)),
    }
}

/// Classifies an error before the first reply.
pub(super) fn connect_error(error: TransportError, settings: &Settings) -> RelayError {
    let relay = settings.to_string();
    match error {
        TransportError::Timeout => RelayError::Timeout { relay, waited: settings.timeout },
        TransportError::Disconnected(cause) if is_disconnect(cause.kind()) => RelayError::Disconnected { relay, cause },
        TransportError::Disconnected(cause) => RelayError::Unreachable { relay, cause },
        TransportError::Tls(cause) => certificates::handshake_error(relay, cause),
        TransportError::Malformed(text) => RelayError::Refused { relay, answer: super::error::uncoded(text) },
        TransportError::Unsolicited(text) => RelayError::Unexpected { relay, answer: super::error::uncoded(text) },
    }
}

/// Resolves the host.
///
/// # Errors
/// [`RelayError::Plaintext`] if letters would be sent in clear to another machine.
pub(super) fn resolve(settings: &Settings) -> Result<Vec<SocketAddr>, RelayError> {
    let addresses = match settings.address() {
        Some(address) => vec![(address, settings.port).into()],
        None => look_up(settings)?,
    };
    if settings.tls == Tls::None && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(RelayError::Plaintext { relay: settings.to_string() });
    }
    Ok(addresses)
}

fn look_up(settings: &Settings) -> Result<Vec<SocketAddr>, RelayError> {
    let unreachable = |cause| RelayError::Unreachable { relay: settings.to_string(), cause };
    let (host, port) = (settings.host.clone(), settings.port);
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new()
        .name("name lookup".into())
        // If it took too long, nobody receives the result.
        .spawn(move || drop(sender.send((host.as_str(), port).to_socket_addrs().map(Vec::from_iter))))
        .map_err(unreachable)?;
    match receiver.recv_timeout(settings.timeout) {
        Ok(found) => found.map_err(unreachable),
        Err(RecvTimeoutError::Timeout) => {
            Err(RelayError::Timeout { relay: settings.to_string(), waited: settings.timeout })
        }
        Err(RecvTimeoutError::Disconnected) => Err(unreachable(io::Error::other("the name lookup failed"))),
    }
}
