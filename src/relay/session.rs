//! A session with a relay: connects, logs in, and sends one letter after the other. Every command requires its exact code.
//!
//! After `354`, only `250` means that the letter was accepted, and only 4xx or 5xx that it was not. A session that cannot match
//! replies to commands any more must never be used for another letter: it closes.

mod offer;
mod open;

use super::auth::Mechanism;
use super::certificates::tls_words;
use super::connection::Connection;
use super::content::Content;
use super::deadline::Deadline;
use super::extension::Extensions;
use super::refusal::Refusal;
use super::reply::{SmtpReply, enhanced_code};
use super::transport::{TransportError, disconnect_words};
use crate::message::Envelope;
use crate::message::reply::{Answer, Reply, Stage};
use crate::text::redact::Redactor;
use std::fmt;
use std::io;
use std::time::Duration;

/// How long to wait for the reply to QUIT.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for the replies after the one to the final dot before that one counts: they nearly always arrive together.
const LAG: Duration = Duration::from_millis(100);

/// The result of offering a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// `354`: the relay waits for the letter.
    Ready,
    /// Deferred or rejected; none of the letter was sent.
    Refused(Reply),
    /// The letter is larger than the relay's SIZE; nothing was sent.
    TooLarge(Answer),
    /// The relay has closed the session since the last letter, or cannot continue it. This letter was not refused: offer it in
    /// a new session.
    Closed,
}

/// What a relay offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The TLS version, if there is TLS.
    pub tls: Option<&'static str>,
    /// The login mechanism, if there was a login.
    pub login: Option<&'static str>,
    /// The number of round trips that a letter takes: four, or fewer with PIPELINING (RFC 2920).
    pub round_trips: u32,
    /// The maximum size of a letter, in bytes, if the relay has one (RFC 1870).
    pub size: Option<u64>,
}

/// A session with a relay.
pub struct Session {
    /// `None` once the session has closed.
    connection: Option<Connection>,
    /// Whether the relay waits for the data of a letter.
    ready: bool,
    /// Whether a letter was offered before.
    is_reused: bool,
    /// Whether commands may be sent with the data of the letter before.
    sends_early: bool,
    /// The letter whose commands were sent with the data of the one before; their replies are not read yet.
    early: Option<Envelope>,
    /// Whether the transaction of a refused letter may still be open, as with Postfix after a refusal at the final dot. It is
    /// ended before the next letter, so that the refusal is recorded first.
    needs_reset: bool,
    extensions: Extensions,
    /// The login mechanism used.
    mechanism: Option<Mechanism>,
    redactor: Redactor,
    relay: String,
    timeout: Duration,
    dot_timeout: Duration,
}

impl Session {
    /// Sends the letter that the relay is [ready](Offer::Ready) for, and waits up to ten minutes for the reply.
    ///
    /// The bytes are not changed. Anything but 7-bit text in complete CRLF lines is rejected without sending.
    pub fn content(&mut self, letter: &[u8]) -> Reply {
        self.content_and_next(letter, None, || {})
    }

    /// The same, and sends the commands that offer the `next` letter of this size together with the data, if the settings and the
    /// relay allow it ([`Pipelining::Next`](super::Pipelining), RFC 2920 §3.1). [`offer`](Self::offer) then reads their replies. Unless this letter is accepted, the session
    /// closes: its transaction might still be open. Does something `meanwhile`, after writing and before reading.
    pub fn content_and_next(
        &mut self,
        letter: &[u8],
        next: Option<(&Envelope, u64)>,
        meanwhile: impl FnOnce(),
    ) -> Reply {
        let unsent = |text: &str| Answer { stage: Stage::Data, code: None, text: text.into() };
        if !std::mem::take(&mut self.ready) {
            self.close();
            return Reply::Deferred(unsent("the relay was not ready for a letter"));
        }
        let Some(content) = Content::new(letter) else {
            // The relay waits for data; only closing the connection ends this without a letter.
            self.close();
            return Reply::Rejected(unsent("not sent: the letter is not 7-bit text in complete CRLF lines"));
        };
        let mut wire = content.wire();
        if let Some((envelope, size)) = next.filter(|(envelope, size)| self.can_precede(envelope, *size)) {
            self.commands(envelope, size).iter().for_each(|(_, line)| wire.extend_from_slice(line.as_bytes()));
            self.early = Some(envelope.clone());
        }
        let deadline = Deadline::after(self.dot_timeout);
        let written = self.connection().and_then(|connection| connection.write(&wire, deadline));
        meanwhile();
        let reply = match written.and_then(|()| self.read_reply(deadline)) {
            // The relay has skipped the reply to the dot: this was the one to MAIL.
            Ok(reply) if reply.code == 250 && self.early.is_some() && self.is_ahead() => {
                Reply::Unknown(Answer { text: "no reply to the final dot".into(), ..reply.answer(Stage::Dot) })
            }
            Ok(reply) => match reply.code {
                250 => Reply::Accepted(reply.answer(Stage::Dot)),
                400..=499 if !may_be_stored(&reply) => Reply::Deferred(reply.answer(Stage::Dot)),
                500..=599 => refused(reply.answer(Stage::Dot)),
                _ => Reply::Unknown(reply.answer(Stage::Dot)),
            },
            // There was unread input, so nothing was sent.
            Err(error @ TransportError::Unsolicited(_)) => {
                Reply::Deferred(self.close_with(Stage::Data, error, self.dot_timeout))
            }
            // It is unknown whether the dot arrived.
            Err(error) => Reply::Unknown(self.close_with(Stage::Dot, error, self.dot_timeout)),
        };
        let is_accepted = matches!(reply, Reply::Accepted(_));
        let is_open = !matches!(reply, Reply::Unknown(_)) && reply.answer().code != Some(421);
        if !is_open || self.early.is_some() && !is_accepted {
            self.close();
        }
        self.needs_reset = !is_accepted;
        reply
    }

    /// Whether the reply to DATA, `354`, arrives where the one to RCPT must be.
    fn is_ahead(&mut self) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        connection.await_replies(2, Deadline::after(LAG));
        connection.arrived_codes().nth(1) == Some(354)
    }

    /// Whether the commands for the next letter were sent with the last one. Only that letter can follow in this session.
    pub fn has_early(&self) -> bool {
        self.early.is_some()
    }

    /// Whether another letter can be offered.
    pub fn is_usable(&self) -> bool {
        self.connection.is_some() && !self.ready
    }

    /// Returns the maximum size of a letter, in bytes, if the relay has one (RFC 1870).
    pub fn size_limit(&self) -> Option<u64> {
        self.extensions.size.filter(|limit| *limit > 0)
    }

    /// Returns what the relay offers.
    pub fn capabilities(&self) -> Capabilities {
        Capabilities {
            tls: self.connection.as_ref().and_then(Connection::tls_version),
            login: self.mechanism.map(Mechanism::name),
            round_trips: match (self.extensions.pipelining, self.sends_early) {
                (false, _) => 4,
                (true, false) => 2,
                (true, true) => 1,
            },
            size: self.size_limit(),
        }
    }

    /// Ends the transaction of a refused letter (RSET). Anything but `250` closes the session.
    fn reset(&mut self) {
        // While the relay waits for data, RSET would be part of the letter.
        if self.ready
            || !matches!(self.exchange(b"RSET\r\n", Deadline::after(self.timeout)), Ok(SmtpReply { code: 250, .. }))
        {
            self.close();
        }
        self.needs_reset = false;
    }

    /// Quits, and waits only briefly for the reply, which does not matter.
    pub fn quit(mut self) {
        let deadline = Deadline::after(self.timeout.min(QUIT_TIMEOUT));
        // While the relay waits for data, or soon will, QUIT would be part of the letter.
        if self.is_usable() && self.early.is_none() {
            let _ = self.exchange(b"QUIT\r\n", deadline);
        }
        if let Some(connection) = self.connection.take() {
            connection.close(deadline);
        }
    }

    /// Closes the connection.
    fn close(&mut self) {
        self.connection = None;
        self.ready = false;
        self.early = None;
    }

    /// Writes all bytes in one piece, and reads the first reply, redacted.
    fn exchange(&mut self, bytes: &[u8], deadline: Deadline) -> Result<SmtpReply, TransportError> {
        self.connection()?.write(bytes, deadline)?;
        self.read_reply(deadline)
    }

    /// Reads the next reply, redacted.
    fn read_reply(&mut self, deadline: Deadline) -> Result<SmtpReply, TransportError> {
        match self.connection()?.read_reply(deadline) {
            Ok(reply) => Ok(SmtpReply { text: self.redactor.clean(&reply.text), ..reply }),
            Err(TransportError::Malformed(text)) => Err(TransportError::Malformed(self.redactor.clean(&text))),
            Err(error) => Err(error),
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, TransportError> {
        self.connection.as_mut().ok_or_else(|| TransportError::Disconnected(io::ErrorKind::NotConnected.into()))
    }

    /// Closes the connection, and returns the error as an answer.
    fn close_with(&mut self, stage: Stage, error: TransportError, waited: Duration) -> Answer {
        self.close();
        let text = match error {
            TransportError::Timeout => format!("no reply within {waited:?}"),
            TransportError::Disconnected(cause) => format!("the connection was lost: {}", disconnect_words(&cause)),
            TransportError::Tls(cause) => tls_words(&cause).to_owned(),
            TransportError::Malformed(text) => format!("malformed reply: {text}"),
            TransportError::Unsolicited(text) => format!("unexpected reply: {}", self.redactor.clean(&text)),
        };
        Answer { stage, code: None, text }
    }
}

/// Returns a permanent refusal: a rejection of this letter, or a deferral if the refusal is about every letter.
fn refused(answer: Answer) -> Reply {
    match Refusal::of(&answer) {
        None => Reply::Rejected(answer),
        Some(_) => Reply::Deferred(answer),
    }
}

/// Whether the letter may be stored in spite of a temporary refusal. A proxy that loses its backend at the final dot replies
/// 421 or 451, with an enhanced code of the network (x.4.x, RFC 3463 §3.5) or words of a lost connection; a relay that shuts
/// down replies 421, often without an enhanced code. Dovecot's submission service sends `421 4.4.0 … Lost connection to relay
/// server` after its backend has stored the letter.
fn may_be_stored(reply: &SmtpReply) -> bool {
    const LOST: [&str; 6] = [
        "lost connection",
        "connection lost",
        "connection closed",
        "connection reset",
        "connection timed out",
        "disconnected",
    ];
    let text = reply.text.to_ascii_lowercase();
    let has_words = || LOST.iter().any(|words| text.contains(words));
    match (reply.code, enhanced_code(&reply.text)) {
        (421, None) => true,
        (421 | 451, Some([_, 4, _])) => true,
        (421 | 451, _) => has_words(),
        _ => false,
    }
}

impl SmtpReply {
    /// Converts the reply to the answer at this stage.
    fn answer(self, stage: Stage) -> Answer {
        let text = if self.text.is_empty() { "(no text)".into() } else { self.text };
        Answer { stage, code: Some(self.code), text }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session {{ relay: {:?}, usable: {} }}", self.relay, self.is_usable())
    }
}
