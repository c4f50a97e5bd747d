//! The relay's reply to one letter, as a value: accepted, deferred, rejected or unknown.
//!
//! Only a 250 reply to the final dot may make a letter accepted (RFC 5321 §4.2.5).

/// The result of offering a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// 250 to the final dot: the relay has taken responsibility for the letter.
    Accepted(Answer),
    /// Not accepted for now (4xx), or the connection broke before the final dot: safe to retry.
    Deferred(Answer),
    /// Refused permanently: 5xx to the recipient or the data.
    Rejected(Answer),
    /// The final dot was sent and no conclusive reply came: never resent automatically.
    Unknown(Answer),
}

impl Reply {
    /// Returns the answer.
    pub fn answer(&self) -> &Answer {
        match self {
            Reply::Accepted(answer) | Reply::Deferred(answer) | Reply::Rejected(answer) | Reply::Unknown(answer) => {
                answer
            }
        }
    }
}

/// The relay's reply, or why there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The stage it belongs to.
    pub stage: Stage,
    /// The reply code, if one came.
    pub code: Option<u16>,
    /// All lines of the reply joined by a line feed, or what went wrong. Untrusted text: escape before showing.
    pub text: String,
}

/// A stage of the SMTP transaction (RFC 5321 §3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Greeting, TLS, EHLO, login.
    #[default]
    Connect,
    /// `MAIL FROM`.
    Mail,
    /// `RCPT TO`.
    Rcpt,
    /// `DATA`, before any of the message.
    Data,
    /// The message and its final dot.
    Dot,
}

impl Stage {
    /// Returns the name used in the ledger and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Connect => "connect",
            Stage::Mail => "MAIL",
            Stage::Rcpt => "RCPT",
            Stage::Data => "DATA",
            Stage::Dot => "final dot",
        }
    }
}
