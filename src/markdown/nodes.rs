//! Writes a letter's blocks as the nodes that its page's template typesets.
//!
//! The words must be those of the other two parts, in the same order. All text stays text: nothing in a node is ever read as
//! markup.

use super::link::address_beside;
use super::parse;
use super::tree::{Block, Cells, Column, Inline, plain};
use super::{Images, MarkupFault};
use serde_json::{Value, json};

/// Nodes of a letter for paper, and their words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    /// One node for each block.
    pub blocks: Vec<Value>,
    /// Every text in them, each on a line of its own.
    pub words: String,
}

/// Which headings are open. A tagged page begins with a heading of level 1 and skips none (ISO 14289-1 §7.4.2), so headings
/// are renumbered.
#[derive(Clone, Debug, Default)]
pub struct Headings(Vec<usize>);

impl Headings {
    fn level(&mut self, level: usize) -> usize {
        self.0.retain(|outer| *outer < level);
        self.0.push(level);
        self.0.len()
    }
}

/// Converts a rendered Markdown source to nodes. `roll` is what the campaign prints as its roll, if that is Markdown too; without
/// it, the roll's node is the place of the built-in one, and names the level of its headings.
///
/// # Errors
/// Everything that is wrong with the source.
pub fn nodes(
    source: &str,
    roll: Option<&str>,
    images: &dyn Images,
    headings: &mut Headings,
) -> Result<Nodes, Vec<MarkupFault>> {
    let blocks = parse::blocks(source, true, images)?;
    let roll = roll.map(|source| parse::blocks(source, false, images)).transpose()?;
    let mut writer = Writer { words: String::new(), headings, roll };
    let blocks = writer.blocks(&blocks);
    Ok(Nodes { blocks, words: writer.words })
}

struct Writer<'w> {
    words: String,
    headings: &'w mut Headings,
    roll: Option<Vec<Block>>,
}

fn node(kind: &str, content: Value) -> Value {
    json!({ "kind": kind, "content": content })
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) -> Vec<Value> {
        let mut nodes = Vec::with_capacity(blocks.len());
        for block in blocks {
            match (block, self.roll.take()) {
                (Block::Roll, Some(roll)) => nodes.extend(self.blocks(&roll)),
                (block, roll) => {
                    self.roll = roll;
                    nodes.push(self.block(block));
                }
            }
        }
        nodes
    }

    fn block(&mut self, block: &Block) -> Value {
        match block {
            Block::Paragraph(inlines) => node("paragraph", self.text(inlines)),
            Block::Plain(inlines) => node("plain", self.text(inlines)),
            Block::Heading(level, inlines) => {
                let level = self.headings.level(*level);
                node("heading", json!({ "level": level, "text": self.text(inlines) }))
            }
            Block::Quote(blocks) => node("quote", self.blocks(blocks).into()),
            Block::List { first, items } => {
                let items: Vec<_> = items.iter().map(|item| self.blocks(item)).collect();
                node("list", json!({ "first": first, "items": items }))
            }
            Block::Table { columns, head, rows } => {
                let columns = columns.iter().map(|column| match column {
                    Column::Left => "left",
                    Column::Centre => "center",
                    Column::Right => "right",
                });
                let columns: Vec<_> = columns.collect();
                let head = Some(head).filter(|head| head.iter().any(|cell| !cell.is_empty()));
                let head = head.map(|head| self.cells(head, columns.len())).unwrap_or_default();
                let rows: Vec<_> = rows.iter().map(|row| self.cells(row, columns.len())).collect();
                node("table", json!({ "columns": columns, "head": head, "rows": rows }))
            }
            Block::Code(code) => {
                self.word(code);
                node("code_block", code.trim_end().into())
            }
            Block::Rule => node("rule", Value::Null),
            Block::Roll => node("roll", json!({ "level": self.headings.0.len() + 1 })),
            Block::Notes(notes) => {
                let notes: Vec<_> = notes.iter().map(|note| self.blocks(note)).collect();
                node("notes", notes.into())
            }
        }
    }

    fn cells(&mut self, cells: &Cells, columns: usize) -> Vec<Value> {
        cells.iter().take(columns).map(|cell| self.text(cell)).collect()
    }

    /// The text of one block.
    fn text(&mut self, inlines: &[Inline]) -> Value {
        let nodes = self.inlines(inlines);
        self.words.push('\n');
        nodes.into()
    }

    fn inlines(&mut self, inlines: &[Inline]) -> Vec<Value> {
        inlines.iter().map(|inline| self.inline(inline)).collect()
    }

    fn inline(&mut self, inline: &Inline) -> Value {
        match inline {
            Inline::Text(text) => node("text", self.word(text)),
            Inline::Code(text) => node("code", self.word(text)),
            Inline::Emphasis(inner) => node("emphasis", self.inlines(inner).into()),
            Inline::Strong(inner) => node("strong", self.inlines(inner).into()),
            Inline::Struck(inner) => node("struck", self.inlines(inner).into()),
            Inline::Link { address, text, .. } => {
                let mut words = String::new();
                plain(text, &mut words);
                let text = self.inlines(text);
                let beside = address_beside(address, &words);
                if let Some(beside) = beside {
                    self.word(&format!(" ({beside})"));
                }
                node("link", json!({ "address": address, "text": text, "beside": beside }))
            }
            Inline::Note(number) => {
                self.word(&number.to_string());
                node("note", (*number).into())
            }
            Inline::Image { path, alt, size: [width, _], .. } => {
                node("image", json!({ "path": path, "alt": alt.trim(), "width": width }))
            }
            Inline::Soft => {
                self.words.push(' ');
                node("soft", Value::Null)
            }
            Inline::Hard => {
                self.words.push(' ');
                node("hard", Value::Null)
            }
            // Only the quick way leaves holes.
            Inline::Hole(_) => node("text", "".into()),
        }
    }

    fn word(&mut self, text: &str) -> Value {
        self.words.push_str(text);
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NoImages, ROLL_MARK};
    use super::*;

    fn of(source: &str, roll: Option<&str>) -> Nodes {
        nodes(source, roll, &NoImages, &mut Headings::default()).expect("no fault")
    }

    #[test]
    fn headings_begin_at_level_1_and_skip_none() {
        let source = format!("## A\n\n#### B\n\n# C\n\n### D\n\n{ROLL_MARK}\n\n### E\n");
        let levels =
            |nodes: Nodes| -> Vec<Value> { nodes.blocks.iter().map(|node| node["content"]["level"].clone()).collect() };
        assert_eq!(levels(of(&source, None)), [1, 2, 1, 2, 3, 2]);
        assert_eq!(levels(of(&source, Some("#### F\n"))), [1, 2, 1, 2, 3, 2]);
    }

    #[test]
    fn an_address_is_printed_beside_the_words_of_its_link() {
        let beside = |source: &str| of(source, None).blocks[0]["content"][0]["content"]["beside"].clone();
        assert_eq!(beside("[the law](https://example.org/law)"), "https://example.org/law");
        assert_eq!(beside("[desk](mailto:desk@example.org?subject=a)"), "desk@example.org");
        for same in ["<https://example.org/>", "[desk@example.org](mailto:desk@example.org)"] {
            assert_eq!(beside(same), Value::Null, "{same}");
        }
    }

    #[test]
    fn every_text_is_among_the_words() {
        let source = "One *two* `three`\n\n- four\n  - five\n\n| six | seven |\n|--|--|\n| eight | ~~nine~~ |\n\n> ten[^1]\n\n\
                      [^1]: eleven\n";
        let nodes = of(source, None);
        assert_eq!(
            nodes.words.split_whitespace().collect::<Vec<_>>().join(" "),
            "One two three four five six seven eight nine ten1 eleven"
        );
    }
}
