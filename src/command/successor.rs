//! Creates the folder of a campaign that follows another one, all of it or nothing.
//!
//! It must never overwrite anything, nor write to somebody who got no letter.

use super::clock;
use super::exit::{Exit, Failure};
use super::init::Created;
use super::output::Output;
use crate::campaign::{Campaign, EarlierLetter, Succession, Successor};
use crate::ledger::{Entry, Ledger};
use crate::message::identity::split_letter_id;
use crate::outbox::Outbox;
use std::collections::HashMap;
use std::path::Path;

/// The letters of the ledger that a new campaign follows, by their recipients' ids; of several editions, the latest.
pub(super) fn earlier(
    campaign: &Campaign,
    ledger: &Ledger,
    outbox: Option<&Outbox>,
    letters: Vec<Entry>,
) -> Result<HashMap<String, EarlierLetter>, Failure> {
    let mut subjects = HashMap::new();
    if let Some(outbox) = outbox {
        for letter in outbox.letters()? {
            let letter = letter?;
            subjects.insert(letter.id, letter.subject);
        }
    }
    let settings = &campaign.settings;
    let mut letters: Vec<(String, u32, Entry)> = letters
        .into_iter()
        .map(|entry| {
            let (id, edition) = split_letter_id(&entry.id);
            (id.to_owned(), edition, entry)
        })
        .collect();
    letters.sort_by_key(|(_, edition, _)| *edition);
    let mut earlier: HashMap<String, EarlierLetter> = HashMap::new();
    for (id, _, entry) in letters {
        // The outbox may have been written again since.
        let sent_under = ledger.subject_of(&entry.id)?;
        let subject = sent_under.as_ref().or_else(|| subjects.get(&entry.id)).unwrap_or(&settings.title);
        let sent_at = ledger.sent_at(&entry.id)?.unwrap_or(entry.at);
        let mut message_ids = earlier.remove(&id).map(|before| before.message_ids).unwrap_or_default();
        message_ids.push(campaign.arrived_as(&entry));
        let subject = subject.trim_start_matches("Re: ").to_owned();
        let sent_on = sent_at.to_zoned_datetime(settings.timezone.clone()).date();
        earlier.insert(id, EarlierLetter { subject, sent_on, message_ids });
    }
    Ok(earlier)
}

/// Creates the folder. Returns the ids of the recipients in it.
pub(super) fn create(campaign: &Campaign, plan: &Succession<'_>, output: &Output) -> Result<Vec<String>, Failure> {
    if plan.folder.join("campaign.toml").exists() {
        let what = format!("campaign.toml already exists in {}", plan.folder.display());
        return Err(Failure::msg(Exit::Refused, what).help("name a folder that does not exist yet"));
    }
    let Successor { files, ids } = campaign.successor(plan).map_err(|findings| output.refuse(findings))?;
    if ids.is_empty() {
        return Ok(ids);
    }
    let mut created = Created::default();
    created.folders(plan.folder)?;
    for (file, text) in &files {
        let path = plan.folder.join(file);
        created.folders(path.parent().unwrap_or(plan.folder))?;
        created.file(&path, text)?;
    }
    created.keep();
    Ok(ids)
}

/// An id for a new campaign that no earlier one has.
pub(super) fn new_id(campaign: &Campaign, what: &str) -> Result<String, Failure> {
    Ok(format!("{}-{what}-{}", campaign.settings.id, &clock::random_id()?[..6]))
}

/// The first of these names for which there is no file or folder yet.
pub(super) fn free_folder(parent: &Path, name: &str) -> std::path::PathBuf {
    let names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}-{number}")));
    let mut paths = names.map(|name| parent.join(name)).filter(|path| std::fs::symlink_metadata(path).is_err());
    paths.next().unwrap_or_else(|| parent.join(name))
}
