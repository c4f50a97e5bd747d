//! What verbs share: a folder becomes a campaign, and a campaign an outbox.

use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use super::review::Review;
use crate::campaign::{Campaign, SourceFile};
use crate::ledger::{self, Ledger, LedgerError, State};
use crate::message::identity;
use crate::outbox::{Outbox, OutboxError, Replace, Source, Writer};
use anyhow::Context;
use std::collections::HashMap;
use std::path::Path;

/// Opens the campaign in `dir`, or shows what is wrong with its settings.
pub(super) fn campaign(dir: &Path, output: &Output) -> Result<Campaign, Failure> {
    Campaign::open(dir).map_err(|findings| {
        let mut tally = Tally::default();
        tally.add(findings);
        match output.findings(&tally) {
            Ok(()) => Failure::told(tally.exit()),
            Err(failure) => failure,
        }
    })
}

/// The campaign's outbox, where one stands.
pub(super) fn standing(campaign: &Campaign) -> Result<Option<Outbox>, Failure> {
    match Outbox::open(&campaign.outbox()) {
        Ok(outbox) => Ok(Some(outbox)),
        Err(OutboxError::NotThere { .. }) => Ok(None),
        Err(error) => Err(outbox_failure(error)),
    }
}

/// The campaign's outbox; written first where there is none.
pub(super) fn outbox(campaign: &Campaign, output: &Output) -> Result<Outbox, Failure> {
    match standing(campaign)? {
        Some(outbox) => Ok(outbox),
        None => write_outbox(campaign, Replace::Refuse, output),
    }
}

/// Writes the outbox, all or nothing, and shows every finding.
pub(super) fn write_outbox(campaign: &Campaign, replace: Replace, output: &Output) -> Result<Outbox, Failure> {
    // Before the lists are read: one that changes meanwhile no longer has the digest in the manifest.
    let sources = campaign.sources()?.into_iter().map(source).collect::<Vec<_>>();
    let bound = record(campaign)?;
    let mut letters = campaign.letters();
    let mut tally = Tally::default();
    tally.add(letters.take_findings());
    let mut writer = Writer::begin(&campaign.outbox(), &sources).map_err(outbox_failure)?;
    if let Some(id) = bound {
        writer.bind_ledger(&id).map_err(outbox_failure)?;
    }
    writer.begin_page().map_err(outbox_failure)?;
    let mut written = 0;
    for step in letters.by_ref() {
        tally.add(step.findings);
        if let Some(letter) = step.letter.filter(|_| tally.errors == 0) {
            writer.add(&letter, &identity::file_name(letter.number, &letter.id)).map_err(outbox_failure)?;
            written += 1;
        }
    }
    tally.add(letters.close());
    let review = Review::new(campaign, &letters, &tally.findings);
    if tally.errors == 0
        && let Err(leaks) = letters.roll_call().search("review.html", &review.cover().text())
    {
        tally.add(leaks);
    }
    output.findings(&tally)?;
    if tally.errors > 0 {
        return Err(Failure::told(tally.exit()));
    }
    writer.close_page(&review.cover()).map_err(outbox_failure)?;
    let outbox = writer.commit(replace).map_err(outbox_failure)?;
    let folder = shown(campaign, &campaign.outbox());
    output.note(&format!("Wrote {} into {folder}{}.", letters_of(written), std::path::MAIN_SEPARATOR))?;
    Ok(outbox)
}

/// The id of the ledger that a new outbox belongs to: letters of this campaign may have gone out already. An outbox that
/// stands and was sent keeps its record, even where the ledger itself is gone; another campaign's does not count.
fn record(campaign: &Campaign) -> Result<Option<String>, Failure> {
    match ledger(campaign) {
        Ok(Some(ledger)) => return Ok(Some(ledger.id().to_owned())),
        Ok(None) => {}
        Err(failure) => return Err(failure),
    }
    match standing(campaign) {
        Ok(Some(old)) if is_of(campaign, &old)? => old.ledger_id().map_err(outbox_failure),
        _ => Ok(None),
    }
}

/// Whether the outbox holds letters of this campaign: their Message-IDs are made from its id.
pub(super) fn is_of(campaign: &Campaign, outbox: &Outbox) -> Result<bool, Failure> {
    let Some(first) = outbox.letters().map_err(outbox_failure)?.next() else { return Ok(true) };
    let first = first.map_err(outbox_failure)?;
    let domain = first.message_id.trim_end_matches('>').rsplit('@').next().unwrap_or_default();
    Ok(first.message_id == identity::message_id(&campaign.settings.id, &first.id, domain))
}

/// Files that are not what the outbox was written from, each with what became of it.
pub(super) fn changed_sources(campaign: &Campaign, outbox: &Outbox) -> Result<Vec<String>, Failure> {
    let now = campaign.sources()?;
    let mut changed = Vec::new();
    for then in outbox.sources() {
        match now.iter().find(|source| source.file == then.file) {
            None => changed.push(format!("{} is gone", then.file)),
            Some(source) if source.digest.to_string() != then.digest => {
                changed.push(format!("{} has changed", then.file))
            }
            Some(_) => {}
        }
    }
    let is_new = |source: &&SourceFile| !outbox.sources().iter().any(|then| then.file == source.file);
    changed.extend(now.iter().filter(is_new).map(|source| format!("{} is new", source.file)));
    Ok(changed)
}

/// An outbox's refusal: what stands there or has changed is 77, what the disk says is 74.
pub(super) fn outbox_failure(error: OutboxError) -> Failure {
    match error {
        OutboxError::Io { .. } => Failure::new(Exit::Disk, error),
        OutboxError::NotAnOutbox { .. } => {
            Failure::new(Exit::Refused, error).help("move it away, or name it otherwise")
        }
        OutboxError::Damaged { .. } | OutboxError::Changed(_) => {
            Failure::new(Exit::Refused, error).help("write it anew with `openletter write --force`, and review it")
        }
        OutboxError::OtherLedger { .. } => {
            Failure::new(Exit::Refused, error).help("bring back the ledger it was sent with")
        }
        OutboxError::FileTwice { .. } => Failure::new(Exit::Bug, error),
        _ => Failure::new(Exit::Refused, error),
    }
}

/// What is wrong with the outbox's own files, one line each.
pub(super) fn discrepancies(outbox: &Outbox) -> Result<Vec<String>, Failure> {
    let found = outbox.verify().map_err(outbox_failure)?;
    Ok(found.iter().map(ToString::to_string).collect())
}

/// The ledger, where the campaign has one.
pub(super) fn ledger(campaign: &Campaign) -> Result<Option<Ledger>, Failure> {
    match Ledger::open(campaign.dir(), &campaign.settings.id) {
        Ok(ledger) => Ok(Some(ledger)),
        Err(LedgerError::Missing { .. }) => Ok(None),
        Err(error) => Err(ledger_failure(error)),
    }
}

/// The ledger that tells of this outbox, where there is one: another would tell of other letters, and without the one it
/// was sent with nobody knows who has been written to.
pub(super) fn ledger_of(campaign: &Campaign, outbox: &Outbox) -> Result<Option<Ledger>, Failure> {
    let ledger = ledger(campaign)?;
    match (&ledger, outbox.ledger_id().map_err(outbox_failure)?) {
        (None, Some(_)) => Err(ledger_failure(LedgerError::Missing { path: campaign.dir().join(".openletter") })),
        (Some(ledger), Some(bound)) if ledger.id() != bound => {
            Err(outbox_failure(OutboxError::OtherLedger { dir: outbox.dir().to_owned(), bound }))
        }
        _ => Ok(ledger),
    }
}

/// A ledger's refusal: what the ledger says about itself is 77, what the disk says is 74.
pub(super) fn ledger_failure(error: LedgerError) -> Failure {
    let help = match &error {
        LedgerError::Missing { .. } | LedgerError::Damaged { .. } | LedgerError::Exists { .. } => {
            Some("the ledger says who has been written to: bring it back from a copy; without it nothing is sent")
        }
        LedgerError::OtherCampaign { .. } => {
            Some("is the id in campaign.toml right? To begin a new campaign here, move .openletter away and keep it")
        }
        LedgerError::Busy { .. } => Some("wait for the other run to end"),
        LedgerError::NewerFormat { .. } => Some("use the newer openletter"),
        _ => None,
    };
    let exit = match &error {
        LedgerError::Io { .. } | LedgerError::Sql { .. } => Exit::Disk,
        LedgerError::Illegal { .. } | LedgerError::NotSeen { .. } => Exit::Bug,
        _ => Exit::Refused,
    };
    let failure = Failure::new(exit, error);
    match help {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// Letters that went, or may have gone, under the same id to another address, or under another id to the same one:
/// sending this outbox would write to somebody twice, and to somebody else not at all.
pub(super) fn strangers(ledger: &Ledger, outbox: &Outbox) -> Result<Vec<String>, Failure> {
    let (mut by_id, mut by_address) = (HashMap::new(), HashMap::new());
    for known in ledger.entries(&[State::Accepted, State::Offered, State::Unknown]) {
        let known = known.map_err(ledger_failure)?;
        by_id.insert(known.id.clone(), known.to.clone());
        by_address.insert(known.to.to_lowercase(), known.id);
    }
    let mut found = Vec::new();
    for letter in outbox.letters().map_err(outbox_failure)? {
        let letter = letter.map_err(outbox_failure)?;
        let to = letter.envelope.to.to_string();
        match (by_id.get(&letter.id), by_address.get(&to.to_lowercase())) {
            (Some(before), _) if !before.eq_ignore_ascii_case(&to) => {
                found.push(format!("{} went to {before}, and is for {to} now", letter.id));
            }
            (_, Some(before)) if *before != letter.id => {
                found.push(format!("{to} was written to as {before}, and is {} now", letter.id));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The ids of letters whose outcome is open: offered or unknown.
pub(super) fn unsettled(ledger: &Ledger) -> Result<Vec<String>, Failure> {
    ledger
        .entries(&[State::Offered, State::Unknown])
        .map(|entry| entry.map(|entry| entry.id).map_err(ledger_failure))
        .collect()
}

/// Letters whose outcome is open and that this outbox no longer holds: they must not be forgotten with their rows.
pub(super) fn unsettled_elsewhere(ledger: &Ledger, outbox: &Outbox) -> Result<Vec<ledger::Entry>, Failure> {
    let mut open: Vec<_> =
        ledger.entries(&[State::Offered, State::Unknown]).collect::<Result<_, _>>().map_err(ledger_failure)?;
    if !open.is_empty() {
        for letter in outbox.letters().map_err(outbox_failure)? {
            let letter = letter.map_err(outbox_failure)?;
            open.retain(|known: &ledger::Entry| known.id != letter.id);
        }
    }
    Ok(open)
}

/// "1 letter", "10 letters".
pub(super) fn letters_of(n: u64) -> String {
    crate::template::helpers::numbered(n, "letter")
}

/// The name to approve by: whoever is at the keyboard.
pub(super) fn whoami() -> String {
    std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_else(|_| "whoever is at the terminal".into())
}

/// The program as it is called for the campaign in this folder.
pub(super) fn program(dir: &Path) -> String {
    if dir == Path::new(".") { "openletter".to_owned() } else { format!("openletter -C {}", quoted(dir)) }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%\\".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn source(source: SourceFile) -> Source {
    Source { file: source.file, digest: source.digest.to_string() }
}

/// A path of the campaign as the user would type it.
pub(super) fn shown(campaign: &Campaign, path: &Path) -> String {
    let is_here = campaign.dir() == Path::new(".");
    let short = path.strip_prefix(".").ok().filter(|_| is_here);
    short.unwrap_or(path).display().to_string()
}

/// A path in a message: how the user would type it.
pub(super) fn context<T>(result: std::io::Result<T>, doing: &str) -> Result<T, Failure> {
    Ok(result.with_context(|| doing.to_owned())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_typed_as_it_is_told() {
        assert_eq!(quoted(Path::new("not-for-sale")), "not-for-sale");
        assert_eq!(quoted(Path::new("it's for sale")), r"'it'\''s for sale'");
    }
}
