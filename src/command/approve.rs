//! `approve`: a person who has seen the summary states that exactly these letters may go.

mod summary;

use super::approver;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::rerender::Rerendered;
use super::wording::{self, letters_of};
use super::{campaign, outbox, sources};
use crate::campaign::Campaign;
use crate::outbox::{Approved, Outbox};
use crate::terminal;
use crate::terminal::Answer;
use jiff::Timestamp;
use std::io::{self, Write};
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter approve                      shows what it is about, and asks
  openletter approve --by \"Ada Okafor\"")]
pub(super) struct Args {
    /// Who approves; asked for at a terminal where it is not said
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let asks = output.can_ask() && !args.yes;
    let given = args.by.as_deref().map(approver::named).transpose()?;
    if given.is_none() && !asks {
        let why =
            if args.yes { "--yes leaves nobody to ask who approves" } else { "nobody is there to ask who approves" };
        return Err(Failure::said(Exit::Usage, why).help("say it with --by \"Your Name\""));
    }
    let campaign = campaign::open(dir, output)?;
    let Some(outbox) = outbox::existing(&campaign)? else {
        return Err(
            Failure::said(Exit::Refused, "there is no outbox to approve").help("write it with `openletter write`")
        );
    };
    let remade = examined(&campaign, &outbox)?;
    let before = match outbox.approved()? {
        Approved::By(before) => before,
        Approved::No | Approved::Undone => Vec::new(),
    };
    if asks || !output.err.is_quiet() {
        let mut err = io::stderr().lock();
        for (name, value) in summary::facts(&campaign, &outbox, &remade, &before)? {
            output.err.name(&mut err, name, 15, &value)?;
        }
        writeln!(err)?;
    }
    let letters = letters_of(outbox.len().into());
    let by = match given {
        Some(by) => by,
        None => approver::ask(output)?,
    };
    approver::search(&by, remade.letters.roll_call(), output)?;
    if let Some(already) = before.iter().find(|approval| approval.by == by) {
        let when = already.at.strftime("%Y-%m-%d %H:%MZ");
        let what = format!("{by} had already approved these {letters}, on {when}; nothing new is recorded");
        return result(&what, output);
    }
    if asks && terminal::confirm("Approve?", &mut io::stdin().lock(), &mut io::stderr().lock())? == Answer::No {
        return Err(Failure::said(Exit::Refused, "not approved: the answer was not yes"));
    }
    outbox.approve(&by, Timestamp::now())?;
    // The digest that the review page shows; the one on file, of the whole manifest, covers the page too.
    result(&format!("{letters} approved by {by} ({})", outbox.letters_digest()), output)?;
    if let Some(page) = outbox.page() {
        let page = wording::shown(&campaign, &page);
        output.note(&format!("{page} shows the same digest."))?;
    }
    let program = wording::program(campaign.dir());
    output.note(&format!(
        "Any change to a letter, a list or a template undoes it. Next: {program} rehearse, then {program} send"
    ))?;
    Ok(Exit::Done)
}

/// The outbox held against its manifest, and the manifest against what the campaign's files make now.
fn examined<'c>(campaign: &'c Campaign, outbox: &Outbox) -> Result<Rerendered<'c>, Failure> {
    let mut wrong = outbox::discrepancies(outbox)?;
    wrong.extend(sources::changed_since(outbox, campaign)?);
    if wrong.is_empty() {
        let remade = Rerendered::compare(campaign, outbox)?;
        if remade.forged.is_empty() {
            return Ok(remade);
        }
        wrong = remade.forged;
    }
    let what = format!("the outbox is not what was written, or not from what is there now:\n  {}", wrong.join("\n  "));
    Err(Failure::said(Exit::Refused, what).help("write it anew with `openletter write --force`, and review it"))
}

fn result(line: &str, output: &Output) -> Result<Exit, Failure> {
    let mut out = output.results();
    output.out.say(&mut out, line)?;
    out.flush()?;
    Ok(Exit::Done)
}
