//! What is recorded of an outbox's letters: in one ledger, or in those of shards.
//!
//! Each letter must be looked up in the one ledger that can have it, and a letter whose ledger is not at hand must not be shown as
//! unsent.

use super::Totals;
use crate::campaign::Campaign;
use crate::command::exit::Failure;
use crate::command::shard_ledgers::{Shards, list, outbox_in, place};
use crate::command::wording::letters_of;
use crate::command::{ledger, shards};
use crate::ledger::{Entry, Ledger, Response, Shard, State};
use crate::outbox::{Entry as Letter, Outbox};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// What is recorded of an outbox's letters.
pub(super) struct Record {
    ledgers: Ledgers,
    /// What people recorded as answers, by the letters' ids.
    pub(super) answers: BTreeMap<String, Response>,
    /// The ids of letters that may have been sent although the ledger has no claim of them.
    elsewhere: HashSet<String>,
    pub(super) is_at_home: bool,
}

enum Ledgers {
    Whole(Option<Ledger>),
    Shards { of: u32, open: BTreeMap<Shard, Ledger>, missing: Vec<Shard> },
}

impl Record {
    /// Reads it from the campaign's folder, and from others that shards were sent from.
    pub(super) fn read(campaign: &Campaign, others: &[PathBuf], outbox: &Outbox) -> Result<Record, Failure> {
        let Some(shards) = Shards::find(campaign, others, outbox)? else {
            let ledger = ledger::of_outbox(campaign, outbox, None)?;
            let mut record = Record::of(Ledgers::Whole(None));
            if let Some(ledger) = &ledger {
                record.add(ledger, outbox)?;
                if !ledger.answered()?.is_empty() {
                    for letter in outbox.letters()? {
                        let letter = letter?;
                        record.answers.extend(ledger.response(&letter.id)?.map(|response| (letter.id, response)));
                    }
                }
            }
            return Ok(Record { ledgers: Ledgers::Whole(ledger), ..record });
        };
        let (mut open, missing) = (BTreeMap::new(), shards.missing());
        let mut record = Record::of(Ledgers::Whole(None));
        for (shard, dir) in shards.found() {
            let ledger = place(campaign, dir, shard).open()?;
            if let Some(own) = outbox_in(dir)? {
                record.add(&ledger, &own)?;
            }
            open.insert(shard, ledger);
        }
        Ok(Record { ledgers: Ledgers::Shards { of: shards.of, open, missing }, ..record })
    }

    fn of(ledgers: Ledgers) -> Record {
        Record { ledgers, answers: BTreeMap::new(), elsewhere: HashSet::new(), is_at_home: true }
    }

    fn add(&mut self, ledger: &Ledger, outbox: &Outbox) -> Result<(), Failure> {
        self.elsewhere.extend(ledger::missing_claims(ledger, outbox)?.into_iter().map(|claim| claim.id));
        self.is_at_home &= ledger.is_at_home()?;
        Ok(())
    }

    /// The ledger of all letters, if there is one.
    pub(super) fn whole(&self) -> Option<&Ledger> {
        match &self.ledgers {
            Ledgers::Whole(ledger) => ledger.as_ref(),
            Ledgers::Shards { .. } => None,
        }
    }

    /// Whether the letters are sent in shards.
    pub(super) fn is_in_shards(&self) -> bool {
        matches!(self.ledgers, Ledgers::Shards { .. })
    }

    /// The letter's shard, if it has one.
    pub(super) fn shard(&self, letter: &Letter) -> Option<Shard> {
        match &self.ledgers {
            Ledgers::Whole(_) => None,
            Ledgers::Shards { of, .. } => Some(Shard::of_letter(&letter.id, *of)),
        }
    }

    /// What its ledger has of a letter, which is `known` if it is that of all letters, and its state; no state if the ledger is not
    /// at hand.
    pub(super) fn look_up(
        &self,
        letter: &Letter,
        known: Option<Entry>,
    ) -> Result<(Option<Entry>, Option<State>), Failure> {
        let entry = match &self.ledgers {
            Ledgers::Whole(_) => known,
            Ledgers::Shards { of, open, .. } => match open.get(&Shard::of_letter(&letter.id, *of)) {
                Some(ledger) => ledger.entry(&letter.id)?,
                None => return Ok((None, None)),
            },
        };
        let state = match ledger::state(entry.as_ref()) {
            known @ (State::Accepted | State::Dropped) => known,
            _ if self.elsewhere.contains(&letter.id) => State::Unknown,
            known => known,
        };
        Ok((entry, Some(state)))
    }

    /// What a person must know of the shards, and what to do.
    pub(super) fn about_shards(&self, summary: &Summary) -> Vec<String> {
        let Ledgers::Shards { missing, .. } = &self.ledgers else { return Vec::new() };
        let mut lines = Vec::new();
        if !missing.is_empty() {
            lines.push(format!(
                "{} not counted (shard {}): name the folders from which they were sent, if they were",
                letters_of(summary.not_here),
                list(missing)
            ));
        }
        for (shard, ids) in &summary.unknown {
            let shown = ids.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = ids.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let flag = shards::flag(Some(*shard));
            lines.push(format!("unknown in shard {shard}: {shown}{more}; see `openletter settle{flag}`"));
        }
        lines
    }

    /// The same for a program: the number of shards, and those without a ledger.
    pub(super) fn shards_json(&self) -> Value {
        match &self.ledgers {
            Ledgers::Whole(_) => Value::Null,
            Ledgers::Shards { of, missing, .. } => {
                json!({ "of": of, "missing": missing.iter().map(|shard| shard.number()).collect::<Vec<_>>() })
            }
        }
    }
}

/// How many ids a line shows.
const SHOWN: usize = 10;

/// What the letters of an outbox come to.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) totals: Totals,
    /// How many are in shards whose ledgers are not at hand.
    not_here: u64,
    /// The unknown letters of each shard.
    unknown: BTreeMap<Shard, Vec<String>>,
}

impl Summary {
    pub(super) fn add(&mut self, letter: &Letter, state: Option<State>, shard: Option<Shard>) {
        match state {
            None => self.not_here += 1,
            Some(state) => self.totals.add(state),
        }
        if let (Some(shard), Some(State::Unknown | State::Offered)) = (shard, state) {
            self.unknown.entry(shard).or_default().push(letter.id.clone());
        }
    }
}
