//! `write`: writes the outbox, all or nothing.
//!
//! It must never replace letters that a run is sending, or whose outcome is not settled.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::sent_before::{SentOtherwise, growth};
use super::wording::{self, letters_of};
use super::{campaign, ledger, outbox};
use crate::campaign::Campaign;
use crate::ledger::{Ledger, Lock, State};
use crate::outbox::{Outbox, Replace};
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter write              write letters, manifest and review page
  openletter write --force      replace them; old approvals no longer count")]
pub(super) struct Args {
    /// Replace an existing outbox
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    if campaign.outbox().exists() && !args.force {
        return Err(Failure::msg(Exit::Refused, "an outbox already exists, and may have been reviewed")
            .help("use --force to replace it"));
    }
    // Letters must not be replaced while another run sends them.
    let _lock = Lock::take(campaign.dir())?;
    let ledger = ledger::existing(&campaign)?;
    // Another machine may send the letters of a shared ledger while this one writes its own copy of them.
    let replaced = ledger.as_ref().filter(|ledger| !ledger.is_shared() || campaign.outbox().exists());
    if let Some(ledger) = replaced {
        ledger::idle(ledger)?;
        let mut open = ledger::unsettled(ledger)?;
        // A damaged outbox is skipped: its claims are kept, and `send` compares them.
        if let Ok(Some(outbox)) = outbox::existing(&campaign) {
            open.extend(ledger::missing_claims(ledger, &outbox)?.into_iter().map(|claim| claim.id));
        }
        if !open.is_empty() {
            let what = format!("the outcome of some letters is not settled: {}", open.join(", "));
            return Err(Failure::msg(Exit::Refused, what).help("settle them first; `openletter status` shows them"));
        }
    }
    let replace = if args.force { Replace::Existing } else { Replace::Refuse };
    let outbox = outbox::write(&campaign, replace, output)?;
    if let Some(ledger) = &ledger {
        already_accepted(&campaign, ledger, &outbox, output)?;
    }
    if let Some(growth) = growth(&campaign, ledger.as_ref(), &outbox)? {
        output.say(&format!("Edition {}: {growth}.", campaign.settings.edition))?;
    }
    if let Some(page) = outbox.page() {
        output.note(&format!("Review them in a browser: {}", wording::shown(&campaign, &page)))?;
    }
    output.note(&format!("Then run: {} approve --by \"Your Name\"", wording::program(campaign.dir())))?;
    Ok(Exit::Done)
}

/// Reports letters that were accepted: they are never sent again, whatever their text is now.
fn already_accepted(campaign: &Campaign, ledger: &Ledger, outbox: &Outbox, output: &Output) -> Result<(), Failure> {
    let changed_recipients = ledger::changed_recipients(campaign.settings.mode, ledger, outbox)?;
    if !changed_recipients.is_empty() {
        output.say(&format!(
            "These ids or addresses have changed since letters were sent, and `send` will refuse them:\n  {}",
            changed_recipients.join("\n  ")
        ))?;
    }
    let mut accepted = 0;
    for letter in ledger::letters(outbox, Some(ledger))? {
        accepted += u64::from(ledger::state(letter?.1.as_ref()) == State::Accepted);
    }
    if let Some(sentence) = SentOtherwise::of(campaign, Some(ledger), outbox)?.sentence() {
        output.say(&format!("{sentence}."))?;
    }
    if accepted > 0 {
        output.say(&format!(
            "Already sent under this campaign's id, so not sent again: {}.\n\
             To write to the same people again, set `edition = {}` in [campaign], or see `openletter follow-up`.",
            letters_of(accepted),
            campaign.settings.edition + 1
        ))?;
    }
    Ok(())
}
