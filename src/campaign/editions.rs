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
    /// The hosts of the relays, by which it is known how they replace Message-IDs.
    hosts: Hosts,
}

impl EarlierEditions {
    /// Opens the ledger; `None` in the first edition, and if nothing was sent from this folder.
    pub(super) fn open(dir: &Path, settings: &Settings) -> Result<Option<EarlierEditions>, Finding> {
        if settings.edition <= 1 {
            return Ok(None);
        }
        let place = ledger_place::place(dir, settings).map_err(|error| unreadable(&error))?;
        match place.open() {
            Ok(ledger) => Ok(Some(EarlierEditions { ledger: Mutex::new(ledger), hosts: Hosts::of(settings) })),
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
        Ok(accepted.map(|entry| self.hosts.arrived_as(&entry)).collect())
    }
}

impl Campaign {
    /// The Message-ID with which a letter arrived: the relay's, if its reply says that it replaced ours.
    pub fn arrived_as(&self, entry: &Entry) -> String {
        Hosts::of(&self.settings).arrived_as(entry)
    }
}

fn unreadable(error: &impl ToString) -> Finding {
    let what = spans!["the earlier edition cannot be looked up: ", own(error.to_string())];
    Finding::new(Code::ListFile, what).help("restore the ledger from a backup")
}

/// The names and hosts of the campaign's relays.
struct Hosts(Vec<(String, String)>);

impl Hosts {
    fn of(settings: &Settings) -> Hosts {
        let relays = settings.relays.iter().flat_map(|relays| &relays.all);
        Hosts(relays.map(|relay| (relay.name.clone(), relay.host.clone())).collect())
    }

    fn arrived_as(&self, entry: &Entry) -> String {
        let assigned =
            entry.answer.as_ref().and_then(|answer| assigned_message_id(answer, self.of_letter(entry), &entry.to));
        assigned.unwrap_or_else(|| entry.message_id.clone())
    }

    /// The host of the relay that took a letter. A relay without a `name`, and one of an earlier time, is called by its host.
    fn of_letter<'a>(&'a self, entry: &'a Entry) -> &'a str {
        match (&entry.relay, self.0.as_slice()) {
            (Some(relay), known) => known.iter().find(|(name, _)| name == relay).map_or(relay, |(_, host)| host),
            (None, [(_, host)]) => host,
            (None, _) => "",
        }
    }
}
