//! Offering a letter: MAIL, RCPT and DATA, in one flight where the relay takes them so, and otherwise one by one.
//!
//! Every command has its own answer, and every answer is read before the next thing is said. None of a letter may leave
//! here, and what a relay says to a flight that has failed must never be taken for its word on a letter.

use super::{Offer, Session};
use crate::letter::Envelope;
use crate::letter::reply::{Answer, Reply, Stage};
use crate::relay::trouble::Trouble;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::MailParameter;

impl Session {
    /// Offers a letter of so many octets (its dots not doubled, RFC 1870 §3): MAIL, RCPT and DATA, in one flight where
    /// the relay offers PIPELINING (RFC 2920).
    ///
    /// A letter that is larger than the relay says it takes is rejected here, and nothing said. After a refusal
    /// [`reset`](Self::reset), or quit.
    ///
    /// # Errors
    /// [`Trouble::Sender`], [`Trouble::Login`] and [`Trouble::OutOfTurn`]: what would meet every other letter too.
    pub fn offer(&mut self, envelope: &Envelope, octets: u64) -> Result<Offer, Trouble> {
        if self.ready {
            // What is said now would be lines of the letter that was offered last.
            self.hang_up();
        }
        if let Some(reason) = self.unspeakable(envelope, octets) {
            return Ok(Offer::Refused(Reply::Rejected(reason)));
        }
        let size = self.extensions.size.map(|_| MailParameter::Size(octets as usize));
        let commands = [
            (Stage::Mail, Mail::new(Some(envelope.from.clone()), size.into_iter().collect()).to_string()),
            (Stage::Rcpt, Rcpt::new(envelope.to.clone(), vec![]).to_string()),
            (Stage::Data, Data.to_string()),
        ];
        let together = if self.extensions.pipelining { commands.len() } else { 1 };
        for flight in commands.chunks(together) {
            if let Some(refusal) = self.fly(flight)? {
                return Ok(Offer::Refused(refusal));
            }
        }
        self.ready = true;
        Ok(Offer::Ready)
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
    fn fly(&mut self, flight: &[(Stage, String)]) -> Result<Option<Reply>, Trouble> {
        let mut unsaid = Some(flight.iter().map(|(_, line)| line.as_str()).collect::<String>());
        let mut refusal = None;
        for (stage, _) in flight {
            let heard = match unsaid.take() {
                Some(lines) => self.ask(lines, self.timeout),
                None => self.hear(),
            };
            let (code, text) = match heard {
                Ok(answer) => answer,
                // A refusal that was heard stands, whatever happens behind it.
                Err(failure) => {
                    let lost = Reply::Deferred(self.give_up(*stage, failure));
                    return Ok(Some(refusal.unwrap_or(lost)));
                }
            };
            let answer = Answer { stage: *stage, code: Some(code), text };
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
    fn judge(&mut self, answer: Answer, in_flight: bool) -> Result<Option<Reply>, Trouble> {
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
            (_, 530) => Trouble::Login { relay, answer },
            (Stage::Mail, 500..=599) if code != 503 => Trouble::Sender { relay, answer },
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
    fn follow(&mut self, refusal: Reply, answer: Answer) -> Result<Reply, Trouble> {
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
        match self.ask(".\r\n", self.timeout) {
            Ok((250 | 400..=420 | 422..=599, _)) => {}
            _ => self.hang_up(),
        }
    }

    fn out_of_turn(&mut self, answer: Answer) -> Trouble {
        self.hang_up();
        Trouble::OutOfTurn { relay: self.relay.clone(), answer }
    }
}
