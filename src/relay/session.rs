//! One session with a relay: connect, log in, then letter after letter, each step with its exact code.
//!
//! From the `354` on, only the relay's `250` says that a letter was taken, and nothing but an answer says that it was
//! not. A session that is not certain of its place in the dialogue must never be used for another letter: it hangs up.

mod offer;
mod open;

use super::auth::Mechanism;
use super::connection::Connection;
use super::content::Content;
use super::deadline::Deadline;
use super::extension::Extensions;
use super::failure::Failure;
use super::redact::Redactor;
use super::reply::SmtpReply;
use crate::message::reply::{Answer, Reply, Stage};
use std::fmt;
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

/// What a relay is and can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of TLS, where there is any.
    pub tls: Option<&'static str>,
    /// The mechanism of the login, where there was any.
    pub login: Option<&'static str>,
    /// Whether a letter costs two round trips instead of four (RFC 2920).
    pub pipelining: bool,
    /// The largest letter it takes, in octets, where it says so (RFC 1870).
    pub size: Option<u64>,
}

/// A session with a relay.
pub struct Session {
    /// None once the session has hung up.
    connection: Option<Connection>,
    /// Whether the relay waits for a letter's text.
    ready: bool,
    extensions: Extensions,
    /// How the account was proved.
    mechanism: Option<Mechanism>,
    sieve: Redactor,
    relay: String,
    timeout: Duration,
    dot_timeout: Duration,
}

impl Session {
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
        let reply = match self.ask(&content.wire(), Deadline::after(self.dot_timeout)) {
            Ok(heard) => match heard.code {
                // An answer that is badly made may be no answer to this.
                250 if heard.is_sound => Reply::Accepted(heard.to(Stage::Dot)),
                400..=499 => Reply::Deferred(heard.to(Stage::Dot)),
                500..=599 => Reply::Rejected(heard.to(Stage::Dot)),
                _ => Reply::Unknown(heard.to(Stage::Dot)),
            },
            // Nothing has left: the relay had spoken before.
            Err(failure @ Failure::Early(_)) => Reply::Deferred(self.give_up(Stage::Data, failure, self.dot_timeout)),
            // Whether the dot arrived before the connection broke, nobody on this side can tell.
            Err(failure) => Reply::Unknown(self.give_up(Stage::Dot, failure, self.dot_timeout)),
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

    /// What can be told of the relay before any letter.
    pub fn capabilities(&self) -> Capabilities {
        Capabilities {
            tls: self.connection.as_ref().and_then(Connection::version),
            login: self.mechanism.map(Mechanism::name),
            pipelining: self.extensions.pipelining,
            size: self.size_limit(),
        }
    }

    /// Clears a refused letter away (RSET). Anything but exactly `250` leaves the session unusable: a new one is due.
    pub fn reset(&mut self) {
        // In the middle of a letter, RSET would be a line of it.
        if self.ready
            || !matches!(self.ask(b"RSET\r\n", Deadline::after(self.timeout)), Ok(SmtpReply { code: 250, .. }))
        {
            self.hang_up();
        }
    }

    /// Says goodbye. What the relay answers does not matter any more, and is not waited for long.
    pub fn quit(mut self) {
        let deadline = Deadline::after(self.timeout.min(GOODBYE));
        // In the middle of a letter, QUIT would be a line of it.
        if self.is_usable() {
            let _ = self.ask(b"QUIT\r\n", deadline);
        }
        if let Some(connection) = self.connection.take() {
            connection.close(deadline);
        }
    }

    /// Closes the connection without a word.
    fn hang_up(&mut self) {
        self.connection = None;
        self.ready = false;
    }

    /// Says this in one piece and reads the first answer, cleaned of credentials.
    fn ask(&mut self, octets: &[u8], deadline: Deadline) -> Result<SmtpReply, Failure> {
        self.line()?.say(octets, deadline)?;
        self.hear(deadline)
    }

    /// Reads the next answer, cleaned of credentials.
    fn hear(&mut self, deadline: Deadline) -> Result<SmtpReply, Failure> {
        match self.line()?.hear(deadline) {
            Ok(heard) => Ok(SmtpReply { text: self.sieve.clean(&heard.text), ..heard }),
            Err(Failure::Nonsense(text)) => Err(Failure::Nonsense(self.sieve.clean(&text))),
            Err(failure) => Err(failure),
        }
    }

    fn line(&mut self) -> Result<&mut Connection, Failure> {
        self.connection.as_mut().ok_or_else(|| Failure::Lost(io::ErrorKind::NotConnected.into()))
    }

    /// Hangs up, and tells what stands where an answer should.
    fn give_up(&mut self, stage: Stage, failure: Failure, patience: Duration) -> Answer {
        self.hang_up();
        let text = match failure {
            Failure::Silent => format!("no answer within {patience:?}"),
            Failure::Lost(cause) => format!("the connection was lost: {cause}"),
            Failure::Tls(cause) => format!("TLS failed: {cause}"),
            Failure::Nonsense(text) => format!("no SMTP answer: {text}"),
            Failure::Early(text) => format!("the relay spoke out of turn: {}", self.sieve.clean(&text)),
        };
        Answer { stage, code: None, text }
    }
}

impl SmtpReply {
    /// As the answer to a step.
    fn to(self, stage: Stage) -> Answer {
        let text = if self.text.is_empty() { "(no words)".into() } else { self.text };
        Answer { stage, code: Some(self.code), text }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session {{ relay: {:?}, usable: {} }}", self.relay, self.is_usable())
    }
}
