//! Parses one piece of a template, or reports a syntax error with its place and fix. It must never panic or recurse
//! without a limit.

use super::check::Parsed;
use super::source::Piece;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{file_text, spans};
use handlebars::TemplateErrorReason;

/// How deeply blocks and subexpressions may be nested, since Handlebars' parser recurses.
const DEEPEST: usize = 32;

/// The byte offset where blocks or subexpressions are nested too deeply.
fn too_deep(text: &str) -> Option<usize> {
    let (mut blocks, mut from) = (0_usize, 0);
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let end = text[start..].find("}}").map_or(text.len(), |at| start + at);
        let inside = text[start + 2..end].trim_start_matches(['~', '{', ' ']);
        match inside.chars().next() {
            Some('#') => blocks += 1,
            Some('/') => blocks = blocks.saturating_sub(1),
            _ => {}
        }
        if blocks > DEEPEST || inside.matches('(').count() > DEEPEST {
            return Some(start);
        }
        from = (end + 2).min(text.len());
    }
    None
}

pub(super) fn parse(piece: Piece) -> Result<Parsed, Box<Finding>> {
    if let Some(at) = too_deep(&piece.text) {
        let line = piece.text[..at].matches('\n').count() + 1;
        return Err(Box::new(
            Finding::new(Code::TemplateSyntax, spans!["more than ", DEEPEST, " nested blocks or parentheses"])
                .at(piece.place(line, 1))
                .help("move the inner ones into a partial"),
        ));
    }
    if let Some(at) = piece.text.find(|c: char| ('\u{100000}'..).contains(&c)) {
        let line = piece.text[..at].matches('\n').count() + 1;
        return Err(Box::new(
            Finding::new(Code::TemplateSyntax, "a private-use character, which has no meaning in a letter")
                .at(piece.place(line, 1))
                .help("remove it"),
        ));
    }
    match handlebars::Template::compile(&piece.text) {
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
            // An unclosed block is noticed at the end of the file; report where it was opened.
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
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let Some(end) = text[start..].find("}}").map(|at| start + at) else {
            open.push((start, None));
            break;
        };
        let inside = text[start + 2..end].trim_start_matches('~').trim();
        if let Some(block) = inside.strip_prefix('#') {
            let name = block.split_whitespace().next().unwrap_or_default();
            open.push((start, Some(name.to_owned())));
        } else if inside.starts_with('/') {
            open.pop();
        }
        from = end + 2;
    }
    let (at, block) = open.pop()?;
    let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    Some((block, text[..at].matches('\n').count() + 1, text[line_start..at].chars().count() + 1))
}
