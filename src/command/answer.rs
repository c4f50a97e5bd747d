//! `answer`: records what came back to letters, beside their states.
//!
//! It must never change a state, record an answer to a letter that was not sent, or print a note.

mod batch;

use super::clock::{SystemClock, in_the_future, parse_day, today};
use super::exit::{Exit, Failure};
use super::output::Output;
use super::{approver, campaign, ledger};
use crate::campaign::Campaign;
use crate::delivery::Clock;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::own;
use crate::ledger::{Entry, Ledger, NewResponse, ResponseKind, State};
use crate::terminal::safe;
use crate::text::characters::{TextUse, refused};
use clap::builder::PossibleValuesParser;
use jiff::civil::Date;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter answer okafor --kind reply --on 2018-01-20
  openletter answer okafor brandt --kind bounced --note \"mailbox closed\"
  openletter answer 3 --kind none            it was not an answer to this letter
  openletter answer --from answers.csv       columns: id, kind, on, note")]
pub(super) struct Args {
    /// The letters, by id, number or address
    #[arg(value_name = "ID", required_unless_present = "from", requires = "kind")]
    letters: Vec<String>,
    /// What came back; none takes back what was recorded
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(kinds()), requires = "letters")]
    kind: Option<String>,
    /// The day on which it came, as in 2018-01-20 [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    on: Option<Date>,
    /// A remark; `record` leaves it out unless it is asked for it
    #[arg(long, value_name = "TEXT", requires = "letters")]
    note: Option<String>,
    /// Record the answers in this list: CSV with the columns id, kind, on and note; - reads it from standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["letters", "kind", "note"])]
    from: Option<PathBuf>,
    /// Name to record [default: your login name]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// The word that takes back what was recorded.
const NONE: &str = "none";

fn kinds() -> Vec<&'static str> {
    ResponseKind::ALL.map(ResponseKind::name).into_iter().chain([NONE]).collect()
}

/// An answer as a person gave it.
struct Given {
    /// Where it is, in a list.
    place: Option<Place>,
    letter: String,
    kind: Option<ResponseKind>,
    on: Option<Date>,
    note: Option<String>,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let by = args.by.clone().or_else(approver::login_name).unwrap_or_default();
    if by.trim().is_empty() {
        return Err(Failure::msg(Exit::Usage, "the answer needs the name of who records it").help("--by \"Your Name\""));
    }
    let given = match &args.from {
        Some(file) => batch::read(file).map_err(|findings| output.refuse(findings))?,
        None => {
            let kind = args.kind.as_deref().and_then(ResponseKind::named);
            let one = |letter: &String| Given {
                place: None,
                letter: letter.clone(),
                kind,
                on: None,
                note: args.note.clone(),
            };
            args.letters.iter().map(one).collect()
        }
    };
    let Some(_) = ledger::existing(&campaign)? else {
        return Err(Failure::msg(
            Exit::Refused,
            "there is no ledger here: nothing has been sent, so nothing was answered",
        )
        .help("go to the folder from which the letters were sent, or name it with -C"));
    };
    refuse_private(&campaign, &given, output)?;
    let place = ledger::place(&campaign)?;
    let _lock = place.lock()?;
    let clock = SystemClock::new(Arc::default());
    let mut ledger = place.open_to_write(clock.now())?;
    let today = today(&campaign);
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for given in &given {
        let on = given.on.or(args.on).unwrap_or(today);
        match answered(&ledger, &campaign, given, on, today) {
            Ok(entry) => found.push((entry, given, on)),
            Err((what, help)) => wrong.push((given, what, help)),
        }
    }
    if let Some((first, what, help)) = wrong.first() {
        if first.place.is_some() {
            let finding = |(given, what, help): &(&Given, String, &'static str)| {
                let finding = Finding::new(Code::AnswerRow, own(what.clone())).help(*help);
                given.place.iter().fold(finding, |finding, place| finding.at(place.clone()))
            };
            return Err(output.refuse(wrong.iter().map(finding)));
        }
        return Err(Failure::msg(Exit::Usage, what.clone()).help(*help));
    }
    let new = |(entry, given, on): &(Entry, &Given, Date)| (entry.id.clone(), given.kind, *on, given.note.clone());
    let owned: Vec<_> = found.iter().map(new).collect();
    let responses: Vec<NewResponse<'_>> = owned
        .iter()
        .map(|(letter, kind, on, note)| NewResponse { letter, kind: *kind, on: *on, note: note.as_deref() })
        .collect();
    ledger.respond(&responses, by.trim(), clock.now())?;
    report(&found, by.trim(), output)
}

/// Refuses a note that names somebody who is not shown: the ledger holds nothing of signatories.
fn refuse_private(campaign: &Campaign, given: &[Given], output: &Output) -> Result<(), Failure> {
    let notes = || given.iter().filter_map(|given| given.note.as_deref().map(|note| (given, note)));
    for (_, note) in notes() {
        let what = match refused(note, TextUse::Cell) {
            Some(refused) => format!("a note contains {refused}"),
            None if note.chars().nth(NOTE).is_some() => format!("a note has more than {NOTE} characters"),
            None => continue,
        };
        return Err(Failure::msg(Exit::Usage, what).help("write it in one line, and shorter"));
    }
    if notes().next().is_none() {
        return Ok(());
    }
    let list = campaign.signatory_list();
    let findings = notes().filter(|(_, note)| list.names_someone(note)).map(|(given, _)| {
        let what = "a note is private data of somebody who is not shown, or could not be searched";
        let finding = Finding::new(Code::Leak, what).help("write it without the name; nothing was recorded");
        given.place.iter().fold(finding, |finding, place| finding.at(place.clone()))
    });
    let findings: Vec<_> = findings.collect();
    if findings.is_empty() { Ok(()) } else { Err(output.refuse(findings)) }
}

/// How long a note may be, in characters.
const NOTE: usize = 1_000;

/// The letter that was answered, or why it cannot have been and what to do.
fn answered(
    ledger: &Ledger,
    campaign: &Campaign,
    given: &Given,
    on: Date,
    today: Date,
) -> Result<Entry, (String, &'static str)> {
    let entry = ledger::find(ledger, &given.letter, campaign.settings.edition).map_err(|failure| {
        // A cell of a list may be anything.
        let what = match given.place {
            Some(_) => "there is no letter with this id, number or address, or several have had the number".to_owned(),
            None => failure.error.map_or_else(String::new, |error| error.to_string()),
        };
        (what, "`openletter status` shows ids, numbers and addresses")
    })?;
    if !matches!(entry.state, State::Accepted | State::Unknown) {
        let what =
            format!("letter {} is {}: it was not sent, so it cannot have been answered", entry.id, entry.state.name());
        return Err((what, "check the id; `openletter status` shows what was sent"));
    }
    if on > today {
        return Err((in_the_future(on, campaign), "give the day on which the answer came, such as --on 2018-01-20"));
    }
    let sent = entry.at.to_zoned_datetime(campaign.settings.timezone.clone()).date();
    // A person may have settled it days after it was sent.
    if on < sent && matches!(&entry.answer, Some(answer) if answer.code.is_some()) {
        return Err((format!("{on} is before {} was sent, on {sent}", entry.id), "correct the date of the answer"));
    }
    Ok(entry)
}

fn report(found: &[(Entry, &Given, Date)], by: &str, output: &Output) -> Result<Exit, Failure> {
    let mut out = output.results();
    for (entry, given, on) in found {
        match given.kind {
            Some(kind) => writeln!(out, "{}: {} on {on}", safe::visible(&entry.id), kind.name())?,
            None => writeln!(out, "{}: no answer; what was recorded is taken back", safe::visible(&entry.id))?,
        }
    }
    writeln!(out, "Recorded by {}.", safe::visible(by))?;
    out.flush()?;
    let unknown: Vec<&str> =
        found.iter().filter(|(entry, ..)| entry.state == State::Unknown).map(|(entry, ..)| &*entry.id).collect();
    if !unknown.is_empty() {
        output.say(&format!(
            "The outcome of {} is unknown. If the answer shows that it arrived, run `openletter settle {} --sent`.",
            unknown.join(", "),
            unknown.join(" ")
        ))?;
    }
    Ok(Exit::Done)
}
