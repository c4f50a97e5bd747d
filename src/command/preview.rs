//! `preview`: the letters in the terminal as they will be read; nothing is written or sent.
//!
//! What is shown is read back from the finished bytes, by the rules a mail program reads them by.

mod pager;
mod window;

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use crate::campaign::Campaign;
use crate::diagnostics::finding::{Severity, nearest};
use crate::message::Letter;
use crate::message::parse::Reading;
use crate::terminal;
use crate::terminal::{Change, Column, LetterView, Listing, Rows, Terminal, safe};
use pager::Paged;
use serde_json::json;
use similar::{ChangeTag, TextDiff};
use std::io::Write;
use std::path::Path;
use window::Window;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter preview                 the first letter
  openletter preview okafor-ceo 3    letters by id or number
  openletter preview --list          a line for each letter
  openletter preview --diff 1 2      what differs between two letters
  openletter preview 3 --part html   a letter in the browser")]
pub(super) struct Args {
    /// Letters to show, by id or number; without any, the first
    #[arg(value_name = "ID")]
    letters: Vec<String>,
    /// Show all letters; on a terminal through $PAGER, else less, where they are longer than the screen
    #[arg(long, conflicts_with_all = ["letters", "diff"])]
    all: bool,
    /// Show a line for each letter
    #[arg(long, conflicts_with_all = ["all", "part", "diff"])]
    list: bool,
    /// What to show of a letter
    ///
    /// The browser gets a copy in the temporary folder that nobody else can read, and that is removed when it is read. One that
    /// is kept from that folder, as some packages of browsers are, can be given another in TMPDIR.
    #[arg(long, value_name = "PART", default_value = "text")]
    part: Part,
    /// Show what differs between two letters
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "letters")]
    diff: Option<Vec<String>>,
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "list")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The headers and the text part
    Text,
    /// The HTML part: on a terminal in the browser, $BROWSER if it is set; elsewhere as it is written
    Html,
    /// The whole message, as it is sent
    Source,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    if args.list {
        return list(args, &campaign, output);
    }
    if let Some(pair) = &args.diff {
        return diff(pair, args.part, &campaign, output);
    }
    if args.part == Part::Html && output.out.is_terminal() && output.can_ask() {
        return browse(args, &campaign, output);
    }
    let rows = terminal::rows().filter(|_| args.all);
    let page = if rows.is_some() { output.out.behind_a_pager() } else { output.out.clone() };
    let mut out = Paged::new(rows, output.results());
    let first_alone = args.letters.is_empty() && !args.all;
    let wanted = Wanted::new(&args.letters);
    let mut total = None;
    let seen = each_letter(&campaign, wanted, first_alone, |letter| {
        let mut count = || *total.get_or_insert_with(|| campaign.count_letters());
        show(letter, &mut count, args.part, &page, &mut out)
    })?;
    out.finish()?;
    finish(&seen, output)
}

/// The letters asked for; none asked for means all.
struct Wanted {
    names: Vec<String>,
    found: Vec<bool>,
    /// For each name the nearest id so far, with how far it is from it.
    near: Vec<Option<(usize, String)>>,
}

impl Wanted {
    fn new(names: &[String]) -> Self {
        Wanted { names: names.to_vec(), found: vec![false; names.len()], near: vec![None; names.len()] }
    }

    fn takes(&mut self, letter: &Letter) -> bool {
        let number = letter.number.to_string();
        let mut takes = self.names.is_empty();
        for ((name, found), near) in self.names.iter().zip(&mut self.found).zip(&mut self.near) {
            if *name == letter.id || *name == number {
                *found = true;
                takes = true;
            } else if let Some(distance) = nearness(name, &letter.id)
                && near.as_ref().is_none_or(|(best, _)| distance < *best)
            {
                *near = Some((distance, letter.id.clone()));
            }
        }
        takes
    }

    fn is_complete(&self) -> bool {
        !self.names.is_empty() && self.found.iter().all(|found| *found)
    }

    fn missing(self) -> Vec<Missing> {
        let all = self.names.into_iter().zip(self.near).zip(self.found);
        let missing = all.filter(|(_, found)| !found);
        missing.map(|((name, near), _)| Missing { name, near: near.map(|(_, id)| id) }).collect()
    }
}

/// What came of making the letters.
struct Seen {
    tally: Tally,
    /// Whether a letter was shown.
    is_shown: bool,
    missing: Vec<Missing>,
}

/// A letter that was asked for and is not there, with the nearest id.
struct Missing {
    name: String,
    near: Option<String>,
}

/// How far an id is from what was typed; `None` where it cannot be meant. Who types a part of an id means it.
fn nearness(typed: &str, id: &str) -> Option<usize> {
    let is_part = typed.chars().count() >= 3 && id.to_lowercase().contains(&typed.to_lowercase());
    match nearest(typed, [id]) {
        _ if is_part => Some(id.chars().count().abs_diff(typed.chars().count())),
        near => near.map(|near| strsim::damerau_levenshtein(typed, near)),
    }
}

/// Makes the letters one by one and hands over those that are wanted; stops as soon as it has them all.
fn each_letter(
    campaign: &Campaign,
    mut wanted: Wanted,
    first_alone: bool,
    mut take: impl FnMut(&Letter) -> Result<(), Failure>,
) -> Result<Seen, Failure> {
    let mut letters = campaign.letters();
    let (mut tally, mut is_shown) = (Tally::default(), false);
    tally.add(letters.take_findings());
    for step in letters.by_ref() {
        tally.add(step.findings);
        let Some(letter) = step.letter.filter(|letter| wanted.takes(letter)) else { continue };
        take(&letter)?;
        is_shown = true;
        if first_alone || wanted.is_complete() {
            return Ok(Seen { tally, is_shown, missing: Vec::new() });
        }
    }
    tally.add(letters.finish());
    Ok(Seen { tally, is_shown, missing: wanted.missing() })
}

/// Reports what came up besides the letters, below a letter in one line, and gives the exit code.
fn finish(seen: &Seen, output: &Output) -> Result<Exit, Failure> {
    let Seen { tally, is_shown, missing } = seen;
    let has_warnings = tally.findings.count(Severity::Warning) > 0;
    match terminal::summary(&output.err, &tally.findings) {
        _ if !is_shown => output.findings(tally)?,
        counts if tally.errors > 0 => output.say(&format!("{counts}: `openletter check` shows them"))?,
        counts if has_warnings => output.note(&format!("{counts}: `openletter check` shows them"))?,
        _ => {}
    }
    if !missing.is_empty() && tally.errors == 0 {
        let names: Vec<&str> = missing.iter().map(|missing| missing.name.as_str()).collect();
        let near: Vec<&str> = missing.iter().filter_map(|missing| missing.near.as_deref()).collect();
        let failure = Failure::msg(Exit::Usage, format!("there is no letter {}", names.join(", ")));
        return Err(match near.as_slice() {
            [] => failure.help("`openletter preview --list` shows ids and numbers"),
            near => failure.help(format!("did you mean {}?", near.join(", "))),
        });
    }
    Ok(tally.exit())
}

/// Opens the letters in the browser, and stays until they are read.
fn browse(args: &Args, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    if args.all {
        return Err(Failure::msg(Exit::Usage, "the browser is opened for letters that are named, not for all")
            .help("`openletter write` makes a page that shows them all: outbox/review.html"));
    }
    let mut window = None;
    let wanted = Wanted::new(&args.letters);
    let seen = each_letter(campaign, wanted, args.letters.is_empty(), |letter| {
        let html = html(letter, Reading::of(&letter.bytes))?;
        let window = match &mut window {
            Some(window) => window,
            none => none.insert(Window::open()?),
        };
        window.show(letter.number, &html, output)
    })?;
    let exit = finish(&seen, output);
    match window.map(|window| window.wait(output)).transpose()? {
        Some(Exit::Interrupted) => Ok(Exit::Interrupted),
        _ => exit,
    }
}

fn html(letter: &Letter, reading: Reading) -> Result<String, Failure> {
    reading.html.ok_or_else(|| Failure::msg(Exit::Usage, format!("letter {} has no HTML part", letter.number)))
}

/// Writes the part asked for. How many letters there are is counted only where it is told.
fn show(
    letter: &Letter,
    total: &mut dyn FnMut() -> u32,
    part: Part,
    page: &Terminal,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reading = Reading::of(&letter.bytes);
    match part {
        Part::Text => terminal::letter(page, out, &view(letter, reading, total()))?,
        Part::Html => raw(&html(letter, reading)?, page, out)?,
        Part::Source => match page.is_terminal() {
            true => raw(&String::from_utf8_lossy(&letter.bytes).replace("\r\n", "\n"), page, out)?,
            // Into a file it goes byte for byte.
            false => out.write_all(&letter.bytes)?,
        },
    }
    Ok(())
}

fn view(letter: &Letter, reading: Reading, total: u32) -> LetterView {
    LetterView { number: letter.number, total, id: letter.id.clone(), headers: reading.headers, body: reading.text }
}

/// Text that is shown as it is: on a terminal nothing in it may steer it.
fn raw(text: &str, page: &Terminal, out: &mut dyn Write) -> Result<(), Failure> {
    match page.is_terminal() {
        true => writeln!(out, "{}", safe::visible_lines(text.trim_end_matches('\n')))?,
        false => write!(out, "{text}")?,
    }
    Ok(())
}

fn list(args: &Args, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let mut out = output.results();
    let columns = [
        Column::number("number"),
        Column::text("id"),
        Column::text("to"),
        Column::text("subject"),
        Column::number("octets"),
    ];
    let line = |letter: &Letter| {
        let to = Reading::of(&letter.bytes).headers.into_iter().find(|(name, _)| name == "To");
        [
            letter.number.to_string(),
            letter.id.clone(),
            to.map(|(_, value)| value).unwrap_or_default(),
            letter.subject.clone(),
            letter.bytes.len().to_string(),
        ]
    };
    let wanted = Wanted::new(&args.letters);
    let seen = match args.format {
        Format::Json => {
            let mut first = true;
            write!(out, "[")?;
            let seen = each_letter(campaign, wanted, false, |letter| {
                let [_, id, to, subject, _] = line(letter);
                write!(out, "{}", if std::mem::take(&mut first) { "\n" } else { ",\n" })?;
                let row = json!({
                    "number": letter.number, "id": id, "to": to, "subject": subject,
                    "message_id": letter.message_id, "octets": letter.bytes.len(),
                });
                write!(out, "{row}")?;
                Ok(())
            })?;
            writeln!(out, "\n]")?;
            seen
        }
        Format::Csv => {
            let mut rows = Rows::csv(&mut out, &columns)?;
            let seen = each_letter(campaign, wanted, false, |letter| {
                Ok(rows.row(&line(letter).each_ref().map(String::as_str))?)
            })?;
            rows.finish()?;
            seen
        }
        Format::Text => {
            let mut letters = Listing::new(&output.out, &mut out);
            let seen = each_letter(campaign, wanted, false, |letter| {
                let [number, id, _, subject, _] = line(letter);
                Ok(letters.letter([number, id, letter.envelope.to.to_string(), subject])?)
            })?;
            letters.finish()?;
            seen
        }
    };
    out.flush()?;
    finish(&seen, output)
}

fn diff(pair: &[String], part: Part, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let mut shown: Vec<(String, u32, String)> = Vec::new();
    let seen = each_letter(campaign, Wanted::new(pair), false, |letter| {
        let mut text = Vec::new();
        let reading = Reading::of(&letter.bytes);
        match part {
            Part::Text => {
                for (name, value) in &reading.headers {
                    writeln!(text, "{name}: {value}")?;
                }
                write!(text, "\n{}", reading.text)?;
            }
            Part::Html => text.extend(reading.html.unwrap_or_default().into_bytes()),
            Part::Source => text.extend(String::from_utf8_lossy(&letter.bytes).replace("\r\n", "\n").into_bytes()),
        }
        shown.push((letter.id.clone(), letter.number, String::from_utf8_lossy(&text).into_owned()));
        Ok(())
    })?;
    let find = |name: &String| shown.iter().find(|(id, number, _)| id == name || number.to_string() == *name);
    if let [a, b] = pair
        && let (Some(a), Some(b)) = (find(a), find(b))
    {
        let mut out = output.results();
        writeln!(out, "--- letter {} · {}", a.1, safe::visible(&a.0))?;
        writeln!(out, "+++ letter {} · {}", b.1, safe::visible(&b.0))?;
        let diff = TextDiff::from_lines(&a.2, &b.2);
        if a.2 == b.2 {
            output.note("the two letters do not differ")?;
        }
        for group in diff.grouped_ops(2) {
            writeln!(out, "@@")?;
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let what = match change.tag() {
                    ChangeTag::Delete => Change::Removed,
                    ChangeTag::Insert => Change::Added,
                    ChangeTag::Equal => Change::Same,
                };
                terminal::change(&output.out, &mut out, what, change.value().trim_end_matches('\n'))?;
            }
        }
        out.flush()?;
    }
    finish(&seen, output)
}
