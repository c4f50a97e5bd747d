//! Earlier editions of a campaign's letter, as far as they were sent: a later one is shown under them.
//!
//! Only what the ledger has as accepted counts, which never changes, so that a letter is the same in every run.

use super::{Campaign, Settings, ledger_place};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::ledger::{Entry, Ledger, LedgerError, State};
use crate::message::identity::letter_id;
use crate::relay::assigned_message_id;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The ledger of a campaign whose letter has earlier editions.
pub(super) struct EarlierEditions {
    ledger: Mutex<Ledger>,
    /// The relay's name, by which it is known how it replaces Message-IDs.
    host: String,
}

impl EarlierEditions {
    /// Opens the ledger; `None` in the first edition, and if nothing was sent from this folder.
    pub(super) fn open(dir: &Path, settings: &Settings) -> Result<Option<EarlierEditions>, Finding> {
        if settings.edition <= 1 {
            return Ok(None);
        }
        let place = ledger_place::place(dir, settings).map_err(|error| unreadable(&error))?;
        match place.open() {
            Ok(ledger) => Ok(Some(EarlierEditions { ledger: Mutex::new(ledger), host: host(settings).to_owned() })),
            Err(LedgerError::Missing { .. }) => Ok(None),
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// The Message-IDs of a letter's earlier editions, the oldest first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub(super) fn message_ids(&self, id: &str, edition: u32) -> Result<Vec<String>, Finding> {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = (1..edition).map(|edition| ledger.entry(&letter_id(id.into(), edition)));
        let entries = entries.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(&error))?;
        let accepted = entries.into_iter().flatten().filter(|entry| entry.state == State::Accepted);
        Ok(accepted.map(|entry| arrived_as(&entry, &self.host)).collect())
    }
}

impl Campaign {
    /// The Message-ID with which a letter arrived: the relay's, if its reply says that it replaced ours.
    pub fn arrived_as(&self, entry: &Entry) -> String {
        arrived_as(entry, host(&self.settings))
    }
}

fn unreadable(error: &impl ToString) -> Finding {
    let what = spans!["the earlier edition cannot be looked up: ", own(error.to_string())];
    Finding::new(Code::ListFile, what).help("restore the ledger from a backup")
}

fn host(settings: &Settings) -> &str {
    settings.relay.as_ref().map_or("", |relay| &*relay.host)
}

fn arrived_as(entry: &Entry, host: &str) -> String {
    let assigned = entry.answer.as_ref().and_then(|answer| assigned_message_id(answer, host, &entry.to));
    assigned.unwrap_or_else(|| entry.message_id.clone())
}
