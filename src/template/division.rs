//! Renders a letter as passages: shared ones, which are rendered once, and the letter's own.
//!
//! The plain way renders the whole letter. The result here must be the same: in case of doubt, or of an error, this module
//! returns `None` and leaves the letter to the plain way, which also reports what is wrong.

use super::plan::{Names, Plan, Step};
use super::render::{LIMIT, layout_fields, render};
use super::{BODY, Format, LAYOUT, LetterFiles, Registry, SUBJECT, Template};
use crate::language::Language;
use crate::markdown::remote::embedded;
use crate::markdown::{self, Images, Parts, blocks};
use handlebars::Context;
use handlebars::template::TemplateElement;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// The names that differ from letter to letter.
const OWN: [&str; 3] = ["recipient", "salutation", "closing"];

/// A passage of one part of a letter: whole lines and whole blocks. Every passage except the last ends in a line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// The text of this place in [`Shared`].
    Shared(usize),
    /// Text that only this letter has.
    Own(String),
}

/// One letter as passages. Joined in order, they are what the plain way renders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passages {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: Vec<Passage>,
    /// The HTML part; `None` for a letter in plain text only.
    pub html: Option<Vec<Passage>>,
    /// What each `Attach:` line names; blank for no attachment.
    pub attach: Vec<String>,
}

/// The texts that letters share, each of whole lines.
#[derive(Debug, Default)]
pub struct Shared {
    /// Of the text part.
    pub text: Vec<String>,
    /// Of the HTML part.
    pub html: Vec<String>,
}

/// A template that was divided.
pub(super) struct Division {
    subject: Once,
    attach: Vec<Once>,
    steps: Vec<Segment>,
    /// Before and after the body of a letter in Markdown.
    layout: [Once; 2],
    pub(super) shared: Shared,
    /// What the letters' own templates use of what all letters share.
    fields: Map<String, Value>,
    converted: Converted,
    images: Arc<dyn Images>,
}

/// Converted blocks by their source, because other letters may have the same ones. The size is bounded.
#[derive(Default)]
struct Converted(Mutex<HashMap<String, Parts>>);

/// What is rendered once, or else by the template of this name.
enum Once {
    Same(String),
    Own(String),
}

enum Segment {
    /// The source of a shared stretch, and its places in [`Shared`] where it has any output.
    Shared {
        source: String,
        text: Option<usize>,
        html: Option<usize>,
    },
    Own(String),
}

/// The place of the blank line between two blocks of a text part.
const BLANK_LINE: usize = 0;

impl Division {
    /// Divides a template, with the values that all letters share, the typeset roll and the images; `None` if it cannot be
    /// divided.
    pub(super) fn of(
        template: &mut Template,
        context: &Context,
        roll: &Parts,
        images: &Arc<dyn Images>,
    ) -> Option<Division> {
        let form = template.files;
        let registry = if form == LetterFiles::Markdown { &mut template.markdown } else { &mut template.text };
        let format = if form == LetterFiles::Markdown { Format::Markdown } else { Format::Text };
        let plan = Plan::of(registry, BODY, format, context, &OWN)?;
        let mut names = plan.names;
        let mut shared = Shared { text: vec!["\n".to_owned()], html: Vec::new() };
        let mut steps = Vec::new();
        for step in plan.steps {
            steps.push(match step {
                Step::Own(name) => Segment::Own(name),
                Step::Shared(source) if form == LetterFiles::Markdown => {
                    let parts = markdown::markdown(&source, Some(roll), &**images).ok()?;
                    let text = (parts.text != "\n").then(|| keep(parts.text, &mut shared.text));
                    let html = (!parts.html.trim().is_empty()).then(|| keep(parts.html, &mut shared.html));
                    Segment::Shared { source, text, html }
                }
                Step::Shared(source) => {
                    let text = Some(keep(source.clone(), &mut shared.text));
                    Segment::Shared { source, text, html: None }
                }
            });
        }
        let subject = once(&mut template.text, SUBJECT, context, &mut names)?;
        let attach: Option<Vec<Once>> =
            template.attach.iter().map(|line| once(&mut template.text, &line.name, context, &mut names)).collect();
        let layout = match (form, &subject) {
            (LetterFiles::Markdown, Once::Same(subject)) => {
                around_body(&mut template.html, Some(subject), template.language)?
            }
            (LetterFiles::Markdown, Once::Own(_)) => around_body(&mut template.html, None, template.language)?,
            (LetterFiles::Text, _) => [Once::Same(String::new()), Once::Same(String::new())],
            // Its HTML is not divided yet.
            (LetterFiles::TextAndHtml, _) => return None,
        };
        let Value::Object(all) = context.data() else { return None };
        let is_used = |(name, _): &(&String, &Value)| names.contains(*name);
        let fields = all.iter().filter(is_used).map(|(name, value)| (name.clone(), value.clone())).collect();
        let (attach, images) = (attach?, Arc::clone(images));
        let converted = Converted::default();
        let mut division = Division { subject, attach, steps, layout, shared, fields, converted, images };
        // The roll and the layout can be the campaign's own HTML.
        for html in &mut division.shared.html {
            *html = embedded(html, &*division.images).ok()?.into_owned();
        }
        for layout in &mut division.layout {
            // What is the same around every letter is shared too.
            if let Once::Same(text) = layout
                && !text.is_empty()
            {
                division.shared.html.push(embedded(text, &*division.images).ok()?.into_owned());
            }
        }
        Some(division)
    }

    /// Renders one letter's passages; `None` if it must be made the plain way.
    pub(super) fn passages(&self, template: &Template, own: Map<String, Value>) -> Option<Passages> {
        let mut fields = self.fields.clone();
        fields.extend(own);
        let context = Context::from(Value::Object(fields));
        let subject = self.subject.render(&template.text, &context)?;
        let registry = if template.files == LetterFiles::Markdown { &template.markdown } else { &template.text };
        let converted = &self.converted;
        let images = &*self.images;
        let mut letter = Letter { template, converted, images, text: Vec::new(), html: Vec::new(), size: 0 };
        // Source that is not yet known to be whole blocks.
        let mut pending = String::new();
        for step in &self.steps {
            match step {
                Segment::Own(name) => pending.push_str(&render(registry, name, &context, None).ok()?),
                Segment::Shared { source, text, html }
                    if pending.is_empty() || blocks::ends_in_blank_line(&pending) =>
                {
                    letter.flush(&mut pending)?;
                    letter.size += source.len();
                    letter.text(text.map(Passage::Shared));
                    letter.html.extend(html.map(Passage::Shared));
                }
                Segment::Shared { source, .. } => pending.push_str(source),
            }
        }
        letter.flush(&mut pending)?;
        let html = match template.files {
            LetterFiles::Markdown => Some(self.in_layout(template, letter.html, &subject)?),
            _ => None,
        };
        let length = |passages: &[Passage], shared: &[String]| -> usize {
            passages.iter().map(|passage| passage.text(shared).len()).sum()
        };
        let size = html.as_deref().map_or(0, |html| length(html, &self.shared.html));
        let attach: Option<Vec<String>> =
            self.attach.iter().map(|line| line.render(&template.text, &context)).collect();
        let passages = Passages { subject, text: letter.text, html, attach: attach? };
        (letter.size <= LIMIT && size <= LIMIT).then_some(passages)
    }

    fn in_layout(&self, template: &Template, body: Vec<Passage>, subject: &str) -> Option<Vec<Passage>> {
        let mut context = None;
        let mut place = self.shared.html.len();
        let mut around = Vec::new();
        for layout in self.layout.iter().rev() {
            around.push(match layout {
                Once::Same(text) if text.is_empty() => None,
                Once::Same(_) => {
                    place -= 1;
                    Some(Passage::Shared(place))
                }
                Once::Own(_) => {
                    let context =
                        context.get_or_insert_with(|| Context::from(layout_fields("", subject, template.language)));
                    let text = layout.render(&template.html, context)?;
                    Some(Passage::Own(embedded(&text, &*self.images).ok()?.into_owned()))
                }
            });
        }
        let (after, before) = (around.swap_remove(0), around.pop().flatten());
        if matches!(&before, Some(Passage::Own(before)) if !before.ends_with('\n')) {
            return None;
        }
        Some(before.into_iter().chain(body).chain(after).collect())
    }
}

/// A letter being put together.
struct Letter<'t> {
    template: &'t Template,
    converted: &'t Converted,
    images: &'t dyn Images,
    text: Vec<Passage>,
    html: Vec<Passage>,
    /// How long its source is.
    size: usize,
}

impl Letter<'_> {
    /// Takes what is pending for whole blocks; `None` where it may not be.
    fn flush(&mut self, pending: &mut String) -> Option<()> {
        let source = std::mem::take(pending);
        self.size += source.len();
        if source.is_empty() {
            return Some(());
        }
        if self.template.files != LetterFiles::Markdown {
            self.text.push(Passage::Own(source));
            return Some(());
        }
        let parts = self.converted.parts(source, self.images)?;
        self.text((parts.text != "\n").then_some(Passage::Own(parts.text)));
        self.html.extend((!parts.html.is_empty()).then_some(Passage::Own(parts.html)));
        Some(())
    }

    /// Adds to the text part, in Markdown after a blank line.
    fn text(&mut self, passage: Option<Passage>) {
        if passage.is_some() && !self.text.is_empty() && self.template.files == LetterFiles::Markdown {
            self.text.push(Passage::Shared(BLANK_LINE));
        }
        self.text.extend(passage);
    }
}

impl Converted {
    /// The most sources that are kept, and the longest.
    const MOST: usize = 1 << 10;
    const LONGEST: usize = 4 << 10;

    /// Converts whole blocks; `None` where they may not be whole.
    fn parts(&self, source: String, images: &dyn Images) -> Option<Parts> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parts) = known().get(&source) {
            return Some(parts.clone());
        }
        if !blocks::is_divisible(&source) || !blocks::begins_block(&source) {
            return None;
        }
        // A roll next to text of one letter only is rendered the plain way.
        let parts = markdown::markdown(&source, None, images).ok()?;
        let mut known = known();
        if known.len() < Self::MOST && source.len() <= Self::LONGEST {
            known.insert(source, parts.clone());
        }
        Some(parts)
    }
}

impl Passage {
    /// Its text where it is a letter's own.
    pub fn own(&self) -> Option<&str> {
        match self {
            Passage::Shared(_) => None,
            Passage::Own(text) => Some(text),
        }
    }

    /// Its text, given the texts of the part that are shared.
    pub fn text<'p>(&'p self, shared: &'p [String]) -> &'p str {
        match self {
            Passage::Shared(place) => shared.get(*place).map_or("", String::as_str),
            Passage::Own(text) => text,
        }
    }
}

impl Once {
    fn render(&self, registry: &Registry, context: &Context) -> Option<String> {
        match self {
            Once::Same(text) => Some(text.clone()),
            Once::Own(name) => render(registry, name, context, None).ok(),
        }
    }
}

/// Stores a text; returns its index.
fn keep(text: String, texts: &mut Vec<String>) -> usize {
    texts.push(text);
    texts.len() - 1
}

/// A passage that is rendered once if it holds nothing of a letter's own.
fn once(registry: &mut Registry, name: &str, context: &Context, names: &mut BTreeSet<String>) -> Option<Once> {
    let template = registry.registry.get_template(name)?;
    let mut in_it = Names::of(&template.elements, registry);
    let is_same = !in_it.may_have(&OWN);
    names.append(&mut in_it.names);
    match is_same {
        true => render(registry, name, context, None).ok().map(Once::Same),
        false => Some(Once::Own(name.to_owned())),
    }
}

/// What a layout prints before and after the body, which it must print once and use nowhere else. `subject` is the one
/// of every letter, where they have one.
fn around_body(registry: &mut Registry, subject: Option<&str>, language: &Language) -> Option<[Once; 2]> {
    let template = registry.registry.get_template(LAYOUT)?.clone();
    let is_body = |element: &TemplateElement| matches!(element, TemplateElement::HtmlExpression(_));
    let at = template.elements.iter().position(is_body)?;
    let around = [&template.elements[..at], &template.elements[at + 1..]].map(|elements| {
        let names = Names::of(elements, registry);
        let is_apart = !names.may_have(&["body"]) && !elements.iter().any(is_body);
        is_apart.then(|| (elements.to_vec(), !names.may_have(&["subject"])))
    });
    let mut rank = 0;
    let around = around.map(|side| {
        let (elements, is_same) = side?;
        rank += 1;
        if subject.is_some() || is_same {
            let context = Context::from(layout_fields("", subject.unwrap_or_default(), language));
            return registry.render_alone(LAYOUT, rank, elements, &context).map(Once::Same);
        }
        Some(Once::Own(registry.register_alone(LAYOUT, rank, elements)))
    });
    let [Some(before), Some(after)] = around else { return None };
    let is_in_lines = !matches!(&before, Once::Same(before) if !before.is_empty() && !before.ends_with('\n'));
    is_in_lines.then_some([before, after])
}
