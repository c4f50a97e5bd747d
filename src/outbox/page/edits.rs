//! Describes a letter by the lines in which it differs from another.
//!
//! Applying the edits must restore every letter byte for byte; a letter for which that is impossible is not shown.

use serde::Serialize;
use similar::{Algorithm, capture_diff_slices};

/// How many letters are kept whole as bases for others: about as many as a campaign has languages.
const BASES: usize = 8;

/// The largest letter that the page shows, in bytes. A longer one has attachments; a mail program shows it better.
pub(super) const LARGEST: usize = 512 * 1024;

/// How the page shows a letter.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Shown<'a> {
    /// All its lines, without the CRLF between them.
    Whole {
        /// The lines, without their ends.
        lines: Vec<&'a str>,
    },
    /// The differences from a letter shown whole.
    Like {
        /// That letter's rank among all letters, from 0.
        like: u32,
        /// The edits, in the order of the lines.
        edits: Vec<Edit<'a>>,
    },
    /// Not on the page.
    FileOnly {},
}

/// An edit: the index of the first line from 0, how many lines are removed, and the lines inserted there.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Edit<'a>(pub(super) usize, pub(super) usize, pub(super) Vec<&'a str>);

/// The letters that are kept whole, most recently used first.
#[derive(Debug, Default)]
pub(super) struct Bases(Vec<(u32, String)>);

impl Bases {
    /// How to show the letter of this rank in about this many bytes.
    pub(super) fn show<'a>(&mut self, rank: u32, bytes: &'a [u8], room: usize) -> Shown<'a> {
        let text = match str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= LARGEST && room > 0 => text,
            _ => return Shown::FileOnly {},
        };
        let lines = lines(text);
        for at in 0..self.0.len() {
            let (like, base) = &self.0[at];
            let edits = edits(base, &lines);
            let added: usize = edits.iter().flat_map(|edit| &edit.2).map(|line| line.len() + 2).sum();
            if added * 2 < text.len() {
                let like = *like;
                self.0[..=at].rotate_right(1);
                return if added <= room { Shown::Like { like, edits } } else { Shown::FileOnly {} };
            }
        }
        if text.len() > room {
            return Shown::FileOnly {};
        }
        self.0.insert(0, (rank, text.to_owned()));
        self.0.truncate(BASES);
        Shown::Whole { lines }
    }
}

/// The lines, without the CRLF between them.
fn lines(text: &str) -> Vec<&str> {
    let mut from = 0;
    let ends = memchr::memmem::find_iter(text.as_bytes(), "\r\n").chain([text.len()]);
    ends.map(|end| &text[std::mem::replace(&mut from, end + 2)..end]).collect()
}

fn edits<'a>(base: &str, lines: &[&'a str]) -> Vec<Edit<'a>> {
    let base = self::lines(base);
    capture_diff_slices(Algorithm::Myers, &base, lines)
        .into_iter()
        .filter(|change| change.tag() != similar::DiffTag::Equal)
        .map(|change| {
            let added = lines.get(change.new_range()).unwrap_or_default().to_vec();
            Edit(change.old_range().start, change.old_range().len(), added)
        })
        .collect()
}
