//! Failures of one kind, one after another: when they are no chance any more.
//!
//! A streak stops the run, never the campaign: what was not offered stays pending.

use crate::message::reply::{Answer, Reply, Stage};

/// So many letters refused in one and the same way, one after another, are no chance.
const SAME_REFUSALS: u32 = 10;

/// So many connections lost one after another are no chance either.
const LOST_CONNECTIONS: u32 = 5;

/// How many failures of one kind came in a row.
pub(super) struct FailureStreak {
    /// Code and step.
    kind: Option<(Option<u16>, Stage)>,
    failures: u32,
    /// A relay that goes away takes all connections with it, and that is one failure.
    connections: u32,
}

impl FailureStreak {
    pub(super) fn new(connections: u32) -> Self {
        FailureStreak { kind: None, failures: 0, connections }
    }

    /// Counts what became of a letter: how many failures of its kind came in a row, where they are too many. Letters
    /// deferred by their recipient are none: greylisting defers them all.
    pub(super) fn count(&mut self, reply: &Reply) -> Option<u32> {
        let limit = match reply {
            Reply::Rejected(_) => SAME_REFUSALS,
            Reply::Deferred(Answer { code: None, .. }) | Reply::Unknown(_) => LOST_CONNECTIONS * self.connections,
            Reply::Accepted(_) | Reply::Deferred(_) => {
                self.kind = None;
                return None;
            }
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

    /// After how many of the same the run would stop.
    fn limit(connections: u32, reply: &Reply) -> Option<u32> {
        let mut streak = FailureStreak::new(connections);
        (0..100).find_map(|_| streak.count(reply))
    }

    #[test]
    fn only_failures_that_are_not_a_recipients_own_stop_the_run() {
        assert_eq!(limit(1, &Reply::Rejected(answer(550, Stage::Rcpt))), Some(10));
        assert_eq!(limit(1, &Reply::Deferred(answer(None, Stage::Mail))), Some(5));
        assert_eq!(limit(4, &Reply::Deferred(answer(None, Stage::Mail))), Some(20));
        assert_eq!(limit(1, &Reply::Unknown(answer(None, Stage::Dot))), Some(5));
        assert_eq!(limit(1, &Reply::Deferred(answer(450, Stage::Rcpt))), None);
        assert_eq!(limit(1, &Reply::Accepted(answer(250, Stage::Dot))), None);
    }

    #[test]
    fn a_failure_of_another_kind_and_any_success_begin_anew() {
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
