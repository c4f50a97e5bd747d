//! `check`: finds everything that is wrong with a campaign in one run.
//!
//! It must write and send nothing.

mod in_force;

use super::exit::{Exit, Failure};
use super::output::{Format, Output, Tally};
use super::wording::letters_of;
use crate::campaign::{Campaign, Letters};
use crate::diagnostics::finding::Severity;
use crate::terminal;
use crate::terminal::Detail;
use crate::text::pluralize::numbered;
use serde::Serialize;
use serde_json::json;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter check              list what is wrong, and how to fix it
  openletter check --verbose    also show how settings and lists were read
  openletter check --format json")]
pub(super) struct Args {
    /// Also list notes, every line of a finding, the settings in force, and the column of each header in the lists
    #[arg(short, long)]
    verbose: bool,
    /// Also check these press texts against the list: numbers, dates, and names that are not cleared
    #[arg(long, value_name = "FILE", num_args = 1..)]
    press: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The size of the smallest letter and of the largest, in bytes.
type Sizes = RangeInclusive<u64>;

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let mut tally = if args.verbose { Tally::in_full(&output.out) } else { Tally::default() };
    let detail = if args.verbose { Detail::Full } else { Detail::Brief };
    let mut out = output.results();
    let (mut count, mut roll, mut sentence) = (0, None, String::new());
    let mut sizes: Option<Sizes> = None;
    match Campaign::examine(dir) {
        Err(findings) => tally.add(findings),
        Ok(campaign) => {
            let mut letters = campaign.letters();
            tally.add(letters.take_findings());
            tally.add(args.press.iter().flat_map(|file| letters.signatory_list().press(file)));
            for step in letters.by_ref() {
                tally.add(step.findings);
                count += u64::from(step.letter.is_some());
                if let Some(letter) = step.letter {
                    let size = letter.bytes.len() as u64;
                    sizes = Some(
                        sizes.map_or(size..=size, |sizes: Sizes| size.min(*sizes.start())..=size.max(*sizes.end())),
                    );
                }
            }
            // The count has the names of categories as keys.
            let has_private_key = letters.roll().count.by.keys().any(|key| letters.is_private(&key.replace('_', " ")));
            roll = (campaign.is_valid() && !has_private_key).then(|| json!(letters.roll().count));
            sentence = summary(&letters, count);
            // With errors in the settings it is not known which are in force.
            if args.verbose && args.format == Format::Text && campaign.is_valid() {
                in_force::show(&campaign, &letters, sizes.as_ref(), &output.out, &mut out)?;
            }
            tally.add(letters.finish());
        }
    }
    match args.format {
        Format::Json => terminal::json(&mut out, &report(&tally, count, roll))?,
        Format::Text => {
            terminal::findings(&output.out, &mut out, &tally.findings, detail)?;
            if tally.errors == 0 {
                output.out.say(&mut out, &sentence)?;
            }
        }
    }
    out.flush()?;
    Ok(tally.exit())
}

/// What would be written, in two sentences.
fn summary(letters: &Letters, count: u64) -> String {
    let roll = &letters.roll().count;
    let unverified =
        if roll.unverified > 0 { format!(" {} more not verified.", roll.unverified) } else { String::new() };
    let others = if roll.others > 0 { format!(" {} beyond `max_listed`,", roll.others) } else { String::new() };
    let letters_of = letters_of(count);
    let [persons, organisations] = [(roll.persons, "person"), (roll.organisations, "organisation")]
        .map(|(count, noun)| numbered(count as u64, noun));
    let signed = format!("{} sign: {persons} and {organisations}", roll.total);
    match letters.pairing() {
        None => format!(
            "{letters_of} could be written. {signed}; {} named,{others} {} withheld.{unverified}",
            roll.listed, roll.withheld
        ),
        // Individual letters have no roll.
        Some(pairing) => format!("{pairing}: {letters_of} could be written. {signed}.{unverified}"),
    }
}

/// The machine-readable report; `docs/formats.md` describes it.
fn report(tally: &Tally, letters: u64, count: Option<serde_json::Value>) -> impl Serialize {
    let list = tally.findings.list();
    let findings: Vec<_> = list
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity(),
                "file": finding.place().map(|place| &place.file),
                "line": finding.place().and_then(|place| place.line),
                "column": finding.place().and_then(|place| place.column),
                "places": finding.places,
                "more_places": finding.more_places,
                "what": finding.message.to_string(),
                "quote": finding.quote,
                "help": finding.fix.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    json!({
        "findings": findings,
        "errors": tally.errors,
        "warnings": tally.findings.count(Severity::Warning),
        "notes": tally.findings.count(Severity::Note),
        "letters": letters,
        "count": count,
    })
}
