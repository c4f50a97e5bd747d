//! The states of a letter and the moves between them: the table in the room's doc, as code.
//!
//! Nothing else may decide what a letter may become next.

use crate::message::reply::Reply;

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Seen, and free to be offered.
    Pending,
    /// Claimed by a run: its data may be on the way.
    Offered,
    /// The relay has taken responsibility. Final.
    Accepted,
    /// Not taken for now, free to be offered again.
    Deferred,
    /// Refused for good. Final.
    Rejected,
    /// It may have been taken or not: only a person can tell.
    Unknown,
}

impl State {
    /// Every state, in the order of a letter's life.
    pub const ALL: [State; 6] =
        [State::Pending, State::Offered, State::Accepted, State::Deferred, State::Rejected, State::Unknown];

    /// The name in the ledger and in reports.
    pub fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Offered => "offered",
            State::Accepted => "accepted",
            State::Deferred => "deferred",
            State::Rejected => "rejected",
            State::Unknown => "unknown",
        }
    }
}

/// A move of one letter, and the kind of event it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// A run took the letter as its next.
    Claimed,
    /// The message data was about to leave.
    Began,
    /// 250 to the final dot.
    Accepted,
    /// Not taken for now.
    Deferred,
    /// Refused for good.
    Rejected,
    /// No answer that counts.
    Unknown,
    /// A run had claimed the letter, and gave it up or was lost before its data had begun.
    Released,
    /// A lost run had claimed the letter, and its data may have left.
    Lost,
    /// A person said that it was sent.
    SettledSent,
    /// A person said that it is to be sent again.
    SettledResend,
}

impl Move {
    /// Every move.
    pub const ALL: [Move; 10] = [
        Move::Claimed,
        Move::Began,
        Move::Accepted,
        Move::Deferred,
        Move::Rejected,
        Move::Unknown,
        Move::Released,
        Move::Lost,
        Move::SettledSent,
        Move::SettledResend,
    ];

    /// The name in the ledger and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Move::Claimed => "claimed",
            Move::Began => "began",
            Move::Accepted => "accepted",
            Move::Deferred => "deferred",
            Move::Rejected => "rejected",
            Move::Unknown => "unknown",
            Move::Released => "released",
            Move::Lost => "lost",
            Move::SettledSent => "settled-sent",
            Move::SettledResend => "settled-resend",
        }
    }

    /// The states it may start from.
    pub fn from(self) -> &'static [State] {
        match self {
            Move::Claimed => &[State::Pending, State::Deferred],
            Move::Began | Move::Released | Move::Lost => &[State::Offered],
            Move::Accepted | Move::Deferred | Move::Rejected | Move::Unknown => &[State::Offered],
            Move::SettledSent | Move::SettledResend => &[State::Unknown],
        }
    }

    /// The state it leads to.
    pub fn to(self) -> State {
        match self {
            Move::Claimed | Move::Began => State::Offered,
            Move::Accepted | Move::SettledSent => State::Accepted,
            Move::Deferred => State::Deferred,
            Move::Rejected => State::Rejected,
            Move::Unknown | Move::Lost => State::Unknown,
            Move::Released | Move::SettledResend => State::Pending,
        }
    }

    /// Whether it ends an attempt, so that its event is the letter's last answer.
    pub(super) fn ends_an_attempt(self) -> bool {
        matches!(self, Move::Accepted | Move::Deferred | Move::Rejected | Move::Unknown | Move::Lost)
    }

    pub(super) fn of(reply: &Reply) -> Move {
        match reply {
            Reply::Accepted(_) => Move::Accepted,
            Reply::Deferred(_) => Move::Deferred,
            Reply::Rejected(_) => Move::Rejected,
            Reply::Unknown(_) => Move::Unknown,
        }
    }
}

/// A person's word on a letter whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The relay has taken it: never send it again.
    Sent,
    /// The relay has not: it may be offered again.
    Resend,
}
