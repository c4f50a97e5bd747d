//! One session with a relay: connect, log in, then letter after letter, each step with its exact code.
//!
//! From the `354` on, only the relay's `250` says that a letter was taken, and nothing but an answer says that it was
//! not. A session that is not certain of its place in the dialogue must never be used for another letter: it hangs up.

mod offer;

use super::auth::{self, Mechanism};
use super::content::Content;
use super::dial::dial;
use super::extension::Extensions;
use super::failure::Failure;
use super::secret::Sieve;
use super::settings::{Login, Proof, Settings};
use super::trouble::Trouble;
use crate::letter::reply::{Answer, Reply, Stage};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Ehlo, Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use std::fmt::{self, Display};
use std::io;
use std::time::Duration;

/// How long a relay has to say goodbye: by then every letter has its answer.
const GOODBYE: Duration = Duration::from_secs(5);

/// What came of offering a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Exactly `354`: the relay waits for the letter.
    Ready,
    /// Deferred or rejected; none of the letter's text has left.
    Refused(Reply),
}

/// A session with a relay.
pub struct Session {
    /// None once the session has hung up.
    connection: Option<SmtpConnection>,
    /// Whether the relay waits for a letter's text.
    ready: bool,
    extensions: Extensions,
    sieve: Sieve,
    relay: String,
    timeout: Duration,
    dot_timeout: Duration,
    /// What the connection was last told to wait.
    patience: Duration,
}

impl Session {
    /// Connects, greets and, where there is an account, logs in. With TLS nothing is said before the relay has proved
    /// that it is the relay.
    ///
    /// Waits for `timeout` as a whole until the relay has been greeted, and then for as long for each answer.
    ///
    /// # Errors
    /// Whatever makes the relay of no use; see [`Trouble`].
    pub fn connect(settings: &Settings) -> Result<Session, Trouble> {
        let mut session = Session {
            connection: Some(dial(settings)?),
            ready: false,
            extensions: Extensions::default(),
            sieve: settings.login.as_ref().map_or(Sieve::Open, auth::sieve),
            relay: settings.to_string(),
            timeout: settings.timeout,
            dot_timeout: settings.dot_timeout,
            patience: Duration::ZERO,
        };
        // lettre has said EHLO, but keeps only what it knows of the answer, and not its code.
        let ehlo = session.must(Ehlo::new(ClientId::Domain(settings.hello.clone())), 250, |relay, answer| {
            Trouble::Greeting { relay, answer }
        })?;
        session.extensions = Extensions::offered(&ehlo);
        if let Some(login) = &settings.login {
            session.log_in(login, &ehlo)?;
        }
        Ok(session)
    }

    fn log_in(&mut self, login: &Login, ehlo: &str) -> Result<(), Trouble> {
        let mechanism = Mechanism::offered(ehlo, &login.proof).ok_or_else(|| Trouble::NoLogin {
            relay: self.relay.clone(),
            offers: match login.proof {
                Proof::Password(_) => "neither PLAIN nor LOGIN",
                Proof::Token(_) => "no XOAUTH2",
            },
        })?;
        for (line, code) in mechanism.lines(login) {
            match mechanism {
                Mechanism::Plain | Mechanism::Login => {
                    self.must(line, code, |relay, answer| Trouble::Login { relay, answer })?;
                }
                Mechanism::Xoauth2 => self.show_token(line, code)?,
            }
        }
        Ok(())
    }

    /// A relay that does not take a token asks, with the reason for a question, and says no after an empty line
    /// (Google's XOAUTH2, as RFC 7628 §3.2.3 has it too).
    fn show_token(&mut self, line: String, code: u16) -> Result<(), Trouble> {
        let (mut got, mut text) = self.answered(line)?;
        if got == 334 {
            let reason = auth::reason(&text).map(|reason| self.sieve.clean(&reason)).unwrap_or_default();
            (got, text) = self.answered("\r\n")?;
            text = format!("{text}\n{reason}").trim_end().into();
        } else if got == code {
            return Ok(());
        }
        Err(self.turned_down(got, text, |relay, answer| Trouble::Token { relay, answer }))
    }

    /// A command without which there is no session: the text of its one right answer.
    fn must(
        &mut self,
        command: impl Display,
        code: u16,
        refused: impl Fn(String, Answer) -> Trouble,
    ) -> Result<String, Trouble> {
        match self.answered(command)? {
            (got, text) if got == code => Ok(text),
            (got, text) => Err(self.turned_down(got, text, refused)),
        }
    }

    /// What an answer that is not the right one means.
    fn turned_down(&self, code: u16, text: String, refused: impl Fn(String, Answer) -> Trouble) -> Trouble {
        let (relay, answer) = (self.relay.clone(), Answer { stage: Stage::Connect, code: Some(code), text });
        if code >= 400 { refused(relay, answer) } else { Trouble::OutOfTurn { relay, answer } }
    }

    /// The answer to a command that comes before any letter.
    fn answered(&mut self, command: impl Display) -> Result<(u16, String), Trouble> {
        let heard = self.ask(command, self.timeout);
        heard.map_err(|failure| {
            let relay = self.relay.clone();
            match failure {
                Failure::Nonsense(text) | Failure::No(_, text) => {
                    Trouble::OutOfTurn { relay, answer: Answer { stage: Stage::Connect, code: None, text } }
                }
                Failure::Silent => Trouble::Silent { relay, waited: self.timeout },
                Failure::Lost(cause) => Trouble::Lost { relay, cause },
                Failure::Tls(cause) => Trouble::Tls { relay, cause: cause.into() },
            }
        })
    }

    /// Hands over the letter that the relay is [ready](Offer::Ready) for, and waits up to ten minutes for its word.
    ///
    /// Exactly these bytes arrive. What is no 7-bit text in whole CRLF lines is not sent at all, and rejected.
    pub fn content(&mut self, letter: &[u8]) -> Reply {
        let unsent = |text: &str| Answer { stage: Stage::Data, code: None, text: text.into() };
        if !std::mem::take(&mut self.ready) {
            self.hang_up();
            return Reply::Deferred(unsent("the relay was not ready for a letter"));
        }
        let Some(content) = Content::new(letter) else {
            // The relay waits for text: only hanging up ends that without a letter.
            self.hang_up();
            return Reply::Rejected(unsent("not sent: the letter is no 7-bit text in whole CRLF lines"));
        };
        // Some systems find out here that the connection is gone, and then nothing has left.
        if let Err(failure) = self.be_patient(self.dot_timeout).map(drop) {
            return Reply::Deferred(self.give_up(Stage::Data, failure));
        }
        let reply = match self.ask(content, self.dot_timeout) {
            Ok((code, text)) => {
                let answer = Answer { stage: Stage::Dot, code: Some(code), text };
                match code {
                    250 => Reply::Accepted(answer),
                    400..=499 => Reply::Deferred(answer),
                    500..=599 => Reply::Rejected(answer),
                    _ => Reply::Unknown(answer),
                }
            }
            // Whether the dot arrived before the connection broke, nobody on this side can tell.
            Err(failure) => Reply::Unknown(self.give_up(Stage::Dot, failure)),
        };
        if matches!(reply, Reply::Unknown(_)) || reply.answer().code == Some(421) {
            self.hang_up();
        }
        reply
    }

    /// Whether another letter can be offered.
    pub fn is_usable(&self) -> bool {
        self.connection.is_some() && !self.ready
    }

    /// The largest letter the relay takes, in octets, where it says so (RFC 1870).
    pub fn size_limit(&self) -> Option<u64> {
        self.extensions.size.filter(|limit| *limit > 0)
    }

    /// Clears a refused letter away (RSET). Anything but exactly `250` leaves the session unusable: a new one is due.
    pub fn reset(&mut self) {
        // In the middle of a letter, RSET would be a line of it.
        if self.ready || !matches!(self.ask(Rset, self.timeout), Ok((250, _))) {
            self.hang_up();
        }
    }

    /// Says goodbye. What the relay answers does not matter any more, and is not waited for long.
    pub fn quit(mut self) {
        // In the middle of a letter, QUIT would be a line of it.
        if self.is_usable() {
            let _ = self.ask(Quit, self.timeout.min(GOODBYE));
        }
    }

    /// Closes the connection without a word.
    fn hang_up(&mut self) {
        self.connection = None;
        self.ready = false;
    }

    /// Writes in one piece and reads the first answer: the code, and the lines cleaned of credentials.
    fn ask(&mut self, command: impl Display, patience: Duration) -> Result<(u16, String), Failure> {
        let heard = self.be_patient(patience)?.command(command);
        self.sift(heard)
    }

    /// Reads the answer to the next command of those that were written together.
    fn hear(&mut self) -> Result<(u16, String), Failure> {
        let heard = self.be_patient(self.patience)?.read_response();
        self.sift(heard)
    }

    fn sift(&self, heard: Result<Response, Error>) -> Result<(u16, String), Failure> {
        match heard {
            Ok(response) => {
                let lines: Vec<&str> = response.message().collect();
                Ok((response.code().into(), self.sieve.clean(&lines.join("\n"))))
            }
            Err(error) => match Failure::of(&error) {
                Failure::No(code, text) => Ok((code, self.sieve.clean(&text))),
                Failure::Nonsense(text) => Err(Failure::Nonsense(self.sieve.clean(&text))),
                failure => Err(failure),
            },
        }
    }

    /// The connection, told how long to wait.
    fn be_patient(&mut self, patience: Duration) -> Result<&mut SmtpConnection, Failure> {
        let connection = self.connection.as_mut().ok_or_else(|| Failure::Lost(io::ErrorKind::NotConnected.into()))?;
        if patience != self.patience {
            connection.set_timeout(Some(patience)).map_err(Failure::Lost)?;
            self.patience = patience;
        }
        Ok(connection)
    }

    /// Hangs up, and tells what stands where an answer should.
    fn give_up(&mut self, stage: Stage, failure: Failure) -> Answer {
        self.hang_up();
        let text = match failure {
            Failure::Silent => format!("no answer within {:?}", self.patience),
            Failure::Lost(cause) => format!("the connection was lost: {cause}"),
            Failure::Tls(cause) => format!("TLS failed: {cause}"),
            Failure::Nonsense(text) | Failure::No(_, text) => format!("no SMTP answer: {text}"),
        };
        Answer { stage, code: None, text }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session {{ relay: {:?}, usable: {} }}", self.relay, self.is_usable())
    }
}
