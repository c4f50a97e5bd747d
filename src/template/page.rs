//! Renders a letter for a web page: for everybody, not for one recipient.
//!
//! The page has the words of the letter, without its layout. What the template prints of one recipient is an error here: a
//! page must never greet one of many.

use super::render::{in_body, render};
use super::{BODY, LetterFiles, Renderer};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::markdown::{self, PageText};
use handlebars::Context;
use serde_json::{Map, Value};

impl Renderer {
    /// Renders the letter. `fields` are those of [`Renderer::print`], and replace what all letters share.
    ///
    /// # Errors
    /// What the template prints and the page has no value for.
    pub fn page(&self, fields: Map<String, Value>) -> Result<PageText, Vec<Finding>> {
        let mut all = self.shared_fields();
        all.insert("page".to_owned(), true.into());
        all.extend(fields);
        let context = Context::from(Value::Object(all));
        let (template, roll) = (&self.template, &self.roll);
        if template.files == LetterFiles::Markdown {
            let source = render(&template.markdown, BODY, &context, None).map_err(of_one_recipient)?;
            return markdown::page(&source, &roll.text, &*self.images)
                .map_err(|faults| in_body(&template.markdown, BODY, &faults));
        }
        let text = render(&template.text, BODY, &context, None).map_err(of_one_recipient)?;
        Ok(markdown::page_of_text(&text, &roll.text))
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
