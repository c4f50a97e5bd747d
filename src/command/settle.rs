//! `settle`: records what a person says about a letter whose outcome is unknown.
//!
//! It must never settle a letter that the relay has answered, nor one that is being sent: that is what the lock is for.

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::send::recover;
use super::status::format_answer;
use super::{campaign, ledger};
use crate::delivery::Clock;
use crate::ledger::{Entry, Ledger, LedgerError, Lock, Settlement, State};
use crate::terminal;
use crate::terminal::{Answer, safe};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter settle okafor --sent --by \"Ada Example\"
  openletter settle 3 --resend --yes")]
pub(super) struct Args {
    /// The letter, by id or number
    #[arg(value_name = "ID")]
    letter: String,
    #[command(flatten)]
    word: Word,
    /// Name to record [default: $USER]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Word {
    /// The relay took it: never send it again
    #[arg(long)]
    sent: bool,
    /// The relay did not take it: send it again
    #[arg(long)]
    resend: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let by = args.by.as_deref().map_or_else(whoami, str::to_owned);
    if by.trim().is_empty() {
        return Err(Failure::msg(Exit::Usage, "--by is blank"));
    }
    let Some(_) = ledger::existing(&campaign)? else {
        return Err(Failure::msg(Exit::Refused, "there is no ledger")
            .help("nothing has been sent yet, or the ledger must be restored from a backup"));
    };
    let _lock = Lock::take(campaign.dir())?;
    let mut ledger = Ledger::open(campaign.dir(), &campaign.settings.id)?;
    let clock = SystemClock::new(Arc::default());
    // A killed run may have left the letter as offered; with the lock held no run is sending it.
    recover(&mut ledger, &clock::boot(), &clock, output)?;
    let entry = find(&ledger, &args.letter)?;
    if entry.state != State::Unknown {
        let what = format!("letter {} is {}", entry.id, entry.state.name());
        return Err(Failure::msg(Exit::Refused, what).help("only a letter whose outcome is unknown can be settled"));
    }

    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::msg(Exit::Refused, "there is no terminal to ask at").help("add --yes"));
        }
        let question = if args.word.sent {
            "Did the relay take it?"
        } else {
            "Did the relay not take it, and should it be sent again?"
        };
        let question = format!("{}\n{question}", about(&entry));
        match terminal::confirm(&question, &mut io::stdin().lock(), &mut io::stderr().lock())? {
            Answer::Yes => {}
            Answer::No => return Err(Failure::msg(Exit::Refused, "nothing was settled: the answer was not yes")),
        }
    }
    let settlement = if args.word.sent { Settlement::Sent } else { Settlement::Resend };
    ledger.settle(&entry.id, settlement, by.trim(), clock.now())?;

    let mut out = output.results();
    writeln!(out, "{}", safe::visible_lines(&about(&entry)))?;
    let by = safe::visible(by.trim());
    match settlement {
        Settlement::Sent => writeln!(out, "Settled: sent, according to {by}.")?,
        Settlement::Resend => {
            writeln!(out, "Settled: pending again, according to {by}. The next `openletter send` sends it.")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The name of the user at the keyboard.
fn whoami() -> String {
    std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_else(|_| "unknown user".into())
}

/// The letter with this id or, if there is none, the only one with this number.
fn find(ledger: &Ledger, wanted: &str) -> Result<Entry, Failure> {
    if let Some(entry) = ledger.entry(wanted)? {
        return Ok(entry);
    }
    let numbered =
        |entry: &Result<Entry, LedgerError>| entry.as_ref().map_or(true, |entry| wanted.parse() == Ok(entry.number));
    let mut found: Vec<Entry> = ledger.entries(&State::ALL).filter(numbered).collect::<Result<_, _>>()?;
    match (found.pop(), found.is_empty()) {
        (Some(entry), true) => Ok(entry),
        (Some(_), false) => Err(Failure::msg(Exit::Usage, format!("several letters have had the number {wanted}"))
            .help("use the id: `openletter status` shows it")),
        (None, _) => Err(Failure::msg(Exit::Usage, format!("letter {wanted} was never offered to the relay"))
            .help("`openletter status` shows ids and numbers")),
    }
}

/// What a person needs to find the letter in the relay's log.
fn about(entry: &Entry) -> String {
    let words = entry.answer.as_ref().map_or_else(|| "none".to_owned(), format_answer);
    [
        format!("letter       {} · {}", entry.number, entry.id),
        format!("to           {}", entry.to),
        format!("Message-ID   {}", entry.message_id),
        format!("since        {}", entry.at.strftime("%Y-%m-%d %H:%M:%SZ")),
        format!("last answer  {words}"),
    ]
    .join("\n")
}
