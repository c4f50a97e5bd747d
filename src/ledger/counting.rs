//! Counts what is in a ledger, while others send.
//!
//! Nothing here may write, take the lock of a run, or make one wait.

use super::door::{Ledger, Store};
use super::error::LedgerError;
use super::moves::Move;
use super::records::Summary;

impl Ledger {
    /// Returns the ledger in numbers.
    pub fn summary(&self) -> Result<Summary, LedgerError> {
        match &self.0 {
            Store::Sqlite(store) => store.summary(),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.summary(),
        }
    }

    /// Returns the ids of all letters, in no order.
    pub fn ids(&self) -> Result<Vec<String>, LedgerError> {
        match &self.0 {
            Store::Sqlite(store) => store.ids(),
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.ids(),
        }
    }

    /// Returns how many attempts ended with each outcome, since the first letter.
    pub fn attempts(&self) -> Result<Vec<(Move, u64)>, LedgerError> {
        let counted = match &self.0 {
            Store::Sqlite(store) => store.moves()?,
            #[cfg(feature = "postgres")]
            Store::Postgres(store) => store.moves()?,
        };
        let of = |outcome: Move| counted.iter().find(|(name, _)| name == outcome.name()).map_or(0, |(_, count)| *count);
        Ok(Move::OUTCOMES.map(|outcome| (outcome, of(outcome).unsigned_abs())).to_vec())
    }
}
