//! `manifest.csv`: the outbox's table of contents, strict both ways.
//!
//! ```text
//! kind,number,id,file,sha256,octets,envelope_from,envelope_to,message_id,subject
//! source,,,recipients.csv,9f86…,,,,,
//! letter,1,okafor,00001-okafor.eml,2c26…,4711,bounces@example.org,okafor@northlight.example,<…@example.org>,…
//! page,,,review.html,6b86…,51234,,,,
//! end,1,,,,,,,,
//! ```
//!
//! Sources first, then letters, then the review page where there is one, then one closing row with the number of letters,
//! so that a cut manifest is noticed. A row is one
//! line, for no cell holds a control character. Where a spreadsheet would take a cell for a formula (CWE-1236), or a cell
//! begins with an apostrophe, it has an apostrophe in front of that. Each row has one spelling: a line that is not what
//! writing its row would give is refused, so nothing can be read here in two ways. A file entry must never point out of
//! the letters' folder.

mod cells;

use super::{OutboxError, digest, folder};
use crate::message::{Envelope, Letter};
use cells::Cutter;
use csv::WriterBuilder;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;

const COLUMNS: [&str; 10] =
    ["kind", "number", "id", "file", "sha256", "octets", "envelope_from", "envelope_to", "message_id", "subject"];

/// The longest line, in octets: more than any real row, and little enough to hold.
const LONGEST: u64 = 64 * 1024;

/// A file the letters were made from: a list, a template, the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// The digest of its bytes: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
}

/// A letter as the manifest has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The letter's number in its campaign, from 1.
    pub number: u32,
    /// The letter's id.
    pub id: String,
    /// The name of its file in the letters' folder.
    pub file: String,
    /// The digest of its bytes: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// How many octets it has.
    pub octets: u64,
    /// Who the relay is told it is from and for.
    pub envelope: Envelope,
    /// Its Message-ID with angle brackets.
    pub message_id: String,
    /// The decoded subject.
    pub subject: String,
}

impl Entry {
    pub(super) fn of(letter: &Letter, file: &str) -> Entry {
        Entry {
            number: letter.number,
            id: letter.id.clone(),
            file: file.to_owned(),
            digest: digest::of(&letter.bytes),
            octets: letter.bytes.len() as u64,
            envelope: letter.envelope.clone(),
            message_id: letter.message_id.clone(),
            subject: letter.subject.clone(),
        }
    }
}

/// A row of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Source(Source),
    Letter(Entry),
    /// The review page: the digest of its bytes, and how many octets it has.
    Page {
        digest: String,
        octets: u64,
    },
    End {
        letters: u32,
    },
}

/// The manifest's first line.
pub(super) fn header() -> Result<Vec<u8>, OutboxError> {
    line(COLUMNS)
}

impl Row {
    /// The row as a line, with its line feed.
    pub(super) fn line(&self) -> Result<Vec<u8>, OutboxError> {
        match self {
            Row::Source(source) => line(["source", "", "", &source.file, hex(&source.digest)?, "", "", "", "", ""]),
            Row::Letter(entry) if !is_plain(&entry.file) => {
                Err(OutboxError::Text { what: "file name", why: "is not the plain name of a file" })
            }
            Row::Letter(entry) => line([
                "letter",
                &entry.number.to_string(),
                &entry.id,
                &entry.file,
                hex(&entry.digest)?,
                &entry.octets.to_string(),
                entry.envelope.from.as_ref(),
                entry.envelope.to.as_ref(),
                &entry.message_id,
                &entry.subject,
            ]),
            Row::Page { digest, octets } => {
                line(["page", "", "", folder::PAGE, hex(digest)?, &octets.to_string(), "", "", "", ""])
            }
            Row::End { letters } => line(["end", &letters.to_string(), "", "", "", "", "", "", "", ""]),
        }
    }

    fn parse(line: &[u8], cutter: &mut Cutter) -> Result<Row, &'static str> {
        let cells = cutter.cut(line).ok_or("the line is not UTF-8")?;
        let cells: Vec<String> = cells.into_iter().map(exact).collect();
        let Ok([kind, number, id, file, sha256, octets, from, to, message_id, subject]) =
            <[String; COLUMNS.len()]>::try_from(cells)
        else {
            return Err("the row has not ten cells");
        };
        let digest = format!("{}{sha256}", digest::PREFIX);
        let row = match kind.as_str() {
            "source" => Row::Source(Source { file, digest }),
            "letter" => Row::Letter(Entry {
                number: number.parse().map_err(|_| "the number is none")?,
                id,
                file,
                digest,
                octets: octets.parse().map_err(|_| "the number of octets is none")?,
                envelope: Envelope {
                    from: from.parse().map_err(|_| "the envelope's sender is no address")?,
                    to: to.parse().map_err(|_| "the envelope's recipient is no address")?,
                },
                message_id,
                subject,
            }),
            "page" => Row::Page { digest, octets: octets.parse().map_err(|_| "the number of octets is none")? },
            "end" => Row::End { letters: number.parse().map_err(|_| "the number of letters is none")? },
            _ => return Err("the row is of no kind there is"),
        };
        match row.line() {
            Ok(written) if written == line => Ok(row),
            Ok(_) => Err("the row is not spelled as this program spells it"),
            Err(_) => Err("a cell holds what this program does not write"),
        }
    }
}

/// A digest's digits.
fn hex(digest: &str) -> Result<&str, OutboxError> {
    let digits = digest.strip_prefix(digest::PREFIX).unwrap_or_default();
    if digits.len() == 64 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(digits)
    } else {
        Err(OutboxError::Text { what: "digest", why: "is no SHA-256 in lower case" })
    }
}

/// Whether a name is that of a file in the folder it is looked up in, on any system, and not a hidden one.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with('.')
        && !name.contains(|c: char| c.is_control() || "/\\:*?\"<>|".contains(c))
}

fn line(cells: [&str; COLUMNS.len()]) -> Result<Vec<u8>, OutboxError> {
    for (cell, column) in cells.iter().zip(COLUMNS) {
        if cell.contains(char::is_control) {
            return Err(OutboxError::Text { what: column, why: "holds a control character" });
        }
    }
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(cells.map(harmless).iter().map(|cell| cell.as_bytes())).map_err(unwritable)?;
    let line = writer.into_inner().map_err(unwritable)?;
    if line.len() as u64 > LONGEST {
        return Err(OutboxError::Text { what: "row of the manifest", why: "is too long" });
    }
    Ok(line)
}

/// Writing to memory does not fail.
fn unwritable<E>(_: E) -> OutboxError {
    OutboxError::Text { what: "row of the manifest", why: "cannot be written" }
}

/// What makes a spreadsheet take a cell for a formula, in the wide forms too that some fold; and the apostrophe, which
/// here says that one was put in front. TAB and CR, which do so too, are refused as control characters.
const FORMULA: [char; 9] = ['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'];

/// The cell as a spreadsheet may see it. Where a semicolon parts cells, as in much of Europe, it starts one too, and
/// quotation marks do not hold it back.
fn harmless(cell: &str) -> String {
    let mut guarded = String::with_capacity(cell.len() + 1);
    let mut starts = true;
    for c in cell.chars() {
        if starts && FORMULA.contains(&c) {
            guarded.push('\'');
        }
        guarded.push(c);
        starts = c == ';';
    }
    guarded
}

/// The cell as it was before [`harmless`].
fn exact(guarded: &str) -> String {
    let mut cell = String::with_capacity(guarded.len());
    let mut starts = true;
    for c in guarded.chars() {
        if !(starts && c == '\'') {
            cell.push(c);
        }
        starts = c == ';';
    }
    cell
}

/// Why a manifest cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    Malformed(&'static str),
    Io(io::Error),
}

impl Fault {
    pub(super) fn tell(self, path: &Path, line: u32) -> OutboxError {
        match self {
            Fault::Malformed(why) => {
                OutboxError::Damaged { path: path.to_owned(), line: Some(line), why: why.to_owned() }
            }
            Fault::Io(error) => OutboxError::io("read", path)(error),
        }
    }
}

/// What may come next in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Header,
    Sources,
    Letters,
    Page,
    Nothing,
}

/// Reads a manifest row by row.
pub(super) struct Reader {
    input: Box<dyn BufRead + Send>,
    cutter: Cutter,
    digest: digest::Stream,
    part: Part,
    line: u32,
    letters: u32,
    letters_digest: Option<String>,
}

impl Reader {
    pub(super) fn new(input: impl BufRead + Send + 'static) -> Reader {
        Reader {
            input: Box::new(input),
            cutter: Cutter::new(COLUMNS.len()),
            digest: digest::Stream::new(),
            part: Part::Header,
            line: 0,
            letters: 0,
            letters_digest: None,
        }
    }

    /// The line that was read last, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The digest of all that stands before the page or the closing row, once that was read.
    pub(super) fn letters_digest(&self) -> Option<&str> {
        self.letters_digest.as_deref()
    }

    /// The digest of all that was read.
    pub(super) fn digest(self) -> String {
        self.digest.finish()
    }

    /// The next row; `None` after the closing row and the file's end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Fault> {
        self.line = self.line.saturating_add(1);
        let mut line = Vec::new();
        (&mut self.input).take(LONGEST).read_until(b'\n', &mut line).map_err(Fault::Io)?;
        if self.letters_digest.is_none() && (line.starts_with(b"page,") || line.starts_with(b"end,")) {
            self.letters_digest = Some(self.digest.clone().finish());
        }
        self.digest.update(&line);
        match (self.part, line.last()) {
            (Part::Nothing, None) => return Ok(None),
            (Part::Nothing, Some(_)) => return Err(Fault::Malformed("something follows the closing row")),
            (_, None) => return Err(Fault::Malformed("the closing row is missing")),
            (_, Some(b'\n')) => {}
            (_, Some(_)) => return Err(Fault::Malformed("the line is cut off or too long")),
        }
        if self.part == Part::Header {
            if header().is_ok_and(|header| header == line) {
                self.part = Part::Sources;
                return self.next();
            }
            return Err(Fault::Malformed("the header is not that of a manifest"));
        }
        let row = Row::parse(&line, &mut self.cutter).map_err(Fault::Malformed)?;
        match &row {
            Row::Source(_) | Row::Letter(_) | Row::Page { .. } if self.part == Part::Page => {
                return Err(Fault::Malformed("something but the closing row follows the page"));
            }
            Row::Source(_) if self.part == Part::Letters => {
                return Err(Fault::Malformed("a source follows a letter"));
            }
            Row::Source(_) => {}
            Row::Page { .. } => self.part = Part::Page,
            Row::Letter(_) => {
                self.part = Part::Letters;
                self.letters = self.letters.saturating_add(1);
            }
            Row::End { letters } if *letters != self.letters => {
                return Err(Fault::Malformed("the closing row counts other letters than there are"));
            }
            Row::End { .. } => self.part = Part::Nothing,
        }
        Ok(Some(row))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("line", &self.line).finish_non_exhaustive()
    }
}
