//! Calling the relay: name, TCP and, where it comes first, TLS; all within one stretch of patience.
//!
//! A name look-up has no time limit of its own, so it is made on a thread that is left alone when it takes too long. What
//! a look-up gives is checked before it is called: nothing goes out in clear but to this machine.

use super::certificates;
use super::connection::Connection;
use super::deadline::Deadline;
use super::error::RelayError;
use super::failure::{Failure, is_gone};
use super::settings::{Settings, Tls};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

/// A connection on which nothing has been said; with implicit TLS the relay has proved that it is the relay.
pub(super) fn dial(settings: &Settings, deadline: Deadline) -> Result<Connection, RelayError> {
    settings.guard()?;
    // What is wrong with the file of authorities is told before anyone is called.
    let tls = match settings.tls {
        Tls::None | Tls::StartTls => None,
        Tls::Implicit => Some(certificates::trust(settings)?),
    };
    let addresses = addresses(settings, deadline)?;
    if settings.tls == Tls::None && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(RelayError::Clear { relay: settings.to_string() });
    }
    let connection = call(&addresses, settings, deadline)?;
    match tls {
        None => Ok(connection),
        Some((config, name)) => {
            connection.protect(config, name, deadline).map_err(|failure| without_session(failure, settings))
        }
    }
}

/// What a failure before the first answer means.
pub(super) fn without_session(failure: Failure, settings: &Settings) -> RelayError {
    let relay = settings.to_string();
    match failure {
        Failure::Silent => RelayError::Silent { relay, waited: settings.timeout },
        Failure::Lost(cause) if is_gone(cause.kind()) => RelayError::Lost { relay, cause },
        Failure::Lost(cause) => RelayError::Unreachable { relay, cause },
        Failure::Tls(cause) => certificates::handshake(relay, cause),
        Failure::Nonsense(text) => RelayError::Greeting { relay, answer: super::error::said(text) },
        Failure::Early(text) => RelayError::OutOfTurn { relay, answer: super::error::said(text) },
    }
}

/// Where the host is.
fn addresses(settings: &Settings, deadline: Deadline) -> Result<Vec<SocketAddr>, RelayError> {
    if let Some(address) = settings.address() {
        return Ok(vec![(address, settings.port).into()]);
    }
    let unreachable = |cause| RelayError::Unreachable { relay: settings.to_string(), cause };
    let silent = || RelayError::Silent { relay: settings.to_string(), waited: settings.timeout };
    let (host, port) = (settings.host.clone(), settings.port);
    let (tell, hear) = sync_channel(1);
    thread::Builder::new()
        .name("name look-up".into())
        // Nobody listens any more where it took too long.
        .spawn(move || drop(tell.send((host.as_str(), port).to_socket_addrs().map(Vec::from_iter))))
        .map_err(unreachable)?;
    match hear.recv_timeout(deadline.left().ok_or_else(silent)?) {
        Ok(found) => found.map_err(unreachable),
        Err(RecvTimeoutError::Timeout) => Err(silent()),
        Err(RecvTimeoutError::Disconnected) => Err(unreachable(io::Error::other("the look-up broke off"))),
    }
}

/// The first of the addresses that answers. Each has its share of what is left, so that one that is silent leaves time
/// for the others.
fn call(addresses: &[SocketAddr], settings: &Settings, deadline: Deadline) -> Result<Connection, RelayError> {
    let mut last = Failure::Lost(io::Error::other("the name has no address"));
    for (tried, address) in addresses.iter().enumerate() {
        let Some(left) = deadline.left() else { break };
        let share = left / (addresses.len() - tried) as u32;
        match TcpStream::connect_timeout(address, share).and_then(Connection::new) {
            Ok(connection) => return Ok(connection),
            Err(error) => last = error.into(),
        }
    }
    Err(match last {
        // Nothing was there yet that could have gone.
        Failure::Lost(cause) => RelayError::Unreachable { relay: settings.to_string(), cause },
        failure => without_session(failure, settings),
    })
}
