//! `write`: the outbox, all or nothing.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::wording::{self, letters_of};
use super::{campaign, ledger, outbox};
use crate::ledger::{Ledger, Lock, State};
use crate::outbox::{Outbox, Replace};
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter write              letters, manifest and review page, into outbox/
  openletter write --force      again, after a change; an approval is then for the old one")]
pub(super) struct Args {
    /// Replace an outbox that stands
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    if campaign.outbox().exists() && !args.force {
        return Err(Failure::said(Exit::Refused, "an outbox stands already, and may have been reviewed")
            .help("replace it with `openletter write --force`"));
    }
    let ledger = ledger::existing(&campaign)?;
    // While another run sends, the letters it is sending must not be replaced under it.
    let _lock = match &ledger {
        Some(_) => Some(Lock::take(campaign.dir())?),
        None => None,
    };
    if let Some(ledger) = &ledger {
        let open = ledger::unsettled(ledger)?;
        if !open.is_empty() {
            let what = format!("there are letters whose outcome is not settled: {}", open.join(", "));
            return Err(Failure::said(Exit::Refused, what).help("settle them first; `openletter status` shows them"));
        }
    }
    let replace = if args.force { Replace::Stands } else { Replace::Refuse };
    let outbox = outbox::write(&campaign, replace, output)?;
    if let Some(ledger) = &ledger {
        already_accepted(ledger, &outbox, output)?;
    }
    if let Some(page) = outbox.page() {
        output.note(&format!("Review them in a browser: {}", wording::shown(&campaign, &page)))?;
    }
    output.note(&format!("Then: {} approve --by \"Your Name\"", wording::program(campaign.dir())))?;
    Ok(Exit::Done)
}

/// An accepted letter is never sent again, whatever its text is now.
fn already_accepted(ledger: &Ledger, outbox: &Outbox, output: &Output) -> Result<(), Failure> {
    let strangers = ledger::strangers(ledger, outbox)?;
    if !strangers.is_empty() {
        output.say(&format!(
            "These ids or addresses have changed since letters went out, and `send` will refuse them:\n  {}",
            strangers.join("\n  ")
        ))?;
    }
    let mut accepted = 0;
    for entry in outbox.letters()? {
        let entry = entry?;
        let known = ledger.entry(&entry.id)?;
        accepted += u64::from(known.is_some_and(|known| known.state == State::Accepted));
    }
    if accepted > 0 {
        output.say(&format!(
            "{} of these went out already under this campaign's id, and will not be sent again.\n\
             To write to the same people again, begin a campaign with another id, in a folder of its own: the ledger of \
             this one is this one's alone.",
            letters_of(accepted)
        ))?;
    }
    Ok(())
}
