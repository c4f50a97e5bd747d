//! The letters of an outbox, counted in the ledger over all workers that send them.
//!
//! The totals must be those that `status` counts letter by letter. Nothing here may make a run wait.

use super::exit::Failure;
use super::ledger;
use super::status::Totals;
use crate::ledger::{Ledger, LedgerError, State};
use crate::message::identity::split_letter_id;
use crate::outbox::Outbox;
use crate::terminal::safe;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

/// Counts the letters of one outbox, again and again, without reading its manifest each time.
#[derive(Default)]
pub(super) struct Counter {
    /// How many letters the outbox has.
    letters: u64,
    /// Letters of the ledger that are not in the outbox, and will stay as they are: by edition and state.
    settled: BTreeMap<(u32, State), u64>,
    /// The ids of the others.
    open: Vec<String>,
    /// The ids of letters that may have been sent although the ledger has no claim of them.
    elsewhere: Vec<String>,
}

/// The letters of an outbox at one moment.
#[derive(Default)]
pub(super) struct Overview {
    pub(super) letters: u64,
    pub(super) totals: Totals,
    /// Letters that the ledger has from earlier outboxes, by edition and state.
    pub(super) earlier: BTreeMap<(u32, State), u64>,
    /// How many workers are sending.
    pub(super) workers: u64,
    /// Why all workers were stopped, unless one has begun since.
    pub(super) halt: Option<String>,
    pub(super) last_accepted: Option<Timestamp>,
    pub(super) unknown_since: Option<Timestamp>,
}

impl Counter {
    pub(super) fn new(ledger: Option<&Ledger>, outbox: &Outbox) -> Result<Counter, Failure> {
        let mut counter = Counter { letters: outbox.len().into(), ..Counter::default() };
        let Some(ledger) = ledger else { return Ok(counter) };
        counter.elsewhere = ledger::missing_claims(ledger, outbox)?.into_iter().map(|claim| claim.id).collect();
        let mut others: HashSet<String> = ledger.ids()?.into_iter().collect();
        if !others.is_empty() {
            for letter in outbox.letters()? {
                others.remove(&letter?.id);
            }
        }
        let others: Vec<String> = others.into_iter().collect();
        for (id, state) in with_states(ledger, &others)? {
            match state {
                State::Accepted | State::Dropped => *counter.settled.entry((edition(id), state)).or_default() += 1,
                _ => counter.open.push(id.clone()),
            }
        }
        Ok(counter)
    }

    /// Whether what a person does about a copy of the ledger can change what is counted.
    pub(super) fn is_of_a_copy(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// Counts the letters now; `None` before the ledger exists.
    pub(super) fn count(&self, ledger: Option<&Ledger>) -> Result<Overview, LedgerError> {
        let mut overview = Overview { letters: self.letters, earlier: self.settled.clone(), ..Overview::default() };
        let Some(ledger) = ledger else {
            overview.totals.add_many(State::Pending, self.letters);
            return Ok(overview);
        };
        let summary = ledger.summary()?;
        for (id, state) in with_states(ledger, &self.open)? {
            *overview.earlier.entry((edition(id), state)).or_default() += 1;
        }
        let mut offered = 0;
        for state in State::ALL {
            let earlier = overview.earlier.iter().filter(|((_, of), _)| *of == state).map(|(_, count)| count).sum();
            let here = summary.letters[state as usize].saturating_sub(earlier);
            overview.totals.add_many(state, here);
            offered += here;
        }
        overview.totals.add_many(State::Pending, self.letters.saturating_sub(offered));
        for (state, _) in ledger.states(&as_texts(&self.elsewhere))?.into_iter().zip(&self.elsewhere) {
            let state = state.unwrap_or(State::Pending);
            if !matches!(state, State::Accepted | State::Dropped) {
                overview.totals.move_one(state, State::Unknown);
            }
        }
        (overview.workers, overview.halt) = (summary.workers, summary.halt);
        (overview.last_accepted, overview.unknown_since) = (summary.last_accepted, summary.unknown_since);
        Ok(overview)
    }
}

impl Overview {
    /// How many letters are not sent yet, or are being sent.
    pub(super) fn left(&self) -> u64 {
        [State::Pending, State::Offered, State::Deferred].map(|state| self.totals.of(state)).iter().sum()
    }

    /// Whether there is nothing more to wait for: no letter is left, or a worker has stopped all.
    pub(super) fn is_over(&self) -> bool {
        self.workers == 0 && (self.left() == 0 || self.halt.is_some())
    }

    /// Who is sending, for a person.
    pub(super) fn workers(&self) -> String {
        match self.workers {
            0 => "nobody is sending".to_owned(),
            1 => "1 worker is sending".to_owned(),
            workers => format!("{workers} workers are sending"),
        }
    }

    /// The event `progress`, without its time.
    pub(super) fn json(&self) -> Value {
        json!({
            "event": "progress",
            "letters": self.letters,
            "totals": self.totals.by_state(),
            "workers": self.workers,
            "halted": self.halt.as_deref().map(safe::visible),
            "last_accepted": self.last_accepted.map(|at| at.to_string()),
        })
    }
}

/// The event `progress` of a moment.
pub(super) fn at(now: Timestamp, event: &Value) -> Value {
    let mut event = event.clone();
    event["at"] = json!(now.to_string());
    event
}

/// Letters of the ledger with their states.
fn with_states<'a>(ledger: &Ledger, ids: &'a [String]) -> Result<Vec<(&'a String, State)>, LedgerError> {
    let states = if ids.is_empty() { Vec::new() } else { ledger.states(&as_texts(ids))? };
    Ok(ids.iter().zip(states).filter_map(|(id, state)| Some((id, state?))).collect())
}

fn as_texts(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

fn edition(id: &str) -> u32 {
    split_letter_id(id).1
}
