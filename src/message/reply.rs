//! What the relay said of one letter, as a value: accepted, deferred, rejected, or unknown.
//!
//! Only exactly 250 to the final dot makes a letter accepted (RFC 5321 §4.2.5); nothing here ever guesses upward.

/// What became of a letter that was offered to the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The relay answered exactly 250 to the final dot and has taken responsibility.
    Accepted(Answer),
    /// Not taken for now (4xx), or the connection died before the final dot: safe to try again.
    Deferred(Answer),
    /// Refused for good: 5xx to the recipient or the data.
    Rejected(Answer),
    /// The final dot was sent and no answer that counts came back: never resent by itself.
    Unknown(Answer),
}

impl Reply {
    /// What was answered, whatever it meant.
    pub fn answer(&self) -> &Answer {
        match self {
            Reply::Accepted(answer) | Reply::Deferred(answer) | Reply::Rejected(answer) | Reply::Unknown(answer) => {
                answer
            }
        }
    }
}

/// An answer of the relay, or why there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The step it answers.
    pub stage: Stage,
    /// The reply code, where one came.
    pub code: Option<u16>,
    /// All lines of the reply joined by a line feed, or what went wrong. The relay's words are a stranger's: escape
    /// before showing.
    pub text: String,
}

/// A step of the SMTP dialogue for one letter (RFC 5321 §3.3).
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
    /// The step's name as the ledger and the reports write it.
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
