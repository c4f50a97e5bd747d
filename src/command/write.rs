//! `write`: the outbox, all or nothing.

use super::exit::{Exit, Failure};
use super::inputs::{self, letters_of};
use super::voice::Voice;
use crate::campaign::Campaign;
use crate::ledger::State;
use crate::outbox::{Outbox, Replace};
use std::path::Path;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Replace an outbox that stands
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, dir: &Path, voice: &Voice) -> Result<Exit, Failure> {
    let campaign = inputs::campaign(dir, voice)?;
    if campaign.outbox().exists() && !args.force {
        return Err(Failure::said(Exit::Refused, "an outbox stands already, and may have been reviewed")
            .help("replace it with `openletter write --force`"));
    }
    if let Some(ledger) = inputs::ledger(&campaign)? {
        let open = inputs::unsettled(&ledger)?;
        if campaign.outbox().exists() && !open.is_empty() {
            return Err(Failure::said(
                Exit::Refused,
                format!("the outbox holds letters whose outcome is not settled: {}", open.join(", ")),
            )
            .help("see `openletter status`"));
        }
    }
    let replace = if args.force { Replace::Stands } else { Replace::Refuse };
    let outbox = inputs::write_outbox(&campaign, replace, voice)?;
    already_accepted(&campaign, &outbox, voice)?;
    voice.note("Review the letters, then: openletter approve --by \"Your Name\"")?;
    Ok(Exit::Done)
}

/// An accepted letter is never sent again, whatever its text is now.
fn already_accepted(campaign: &Campaign, outbox: &Outbox, voice: &Voice) -> Result<(), Failure> {
    let Some(ledger) = inputs::ledger(campaign)? else { return Ok(()) };
    let mut accepted = 0;
    for entry in outbox.letters().map_err(inputs::outbox_failure)? {
        let entry = entry.map_err(inputs::outbox_failure)?;
        let known = ledger.entry(&entry.id).map_err(inputs::ledger_failure)?;
        accepted += u64::from(known.is_some_and(|known| known.state == State::Accepted));
    }
    if accepted > 0 {
        voice.say(&format!(
            "{} of these went out already under this campaign's id, and will not be sent again.\n\
             To write to the same people again, give the campaign a new id in campaign.toml.",
            letters_of(accepted)
        ))?;
    }
    Ok(())
}
