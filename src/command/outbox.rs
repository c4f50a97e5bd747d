//! Opens the outbox, and writes it for verbs that need one.

use super::clock::format_moment;
use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use super::wording::{date_header, letters_of, shown};
use super::{ledger, purge, shards, sources, wording};
use crate::campaign::{Campaign, Letters, Mode, Pairing};
use crate::message::{Letter, identity};
use crate::outbox::{Cover, Layout, Outbox, OutboxError, PER_FOLDER, Replace, Writer};
use std::sync::mpsc;
use std::thread;

/// The campaign's outbox; `None` before it is written.
pub(super) fn existing(campaign: &Campaign) -> Result<Option<Outbox>, Failure> {
    match Outbox::open(&campaign.outbox()) {
        Ok(outbox) => Ok(Some(outbox)),
        Err(OutboxError::NotThere { .. }) => Ok(None),
        Err(error) => purge::refuse_purged(campaign).and(Err(error.into())),
    }
}

/// The campaign's outbox; writes it first if there is none.
pub(super) fn existing_or_written(campaign: &Campaign, output: &Output) -> Result<Outbox, Failure> {
    match existing(campaign)? {
        Some(outbox) => Ok(outbox),
        None => write(campaign, Replace::Refuse, output),
    }
}

/// How many letters are written at a time, and how many bytes of them: those with files of their own are large.
const BATCH: usize = 256;
const BATCH_SIZE: usize = 32 << 20;

/// How many bytes of their own the letters that are written at a time have; of larger ones, fewer are written.
const ROOM: usize = 4 << 20;

/// Writes the outbox, all or nothing, and prints the findings.
pub(super) fn write(campaign: &Campaign, replace: Replace, output: &Output) -> Result<Outbox, Failure> {
    // Before the lists are read: if one changes meanwhile, its digest no longer matches the manifest.
    let (private, sources) = sources::of(campaign)?;
    let bound = ledger_id(campaign)?;
    let mut letters = campaign.letters();
    let mut tally = Tally::default();
    tally.add(letters.take_findings());
    if let Some(pairing) = letters.pairing() {
        output.note(&format!("{pairing}."))?;
    }
    let layout = if letters.are_more_than(PER_FOLDER) { Layout::Folders } else { Layout::Flat };
    let mut writer = Writer::begin(&campaign.outbox(), &sources, layout)?;
    if let Some(id) = bound {
        writer.bind_ledger(&id)?;
    }
    writer.begin_page()?;
    let (mut writer, written) = fill(writer, &mut letters, &mut tally)?;
    tally.add(letters.finish());
    output.findings(&tally)?;
    if tally.errors > 0 {
        return Err(Failure::reported(tally.exit()));
    }
    let (categories, language) = (&campaign.settings.policy.categories, campaign.settings.language);
    // Individual letters have no roll.
    let groups = match campaign.settings.mode {
        Mode::Joint => letters.roll().printed(categories, language, language),
        Mode::Individual => Vec::new(),
    };
    writer.close_page(&Cover {
        title: &campaign.settings.title,
        organisation: &campaign.settings.organisation,
        facts: &facts(campaign, letters.pairing()),
        titles: letters.titles(),
        roll: letters.roll(),
        groups: &groups,
        findings: &tally.warnings(),
    })?;
    let outbox = writer.commit(replace)?;
    let count = &letters.roll().count;
    sources::record_private(&outbox, campaign, &private, (count.total as u64, count.listed as u64))?;
    let folder = shown(campaign, &campaign.outbox());
    output.note(&format!("Wrote {} into {folder}{}.", letters_of(written), std::path::MAIN_SEPARATOR))?;
    Ok(outbox)
}

/// Makes the letters and writes them, until there is an error; returns how many. One batch is made while the one before it
/// is written.
fn fill(mut writer: Writer, letters: &mut Letters<'_>, tally: &mut Tally) -> Result<(Writer, u64), OutboxError> {
    thread::scope(|scope| {
        let (full, batches) = mpsc::sync_channel::<Vec<(Letter, String)>>(1);
        let writing = scope.spawn(move || {
            batches.into_iter().try_for_each(|batch| writer.add_all(&batch))?;
            Ok(writer)
        });
        let (mut written, mut batch, mut size, mut own) = (0, Vec::new(), 0, 0);
        for step in letters {
            tally.add(step.findings);
            if let Some(letter) = step.letter.filter(|_| tally.errors == 0) {
                let file_name = identity::file_name(letter.number, &letter.id);
                size += letter.bytes.len();
                own += letter.bytes.own_len();
                batch.push((letter, file_name));
                written += 1;
            }
            if batch.len() == BATCH || size > BATCH_SIZE || own > ROOM {
                (size, own) = (0, 0);
                // It fails only if writing has failed.
                if full.send(std::mem::take(&mut batch)).is_err() {
                    break;
                }
            }
        }
        _ = full.send(batch);
        drop(full);
        let writer = writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok((writer, written))
    })
}

/// The facts about the campaign on the review page, with labels.
fn facts(campaign: &Campaign, pairing: Option<Pairing>) -> Vec<(&'static str, String)> {
    let settings = &campaign.settings;
    let mut facts: Vec<_> = pairing.map(|pairing| ("Letters", pairing.to_string())).into_iter().collect();
    facts.push(("From", wording::from(campaign)));
    facts.extend(wording::replies_to(campaign).map(|reply_to| ("Replies to", reply_to)));
    facts.extend([
        ("Failures to", settings.sender.return_path.to_string()),
        ("Date on the letter", settings.date.to_string()),
        ("Date header", date_header(campaign)),
    ]);
    facts.extend(settings.embargo.as_ref().map(|at| ("Embargo", format_moment(at))));
    facts.extend(settings.not_before.as_ref().map(|at| ("Not before", format_moment(at))));
    facts.extend(settings.not_after.as_ref().map(|at| ("Not after", format_moment(at))));
    facts.push(("Campaign's id", settings.id.clone()));
    facts
}

/// The id of the ledger that a new outbox belongs to, since letters of this campaign may have been sent already. If the
/// ledger is missing, the id comes from the existing outbox of this campaign.
fn ledger_id(campaign: &Campaign) -> Result<Option<String>, Failure> {
    if let Some(ledger) = ledger::existing(campaign)? {
        return Ok(Some(ledger.id().to_owned()));
    }
    match existing(campaign) {
        Ok(Some(old)) if is_of(campaign, &old)? => {
            shards::refuse_apart_outbox(&old)?;
            Ok(old.ledger_id()?)
        }
        _ => Ok(None),
    }
}

/// Whether the outbox has letters of this campaign: their Message-IDs are made from its id.
pub(super) fn is_of(campaign: &Campaign, outbox: &Outbox) -> Result<bool, Failure> {
    let Some(first) = outbox.letters()?.next() else { return Ok(true) };
    let first = first?;
    let domain = first.message_id.trim_end_matches('>').rsplit('@').next().unwrap_or_default();
    Ok(first.message_id == identity::message_id(&campaign.settings.id, &first.id, domain))
}

/// How many supporters and recipients the letters of individual mode are between; `None` in joint mode.
pub(super) fn pairing(campaign: &Campaign, outbox: &Outbox) -> Result<Option<Pairing>, Failure> {
    if campaign.settings.mode == Mode::Joint {
        return Ok(None);
    }
    let (mut first, mut recipients) = (None, 0);
    // Each supporter writes to all recipients before the next one does.
    for letter in outbox.letters()? {
        let supporter = writer(&letter?.id).to_owned();
        match &first {
            Some(first) if *first != supporter => break,
            _ => first = Some(supporter),
        }
        recipients += 1;
    }
    let supporters = u64::from(outbox.len()).checked_div(recipients).unwrap_or_default();
    Ok(Some(Pairing { supporters, recipients }))
}

/// The id of the supporter who writes an individual letter, by the letter's id.
pub(super) fn writer(id: &str) -> &str {
    id.split_once('.').map_or("", |(supporter, _)| supporter)
}

/// What is wrong with the outbox's own files, one line each.
pub(super) fn discrepancies(outbox: &Outbox) -> Result<Vec<String>, Failure> {
    let found = outbox.verify()?;
    Ok(found.iter().map(ToString::to_string).collect())
}

/// Refuses an outbox with discrepancies.
pub(super) fn refuse_changed(discrepancies: &[String]) -> Result<(), Failure> {
    if discrepancies.is_empty() {
        return Ok(());
    }
    let what = format!("the outbox has changed since it was written:\n  {}", discrepancies.join("\n  "));
    Err(Failure::msg(Exit::Refused, what).help(REWRITE))
}

impl From<OutboxError> for Failure {
    /// Exit code 74 for the disk, 77 for what is refused.
    fn from(error: OutboxError) -> Failure {
        match error {
            OutboxError::Io { .. } => Failure::new(Exit::Disk, error),
            OutboxError::NotAnOutbox { .. } => {
                Failure::new(Exit::Refused, error).help("move it away, or give it another name")
            }
            OutboxError::Damaged { .. } | OutboxError::Changed(_) => Failure::new(Exit::Refused, error).help(REWRITE),
            OutboxError::OtherLedger { .. } => {
                Failure::new(Exit::Refused, error).help("restore the ledger it was sent with")
            }
            OutboxError::FileTwice { .. } => Failure::new(Exit::Bug, error),
            _ => Failure::new(Exit::Refused, error),
        }
    }
}

/// The fix for an outbox that has changed since it was written.
pub(super) const REWRITE: &str = "write it again with `openletter write --force`, and review it";
