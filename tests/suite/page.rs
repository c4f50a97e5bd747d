//! A page of the documentation as the tests read it: sections, tables and fenced blocks.
//!
//! Tests must compare a page with what the program does, never with a copy of the page.

use crate::desk::root;
use std::fs;

/// A page, or a section of one.
pub(crate) struct Page {
    name: String,
    text: String,
}

/// A fenced block.
pub(crate) struct Block {
    /// The word after the opening fence.
    pub(crate) language: String,
    /// The line of text above the fence: the file that is shown, in bold.
    pub(crate) caption: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(name: &str) -> Page {
        let text = fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Page { name: name.to_owned(), text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// From the heading with these words to the next one of its rank.
    pub(crate) fn section(&self, heading: &str) -> Page {
        let mut taken = String::new();
        let mut rank = 0;
        let mut fenced = false;
        for line in self.text.lines() {
            fenced ^= line.starts_with("```");
            let here = if fenced { 0 } else { line.len() - line.trim_start_matches('#').len() };
            if here > 0 && line[here..].trim() == heading {
                rank = here;
            } else if rank > 0 && (1..=rank).contains(&here) {
                break;
            } else if rank > 0 {
                taken += line;
                taken.push('\n');
            }
        }
        assert!(rank > 0, "{} has no section {heading:?}", self.name);
        Page { name: format!("{}, {heading}", self.name), text: taken }
    }

    /// The rows of each table, without their headings.
    pub(crate) fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
        let mut above = false;
        for line in self.text.lines() {
            let is_row = line.starts_with('|');
            match tables.last_mut() {
                Some(table) if is_row && above => table.push(cells(line)),
                _ if is_row => tables.push(vec![cells(line)]),
                _ => {}
            }
            above = is_row;
        }
        for table in &mut tables {
            table.drain(..2.min(table.len()));
        }
        tables
    }

    /// The rows of the only table.
    pub(crate) fn table(&self) -> Vec<Vec<String>> {
        let mut tables = self.tables();
        assert_eq!(tables.len(), 1, "{} should have one table", self.name);
        tables.remove(0)
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut caption = "";
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if let Some(language) = line.strip_prefix("```") {
                let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
                blocks.push(Block { language: language.to_owned(), caption: caption.to_owned(), text });
                caption = "";
            } else if !line.trim().is_empty() {
                caption = line;
            }
        }
        blocks
    }

    /// A table must have exactly these rows. Told as Markdown, to be put in their place.
    #[track_caller]
    pub(crate) fn has_rows(&self, rows: &[Vec<String>], expected: &[Vec<String>]) {
        let written = |rows: &[Vec<String>]| {
            let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | ")).replace("|  |", "| |");
            rows.iter().map(line).collect::<String>()
        };
        let (have, want) = (written(rows), written(expected));
        assert!(have == want, "{} has the table\n\n{have}\nand it should be\n\n{want}", self.name);
    }
}

/// The cells of a row, without the code marks around a whole cell.
fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|').trim_end_matches('|');
    inside.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// A cell without its code marks.
pub(crate) fn bare(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// Whether a text matches what a page shows of it; a line `…` stands for any omitted lines.
pub(crate) fn is_shown(shown: &str, real: &str) -> bool {
    let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (shown, real) = (lines(shown), lines(real));
    let parts: Vec<&[String]> = shown.split(|line| line == "…").collect();
    let (Some((first, rest)), Some(last)) = (parts.split_first(), parts.last()) else { return false };
    if rest.is_empty() {
        return *first == real.as_slice();
    }
    if !real.starts_with(first) || !real.ends_with(last) {
        return false;
    }
    let mut from = first.len();
    for part in &rest[..rest.len() - 1] {
        match (from..=real.len().saturating_sub(part.len())).find(|&at| real[at..].starts_with(part)) {
            Some(at) => from = at + part.len(),
            None => return false,
        }
    }
    from + last.len() <= real.len()
}

#[test]
fn only_omitted_lines_are_marked() {
    let real = "a\nb\nc\nd\ne\n";
    for shown in ["a\nb\nc\nd\ne", "a\n…\ne", "…\nb\n…\nd\n…", "a\nb\n…", "…\nd\ne"] {
        assert!(is_shown(shown, real), "{shown:?}");
    }
    for shown in ["a\nb\nc", "b\n…", "a\n…\nd", "…\nd\n…\nb\n…", "…\nc\nb\n…", "…\nx\n…", "a\nb\nc\n…\nc\nd\ne"]
    {
        assert!(!is_shown(shown, real), "{shown:?}");
    }
}

#[test]
fn a_page_is_parsed_as_it_is_displayed() {
    let page = Page {
        name: "page".to_owned(),
        text: "# P\n\n## One\n\n**a.txt**\n\n```sh\n# no heading\n| no | row |\n```\n\n| x | y |\n|---|---|\n| `1` | |\n\n## Two\nz\n"
            .to_owned(),
    };
    let one = page.section("One");
    assert!(one.text().contains("no heading") && !one.text().contains('z'));
    let [block] = &one.blocks()[..] else { panic!("one block") };
    assert_eq!((&*block.language, &*block.caption, &*block.text), ("sh", "**a.txt**", "# no heading\n| no | row |\n"));
}

/// The plan of the modules that `src/lib.rs` opens with.
pub(crate) fn library_plan() -> String {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    lib.lines()
        .skip_while(|line| *line != "//! ```text")
        .skip(1)
        .take_while(|line| *line != "//! ```")
        .map(|line| format!("{}\n", line.trim_start_matches("//!").strip_prefix(' ').unwrap_or_default()))
        .collect()
}
