//! `settle`: a person's word on a letter whose outcome is unknown.
//!
//! It must never settle a letter whose outcome the relay has told, nor one that is on its way: that is what the lock is
//! for.

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::send::recover;
use super::status::said;
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
    /// Whose word it is; whoever is at the keyboard unless said
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask
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
        return Err(Failure::said(Exit::Usage, "--by names nobody"));
    }
    let Some(_) = ledger::existing(&campaign)? else {
        return Err(Failure::said(Exit::Refused, "there is no ledger here")
            .help("either nothing has been sent yet, or it must be brought back from a copy"));
    };
    let _lock = Lock::take(campaign.dir())?;
    let mut ledger = Ledger::open(campaign.dir(), &campaign.settings.id)?;
    let clock = SystemClock::new(Arc::default());
    // A run that was killed may have left the letter as offered; with the lock held it is not under way.
    recover(&mut ledger, &clock::boot(), &clock, output)?;
    let entry = find(&ledger, &args.letter)?;
    if entry.state != State::Unknown {
        let what = format!("letter {} is {}", entry.id, entry.state.name());
        return Err(Failure::said(Exit::Refused, what).help("only a letter whose outcome is unknown can be settled"));
    }

    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::said(Exit::Refused, "nobody is there to ask").help("add --yes"));
        }
        let question = if args.word.sent { "It was sent?" } else { "It was not sent, and is to be sent again?" };
        let question = format!("{}\n{question}", about(&entry));
        match terminal::confirm(&question, &mut io::stdin().lock(), &mut io::stderr().lock())? {
            Answer::Yes => {}
            Answer::No => return Err(Failure::said(Exit::Refused, "nothing was settled: the answer was not yes")),
        }
    }
    let settlement = if args.word.sent { Settlement::Sent } else { Settlement::Resend };
    ledger.settle(&entry.id, settlement, by.trim(), clock.now())?;

    let mut out = output.results();
    writeln!(out, "{}", safe::visible_lines(&about(&entry)))?;
    let by = safe::visible(by.trim());
    match settlement {
        Settlement::Sent => writeln!(out, "Settled: it was sent, by the word of {by}.")?,
        Settlement::Resend => {
            writeln!(out, "Settled: it is pending again, by the word of {by}. The next `openletter send` sends it.")?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The name to approve by: whoever is at the keyboard.
fn whoami() -> String {
    std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_else(|_| "whoever is at the terminal".into())
}

/// The letter with this id or, where none has it, the only one with this number.
fn find(ledger: &Ledger, wanted: &str) -> Result<Entry, Failure> {
    if let Some(entry) = ledger.entry(wanted)? {
        return Ok(entry);
    }
    let numbered =
        |entry: &Result<Entry, LedgerError>| entry.as_ref().map_or(true, |entry| wanted.parse() == Ok(entry.number));
    let mut found: Vec<Entry> = ledger.entries(&State::ALL).filter(numbered).collect::<Result<_, _>>()?;
    match (found.pop(), found.is_empty()) {
        (Some(entry), true) => Ok(entry),
        (Some(_), false) => {
            Err(Failure::said(Exit::Usage, format!("more than one letter has had the number {wanted}"))
                .help("name it by its id: `openletter status` shows both"))
        }
        (None, _) => Err(Failure::said(Exit::Usage, format!("no letter {wanted} was ever offered"))
            .help("`openletter status` shows ids and numbers")),
    }
}

/// What a person needs to know to find the letter in the relay's log.
fn about(entry: &Entry) -> String {
    let words = entry.answer.as_ref().map_or_else(|| "nothing".to_owned(), said);
    [
        format!("letter       {} · {}", entry.number, entry.id),
        format!("to           {}", entry.to),
        format!("Message-ID   {}", entry.message_id),
        format!("since        {}", entry.at.strftime("%Y-%m-%d %H:%M:%SZ")),
        format!("last words   {words}"),
    ]
    .join("\n")
}
