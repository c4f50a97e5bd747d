//! Renders a letter for a web page: for everybody, or to one recipient for anybody to send.
//!
//! The page has the words of the letter, without its layout. What the template prints and is not given is an error here: a
//! page must never greet one of many.

use super::render::{in_body, render};
use super::{BODY, LetterFiles, Renderer, SUBJECT};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::markdown::{self, PageText};
use handlebars::Context;
use serde_json::{Map, Value};

impl Renderer<'_> {
    /// Renders the letter for everybody. `fields` are those of [`Renderer::print`], and replace what all letters share.
    ///
    /// # Errors
    /// What the template prints and the page has no value for.
    pub fn page(&self, mut fields: Map<String, Value>) -> Result<PageText, Vec<Finding>> {
        fields.insert("page".to_owned(), true.into());
        let mut wrong = Vec::new();
        loop {
            let found = match self.page_text(&self.context_with(fields.clone()), None) {
                Ok(text) if wrong.is_empty() => return Ok(text),
                Ok(_) => return Err(of_one_recipient(wrong)),
                Err(found) => found,
            };
            let empty: Vec<Box<str>> = found.iter().filter_map(|finding| finding.about.clone()).collect();
            wrong.extend(found);
            // With something in its place, the next empty value is found in the same run.
            if !empty.iter().any(|path| fill(&mut fields, path)) {
                return Err(of_one_recipient(wrong));
            }
        }
    }

    /// Renders a letter to the recipient of a row, for anybody to send: its subject and its text.
    ///
    /// # Errors
    /// What the template prints and is empty.
    pub fn open_letter(&self, fields: Map<String, Value>, row: &Place) -> Result<(String, PageText), Vec<Finding>> {
        let context = self.context_with(fields);
        let subject = render(&self.template.text, SUBJECT, &context, Some(row))?;
        Ok((subject, self.page_text(&context, Some(row))?))
    }

    pub(super) fn context_with(&self, fields: Map<String, Value>) -> Context {
        let mut all = self.shared_fields();
        all.extend(fields);
        Context::from(Value::Object(all))
    }

    fn page_text(&self, context: &Context, row: Option<&Place>) -> Result<PageText, Vec<Finding>> {
        let (template, roll) = (&self.template, &self.roll);
        if template.files == LetterFiles::Markdown {
            let source = render(&template.markdown, BODY, context, row)?;
            return markdown::page(&source, &roll.text, &*self.images)
                .map_err(|faults| in_body(&template.markdown, BODY, &faults));
        }
        let text = render(&template.text, BODY, context, row)?;
        Ok(markdown::page_of_text(&text, &roll.text))
    }
}

/// Puts something in the place of an empty value; false if there is none.
fn fill(fields: &mut Map<String, Value>, path: &str) -> bool {
    let mut names = path.split('.');
    let first = names.next().and_then(|name| fields.get_mut(name));
    match names.fold(first, |value, name| value?.get_mut(name)) {
        Some(Value::String(text)) if text.is_empty() => {
            text.push('…');
            true
        }
        _ => false,
    }
}

/// What is empty on a page is of one recipient.
fn of_one_recipient(findings: Vec<Finding>) -> Vec<Finding> {
    let finding = |finding: Finding| match finding.code {
        Code::CellEmpty => finding.help(
            "the page is for everybody: write {{#unless page}}…{{/unless}} around what is for one recipient only",
        ),
        _ => finding,
    };
    findings.into_iter().map(finding).collect()
}
