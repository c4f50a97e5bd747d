//! The ledger: the durable record of what was offered to the relay and what it answered.
//!
//! It is kept in one of two stores: a SQLite file in the campaign's folder, or a PostgreSQL database that several machines share
//! (feature `postgres`). It must never show a letter as unsent that may have been sent, never lose an answer, never be
//! recreated by itself, and never contain a signatory's data, a letter's text beyond its subject, or a credential.
//!
//! # States
//!
//! A letter that was never claimed has no row that anybody sees. The others are in one of seven states, and only these moves
//! are legal ([`Move`] is the same table in code; any other move aborts its transaction):
//!
//! | move | from | to | by | on disk |
//! |---|---|---|---|---|
//! | claimed | pending, deferred, not seen | offered | [`Ledger::claim_free`] | synced before it returns |
//! | began | offered, not begun | offered, begun | [`Ledger::began`] | written |
//! | accepted, deferred, rejected, unknown | offered | the same | [`Ledger::record`] | written |
//! | released | offered, not begun | pending | [`Ledger::release`] | written |
//! | released | offered, not begun; its run is lost | pending | [`Ledger::recover`] | synced |
//! | lost | offered, begun or perhaps begun; its run is lost | unknown | [`Ledger::recover`] | synced |
//! | claimed-elsewhere | pending, deferred, rejected, not seen | unknown | [`Ledger::take_over`] | synced |
//! | settled-sent | unknown | accepted | [`Ledger::settle`] | synced |
//! | settled-resend | unknown, rejected | pending | [`Ledger::settle`] | synced |
//! | settled-drop | pending, deferred, rejected, unknown, not seen | dropped | [`Ledger::settle`], [`Ledger::cancel`] | synced |
//!
//! Accepted and dropped are final; rejected is too, unless a person decides otherwise. An answer
//! is recorded whether or not its letter was marked as begun, since losing an acceptance would be worse. Each move is also
//! an event in an append-only table, the proof of what happened; *began* is only a flag until the attempt ends, and then
//! becomes an event together with the move that ends it.
//!
//! *Written* survives a killed process, *synced* also a power failure: `sqlite/mod.rs` says how. In a shared ledger everything is
//! synced, and a run is lost when its lease has ended: `postgres/mod.rs` says how.
//!
//! The copy of an accepted letter that goes to the archive has a row of its own, which is in no total: claimed before its
//! data is sent, then accepted, deferred, rejected or unknown. Deferred and rejected ones are claimed again by a later run.
//! Its claims are in the outbox's claims file too, so that an older copy of the ledger repeats none.
//!
//! What people record as the answers to letters is in a table of its own, which no state depends on.

mod counting;
mod door;
mod error;
mod files;
mod joining;
mod moves;
#[cfg(feature = "postgres")]
mod moving;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod records;
mod shard;
mod sharding;
mod sqlite;

#[cfg(test)]
mod tests;

pub use door::{Entries, Keeper, Ledger};
pub use error::LedgerError;
pub use files::Lock;
pub use moves::{Move, Settlement, State};
pub use place::{DEFAULT_LEASE, DEFAULT_SCHEMA, LedgerPlace, Shared};
pub use records::{
    Claim, Claimed, Copied, Entry, Grant, NewResponse, Outages, Pacing, Recovered, Response, ResponseKind, Run,
    Summary, is_copy,
};
pub use shard::Shard;
pub use sharding::{Sharding, ShardsLock};

/// How many letters [`Entries`] reads at a time.
const PAGE: usize = 1000;
