//! `record`: prints who was written to, when, and what came back, for publication.
//!
//! It must print nothing that the leak gate has not searched, and the same for the same ledger and lists.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::{campaign, ledger, purge};
use crate::campaign::{Campaign, Including, NoRecord};
use crate::ledger::Ledger;
use crate::press::record::Record;
use crate::terminal;
use crate::terminal::{Rows, safe};
use std::io::Write;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter record > record.md                      for a web page
  openletter record --format csv > record.csv        for a spreadsheet
  openletter record --format csv --with-addresses --with-notes > private.csv")]
pub(super) struct Args {
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    format: RecordFormat,
    /// Also print the addresses; without it, none is printed
    #[arg(long)]
    with_addresses: bool,
    /// Also print the notes on answers
    #[arg(long)]
    with_notes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum RecordFormat {
    #[value(alias = "md")]
    Markdown,
    Csv,
    Json,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    purge::refuse_purged(&campaign)?;
    let Some(ledger) = ledger::existing(&campaign)? else {
        return Err(Failure::msg(Exit::Refused, "there is no ledger here, so nothing is on record")
            .help("either nothing has been sent yet, or it must be restored from a backup"));
    };
    let including = Including { addresses: args.with_addresses, notes: args.with_notes };
    let record = of(&campaign, &ledger, including, output)?;
    let mut out = output.results();
    out.write_all(&rendered(args.format, &record)?)?;
    out.flush()?;
    if record.letters.iter().any(|letter| letter.name.is_empty() && letter.title.is_empty()) {
        output.say("Some recipients are not in the list any more, so their names and titles are missing.")?;
    }
    Ok(Exit::Done)
}

/// The campaign's record, or the findings that speak against it, shown.
pub(super) fn of(
    campaign: &Campaign,
    ledger: &Ledger,
    including: Including,
    output: &Output,
) -> Result<Record, Failure> {
    campaign.record(ledger, including).map_err(|none| match none {
        NoRecord::Findings(findings) => output.refuse(findings),
        NoRecord::Ledger(error) => error.into(),
    })
}

/// The record in this format.
pub(super) fn rendered(format: RecordFormat, record: &Record) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    match format {
        RecordFormat::Markdown => out.extend(safe::visible_lines(&record.to_markdown()).as_bytes()),
        RecordFormat::Json => terminal::json(&mut out, record)?,
        RecordFormat::Csv => {
            let mut rows = Rows::csv_under(&mut out, record.columns())?;
            for letter in &record.letters {
                rows.row(&record.cells(letter).iter().map(String::as_str).collect::<Vec<_>>())?;
            }
            rows.finish()?;
        }
    }
    Ok(out)
}
