//! Writes the content of the HTML part, with inline styles, since mail programs remove style sheets; without them for a web
//! page, which has a style sheet.
//!
//! It sets no text colour and no background, so that dark mode works. All text must be escaped with [`escape`].

use super::tree::{Block, Cells, Column, Inline};

/// Where the styles of the elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Styles {
    /// In each element.
    Inline,
    /// In the style sheet of the page.
    Sheet,
}

/// Writes the blocks as HTML, each on its own lines, with these values in their holes.
pub(super) fn write(blocks: &[Block], roll: &str, values: &[&str], styles: Styles) -> String {
    let mut html = Html { out: String::with_capacity(512), roll, values, styles, lists: 0 };
    html.blocks(blocks);
    html.out
}

struct Html<'a> {
    out: String,
    roll: &'a str,
    values: &'a [&'a str],
    styles: Styles,
    /// How many lists are open.
    lists: usize,
}

impl Html<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
            if !self.out.ends_with('\n') {
                self.out.push('\n');
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inlines) => self.element("p", "margin:0 0 1em", inlines),
            Block::Plain(inlines) => self.inlines(inlines),
            Block::Heading(level, inlines) => {
                let (name, style) = heading(*level);
                self.element(name, style, inlines);
            }
            Block::Quote(blocks) => {
                self.open("blockquote", "margin:0 0 1em;padding:0 0 0 1em;border-left:3px solid #999999");
                self.out.push('\n');
                self.blocks(blocks);
                self.out.push_str("</blockquote>");
            }
            Block::List { first, items } => self.list(*first, items),
            Block::Code(code) => {
                self.open("pre", "margin:0 0 1em;white-space:pre-wrap;font-family:monospace");
                self.out.push_str("<code>");
                escape(code, &mut self.out);
                self.out.push_str("</code></pre>");
            }
            Block::Rule => self.open("hr", "width:30%;margin:2em auto;border:0;border-top:1px solid #999999"),
            Block::Table { columns, head, rows } => self.table(columns, head, rows),
            Block::Roll => self.out.push_str(self.roll),
            Block::Notes(notes) => {
                self.open("hr", "width:30%;margin:2em 0 1em;border:0;border-top:1px solid #999999");
                self.out.push('\n');
                self.list(Some(1), notes);
            }
        }
    }

    fn table(&mut self, columns: &[Column], head: &Cells, rows: &[Cells]) {
        self.open("table", "margin:0 0 1em;border-collapse:collapse");
        self.out.push('\n');
        if head.iter().any(|cell| !cell.is_empty()) {
            self.out.push_str("<thead>\n");
            self.row(columns, head, true);
            self.out.push_str("</thead>\n");
        }
        self.out.push_str("<tbody>\n");
        rows.iter().for_each(|row| self.row(columns, row, false));
        self.out.push_str("</tbody>\n</table>");
    }

    fn row(&mut self, columns: &[Column], cells: &Cells, is_head: bool) {
        self.out.push_str("<tr>\n");
        for (column, cell) in columns.iter().zip(cells) {
            let align = match column {
                Column::Left => "left",
                Column::Centre => "center",
                Column::Right => "right",
            };
            // A header cell without words would be read aloud as one.
            let (open, close, line) = match is_head && !cell.is_empty() {
                true => ("th scope=\"col\"", "th", 2),
                false => ("td", "td", if is_head { 2 } else { 1 }),
            };
            match self.styles {
                Styles::Sheet if *column == Column::Left => self.out.push_str(&format!("<{open}>")),
                Styles::Sheet => self.out.push_str(&format!("<{open} class=\"{align}\">")),
                Styles::Inline => self.open(
                    open,
                    &format!("padding:4px 12px 4px 0;border-bottom:{line}px solid #999999;text-align:{align};vertical-align:top"),
                ),
            }
            self.inlines(cell);
            self.out.push_str(&format!("</{close}>\n"));
        }
        self.out.push_str("</tr>\n");
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>]) {
        let margin = if self.lists > 0 { ".3em 0 0" } else { "0 0 1em" };
        self.lists += 1;
        let name = if first.is_some() { "ol" } else { "ul" };
        let start = first.filter(|first| *first != 1).map_or_else(String::new, |first| format!(" start=\"{first}\""));
        self.open(&format!("{name}{start}"), &format!("margin:{margin};padding:0 0 0 2em"));
        self.out.push('\n');
        for item in items {
            self.open("li", "margin:0 0 .3em");
            match item.as_slice() {
                [Block::Plain(inlines)] => self.inlines(inlines),
                blocks => self.blocks(blocks),
            }
            self.out.push_str("</li>\n");
        }
        self.lists -= 1;
        self.out.push_str(&format!("</{name}>"));
    }

    fn element(&mut self, name: &str, style: &str, inlines: &[Inline]) {
        self.open(name, style);
        self.inlines(inlines);
        self.close(name);
    }

    /// Opens an element, with its style unless the page has that.
    fn open(&mut self, name: &str, style: &str) {
        let style: &[&str] = if self.styles == Styles::Inline { &[" style=\"", style, "\""] } else { &[] };
        for piece in ["<", name].iter().chain(style).chain(&[">"]) {
            self.out.push_str(piece);
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Hole(number) => self.text(self.values.get(*number).copied().unwrap_or_default()),
                Inline::Code(code) => {
                    self.open("code", "font-family:monospace");
                    self.text(code);
                    self.out.push_str("</code>");
                }
                Inline::Emphasis(inner) => self.span("em", inner),
                Inline::Strong(inner) => self.span("strong", inner),
                Inline::Struck(inner) => self.span("s", inner),
                Inline::Note(number) => {
                    self.open("sup", "font-size:.75em;line-height:0");
                    self.out.push_str(&format!("{number}</sup>"));
                }
                Inline::Link { address, title, text } => self.link(address, title, text),
                Inline::Image { content_id, alt, size: [width, height], .. } => {
                    self.out.push_str(&format!("<img src=\"cid:{content_id}\" alt=\""));
                    escape(alt, &mut self.out);
                    self.out.push_str(&format!("\" width=\"{width}\" height=\"{height}\""));
                    self.out.push_str(match self.styles {
                        Styles::Inline => " style=\"max-width:100%;height:auto;border:0\">",
                        Styles::Sheet => ">",
                    });
                }
                Inline::Soft => self.out.push('\n'),
                Inline::Hard => self.out.push_str("<br>\n"),
            }
        }
    }

    fn span(&mut self, name: &str, inlines: &[Inline]) {
        for piece in ["<", name, ">"] {
            self.out.push_str(piece);
        }
        self.inlines(inlines);
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        for piece in ["</", name, ">"] {
            self.out.push_str(piece);
        }
    }

    /// Writes a link. A link without text shows its address; otherwise nobody would see it.
    fn link(&mut self, address: &str, title: &str, text: &[Inline]) {
        self.out.push_str("<a href=\"");
        escape(address, &mut self.out);
        if !title.is_empty() {
            self.out.push_str("\" title=\"");
            escape(title, &mut self.out);
        }
        self.out.push_str("\">");
        if text.is_empty() {
            self.text(address)
        } else {
            self.inlines(text)
        }
        self.out.push_str("</a>");
    }

    /// Writes text in which a line feed is a line break.
    fn text(&mut self, text: &str) {
        for (rank, line) in text.split('\n').enumerate() {
            if rank > 0 {
                self.out.push_str("<br>\n");
            }
            escape(line, &mut self.out);
        }
    }
}

fn heading(level: usize) -> (&'static str, &'static str) {
    match level {
        1 => ("h1", "margin:1.2em 0 .6em;font-size:1.5em;line-height:1.25"),
        2 => ("h2", "margin:1.4em 0 .5em;font-size:1.25em;line-height:1.3"),
        3 => ("h3", "margin:1.4em 0 .4em;font-size:1.1em;line-height:1.3"),
        4 => ("h4", "margin:1.4em 0 .4em;font-size:1em;line-height:1.4"),
        5 => ("h5", "margin:1.4em 0 .4em;font-size:1em;line-height:1.4"),
        _ => ("h6", "margin:1.4em 0 .4em;font-size:1em;line-height:1.4"),
    }
}

/// Escapes text for content and for quoted attributes.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
