//! Builds the tree of a letter from Markdown events.
//!
//! It must never drop a part of the letter in silence: what both parts cannot show is a fault.

use super::bare::{finish, original, protect};
use super::escape::{HOLE, ROLL_MARK, unescape_value};
use super::fault::{MarkupFault, MarkupProblem};
use super::image::{Image, ImageProblem, Images, width};
use super::link::address;
use super::notes::Notes;
use super::tree::{Block, Cells, Column, Inline, lines, plain};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use std::ops::Range;

/// How deeply containers may be nested, since the writers recurse.
const DEPTH: usize = 64;

/// What is added to CommonMark.
const EXTENSIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_FOOTNOTES);

/// Parses a source into blocks, or returns all its faults. `roll`: whether the letter can print a roll; `images`: those that
/// it can show.
pub(super) fn blocks(source: &str, roll: bool, images: &dyn Images) -> Result<Vec<Block>, Vec<MarkupFault>> {
    let tree = Tree::of(source, roll, images, false);
    if tree.faults.is_empty() { Ok(tree.close_all().0) } else { Err(tree.faults) }
}

/// Parses a source with holes; `None` if it has a fault, or a hole elsewhere than in text, where its value would be read.
pub(super) fn with_holes(source: &str, images: &dyn Images) -> Option<Vec<Block>> {
    let tree = Tree::of(source, false, images, true);
    if !tree.faults.is_empty() {
        return None;
    }
    let (blocks, has_bad_hole) = tree.close_all();
    (!has_bad_hole).then_some(blocks)
}

/// An open container and its content so far.
struct Open {
    container: Container,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
    cells: Cells,
    rows: Vec<Cells>,
    /// Where its last cell ends.
    cells_end: usize,
    /// Whether it contains the roll, which must be a paragraph of its own.
    roll: bool,
}

enum Container {
    Letter,
    Paragraph,
    Heading(usize),
    Quote,
    List(Option<u64>),
    Item,
    CodeBlock,
    Table(Vec<Column>),
    Row,
    Cell,
    /// A footnote, and where it begins.
    Note(String, usize),
    Emphasis,
    Strong,
    Struck,
    Link {
        address: String,
        title: String,
    },
    /// Its path; its content is the text for those who cannot see it.
    Image(String, Image),
    /// A faulty or unsupported element: its content goes to its parent.
    Through,
}

impl Open {
    fn new(container: Container) -> Self {
        Open {
            container,
            blocks: Vec::new(),
            inlines: Vec::new(),
            items: Vec::new(),
            cells: Vec::new(),
            rows: Vec::new(),
            cells_end: 0,
            roll: false,
        }
    }

    /// Ends text that is not wrapped in a paragraph. Returns whether there is a hole where its value would be read.
    fn flush(&mut self, holes: bool) -> bool {
        let mut has_bad_hole = false;
        if self.roll {
            self.blocks.push(Block::Roll);
            self.roll = false;
        } else if !self.inlines.is_empty() {
            self.blocks.push(Block::Plain(finish(
                std::mem::take(&mut self.inlines),
                false,
                holes.then_some(&mut has_bad_hole),
            )));
        }
        has_bad_hole
    }
}

struct Tree<'a> {
    source: &'a str,
    roll: bool,
    images: &'a dyn Images,
    /// Never empty: the first is the letter itself.
    open: Vec<Open>,
    notes: Notes,
    faults: Vec<MarkupFault>,
    /// Whether the source can have holes.
    holes: bool,
    /// Whether one is where its value would be read.
    has_bad_hole: bool,
}

impl<'a> Tree<'a> {
    fn of(source: &'a str, roll: bool, images: &'a dyn Images, holes: bool) -> Tree<'a> {
        let (protected, marks) = protect(source);
        let (open, notes) = (vec![Open::new(Container::Letter)], Notes::default());
        let mut tree = Tree { source, roll, images, open, notes, faults: Vec::new(), holes, has_bad_hole: false };
        for (event, range) in Parser::new_ext(&protected, EXTENSIONS).into_offset_iter() {
            let range = original(range.start, &marks)..original(range.end, &marks);
            let at = range.start;
            tree.take(event, range);
            if tree.open.len() > DEPTH {
                tree.fault(MarkupProblem::Depth, at);
                break;
            }
        }
        let unused = tree.notes.unused();
        unused.into_iter().for_each(|at| tree.fault(MarkupProblem::NoteUnused, at));
        tree.faults.sort_by_key(|fault| fault.line);
        tree
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        let at = range.start;
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::End(_) => self.close(range),
            Event::Text(text) => {
                self.unknown_notes(range);
                self.text(&text, at);
            }
            Event::Code(code) if code.contains(ROLL_MARK) => self.fault(MarkupProblem::RollPlace, at),
            Event::Code(code) => {
                self.has_bad_hole |= self.has_hole(&code);
                self.inline(Inline::Code(lines(&code)), at);
            }
            Event::InlineHtml(_) => self.html(at),
            // Reported at the start of its block, if it has one.
            Event::Html(_) if self.faults.is_empty() => self.html(at),
            Event::Html(_) => {}
            Event::SoftBreak => self.inline(Inline::Soft, at),
            Event::HardBreak => self.inline(Inline::Hard, at),
            Event::Rule => self.block(Block::Rule),
            // The roll has no notes of its own: its numbers would be those of the letter's.
            Event::FootnoteReference(_) if !self.roll => self.fault(MarkupProblem::NoteInRoll, at),
            Event::FootnoteReference(label) => {
                let follows_roll = self.open.first().is_some_and(|letter| letter.blocks.contains(&Block::Roll));
                let number = self.notes.number(&label, follows_roll);
                self.inline(Inline::Note(number), at);
            }
            // CommonMark extensions that are not enabled.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        let container = match tag {
            Tag::Paragraph => Container::Paragraph,
            Tag::Heading { level, .. } => Container::Heading(level as usize),
            Tag::BlockQuote(_) => Container::Quote,
            Tag::CodeBlock(_) => Container::CodeBlock,
            Tag::List(first) => Container::List(first),
            Tag::Item => Container::Item,
            Tag::Emphasis => Container::Emphasis,
            Tag::Strong => Container::Strong,
            Tag::Strikethrough => Container::Struck,
            Tag::FootnoteDefinition(label) => Container::Note(label.to_string(), at),
            Tag::Link { link_type, dest_url, title, .. } => {
                let destination =
                    if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                if destination.contains(ROLL_MARK) || title.contains(ROLL_MARK) {
                    self.fault(MarkupProblem::RollPlace, at);
                }
                self.has_bad_hole |= self.has_hole(&destination) || self.has_hole(&title);
                match address(&destination) {
                    Some(address) => Container::Link { address, title: unescape_value(&title).into_owned() },
                    None => {
                        self.fault(MarkupProblem::Link, at);
                        Container::Through
                    }
                }
            }
            Tag::Image { dest_url, .. } if self.has_hole(&dest_url) => {
                self.has_bad_hole = true;
                Container::Through
            }
            Tag::Image { dest_url, .. } => match self.image(&dest_url) {
                Ok((path, image)) => Container::Image(path, image),
                Err(problem) => {
                    self.fault(MarkupProblem::Image(problem), at);
                    Container::Through
                }
            },
            Tag::Table(columns) => Container::Table(columns.into_iter().map(Column::from).collect()),
            Tag::TableHead | Tag::TableRow => Container::Row,
            Tag::TableCell => Container::Cell,
            Tag::HtmlBlock => {
                self.html(at);
                Container::Through
            }
            // CommonMark extensions that are not enabled.
            _ => Container::Through,
        };
        self.open.push(Open::new(container));
    }

    fn close(&mut self, range: Range<usize>) {
        let at = range.start;
        // Only `close_all` closes the letter itself.
        if self.open.len() < 2 {
            return;
        }
        let Some(mut open) = self.open.pop() else { return };
        let mut inlines = std::mem::take(&mut open.inlines);
        if !matches!(open.container, Container::Item | Container::CodeBlock | Container::Through | Container::Letter) {
            let is_link = |container: &Container| matches!(container, Container::Link { .. } | Container::Image(..));
            let in_link = is_link(&open.container) || self.open.iter().any(|open| is_link(&open.container));
            inlines = finish(inlines, in_link, self.holes.then_some(&mut self.has_bad_hole));
        }
        match open.container {
            Container::Paragraph if open.roll => self.block(Block::Roll),
            Container::Paragraph => self.block(Block::Paragraph(inlines)),
            Container::Heading(level) => self.block(Block::Heading(level, inlines)),
            Container::CodeBlock => {
                let texts = inlines.iter().map(|inline| if let Inline::Text(text) = inline { text } else { "" });
                let code: String = texts.collect();
                self.has_bad_hole |= self.has_hole(&code);
                self.block(Block::Code(lines(&code)));
            }
            Container::Quote => self.block(Block::Quote(open.blocks)),
            Container::List(first) => self.block(Block::List { first, items: open.items }),
            Container::Item => {
                open.inlines = inlines;
                self.has_bad_hole |= open.flush(self.holes);
                if let Some(list) = self.open.last_mut() {
                    list.items.push(open.blocks);
                }
            }
            Container::Table(columns) => {
                let mut rows = open.rows.into_iter();
                let head = rows.next().unwrap_or_default();
                self.block(Block::Table { columns, head, rows: rows.collect() });
            }
            Container::Row => {
                let rest = self.source.get(open.cells_end..range.end).unwrap_or_default();
                if rest.contains(|c: char| c != '|' && !c.is_whitespace()) {
                    self.fault(MarkupProblem::Table, at);
                }
                if let Some(table) = self.open.last_mut() {
                    table.rows.push(open.cells);
                }
            }
            Container::Cell => {
                if let Some(row) = self.open.last_mut() {
                    row.cells.push(inlines);
                    row.cells_end = range.end;
                }
            }
            Container::Note(label, at) => self.notes.define(label, at, open.blocks),
            Container::Emphasis => self.inline(Inline::Emphasis(inlines), at),
            Container::Strong => self.inline(Inline::Strong(inlines), at),
            Container::Struck => self.inline(Inline::Struck(inlines), at),
            Container::Link { address, title } => self.inline(Inline::Link { address, title, text: inlines }, at),
            Container::Image(path, Image { content_id, size }) => {
                let mut alt = String::new();
                self.has_bad_hole |= !plain(&inlines, &mut alt);
                self.inline(Inline::Image { path, content_id, alt, size }, at);
            }
            Container::Through | Container::Letter => {
                open.blocks.into_iter().for_each(|block| self.block(block));
                inlines.into_iter().for_each(|inline| self.inline(inline, at));
            }
        }
    }

    fn image(&self, address: &str) -> Result<(String, Image), ImageProblem> {
        let path = unescape_value(address);
        match path.contains(ROLL_MARK) {
            true => Err(ImageProblem::Missing),
            false => self.images.image(&path).map(|image| (path.into_owned(), image)),
        }
    }

    /// Returns the blocks, and whether there is a hole where its value would be read.
    fn close_all(mut self) -> (Vec<Block>, bool) {
        while self.open.len() > 1 {
            self.close(self.source.len()..self.source.len());
        }
        let Some(mut letter) = self.open.pop() else { return (Vec::new(), true) };
        self.has_bad_hole |= letter.flush(self.holes);
        (self.notes.placed(letter.blocks), self.has_bad_hole)
    }

    fn block(&mut self, block: Block) {
        if let Some(open) = self.open.last_mut() {
            self.has_bad_hole |= open.flush(self.holes);
            open.blocks.push(block);
        }
    }

    fn inline(&mut self, inline: Inline, at: usize) {
        let Some(open) = self.open.last_mut() else { return };
        if open.roll {
            open.roll = false;
            self.fault(MarkupProblem::RollPlace, at);
            return;
        }
        match (open.inlines.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => open.inlines.push(inline),
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        let mut text = text;
        if let Some(Inline::Image { size, .. }) = self.open.last_mut().and_then(|open| open.inlines.last_mut())
            && let Some(width) = width(text)
        {
            match width {
                Ok((width, rest)) => {
                    let height = u64::from(size[1]) * u64::from(width) / u64::from(size[0].max(1));
                    *size = [width, u32::try_from(height.max(1)).unwrap_or(u32::MAX)];
                    text = rest;
                }
                Err(problem) => return self.fault(MarkupProblem::Image(problem), at),
            }
        }
        if text.is_empty() {
            return;
        }
        if !text.contains(ROLL_MARK) {
            return self.inline(Inline::Text(text.to_owned()), at);
        }
        let Some(open) = self.open.last_mut() else { return };
        let alone = text == ROLL_MARK
            && matches!(open.container, Container::Paragraph | Container::Item)
            && open.inlines.is_empty()
            && !open.roll;
        if !alone {
            let mark = self.source.get(at..).and_then(|from| from.find(ROLL_MARK)).unwrap_or_default();
            self.fault(MarkupProblem::RollPlace, at + mark);
        } else if self.roll {
            open.roll = true;
        } else {
            self.fault(MarkupProblem::RollInRoll, at);
        }
    }

    /// Reports marks of footnotes that are plain text because the footnote does not exist.
    fn unknown_notes(&mut self, range: Range<usize>) {
        if self.open.last().is_some_and(|open| matches!(open.container, Container::CodeBlock)) {
            return;
        }
        for (at, _) in self.source.get(range.clone()).unwrap_or_default().match_indices('[') {
            let at = range.start + at;
            let label = self.source[at..].strip_prefix("[^").and_then(|rest| rest.split_once(']'));
            let is_mark = label.is_some_and(|(label, _)| !label.is_empty() && !label.contains(char::is_whitespace));
            if is_mark && !self.source[..at].ends_with('\\') {
                self.fault(MarkupProblem::NoteUnknown, at);
            }
        }
    }

    fn has_hole(&self, text: &str) -> bool {
        self.holes && text.contains(HOLE)
    }

    /// Reports HTML once per line, not once per tag.
    fn html(&mut self, at: usize) {
        let fault = MarkupFault::new(MarkupProblem::Html, self.source, at);
        if self.faults.last().is_none_or(|last| (last.kind, last.line) != (fault.kind, fault.line)) {
            self.faults.push(fault);
        }
    }

    fn fault(&mut self, kind: MarkupProblem, at: usize) {
        self.faults.push(MarkupFault::new(kind, self.source, at));
    }
}
