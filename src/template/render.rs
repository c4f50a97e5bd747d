//! Renders letters: what all letters share once, the rest for each recipient.
//!
//! Rendered text is bounded and must never be parsed as a template again. A finding names a row by its place and quotes
//! the template, never a cell.

use super::division::{Division, Passages, Shared};
use super::helpers::HelperError;
use super::outline::OwnFields;
use super::{AttachLine, BODY, LAYOUT, LetterFiles, ROLL, Registry, SUBJECT, Template};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, spans};
use crate::language::Language;
use crate::markdown;
use crate::markdown::remote::{self, Load};
use crate::markdown::{Images, Parts};
use handlebars::{Context, RenderError, RenderErrorReason};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// The maximum size of a rendered part, in bytes.
pub(super) const LIMIT: usize = 8 << 20;

/// One letter's text, before it becomes a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The subject.
    pub subject: String,
    /// The text part, LF line ends.
    pub text: String,
    /// The HTML part, a whole document; `None` for a letter in plain text only.
    pub html: Option<String>,
    /// What each `Attach:` line names; blank for no attachment.
    pub attach: Vec<String>,
}

/// A template with the values that all letters share: the campaign, the counts and the typeset roll.
pub struct Renderer<'c> {
    pub(super) template: Template,
    /// Makes the values that all letters share.
    fields: Box<dyn Fn() -> Map<String, Value> + Send + Sync + 'c>,
    /// They, with the fields of the letter that the plain way is rendering; nothing until it renders one.
    context: Mutex<Option<Context>>,
    pub(super) roll: Parts,
    /// The campaign's own roll in Markdown, as rendered.
    pub(super) roll_source: Option<String>,
    division: Option<Division>,
    pub(super) images: Arc<dyn Images>,
}

impl<'c> Renderer<'c> {
    /// Typesets the roll. `fields` makes the values that all letters share, in the shape the template was checked with, and
    /// `images` are those that letters can show.
    ///
    /// # Errors
    /// What is wrong in the roll's partials.
    pub fn new(
        mut template: Template,
        fields: impl Fn() -> Map<String, Value> + Send + Sync + 'c,
        images: Arc<dyn Images>,
    ) -> Result<Renderer<'c>, Vec<Finding>> {
        let context = Context::from(Value::Object(fields()));
        let mut roll = Parts { text: String::new(), html: String::new() };
        let mut roll_source = None;
        if template.roll {
            if template.roll_is_markdown {
                let source = render(&template.markdown, ROLL, &context, None)?;
                roll = markdown::markdown(&source, None, &*images)
                    .map_err(|faults| in_body(&template.markdown, ROLL, &faults))?;
                roll_source = Some(source);
            } else {
                roll.text = markdown::hang(render(&template.text, ROLL, &context, None)?.trim_matches('\n'));
                if template.files != LetterFiles::Text {
                    roll.html = render(&template.html, ROLL, &context, None)?;
                }
            }
            let fill = |registry: &Registry, text: &str| {
                let _ = registry.typeset.0.set(text.to_owned());
            };
            fill(&template.markdown, markdown::ROLL_MARK);
            fill(&template.text, &roll.text);
            fill(&template.html, &roll.html);
        }
        let division = Division::of(&mut template, &context, &roll, &images);
        let (fields, context) = (Box::new(fields), Mutex::new(None));
        Ok(Renderer { template, fields, context, roll, roll_source, division, images })
    }

    /// The values that all letters share.
    pub(super) fn shared_fields(&self) -> Map<String, Value> {
        (self.fields)()
    }

    /// Does something with the values that all letters share and these of one letter.
    pub(super) fn with_own<T>(&self, own: Map<String, Value>, work: impl FnOnce(&Context) -> T) -> T {
        let mut context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let context = context.get_or_insert_with(|| Context::from(Value::Object(self.shared_fields())));
        if let Value::Object(fields) = context.data_mut() {
            fields.extend(own);
        }
        work(context)
    }

    /// The letter's language.
    pub fn language(&self) -> &'static Language {
        self.template.language
    }

    /// Whether the letter reads the recipient's language, so that it can be in each of several.
    pub fn reads_language(&self) -> bool {
        self.template.reads_language
    }

    /// Returns the roll as every letter prints it, for each part that prints the built-in one: text, then HTML.
    pub fn built_in_roll(&self) -> Vec<&str> {
        let parts = [&self.roll.text, &self.roll.html].into_iter().zip(self.template.built_in_roll);
        parts.filter(|(_, is_built_in)| *is_built_in).map(|(part, _)| part.as_str()).collect()
    }

    /// The roll in the HTML part; empty if the letter does not print it.
    pub fn roll_html(&self) -> &str {
        &self.roll.html
    }

    /// The texts that the passages of letters share; `None` where letters are not divided.
    pub fn shared(&self) -> Option<&Shared> {
        self.division.as_ref().map(|division| &division.shared)
    }

    /// Whether letters have an HTML part.
    pub fn has_html(&self) -> bool {
        self.template.files != LetterFiles::Text
    }

    /// The `Attach:` lines of letters.
    pub fn attach_lines(&self) -> &[AttachLine] {
        &self.template.attach
    }

    /// Renders one letter as passages: the same as [`Renderer::print`], faster; `None` where only that will do.
    pub fn passages(&self, own: &dyn OwnFields) -> Option<Passages> {
        self.division.as_ref()?.passages(&self.template, own)
    }

    /// Renders one letter. `fields` are the recipient's own: `recipient`, `salutation`, `closing`.
    ///
    /// # Errors
    /// Cells of this row that are missing, or that the template cannot print.
    pub fn print(&self, fields: Map<String, Value>, row: &Place) -> Result<Rendered, Vec<Finding>> {
        self.with_own(fields, |context| self.print_with(context, row))
    }

    fn print_with(&self, context: &Context, row: &Place) -> Result<Rendered, Vec<Finding>> {
        let template = &self.template;
        let subject = render(&template.text, SUBJECT, context, Some(row));
        let parts = match template.files {
            LetterFiles::Text => render(&template.text, BODY, context, Some(row)).map(|text| (text, None)),
            LetterFiles::TextAndHtml => {
                both(render(&template.text, BODY, context, Some(row)), render(&template.html, BODY, context, Some(row)))
                    .map(|(text, html)| (text, Some(html)))
            }
            LetterFiles::Markdown => render(&template.markdown, BODY, context, Some(row)).and_then(|source| {
                let parts = markdown::markdown(&source, Some(&self.roll), &*self.images)
                    .map_err(|faults| in_body(&template.markdown, BODY, &faults))?;
                Ok((parts.text, Some(parts.html)))
            }),
        };
        let attach: Result<Vec<_>, _> =
            template.attach.iter().map(|line| render(&template.text, &line.name, context, Some(row))).collect();
        let (subject, (attach, (text, html))) = both(subject, both(attach, parts))?;
        let html = match (template.files, html) {
            (LetterFiles::Markdown, Some(body)) => Some(render(
                &template.html,
                LAYOUT,
                &Context::from(layout_fields(&body, &subject, template.language)),
                Some(row),
            )?),
            (_, html) => html,
        };
        let html = html.map(|html| self.embedded(html, row)).transpose()?;
        Ok(Rendered { subject, text, html, attach })
    }

    /// The HTML part with the identifiers of its images.
    fn embedded(&self, html: String, row: &Place) -> Result<String, Vec<Finding>> {
        match remote::embedded(&html, &*self.images) {
            Ok(Cow::Borrowed(_)) => Ok(html),
            Ok(Cow::Owned(html)) => Ok(html),
            Err(loads) => {
                let finding = |load: Load| {
                    Finding::new(load.problem.code(), load.problem.what()).at(row.clone()).help(load.problem.help())
                };
                Err(loads.into_iter().map(finding).collect())
            }
        }
    }
}

/// What a layout prints.
pub(super) fn layout_fields(body: &str, subject: &str, language: &Language) -> Value {
    let fields = [("body", body), ("subject", subject), ("language", language.tag)];
    Value::Object(fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect())
}

fn both<A, B>(a: Result<A, Vec<Finding>>, b: Result<B, Vec<Finding>>) -> Result<(A, B), Vec<Finding>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.extend(b);
            Err(a)
        }
        (Err(findings), _) | (_, Err(findings)) => Err(findings),
    }
}

pub(super) fn render(
    registry: &Registry,
    name: &str,
    context: &Context,
    row: Option<&Place>,
) -> Result<String, Vec<Finding>> {
    let mut out = Bounded(Vec::new());
    match registry.registry.render_with_context_to_write(name, context, &mut out) {
        Ok(()) => Ok(String::from_utf8_lossy(&out.0).into_owned()),
        Err(error) => Err(vec![explain(registry, name, &error, row)]),
    }
}

/// A buffer that fails when it would exceed the limit.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Converts Handlebars' error to a finding at the template's line, and at the row where there is one.
fn explain(registry: &Registry, name: &str, error: &RenderError, row: Option<&Place>) -> Finding {
    let empty = |name: &str| {
        let path = file_text(name);
        let fix =
            spans!["fill it, or write {{#if ", path.clone(), "}}…{{/if}} or {{default ", path.clone(), " \"…\"}}"];
        let what = spans!["\"", path, "\" is empty here, and would be printed"];
        Finding::new(Code::CellEmpty, what).help(fix).about(name)
    };
    let finding = match error.reason() {
        RenderErrorReason::NestedError(cause) => match cause.downcast_ref::<HelperError>() {
            Some(HelperError::Empty(path)) => empty(path),
            _ => Finding::new(Code::CellValue, file_text(cause.to_string())),
        },
        RenderErrorReason::MissingVariable(path) => empty(path.as_deref().unwrap_or("this value")),
        RenderErrorReason::IOError(cause) if cause.kind() == io::ErrorKind::FileTooLarge => {
            Finding::new(Code::OutputLimit, spans!["the letter is larger than ", LIMIT >> 20, " MiB"])
                .help("look for a loop that prints too much")
        }
        other => Finding::new(Code::CellValue, file_text(other.to_string())),
    };
    let piece =
        registry.pieces.get(error.template_name.as_deref().unwrap_or(name)).or_else(|| registry.pieces.get(name));
    let finding = match (piece, error.line_no, error.column_no) {
        (Some(piece), Some(line), Some(column)) => {
            let finding = finding.at(piece.place(line, column));
            match piece.quote(line) {
                Some(text) => finding.quote(text),
                None => finding,
            }
        }
        (Some(piece), ..) => finding.at(Place::file(&*piece.file)),
        _ => finding,
    };
    match row {
        Some(row) => finding.and_at(row.clone()),
        None => finding,
    }
}

/// Converts Markdown faults to findings, at the template's line if it is known.
pub(super) fn in_body(registry: &Registry, name: &str, faults: &[markdown::MarkupFault]) -> Vec<Finding> {
    let Some(piece) = registry.pieces.get(name) else { return Vec::new() };
    // Lines are counted from the start of the file, including header lines.
    let template = "\n".repeat(piece.line as usize - 1) + &piece.text;
    faults.iter().map(|fault| fault.finding(&piece.file, &template)).collect()
}
