//! Opening a session: greeting, EHLO, STARTTLS where it is wanted, and login; each with the one code to go on after.
//!
//! With TLS nothing but EHLO and STARTTLS may be said before the relay has proved that it is the relay, and nothing that
//! it said before may count afterwards.

use super::Session;
use crate::message::reply::{Answer, Stage};
use crate::relay::auth::{self, Mechanism};
use crate::relay::certificates;
use crate::relay::connect::{dial, without_session};
use crate::relay::deadline::Deadline;
use crate::relay::error::{RelayError, said};
use crate::relay::extension::Extensions;
use crate::relay::failure::Failure;
use crate::relay::login::{Login, Proof, Secret};
use crate::relay::redact::Redactor;
use crate::relay::reply::SmtpReply;
use crate::relay::settings::{Settings, Tls};

impl Session {
    /// Connects, greets and, where there is an account, logs in. With TLS nothing is said before the relay has proved
    /// that it is the relay.
    ///
    /// Waits for `timeout` as a whole until the relay has been greeted, and then for as long for each answer.
    ///
    /// # Errors
    /// Whatever makes the relay of no use; see [`RelayError`].
    pub fn connect(settings: &Settings) -> Result<Session, RelayError> {
        let deadline = Deadline::after(settings.timeout);
        // What is wrong with the file of authorities is told before anyone is called.
        let trust = (settings.tls == Tls::StartTls).then(|| certificates::trust(settings)).transpose()?;
        let login = settings.login.as_ref().map(|login| login.fetch(&settings.to_string())).transpose()?;
        let connection = dial(settings, deadline)?;
        let mut opening = Opening {
            session: Session {
                connection: Some(connection),
                ready: false,
                extensions: Extensions::default(),
                mechanism: None,
                sieve: login.as_ref().map_or(Redactor::Open, auth::sieve),
                relay: settings.to_string(),
                timeout: settings.timeout,
                dot_timeout: settings.dot_timeout,
            },
            settings,
            deadline,
        };
        opening.greeted()?;
        let mut ehlo = opening.greet()?;
        if let Some((config, name)) = trust {
            if !Extensions::offered(&ehlo).starttls {
                let cause = "the relay does not offer STARTTLS".into();
                return Err(RelayError::Tls { relay: settings.to_string(), cause });
            }
            opening.must("STARTTLS\r\n", 220, |relay, answer| RelayError::Greeting { relay, answer })?;
            let connection = opening.session.connection.take().expect("an answer came over it");
            let connection = connection.protect(config, name, deadline);
            opening.session.connection = Some(connection.map_err(|failure| without_session(failure, settings))?);
            ehlo = opening.greet()?;
        }
        opening.session.extensions = Extensions::offered(&ehlo);
        if let Some(login) = &login {
            opening.log_in(login, &ehlo)?;
        }
        Ok(opening.session)
    }
}

/// A session that no letter can go through yet.
struct Opening<'s> {
    session: Session,
    settings: &'s Settings,
    /// Until when the relay must have been greeted.
    deadline: Deadline,
}

impl Opening<'_> {
    /// Hears the greeting.
    fn greeted(&mut self) -> Result<(), RelayError> {
        let heard = self.session.hear(self.deadline).map_err(|failure| without_session(failure, self.settings))?;
        match heard.code {
            220 => Ok(()),
            _ => Err(self.turned_down(heard, |relay, answer| RelayError::Greeting { relay, answer })),
        }
    }

    /// Says EHLO: what the relay offers.
    fn greet(&mut self) -> Result<String, RelayError> {
        let line = format!("EHLO {}\r\n", self.settings.hello);
        self.must(&line, 250, |relay, answer| RelayError::Greeting { relay, answer })
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
                    self.must(&line, code, |relay, answer| RelayError::Login { relay, answer })?;
                }
                Mechanism::Xoauth2 => self.show_token(&line, code)?,
            }
        }
        self.session.mechanism = Some(mechanism);
        Ok(())
    }

    /// A relay that does not take a token asks, with the reason for a question, and says no after an empty line
    /// (Google's XOAUTH2, as RFC 7628 §3.2.3 has it too).
    fn show_token(&mut self, line: &str, code: u16) -> Result<(), RelayError> {
        let mut heard = self.answered(line)?;
        if heard.code == 334 {
            let reason = auth::reason(&heard.text).map(|reason| self.session.sieve.clean(&reason));
            self.deadline = Deadline::after(self.settings.timeout);
            heard = self.answered("\r\n")?;
            heard.text = format!("{}\n{}", heard.text, reason.unwrap_or_default()).trim_end().into();
        } else if heard.code == code {
            return Ok(());
        }
        Err(self.turned_down(heard, |relay, answer| RelayError::Token { relay, answer }))
    }

    /// A command without which there is no session: the text of its one right answer.
    fn must(
        &mut self,
        line: &str,
        code: u16,
        refused: impl Fn(String, Answer) -> RelayError,
    ) -> Result<String, RelayError> {
        match self.answered(line)? {
            heard if heard.code == code => Ok(heard.text),
            heard => Err(self.turned_down(heard, refused)),
        }
    }

    /// What an answer that is not the right one means.
    fn turned_down(&self, heard: SmtpReply, refused: impl Fn(String, Answer) -> RelayError) -> RelayError {
        let (relay, answer) = (self.settings.to_string(), heard.to(Stage::Connect));
        if answer.code.is_some_and(|code| code >= 400) {
            refused(relay, answer)
        } else {
            RelayError::OutOfTurn { relay, answer }
        }
    }

    /// The answer to a command that comes before any letter.
    fn answered(&mut self, line: &str) -> Result<SmtpReply, RelayError> {
        let heard = self.session.ask(line.as_bytes(), self.deadline);
        heard.map_err(|failure| {
            let relay = self.settings.to_string();
            match failure {
                Failure::Nonsense(text) | Failure::Early(text) => RelayError::OutOfTurn { relay, answer: said(text) },
                Failure::Silent => RelayError::Silent { relay, waited: self.settings.timeout },
                Failure::Lost(cause) => RelayError::Lost { relay, cause },
                Failure::Tls(cause) => RelayError::Tls { relay, cause: cause.into() },
            }
        })
    }
}
