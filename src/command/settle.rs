//! `settle`: records a person's decision on letters whose outcome is unknown, that were rejected, or that must not be sent.
//!
//! It must never change an accepted letter, or one that is being sent: it holds the lock.

use super::clock::{self, SystemClock};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::send::recover;
use super::shards::{self, ShardArg};
use super::status::format_answer;
use super::{approver, campaign, ledger, outbox};
use crate::campaign::Campaign;
use crate::delivery::{self, Clock};
use crate::ledger::{Entry, Ledger, Settlement, State};
use crate::message::identity::split_letter_id;
use crate::terminal::safe;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter settle okafor --sent --by \"Ada Example\"
  openletter settle --all-unknown --sent
  openletter settle 3 --resend --yes    also once a rejected address is fixed
  openletter settle okafor brandt --drop
  openletter settle --from delivered.txt --sent    ids from a file, one a line")]
pub(super) struct Args {
    /// The letters, by id or number
    #[arg(value_name = "ID", required_unless_present_any = ["all_unknown", "from"])]
    letters: Vec<String>,
    /// Also the letters that this file lists, one id a line; - reads them from standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Settle letters of this shard, as 2/5
    #[arg(long, value_name = "I/N", value_parser = shards::parse)]
    shard: Option<ShardArg>,
    /// All letters whose outcome is unknown
    #[arg(long, conflicts_with_all = ["letters", "from"])]
    all_unknown: bool,
    #[command(flatten)]
    decision: Decision,
    /// Name to record [default: your login name]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Decision {
    /// The relay accepted it: never send it again
    #[arg(long)]
    sent: bool,
    /// The relay did not accept it: send it again
    #[arg(long)]
    resend: bool,
    /// Never send it
    #[arg(long)]
    drop: bool,
}

impl Decision {
    fn settlement(&self) -> Settlement {
        match (self.sent, self.resend) {
            (true, _) => Settlement::Sent,
            (_, true) => Settlement::Resend,
            _ => Settlement::Drop,
        }
    }
}

/// A letter to settle.
enum Letter {
    /// It was offered before.
    Known(Entry),
    /// The relay refused its address, which is also its id, and the outbox has no letter to it any more: the letter to the
    /// corrected address has an id of its own, and this one can only be dropped.
    Replaced(Entry),
    /// It was never offered: it can only be dropped.
    Unseen(crate::outbox::Entry),
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let by = args.by.clone().or_else(approver::login_name).unwrap_or_default();
    if by.trim().is_empty() {
        return Err(Failure::msg(Exit::Usage, "the decision needs a name").help("--by \"Your Name\""));
    }
    let shard = args.shard.map(ShardArg::shard).transpose()?;
    let Some(_) = ledger::existing_of(&campaign, shard)? else {
        return Err(Failure::msg(Exit::Refused, "there is no ledger here")
            .help("either nothing has been sent yet, or it must be restored from a backup"));
    };
    let place = ledger::place_of(&campaign, shard)?;
    let _lock = place.lock()?;
    let clock = SystemClock::new(Arc::default());
    let mut ledger = place.open_to_write(clock.now())?;
    // A run that was killed may have left the letter as offered; with the lock held it is not under way.
    recover(&mut ledger, &clock::boot(), &clock, output)?;
    if let Ok(Some(outbox)) = outbox::existing(&campaign) {
        ledger::take_over(&mut ledger, &outbox, clock.now())?;
    }
    let settlement = args.decision.settlement();
    let letters = chosen(args, &campaign, &ledger, settlement)?;
    let replaced: Vec<&str> = letters.iter().filter(|letter| letter.is_replaced()).map(Letter::id).collect();
    if !replaced.is_empty() {
        output.say(&format!(
            "The outbox has no letter to these addresses any more: {}. Without an `id` column a letter is known by its \
             address, so a corrected address is a new letter, which `openletter send` sends. The old ones are dropped.",
            replaced.join(", ")
        ))?;
    }
    if letters.is_empty() {
        output.note("No letter's outcome is unknown.")?;
        return Ok(Exit::Done);
    }
    let addresses = if settlement == Settlement::Resend { addresses(&letters, &campaign)? } else { HashMap::new() };
    let list: Vec<String> = letters.iter().map(|letter| about(letter, addresses.get(letter.id()))).collect();
    if !args.yes {
        confirm(&list, settlement, output)?;
    }
    let by = by.trim();
    for letter in &letters {
        let now = clock.now();
        let settled = match letter {
            Letter::Known(entry) => ledger.settle(&entry.id, settlement, by, now),
            Letter::Replaced(entry) => ledger.settle(&entry.id, Settlement::Drop, by, now),
            Letter::Unseen(entry) => ledger.cancel(&delivery::claim(entry), by, now),
        };
        settled?;
    }

    let mut out = output.results();
    // Whoever was asked has seen them.
    if args.yes {
        writeln!(out, "{}", safe::visible_lines(&list.join("\n\n")))?;
    }
    let what = match settlement {
        Settlement::Resend if replaced.len() == letters.len() => "dropped: replaced by a letter to another address",
        Settlement::Sent => "accepted: never sent again",
        Settlement::Resend => "pending again: the next `openletter send` sends it",
        Settlement::Drop => "dropped: never sent",
    };
    writeln!(out, "Settled as {what}. Decided by {}.", safe::visible(by))?;
    out.flush()?;
    Ok(Exit::Done)
}

/// The letters that the command names, if all of them can be settled in this way.
fn chosen(args: &Args, campaign: &Campaign, ledger: &Ledger, settlement: Settlement) -> Result<Vec<Letter>, Failure> {
    if args.all_unknown {
        let unknown = ledger.entries(&[State::Unknown]).map(|entry| entry.map(Letter::Known));
        return Ok(unknown.collect::<Result<_, _>>()?);
    }
    let listed = args.from.as_deref().map(listed).transpose()?.unwrap_or_default();
    let mut letters: Vec<Letter> = Vec::new();
    for wanted in args.letters.iter().chain(&listed) {
        let letter = match unseen(wanted, campaign, ledger).filter(|_| settlement == Settlement::Drop) {
            Some(letter) => {
                shards::holds(shards::of_ledger(ledger), letter.id())?;
                letter
            }
            None => Letter::Known(ledger::find(ledger, wanted, campaign.settings.edition)?),
        };
        if let Letter::Known(entry) = &letter
            && !settlement.from().contains(&entry.state)
        {
            let what = format!("letter {} is {}", entry.id, entry.state.name());
            let states: Vec<_> = settlement.from().iter().map(|state| state.name()).collect();
            let help = format!("only letters that are {} can be settled this way", states.join(" or "));
            return Err(Failure::msg(Exit::Refused, what).help(help));
        }
        if letters.iter().any(|other| other.id() == letter.id()) {
            continue;
        }
        letters.push(match letter {
            Letter::Known(entry) if settlement == Settlement::Resend && is_replaced(&entry, campaign)? => {
                Letter::Replaced(entry)
            }
            letter => letter,
        });
    }
    Ok(letters)
}

/// The ids in a file, one a line; `-` is standard input.
fn listed(file: &Path) -> Result<Vec<String>, Failure> {
    let text = match file.to_str() {
        Some("-") => io::read_to_string(io::stdin()),
        _ => std::fs::read_to_string(file),
    };
    let text = text.map_err(|error| {
        let error = anyhow::Error::new(error).context(format!("cannot read {}", file.display()));
        Failure::new(Exit::Usage, error)
    })?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let ids: Vec<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    match ids.is_empty() {
        true => Err(Failure::msg(Exit::Usage, format!("{} lists no letter", file.display()))),
        false => Ok(ids),
    }
}

/// Whether a rejected letter of a list without an `id` column has no letter in the outbox any more.
fn is_replaced(entry: &Entry, campaign: &Campaign) -> Result<bool, Failure> {
    if entry.state != State::Rejected || !entry.id.eq_ignore_ascii_case(&entry.to) {
        return Ok(false);
    }
    let Some(outbox) = outbox::existing(campaign)? else { return Ok(false) };
    for letter in outbox.letters()? {
        if letter?.id == entry.id {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A letter of the outbox that was never offered, by id or number.
fn unseen(wanted: &str, campaign: &Campaign, ledger: &Ledger) -> Option<Letter> {
    let outbox = outbox::existing(campaign).ok()??;
    let is_named = |id: &str| id == wanted || split_letter_id(id).0 == wanted;
    let is_wanted = |entry: &crate::outbox::Entry| is_named(&entry.id) || wanted.parse() == Ok(entry.number);
    let entry = outbox.letters().ok()?.flatten().find(is_wanted)?;
    match ledger.entry(&entry.id) {
        Ok(None) => Some(Letter::Unseen(entry)),
        _ => None,
    }
}

fn confirm(list: &[String], settlement: Settlement, output: &Output) -> Result<(), Failure> {
    if !output.can_ask() {
        return Err(Failure::msg(Exit::Refused, "there is no terminal to ask for confirmation").help("add --yes"));
    }
    let question = match settlement {
        Settlement::Sent => "Record as sent?",
        Settlement::Resend => "Send again?",
        Settlement::Drop => "Never send?",
    };
    let question = format!("{}\n{question}", list.join("\n\n"));
    output.confirm(&question, "nothing was settled")
}

impl Letter {
    fn is_replaced(&self) -> bool {
        matches!(self, Letter::Replaced(_))
    }

    fn id(&self) -> &str {
        match self {
            Letter::Known(entry) | Letter::Replaced(entry) => &entry.id,
            Letter::Unseen(entry) => &entry.id,
        }
    }
}

/// The addresses to which these letters go if they are sent again, by their ids.
fn addresses(letters: &[Letter], campaign: &Campaign) -> Result<HashMap<String, String>, Failure> {
    // A damaged outbox keeps nobody from settling.
    let Ok(Some(outbox)) = outbox::existing(campaign) else { return Ok(HashMap::new()) };
    let ids: HashSet<&str> = letters.iter().map(Letter::id).collect();
    let mut addresses = HashMap::new();
    for letter in outbox.letters()? {
        let letter = letter?;
        if ids.contains(&*letter.id) {
            addresses.insert(letter.id, letter.envelope.to.to_string());
        }
    }
    Ok(addresses)
}

/// What a person needs to find the letter in the relay's log.
fn about(letter: &Letter, now_to: Option<&String>) -> String {
    let (number, id, to, message_id) = match letter {
        Letter::Known(entry) | Letter::Replaced(entry) => {
            (entry.number, &entry.id, entry.to.clone(), &entry.message_id)
        }
        Letter::Unseen(entry) => (entry.number, &entry.id, entry.envelope.to.to_string(), &entry.message_id),
    };
    let mut lines = vec![format!("letter       {number} · {id}"), format!("to           {to}")];
    lines.extend(now_to.filter(|address| **address != to).map(|address| format!("from now on  {address}")));
    lines.push(format!("Message-ID   {message_id}"));
    if let Letter::Known(entry) | Letter::Replaced(entry) = letter {
        let words = entry.answer.as_ref().map_or_else(|| "none".to_owned(), format_answer);
        lines.push(format!("since        {}", entry.at.strftime("%Y-%m-%d %H:%M:%SZ")));
        lines.push(format!("last answer  {words}"));
    }
    lines.join("\n")
}
