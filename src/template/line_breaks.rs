//! Lines that an author means as lines, such as those of a signature, but Markdown prints as one.
//!
//! It must stay silent about prose: a warning that is mostly wrong is not read.

use super::source::{Format, Source};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::spans;

/// The longest line that may be meant as a line, in characters. Prose is wrapped later.
const LONGEST: usize = 44;

impl Source {
    /// Reports each paragraph in Markdown of short lines that do not read on and have no `\` between them.
    pub fn lines_run_together(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.format != Format::Markdown {
            return findings;
        }
        let mut paragraph: Vec<(u32, &str)> = Vec::new();
        let mut fence = None;
        for (number, line) in (1..).zip(self.text.lines().chain([""])) {
            let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
            if mark.is_some() && (fence.is_none() || fence == mark) {
                fence = if fence.is_some() { None } else { mark };
            }
            // A condition may leave out the lines in it.
            let ends = line.trim().is_empty() || is_tag(line) || mark.is_some() || fence.is_some();
            if !ends {
                paragraph.push((number, line));
                continue;
            }
            let lines: Vec<&str> = paragraph.iter().map(|(_, line)| *line).collect();
            // A letter begins with its header lines.
            let is_header = paragraph.first().is_some_and(|(number, line)| *number == 1 && line.contains(": "));
            if let (Some(&(number, line)), true) = (paragraph.first(), !is_header && run_together(&lines)) {
                let what = spans!["a line break alone is a space: these ", lines.len(), " lines are printed as one"];
                let finding = Finding::new(Code::LinesTogether, what).at(Place::at(&*self.file, number, 1));
                findings.push(finding.quote(line).help("end each of them but the last with \\"));
            }
            paragraph.clear();
        }
        findings
    }
}

fn run_together(lines: &[&str]) -> bool {
    lines.len() > 1
        && lines.iter().all(|line| is_short_text(line))
        && lines.windows(2).all(|pair| !reads_on(pair[0], pair[1]))
}

/// Whether a line is nothing but a tag that prints nothing itself, or includes a partial, which can be several lines.
fn is_tag(line: &str) -> bool {
    let line = line.trim();
    ["{{#", "{{/", "{{else", "{{^", "{{!", "{{~", "{{>"].iter().any(|begin| line.starts_with(begin))
        && line.ends_with("}}")
}

/// Whether a line is short, begins a paragraph or continues one, and does not end in a line break.
fn is_short_text(line: &str) -> bool {
    let item = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_item = item.len() < line.len() && item.starts_with(['.', ')'])
        || ["- ", "* ", "+ ", "#", ">", "=", "--", "__", "!"].iter().any(|sign| line.starts_with(sign));
    line.chars().count() <= LONGEST
        && !is_item
        && !line.starts_with(char::is_whitespace)
        && !line.ends_with("  ")
        && !line.ends_with('\\')
        && !line.contains('|')
        && !line.contains("]:")
}

/// Whether two lines are one sentence, or one sentence and the next.
fn reads_on(line: &str, next: &str) -> bool {
    let next_word = next.split_whitespace().next().unwrap_or_default();
    let is_address = next_word.contains('@') || next_word.starts_with("www.") || next_word.contains("://");
    line.ends_with(['.', '!', '?', ':', ';', '…', '-', '–', '—'])
        || (!is_address && next.trim_start_matches(['*', '_', '~', '(', '"', '“']).starts_with(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u32> {
        let source = Source {
            file: "templates/letter.md.hbs".into(),
            name: "letter".into(),
            format: Format::Markdown,
            text: text.into(),
        };
        let found = source.lines_run_together();
        found.iter().filter_map(|finding| finding.place().and_then(|place| place.line)).collect()
    }

    #[test]
    fn short_lines_of_an_address_or_a_signature_are_found() {
        assert_eq!(lines("Subject: x\n\nWe write.\n\n{{closing}}\nAnna Berg\nDirector\n"), [5]);
        assert_eq!(lines("**The Desk**\n212 Alder Street\nPort Ellery\ndesk@example.org\nwww.example.org"), [1]);
        assert_eq!(lines("{{#if recipient.title}}\nTo the\n{{/if}}\nAnna Berg\n{{recipient.title}}"), [4]);
    }

    #[test]
    fn prose_and_what_is_broken_on_purpose_are_not() {
        for text in [
            "Subject: x\nAttach: y",
            "Anna Berg\\\nDirector",
            "Anna Berg  \nDirector",
            "We write to you because of\nthe harm done.",
            "We are angry.\nWe want an answer.",
            "We met with people from all of the regions\nMs. Okafor named, and with those from the regions she did not.",
            "- one\n- Two",
            "1. One\n2. Two",
            "> One\n> Two",
            "| A | B |\n|---|---|\n| C | D |",
            "A | B\n---|---\nC | D",
            "Title\n=====",
            "Title\n-----",
            "    Code\n    More",
            "```\nCode\nMore\n```",
            "~~~\nCode\n\nMore\nYet more\n```\n~~~",
            "[a]: https://example.org\n[b]: https://example.org",
            "[^1]: One\n[^2]: Two",
            "{{#if a}}\nDear A\n{{else}}\nDear B\n{{/if}}",
            "{{> address}}\nAnna Berg",
            "![Logo](images/logo.png)\nAlder Street",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }
}
