//! `rehearse`: sends the outbox over real SMTP to the built-in relay, and compares what arrives byte for byte.
//!
//! Nothing may leave the machine, and the ledger must stay as it is.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::wording::letters_of;
use super::{campaign, outbox, sources};
use crate::delivery;
use crate::relay::Rehearsal;
use crate::terminal::{Column, Rows};
use anyhow::Context;
use jiff::Timestamp;
use std::io::Write;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter rehearse                   send every letter to the built-in relay
  openletter -C not-for-sale rehearse   those of the campaign in that folder")]
pub(super) struct Args {}

pub(super) fn run(_: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let outbox = outbox::existing_or_written(&campaign, output)?;
    let changed = sources::changed_since(&outbox, &campaign)?;
    if !changed.is_empty() {
        output.say(&format!(
            "Since this outbox was written, {}. To write it again, run `openletter write --force`.",
            changed.join(", ")
        ))?;
    }
    outbox::refuse_changed(&outbox::discrepancies(&outbox)?)?;
    if let Some(pairing) = outbox::pairing(&campaign, &outbox)? {
        output.note(&format!("{pairing}."))?;
    }
    let relay = Rehearsal::start().context("cannot start the rehearsal relay on loopback")?;
    let hello = campaign.settings.sender.from.email.domain().to_owned();

    let mut out = output.results();
    let columns = [Column::number("letter"), Column::text("to"), Column::text("subject"), Column::number("bytes")];
    let mut rows = Rows::table(&output.out, &mut out, &columns);
    let mut arrived = 0;
    let mut broken = None;
    let date = campaign.date_zone().map(|zone| Timestamp::now().to_zoned_datetime(zone.clone()));
    let differences = delivery::rehearse(&outbox, &relay, &hello, date.as_ref(), &mut |entry| {
        arrived += 1;
        let cells =
            [entry.number.to_string(), entry.envelope.to.to_string(), entry.subject.clone(), entry.octets.to_string()];
        if let Err(error) = rows.row(&cells.each_ref().map(String::as_str)) {
            broken.get_or_insert(error);
        }
    })?;
    rows.finish()?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    writeln!(out)?;
    for difference in &differences {
        writeln!(out, "letter {} {}", difference.number, crate::terminal::safe::visible(&difference.what))?;
    }
    writeln!(out, "{} went over SMTP to the rehearsal relay and arrived byte for byte.", letters_of(arrived))?;
    out.flush()?;
    if !differences.is_empty() {
        return Err(Failure::msg(
            Exit::Bug,
            format!("{} did not arrive as written", letters_of(differences.len() as u64)),
        ));
    }
    output.note("Nothing left this machine. Read the letters with `openletter preview`, or in outbox/letters/.")?;
    Ok(Exit::Done)
}
