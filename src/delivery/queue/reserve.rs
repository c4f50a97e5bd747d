//! Letters that a worker sets aside to send next: their files are read, and their commands may be sent, before they are taken.
//!
//! Such a letter may go back at any time. It must never be taken before its claim is durable, nor after the run has ended.

use super::SendQueue;
use crate::delivery::{DeliveryError, RunEnd};
use crate::outbox::Entry;
use jiff::Timestamp;
use std::time::Duration;

/// A letter that a worker has set aside to send next. It is not taken yet: it may go back, and may not be claimed.
#[derive(Debug)]
pub(in crate::delivery) struct Reserved {
    pub(in crate::delivery) entry: Entry,
    pub(super) is_claimed: bool,
}

impl SendQueue<'_> {
    /// Sets the next letter aside for a worker that is about to send one. None under a rate, while the relay refuses MAIL, or
    /// if the other workers would have none. From a shared ledger it is claimed: other runs want the same one.
    pub(in crate::delivery) fn reserve(
        &mut self,
        now: Duration,
        at: Timestamp,
    ) -> Result<Option<Reserved>, DeliveryError> {
        if self.end.is_some() || self.hold.is_some() || self.pace.is_limited() {
            return Ok(None);
        }
        self.look_ahead()?;
        let is_enough = self.ahead.len() > self.seeking && self.ahead.len() >= self.options.connections() as usize;
        match if is_enough { self.pop() } else { None } {
            Some(first) if self.ledger.is_shared() && !first.is_claimed => {
                let entry = self.claim(first, now, at)?;
                // If another run has it, those that follow may be this run's.
                let other = if entry.is_none() && self.claimed > 0 { self.pop() } else { None };
                Ok(entry.map(|entry| Reserved { entry, is_claimed: true }).or(other))
            }
            other => Ok(other),
        }
    }

    /// Takes a letter that was set aside, and claims it; `None` if the run has ended or must pause. Then it is put back.
    pub(in crate::delivery) fn confirm(
        &mut self,
        reserved: Reserved,
        now: Duration,
        at: Timestamp,
        is_stopped: bool,
    ) -> Result<Option<Entry>, DeliveryError> {
        if self.end.is_none() && self.options.not_after.is_some_and(|until| at > until) {
            self.end = Some(Ok(RunEnd::Expired));
        }
        if is_stopped || self.end.is_some() || self.held_until() > now {
            self.put_back(reserved);
            return Ok(None);
        }
        let entry = match reserved.is_claimed {
            true => reserved.entry,
            false => match self.claim(reserved, now, at)? {
                Some(entry) => entry,
                None => return Ok(None),
            },
        };
        self.pace.sent(entry.envelope.to.domain(), now);
        self.options.under_way.add(entry.number, &entry.id);
        Ok(Some(entry))
    }

    pub(super) fn pop(&mut self) -> Option<Reserved> {
        let entry = self.ahead.pop_front()?;
        let is_claimed = self.claimed > 0;
        self.claimed -= usize::from(is_claimed);
        Some(Reserved { entry, is_claimed })
    }

    /// Puts back a letter that is not sent after all.
    pub(in crate::delivery) fn put_back(&mut self, reserved: Reserved) {
        let Reserved { entry, is_claimed } = reserved;
        self.options.under_way.remove(entry.number);
        self.ahead.insert(if is_claimed { 0 } else { self.claimed }, entry);
        self.claimed += usize::from(is_claimed);
    }

    /// Puts back a letter that was taken.
    pub(in crate::delivery) fn put_back_taken(&mut self, entry: Entry) {
        self.put_back(Reserved { entry, is_claimed: true });
    }
}
