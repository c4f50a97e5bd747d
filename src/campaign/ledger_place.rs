//! Where the campaign's ledger is: in its folder, or in the database that `[ledger]` names.
//!
//! If the database's address cannot be fetched, that is an error: the ledger in the folder is never used in its stead.

use super::Campaign;
use super::secret::fetch_from;
use super::settings::{Settings, UrlFrom};
use crate::ledger::{LedgerPlace, Shared};
use anyhow::Result;
use std::path::Path;

impl Campaign {
    /// Where the campaign's ledger is.
    ///
    /// # Errors
    /// The database's address cannot be fetched.
    pub fn ledger_place(&self) -> Result<LedgerPlace> {
        place(self.dir(), &self.settings)
    }

    /// The ledger in the campaign's folder, wherever the ledger is.
    pub fn folder_ledger(&self) -> LedgerPlace {
        LedgerPlace::new(self.dir(), &self.settings.id, None)
    }
}

/// Where the ledger of the campaign in `dir` is.
pub(super) fn place(dir: &Path, settings: &Settings) -> Result<LedgerPlace> {
    let Some(ledger) = &settings.ledger else { return Ok(LedgerPlace::new(dir, &settings.id, None)) };
    let url = match ledger.fetched.get() {
        Some(url) => url.clone(),
        None => {
            let url = match &ledger.url {
                UrlFrom::Here(url) => url.clone(),
                UrlFrom::Secret(source) => fetch_from(source, "ledger's address", dir)?,
            };
            ledger.fetched.get_or_init(|| url).clone()
        }
    };
    let ca_file = ledger.ca_file.as_ref().map(|file| dir.join(file));
    let shared = Shared { url, schema: ledger.schema.clone(), ca_file, lease: ledger.lease };
    Ok(LedgerPlace::new(dir, &settings.id, Some(shared)))
}
