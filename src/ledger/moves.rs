//! The states of a letter and the moves between them: the table in the module doc, as code.
//!
//! Nothing else may decide which move is legal.

use crate::message::reply::Reply;

/// The state of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Can be offered.
    Pending,
    /// Claimed by a run: its data may be in flight.
    Offered,
    /// The relay has taken responsibility. Final.
    Accepted,
    /// Not accepted for now: can be offered again.
    Deferred,
    /// Refused permanently. Final, unless a person decides to send again.
    Rejected,
    /// It may have been accepted or not: only a person can find out.
    Unknown,
    /// A person decided that it must not be sent. Final.
    Dropped,
}

impl State {
    /// Every state, in the order of a letter's life.
    pub const ALL: [State; 7] = [
        State::Pending,
        State::Offered,
        State::Accepted,
        State::Deferred,
        State::Rejected,
        State::Unknown,
        State::Dropped,
    ];

    /// Returns the name used in the ledger and in reports.
    pub fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Offered => "offered",
            State::Accepted => "accepted",
            State::Deferred => "deferred",
            State::Rejected => "rejected",
            State::Unknown => "unknown",
            State::Dropped => "dropped",
        }
    }
}

/// A move of one letter, recorded as an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// A run claimed the letter.
    Claimed,
    /// The data was about to be sent.
    Began,
    /// 250 to the final dot.
    Accepted,
    /// Not accepted for now.
    Deferred,
    /// Refused permanently.
    Rejected,
    /// No conclusive reply.
    Unknown,
    /// The run that had claimed the letter ended before its data began.
    Released,
    /// The run that had claimed the letter was killed; its data may have been sent.
    Lost,
    /// Another copy of the ledger, or a later state of it, had claimed the letter; its data may have been sent.
    ClaimedElsewhere,
    /// A person said that it was sent.
    SettledSent,
    /// A person said that it must be sent again.
    SettledResend,
    /// A person said that it must not be sent.
    SettledDrop,
}

impl Move {
    /// Every move.
    pub const ALL: [Move; 12] = [
        Move::Claimed,
        Move::Began,
        Move::Accepted,
        Move::Deferred,
        Move::Rejected,
        Move::Unknown,
        Move::Released,
        Move::Lost,
        Move::ClaimedElsewhere,
        Move::SettledSent,
        Move::SettledResend,
        Move::SettledDrop,
    ];

    /// The moves that end an attempt of a run.
    pub const OUTCOMES: [Move; 5] = [Move::Accepted, Move::Deferred, Move::Rejected, Move::Unknown, Move::Lost];

    /// Returns the name used in the ledger and in reports.
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
            Move::ClaimedElsewhere => "claimed-elsewhere",
            Move::SettledSent => "settled-sent",
            Move::SettledResend => "settled-resend",
            Move::SettledDrop => "settled-drop",
        }
    }

    /// Returns the states it may start from.
    pub fn from(self) -> &'static [State] {
        match self {
            Move::Claimed => &[State::Pending, State::Deferred],
            Move::Began | Move::Released | Move::Lost => &[State::Offered],
            Move::Accepted | Move::Deferred | Move::Rejected | Move::Unknown => &[State::Offered],
            Move::ClaimedElsewhere => &[State::Pending, State::Deferred, State::Rejected],
            Move::SettledSent => &[State::Unknown],
            Move::SettledResend => &[State::Unknown, State::Rejected],
            Move::SettledDrop => &[State::Pending, State::Deferred, State::Rejected, State::Unknown],
        }
    }

    /// Returns the state it leads to.
    pub fn to(self) -> State {
        match self {
            Move::Claimed | Move::Began => State::Offered,
            Move::Accepted | Move::SettledSent => State::Accepted,
            Move::Deferred => State::Deferred,
            Move::Rejected => State::Rejected,
            Move::Unknown | Move::Lost | Move::ClaimedElsewhere => State::Unknown,
            Move::Released | Move::SettledResend => State::Pending,
            Move::SettledDrop => State::Dropped,
        }
    }

    /// Whether it ends an attempt; its event is then the letter's last answer.
    pub(super) fn ends_an_attempt(self) -> bool {
        matches!(
            self,
            Move::Accepted | Move::Deferred | Move::Rejected | Move::Unknown | Move::Lost | Move::ClaimedElsewhere
        )
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

/// A person's decision on a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The relay accepted it: never send it again.
    Sent,
    /// The relay did not accept it, or its address was corrected: send it again.
    Resend,
    /// It must not be sent.
    Drop,
}

impl Settlement {
    /// The states in which a letter can be settled in this way.
    pub fn from(self) -> &'static [State] {
        self.as_move().from()
    }

    pub(super) fn as_move(self) -> Move {
        match self {
            Settlement::Sent => Move::SettledSent,
            Settlement::Resend => Move::SettledResend,
            Settlement::Drop => Move::SettledDrop,
        }
    }
}
