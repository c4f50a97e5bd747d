//! Builds a small tree from Markdown events. Both parts are written from it, so that they cannot differ.
//!
//! The tree contains unescaped values, so its writers must never parse them.

use super::escape::{HOLE, ROLL_MARK, hole, unescape_value};
use super::fault::{MarkupFault, MarkupProblem};
use super::image::{Image, ImageProblem, Images, width};
use super::link::address;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

/// How deeply containers may be nested, since the writers recurse.
const DEPTH: usize = 64;

/// CommonMark, and tables only to refuse them: they would otherwise become a paragraph.
const EXTENSIONS: Options = Options::ENABLE_TABLES;

/// A block of the letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    /// The text of an item in a tight list: a paragraph without space around it.
    Plain(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(usize, Vec<Inline>),
    Quote(Vec<Block>),
    List {
        /// The number of the first item; `None` for bullets.
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Code(String),
    Rule,
    Roll,
}

/// Inline content. A line feed in `Text` and `Code` is a line break in a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    /// The place of a value, by its number: like text, when it is filled.
    Hole(usize),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    Link {
        address: String,
        title: String,
        text: Vec<Inline>,
    },
    Image {
        content_id: String,
        alt: String,
        size: [u32; 2],
    },
    /// A soft line break.
    Soft,
    /// A hard line break.
    Hard,
}

/// Parses a source into blocks, or returns all its faults. `roll`: whether the letter can print a roll; `images`: those that
/// it can show.
pub(super) fn blocks(source: &str, roll: bool, images: &dyn Images) -> Result<Vec<Block>, Vec<MarkupFault>> {
    let tree = Tree::of(source, roll, images, false);
    if tree.faults.is_empty() { Ok(tree.close_all()) } else { Err(tree.faults) }
}

/// Parses a source with holes; `None` if it has a fault, or a hole elsewhere than in text, where its value would be read.
pub(super) fn with_holes(source: &str, images: &dyn Images) -> Option<Vec<Block>> {
    let tree = Tree::of(source, false, images, true);
    (tree.faults.is_empty() && !tree.has_bad_hole).then(|| tree.close_all())
}

/// An open container and its content so far.
struct Open {
    container: Container,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
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
    Emphasis,
    Strong,
    Link {
        address: String,
        title: String,
    },
    /// Its content is the text for those who cannot see it.
    Image(Image),
    /// A faulty or unsupported element: its content goes to its parent.
    Through,
}

impl Open {
    fn new(container: Container) -> Self {
        Open { container, blocks: Vec::new(), inlines: Vec::new(), items: Vec::new(), roll: false }
    }

    /// Ends text that is not wrapped in a paragraph.
    fn flush(&mut self) {
        if self.roll {
            self.blocks.push(Block::Roll);
            self.roll = false;
        } else if !self.inlines.is_empty() {
            self.blocks.push(Block::Plain(std::mem::take(&mut self.inlines)));
        }
    }
}

struct Tree<'a> {
    source: &'a str,
    roll: bool,
    images: &'a dyn Images,
    /// Never empty: the first is the letter itself.
    open: Vec<Open>,
    faults: Vec<MarkupFault>,
    /// Whether the source can have holes.
    holes: bool,
    /// Whether one is where its value would be read.
    has_bad_hole: bool,
}

impl<'a> Tree<'a> {
    fn of(source: &'a str, roll: bool, images: &'a dyn Images, holes: bool) -> Tree<'a> {
        let open = vec![Open::new(Container::Letter)];
        let mut tree = Tree { source, roll, images, open, faults: Vec::new(), holes, has_bad_hole: false };
        for (event, range) in Parser::new_ext(source, EXTENSIONS).into_offset_iter() {
            tree.take(event, range.start);
            if tree.open.len() > DEPTH {
                tree.fault(MarkupProblem::Depth, range.start);
                break;
            }
        }
        tree
    }

    fn take(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.start(tag, at),
            Event::End(_) => self.close(at),
            Event::Text(text) => self.text(&text, at),
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
            // CommonMark extensions that are not enabled.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
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
                Ok(image) => Container::Image(image),
                Err(problem) => {
                    self.fault(MarkupProblem::Image(problem), at);
                    Container::Through
                }
            },
            Tag::Table(_) => {
                self.fault(MarkupProblem::Table, at);
                Container::Through
            }
            Tag::HtmlBlock => {
                self.html(at);
                Container::Through
            }
            // CommonMark extensions that are not enabled.
            _ => Container::Through,
        };
        self.open.push(Open::new(container));
    }

    fn close(&mut self, at: usize) {
        // Only `close_all` closes the letter itself.
        if self.open.len() < 2 {
            return;
        }
        let Some(mut open) = self.open.pop() else { return };
        let inlines = std::mem::take(&mut open.inlines);
        match open.container {
            Container::Paragraph if open.roll => self.block(Block::Roll),
            Container::Paragraph => self.block(Block::Paragraph(inlines)),
            Container::Heading(level) => self.block(Block::Heading(level, inlines)),
            Container::CodeBlock => {
                self.has_bad_hole |= inlines.iter().any(|inline| matches!(inline, Inline::Hole(_)));
                self.block(Block::Code(
                    inlines
                        .into_iter()
                        .map(|inline| if let Inline::Text(text) = inline { text } else { String::new() })
                        .collect(),
                ));
            }
            Container::Quote => self.block(Block::Quote(open.blocks)),
            Container::List(first) => self.block(Block::List { first, items: open.items }),
            Container::Item => {
                open.inlines = inlines;
                open.flush();
                if let Some(list) = self.open.last_mut() {
                    list.items.push(open.blocks);
                }
            }
            Container::Emphasis => self.inline(Inline::Emphasis(inlines), at),
            Container::Strong => self.inline(Inline::Strong(inlines), at),
            Container::Link { address, title } => self.inline(Inline::Link { address, title, text: inlines }, at),
            Container::Image(Image { content_id, size }) => {
                let mut alt = String::new();
                self.has_bad_hole |= !plain(&inlines, &mut alt);
                self.inline(Inline::Image { content_id, alt, size }, at);
            }
            Container::Through | Container::Letter => {
                open.blocks.into_iter().for_each(|block| self.block(block));
                inlines.into_iter().for_each(|inline| self.inline(inline, at));
            }
        }
    }

    fn image(&self, address: &str) -> Result<Image, ImageProblem> {
        let path = unescape_value(address);
        if path.contains(ROLL_MARK) { Err(ImageProblem::Missing) } else { self.images.image(&path) }
    }

    fn close_all(mut self) -> Vec<Block> {
        while self.open.len() > 1 {
            self.close(self.source.len());
        }
        self.open.pop().map_or_else(Vec::new, |mut letter| {
            letter.flush();
            letter.blocks
        })
    }

    fn block(&mut self, block: Block) {
        if let Some(open) = self.open.last_mut() {
            open.flush();
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
            return self.words(text, at);
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

    /// Adds text, and the holes in it.
    fn words(&mut self, text: &str, at: usize) {
        if !self.has_hole(text) {
            return self.inline(Inline::Text(lines(text)), at);
        }
        let mut pieces = text.split(HOLE);
        let before = pieces.next().filter(|before| !before.is_empty());
        before.into_iter().for_each(|before| self.inline(Inline::Text(lines(before)), at));
        for piece in pieces {
            let Some((number, after)) = hole(piece) else {
                self.has_bad_hole = true;
                continue;
            };
            self.inline(Inline::Hole(number), at);
            if !after.is_empty() {
                self.inline(Inline::Text(lines(after)), at);
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

/// Adds the words of inline content, on one line; false if there is a hole in it.
fn plain(inlines: &[Inline], text: &mut String) -> bool {
    inlines.iter().all(|inline| {
        match inline {
            Inline::Text(words) | Inline::Code(words) => text.push_str(&words.replace('\n', " ")),
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
                return plain(inner, text);
            }
            Inline::Soft | Inline::Hard => text.push(' '),
            Inline::Hole(_) => return false,
        }
        true
    })
}

/// The unescaped text, with line ends in values normalised to LF.
fn lines(text: &str) -> String {
    let text = unescape_value(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.into_owned() }
}
