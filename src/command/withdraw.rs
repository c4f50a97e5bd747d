//! `withdraw`: takes a signatory out of the letter, and drafts a notice to whoever got it with their name.
//!
//! The name, the address and the id of whoever withdraws must never be printed, not even in an error, and never be in the name
//! of a file or in the notice.

use super::clock::{in_the_future, parse_day, today};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::successor::{create, earlier, free_folder, new_id};
use super::wording::{letters_of, program, shown};
use super::{campaign, ledger, outbox};
use crate::campaign::{Campaign, Leaver, Mode, Occasion, Succession, record_withdrawal};
use crate::ledger::{Entry, Lock, State};
use crate::message::parse::all_text;
use crate::private_file;
use crate::text::pluralize::numbered;
use jiff::civil::Date;
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter withdraw sig-04       the row with this id or address
  openletter withdraw --line 12    the row that begins on this line of the list
  openletter withdraw sig-04 --on 2018-01-20 --yes")]
pub(super) struct Args {
    /// The signatory, by the id or the address in the list
    #[arg(value_name = "ID", required_unless_present = "line")]
    signatory: Option<String>,
    /// The signatory whose row begins on this line of the list
    #[arg(long, value_name = "N", conflicts_with = "signatory")]
    line: Option<u32>,
    /// The day on which they withdrew [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    on: Option<Date>,
    /// Folder for the draft of the notice [default: a new one in the campaign's folder]
    #[arg(long, value_name = "DIR")]
    notice: Option<PathBuf>,
    /// Draft no notice
    #[arg(long, conflicts_with = "notice")]
    no_notice: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let file = &campaign.settings.signatories.file;
    let wanted = args.signatory.as_deref().ok_or(args.line.unwrap_or_default());
    let leaver = campaign.leaver(wanted).map_err(|findings| output.refuse(findings))?;
    let today = today(&campaign);
    let on = args.on.unwrap_or(today);
    if on > today {
        return Err(Failure::msg(Exit::Usage, in_the_future(on, &campaign)).help("give the day on which they withdrew"));
    }
    // A letter that is on its way now would not be in the notice.
    let _lock = Lock::take(campaign.dir())?;
    if let Some(ledger) = ledger::existing(&campaign)? {
        ledger::idle(&ledger)?;
    }
    let carried = Carried::by(&leaver, &campaign)?;
    let marked = match leaver.has_withdrawn {
        true => None,
        false => Some(leaver.marked(on).map_err(|findings| output.refuse(findings))?),
    };
    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::msg(Exit::Refused, "there is no terminal to ask for confirmation").help("add --yes"));
        }
        let question = format!(
            "Line {} of {file}: {}\nRecord that this signatory has withdrawn?",
            leaver.line(),
            carried.sentence(Ids::Counted)
        );
        output.confirm(&question, "nothing was changed")?;
    }

    // The record that keeps them out comes first: if the run is killed now, it can be run again.
    let mut key = [0; 32];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| Failure::msg(Exit::Disk, "cannot get random numbers from the system"))?;
    record_withdrawal(campaign.dir(), &leaver, on, &key).map_err(|finding| output.refuse([finding]))?;
    if let Some(bytes) = &marked {
        replace(&campaign.dir().join(file), bytes)?;
    }
    let mut out = output.results();
    match marked {
        Some(_) => writeln!(out, "{file}:{}: withdrawn on {on}", leaver.line())?,
        None => writeln!(out, "{file}:{}: withdrawn already", leaver.line())?,
    }
    let now = campaign::open(dir, output)?;
    let list = now.signatory_list();
    match list.sheet() {
        Some(_) => {
            let count = &list.roll.count;
            writeln!(out, "{} sign now: {} named, {} withheld", count.total, count.listed, count.withheld)?;
        }
        None => output.say("The list has errors, so nobody can be counted: run `openletter check`.")?,
    }
    output.out.say(&mut out, &carried.sentence(Ids::Listed))?;
    out.flush()?;
    if leaver.is_allowed(&now.settings.allow) {
        output
            .say("An entry of `allow` in [privacy] has a word of the name: remove it if it is about this signatory.")?;
    }
    if campaign.outbox().exists() {
        output.say(&format!(
            "The outbox was written before: run `{} write --force`, and review and approve the letters again.",
            program(dir)
        ))?;
    }
    if !args.no_notice && !carried.sent.is_empty() && carried.mode == Mode::Joint {
        notice(args, &now, carried, today, output)?;
    }
    Ok(Exit::Done)
}

/// Where the name is.
struct Carried {
    mode: Mode,
    /// How many letters of the outbox have it, and how many there are.
    outbox: (u64, u64),
    /// The letters that went out, or may have, with it.
    sent: Vec<Entry>,
    /// How many of these are of an earlier outbox, whose text is not kept.
    unread: u64,
}

impl Carried {
    fn by(leaver: &Leaver<'_>, campaign: &Campaign) -> Result<Carried, Failure> {
        let mut carried = Carried { mode: campaign.settings.mode, outbox: (0, 0), sent: Vec::new(), unread: 0 };
        let ledger = ledger::existing(campaign)?;
        let mut named = HashMap::new();
        // After `purge` there may be claims only.
        if let Ok(Some(outbox)) = outbox::existing(campaign) {
            for letter in outbox.letters()? {
                let letter = letter?;
                // A letter that cannot be read may have the name: no damage may stop a withdrawal.
                let is_named = match carried.mode {
                    Mode::Joint => outbox.read(&letter).map_or(true, |bytes| leaver.is_named_in(&all_text(&bytes))),
                    Mode::Individual => leaver.has_id(outbox::writer(&letter.id)),
                };
                carried.outbox.0 += u64::from(is_named);
                carried.outbox.1 += 1;
                named.insert(letter.digest, is_named);
            }
        }
        let sent = [State::Accepted, State::Unknown, State::Offered];
        for entry in ledger.iter().flat_map(|ledger| ledger.entries(&sent)) {
            let entry = entry?;
            let is_named = match carried.mode {
                Mode::Joint => named.get(&entry.digest).copied(),
                Mode::Individual => Some(leaver.has_id(outbox::writer(&entry.id))),
            };
            carried.unread += u64::from(is_named.is_none());
            if is_named.unwrap_or(true) {
                carried.sent.push(entry);
            }
        }
        Ok(carried)
    }

    /// Where the name is; `ids` also lists the letters that were sent.
    fn sentence(&self, ids: Ids) -> String {
        let (with, all) = self.outbox;
        let outbox = match (with, all) {
            (_, 0) => "there is no outbox".to_owned(),
            (0, _) => "no letter of the outbox has the name".to_owned(),
            (with, all) => format!(
                "{with} of {} in the outbox {} the name",
                letters_of(all),
                if with == 1 { "has" } else { "have" }
            ),
        };
        let letters = letters_of(self.sent.len() as u64);
        // In individual mode the ids of these letters have the supporter's.
        let sent = match ids {
            _ if self.sent.is_empty() => "no letter with it was sent".to_owned(),
            Ids::Listed if self.mode == Mode::Joint => {
                let more = self.sent.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let shown: Vec<&str> = self.sent.iter().take(SHOWN).map(|entry| &*entry.id).collect();
                format!("{letters} with it went to {}{more}", shown.join(", "))
            }
            Ids::Listed | Ids::Counted => format!("{letters} with it went out"),
        };
        let unread = match self.unread {
            0 => String::new(),
            unread => format!(" ({} of an earlier outbox, whose text is not kept, may have it)", letters_of(unread)),
        };
        format!("{outbox}; {sent}{unread}.")
    }
}

/// Whether a sentence lists letters or counts them.
#[derive(Clone, Copy)]
enum Ids {
    Listed,
    Counted,
}

/// How many ids a sentence lists.
const SHOWN: usize = 20;

/// Drafts the notice to the recipients of the letters that carried the name.
fn notice(args: &Args, campaign: &Campaign, carried: Carried, today: Date, output: &Output) -> Result<(), Failure> {
    let Some(ledger) = ledger::existing(campaign)? else { return Ok(()) };
    let outbox = outbox::existing(campaign).unwrap_or(None);
    let earlier = earlier(campaign, &ledger, outbox.as_ref(), carried.sent)?;
    let folder = match &args.notice {
        Some(folder) if campaign.dir() == Path::new(".") => folder.clone(),
        Some(folder) => campaign.dir().join(folder),
        None => PathBuf::from(shown(campaign, &free_folder(campaign.dir(), &format!("notice-{today}")))),
    };
    let about = "A notice to the recipients of an earlier letter: its list of signatories is replaced by the one below the notice.\n\
                 Edit templates/, then run check, write, approve and send in this folder.";
    let plan = Succession {
        occasion: Occasion::Replacement,
        folder: &folder,
        id: new_id(campaign, "notice")?,
        date: today,
        earlier: &earlier,
        about: about.to_owned(),
    };
    let ids = create(campaign, &plan, output)?;
    let missing = earlier.keys().filter(|id| !ids.contains(id)).count();
    if missing > 0 {
        let are = match missing {
            1 => "1 recipient of these letters is not".to_owned(),
            _ => format!("{missing} recipients of these letters are not"),
        };
        output.say(&format!(
            "{are} in the list any more: write to them yourself. The ledger has their addresses: `{} status`.",
            program(campaign.dir())
        ))?;
    }
    if !ids.is_empty() {
        output.say(&format!(
            "Drafted a notice to {}: {}{}. Next: {} check",
            numbered(ids.len() as u64, "recipient"),
            shown(campaign, &folder),
            std::path::MAIN_SEPARATOR,
            program(&folder)
        ))?;
    }
    Ok(())
}

/// Replaces the list, whole or not at all. It may be a link to a file elsewhere.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let path = fs::canonicalize(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(private_file::replace(path.parent().unwrap_or(Path::new(".")), &name, bytes)?)
}
