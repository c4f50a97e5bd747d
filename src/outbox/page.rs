//! `review.html`: shows the whole outbox on one page, for people to read before they approve.
//!
//! The page contains the letters' own bytes and parses them itself, as a mail program would. Shared lines are in it once:
//! one letter with all its lines, and for each other letter the lines that differ.
//!
//! It must never let a campaign's text run, load or link to anything. All of a campaign is in one block of JSON in which no
//! character is special in HTML. The page's own script turns it into text, and the HTML part into the document of a
//! sandboxed frame without scripts or, for printing, into elements that only format. If that failed, the page's policy
//! (Content Security Policy Level 3) still runs only the page's own script, by its digest, and loads nothing. Styles are
//! allowed because letters have their own; when nothing can be loaded, they reveal nothing.

mod edits;
mod encode;

#[cfg(test)]
mod tests;

use super::manifest::{CarriedFile, Entry, Row};
use super::{OutboxError, Source, digest, folder};
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::{self, Place};
use crate::message::Letter;
use crate::message::file_part::FilePart;
use crate::message::identity::{Digest, Digester};
use crate::people::roll::{PrintedGroup, Roll};
use crate::private_file;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use edits::Shown;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const FRAME: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: [&str; 5] = [
    include_str!("page/reading.js"),
    include_str!("page/marks.js"),
    include_str!("page/views.js"),
    include_str!("page/paper.js"),
    include_str!("page/page.js"),
];

/// How many bytes of letters the page contains: as much as a phone opens in one or two seconds. Of further letters it shows
/// only the file names.
const ROOM: usize = 4 * 1024 * 1024;

/// The most lines or ranges of lines that the page lists for a finding.
const LINES: usize = 20;

/// The most letters that the review page lists.
pub const LISTED: u32 = 10_000;

/// The most files that the page lists, and the size of those, encoded, that are in the letters it shows.
const FILES: usize = 1_000;
const LARGEST_FILE: usize = 128 * 1024;

/// What the page shows besides the letters.
#[derive(Clone, Debug)]
pub struct Cover<'a> {
    /// The campaign's title.
    pub title: &'a str,
    /// The organisation that writes.
    pub organisation: &'a str,
    /// Further facts by name and value: the sender, the embargo.
    pub facts: &'a [(&'a str, String)],
    /// The recipients' titles, in the order of the letters: to search for a letter, and to label one without a name.
    pub titles: &'a [String],
    /// The signatures.
    pub roll: &'a Roll,
    /// Its groups, with the words of the campaign's language.
    pub groups: &'a [PrintedGroup<'a>],
    /// The findings, in display order.
    pub findings: &'a [Finding],
}

impl Cover<'_> {
    fn json(&self) -> Value {
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|finding| {
                let place = shown_places(finding);
                let Finding { code, message, quote, fix, .. } = finding;
                let (what, help) = (message.to_string(), fix.as_ref().map(ToString::to_string));
                json!({ "code": code, "place": place, "what": what, "quote": quote, "help": help })
            })
            .collect();
        let left_out: Vec<_> =
            self.roll.left_out.iter().map(|(reason, lines)| (reason.to_string(), lines.len())).collect();
        json!({
            "title": self.title,
            "organisation": self.organisation,
            "facts": self.facts,
            "count": self.roll.count,
            "left_out": left_out,
            "groups": self.groups,
            "findings": findings,
        })
    }
}

/// Where a finding is: its only place, or its file and lines.
fn shown_places(finding: &Finding) -> Option<String> {
    let first = finding.place()?;
    let same: Vec<&Place> = finding.places.iter().filter(|place| place.file == first.file).collect();
    Some(match place::lines(&same, finding.more_places as usize, LINES) {
        lines if lines.is_empty() => first.to_string(),
        lines => format!("{}: {lines}", first.file),
    })
}

/// A letter in the page's data.
#[derive(Serialize)]
struct Record<'a> {
    number: u32,
    id: &'a str,
    file: &'a str,
    sha256: &'a str,
    octets: u64,
    from: &'a str,
    to: &'a str,
    #[serde(flatten)]
    shown: Shown<'a>,
    /// The names of files whose content is not on the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    omitted: Vec<&'a str>,
    /// Only for a letter whose lines are not on the page.
    #[serde(flatten)]
    head: Option<Head<'a>>,
}

/// What the page shows of a letter without its lines: header fields as written, with encoded words.
#[derive(Serialize)]
struct Head<'a> {
    subject: &'a str,
    from_field: String,
    to_field: String,
}

impl<'a> Head<'a> {
    fn of(bytes: &[u8], entry: &'a Entry) -> Head<'a> {
        Head { subject: &entry.subject, from_field: field(bytes, "from"), to_field: field(bytes, "to") }
    }
}

/// The first field of this name in a letter, unfolded (RFC 5322 §2.2.3); empty if there is none.
fn field(letter: &[u8], name: &str) -> String {
    let mut value = None;
    for line in letter.split(|octet| *octet == b'\n').take_while(|line| !line.trim_ascii().is_empty()) {
        let line = String::from_utf8_lossy(line);
        let is_fold = line.starts_with([' ', '\t']);
        match (&mut value, line.split_once(':')) {
            (Some(value), _) if is_fold => *value += line.trim_end(),
            (Some(_), _) => break,
            (None, Some((key, rest))) if !is_fold && key.eq_ignore_ascii_case(name) => {
                value = Some(rest.trim().to_owned())
            }
            (None, _) => {}
        }
    }
    value.unwrap_or_default()
}

/// The page being written, letter by letter.
#[derive(Debug)]
pub(super) struct Page {
    path: PathBuf,
    file: BufWriter<File>,
    digest: Digester,
    octets: u64,
    bases: edits::Bases,
    room: usize,
    letters: u32,
    /// The files that letters carry, as many as are listed, and how many there are.
    files: Vec<Value>,
    file_count: usize,
}

impl Page {
    pub(super) fn begin(folder: &Path) -> Result<Page, OutboxError> {
        let path = folder.join(folder::PAGE);
        let file = private_file::create(&path).map_err(OutboxError::io("create", &path))?;
        let mut page = Page {
            path,
            file: BufWriter::new(file),
            digest: Digester::new(),
            octets: 0,
            bases: edits::Bases::default(),
            room: ROOM,
            letters: 0,
            files: Vec::new(),
            file_count: 0,
        };
        page.put(&frame().0)?;
        page.put("{\"letters\":[")?;
        Ok(page)
    }

    pub(super) fn add(&mut self, letter: &Letter, entry: &Entry) -> Result<(), OutboxError> {
        let rank = self.letters;
        self.letters += 1;
        if rank >= LISTED {
            return Ok(());
        }
        let large = || letter.files.iter().filter(|part| part.body().len() > LARGEST_FILE);
        let without = match self.room > 0 && large().next().is_some() {
            true => Cow::Owned(letter.bytes.without(large().map(|part| part.body()))),
            false => Cow::Borrowed(&letter.bytes),
        };
        let line = self.bases.show(rank, &without, self.room, |shown| {
            // Its first runs are enough: all of its header but the boundary.
            let head: Vec<u8> = match shown {
                Shown::FileOnly {} => letter.bytes.runs().take(2).flatten().copied().collect(),
                _ => Vec::new(),
            };
            encode::json(&Record {
                number: entry.number,
                id: &entry.id,
                file: &entry.file,
                sha256: entry.digest.trim_start_matches(digest::PREFIX),
                octets: entry.octets,
                from: entry.envelope.from.as_ref(),
                to: entry.envelope.to.as_ref(),
                omitted: large().map(|part| &*part.name).collect(),
                head: matches!(shown, Shown::FileOnly {}).then(|| Head::of(&head, entry)),
                shown,
            })
        })?;
        self.room = self.room.saturating_sub(line.len());
        self.put(if rank == 0 { "\n" } else { ",\n" })?;
        self.put(&line)
    }

    /// Lists a file that letters carry.
    pub(super) fn carry(&mut self, part: &FilePart, carried: &CarriedFile) {
        self.file_count += 1;
        if self.files.len() < FILES {
            let sha256 = carried.digest.trim_start_matches(digest::PREFIX);
            let (file, kind) = (&carried.file, part.media_type);
            self.files.push(json!({ "file": file, "type": kind, "octets": carried.octets, "sha256": sha256 }));
        }
    }

    /// Writes what follows the letters, and returns the page's row in the manifest. `shows` is the digest for readers to
    /// compare.
    pub(super) fn close(mut self, cover: &Cover, sources: &[Source], shows: &str) -> Result<Row, OutboxError> {
        let mut value = cover.json();
        let sources: Vec<_> = sources
            .iter()
            .map(|source| json!({ "file": source.file, "sha256": source.digest.trim_start_matches(digest::PREFIX) }))
            .collect();
        value["sources"] = sources.into();
        value["titles"] = cover.titles.iter().take(LISTED as usize).map(String::as_str).collect();
        value["files"] = std::mem::take(&mut self.files).into();
        value["file_count"] = self.file_count.into();
        value["letters"] = self.letters.into();
        value["digest"] = shows.into();
        self.put("\n],\"cover\":")?;
        self.put(&encode::json(&value)?)?;
        self.put("}")?;
        self.put(&frame().1)?;
        self.file.flush().map_err(OutboxError::io("write", &self.path))?;
        Ok(Row::Page { digest: self.digest.finish().to_string(), octets: self.octets })
    }

    fn put(&mut self, text: &str) -> Result<(), OutboxError> {
        self.digest.update(text.as_bytes());
        self.octets += text.len() as u64;
        self.file.write_all(text.as_bytes()).map_err(OutboxError::io("write", &self.path))
    }
}

/// The page before and after the data: always the same.
fn frame() -> (String, String) {
    // Browsers compute the script's digest with LF line ends, however the file was checked out.
    let script = SCRIPT.concat().replace('\r', "");
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types letter",
        BASE64_STANDARD.encode(Digest::of(script.as_bytes()).octets())
    );
    let page =
        FRAME.replace('\r', "").replacen("%policy%", &policy, 1).replacen("%style%", &STYLE.replace('\r', ""), 1);
    let (before, after) = page.split_once("%data%").unwrap_or((&page, ""));
    (before.to_owned(), after.replacen("%script%", &script, 1))
}
