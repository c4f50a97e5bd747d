//! Opens a session: greeting, EHLO, STARTTLS, login; each with the one code after which to go on.
//!
//! Before the relay is verified nothing but EHLO and STARTTLS may be sent, and nothing received may be used afterwards.

use super::Session;
use crate::message::reply::{Answer, Stage};
use crate::relay::auth::{self, Mechanism};
use crate::relay::certificates;
use crate::relay::connect::{connect, connect_error};
use crate::relay::deadline::Deadline;
use crate::relay::error::{RelayError, uncoded};
use crate::relay::extension::Extensions;
use crate::relay::login::{Login, Proof, Secret};
use crate::relay::redact::Redactor;
use crate::relay::reply::SmtpReply;
use crate::relay::settings::{Settings, Tls};
use crate::relay::transport::TransportError;

impl Session {
    /// Connects, and logs in if there is an account.
    ///
    /// # Errors
    /// Whatever makes the relay unusable; see [`RelayError`].
    pub fn connect(settings: &Settings) -> Result<Session, RelayError> {
        let deadline = Deadline::after(settings.timeout);
        // A problem with `ca_file` is reported before connecting.
        let trust = (settings.tls == Tls::StartTls).then(|| certificates::client_config(settings)).transpose()?;
        let login = settings.login.as_ref().map(|login| login.fetch(&settings.to_string())).transpose()?;
        let connection = connect(settings, deadline)?;
        let mut opening = Opening {
            session: Session {
                connection: Some(connection),
                ready: false,
                is_reused: false,
                needs_reset: false,
                extensions: Extensions::default(),
                mechanism: None,
                redactor: login.as_ref().map_or(Redactor::Open, auth::redactor),
                relay: settings.to_string(),
                timeout: settings.timeout,
                dot_timeout: settings.dot_timeout,
            },
            settings,
            deadline,
        };
        opening.read_greeting()?;
        let mut ehlo = opening.ehlo()?;
        if let Some((config, name)) = trust {
            if !Extensions::offered(&ehlo).starttls {
                let cause = "the relay does not offer STARTTLS".into();
                return Err(RelayError::Tls { relay: settings.to_string(), cause });
            }
            opening.require("STARTTLS\r\n", 220, |relay, answer| RelayError::Refused { relay, answer })?;
            let connection = opening.session.connection.take().expect("a reply came over it");
            let connection = connection.start_tls(config, name, deadline);
            opening.session.connection = Some(connection.map_err(|error| connect_error(error, settings))?);
            ehlo = opening.ehlo()?;
        }
        opening.session.extensions = Extensions::offered(&ehlo);
        if let Some(login) = &login {
            opening.log_in(login, &ehlo)?;
        }
        Ok(opening.session)
    }
}

/// A session that is not ready for letters yet.
struct Opening<'s> {
    session: Session,
    settings: &'s Settings,
    /// The deadline of the current step.
    deadline: Deadline,
}

impl Opening<'_> {
    /// Reads the greeting.
    fn read_greeting(&mut self) -> Result<(), RelayError> {
        let reply = self.session.read_reply(self.deadline).map_err(|error| connect_error(error, self.settings))?;
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
            offers: match login.proof {
                Proof::Password(_) => "neither PLAIN nor LOGIN",
                Proof::Token(_) => "no XOAUTH2",
            },
        })?;
        for (line, code) in mechanism.lines(login) {
            self.deadline = Deadline::after(self.settings.timeout);
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

    /// A relay that refuses a token sends the reason as a challenge, and the refusal after an empty line (Google's
    /// XOAUTH2; RFC 7628 §3.2.3 has the same).
    fn log_in_by_token(&mut self, line: &str, code: u16) -> Result<(), RelayError> {
        let mut reply = self.command(line)?;
        if reply.code == 334 {
            let reason = auth::token_error(&reply.text).map(|reason| self.session.redactor.clean(&reason));
            self.deadline = Deadline::after(self.settings.timeout);
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
        let reply = self.session.exchange(line.as_bytes(), self.deadline);
        reply.map_err(|error| {
            let relay = self.settings.to_string();
            match error {
                TransportError::Malformed(text) | TransportError::Unsolicited(text) => {
                    RelayError::Unexpected { relay, answer: uncoded(text) }
                }
                TransportError::Timeout => RelayError::Timeout { relay, waited: self.settings.timeout },
                TransportError::Disconnected(cause) => RelayError::Disconnected { relay, cause },
                TransportError::Tls(cause) => RelayError::Tls { relay, cause: cause.into() },
            }
        })
    }
}
