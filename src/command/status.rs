//! `status`: shows the state of each letter, the totals, and whether the letters are approved.

mod answers;
mod failed_csv;
mod openmetrics;
mod record;
mod totals;
mod watch;

pub(super) use totals::Totals;

use super::approver;
use super::exit::{Exit, Failure};
use super::output::{Output, TableFormat};
use super::sent_before::SentOtherwise;
use super::{campaign, ledger, outbox, sources};
use crate::campaign::{Campaign, parse_duration};
use crate::ledger::{Entry, Ledger, Shard, State};
use crate::outbox::{Approval, Approved, Entry as Letter, Outbox};
use crate::terminal;
use crate::terminal::{Column, Rows, safe};
use record::{Record, Summary};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter status             show the state of each letter, and totals
  openletter status ../two ../three
                                the same with the shards of other folders
  openletter status --watch     follow a run on any machine, until Ctrl-C
  openletter status --failed --format csv > again.csv
                                list the recipients whose letters failed, ready to correct")]
pub(super) struct Args {
    /// Other folders that shards were sent from (`send --shard`), or copies of them
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// List only letters that were not accepted; as CSV, the rows of the recipient list whose letters failed
    #[arg(long)]
    failed: bool,
    /// Also read every letter and the review page, and compare them with what was written
    #[arg(long)]
    verify: bool,
    /// Follow a run over all workers until no letter is left; look again after TIME, or each second
    #[arg(
        long,
        value_name = "TIME",
        num_args = 0..=1,
        default_missing_value = "1s",
        value_parser = every,
        conflicts_with_all = ["failed", "verify"]
    )]
    watch: Option<Duration>,
    /// Output format; OpenMetrics has totals for a monitoring system
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: StatusFormat,
}

/// The formats of the report.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StatusFormat {
    Text,
    Json,
    Csv,
    Openmetrics,
}

impl StatusFormat {
    /// The format of a report that lists letters.
    fn as_table(self) -> Option<TableFormat> {
        match self {
            StatusFormat::Text => Some(TableFormat::Text),
            StatusFormat::Json => Some(TableFormat::Json),
            StatusFormat::Csv => Some(TableFormat::Csv),
            StatusFormat::Openmetrics => None,
        }
    }
}

impl Args {
    /// Refuses flags that a format has no use for.
    fn check(&self) -> Result<(), Failure> {
        let (what, help) = match self.format {
            format if !self.folders.is_empty() && (self.watch.is_some() || format == StatusFormat::Openmetrics) => {
                ("this reads one ledger, and each shard has its own", "leave out --watch or --format openmetrics")
            }
            StatusFormat::Csv | StatusFormat::Openmetrics if self.watch.is_some() => {
                ("--watch prints text or JSON", "leave out --format, or use --format json")
            }
            StatusFormat::Openmetrics if self.failed || self.verify => {
                ("OpenMetrics has totals only", "leave out --failed and --verify")
            }
            _ => return Ok(()),
        };
        Err(Failure::msg(Exit::Usage, what).help(help))
    }
}

fn every(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "must be a duration, such as 1s, 30s or 5m".to_owned())
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    args.check()?;
    let campaign = campaign::open(dir, output)?;
    let Some(outbox) = outbox::existing(&campaign)? else {
        return Err(Failure::msg(Exit::Refused, "there is no outbox yet").help("write it with `openletter write`"));
    };
    if let Some(every) = args.watch {
        return watch::run(every, args.format == StatusFormat::Json, &campaign, outbox, output);
    }
    let Some(format) = args.format.as_table() else {
        let ledger = ledger::of_outbox(&campaign, &outbox, None)?;
        return openmetrics::run(&campaign, &outbox, ledger.as_ref(), output);
    };
    let record = Record::read(&campaign, &args.folders, &outbox)?;
    let mut out = output.results();
    let totals = match format {
        TableFormat::Text => {
            // Before anything was answered, the columns would be empty.
            let are_several = campaign.settings.relays.as_ref().is_some_and(|relays| relays.all.len() > 1);
            let is_shown = |at: usize| match at {
                SHARD => record.is_in_shards(),
                ANSWERED | ANSWERED_ON => !record.answers.is_empty(),
                RELAY => are_several,
                _ => true,
            };
            let columns: Vec<Column> = shown(COLUMNS, is_shown).copied().collect();
            let mut rows = Rows::table(&output.out, &mut out, &columns);
            let mut listed = 0;
            let summary = each_letter(args.failed, &outbox, &record, |letter, state, known| {
                listed += 1;
                let cells = cells(&record, letter, state, known);
                Ok(rows.row(&shown(&cells, is_shown).map(|cell| &**cell).collect::<Vec<_>>())?)
            })?;
            let none_failed = args.failed && listed == 0;
            match none_failed {
                true => drop(rows),
                false => rows.finish()?,
            }
            writeln!(out, "{}\n{}", if none_failed { NONE_FAILED } else { "" }, summary.totals.sentence())?;
            for line in record.about_shards(&summary) {
                output.out.say(&mut out, &line)?;
            }
            if !record.answers.is_empty() {
                writeln!(out, "answers: {}", answers::sentence(&record.answers))?;
            }
            output.out.say(&mut out, &ApprovalStatus::of(&campaign, &outbox, args.verify)?.sentence())?;
            if let Some(sentence) = SentOtherwise::of(&campaign, record.whole(), &outbox)?.sentence() {
                output.out.say(&mut out, &sentence)?;
            }
            // Copies are shown together with whatever folder they are of.
            if !record.is_at_home && !record.is_in_shards() {
                let what = match record.whole().is_some_and(Ledger::is_shared) {
                    true => "the database was restored, or another server took over: `send` needs --moved",
                    false => "the ledger is a copy: to send from this folder, `send` needs --moved",
                };
                output.out.say(&mut out, what)?;
            }
            summary.totals
        }
        TableFormat::Csv if args.failed => failed_csv::list(&campaign, &outbox, &record, &mut out, output)?,
        TableFormat::Csv => {
            let is_shown = |at: usize| at != SHARD || record.is_in_shards();
            let columns: Vec<Column> = shown(COLUMNS, is_shown).copied().collect();
            let mut rows = Rows::csv(&mut out, &columns)?;
            let summary = each_letter(args.failed, &outbox, &record, |letter, state, known| {
                let cells = cells(&record, letter, state, known);
                Ok(rows.row(&shown(&cells, is_shown).map(|cell| &**cell).collect::<Vec<_>>())?)
            })?;
            rows.finish()?;
            record.about_shards(&summary).iter().try_for_each(|line| output.say(line))?;
            summary.totals
        }
        TableFormat::Json => {
            let mut lines = Vec::new();
            let summary = each_letter(args.failed, &outbox, &record, |letter, state, known| {
                lines.push(line(&record, letter, state, known));
                Ok(())
            })?;
            terminal::json(
                &mut out,
                &json!({
                    "letters": lines,
                    "totals": summary.totals.by_state(),
                    "shards": record.shards_json(),
                    "answers": answers::by_kind(&record.answers),
                    "sent_otherwise": SentOtherwise::of(&campaign, record.whole(), &outbox)?.json(),
                    "ledger_is_copy": !record.is_at_home,
                    "approval": ApprovalStatus::of(&campaign, &outbox, args.verify)?.json(),
                }),
            )?;
            summary.totals
        }
    };
    out.flush()?;
    // In shards, each has its own `settle`, named above.
    if output.out.is_terminal() && totals.of(State::Unknown) > 0 && !record.is_in_shards() {
        output.say(
            "Search the relay's log for the Message-ID (--format json) of each unknown letter, then record what happened \
             with `openletter settle`.",
        )?;
    }
    Ok(Exit::Done)
}

/// What `--failed` prints if there is nothing to list.
const NONE_FAILED: &str = "No letter failed: the relay accepted all of them.";

const COLUMNS: &[Column] = &[
    Column::number("letter"),
    Column::text("id"),
    Column::text("to").folding(),
    Column::number("shard"),
    Column::text("state"),
    Column::text("since").folding(),
    Column::text("answer").folding(),
    Column::text("answered"),
    Column::text("answered_on"),
    Column::text("relay").folding(),
];
const SHARD: usize = 3;
const ANSWERED: usize = 7;
const ANSWERED_ON: usize = 8;
const RELAY: usize = 9;

/// Those of a row that are shown, by their places.
fn shown<T>(of_row: &[T], is_shown: impl Fn(usize) -> bool) -> impl Iterator<Item = &T> {
    of_row.iter().enumerate().filter(move |(at, _)| is_shown(*at)).map(|(_, one)| one)
}

/// Whether the letters are approved: by whom, and what has changed since.
struct ApprovalStatus {
    approved: Approved,
    changes: Vec<String>,
}

impl ApprovalStatus {
    fn of(campaign: &Campaign, outbox: &Outbox, verify: bool) -> Result<ApprovalStatus, Failure> {
        let approved = outbox.approved()?;
        let mut changes = if verify { outbox::discrepancies(outbox)? } else { Vec::new() };
        changes.extend(sources::changed_since(outbox, campaign)?);
        Ok(ApprovalStatus { approved, changes })
    }

    fn sentence(&self) -> String {
        let changes = match self.changes.as_slice() {
            [] => String::new(),
            [first] => format!(": {first}"),
            [first, rest @ ..] => format!(": {first}, and {} more", rest.len()),
        };
        match &self.approved {
            Approved::By(by) if self.changes.is_empty() => format!("approved by {}", approver::format_approvals(by)),
            Approved::By(by) => format!("no longer approved, as it was by {}{changes}", approver::format_approvals(by)),
            Approved::Undone => format!("no longer approved: the outbox was written again since{changes}"),
            Approved::No => format!("not approved{changes}"),
        }
    }

    fn json(&self) -> serde_json::Value {
        let by: &[Approval] = if let Approved::By(by) = &self.approved { by } else { &[] };
        let state = match &self.approved {
            Approved::By(_) if self.changes.is_empty() => "approved",
            Approved::By(_) | Approved::Undone => "undone",
            Approved::No => "none",
        };
        let by: Vec<_> = by.iter().map(|one| json!({ "name": one.by, "at": one.at.to_string() })).collect();
        json!({ "state": state, "by": by, "changes": self.changes })
    }
}

/// Passes each letter with its state to `take`, and counts them all, including those that are not shown.
fn each_letter(
    failed: bool,
    outbox: &Outbox,
    record: &Record,
    mut take: impl FnMut(&Letter, Option<State>, Option<&Entry>) -> Result<(), Failure>,
) -> Result<Summary, Failure> {
    let mut summary = Summary::default();
    for pair in ledger::looked_up(outbox.letters()?, record.whole()) {
        let (letter, known) = pair?;
        let (known, state) = record.look_up(&letter, known)?;
        summary.add(&letter, state, record.shard(&letter));
        if !(failed && state == Some(State::Accepted)) {
            take(&letter, state, known.as_ref())?;
        }
    }
    Ok(summary)
}

fn cells(record: &Record, letter: &Letter, state: Option<State>, known: Option<&Entry>) -> [String; COLUMNS.len()] {
    let answer = record.answers.get(&letter.id);
    [
        letter.number.to_string(),
        letter.id.clone(),
        // The address it was sent to, which can differ from the one it would be sent to now.
        known.map_or_else(|| letter.envelope.to.to_string(), |entry| entry.to.clone()),
        record.shard(letter).map(|shard| shard.number().to_string()).unwrap_or_default(),
        state.map_or("not here", State::name).to_owned(),
        known.map(|entry| entry.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()).unwrap_or_default(),
        known.and_then(|entry| entry.answer.as_ref()).map(format_answer).unwrap_or_default(),
        answer.map(|answer| answer.kind.name().to_owned()).unwrap_or_default(),
        answer.map(|answer| answer.on.to_string()).unwrap_or_default(),
        known.and_then(|entry| entry.relay.clone()).unwrap_or_default(),
    ]
}

fn line(record: &Record, letter: &Letter, state: Option<State>, known: Option<&Entry>) -> serde_json::Value {
    let answered = record.answers.get(&letter.id);
    let answer = known.and_then(|entry| entry.answer.as_ref());
    json!({
        "number": letter.number,
        "id": letter.id,
        "to": known.map_or_else(|| letter.envelope.to.to_string(), |entry| entry.to.clone()),
        "message_id": letter.message_id,
        "state": state.map(State::name),
        "shard": record.shard(letter).map(Shard::number),
        "at": known.map(|entry| entry.at.to_string()),
        "attempts": known.map_or(0, |entry| entry.attempts),
        "stage": answer.map(|answer| answer.stage.name()),
        "code": answer.and_then(|answer| answer.code),
        "answer": answer.map(|answer| safe::visible(&answer.text)),
        "answered": answered.map(|answered| answered.kind.name()),
        "answered_on": answered.map(|answered| answered.on.to_string()),
        "relay": known.and_then(|entry| entry.relay.as_deref()),
    })
}

/// A relay's answer in one line, without anything that could control the terminal.
pub(super) fn format_answer(answer: &crate::message::reply::Answer) -> String {
    let text = answer.text.lines().collect::<Vec<_>>().join(" ");
    let text = safe::visible(&text);
    match answer.code {
        Some(code) => format!("{code} {text} (at {})", answer.stage.name()),
        None => format!("{text} (at {})", answer.stage.name()),
    }
}
