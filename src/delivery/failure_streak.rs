//! Counts failures of one kind in a row; too many stop the run.
//!
//! Deferrals of single letters, as by greylisting, must never stop it.

use crate::message::reply::{Answer, Reply, Stage};

/// The number of letters refused in the same way in a row that stops the run.
const SAME_REFUSALS: u32 = 10;

/// The number of connections lost in a row that stops the run.
const LOST_CONNECTIONS: u32 = 5;

/// A run of failures of one kind.
pub(super) struct FailureStreak {
    /// The code and stage of the last failure.
    kind: Option<(Option<u16>, Stage)>,
    failures: u32,
    /// The limit for lost connections grows with this: a relay that stops breaks all connections at once.
    connections: u32,
}

impl FailureStreak {
    pub(super) fn new(connections: u32) -> Self {
        FailureStreak { kind: None, failures: 0, connections }
    }

    /// Counts a reply. Returns the length of the streak if it is too long. Deferrals after MAIL do not count: greylisting
    /// defers every letter.
    pub(super) fn count(&mut self, reply: &Reply) -> Option<u32> {
        let limit = match reply {
            Reply::Rejected(_) | Reply::Deferred(Answer { stage: Stage::Mail, code: Some(400..=499), .. }) => {
                SAME_REFUSALS
            }
            Reply::Deferred(Answer { code: Some(400..=499), .. }) | Reply::Accepted(_) => {
                self.kind = None;
                return None;
            }
            // The connection was lost, or a reply did not fit its command.
            Reply::Deferred(_) | Reply::Unknown(_) => LOST_CONNECTIONS * self.connections,
        };
        let kind = Some((reply.answer().code, reply.answer().stage));
        self.failures = if self.kind == kind { self.failures + 1 } else { 1 };
        self.kind = kind;
        (self.failures >= limit).then_some(self.failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: impl Into<Option<u16>>, stage: Stage) -> Answer {
        Answer { stage, code: code.into(), text: String::new() }
    }

    /// The streak length at which the run stops.
    fn limit(connections: u32, reply: &Reply) -> Option<u32> {
        let mut streak = FailureStreak::new(connections);
        (0..100).find_map(|_| streak.count(reply))
    }

    #[test]
    fn deferrals_and_acceptances_never_stop_the_run() {
        assert_eq!(limit(1, &Reply::Rejected(answer(550, Stage::Rcpt))), Some(10));
        assert_eq!(limit(1, &Reply::Deferred(answer(None, Stage::Mail))), Some(5));
        assert_eq!(limit(4, &Reply::Deferred(answer(None, Stage::Mail))), Some(20));
        assert_eq!(limit(1, &Reply::Deferred(answer(354, Stage::Rcpt))), Some(5));
        assert_eq!(limit(1, &Reply::Unknown(answer(None, Stage::Dot))), Some(5));
        assert_eq!(limit(1, &Reply::Deferred(answer(450, Stage::Rcpt))), None);
        assert_eq!(limit(1, &Reply::Deferred(answer(450, Stage::Mail))), Some(10));
        assert_eq!(limit(1, &Reply::Accepted(answer(250, Stage::Dot))), None);
    }

    #[test]
    fn another_kind_of_failure_and_any_success_reset_the_streak() {
        let refused = Reply::Rejected(answer(550, Stage::Rcpt));
        for other in [
            Reply::Accepted(answer(250, Stage::Dot)),
            Reply::Deferred(answer(451, Stage::Rcpt)),
            Reply::Rejected(answer(554, Stage::Dot)),
        ] {
            let mut streak = FailureStreak::new(1);
            assert!((0..9).all(|_| streak.count(&refused).is_none()));
            assert_eq!(streak.count(&other), None);
            assert!((0..9).all(|_| streak.count(&refused).is_none()));
            assert_eq!(streak.count(&refused), Some(10));
        }
    }
}
