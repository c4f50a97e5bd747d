//! Calling the relay: name, TCP, TLS, greeting and the first EHLO, all within one stretch of patience.
//!
//! lettre does not tell the greeting's code: any 2xx or 3xx passes here, and the codes that follow find out who means
//! something else by it.
//!
//! A name look-up has no time limit of its own, a host can have many addresses, and lettre says QUIT to a relay that has
//! just failed to answer EHLO and waits again. So the call is made on a thread of its own, and left alone when it takes
//! too long; it must never be waited for without an end.

use super::certificates;
use super::failure::Failure;
use super::secret::Sieve;
use super::settings::{Settings, Tls};
use super::trouble::Trouble;
use crate::letter::reply::{Answer, Stage};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// How long a relay must be quiet after STARTTLS: longer than a word already on its way needs to arrive.
const QUIET: Duration = Duration::from_secs(1);

/// A connection that has been greeted and, with TLS, is encrypted and verified.
pub(super) fn dial(settings: &Settings) -> Result<SmtpConnection, Trouble> {
    settings.guard()?;
    let tls = match settings.tls {
        Tls::None => None,
        Tls::Implicit | Tls::StartTls => Some(certificates::parameters(settings)?),
    };
    let call = Call {
        relay: settings.to_string(),
        address: settings.address(),
        host: settings.host.clone(),
        port: settings.port,
        mode: settings.tls,
        tls,
        timeout: settings.timeout,
        hello: ClientId::Domain(settings.hello.clone()),
    };
    // A little more than the call's own patience, so that it can say what it was waiting for.
    let quiet = if settings.tls == Tls::StartTls { QUIET } else { Duration::ZERO };
    let patience = settings.timeout.saturating_add(settings.timeout / 4).saturating_add(quiet);
    let relay = settings.to_string();
    let (tell, hear) = sync_channel(1);
    thread::Builder::new()
        .name("relay".into())
        // Nobody listens any more when the call took too long: the connection is closed with it.
        .spawn(move || drop(tell.send(call.make())))
        .map_err(|cause| Trouble::Unreachable { relay: relay.clone(), cause })?;
    hear.recv_timeout(patience).unwrap_or_else(|late| {
        Err(match late {
            RecvTimeoutError::Timeout => Trouble::Silent { relay, waited: settings.timeout },
            RecvTimeoutError::Disconnected => Trouble::Lost { relay, cause: io::Error::other("the call broke off") },
        })
    })
}

/// All that a call needs, away from the settings and their password.
struct Call {
    relay: String,
    address: Option<IpAddr>,
    host: String,
    port: u16,
    mode: Tls,
    tls: Option<TlsParameters>,
    timeout: Duration,
    hello: ClientId,
}

impl Call {
    fn make(&self) -> Result<SmtpConnection, Trouble> {
        let addresses = self.addresses()?;
        let at_once = self.tls.as_ref().filter(|_| self.mode == Tls::Implicit);
        let mut connection = SmtpConnection::connect(&addresses[..], Some(self.timeout), &self.hello, at_once, None)
            .map_err(|error| self.failed(error))?;
        if let (Tls::StartTls, Some(tls)) = (self.mode, &self.tls) {
            self.start_tls(&mut connection, tls)?;
        }
        Ok(connection)
    }

    /// Where the host is. What was checked here is what is called: a name is looked up once.
    fn addresses(&self) -> Result<Vec<SocketAddr>, Trouble> {
        let addresses: Vec<SocketAddr> = match self.address {
            Some(address) => vec![(address, self.port).into()],
            None => (self.host.as_str(), self.port)
                .to_socket_addrs()
                .map_err(|cause| Trouble::Unreachable { relay: self.relay.clone(), cause })?
                .collect(),
        };
        if self.mode == Tls::None && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(Trouble::Clear { relay: self.relay.clone() });
        }
        Ok(addresses)
    }

    /// STARTTLS (RFC 3207), after which the relay must have nothing more to say.
    ///
    /// lettre keeps what arrived in clear behind the `220` and takes it for answers given under TLS: anyone on the
    /// way could put them there. With one forged answer each later one would be read a command too late, which the
    /// exact codes find out; with more, the next is there at once, which the silence finds out.
    fn start_tls(&self, connection: &mut SmtpConnection, tls: &TlsParameters) -> Result<(), Trouble> {
        if !connection.can_starttls() {
            return Err(Trouble::Tls { relay: self.relay.clone(), cause: "the relay does not offer STARTTLS".into() });
        }
        connection.starttls(tls, &self.hello).map_err(|error| self.failed(error))?;
        connection.set_timeout(Some(QUIET)).map_err(|cause| Trouble::Lost { relay: self.relay.clone(), cause })?;
        let text = match connection.read_response().map_err(|error| Failure::of(&error)) {
            Err(Failure::Silent) => return Ok(()),
            Err(Failure::Lost(cause)) => return Err(Trouble::Lost { relay: self.relay.clone(), cause }),
            Err(Failure::Tls(cause)) => return Err(certificates::handshake(self.relay.clone(), cause)),
            Err(Failure::No(_, text) | Failure::Nonsense(text)) => text,
            Ok(response) => response.message().collect::<Vec<_>>().join("\n"),
        };
        let answer = Answer { stage: Stage::Connect, code: None, text: Sieve::Open.clean(&text) };
        Err(Trouble::OutOfTurn { relay: self.relay.clone(), answer })
    }

    fn failed(&self, error: Error) -> Trouble {
        let relay = self.relay.clone();
        let greeting = |relay, code, text: &str| {
            let answer = Answer { stage: Stage::Connect, code, text: Sieve::Open.clean(text) };
            Trouble::Greeting { relay, answer }
        };
        match Failure::of(&error) {
            Failure::No(code, text) => greeting(relay, Some(code), &text),
            Failure::Nonsense(text) => greeting(relay, None, &text),
            Failure::Silent => Trouble::Silent { relay, waited: self.timeout },
            Failure::Tls(cause) => certificates::handshake(relay, cause),
            Failure::Lost(cause) if is_lost(cause.kind()) => Trouble::Lost { relay, cause },
            Failure::Lost(cause) => Trouble::Unreachable { relay, cause },
        }
    }
}

/// The relay was there, and went.
fn is_lost(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof)
}
