//! What goes into a ledger and comes out of it, whichever store keeps it.
//!
//! Nothing here may read or write a store.

use super::error::Abort;
use super::moves::State;
use crate::message::reply::{Answer, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A letter about to be offered, as in the manifest.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The letter's id.
    pub id: &'a str,
    /// Its number.
    pub number: u32,
    /// The digest of its bytes.
    pub digest: &'a str,
    /// Its Message-ID.
    pub message_id: &'a str,
    /// The address it is for.
    pub to: &'a str,
}

/// One run of `send`.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// A unique id.
    pub id: &'a str,
    /// The machine's boot id; empty if unknown, which is never equal to another.
    pub boot: &'a str,
}

/// The claims of killed runs after recovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// The number of letters that are pending again.
    pub released: u64,
    /// The ids of letters whose outcome is now unknown.
    pub unknown: Vec<String>,
}

/// What became of a letter that a run wanted to claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// It is this run's, by the event with this number.
    Claimed(i64),
    /// It can be claimed later.
    Free,
    /// Another run has it, or has sent it, or its recipient gets no more today.
    Taken,
}

/// What a claim of several letters led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Claimed {
    /// What became of each, in their order; some may be free still.
    Grants(Vec<Grant>),
    /// No letter may go before this: the pace of all runs.
    Wait(Duration),
    /// Another run has stopped all of them, and says why.
    Halted(String),
}

/// How fast letters may be claimed, over all runs of a shared ledger. One run alone keeps its own pace.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pacing {
    /// The pause between two letters.
    pub pause: Option<Duration>,
    /// The pause between two letters to one domain.
    pub per_domain: Option<Duration>,
    /// How many letters an address gets from a moment on.
    pub per_day: Option<(u32, Timestamp)>,
}

/// What happens to the connection to a shared ledger, for a person: the ledger itself waits meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Outages(Arc<Mutex<Option<String>>>);

impl Outages {
    /// Takes what happened last, unless it was taken before.
    pub fn take(&self) -> Option<String> {
        self.0.lock().ok()?.take()
    }

    #[cfg(feature = "postgres")]
    pub(super) fn set(&self, what: String) {
        if let Ok(mut last) = self.0.lock() {
            *last = Some(what);
        }
    }
}

/// A ledger in numbers, as it is at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many letters are in each state, in the order of [`State::ALL`].
    pub letters: [u64; State::ALL.len()],
    /// Since when the outcome of a letter is unknown, of the one that is for longest; to the second.
    pub unknown_since: Option<Timestamp>,
    /// When the relay last accepted a letter.
    pub last_accepted: Option<Timestamp>,
    /// How many runs are at work.
    pub workers: u64,
    /// Why all runs were stopped, unless one has begun since.
    pub halt: Option<String>,
}

impl Summary {
    /// Adds letters in a state; of unknown ones, the first has been so since a moment.
    pub(super) fn add(&mut self, name: &str, letters: i64, since: Option<String>) -> Result<(), Abort> {
        self.letters[state(name)? as usize] += letters.unsigned_abs();
        if let Some(since) = since {
            self.unknown_since = Some(at(&format!("{since}Z"))?);
        }
        Ok(())
    }
}

/// A letter in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The letter's id.
    pub id: String,
    /// Its number when it was last claimed.
    pub number: u32,
    /// The address it was last claimed for.
    pub to: String,
    /// The digest of the bytes that were last claimed.
    pub digest: String,
    /// Its Message-ID.
    pub message_id: String,
    /// Its state.
    pub state: State,
    /// How many times it was offered, with a reply or lost; released claims do not count.
    pub attempts: u32,
    /// The relay's last answer, if there was one.
    pub answer: Option<Answer>,
    /// The name of the relay that its data was sent to when it was last claimed; `None` if none was sent, or by an earlier
    /// version.
    pub relay: Option<String>,
    /// When it last moved.
    pub at: Timestamp,
}

/// Whether there is a copy of a letter to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The letter was not accepted, or its copy was taken, or may have been.
    No,
    /// It is due.
    Due {
        /// When the data of the accepted letter began: the Date header that it was sent with.
        sent_at: Timestamp,
    },
    /// It cannot be made: the letter's bytes are others now, or the moment of sending is not known.
    Lost,
}

/// Whether the number of a claim is that of a copy's claim.
pub fn is_copy(number: i64) -> bool {
    number < 0
}

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResponseKind {
    /// An answer.
    Reply,
    /// A confirmation that the letter was received.
    Acknowledged,
    /// The recipient does not want it.
    Refused,
    /// It came back as undeliverable.
    Bounced,
}

impl ResponseKind {
    /// Every kind.
    pub const ALL: [ResponseKind; 4] =
        [ResponseKind::Reply, ResponseKind::Acknowledged, ResponseKind::Refused, ResponseKind::Bounced];

    /// Returns the name used in the ledger, on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            ResponseKind::Reply => "reply",
            ResponseKind::Acknowledged => "acknowledged",
            ResponseKind::Refused => "refused",
            ResponseKind::Bounced => "bounced",
        }
    }

    /// Finds the kind of this name.
    pub fn named(name: &str) -> Option<ResponseKind> {
        ResponseKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What is stored instead of a kind if what was recorded before is taken back.
pub(super) const TAKEN_BACK: &str = "none";

/// The answer to a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// What came back.
    pub kind: ResponseKind,
    /// On which day.
    pub on: Date,
    /// A remark of whoever recorded it. It is private until the leak gate has searched it.
    pub note: Option<String>,
    /// Who recorded it.
    pub by: String,
}

impl std::fmt::Debug for Response {
    /// Shows the kind and the day, not the note.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response {{ {} {} }}", self.kind.name(), self.on)
    }
}

/// An answer to record.
#[derive(Clone)]
pub struct NewResponse<'a> {
    /// The letter's id; it must be in the ledger.
    pub letter: &'a str,
    /// What came back; `None` to take back what was recorded before.
    pub kind: Option<ResponseKind>,
    /// On which day.
    pub on: Date,
    /// A remark.
    pub note: Option<&'a str>,
}

/// How many characters of a text the ledger keeps.
pub(super) const LONGEST: usize = 1_000;

/// The first `LONGEST` characters of a text.
pub(super) fn truncated(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

/// The state of this name.
pub(super) fn state(name: &str) -> Result<State, Abort> {
    let state = State::ALL.into_iter().find(|state| state.name() == name);
    state.ok_or_else(|| Abort::Damaged("unknown state of a letter".into()))
}

/// The moment in a text.
pub(super) fn at(text: &str) -> Result<Timestamp, Abort> {
    text.parse().map_err(|_| Abort::Damaged("invalid time".into()))
}

/// The answer with this stage, code and text.
pub(super) fn answer(stage: Option<String>, code: Option<u16>, text: Option<String>) -> Result<Option<Answer>, Abort> {
    let Some(name) = stage else { return Ok(None) };
    let stage = [Stage::Connect, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot]
        .into_iter()
        .find(|stage| stage.name() == name)
        .ok_or_else(|| Abort::Damaged("unknown stage of an answer".into()))?;
    Ok(Some(Answer { stage, code, text: text.unwrap_or_default() }))
}
