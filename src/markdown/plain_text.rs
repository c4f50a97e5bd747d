//! Writes the plain-text part.
//!
//! No crate wraps by display width and writes links, lists and quotations as people do in mail: html2text 0.16 starts from
//! HTML, and mdcat 2.7 writes for terminals.
//!
//! Lines are wrapped at 72 columns, only between words, so that addresses stay whole. Lines must never end in white space,
//! or blank lines repeat, except in code and in the roll.

use super::link::address_beside;
use super::table;
use super::tree::{Block, Inline};
use crate::text::line_break::separator;
use std::borrow::Cow;
use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

const WIDTH: usize = 72;
/// The minimum width of a nested block.
const MIN_WIDTH: usize = 24;
const HANGING: &str = "    ";
const RULE: &str = "* * *";

/// What is put into blocks as they are written.
#[derive(Clone, Copy)]
pub(super) struct Given<'g> {
    roll: &'g str,
    /// The values in the holes.
    values: &'g [&'g str],
}

/// Writes the blocks as text that ends with one line feed, with these values in their holes.
pub(super) fn write(blocks: &[Block], roll: &str, values: &[&str]) -> String {
    let given = Given { roll, values };
    if let [Block::Paragraph(inlines)] = blocks
        && let Some(text) = short_lines(inlines, given)
    {
        return text;
    }
    let mut text = lines(blocks, WIDTH, given).join("\n");
    text.push('\n');
    text
}

/// Writes a paragraph whose lines need not be wrapped, as an address; `None` for any other.
fn short_lines(inlines: &[Inline], given: Given) -> Option<String> {
    let mut text = String::with_capacity(4 * WIDTH);
    flatten(inlines, given, &mut text);
    let is_short = |line: &[u8]| match line {
        // No character has more columns than bytes.
        [.., last] => line.len() < WIDTH && last.is_ascii_graphic() && memchr::memchr(b'\t', line).is_none(),
        [] => false,
    };
    text.as_bytes().split(|b| *b == b'\n').all(is_short).then(|| {
        text.push('\n');
        text
    })
}

/// Writes the blocks as text in which each paragraph is one line, however long: a mail program wraps it.
pub(super) fn write_flowing(blocks: &[Block]) -> String {
    const ENDLESS: usize = 1 << 20;
    let mut text = lines(blocks, ENDLESS, Given { roll: "", values: &[] }).join("\n");
    text.push('\n');
    text
}

/// Wraps long lines of typeset text like those of the letter, with indented continuation lines.
pub fn hang(text: &str) -> String {
    let options = options(WIDTH).subsequent_indent(HANGING);
    let lines: Vec<_> = text.split('\n').flat_map(|line| textwrap::wrap(line, &options)).collect();
    lines.join("\n")
}

fn lines(blocks: &[Block], width: usize, given: Given) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut close = false;
    for block in blocks {
        let lines = block_lines(block, width.max(MIN_WIDTH), given);
        if lines.is_empty() {
            continue;
        }
        if !all.is_empty() && !close {
            all.push(String::new());
        }
        all.extend(lines);
        close = matches!(block, Block::Plain(_));
    }
    all
}

fn block_lines(block: &Block, width: usize, given: Given) -> Vec<String> {
    match block {
        Block::Paragraph(inlines) | Block::Plain(inlines) => fill(inlines, width, given),
        Block::Heading(level, inlines) => {
            let mut lines = fill(inlines, width, given);
            if let Some(widest) = lines.iter().map(|line| display_width(line)).max() {
                lines.push(if *level == 1 { "=" } else { "-" }.repeat(widest));
            }
            lines
        }
        Block::Quote(blocks) => indent(lines(blocks, width - 2, given), "> ", "> "),
        Block::List { first, items } => list(*first, items, width, given),
        Block::Code(code) => indent(code.trim_end().lines().map(String::from).collect(), "    ", "    "),
        Block::Rule => vec![format!("{:1$}{RULE}", "", (width.min(WIDTH) - RULE.len()) / 2)],
        Block::Table { columns, head, rows } => table::lines(columns, head, rows, width, given),
        Block::Notes(notes) => notes_lines(notes, width, given),
        Block::Roll if given.roll.trim().is_empty() => Vec::new(),
        Block::Roll => given.roll.trim_end_matches('\n').split('\n').map(String::from).collect(),
    }
}

fn list(first: Option<u64>, items: &[Vec<Block>], width: usize, given: Given) -> Vec<String> {
    let digits = first.map_or(0, |first| (first + items.len().saturating_sub(1) as u64).to_string().len());
    let loose = items.iter().flatten().any(|block| matches!(block, Block::Paragraph(_)));
    let mut all = Vec::new();
    for (number, item) in (first.unwrap_or_default()..).zip(items) {
        let marker = if first.is_some() { format!("{number:digits$}. ") } else { "- ".to_owned() };
        let mut item = lines(item, width - marker.len(), given);
        if item.is_empty() {
            item.push(String::new());
        }
        if loose && !all.is_empty() {
            all.push(String::new());
        }
        all.extend(indent(item, &marker, &" ".repeat(marker.len())));
    }
    all
}

/// The footnotes, each after its number.
fn notes_lines(notes: &[Vec<Block>], width: usize, given: Given) -> Vec<String> {
    let mut all = Vec::new();
    for (number, note) in (1..).zip(notes) {
        let marker = format!("[{number}] ");
        let note = lines(note, width - marker.len(), given);
        all.extend(indent(note, &marker, &" ".repeat(marker.len())));
    }
    all
}

fn indent(lines: Vec<String>, first: &str, rest: &str) -> Vec<String> {
    let prefixes = std::iter::once(first).chain(std::iter::repeat(rest));
    prefixes.zip(lines).map(|(prefix, line)| format!("{prefix}{line}").trim_end().to_owned()).collect()
}

pub(super) fn options<'a>(width: usize) -> Options<'a> {
    Options::new(width).break_words(false).word_separator(separator()).word_splitter(WordSplitter::NoHyphenation)
}

/// Wraps words to lines of `width` columns; returns no lines if there are no words.
fn fill(inlines: &[Inline], width: usize, given: Given) -> Vec<String> {
    let mut text = String::new();
    flatten(inlines, given, &mut text);
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let line = if line.contains('\t') { Cow::Owned(line.replace('\t', " ")) } else { Cow::Borrowed(line) };
        let mut push = |line: &str| {
            if !line.is_empty() || lines.last().is_some_and(|before| !before.is_empty()) {
                lines.push(line.to_owned());
            }
        };
        match line.trim_end() {
            // No character has more columns than bytes.
            short if short.len() < width => push(short),
            long => textwrap::wrap(long, options(width)).iter().for_each(|line| push(line.trim_end())),
        }
    }
    lines.pop_if(|last| last.is_empty());
    lines
}

pub(super) fn flatten(inlines: &[Inline], given: Given, text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(words) | Inline::Code(words) => text.push_str(words),
            Inline::Hole(number) => text.push_str(given.values.get(*number).copied().unwrap_or_default()),
            Inline::Emphasis(inner) => mark("_", inner, given, text),
            Inline::Strong(inner) => mark("*", inner, given, text),
            Inline::Struck(inner) => mark("~~", inner, given, text),
            Inline::Note(number) => text.push_str(&format!("[{number}]")),
            Inline::Link { address, text: inner, .. } => link(address, inner, given, text),
            Inline::Image { alt, .. } if alt.trim().is_empty() => {}
            Inline::Image { alt, .. } => text.push_str(&format!("[{}]", alt.trim())),
            Inline::Soft => text.push(' '),
            Inline::Hard => text.push('\n'),
        }
    }
}

fn mark(mark: &str, inner: &[Inline], given: Given, text: &mut String) {
    text.push_str(mark);
    flatten(inner, given, text);
    text.push_str(mark);
}

/// Writes `text <address>`, or only the text if it is the address.
fn link(address: &str, inner: &[Inline], given: Given, text: &mut String) {
    let mut words = String::new();
    flatten(inner, given, &mut words);
    text.push_str(&words);
    if let Some(shown) = address_beside(address, &words) {
        let space = if words.is_empty() || words.ends_with(char::is_whitespace) { "" } else { " " };
        text.push_str(&format!("{space}<{shown}>"));
    }
}
