//! Offering a letter: MAIL, RCPT and DATA, in one flight where the relay takes them so, and otherwise one by one.
//!
//! Every command has its own answer, and every answer is read before the next thing is said. None of a letter may leave
//! here, and what a relay says to a flight that has failed must never be taken for its word on a letter.

use super::{Offer, Session};
use crate::message::Envelope;
use crate::message::reply::{Answer, Reply, Stage};
use crate::relay::deadline::Deadline;
use crate::relay::error::{RelayError, said};
use crate::relay::failure::Failure;
use lettre::Address;

impl Session {
    /// Offers a letter of so many octets (its dots not doubled, RFC 1870 §3): MAIL, RCPT and DATA, in one flight where
    /// the relay offers PIPELINING (RFC 2920).
    ///
    /// A letter that is larger than the relay says it takes is rejected here, and nothing said. After a refusal
    /// [`reset`](Self::reset), or quit.
    ///
    /// # Errors
    /// [`RelayError::Sender`], [`RelayError::Login`] and [`RelayError::OutOfTurn`]: what would meet every other letter too.
    pub fn offer(&mut self, envelope: &Envelope, octets: u64) -> Result<Offer, RelayError> {
        if self.ready {
            // What is said now would be lines of the letter that was offered last.
            self.hang_up();
        }
        if let Some(reason) = self.unspeakable(envelope, octets) {
            return Ok(Offer::Refused(Reply::Rejected(reason)));
        }
        let size = self.extensions.size.map(|_| format!(" SIZE={octets}")).unwrap_or_default();
        let commands = [
            (Stage::Mail, format!("MAIL FROM:<{}>{size}\r\n", envelope.from)),
            (Stage::Rcpt, format!("RCPT TO:<{}>\r\n", envelope.to)),
            (Stage::Data, "DATA\r\n".to_owned()),
        ];
        let together = if self.extensions.pipelining { commands.len() } else { 1 };
        for flight in commands.chunks(together) {
            if let Some(refusal) = self.fly(flight)? {
                return Ok(Offer::Refused(refusal));
            }
        }
        if let Some(refusal) = self.listen()? {
            return Ok(Offer::Refused(refusal));
        }
        self.ready = true;
        Ok(Offer::Ready)
    }

    /// Asks whether the relay would take letters from this sender, and offers none: MAIL, and RSET behind it. What it
    /// says for now alone is given back.
    ///
    /// # Errors
    /// As for [`offer`](Self::offer).
    pub fn try_sender(&mut self, from: &Address) -> Result<Option<Reply>, RelayError> {
        let refusal = self.fly(&[(Stage::Mail, format!("MAIL FROM:<{from}>\r\n"))])?;
        if self.is_usable() {
            self.reset();
        }
        Ok(refusal)
    }

    /// Makes sure that the relay has said nothing beyond its `354`: that would be taken for its word on the letter.
    fn listen(&mut self) -> Result<Option<Reply>, RelayError> {
        let heard = match self.line().and_then(|line| line.has_more()) {
            Ok(false) => return Ok(None),
            Ok(true) => self.hear(Deadline::after(self.timeout)),
            Err(failure) => Err(failure),
        };
        match heard {
            Ok(heard) if heard.code == 421 => {
                self.hang_up();
                Ok(Some(Reply::Deferred(heard.to(Stage::Data))))
            }
            Ok(heard) => Err(self.out_of_turn(heard.to(Stage::Data))),
            Err(Failure::Nonsense(text)) => Err(self.out_of_turn(Answer { stage: Stage::Data, ..said(text) })),
            Err(failure) => Ok(Some(Reply::Deferred(self.give_up(Stage::Data, failure, self.timeout)))),
        }
    }

    /// Why this letter cannot even be offered.
    fn unspeakable(&self, envelope: &Envelope, octets: u64) -> Option<Answer> {
        let unsaid = |stage, text| Some(Answer { stage, code: None, text });
        for (stage, address) in [(Stage::Mail, &envelope.from), (Stage::Rcpt, &envelope.to)] {
            // SMTPUTF8 is never asked for, and a bracket or a space would end the address early.
            let address: &str = address.as_ref();
            if !address.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c)) {
                return unsaid(stage, "not sent: the address is none that SMTP can carry".into());
            }
        }
        let limit = self.size_limit().filter(|limit| octets > *limit)?;
        let text = format!("not sent: the letter has {octets} octets, and the relay takes at most {limit}");
        unsaid(Stage::Mail, text)
    }

    /// Says these commands in one piece and reads an answer to each: nothing when the relay wants to go on.
    fn fly(&mut self, flight: &[(Stage, String)]) -> Result<Option<Reply>, RelayError> {
        let lines: String = flight.iter().map(|(_, line)| line.as_str()).collect();
        let mut unsaid = Some(lines.as_bytes());
        let mut refusal = None;
        for (stage, _) in flight {
            let deadline = Deadline::after(self.timeout);
            let heard = match unsaid.take() {
                Some(lines) => self.ask(lines, deadline),
                None => self.hear(deadline),
            };
            let answer = match heard {
                Ok(heard) => heard.to(*stage),
                Err(Failure::Early(text)) => {
                    let text = self.sieve.clean(&text);
                    return Err(self.out_of_turn(Answer { stage: *stage, ..said(text) }));
                }
                // A refusal that was heard stands, whatever happens behind it.
                Err(failure) => {
                    let lost = Reply::Deferred(self.give_up(*stage, failure, self.timeout));
                    return Ok(Some(refusal.unwrap_or(lost)));
                }
            };
            refusal = match refusal {
                None => self.judge(answer, flight.len() > 1)?,
                Some(refusal) => Some(self.follow(refusal, answer)?),
            };
            if self.connection.is_none() {
                break;
            }
        }
        Ok(refusal)
    }

    /// What an answer to a step means: nothing when the relay wants to go on.
    fn judge(&mut self, answer: Answer, in_flight: bool) -> Result<Option<Reply>, RelayError> {
        let (stage, code) = (answer.stage, answer.code.unwrap_or_default());
        let relay = self.relay.clone();
        let trouble = match (stage, code) {
            (Stage::Mail | Stage::Rcpt, 250) | (Stage::Rcpt, 251) | (Stage::Data, 354) => return Ok(None),
            // Some relays say 221 to who was idle for too long.
            (_, 421 | 221) => {
                self.hang_up();
                return Ok(Some(Reply::Deferred(answer)));
            }
            (_, 400..=499) => return Ok(Some(Reply::Deferred(answer))),
            // The size was told with MAIL, and this letter alone is too large (RFC 1870 §6.1).
            (Stage::Mail, 552) if self.extensions.size.is_some() => return Ok(Some(Reply::Rejected(answer))),
            // Both speak of the session and not of this recipient (RFC 4954 §6, RFC 5321 §4.2.2).
            (_, 530) => RelayError::Login { relay, answer },
            (Stage::Mail, 500..=599) if code != 503 => RelayError::Sender { relay, answer },
            (_, 500..=599) if code != 503 => return Ok(Some(Reply::Rejected(answer))),
            _ => return Err(self.out_of_turn(answer)),
        };
        // What was said behind this step may have made the relay wait for a letter.
        if in_flight {
            self.hang_up();
        }
        Err(trouble)
    }

    /// What the answer to a later step of a flight means, once an earlier one was refused: the refusal stands, and the
    /// session goes on where it is certain of its place.
    fn follow(&mut self, refusal: Reply, answer: Answer) -> Result<Reply, RelayError> {
        match (answer.stage, answer.code.unwrap_or_default()) {
            (_, 421 | 221) => self.hang_up(),
            (_, 400..=599) => {}
            // DATA may be taken although there is no recipient (RFC 2920 §3.1).
            (Stage::Data, 354) => self.say_nothing(),
            // A yes where there can be none: whose the refusal was is not certain. To try again later does no harm.
            _ if matches!(refusal, Reply::Deferred(_)) => self.hang_up(),
            _ => return Err(self.out_of_turn(answer)),
        }
        Ok(refusal)
    }

    /// Ends a message for nobody, before it has begun. What the relay says to it is no word on a letter: it only tells
    /// where the dialogue stands.
    fn say_nothing(&mut self) {
        let heard = self.ask(b".\r\n", Deadline::after(self.timeout));
        if !heard.is_ok_and(|heard| matches!(heard.code, 250 | 400..=420 | 422..=599)) {
            self.hang_up();
        }
    }

    fn out_of_turn(&mut self, answer: Answer) -> RelayError {
        self.hang_up();
        RelayError::OutOfTurn { relay: self.relay.clone(), answer }
    }
}
