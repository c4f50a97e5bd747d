//! What is about to happen, counted from the ledger and the outbox: how many letters would go, and to whom first.

use super::relay;
use crate::campaign::Campaign;
use crate::command::exit::Failure;
use crate::command::inputs::{self, letters_of};
use crate::ledger::State;
use crate::outbox::{Approved, Outbox};
use std::collections::BTreeSet;

/// The letters that a run would offer, and those that it would not.
pub(super) struct Going {
    /// How many would go.
    pub(super) letters: u64,
    /// The address of the first.
    first: String,
    /// How many of this outbox were accepted already.
    went: u64,
    /// How many of this outbox may have been.
    unknown: u64,
    /// How many of this outbox were refused for good.
    rejected: u64,
}

impl Going {
    /// Counts by state, `--only` and `--limit`.
    pub(super) fn count(
        only: Option<&BTreeSet<String>>,
        limit: Option<usize>,
        campaign: &Campaign,
        outbox: &Outbox,
    ) -> Result<Going, Failure> {
        let ledger = inputs::ledger_of(campaign, outbox)?;
        let mut going = Going { letters: 0, first: String::new(), went: 0, unknown: 0, rejected: 0 };
        for letter in outbox.letters().map_err(inputs::outbox_failure)? {
            let letter = letter.map_err(inputs::outbox_failure)?;
            let known = match &ledger {
                Some(ledger) => ledger.entry(&letter.id).map_err(inputs::ledger_failure)?,
                None => None,
            };
            match known.map_or(State::Pending, |entry| entry.state) {
                State::Accepted => going.went += 1,
                State::Unknown | State::Offered => going.unknown += 1,
                State::Rejected => going.rejected += 1,
                State::Pending | State::Deferred => {
                    let chosen = only.is_none_or(|only| only.contains(&letter.id));
                    if chosen && limit.is_none_or(|limit| going.letters < limit as u64) {
                        if going.letters == 0 {
                            going.first = letter.envelope.to.to_string();
                        }
                        going.letters += 1;
                    }
                }
            }
        }
        Ok(going)
    }

    /// All a person must see before they say yes.
    pub(super) fn summary(&self, approved: &Approved, campaign: &Campaign, outbox: &Outbox) -> Result<String, Failure> {
        let settings = &campaign.settings;
        let relay = relay::named(campaign)?;
        let all = letters_of(outbox.len().into());
        let approved = match approved {
            Approved::By(names) => format!("approved by {}", names.join(", ")),
            Approved::No => format!("not approved yet: your yes approves all {all} of this outbox"),
            Approved::Undone => format!("what was approved is another outbox: your yes approves all {all} of this one"),
        };
        let more = if self.letters > 1 { format!(" and {} more", self.letters - 1) } else { String::new() };
        let mut lines = vec![
            format!("About to send  {} of {all}: {}", self.letters, settings.title),
            format!("from           {}", settings.sender.from),
            format!("through        {}:{}", relay.host, relay.port),
            format!("to             {}{more}", self.first),
            format!("approval       {approved}"),
        ];
        for (name, letters, what) in [
            ("already sent", self.went, "they are not sent again"),
            ("unknown", self.unknown, "they are not sent again by themselves"),
            ("refused", self.rejected, "the relay refused them for good"),
        ] {
            if letters > 0 {
                lines.push(format!("{name:<15}{letters}: {what}"));
            }
        }
        Ok(lines.join("\n"))
    }
}
