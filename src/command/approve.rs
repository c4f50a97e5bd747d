//! `approve`: a person states that exactly these letters may go.

use super::exit::{Exit, Failure};
use super::inputs::{self, letters_of};
use super::voice::{Tally, Voice};
use crate::letter::character::{Lines, refused};
use jiff::Timestamp;
use std::io::Write;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter approve --by \"Ada Okafor\"")]
pub(super) struct Args {
    /// Who approves
    #[arg(long, value_name = "NAME")]
    by: String,
}

pub(super) fn run(args: &Args, dir: &Path, voice: &Voice) -> Result<Exit, Failure> {
    let by = args.by.trim();
    if by.is_empty() || refused(by, Lines::One).is_some() {
        return Err(Failure::said(Exit::Usage, "an approval needs the name of a person").help("--by \"Your Name\""));
    }
    let campaign = inputs::campaign(dir, voice)?;
    let Some(outbox) = inputs::standing(&campaign)? else {
        return Err(
            Failure::said(Exit::Refused, "there is no outbox to approve").help("write it with `openletter write`")
        );
    };
    let mut wrong = inputs::discrepancies(&outbox)?;
    wrong.extend(inputs::changed_sources(&campaign, &outbox)?);
    if wrong.is_empty() {
        wrong = inputs::forgeries(&campaign, &outbox)?;
    }
    if !wrong.is_empty() {
        return Err(Failure::said(
            Exit::Refused,
            format!("the outbox is not what was written, or not from what is there now:\n  {}", wrong.join("\n  ")),
        )
        .help("write it anew with `openletter write --force`, and review it"));
    }
    if let Err(leaks) = campaign.roll_call().search("the name given with --by", by) {
        let mut tally = Tally::default();
        tally.add(leaks);
        voice.findings(&tally)?;
        return Ok(tally.exit());
    }
    let approval = outbox.approve(by, Timestamp::now()).map_err(inputs::outbox_failure)?;
    let mut out = voice.results();
    writeln!(out, "{} approved by {} ({})", letters_of(approval.letters.into()), approval.by, approval.manifest)?;
    out.flush()?;
    if let Some(page) = outbox.page() {
        let page = inputs::shown(&campaign, &page);
        voice.note(&format!("{page} shows these letters as {}", outbox.letters_digest()))?;
    }
    voice.note(
        "Any change to a letter, a list or a template undoes it. Next: openletter rehearse, then openletter send",
    )?;
    Ok(Exit::Done)
}
