//! Counts what a run would send, from the ledger and the outbox, and summarises it for the person who decides.

use super::relay;
use crate::campaign::{Campaign, Mode};
use crate::command::approve::facts::{self, MOST};
use crate::command::approver;
use crate::command::exit::Failure;
use crate::command::ledger;
use crate::command::outbox;
use crate::command::rerender::Rerendered;
use crate::command::shards;
use crate::command::status::Totals;
use crate::command::wording::{self, letters_of};
use crate::delivery::{DailyQuota, PerDay};
use crate::ledger::{Ledger, Shard, State};
use crate::outbox::{Approved, Outbox};
use crate::terminal;
use std::collections::BTreeSet;
use std::time::Duration;

/// Which letters a run may send.
pub(super) struct Selection<'a> {
    /// Only those with these ids.
    pub(super) only: Option<&'a BTreeSet<String>>,
    /// Not those with these ids: they were answered.
    pub(super) except: &'a BTreeSet<String>,
    /// At most this many.
    pub(super) limit: Option<usize>,
    /// At most so many to each recipient a day.
    pub(super) per_day: Option<PerDay<'a>>,
    /// Only those of this shard.
    pub(super) shard: Option<Shard>,
}

impl Selection<'_> {
    /// A pause between letters that keeps the rate if all shards send at once.
    pub(super) fn pause(&self, pause: Option<Duration>) -> Option<Duration> {
        pause.map(|pause| pause * self.shard.map_or(1, Shard::of))
    }

    /// The command that goes on with these letters.
    pub(super) fn command(&self) -> String {
        format!("openletter send{}", shards::flag(self.shard))
    }
}

/// The letters that a run would send, and those that it would not.
#[derive(Default)]
pub(super) struct SendPlan {
    /// The number of letters that would be sent.
    pub(super) letters: u64,
    /// The number of letters that wait for another day.
    pub(super) later: u64,
    /// How many letters of this outbox are in each state.
    pub(super) totals: Totals,
    /// The numbers of letters that would be sent but are too large.
    pub(super) too_large: Vec<u32>,
    /// The first addresses and subjects of the letters to send, at most [`MOST`] of each, and one more subject.
    to: Vec<String>,
    subjects: BTreeSet<String>,
}

impl SendPlan {
    /// Counts by state, `--only` and `--limit`.
    pub(super) fn count(chosen: &Selection, ledger: Option<&Ledger>, outbox: &Outbox) -> Result<SendPlan, Failure> {
        SendPlan::with_limit(chosen, None, ledger, outbox)
    }

    /// The same, and which of those that would be sent are larger than this many bytes.
    pub(super) fn with_limit(
        chosen: &Selection,
        largest: Option<u64>,
        ledger: Option<&Ledger>,
        outbox: &Outbox,
    ) -> Result<SendPlan, Failure> {
        let mut plan = SendPlan::default();
        let mut quota = chosen.per_day.map(|limit| DailyQuota::new(limit, ledger)).transpose()?;
        for pair in ledger::looked_up(outbox.letters_in(chosen.shard)?, ledger) {
            let (letter, entry) = pair?;
            let state = ledger::state(entry.as_ref());
            plan.totals.add(state);
            let goes = matches!(state, State::Pending | State::Deferred)
                && !chosen.except.contains(&letter.id)
                && chosen.only.is_none_or(|only| only.contains(&letter.id))
                && chosen.limit.is_none_or(|limit| plan.letters < limit as u64);
            let is_today = !goes || quota.as_mut().is_none_or(|quota| quota.take(&letter.envelope.to));
            plan.later += u64::from(!is_today);
            if goes && is_today {
                if plan.to.len() < MOST {
                    plan.to.push(letter.envelope.to.to_string());
                }
                if plan.subjects.len() <= MOST {
                    plan.subjects.insert(letter.subject);
                }
                if largest.is_some_and(|largest| letter.octets > largest) {
                    plan.too_large.push(letter.number);
                }
                plan.letters += 1;
            }
        }
        Ok(plan)
    }

    /// What a person must see before they confirm, with labels.
    pub(super) fn summary(
        &self,
        chosen: &Selection,
        approved: &Approved,
        campaign: &Campaign,
        outbox: &Outbox,
        rerendered: Option<&Rerendered>,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let settings = &campaign.settings;
        let relays = relay::configured(campaign)?;
        let through: Vec<String> = relays.all.iter().map(wording::relay).collect();
        let all = letters_of(outbox.len().into());
        let approved = match approved {
            Approved::By(approvals) => format!("approved by {}", approver::format_approvals(approvals)),
            Approved::No => format!("not approved yet: answering yes approves all {all} of this outbox"),
            Approved::Undone => {
                format!("the approval is for another outbox: answering yes approves all {all} of this one")
            }
        };
        let more = self.letters - self.to.len() as u64;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let pairing = outbox::pairing(campaign, outbox)?.map(|pairing| ("letters", pairing.to_string()));
        let mut facts = vec![
            ("About to send", format!("{} of {all}: {}", self.letters, settings.title)),
            ("from", wording::from(campaign)),
            ("through", through.join(", ")),
            ("to", format!("{}{more}", self.to.join(", "))),
            ("subject", facts::subjects(&self.subjects)),
        ];
        facts.splice(1..1, pairing);
        if let Some(shard) = chosen.shard {
            let held = self.totals.all();
            let pace = chosen.pause(relays.pause).map(|pause| format!("; {}", terminal::pace(pause)));
            facts.push(("shard", format!("{shard}: {held} of {all}{}", pace.unwrap_or_default())));
        }
        let archive = settings.archive.as_ref();
        facts.extend(archive.map(|archive| ("copies to", format!("{archive}, of each accepted letter"))));
        // With --as-written the lists may have changed: their counts would not be those of the letters.
        if let Some(Rerendered { letters, tally, .. }) = rerendered {
            let signed = || ("signed by", facts::signed(&letters.roll().count));
            facts.extend((settings.mode == Mode::Joint).then(signed));
            facts.extend(facts::edition(campaign, outbox)?);
            facts.push(("warnings", facts::warnings(&tally.warnings())));
        }
        facts.push(("approval", approved));
        for (name, letters, what) in [
            ("another day", self.later, "their recipients get no more today ([recipients] per_day)"),
            ("already sent", self.totals.of(State::Accepted), "they are not sent again"),
            (
                "unknown",
                self.totals.of(State::Unknown) + self.totals.of(State::Offered),
                "they are not sent again until settled",
            ),
            ("refused", self.totals.of(State::Rejected), "the relay refused them permanently"),
        ] {
            if letters > 0 {
                facts.push((name, format!("{letters}: {what}")));
            }
        }
        Ok(facts)
    }
}
