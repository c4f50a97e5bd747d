//! The ledgers of a campaign's shards, wherever they were sent from.
//!
//! Two ledgers of one shard, or ledgers of different outboxes, must never be read as one campaign.

use super::exit::{Exit, Failure};
use super::shards;
use crate::campaign::Campaign;
use crate::ledger::{LedgerPlace, Shard, Sharding};
use crate::outbox::{Outbox, OutboxError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The shards that have ledgers, and where they are.
pub(super) struct Shards {
    /// How many there are.
    pub(super) of: u32,
    /// The folders that have them, each once.
    pub(super) folders: Vec<PathBuf>,
    found: BTreeMap<Shard, PathBuf>,
}

impl Shards {
    /// Finds the shards of this outbox in the campaign's folder and in others; `None` if the campaign's letters are not sent in
    /// shards.
    pub(super) fn find(campaign: &Campaign, others: &[PathBuf], outbox: &Outbox) -> Result<Option<Shards>, Failure> {
        if others.is_empty() && shards::apart(campaign)?.is_none() {
            return Ok(None);
        }
        if campaign.folder_ledger().has_file() {
            return Err(Failure::msg(
                Exit::Refused,
                "this folder has a ledger of all letters: there are no shards to add",
            )
            .help("leave out the other folders"));
        }
        for dir in std::iter::once(campaign.dir()).chain(others.iter().map(PathBuf::as_path)) {
            Sharding::read(dir)?.iter().try_for_each(shards::refuse_joined)?;
        }
        Shards::find_all(campaign, others, outbox)
    }

    /// The same, also if they were joined, or that was begun.
    pub(super) fn find_all(
        campaign: &Campaign,
        others: &[PathBuf],
        outbox: &Outbox,
    ) -> Result<Option<Shards>, Failure> {
        let mut shards: Option<Shards> = None;
        let mut folders: Vec<PathBuf> = Vec::new();
        for dir in std::iter::once(campaign.dir()).chain(others.iter().map(PathBuf::as_path)) {
            let canonical = dir.canonicalize().map_err(|error| {
                let what = format!("{}: cannot open the folder", dir.display());
                Failure::new(Exit::Usage, anyhow::Error::new(error).context(what))
            })?;
            if folders.contains(&canonical) {
                continue;
            }
            folders.push(canonical);
            let Some(sharding) = Sharding::read(dir)? else {
                if dir == campaign.dir() {
                    continue;
                }
                return Err(Failure::msg(
                    Exit::Refused,
                    format!("{}: no shard was sent from this folder", dir.display()),
                )
                .help("name the folders that `openletter send --shard` ran in"));
            };
            let of = shards.as_ref().map_or(sharding.shards, |shards| shards.of);
            shards::agree(&sharding, of, outbox.digest(), Some(dir).filter(|dir| *dir != campaign.dir()))?;
            let shards = shards.get_or_insert_with(|| Shards { of, folders: Vec::new(), found: BTreeMap::new() });
            shards.folders.push(dir.to_owned());
            shards.add(campaign, dir)?;
        }
        Ok(shards)
    }

    fn add(&mut self, campaign: &Campaign, dir: &Path) -> Result<(), Failure> {
        for shard in Sharding::begun(dir)?.into_iter().filter(|shard| shard.of() == self.of) {
            let Some(other) = self.found.insert(shard, dir.to_owned()) else { continue };
            let id = |dir: &Path| place(campaign, dir, shard).open().map(|ledger| ledger.id().to_owned());
            let is_copy = matches!((id(&other), id(dir)), (Ok(one), Ok(other)) if one == other);
            let (other, dir) = (other.display(), dir.display());
            return Err(match is_copy {
                true => Failure::msg(Exit::Refused, format!("{other} and {dir} have copies of the ledger of shard {shard}"))
                    .help("name only the folder that it was sent from; remove the shard's folder in .openletter of the copy"),
                false => Failure::msg(
                    Exit::Refused,
                    format!("shard {shard} was sent from {other} and from {dir}: its letters may have gone twice"),
                )
                .help(format!(
                    "`openletter status` in each folder shows what it sent. Keep the ledger that has all letters, and move \
                     .openletter/shard-{}-of-{} of the other one away",
                    shard.number(),
                    shard.of()
                )),
            });
        }
        Ok(())
    }

    /// The shards that have a ledger, with the folders they are in.
    pub(super) fn found(&self) -> impl Iterator<Item = (Shard, &Path)> {
        self.found.iter().map(|(shard, dir)| (*shard, dir.as_path()))
    }

    /// The shards without a ledger.
    pub(super) fn missing(&self) -> Vec<Shard> {
        let all = (1..=self.of).filter_map(|number| Shard::new(number, self.of));
        all.filter(|shard| !self.found.contains_key(shard)).collect()
    }
}

/// Where the ledger of a shard is in a folder.
pub(super) fn place(campaign: &Campaign, dir: &Path, shard: Shard) -> LedgerPlace {
    LedgerPlace::new(dir, &campaign.settings.id, None).of_shard(shard)
}

/// The outbox of a folder that sent a shard; `None` if it was not copied with the ledger.
pub(super) fn outbox_in(dir: &Path) -> Result<Option<Outbox>, Failure> {
    match Outbox::open(&dir.join("outbox")) {
        Ok(outbox) => Ok(Some(outbox)),
        Err(OutboxError::NotThere { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// "3 of 5 and 4 of 5": shards in a sentence.
pub(super) fn list(shards: &[Shard]) -> String {
    let names: Vec<String> = shards.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
