//! `manifest.csv`: the table of contents of the outbox, read as strictly as it is written.
//!
//! ```text
//! kind,number,id,file,sha256,octets,envelope_from,envelope_to,message_id,subject
//! source,,,recipients.csv,9f86…,,,,,
//! file,,,attachments/report.pdf,7f83…,20133,,,,
//! letter,1,okafor,00001-okafor.eml,2c26…,4711,bounces@example.org,okafor@northlight.example,<…@example.org>,…
//! page,,,review.html,6b86…,51234,,,,
//! end,1,,,,,,,,
//! ```
//!
//! Sources come first, then letters, each file that they carry before the first letter with it, then the review page if there is one, then a closing row with the number of letters, so
//! that a truncated manifest is noticed. A row is one line, because no cell may contain a control character. A cell that a
//! spreadsheet would run as a formula (CWE-1236), or that starts with an apostrophe, gets an apostrophe in front. A line that
//! differs from what writing its row would give is refused, so that no row can be read in two ways. A file entry must never
//! point out of the letters' folder.

mod cells;

use super::{Layout, OutboxError, digest, folder};
use crate::message::file_part::FilePart;
use crate::message::identity::Digester;
use crate::message::{Envelope, Letter};
use cells::Cutter;
use csv::WriterBuilder;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;

const COLUMNS: [&str; 10] =
    ["kind", "number", "id", "file", "sha256", "octets", "envelope_from", "envelope_to", "message_id", "subject"];

/// The longest line, in bytes: more than any real row, and small enough to keep in memory.
const LONGEST: u64 = 64 * 1024;

/// A source file of the letters: a list, a template, the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// The digest of its bytes: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
}

/// A file that letters carry, an attachment or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedFile {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// The digest of its bytes: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// Its size in bytes, before encoding.
    pub octets: u64,
}

impl CarriedFile {
    pub(super) fn of(part: &FilePart) -> CarriedFile {
        CarriedFile { file: part.file.clone(), digest: part.digest.to_string(), octets: part.octets }
    }
}

/// A letter in the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The letter's number in its campaign, from 1.
    pub number: u32,
    /// The letter's id.
    pub id: String,
    /// Its file, relative to the letters' folder.
    pub file: String,
    /// The digest of its bytes: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// Its size in bytes.
    pub octets: u64,
    /// The sender and recipient for the relay.
    pub envelope: Envelope,
    /// Its Message-ID with angle brackets.
    pub message_id: String,
    /// The decoded subject.
    pub subject: String,
}

impl Entry {
    /// The layout of the outbox it is in.
    pub(super) fn layout(&self) -> Layout {
        if self.file_name() == self.file { Layout::Flat } else { Layout::Folders }
    }

    /// Its file without the sub-folder of its number.
    fn file_name(&self) -> &str {
        let in_folder = self.file.strip_prefix(&folder::sub_folder(self.number));
        in_folder.and_then(|rest| rest.strip_prefix('/')).unwrap_or(&self.file)
    }

    pub(super) fn of(letter: &Letter, file: &str) -> Entry {
        Entry {
            number: letter.number,
            id: letter.id.clone(),
            file: file.to_owned(),
            digest: letter.bytes.digest().to_string(),
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
    File(CarriedFile),
    Letter(Entry),
    /// The review page: the digest of its bytes, and its size.
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
            Row::File(carried) => {
                let (digest, octets) = (hex(&carried.digest)?, carried.octets.to_string());
                line(["file", "", "", &carried.file, digest, &octets, "", "", "", ""])
            }
            Row::Letter(entry) if !is_plain(entry.file_name()) => {
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
        let cells: Vec<String> = cells.into_iter().map(unescape_cell).collect();
        let Ok([kind, number, id, file, sha256, octets, from, to, message_id, subject]) =
            <[String; COLUMNS.len()]>::try_from(cells)
        else {
            return Err("the row does not have ten cells");
        };
        let digest = format!("{}{sha256}", digest::PREFIX);
        let row = match kind.as_str() {
            "source" => Row::Source(Source { file, digest }),
            "file" => {
                Row::File(CarriedFile { file, digest, octets: octets.parse().map_err(|_| "the size is not a number")? })
            }
            "letter" => Row::Letter(Entry {
                number: number.parse().map_err(|_| "the number is not a number")?,
                id,
                file,
                digest,
                octets: octets.parse().map_err(|_| "the size is not a number")?,
                envelope: Envelope {
                    from: from.parse().map_err(|_| "the envelope's sender is not an address")?,
                    to: to.parse().map_err(|_| "the envelope's recipient is not an address")?,
                },
                message_id,
                subject,
            }),
            "page" => Row::Page { digest, octets: octets.parse().map_err(|_| "the size is not a number")? },
            "end" => Row::End { letters: number.parse().map_err(|_| "the number of letters is not a number")? },
            _ => return Err("the row has an unknown kind"),
        };
        match row.line() {
            Ok(written) if written == line => Ok(row),
            Ok(_) => Err("the row is not written as this program writes it"),
            Err(_) => Err("a cell contains what this program does not write"),
        }
    }
}

/// A digest's digits.
fn hex(digest: &str) -> Result<&str, OutboxError> {
    let digits = digest.strip_prefix(digest::PREFIX).unwrap_or_default();
    if digits.len() == 64 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(digits)
    } else {
        Err(OutboxError::Text { what: "digest", why: "is not a SHA-256 in lower case" })
    }
}

/// Whether a name is a plain file name on every system, and not of a hidden file.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with('.')
        && !name.contains(|c: char| c.is_control() || "/\\:*?\"<>|".contains(c))
}

fn line(cells: [&str; COLUMNS.len()]) -> Result<Vec<u8>, OutboxError> {
    for (cell, column) in cells.iter().zip(COLUMNS) {
        if cell.contains(char::is_control) {
            return Err(OutboxError::Text { what: column, why: "contains a control character" });
        }
    }
    // Its buffer is cleared for each line.
    let mut writer = WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    writer.write_record(cells.map(escape_cell).iter().map(|cell| cell.as_bytes())).map_err(unwritable)?;
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

/// Characters at which a spreadsheet reads a cell as a formula, with their full-width forms; and the apostrophe, which marks
/// an escaped cell here. TAB and CR do so too, but are refused as control characters.
const FORMULA: [char; 9] = ['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'];

/// Escapes a cell for spreadsheets. In much of Europe semicolons separate cells, so one starts a cell too, even inside
/// quotation marks.
fn escape_cell(cell: &str) -> String {
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

/// Reverses [`escape_cell`].
fn unescape_cell(guarded: &str) -> String {
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

/// Why a manifest cannot be read.
#[derive(Debug)]
pub(super) enum ReadError {
    Malformed(&'static str),
    Io(io::Error),
}

impl ReadError {
    pub(super) fn into_outbox_error(self, path: &Path, line: u32) -> OutboxError {
        match self {
            ReadError::Malformed(why) => {
                OutboxError::Damaged { path: path.to_owned(), line: Some(line), why: why.to_owned() }
            }
            ReadError::Io(error) => OutboxError::io("read", path)(error),
        }
    }
}

/// What may come next in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
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
    digest: Digester,
    section: Section,
    line: u32,
    letters: u32,
    letters_digest: Option<String>,
}

impl Reader {
    pub(super) fn new(input: impl BufRead + Send + 'static) -> Reader {
        Reader {
            input: Box::new(input),
            cutter: Cutter::new(COLUMNS.len()),
            digest: Digester::new(),
            section: Section::Header,
            line: 0,
            letters: 0,
            letters_digest: None,
        }
    }

    /// The line that was read last, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// The digest of everything before the page or the closing row, once that was read.
    pub(super) fn letters_digest(&self) -> Option<&str> {
        self.letters_digest.as_deref()
    }

    /// The digest of all that was read.
    pub(super) fn digest(self) -> String {
        self.digest.finish().to_string()
    }

    /// The next row; `None` after the closing row and the file's end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, ReadError> {
        self.line = self.line.saturating_add(1);
        let mut line = Vec::new();
        (&mut self.input).take(LONGEST).read_until(b'\n', &mut line).map_err(ReadError::Io)?;
        if self.letters_digest.is_none() && (line.starts_with(b"page,") || line.starts_with(b"end,")) {
            self.letters_digest = Some(self.digest.clone().finish().to_string());
        }
        self.digest.update(&line);
        match (self.section, line.last()) {
            (Section::Nothing, None) => return Ok(None),
            (Section::Nothing, Some(_)) => {
                return Err(ReadError::Malformed("there is something after the closing row"));
            }
            (_, None) => return Err(ReadError::Malformed("the closing row is missing")),
            (_, Some(b'\n')) => {}
            (_, Some(_)) => return Err(ReadError::Malformed("the line is truncated or too long")),
        }
        if self.section == Section::Header {
            if header().is_ok_and(|header| header == line) {
                self.section = Section::Sources;
                return self.next();
            }
            return Err(ReadError::Malformed("the header is not that of a manifest"));
        }
        let row = Row::parse(&line, &mut self.cutter).map_err(ReadError::Malformed)?;
        match &row {
            Row::Source(_) | Row::File(_) | Row::Letter(_) | Row::Page { .. } if self.section == Section::Page => {
                return Err(ReadError::Malformed("only the closing row may follow the page"));
            }
            Row::Source(_) if self.section == Section::Letters => {
                return Err(ReadError::Malformed("a source follows a letter"));
            }
            Row::Source(_) => {}
            Row::File(_) => self.section = Section::Letters,
            Row::Page { .. } => self.section = Section::Page,
            Row::Letter(_) => {
                self.section = Section::Letters;
                self.letters = self.letters.saturating_add(1);
            }
            Row::End { letters } if *letters != self.letters => {
                return Err(ReadError::Malformed("the closing row has a different number of letters"));
            }
            Row::End { .. } => self.section = Section::Nothing,
        }
        Ok(Some(row))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("line", &self.line).finish_non_exhaustive()
    }
}
