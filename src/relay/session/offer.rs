//! Offers a letter with MAIL, RCPT and DATA, in one group if the relay offers PIPELINING; the data of the letter before may
//! begin that group.
//!
//! Every command has its own reply, and all replies are read before anything else is sent. This module must never send the
//! data of a letter, or read a reply to a failed group as the reply to a letter.

use super::{Offer, Session, refused};
use crate::message::Envelope;
use crate::message::reply::{Answer, Reply, Stage};
use crate::relay::deadline::Deadline;
use crate::relay::error::RelayError;
use crate::relay::refusal::Refusal;
use crate::relay::reply::enhanced_code;
use crate::relay::transport::TransportError;
use lettre::Address;

impl Session {
    /// Offers a letter of this size (before dot-stuffing, RFC 1870 §3).
    ///
    /// A letter larger than the relay's SIZE is refused without a command.
    ///
    /// # Errors
    /// [`RelayError::Sender`] and [`RelayError::Login`]: every other letter would fail too. An unexpected reply only defers
    /// this letter and closes the session.
    pub fn offer(&mut self, envelope: &Envelope, size: u64) -> Result<Offer, RelayError> {
        if self.ready {
            // The relay would read commands as lines of the letter offered before.
            self.close();
        }
        // Only this letter can follow in this session.
        let early = self.early.take();
        if early.as_ref().is_some_and(|early| early != envelope) {
            self.close();
            return Ok(Offer::Closed);
        }
        let is_early = early.is_some();
        if let Some(stage) = unsendable(envelope) {
            let text = "not sent: SMTP cannot carry this address".into();
            return Ok(Offer::Refused(Reply::Rejected(Answer { stage, code: None, text })));
        }
        if let Some(limit) = self.size_limit().filter(|limit| size > *limit) {
            let text = format!("not sent: the letter has {size} bytes, but the relay accepts at most {limit}");
            return Ok(Offer::TooLarge(Answer { stage: Stage::Mail, code: None, text }));
        }
        // In a new session, a failure is about the letter or the relay, not about an old session.
        let is_reused = std::mem::replace(&mut self.is_reused, true);
        if is_reused && !is_early && self.has_ended() {
            self.close();
            return Ok(Offer::Closed);
        }
        if self.needs_reset {
            self.reset();
            if !self.is_usable() {
                return Ok(Offer::Closed);
            }
        }
        let commands = self.commands(envelope, size);
        let mut refusal = self.transact(&commands, is_early)?;
        // For the relay, a transaction is still open.
        if refusal.as_ref().is_some_and(is_out_of_sequence) && self.is_usable() {
            self.reset();
            if self.is_usable() {
                refusal = self.transact(&commands, false)?;
            }
        }
        match refusal {
            None => {
                self.ready = true;
                Ok(Offer::Ready)
            }
            Some(refusal) if is_reused && is_goodbye(refusal.answer()) => {
                self.close();
                Ok(Offer::Closed)
            }
            Some(refusal) => {
                if is_out_of_sequence(&refusal) {
                    self.close();
                }
                self.needs_reset = refusal.answer().stage > Stage::Mail;
                Ok(Offer::Refused(refusal))
            }
        }
    }

    /// The commands of a transaction.
    pub(super) fn commands(&self, envelope: &Envelope, size: u64) -> [(Stage, String); 3] {
        let parameter = self.extensions.size.map(|_| format!(" SIZE={size}")).unwrap_or_default();
        [
            (Stage::Mail, format!("MAIL FROM:<{}>{parameter}\r\n", envelope.from)),
            (Stage::Rcpt, format!("RCPT TO:<{}>\r\n", envelope.to)),
            (Stage::Data, "DATA\r\n".to_owned()),
        ]
    }

    /// Whether the commands for this letter can be sent with the data of the one before.
    pub(super) fn can_precede(&self, envelope: &Envelope, size: u64) -> bool {
        let fits = self.size_limit().is_none_or(|limit| size <= limit);
        self.sends_early && self.extensions.pipelining && fits && unsendable(envelope).is_none()
    }

    /// Sends the commands of a transaction unless they `were_sent` already. Returns the refusal, if there was one.
    fn transact(&mut self, commands: &[(Stage, String)], were_sent: bool) -> Result<Option<Reply>, RelayError> {
        let together = if self.extensions.pipelining { commands.len() } else { 1 };
        for group in commands.chunks(together) {
            if let Some(refusal) = self.send_group(group, were_sent)? {
                return Ok(Some(refusal));
            }
        }
        Ok(self.check_quiet())
    }

    /// Whether the relay has closed the session or sent something since the last reply. Without a command it only sends a
    /// goodbye, such as `421 4.4.2 idle`.
    fn has_ended(&mut self) -> bool {
        !matches!(self.connection().and_then(|connection| connection.has_input()), Ok(false))
    }

    /// Asks whether the relay accepts this sender, with MAIL and RSET. Returns a temporary refusal.
    ///
    /// # Errors
    /// As for [`offer`](Self::offer).
    pub fn try_sender(&mut self, from: &Address) -> Result<Option<Reply>, RelayError> {
        let refusal = self.send_group(&[(Stage::Mail, format!("MAIL FROM:<{from}>\r\n"))], false)?;
        if self.is_usable() {
            self.reset();
        }
        Ok(refusal)
    }

    /// Checks that nothing has arrived after the `354`: it would be read as the reply to the letter.
    fn check_quiet(&mut self) -> Option<Reply> {
        let reply = match self.connection().and_then(|line| line.has_input()) {
            Ok(false) => return None,
            Ok(true) => self.read_reply(Deadline::after(self.timeout)),
            Err(error) => Err(error),
        };
        Some(Reply::Deferred(match reply {
            Ok(reply) => {
                self.close();
                reply.answer(Stage::Data)
            }
            Err(error) => self.close_with(Stage::Data, error, self.timeout),
        }))
    }

    /// Writes these commands in one piece, unless they `were_sent` already, and reads a reply to each. Returns the refusal, if
    /// there was one.
    fn send_group(&mut self, group: &[(Stage, String)], were_sent: bool) -> Result<Option<Reply>, RelayError> {
        let lines: String = group.iter().map(|(_, line)| line.as_str()).collect();
        let mut unsent = (!were_sent).then_some(lines.as_bytes());
        let mut refusal = None;
        for (sent, (stage, _)) in group.iter().enumerate() {
            let deadline = Deadline::after(self.timeout);
            let reply = match unsent.take() {
                Some(lines) => self.exchange(lines, deadline),
                None => self.read_reply(deadline),
            };
            let answer = match reply {
                Ok(reply) => reply.answer(*stage),
                // A refusal that was already read is the result, whatever happens after it.
                Err(error) => {
                    let is_partial = sent > 0 && matches!(error, TransportError::Timeout);
                    let mut answer = self.close_with(*stage, error, self.timeout);
                    if is_partial {
                        let all = group.len();
                        answer.text += &format!(
                            ": the relay offers PIPELINING but answered only {sent} of {all} commands sent together; set \
                             pipelining = false in [relay]"
                        );
                    }
                    return Ok(Some(refusal.unwrap_or(Reply::Deferred(answer))));
                }
            };
            refusal = match refusal {
                None => self.classify(answer, group.len() > 1)?,
                Some(refusal) => Some(self.after_refusal(refusal, answer)),
            };
            if self.connection.is_none() {
                break;
            }
        }
        Ok(refusal)
    }

    /// Classifies a reply; `None` means success.
    fn classify(&mut self, answer: Answer, in_group: bool) -> Result<Option<Reply>, RelayError> {
        let (stage, code) = (answer.stage, answer.code.unwrap_or_default());
        let relay = self.relay.clone();
        let error = match (stage, code) {
            // 252: the relay cannot verify the recipient, but accepts the letter (RFC 5321 §3.5.3).
            (Stage::Mail, 250) | (Stage::Rcpt, 250..=252) | (Stage::Data, 354) => return Ok(None),
            // `offer` sends RSET and tries again.
            (Stage::Mail, 503) => return Ok(Some(Reply::Deferred(answer))),
            (_, 400..=420 | 422..=499) => return Ok(Some(Reply::Deferred(answer))),
            // MAIL had the size; only this letter is too large (RFC 1870 §6.1).
            (Stage::Mail, 552) if self.extensions.size.is_some() => return Ok(Some(Reply::Rejected(answer))),
            // Neither is about this recipient (RFC 4954 §6, RFC 5321 §4.2.2).
            (_, 530) => RelayError::Login { relay, answer },
            (Stage::Mail, 500..=599) if Refusal::of(&answer) == Some(Refusal::Quota) => {
                return Ok(Some(Reply::Deferred(answer)));
            }
            (Stage::Mail, 500..=599) if code != 503 => RelayError::Sender { relay, answer },
            (_, 500..=599) if code != 503 => return Ok(Some(refused(answer))),
            // The relay is closing (some send 221 after an idle timeout), or replies no longer match commands.
            _ => {
                self.close();
                return Ok(Some(Reply::Deferred(answer)));
            }
        };
        // The commands after this one may have made the relay wait for data.
        if in_group {
            self.close();
        }
        Err(error)
    }

    /// Handles the reply to a later command of a group after a refusal, which is the result.
    fn after_refusal(&mut self, refusal: Reply, answer: Answer) -> Reply {
        match (answer.stage, answer.code.unwrap_or_default()) {
            (_, 421 | 221) => self.close(),
            (_, 400..=599) => {}
            // DATA may succeed although there is no recipient (RFC 2920 §3.1).
            (Stage::Data, 354) => self.end_empty_message(),
            // This success is impossible: the refusal may be for another command, so it must not be final.
            _ => {
                self.close();
                return Reply::Deferred(refusal.answer().clone());
            }
        }
        refusal
    }

    /// Ends a message without recipients with a dot. The reply is not about a letter; it only shows that replies still match
    /// commands.
    fn end_empty_message(&mut self) {
        let reply = self.exchange(b".\r\n", Deadline::after(self.timeout));
        if !reply.is_ok_and(|reply| matches!(reply.code, 250 | 400..=420 | 422..=599)) {
            self.close();
        }
    }
}

/// Returns the stage of an address that SMTP cannot carry: SMTPUTF8 is never used, and a bracket or space would end the address.
fn unsendable(envelope: &Envelope) -> Option<Stage> {
    let fits = |address: &Address| {
        let address: &str = address.as_ref();
        address.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c))
    };
    let stages = [(Stage::Mail, &envelope.from), (Stage::Rcpt, &envelope.to)];
    stages.into_iter().find(|(_, address)| !fits(address)).map(|(stage, _)| stage)
}

/// Whether the reply to MAIL was `503`, bad sequence of commands.
fn is_out_of_sequence(refusal: &Reply) -> bool {
    (refusal.answer().stage, refusal.answer().code) == (Stage::Mail, Some(503))
}

/// Whether the answer to MAIL ends the session instead of refusing the sender: there is no reply, or the session was idle, is
/// closing or is out of sequence.
fn is_goodbye(answer: &Answer) -> bool {
    answer.stage == Stage::Mail
        && match answer.code {
            None | Some(221 | 421 | 503) => true,
            Some(451) => enhanced_code(&answer.text) == Some([4, 4, 2]),
            Some(_) => false,
        }
}
