//! `preview`: shows the letters as recipients will read them; writes and sends nothing.
//!
//! What is shown must be read back from the finished bytes, as a mail program reads them.

mod pager;
mod window;

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, TableFormat};
use super::selection::{Selection, each_letter, finish};
use crate::campaign::Campaign;
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
    let letters = campaign.letters();
    let pairing = letters.pairing();
    let seen = each_letter(letters, wanted, first_alone, |letter, _| {
        let mut count = || *total.get_or_insert_with(|| campaign.count_letters(pairing));
        show(letter, &mut count, args.part, &page, &mut out)
    })?;
    out.finish()?;
    finish(&seen, output)
}

/// Opens the letters in the browser, and waits until they are read.
fn browse(args: &Args, campaign: &Campaign, output: &Output) -> Result<Exit, Failure> {
    if args.all {
        return Err(Failure::msg(Exit::Usage, "--all cannot open every letter in the browser")
            .help("name some letters, or run `openletter write`: outbox/review.html shows them all"));
    }
    let mut window = None;
    let wanted = Selection::new(&args.letters);
    let seen = each_letter(campaign.letters(), wanted, args.letters.is_empty(), |letter, _| {
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
            let seen = each_letter(campaign.letters(), wanted, false, |letter, _| {
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
            let seen = each_letter(campaign.letters(), wanted, false, |letter, _| {
                Ok(rows.row(&line(letter).each_ref().map(String::as_str))?)
            })?;
            rows.finish()?;
            seen
        }
        TableFormat::Text => {
            let mut letters = Listing::new(&output.out, &mut out);
            let seen = each_letter(campaign.letters(), wanted, false, |letter, _| {
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
    let seen = each_letter(campaign.letters(), Selection::new(pair), false, |letter, _| {
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
