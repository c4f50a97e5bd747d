//! How many letters are in each state, in words, as JSON, and as an exit code.

use crate::command::exit::Exit;
use crate::ledger::State;
use serde_json::json;

/// How many letters are in each state.
#[derive(Default)]
pub(in crate::command) struct Totals([u64; State::ALL.len()]);

impl Totals {
    pub(in crate::command) fn add(&mut self, state: State) {
        self.0[state as usize] += 1;
    }

    pub(in crate::command) fn add_many(&mut self, state: State, letters: u64) {
        self.0[state as usize] += letters;
    }

    /// Counts a letter as one in another state.
    pub(in crate::command) fn move_one(&mut self, from: State, to: State) {
        self.0[from as usize] = self.of(from).saturating_sub(1);
        self.add(to);
    }

    pub(in crate::command) fn of(&self, state: State) -> u64 {
        self.0[state as usize]
    }

    /// How many letters there are.
    pub(in crate::command) fn all(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Counts letters that other workers are sending as pending: for this one, which has left `ours`, they remain.
    pub(in crate::command) fn leave_to_others(&mut self, ours: u64) {
        let letters = self.of(State::Offered).saturating_sub(ours);
        self.0[State::Offered as usize] -= letters;
        self.0[State::Pending as usize] += letters;
    }

    /// Sets the count of a state to zero.
    pub(in crate::command) fn clear(&mut self, state: State) {
        self.0[state as usize] = 0;
    }

    /// For JSON: every state with its number.
    pub(in crate::command) fn by_state(&self) -> serde_json::Map<String, serde_json::Value> {
        State::ALL.into_iter().map(|state| (state.name().to_owned(), json!(self.of(state)))).collect()
    }

    /// "9 accepted, 1 rejected": in the order in which a letter passes through the states.
    pub(in crate::command) fn sentence(&self) -> String {
        let parts: Vec<_> = State::ALL
            .into_iter()
            .filter(|state| self.of(*state) > 0)
            .map(|state| format!("{} {}", self.of(state), state.name()))
            .collect();
        if parts.is_empty() { "no letters".into() } else { parts.join(", ") }
    }

    /// The exit code for these letters: 76 before 75 before 1.
    pub(in crate::command) fn exit(&self) -> Exit {
        if self.of(State::Unknown) + self.of(State::Offered) > 0 {
            Exit::Unknown
        } else if self.of(State::Pending) + self.of(State::Deferred) > 0 {
            Exit::Remain
        } else if self.of(State::Rejected) > 0 {
            Exit::Rejected
        } else {
            Exit::Done
        }
    }
}
