//! `approve`: records that a person who has seen the summary approves exactly these letters.
//!
//! It must never record an approval of letters that differ from what the campaign's files produce now.

pub(super) mod facts;

use super::approver;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::rerender::Rerendered;
use super::wording::{self, letters_of};
use super::{campaign, outbox, sources};
use crate::campaign::Campaign;
use crate::outbox::{Approved, Outbox};
use jiff::Timestamp;
use std::io::{self, Write};
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter approve                      show a summary, and ask
  openletter approve --by \"Ada Okafor\"")]
pub(super) struct Args {
    /// Name to record; asked for at a terminal if missing
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let asks = output.can_ask() && !args.yes;
    let given = args.by.as_deref().map(approver::parse_name).transpose()?;
    if given.is_none() && !asks {
        let why = if args.yes { "--yes needs --by" } else { "there is no terminal to ask for the name: use --by" };
        return Err(Failure::msg(Exit::Usage, why).help("add --by \"Your Name\""));
    }
    let campaign = campaign::open(dir, output)?;
    let Some(outbox) = outbox::existing(&campaign)? else {
        return Err(
            Failure::msg(Exit::Refused, "there is no outbox to approve").help("write it with `openletter write`")
        );
    };
    let rerendered = verified(&campaign, &outbox)?;
    let before = match outbox.approved()? {
        Approved::By(before) => before,
        Approved::No | Approved::Undone => Vec::new(),
    };
    if asks || !output.err.is_quiet() {
        let mut err = io::stderr().lock();
        for (name, value) in facts::all(&campaign, &outbox, &rerendered, &before)? {
            output.err.name(&mut err, name, 15, &value)?;
        }
        writeln!(err)?;
    }
    let letters = letters_of(outbox.len().into());
    let by = match given {
        Some(by) => by,
        None => approver::ask(output)?,
    };
    approver::search(&by, rerendered.letters.signatory_list(), output)?;
    if let Some(already) = before.iter().find(|approval| approval.by == by) {
        let when = already.at.strftime("%Y-%m-%d %H:%MZ");
        let what = format!("{by} already approved these {letters} on {when}; nothing was recorded");
        return result(&what, output);
    }
    if asks {
        output.confirm("Approve?", "not approved")?;
    }
    outbox.approve(&by, Timestamp::now())?;
    // This digest is on the review page. The recorded one, of the whole manifest, covers the page too.
    result(&format!("{letters} approved by {by} ({})", outbox.letters_digest()), output)?;
    if let Some(page) = outbox.page() {
        let page = wording::shown(&campaign, &page);
        output.note(&format!("{page} shows the same digest."))?;
    }
    let program = wording::program(campaign.dir());
    output.note(&format!(
        "Any change to a letter, list or template invalidates the approval. Next: {program} rehearse, then {program} send"
    ))?;
    Ok(Exit::Done)
}

/// Checks the outbox against its manifest, and the manifest against the letters that the campaign's files produce now.
fn verified<'c>(campaign: &'c Campaign, outbox: &Outbox) -> Result<Rerendered<'c>, Failure> {
    let mut wrong = outbox::discrepancies(outbox)?;
    wrong.extend(sources::changed_since(outbox, campaign)?);
    if wrong.is_empty() {
        let rerendered = Rerendered::compare(campaign, outbox)?;
        if rerendered.differing.is_empty() {
            return Ok(rerendered);
        }
        wrong = rerendered.differing;
    }
    let what = format!("the outbox has changed, or the files it was written from have:\n  {}", wrong.join("\n  "));
    Err(Failure::msg(Exit::Refused, what).help(outbox::REWRITE))
}

fn result(line: &str, output: &Output) -> Result<Exit, Failure> {
    let mut out = output.results();
    output.out.say(&mut out, line)?;
    out.flush()?;
    Ok(Exit::Done)
}
