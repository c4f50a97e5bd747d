//! Connects to the relay: name lookup, TCP and implicit TLS, within one deadline.
//!
//! A name lookup has no timeout of its own, so it runs on a thread that is abandoned when it takes too long. Nothing may
//! go out in clear except to a loopback address, whatever the name resolves to.

use super::certificates;
use super::connection::Connection;
use super::deadline::Deadline;
use super::error::RelayError;
use super::settings::{Settings, Tls};
use super::transport::{TransportError, is_disconnect};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

/// Connects. With implicit TLS the relay is verified.
pub(super) fn connect(settings: &Settings, deadline: Deadline) -> Result<Connection, RelayError> {
    settings.guard()?;
    // A problem with `ca_file` is reported before connecting.
    let tls = match settings.tls {
        Tls::None | Tls::StartTls => None,
        Tls::Implicit => Some(certificates::client_config(settings)?),
    };
    let addresses = addresses(settings, deadline)?;
    if settings.tls == Tls::None && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(RelayError::Plaintext { relay: settings.to_string() });
    }
    let connection = connect_any(&addresses, settings, deadline)?;
    match tls {
        None => Ok(connection),
        Some((config, name)) => {
            connection.start_tls(config, name, deadline).map_err(|error| connect_error(error, settings))
        }
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
fn addresses(settings: &Settings, deadline: Deadline) -> Result<Vec<SocketAddr>, RelayError> {
    if let Some(address) = settings.address() {
        return Ok(vec![(address, settings.port).into()]);
    }
    let unreachable = |cause| RelayError::Unreachable { relay: settings.to_string(), cause };
    let timeout = || RelayError::Timeout { relay: settings.to_string(), waited: settings.timeout };
    let (host, port) = (settings.host.clone(), settings.port);
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new()
        .name("name lookup".into())
        // Nobody receives it any more if it took too long.
        .spawn(move || drop(sender.send((host.as_str(), port).to_socket_addrs().map(Vec::from_iter))))
        .map_err(unreachable)?;
    match receiver.recv_timeout(deadline.left().ok_or_else(timeout)?) {
        Ok(found) => found.map_err(unreachable),
        Err(RecvTimeoutError::Timeout) => Err(timeout()),
        Err(RecvTimeoutError::Disconnected) => Err(unreachable(io::Error::other("the name lookup failed"))),
    }
}

/// Connects to the first address that answers. Each gets its share of the time left.
fn connect_any(addresses: &[SocketAddr], settings: &Settings, deadline: Deadline) -> Result<Connection, RelayError> {
    let mut last = TransportError::Disconnected(io::Error::other("the name has no address"));
    for (tried, address) in addresses.iter().enumerate() {
        let Some(left) = deadline.left() else { break };
        let share = left / (addresses.len() - tried) as u32;
        match TcpStream::connect_timeout(address, share).and_then(Connection::new) {
            Ok(connection) => return Ok(connection),
            Err(error) => last = error.into(),
        }
    }
    Err(match last {
        // There was no connection yet that could have been lost.
        TransportError::Disconnected(cause) => RelayError::Unreachable { relay: settings.to_string(), cause },
        error => connect_error(error, settings),
    })
}
