//! One session with a relay: connect, log in, then letter after letter, each step with its exact code.
//!
//! From the `354` on, only the relay's `250` says that a letter was taken, and nothing but an answer says that it was
//! not. A session that is not certain of its place in the dialogue must never be used for another letter: it hangs up.

use super::auth::{self, Mechanism};
use super::content::Content;
use super::dial::dial;
use super::failure::Failure;
use super::secret::Sieve;
use super::settings::{Login, Settings};
use super::trouble::Trouble;
use crate::letter::Envelope;
use crate::letter::reply::{Answer, Reply, Stage};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
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
    /// The largest letter it takes, in octets, where it says so.
    size_limit: Option<u64>,
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
            size_limit: None,
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
        session.size_limit = size_limit(&ehlo);
        if let Some(login) = &settings.login {
            session.log_in(login, &ehlo)?;
        }
        Ok(session)
    }

    fn log_in(&mut self, login: &Login, ehlo: &str) -> Result<(), Trouble> {
        let mechanism = Mechanism::offered(ehlo).ok_or_else(|| Trouble::NoLogin { relay: self.relay.clone() })?;
        for (line, code) in mechanism.lines(login) {
            self.must(line, code, |relay, answer| Trouble::Login { relay, answer })?;
        }
        Ok(())
    }

    /// A command without which there is no session: the text of its one right answer.
    fn must(
        &mut self,
        command: impl Display,
        code: u16,
        refused: impl Fn(String, Answer) -> Trouble,
    ) -> Result<String, Trouble> {
        let relay = self.relay.clone();
        let answer = |code, text| Answer { stage: Stage::Connect, code, text };
        Err(match self.ask(command, self.timeout) {
            Ok((got, text)) if got == code => return Ok(text),
            Ok((got, text)) if got >= 400 => refused(relay, answer(Some(got), text)),
            Ok((got, text)) => Trouble::OutOfTurn { relay, answer: answer(Some(got), text) },
            Err(Failure::Nonsense(text) | Failure::No(_, text)) => {
                Trouble::OutOfTurn { relay, answer: answer(None, text) }
            }
            Err(Failure::Silent) => Trouble::Silent { relay, waited: self.timeout },
            Err(Failure::Lost(cause)) => Trouble::Lost { relay, cause },
            Err(Failure::Tls(cause)) => Trouble::Tls { relay, cause: cause.into() },
        })
    }

    /// Offers a letter: MAIL, RCPT and DATA, each when the one before was answered as it should be.
    ///
    /// After a refusal [`reset`](Self::reset), or quit.
    ///
    /// # Errors
    /// [`Trouble::Sender`], [`Trouble::Login`] and [`Trouble::OutOfTurn`]: what would meet every other letter too.
    pub fn offer(&mut self, envelope: &Envelope) -> Result<Offer, Trouble> {
        if self.ready {
            // What is said now would be lines of the letter that was offered last.
            self.hang_up();
        }
        for (stage, address) in [(Stage::Mail, &envelope.from), (Stage::Rcpt, &envelope.to)] {
            // SMTPUTF8 is never asked for, and a bracket or a space would end the address early.
            let address: &str = address.as_ref();
            if !address.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c)) {
                let text = "not sent: the address is none that SMTP can carry".into();
                return Ok(Offer::Refused(Reply::Rejected(Answer { stage, code: None, text })));
            }
        }
        let commands = [
            (Stage::Mail, Mail::new(Some(envelope.from.clone()), vec![]).to_string()),
            (Stage::Rcpt, Rcpt::new(envelope.to.clone(), vec![]).to_string()),
            (Stage::Data, Data.to_string()),
        ];
        for (stage, command) in commands {
            if let Some(refusal) = self.step(stage, command)? {
                return Ok(Offer::Refused(refusal));
            }
        }
        self.ready = true;
        Ok(Offer::Ready)
    }

    /// One step of an offer: nothing when the relay wants to go on.
    fn step(&mut self, stage: Stage, command: String) -> Result<Option<Reply>, Trouble> {
        let (code, text) = match self.ask(command, self.timeout) {
            Ok(answer) => answer,
            Err(failure) => return Ok(Some(Reply::Deferred(self.give_up(stage, failure)))),
        };
        let answer = Answer { stage, code: Some(code), text };
        let relay = || self.relay.clone();
        match (stage, code) {
            (Stage::Mail | Stage::Rcpt, 250) | (Stage::Rcpt, 251) | (Stage::Data, 354) => Ok(None),
            // Some relays say 221 to who was idle for too long.
            (_, 421 | 221) => {
                self.hang_up();
                Ok(Some(Reply::Deferred(answer)))
            }
            (_, 400..=499) => Ok(Some(Reply::Deferred(answer))),
            // Both speak of the session and not of this recipient (RFC 4954 §6, RFC 5321 §4.2.2).
            (_, 530) => Err(Trouble::Login { relay: relay(), answer }),
            (Stage::Mail, 500..=599) if code != 503 => Err(Trouble::Sender { relay: relay(), answer }),
            (_, 500..=599) if code != 503 => Ok(Some(Reply::Rejected(answer))),
            _ => {
                let trouble = Trouble::OutOfTurn { relay: relay(), answer };
                self.hang_up();
                Err(trouble)
            }
        }
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
        self.size_limit
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

    /// Writes a command in one piece and reads its answer: the code, and the lines cleaned of credentials.
    fn ask(&mut self, command: impl Display, patience: Duration) -> Result<(u16, String), Failure> {
        match self.be_patient(patience)?.command(command) {
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

/// The SIZE keyword's value (RFC 1870 §3); 0 stands for no fixed limit.
fn size_limit(ehlo: &str) -> Option<u64> {
    let line = ehlo.lines().find(|line| line.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("SIZE ")))?;
    line.get(5..)?.trim().parse().ok().filter(|limit| *limit > 0)
}
