//! Opens a session: greeting, EHLO, STARTTLS, login, each with the required code.
//!
//! Before the relay is verified, only EHLO and STARTTLS may be sent, and nothing received may be used afterwards.

use super::Session;
use crate::message::reply::{Answer, Stage};
use crate::relay::auth::{self, Mechanism};
use crate::relay::certificates::{self, ClientTls};
use crate::relay::connect::{connect, connect_error, resolve};
use crate::relay::connection::Connection;
use crate::relay::deadline::Deadline;
use crate::relay::error::{RelayError, uncoded};
use crate::relay::extension::Extensions;
use crate::relay::login::{Login, Proof, Secret};
use crate::relay::reply::SmtpReply;
use crate::relay::settings::{Pipelining, Settings, Tls};
use crate::relay::transport::TransportError;
use crate::text::redact::Redactor;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

impl Session {
    /// Connects, and logs in if there is an account. Tries the addresses of the host until one gives a session.
    ///
    /// Each step has the whole `timeout`.
    ///
    /// # Errors
    /// Why the relay cannot be used; see [`RelayError`].
    pub fn connect(settings: &Settings) -> Result<Session, RelayError> {
        settings.guard()?;
        // A problem with `ca_file` is reported before connecting.
        let tls = (settings.tls != Tls::None).then(|| certificates::client_config(settings)).transpose()?;
        let login = settings.login.as_ref().map(|login| login.fetch(&settings.to_string())).transpose()?;
        open_first(&resolve(settings)?, settings, tls.as_ref(), login.as_ref())
    }
}

/// Opens a session at the first of these addresses that gives one. The next is tried if one cannot be reached, does not reply
/// or refuses temporarily.
fn open_first(
    addresses: &[SocketAddr],
    settings: &Settings,
    tls: Option<&ClientTls>,
    login: Option<&Login<Secret>>,
) -> Result<Session, RelayError> {
    let cause = io::Error::other("the name has no address");
    let mut last = RelayError::Unreachable { relay: settings.to_string(), cause };
    for address in addresses {
        let opened = connect(*address, settings, tls, settings.timeout / addresses.len() as u32)
            .and_then(|connection| Opening::new(connection, settings, login).open(tls, login));
        match opened {
            Err(error) if error.is_temporary() => {
                // Keep a reply: it is more useful than that another address cannot be reached.
                if last.answer().is_none() {
                    last = error;
                }
            }
            opened => return opened,
        }
    }
    Err(last)
}

/// A session that is not ready for letters yet.
struct Opening<'s> {
    session: Session,
    settings: &'s Settings,
}

impl<'s> Opening<'s> {
    fn new(connection: Connection, settings: &'s Settings, login: Option<&Login<Secret>>) -> Self {
        let session = Session {
            connection: Some(connection),
            ready: false,
            is_reused: false,
            sends_early: settings.pipelining == Pipelining::Next,
            early: None,
            needs_reset: false,
            extensions: Extensions::default(),
            mechanism: None,
            redactor: login.map_or(Redactor::Open, auth::redactor),
            relay: settings.to_string(),
            timeout: settings.timeout,
            dot_timeout: settings.dot_timeout,
        };
        Opening { session, settings }
    }

    /// Reads the greeting, and sends EHLO, STARTTLS and the login.
    fn open(mut self, tls: Option<&ClientTls>, login: Option<&Login<Secret>>) -> Result<Session, RelayError> {
        self.read_greeting()?;
        let mut ehlo = self.ehlo()?;
        if let Some((config, name)) = tls.filter(|_| self.settings.tls == Tls::StartTls) {
            if !Extensions::offered(&ehlo).starttls {
                let why = "the relay does not offer STARTTLS".into();
                return Err(RelayError::Tls { relay: self.settings.to_string(), why });
            }
            self.require("STARTTLS\r\n", 220, |relay, answer| RelayError::Refused { relay, answer })?;
            let connection = self.session.connection.take().expect("a reply came over it");
            let connection = connection.start_tls(Arc::clone(config), name.clone(), self.deadline());
            self.session.connection = Some(connection.map_err(|error| connect_error(error, self.settings))?);
            ehlo = self.ehlo()?;
        }
        self.session.extensions = Extensions::offered(&ehlo);
        self.session.extensions.pipelining &= self.settings.pipelining != Pipelining::Never;
        if let Some(login) = login {
            self.log_in(login, &ehlo)?;
        }
        Ok(self.session)
    }

    fn deadline(&self) -> Deadline {
        Deadline::after(self.settings.timeout)
    }

    /// Reads the greeting.
    fn read_greeting(&mut self) -> Result<(), RelayError> {
        let deadline = self.deadline();
        let reply = self.session.read_reply(deadline).map_err(|error| connect_error(error, self.settings))?;
        match reply.code {
            220 => Ok(()),
            _ => Err(self.refused_by(reply, |relay, answer| RelayError::Refused { relay, answer })),
        }
    }

    /// Sends EHLO; returns the text of the reply.
    fn ehlo(&mut self) -> Result<String, RelayError> {
        let line = format!("EHLO {}\r\n", self.settings.hello);
        self.require(&line, 250, |relay, answer| RelayError::Refused { relay, answer })
    }

    fn log_in(&mut self, login: &Login<Secret>, ehlo: &str) -> Result<(), RelayError> {
        let mechanism = Mechanism::offered(ehlo, &login.proof).ok_or_else(|| RelayError::NoLogin {
            relay: self.settings.to_string(),
            offers: auth::mechanisms(ehlo),
            missing: match login.proof {
                Proof::Password(_) => "neither PLAIN nor LOGIN",
                Proof::Token(_) => "no XOAUTH2",
            },
        })?;
        for (line, code) in mechanism.lines(login) {
            match mechanism {
                Mechanism::Plain | Mechanism::Login => {
                    self.require(&line, code, |relay, answer| RelayError::Login { relay, answer })?;
                }
                Mechanism::Xoauth2 => self.log_in_by_token(&line, code)?,
            }
        }
        self.session.mechanism = Some(mechanism);
        Ok(())
    }

    /// Logs in with a token. A relay that refuses it sends the reason as a challenge, and the refusal after an empty line
    /// (Google's XOAUTH2; the same in RFC 7628 §3.2.3).
    fn log_in_by_token(&mut self, line: &str, code: u16) -> Result<(), RelayError> {
        let mut reply = self.command(line)?;
        if reply.code == 334 {
            let reason = auth::token_error(&reply.text).map(|reason| self.session.redactor.clean(&reason));
            reply = self.command("\r\n")?;
            reply.text = format!("{}\n{}", reply.text, reason.unwrap_or_default()).trim_end().into();
        } else if reply.code == code {
            return Ok(());
        }
        Err(self.refused_by(reply, |relay, answer| RelayError::Token { relay, answer }))
    }

    /// Sends a command and requires this code; returns the text.
    fn require(
        &mut self,
        line: &str,
        code: u16,
        refused: impl Fn(String, Answer) -> RelayError,
    ) -> Result<String, RelayError> {
        match self.command(line)? {
            reply if reply.code == code => Ok(reply.text),
            reply => Err(self.refused_by(reply, refused)),
        }
    }

    /// Classifies a reply with another code.
    fn refused_by(&self, reply: SmtpReply, refused: impl Fn(String, Answer) -> RelayError) -> RelayError {
        let (relay, answer) = (self.settings.to_string(), reply.answer(Stage::Connect));
        if answer.code.is_some_and(|code| code >= 400) {
            refused(relay, answer)
        } else {
            RelayError::Unexpected { relay, answer }
        }
    }

    /// Sends a command and reads its reply.
    fn command(&mut self, line: &str) -> Result<SmtpReply, RelayError> {
        let reply = self.session.exchange(line.as_bytes(), Deadline::after(self.settings.timeout));
        reply.map_err(|error| {
            let relay = self.settings.to_string();
            match error {
                TransportError::Malformed(text) => RelayError::Unexpected { relay, answer: uncoded(text) },
                TransportError::Disconnected(cause) => RelayError::Disconnected { relay, cause },
                error => connect_error(error, self.settings),
            }
        })
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test server stays silent for a while")]
mod tests {
    use super::*;
    use crate::relay::Rehearsal;
    use std::io::Write;
    use std::net::TcpListener;
    use std::time::Duration;

    /// Starts a server that sends this greeting, and returns its address.
    fn greets(greeting: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let clients: Vec<_> = listener.incoming().take(1).flatten().collect();
            clients.iter().for_each(|mut client| drop(client.write_all(greeting)));
            std::thread::sleep(Duration::from_secs(if greeting.is_empty() { 10 } else { 0 }));
        });
        address
    }

    #[test]
    fn all_addresses_are_tried_until_one_gives_a_session() {
        let rehearsal = Rehearsal::start().unwrap();
        let settings = rehearsal.settings(Duration::from_secs(2), "example.org");
        let good = SocketAddr::new(settings.address().unwrap(), settings.port);
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let hangs = greets(b"");
        for first in [greets(b"421 4.3.2 full\r\n"), greets(b"22"), hangs, closed] {
            assert!(open_first(&[first, good], &settings, None, None).is_ok(), "{first}");
        }
        let refused = open_first(&[greets(b"421 4.3.2 full\r\n"), closed], &settings, None, None).unwrap_err();
        assert_eq!(refused.answer().and_then(|answer| answer.code), Some(421), "{refused}");
        // After a permanent refusal no other address is tried.
        let refused = open_first(&[greets(b"554 5.7.1 no\r\n"), good], &settings, None, None).unwrap_err();
        assert_eq!(refused.answer().and_then(|answer| answer.code), Some(554), "{refused}");
        assert!(matches!(open_first(&[], &settings, None, None), Err(RelayError::Unreachable { .. })));
    }
}
