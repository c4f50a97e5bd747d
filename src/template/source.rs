//! A template file, and how it splits into header lines and body.
//!
//! A template has the structure of a message: header lines, a blank line, the body. This module must never render.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, spans};
use crate::markdown::Images;
use crate::markdown::remote::{Load, loads_in_template};
use crate::text::characters::{TextUse, refused};
use crate::text::script::{MARK, TAG};

/// The format of a template, which decides how values are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `.md.hbs`: becomes both parts of a message.
    Markdown,
    /// `.txt.hbs`, and every header line.
    Text,
    /// `.html.hbs`.
    Html,
}

impl Format {
    /// The file name's extension.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Markdown => ".md.hbs",
            Format::Text => ".txt.hbs",
            Format::Html => ".html.hbs",
        }
    }

    /// All formats.
    pub const ALL: [Format; 3] = [Format::Markdown, Format::Text, Format::Html];
}

/// One template file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// Its name: the path in `templates/` without the extension.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Its text, with LF line ends and without a byte order mark.
    pub text: String,
}

impl Source {
    /// Reports the first character on each line that no letter may contain: one that hides a word inside another, reverses
    /// the text, or is not text.
    pub fn characters(&self) -> Vec<Finding> {
        let on_line = |(number, line): (u32, &str)| {
            let refused = refused(line, TextUse::Template)?;
            let column = line[..refused.offset].chars().count() as u32 + 1;
            let finding = Finding::new(Code::TemplateText, spans!["the template contains ", own(refused.to_string())]);
            Some(finding.at(Place::at(&*self.file, number, column)).quote(line).help(refused.class.help()))
        };
        (1..).zip(self.text.split('\n')).filter_map(on_line).collect()
    }

    /// Reports each image in Markdown that has no text for those who cannot see it. A logo beside its organisation's name
    /// needs one too: screen readers read the file's name otherwise.
    pub fn images_without_text(&self) -> Vec<Finding> {
        let on_line = |(number, line): (u32, &str)| {
            let at = line.match_indices("![").find(|(at, _)| {
                let rest = line[at + 2..].trim_start();
                rest.starts_with("](")
            });
            let column = line[..at?.0].chars().count() as u32 + 1;
            let finding = Finding::new(Code::ImageText, "an image has no text for those who cannot see it");
            let help = "write what it shows: ![Alder Street Coalition](images/logo.png)";
            Some(finding.at(Place::at(&*self.file, number, column)).quote(line).help(help))
        };
        let is_markdown = self.format == Format::Markdown;
        (1..).zip(self.text.split('\n')).filter(|_| is_markdown).filter_map(on_line).collect()
    }

    /// Reports what HTML would load from the network, and each image of the campaign that it cannot show.
    pub fn loads(&self, images: &dyn Images) -> Vec<Finding> {
        if self.format != Format::Html {
            return Vec::new();
        }
        let finding = |load: Load| {
            Finding::new(load.problem.code(), load.problem.what())
                .at(Place::in_text(&*self.file, &self.text, load.at.start))
                .help(load.problem.help())
        };
        loads_in_template(&self.text, images).into_iter().map(finding).collect()
    }

    /// Returns the template's own text for a search, at the same byte offsets as in the file. Each byte of a tag becomes
    /// `TAG`, except for line ends and quoted text in it; a sign of emphasis becomes `MARK`.
    pub fn static_text(&self) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        // The name of the header line is not the author's text.
        if let Some(value) = rest.strip_prefix("Subject:") {
            text.extend(std::iter::repeat_n(TAG, rest.len() - value.len()));
            rest = value;
        }
        while let Some((before, tag)) = rest.split_once("{{") {
            self.push_own(before, &mut text);
            let end = tag_end(tag);
            text.extend([TAG; 2]);
            let is_comment = tag.starts_with('!');
            let mut quote = None;
            for c in tag[..end].chars() {
                let is_own = c == '\n' || quote.is_some_and(|open| c != open) && !is_comment;
                match quote {
                    Some(open) => quote = (c != open).then_some(open),
                    None => quote = matches!(c, '"' | '\'').then_some(c),
                }
                if is_own { text.push(c) } else { text.extend(std::iter::repeat_n(TAG, c.len_utf8())) }
            }
            rest = &tag[end..];
        }
        self.push_own(rest, &mut text);
        text
    }

    fn push_own(&self, own: &str, text: &mut String) {
        let is_markdown = self.format == Format::Markdown;
        let mut characters = own.chars().peekable();
        while let Some(c) = characters.next() {
            let is_mark = is_markdown && matches!(c, '*' | '`' | '~') && characters.peek() != Some(&' ');
            text.push(if is_mark { MARK } else { c });
        }
    }
}

/// Returns where a tag ends, given the text after its `{{`.
pub(super) fn tag_end(tag: &str) -> usize {
    let close = |end: &str| tag.find(end).map_or(tag.len(), |at| at + end.len());
    if let Some(comment) = tag.strip_prefix('!') {
        return close(if comment.starts_with("--") { "--}}" } else { "}}" });
    }
    let mut quote = None;
    let end = tag.char_indices().find(|&(at, c)| match quote {
        Some(open) => {
            quote = (c != open).then_some(open);
            false
        }
        None => {
            quote = matches!(c, '"' | '\'').then_some(c);
            tag[at..].starts_with("}}")
        }
    });
    end.map_or(tag.len(), |(at, _)| at + tag[at..].len() - tag[at..].trim_start_matches('}').len())
}

/// A part of a template file that is compiled separately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) file: String,
    pub(super) text: String,
    /// Where the piece begins in its file, from 1.
    pub(super) line: u32,
    pub(super) column: u32,
    /// The text before it on its first line: `Subject: `.
    pub(super) head: String,
}

impl Piece {
    pub(super) fn whole(source: &Source) -> Piece {
        Piece { file: source.file.clone(), text: source.text.clone(), line: 1, column: 1, head: String::new() }
    }

    /// Converts a line and column in this piece to a place in the file.
    pub(super) fn place(&self, line: usize, column: usize) -> Place {
        let (line, column) = (line.max(1) as u32, column.max(1) as u32);
        let column = if line == 1 { column + self.column - 1 } else { column };
        Place::at(&*self.file, line + self.line - 1, column)
    }

    /// The file's whole line that contains a line of this piece.
    pub(super) fn quote(&self, line: usize) -> Option<String> {
        let text = self.text.lines().nth(line.checked_sub(1)?)?;
        Some(if line == 1 { format!("{}{text}", self.head) } else { text.to_owned() })
    }
}

/// The header lines a letter can have.
const HEADERS: &[&str] = &["Subject", "Attach"];

/// A letter's template, split into header lines and body.
pub(super) struct Divided {
    pub(super) subject: Option<Piece>,
    /// The values of the `Attach:` lines.
    pub(super) attach: Vec<Piece>,
    pub(super) body: Piece,
    pub(super) findings: Vec<Finding>,
}

/// Splits a letter's template into header lines and body. Handlebars comments may occur among the header lines.
pub(super) fn divide(source: &Source) -> Divided {
    let mut findings = Vec::new();
    let mut subject: Option<Piece> = None;
    let mut attach = Vec::new();
    let mut comment_end: Option<&str> = None;
    let mut rest = source.text.as_str();
    let mut number = 0;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        number += 1;
        rest = after;
        let at = |column| Place::at(&*source.file, number, column);
        if let Some(end) = comment_end {
            if line.contains(end) {
                comment_end = None;
            }
            continue;
        }
        if line.trim().is_empty() {
            // Blank lines after a comment at the top belong to the comment.
            if subject.is_none() && attach.is_empty() && findings.is_empty() {
                continue;
            }
            break;
        }
        if let Some(comment) = line.trim_start().strip_prefix("{{!") {
            let end = if comment.starts_with("--") { "--}}" } else { "}}" };
            comment_end = (!comment.contains(end)).then_some(end);
            continue;
        }
        let header = line
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        let Some((name, value)) = header else {
            findings.push(
                Finding::new(Code::TemplateHeader, "a letter's template begins with header lines, but this is not one")
                    .at(at(1))
                    .quote(line)
                    .help("start the file with \"Subject: …\" and a blank line"),
            );
            break;
        };
        let column = (name.chars().count() + 2 + value.chars().take_while(|c| c.is_whitespace()).count()) as u32;
        let value = value.trim();
        let head: String = line.chars().take(column as usize - 1).collect();
        let piece = |text: &str| Piece {
            file: source.file.clone(),
            text: text.to_owned(),
            line: number,
            column,
            head: head.clone(),
        };
        if name.eq_ignore_ascii_case("Attach") {
            match value {
                "" => findings.push(
                    Finding::new(Code::TemplateHeader, "\"Attach:\" is empty")
                        .at(at(1))
                        .quote(line)
                        .help("write the name of a file in attachments/, or remove the line"),
                ),
                _ => attach.push(piece(value)),
            }
        } else if ["cc", "bcc"].iter().any(|copy| name.eq_ignore_ascii_case(copy)) {
            let what = spans!["a letter has no \"", file_text(name), ":\" line: it goes to its recipient only"];
            findings.push(Finding::new(Code::TemplateHeader, what).at(at(1)).quote(line).help(
                "give whoever gets a letter a row in the recipient list; `archive` in [letter] gets a copy of every letter",
            ));
        } else if !name.eq_ignore_ascii_case("Subject") {
            let what = spans!["unknown header line \"", file_text(name), ":\""];
            let finding = Finding::new(Code::TemplateHeader, what).at(at(1)).quote(line);
            findings.push(match nearest(name, HEADERS.iter().copied()) {
                Some(near) => finding.help(spans!["did you mean \"", own(near), ":\"?"]),
                None => finding.help("the header lines are Subject: and Attach:"),
            });
        } else if subject.is_some() {
            findings.push(Finding::new(Code::TemplateHeader, "duplicate \"Subject:\"").at(at(1)).quote(line));
        } else if value.is_empty() {
            findings.push(Finding::new(Code::TemplateHeader, "\"Subject:\" is empty").at(at(1)).quote(line));
            subject = Some(piece("-"));
        } else {
            subject = Some(piece(value));
        }
    }
    if subject.is_none() && findings.is_empty() {
        findings.push(
            Finding::new(Code::TemplateHeader, "the letter has no \"Subject:\" line")
                .at(Place::line(&*source.file, 1))
                .help("start the file with \"Subject: …\" and a blank line"),
        );
    }
    let body =
        Piece { file: source.file.clone(), text: rest.to_owned(), line: number + 1, column: 1, head: String::new() };
    Divided { subject, attach, body, findings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let file = "templates/letter.md.hbs".to_owned();
        let text = Source { file, name: "letter".into(), format: Format::Markdown, text: text.into() }.static_text();
        text.replace(TAG, "|").replace(MARK, "^")
    }

    #[test]
    fn static_text_is_the_text_outside_tags_and_quoted_text_in_them() {
        assert_eq!(words("Dear {{recipient.name}}, we"), "Dear ||||||||||||||||||, we");
        assert_eq!(words("{{default a \"Ada }}\"}}."), "|||||||||||||Ada }}|||.");
        assert_eq!(words("a{{{x}}}b{{~#if x~}}c"), "a|||||||b|||||||||||c");
        assert_eq!(words("a {{! \"Ada }}b{{!-- {{x}} --}}c"), "a |||||||||||b||||||||||||||||c");
        assert_eq!(words("* one **two**"), "* one ^^two^^");
    }

    #[test]
    fn static_text_keeps_every_byte_offset() {
        assert_eq!(words("Subject: x"), "|||||||| x");
        let text = "Subject: x\n\n{{!-- a\nb é --}}\n{{#if\n  c}}d\n{{/if}} *é* {{";
        let words = words(text);
        assert_eq!(words.len(), text.len());
        assert_eq!(words.match_indices('\n').collect::<Vec<_>>(), text.match_indices('\n').collect::<Vec<_>>());
    }
}
