//! Describes a letter by the lines in which it differs from another.
//!
//! Letters share most of their bytes. A block of lines that two letters share is compared as one, by where it is in memory.
//! Letters in two languages share no block, so that each language has a letter that is shown whole.
//!
//! Applying the edits must restore every letter byte for byte; a letter for which that is impossible is not shown.

use crate::message::octets::Octets;
use memchr::memmem;
use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::cmp::Reverse;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// How many letters are kept whole as bases for others: about as many as a campaign has languages.
const BASES: usize = 8;

/// The largest letter that the page shows, in bytes. A longer one has attachments; a mail program shows it better.
const LARGEST: usize = 512 * 1024;

/// The shortest shared run that is compared as one, in bytes.
const LONG: usize = 256;

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

/// The letters that are kept whole, those most like the last letter first.
#[derive(Debug, Default)]
pub(super) struct Bases(Vec<Base>);

/// A letter kept whole.
struct Base {
    rank: u32,
    octets: Octets,
    /// The index of the letter's line with which each piece begins, and the number of all lines.
    begins: Vec<usize>,
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base {{ {} }}", self.rank)
    }
}

impl Bases {
    /// Takes what the page shows of the letter of this rank in about this many bytes.
    pub(super) fn show<T>(&mut self, rank: u32, octets: &Octets, room: usize, take: impl FnOnce(Shown<'_>) -> T) -> T {
        let is_shown = room > 0 && octets.len() <= LARGEST;
        let Some(parted) = is_shown.then(|| Parted::of(octets)).flatten() else { return take(Shown::FileOnly {}) };
        let pieces = parted.pieces();
        // To compare it with a letter in another language takes long, and finds little.
        self.0.sort_by_cached_key(|base| Reverse(in_common(&base.octets, octets)));
        for at in 0..self.0.len() {
            let Some(base) = Parted::of(&self.0[at].octets) else { continue };
            let edits = edits(&base.pieces(), &self.0[at].begins, &pieces);
            let added: usize = edits.iter().flat_map(|edit| &edit.2).map(|line| line.len() + 2).sum();
            if added * 2 < octets.len() {
                let like = self.0[at].rank;
                self.0[..=at].rotate_right(1);
                return take(if added <= room { Shown::Like { like, edits } } else { Shown::FileOnly {} });
            }
        }
        if octets.len() > room {
            return take(Shown::FileOnly {});
        }
        let (mut lines, mut begins) = (Vec::new(), vec![0]);
        for piece in &pieces {
            lines.extend(piece.lines());
            begins.push(lines.len());
        }
        self.0.insert(0, Base { rank, octets: octets.clone(), begins });
        self.0.truncate(BASES);
        take(Shown::Whole { lines })
    }
}

/// How many long shared runs two letters have in common.
fn in_common(one: &Octets, other: &Octets) -> usize {
    fn long(octets: &Octets) -> impl Iterator<Item = *const u8> {
        let runs = octets.marked_runs().filter(|(run, is_shared)| *is_shared && run.len() >= LONG);
        runs.map(|(run, _)| run.as_ptr())
    }
    let others: Vec<_> = long(other).collect();
    long(one).filter(|run| others.contains(run)).count()
}

/// A letter's text without its shared blocks.
struct Parted<'o> {
    /// An empty line is in place of each block.
    text: String,
    /// The blocks: whole lines without the last CRLF, and where the empty line is.
    blocks: Vec<(usize, &'o str)>,
}

/// A line, or a block of lines, which is the same only as itself.
#[derive(Clone, Copy)]
enum Piece<'p> {
    Line(&'p str),
    Block(&'p str),
}

impl PartialEq for Piece<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Piece::Line(one), Piece::Line(other)) => one == other,
            (Piece::Block(one), Piece::Block(other)) => std::ptr::eq(*one, *other),
            _ => false,
        }
    }
}

impl Eq for Piece<'_> {}

impl Hash for Piece<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Piece::Line(line) => line.hash(state),
            Piece::Block(block) => block.as_ptr().hash(state),
        }
    }
}

impl<'p> Piece<'p> {
    /// The lines, without the CRLF between them.
    fn lines(self) -> Vec<&'p str> {
        match self {
            Piece::Line(line) => vec![line],
            Piece::Block(block) => lines(block).map(|(_, line)| line).collect(),
        }
    }
}

impl Parted<'_> {
    /// `None` for a letter that is not UTF-8.
    fn of(octets: &Octets) -> Option<Parted<'_>> {
        let (mut text, mut blocks) = (Vec::new(), Vec::new());
        for (run, is_shared) in octets.marked_runs() {
            let ends = match is_shared && run.len() >= LONG {
                true => memmem::find(run, b"\r\n").map(|end| end + 2).zip(memmem::rfind(run, b"\r\n")),
                false => None,
            };
            match ends {
                Some((begin, end)) if begin < end => {
                    text.extend_from_slice(&run[..begin]);
                    blocks.push((text.len(), str::from_utf8(&run[begin..end]).ok()?));
                    text.extend_from_slice(&run[end..]);
                }
                _ => text.extend_from_slice(run),
            }
        }
        Some(Parted { text: String::from_utf8(text).ok()?, blocks })
    }

    fn pieces(&self) -> Vec<Piece<'_>> {
        let mut blocks = self.blocks.iter().peekable();
        lines(&self.text)
            .map(|(begin, line)| match blocks.next_if(|(at, _)| *at == begin) {
                Some((_, block)) => Piece::Block(block),
                None => Piece::Line(line),
            })
            .collect()
    }
}

/// The lines, without the CRLF between them, and where they begin.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    let ends = memmem::find_iter(text.as_bytes(), "\r\n").chain([text.len()]);
    ends.map(move |end| {
        let begin = std::mem::replace(&mut from, end + 2);
        (begin, &text[begin..end])
    })
}

/// The edits from a base, whose pieces begin with these lines. Only what is between two blocks that both have is compared.
fn edits<'p>(base: &[Piece<'_>], begins: &[usize], pieces: &[Piece<'p>]) -> Vec<Edit<'p>> {
    let (mut all, mut old, mut new) = (Vec::new(), 0, 0);
    for (at, block) in pieces.iter().enumerate().filter(|(_, piece)| matches!(piece, Piece::Block(_))) {
        if let Some(same) = base[old..].iter().position(|piece| piece == block) {
            all.extend(edits_between(&base[old..old + same], &begins[old..], &pieces[new..at]));
            (old, new) = (old + same + 1, at + 1);
        }
    }
    all.extend(edits_between(&base[old..], &begins[old..], &pieces[new..]));
    all
}

fn edits_between<'p>(base: &[Piece<'_>], begins: &[usize], pieces: &[Piece<'p>]) -> Vec<Edit<'p>> {
    let edit = |old: Range<usize>, new: Range<usize>| {
        let [from, to] = [old.start, old.end].map(|at| begins[at]);
        Edit(from, to - from, pieces[new].iter().flat_map(|piece| piece.lines()).collect())
    };
    if base.len() != pieces.len() {
        let changes = capture_diff_slices(Algorithm::Myers, base, pieces).into_iter();
        let changes = changes.filter(|change| change.tag() != DiffTag::Equal);
        return changes.map(|change| edit(change.old_range(), change.new_range())).collect();
    }
    // Mostly the same lines with other names: what differs is where it was.
    let (mut edits, mut at) = (Vec::new(), 0);
    while let Some(from) = (at..base.len()).find(|at| base[*at] != pieces[*at]) {
        at = (from..base.len()).find(|at| base[*at] == pieces[*at]).unwrap_or(base.len());
        edits.push(edit(from..at, from..at));
    }
    edits
}
