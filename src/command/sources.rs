//! Compares the source files of the letters with those that the outbox was written from.
//!
//! The manifest lists all of them except the signatory list, whose digest must stay private: a keyed one is stored beside
//! the ledger.

use super::clock;
use super::exit::Failure;
use crate::campaign::{Campaign, SourceFile};
use crate::outbox::{CarriedFile, Outbox, Source};
use crate::paper;

/// The source files of the letters: those whose digest is private, and those that the manifest lists.
pub(super) fn of(campaign: &Campaign) -> Result<(Vec<Source>, Vec<Source>), Failure> {
    let (private, others): (Vec<_>, Vec<_>) = campaign.sources()?.into_iter().partition(|source| source.is_private);
    let source = |source: SourceFile| Source { file: source.file, digest: source.digest.to_string() };
    Ok((private.into_iter().map(source).collect(), others.into_iter().map(source).collect()))
}

/// Records which signatory list the outbox was written from.
pub(super) fn record_private(
    outbox: &Outbox,
    campaign: &Campaign,
    private: &[Source],
    roll: (u64, u64),
) -> Result<(), Failure> {
    for source in private {
        let key = clock::random_id()? + &clock::random_id()?;
        outbox.record_private_source(campaign.dir(), source, roll, key)?;
    }
    Ok(())
}

/// Whether it is recorded which signatory list the outbox was written from. If not, the letters must be compared.
pub(super) fn is_private_source_known(outbox: &Outbox, campaign: &Campaign) -> Result<bool, Failure> {
    for source in of(campaign)?.0 {
        if outbox.is_private_source(campaign.dir(), &source)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Each file that differs from the one the outbox was written from, with what happened to it.
pub(super) fn changed_since(outbox: &Outbox, campaign: &Campaign) -> Result<Vec<String>, Failure> {
    let (private, now) = of(campaign)?;
    let then = outbox.sources();
    let mut changed = Vec::new();
    if private.is_empty() {
        changed.push(format!("{} is gone", campaign.settings.signatories.file));
    }
    for source in private {
        if outbox.is_private_source(campaign.dir(), &source)? == Some(false) {
            changed.push(format!("{} has changed", source.file));
        }
    }
    for written in then {
        match now.iter().find(|source| source.file == written.file) {
            None => changed.push(format!("{} is gone", written.file)),
            Some(source) if source.digest != written.digest => changed.push(format!("{} has changed", written.file)),
            Some(_) => {}
        }
    }
    for carried in outbox.files()? {
        let CarriedFile { file, digest, .. } = carried?;
        // The program makes those without a folder from the signatory list, and the pages of letters from all sources.
        if !file.contains('/') || file.starts_with(&format!("{}/", paper::FOLDER)) {
            continue;
        }
        match campaign.carried_digest(&file) {
            None => changed.push(format!("{file} is gone")),
            Some(now) if now.to_string() != digest => changed.push(format!("{file} has changed")),
            Some(_) => {}
        }
    }
    let is_new = |source: &&Source| !then.iter().any(|written| written.file == source.file);
    changed.extend(now.iter().filter(is_new).map(|source| format!("{} is new", source.file)));
    Ok(changed)
}
