//! `follow-up`: creates a campaign that writes again to those who have not answered, under the first letter.
//!
//! It must write to nobody who answered, and to nobody whom the first letter did not reach.

use super::clock::today;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::successor::{create, earlier, new_id};
use super::wording::{letters_of, program};
use super::{campaign, ledger, outbox};
use crate::campaign::{Mode, Occasion, Succession};
use crate::ledger::{Entry, State};
use crate::message::identity::split_letter_id;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter follow-up --init ../follow-up     a new campaign beside this one
  openletter -C ../follow-up check             then edit its text, and check it")]
pub(super) struct Args {
    /// Folder of the new campaign, which is created
    #[arg(long, value_name = "DIR", required = true)]
    init: PathBuf,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    if campaign.settings.mode == Mode::Individual {
        return Err(Failure::msg(
            Exit::Refused,
            "a follow-up needs a joint campaign, and these letters are from supporters",
        )
        .help("to write as the organisation, create a campaign with mode = \"joint\""));
    }
    let Some(ledger) = ledger::existing(&campaign)? else {
        return Err(Failure::msg(
            Exit::Refused,
            "there is no ledger here: nothing has been sent that could be answered",
        )
        .help("go to the folder from which the letters were sent, or name it with -C"));
    };
    let outbox = outbox::existing(&campaign)?;
    let (mut silent, mut answered, mut others) = (Vec::new(), HashSet::new(), Vec::new());
    for entry in ledger.entries(&State::ALL) {
        let entry = entry?;
        let recipient = split_letter_id(&entry.id).0;
        match (entry.state, ledger.response(&entry.id)?) {
            (_, Some(_)) => drop(answered.insert(recipient.to_owned())),
            (State::Accepted, None) => silent.push(entry),
            (state, None) => others.push((recipient.to_owned(), format!("{} ({})", entry.id, state.name()))),
        }
    }
    // Whoever got one edition gets the letter, whatever became of another.
    let written_to: HashSet<&str> = silent.iter().map(|entry: &Entry| split_letter_id(&entry.id).0).collect();
    others.retain(|(recipient, _)| !written_to.contains(&**recipient) && !answered.contains(recipient));
    // Whoever answered any edition has answered.
    silent.retain(|entry: &Entry| !answered.contains(split_letter_id(&entry.id).0));
    let earlier = earlier(&campaign, &ledger, outbox.as_ref(), silent)?;
    if earlier.is_empty() {
        return Err(Failure::msg(Exit::Refused, "every letter that was accepted has an answer")
            .help("there is nobody to write to"));
    }
    let folder = match args.init.as_path() {
        folder if folder.is_absolute() || dir == Path::new(".") => folder.to_owned(),
        folder => dir.join(folder),
    };
    let plan = Succession {
        occasion: Occasion::NoAnswer,
        folder: &folder,
        id: new_id(&campaign, "follow-up")?,
        date: today(&campaign),
        earlier: &earlier,
        about: "A letter to those who have not answered an earlier one. `follows` names the folder of that campaign: whoever\n\
                answers there before this is sent gets nothing from here. Edit templates/, then run check, write, approve and send."
            .to_owned(),
    };
    let ids = create(&campaign, &plan, output)?;
    let mut out = output.results();
    match ids.len() as u64 {
        0 => {
            return Err(Failure::msg(
                Exit::Refused,
                "those who have not answered are not in the recipient list any more",
            )
            .help("put their rows back"));
        }
        count => writeln!(
            out,
            "Created a campaign of {} in {}{}",
            letters_of(count),
            folder.display(),
            std::path::MAIN_SEPARATOR
        )?,
    }
    out.flush()?;
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().map(|(_, letter)| letter).collect();
        output.say(&format!("Left out, because the first letter did not reach them: {}.", others.join(", ")))?;
    }
    let mut missing: Vec<&str> = earlier.keys().filter(|id| !ids.contains(id)).map(String::as_str).collect();
    missing.sort_unstable();
    if !missing.is_empty() {
        output.say(&format!(
            "Left out, because the recipient list does not have them any more: {}.",
            missing.join(", ")
        ))?;
    }
    output.note(&format!("Edit {}, then run: {} check", folder.join("templates").display(), program(&folder)))?;
    Ok(Exit::Done)
}
