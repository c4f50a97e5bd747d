//! `ledger.toml`: the id of the ledger that an outbox was first sent with.
//!
//! It keeps an outbox whose ledger is lost from being sent again from the start. A binding must never change.

use super::folder::{self, Site};
use super::{Outbox, OutboxError, approval};
use serde::{Deserialize, Serialize};
use std::path::Path;

const FILE: &str = "ledger.toml";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Binding {
    id: String,
}

impl Outbox {
    /// The id of the ledger the outbox was first sent with; `None` before that.
    pub fn ledger_id(&self) -> Result<Option<String>, OutboxError> {
        Ok(approval::read::<Binding>(&self.dir.join(FILE))?.map(|binding| binding.id))
    }

    /// Binds the outbox to a ledger, durably. [`OutboxError::OtherLedger`] if it is bound to another.
    pub fn bind_ledger(&self, id: &str) -> Result<(), OutboxError> {
        let _lock = Site::of(&self.dir)?.lock()?;
        match self.ledger_id()? {
            Some(bound) if bound == id => Ok(()),
            Some(bound) => Err(OutboxError::OtherLedger { dir: self.dir.clone(), bound }),
            None => write(&self.dir, id),
        }
    }
}

pub(super) fn write(folder: &Path, id: &str) -> Result<(), OutboxError> {
    let text = toml::to_string(&Binding { id: id.to_owned() })
        .map_err(|_| OutboxError::Text { what: "ledger's id", why: "cannot be written as TOML" })?;
    folder::replace(folder, FILE, &text)
}
