//! Compares the files that letters are made from with those that the outbox was written from.

use super::exit::Failure;
use crate::campaign::{Campaign, SourceFile};
use crate::outbox::{Outbox, Source};

/// The files that letters are made from, as the manifest lists them.
pub(super) fn of(campaign: &Campaign) -> Result<Vec<Source>, Failure> {
    let source = |source: SourceFile| Source { file: source.file, digest: source.digest.to_string() };
    Ok(campaign.sources()?.into_iter().map(source).collect())
}

/// Each file that differs from the one the outbox was written from, with what happened to it.
pub(super) fn changed_since(outbox: &Outbox, campaign: &Campaign) -> Result<Vec<String>, Failure> {
    let now = of(campaign)?;
    let then = outbox.sources();
    let mut changed = Vec::new();
    for written in then {
        match now.iter().find(|source| source.file == written.file) {
            None => changed.push(format!("{} is gone", written.file)),
            Some(source) if source.digest != written.digest => changed.push(format!("{} has changed", written.file)),
            Some(_) => {}
        }
    }
    let is_new = |source: &&Source| !then.iter().any(|written| written.file == source.file);
    changed.extend(now.iter().filter(is_new).map(|source| format!("{} is new", source.file)));
    Ok(changed)
}
