//! `preview`: shows the letters as recipients will read them; writes and sends nothing.
//!
//! What is shown must be read back from the finished bytes, as a mail program reads them.

mod pager;
mod window;

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, TableFormat, Tally};
use crate::campaign::Campaign;
use crate::diagnostics::finding::{Severity, nearest};
use crate::message::Letter;
use crate::message::parse::{AttachedFile, Reading};
use crate::terminal;
use crate::terminal::{Change, Column, LetterView, Listing, Rows, Terminal, safe};
use crate::text::size::format_size;
use pager::Paged;
use serde_json::json;
use similar::{ChangeTag, TextDiff};
use std::io::Write;
use std::path::Path;
use window::Window;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter preview                 show the first letter
  openletter preview okafor-ceo 3    show letters by id or number
  openletter preview --list          show a line for each letter
  openletter preview --diff 1 2      compare two letters
  openletter preview 3 --part html   show a letter in the browser")]
pub(super) struct Args {
    /// Letters to show, by id or number [default: the first]
    #[arg(value_name = "ID")]
    letters: Vec<String>,
    /// Show all letters; on a terminal in $PAGER, or less, if they are longer than the screen
    #[arg(long, conflicts_with_all = ["letters", "diff"])]
    all: bool,
    /// Show a line for each letter
    #[arg(long, conflicts_with_all = ["all", "part", "diff"])]
    list: bool,
    /// Part of the letter to show
    ///
    /// The browser gets a copy in the temporary folder, which only you can read, and which is removed afterwards. If the
    /// browser has no access to that folder, as in some sandboxes, set TMPDIR to another one.
    #[arg(long, value_name = "PART", default_value = "text")]
    part: LetterPart,
    /// Compare two letters
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "letters")]
    diff: Option<Vec<String>>,
    /// Output format of the list
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "list")]
    format: TableFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LetterPart {
    /// The headers and the text part
    Text,
    /// The HTML part: on a terminal in the browser ($BROWSER if it is set), elsewhere its source
    Html,
    /// The whole message as it is sent
    Source,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    if args.list {
        return list(args, &campaign, output);
    }
    if let Some(pair) = &args.diff {
        return diff(pair, args.part, &campaign, output);
    }
    if args.part == LetterPart::Html && output.out.is_terminal() && output.can_ask() {
        return browse(args, &campaign, output);
    }
    let rows = terminal::rows().filter(|_| args.all);
    let page = if rows.is_some() { output.out.behind_a_pager() } else { output.out.clone() };
    let mut out = Paged::new(rows, output.results());
    let first_alone = args.letters.is_empty() && !args.all;
    let wanted = Selection::new(&args.letters);
    let mut total = None;
    let seen = each_letter(&campaign, wanted, first_alone, |letter| {
        let mut count = || *total.get_or_insert_with(|| campaign.count_letters());
        show(letter, &mut count, args.part, &page, &mut out)
    })?;
    out.finish()?;
    finish(&seen, output)
}

/// The letters to show; all if it names none.
struct Selection(Vec<Wanted>);

/// A letter that was asked for by id or number.
struct Wanted {
    name: String,
    is_found: bool,
    /// The nearest id so far, with its distance.
    near: Option<(usize, String)>,
}

impl Selection {
    fn new(names: &[String]) -> Self {
        Selection(names.iter().map(|name| Wanted { name: name.clone(), is_found: false, near: None }).collect())
    }

    fn takes(&mut self, letter: &Letter) -> bool {
        let number = letter.number.to_string();
        let mut takes = self.0.is_empty();
        for wanted in &mut self.0 {
            if wanted.name == letter.id || wanted.name == number {
                wanted.is_found = true;
                takes = true;
            } else if let Some(distance) = distance_to(&wanted.name, &letter.id)
                && wanted.near.as_ref().is_none_or(|(best, _)| distance < *best)
            {
                wanted.near = Some((distance, letter.id.clone()));
            }
        }
        takes
    }

    fn is_complete(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|wanted| wanted.is_found)
    }

    fn missing(self) -> Vec<Wanted> {
        self.0.into_iter().filter(|wanted| !wanted.is_found).collect()
    }
}

/// The result of making the letters.
struct Outcome {
    tally: Tally,
    /// Whether a letter was shown.
    is_shown: bool,
    missing: Vec<Wanted>,
}

/// The distance of an id from what was typed; `None` if it is too far. A part of an id always counts as near.
fn distance_to(typed: &str, id: &str) -> Option<usize> {
    let is_part = typed.chars().count() >= 3 && id.to_lowercase().contains(&typed.to_lowercase());
    match nearest(typed, [id]) {
        _ if is_part => Some(id.chars().count().abs_diff(typed.chars().count())),
        near => near.map(|near| strsim::damerau_levenshtein(typed, near)),
    }
}

/// Makes the letters one by one and passes the wanted ones to `take`; stops once all were found.
fn each_letter(
    campaign: &Campaign,
    mut wanted: Selection,
    first_alone: bool,
    mut take: impl FnMut(&Letter) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut letters = campaign.letters();
    let (mut tally, mut is_shown) = (Tally::default(), false);
    tally.add(letters.take_findings());
    for step in letters.by_ref() {
        tally.add(step.findings);
        let Some(letter) = step.letter.filter(|letter| wanted.takes(letter)) else { continue };
        take(&letter)?;
        is_shown = true;
        if first_alone || wanted.is_complete() {
            return Ok(Outcome { tally, is_shown, missing: Vec::new() });
        }
    }
    tally.add(letters.finish());
    Ok(Outcome { tally, is_shown, missing: wanted.missing() })
}

/// Reports findings, in one line if a letter was shown, and returns the exit code.
fn finish(seen: &Outcome, output: &Output) -> Result<Exit, Failure> {
    let Outcome { tally, is_shown, missing } = seen;
    let has_warnings = tally.findings.count(Severity::Warning) > 0;
    match terminal::summary(&output.err, &tally.findings) {
        _ if !is_shown => output.findings(tally)?,
        counts if tally.errors > 0 => output.say(&format!("{counts}: `openletter check` shows them"))?,
        counts if has_warnings => output.note(&format!("{counts}: `openletter check` shows them"))?,
        _ => {}
    }
    if !missing.is_empty() && tally.errors == 0 {
        let names: Vec<&str> = missing.iter().map(|missing| missing.name.as_str()).collect();
        let near: Vec<&str> = missing.iter().filter_map(|missing| missing.near.as_ref()).map(|(_, id)| &**id).collect();
        let failure = Failure::msg(Exit::Usage, format!("there is no letter {}", names.join(", ")));
        return Err(match near.as_slice() {
            [] => failure.help("`openletter preview --list` shows ids and numbers"),
            near => failure.help(format!("did you mean {}?", near.join(", "))),
        });
    }
    Ok(tally.exit())
}

/// Opens the letters in the browser, and waits until they are read.
fn browse(args: &Args, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    if args.all {
        return Err(Failure::msg(Exit::Usage, "--all cannot open every letter in the browser")
            .help("name some letters, or run `openletter write`: outbox/review.html shows them all"));
    }
    let mut window = None;
    let wanted = Selection::new(&args.letters);
    let seen = each_letter(campaign, wanted, args.letters.is_empty(), |letter| {
        let reading = Reading::of(&letter.bytes.to_vec());
        let shown = Reading { html: reading.html_with_images(), ..reading };
        let html = html(letter, shown)?;
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

/// Writes the part of the letter. The letters are counted only if their number is shown.
fn show(
    letter: &Letter,
    total: &mut dyn FnMut() -> u32,
    part: LetterPart,
    page: &Terminal,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reading = Reading::of(&letter.bytes.to_vec());
    match part {
        LetterPart::Text => terminal::letter(page, out, &view(letter, reading, total()))?,
        LetterPart::Html => raw(&html(letter, reading)?, page, out)?,
        LetterPart::Source => match page.is_terminal() {
            true => raw(&String::from_utf8_lossy(&letter.bytes.to_vec()).replace("\r\n", "\n"), page, out)?,
            // A file gets the exact bytes.
            false => letter.bytes.write_to(out)?,
        },
    }
    Ok(())
}

fn view(letter: &Letter, reading: Reading, total: u32) -> LetterView {
    let mut headers = reading.headers;
    headers.extend(reading.attachments.iter().map(attachment));
    LetterView { number: letter.number, total, id: letter.id.clone(), headers, body: reading.text }
}

/// An attachment as one line: "report.pdf (application/pdf, 35 kB)".
fn attachment(file: &AttachedFile) -> (String, String) {
    let AttachedFile { name, media_type, octets } = file;
    ("Attachment".to_owned(), format!("{name} ({media_type}, {})", format_size(*octets as u64)))
}

/// Writes text unchanged, except that on a terminal control characters are made visible.
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
        let to = Reading::of(&letter.bytes.to_vec()).headers.into_iter().find(|(name, _)| name == "To");
        [
            letter.number.to_string(),
            letter.id.clone(),
            to.map(|(_, value)| value).unwrap_or_default(),
            letter.subject.clone(),
            letter.bytes.len().to_string(),
        ]
    };
    let wanted = Selection::new(&args.letters);
    let seen = match args.format {
        TableFormat::Json => {
            let mut rows = Vec::new();
            let seen = each_letter(campaign, wanted, false, |letter| {
                let [_, id, to, subject, _] = line(letter);
                rows.push(json!({
                    "number": letter.number, "id": id, "to": to, "subject": subject,
                    "message_id": letter.message_id, "octets": letter.bytes.len(),
                }));
                Ok(())
            })?;
            terminal::json(&mut out, &rows)?;
            seen
        }
        TableFormat::Csv => {
            let mut rows = Rows::csv(&mut out, &columns)?;
            let seen = each_letter(campaign, wanted, false, |letter| {
                Ok(rows.row(&line(letter).each_ref().map(String::as_str))?)
            })?;
            rows.finish()?;
            seen
        }
        TableFormat::Text => {
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

fn diff(pair: &[String], part: LetterPart, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    let mut shown: Vec<(String, u32, String)> = Vec::new();
    let seen = each_letter(campaign, Selection::new(pair), false, |letter| {
        let mut text = Vec::new();
        let reading = Reading::of(&letter.bytes.to_vec());
        match part {
            LetterPart::Text => {
                for (name, value) in
                    reading.headers.iter().chain(&reading.attachments.iter().map(attachment).collect::<Vec<_>>())
                {
                    writeln!(text, "{name}: {value}")?;
                }
                write!(text, "\n{}", reading.text)?;
            }
            LetterPart::Html => text.extend(reading.html.unwrap_or_default().into_bytes()),
            LetterPart::Source => {
                text.extend(String::from_utf8_lossy(&letter.bytes.to_vec()).replace("\r\n", "\n").into_bytes())
            }
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
            output.note("The two letters are the same.")?;
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
