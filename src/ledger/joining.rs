//! Makes one ledger of those of a campaign's shards, once.
//!
//! At no moment may both a shard and the whole take claims, whatever fails in between: each shard's ledger is left before the new
//! one can be used. What was interrupted is completed when it is done again.

use super::door::Ledger;
use super::error::LedgerError;
use super::place::LedgerPlace;
use super::sqlite::SqliteLedger;
use crate::message::identity::Digest;
use jiff::Timestamp;

impl LedgerPlace {
    /// Opens the ledger of a shard that is to be joined into that of `whole`, also if that was begun before. Also returns whether it
    /// was left for that one already. The caller holds the lock of the shard's folder.
    ///
    /// # Errors
    /// [`LedgerError::Moved`] if it was joined elsewhere.
    pub fn open_to_join(&self, whole: &LedgerPlace, now: Timestamp) -> Result<(Ledger, bool), LedgerError> {
        let records = self.records();
        match SqliteLedger::open(&records, self.campaign()) {
            Err(LedgerError::Moved { to, .. }) if to == whole.name() => {
                Ok((self.file(SqliteLedger::open_left(&records, self.campaign())?)?, true))
            }
            other => Ok((self.file(other?.upgrade(&records, self.campaign(), now)?)?, false)),
        }
    }

    /// Joins the ledgers of shards into one in the folder of this place; from now on they are refused. The caller has recovered
    /// them, and holds the locks of all folders.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] if the folder has a ledger of all letters.
    pub fn join(&self, parts: &[LedgerPlace], now: Timestamp) -> Result<Ledger, LedgerError> {
        let open = |part: &LedgerPlace| SqliteLedger::open_left(&part.records(), part.campaign());
        let mut parts: Vec<SqliteLedger> = parts.iter().map(open).collect::<Result<_, _>>()?;
        // The same each time, since the outbox may be bound to it already.
        let mut ids: Vec<&[u8]> = parts.iter().map(|part| part.id().as_bytes()).collect();
        ids.sort_unstable();
        let id = Digest::of_parts(&ids).to_string().trim_start_matches("sha256:")[..32].to_owned();
        let all: Vec<&SqliteLedger> = parts.iter().collect();
        SqliteLedger::create_joined(&self.records(), self.campaign(), &id, &all, now)?;
        let name = self.name();
        for part in &mut parts {
            if part.where_to()?.is_none() {
                part.leave(&name, now)?;
            }
        }
        SqliteLedger::open_left(&self.records(), self.campaign())?.move_home(now)?;
        self.open()
    }

    /// What the ledgers that are joined here call the folder.
    pub fn name(&self) -> String {
        self.dir().canonicalize().unwrap_or_else(|_| self.dir().to_owned()).display().to_string()
    }
}
