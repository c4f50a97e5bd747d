//! Parses one piece of a template, or reports a syntax error with its place and fix. It must never panic or recurse
//! without a limit.

use super::check::Parsed;
use super::compile::compile;
use super::source::Piece;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{Spans, file_text, spans};
use handlebars::TemplateErrorReason;

/// How deeply blocks and subexpressions may be nested, since Handlebars' parser recurses.
const DEEPEST: usize = 32;

/// A tag: where it starts, the text inside it, and whether it is closed.
struct Tag<'a> {
    start: usize,
    inside: &'a str,
    is_closed: bool,
}

fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find("{{")?;
        let close = text[start..].find("}}").map(|at| start + at);
        from = close.map_or(text.len(), |close| close + 2);
        let inside = text[start + 2..close.unwrap_or(text.len())].trim_start_matches(['~', '{', ' ']);
        Some(Tag { start, inside, is_closed: close.is_some() })
    })
}

/// The byte offset where blocks or subexpressions are nested too deeply.
fn too_deep(text: &str) -> Option<usize> {
    let mut blocks = 0_usize;
    let tag = tags(text).find(|tag| {
        match tag.inside.chars().next() {
            Some('#') => blocks += 1,
            Some('/') => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        blocks > DEEPEST || tag.inside.matches('(').count() > DEEPEST
    });
    Some(tag?.start)
}

/// Whether a text may include partials.
pub(super) fn has_partials(text: &str) -> bool {
    tags(text).any(|tag| tag.inside.contains('>'))
}

/// The line and column of a byte offset, from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (text[..at].matches('\n').count() + 1, text[line_start..at].chars().count() + 1)
}

pub(super) fn parse(piece: Piece) -> Result<Parsed, Box<Finding>> {
    let refuse = |at: usize, what: Spans, help: &'static str| {
        let (line, column) = position(&piece.text, at);
        Err(Box::new(Finding::new(Code::TemplateSyntax, what).at(piece.place(line, column)).help(help)))
    };
    if let Some(at) = too_deep(&piece.text) {
        let what = spans!["more than ", DEEPEST, " nested blocks or parentheses"];
        return refuse(at, what, "move the inner ones into a partial");
    }
    if let Some(at) = piece.text.find(|c: char| ('\u{100000}'..).contains(&c)) {
        return refuse(at, "a private-use character, which has no meaning in a letter".into(), "remove it");
    }
    match compile(&piece.text) {
        Ok(template) => Ok(Parsed { piece, template }),
        Err(error) => {
            let what = match error.reason() {
                TemplateErrorReason::MismatchingClosedHelper(open, close) => {
                    let (open, close) = (file_text(&**open), file_text(&**close));
                    spans!["{{#", open, "}} is closed by {{/", close, "}}"]
                }
                TemplateErrorReason::InvalidParam(param) => spans!["\"", file_text(&**param), "\" is not allowed here"],
                _ => "invalid Handlebars syntax".into(),
            };
            let (line, column) = error.pos().unwrap_or((1, 1));
            // Handlebars reports an unclosed block at the end of the file; report where it was opened.
            let last = piece.text.lines().count();
            let unclosed = (line >= last).then(|| unclosed(&piece.text)).flatten();
            let (what, help, line, column) = match unclosed {
                Some((Some(block), line, column)) => (
                    spans!["{{#", file_text(&*block), "}} is never closed"],
                    spans!["add {{/", file_text(block), "}} where it ends"],
                    line,
                    column,
                ),
                Some((None, line, column)) => {
                    ("{{ is never closed".into(), "add }} where it ends".into(), line, column)
                }
                None => (what, "tags are {{name}}, {{helper name}} and {{#if name}}…{{/if}}".into(), line, column),
            };
            let mut finding = Finding::new(Code::TemplateSyntax, what).at(piece.place(line, column)).help(help);
            if let Some(text) = piece.quote(line) {
                finding = finding.quote(text);
            }
            Err(Box::new(finding))
        }
    }
}

/// The last unclosed block, by its name, or a `{{` without its `}}`, with line and column.
fn unclosed(text: &str) -> Option<(Option<String>, usize, usize)> {
    let mut open = Vec::new();
    for tag in tags(text) {
        if !tag.is_closed {
            open.push((tag.start, None));
        } else if let Some(block) = tag.inside.strip_prefix('#') {
            let name = block.split_whitespace().next().unwrap_or_default();
            open.push((tag.start, Some(name.to_owned())));
        } else if tag.inside.starts_with('/') {
            open.pop();
        }
    }
    let (at, block) = open.pop()?;
    let (line, column) = position(text, at);
    Some((block, line, column))
}
