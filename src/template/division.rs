//! Renders a letter as passages: shared ones, which are rendered once, and the letter's own.
//!
//! The plain way renders the whole letter. The result here must be the same: in case of doubt, or of an error, this module
//! returns `None` and leaves the letter to the plain way, which also reports what is wrong.

use super::outline::OwnFields;
use super::own::{KnownBlocks, Own, Pending, Values};
use super::plan::{Names, Plan, Step};
use super::render::{LIMIT, layout_fields, render};
use super::{BODY, Format, LAYOUT, LetterFiles, Registry, SUBJECT, Template};
use crate::language::Language;
use crate::markdown::remote::embedded;
use crate::markdown::{self, Images, Parts, blocks};
use handlebars::Context;
use handlebars::template::TemplateElement;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The names that differ from letter to letter.
pub(super) const OWN: [&str; 4] = ["recipient", "salutation", "closing", "signatory"];

/// A passage of one part of a letter: whole lines and whole blocks. Every passage except the last ends in a line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// The text of this place in [`Shared`].
    Shared(usize),
    /// Text that only this letter has.
    Own(String),
    /// HTML that only this letter has, with just the words of its own text, in tags of the program.
    Mirrored(String),
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
    known: KnownBlocks,
    images: Arc<dyn Images>,
}

/// What is rendered once, or else for each letter.
enum Once {
    Same(String),
    Own(Own),
}

enum Segment {
    /// The source of a shared stretch, and its places in [`Shared`] where it has any output.
    Shared {
        source: String,
        text: Option<usize>,
        html: Option<usize>,
    },
    Own(Own),
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
        let mut names = BTreeSet::new();
        let subject = once(&mut template.text, SUBJECT, context, &mut names)?;
        let layout = match (form, &subject) {
            (LetterFiles::Markdown, Once::Same(subject)) => {
                around_body(&mut template.html, Some(subject), template.language)?
            }
            (LetterFiles::Markdown, Once::Own(_)) => around_body(&mut template.html, None, template.language)?,
            (LetterFiles::Text, _) => [Once::Same(String::new()), Once::Same(String::new())],
            // Its HTML is not divided yet.
            (LetterFiles::TextAndHtml, _) => return None,
        };
        let registry = if form == LetterFiles::Markdown { &mut template.markdown } else { &mut template.text };
        let format = if form == LetterFiles::Markdown { Format::Markdown } else { Format::Text };
        let mut plan = Plan::of(registry, BODY, format, context, &OWN)?;
        names.append(&mut plan.names);
        // In the order of every letter; what is the same around the body is shared too.
        let mut shared = Shared { text: vec!["\n".to_owned()], html: Vec::new() };
        shared.html.extend(layout[0].shared().map(str::to_owned));
        let mut steps = Vec::new();
        for step in plan.steps {
            steps.push(match step {
                Step::Own(name) => Segment::Own(Own::of(registry, name, context, &OWN)),
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
        shared.html.extend(layout[1].shared().map(str::to_owned));
        // The roll and the layout can be the campaign's own HTML.
        for html in &mut shared.html {
            *html = embedded(html, &**images).ok()?.into_owned();
        }
        let attach: Option<Vec<Once>> =
            template.attach.iter().map(|line| once(&mut template.text, &line.name, context, &mut names)).collect();
        let Value::Object(all) = context.data() else { return None };
        let is_used = |(name, _): &(&String, &Value)| names.contains(*name);
        let fields = all.iter().filter(is_used).map(|(name, value)| (name.clone(), value.clone())).collect();
        let (attach, images, known) = (attach?, Arc::clone(images), KnownBlocks::default());
        Some(Division { subject, attach, steps, layout, shared, fields, known, images })
    }

    /// Renders one letter's passages; `None` if it must be made the plain way.
    pub(super) fn passages(&self, template: &Template, own: &dyn OwnFields) -> Option<Passages> {
        let values = Values::new(own, &self.fields);
        let subject = self.subject.text(&template.text, &values)?;
        let registry = if template.files == LetterFiles::Markdown { &template.markdown } else { &template.text };
        let (known, images) = (&self.known, &*self.images);
        let mut letter = Letter { template, known, images, text: Vec::new(), html: Vec::new(), size: 0 };
        // Source that is not yet known to be whole blocks.
        let mut pending = Pending::new();
        for step in &self.steps {
            match step {
                Segment::Own(own) => pending.print(own, registry, &values)?,
                Segment::Shared { source, text, html }
                    if pending.source.is_empty() || blocks::ends_in_blank_line(&pending.source) =>
                {
                    letter.flush(&mut pending)?;
                    letter.size += source.len();
                    letter.text(text.map(Passage::Shared));
                    letter.html.extend(html.map(Passage::Shared));
                }
                Segment::Shared { source, .. } => pending.source.push_str(source),
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
        let attach: Option<Vec<String>> = self.attach.iter().map(|line| line.text(&template.text, &values)).collect();
        let passages = Passages { subject, text: letter.text, html, attach: attach? };
        (letter.size <= LIMIT && size <= LIMIT).then_some(passages)
    }

    fn in_layout(&self, template: &Template, body: Vec<Passage>, subject: &str) -> Option<Vec<Passage>> {
        let (own, nothing) = (InLayout { subject, language: template.language }, Map::new());
        let values = Values::new(&own, &nothing);
        let around = |layout: &Once, place: usize| match layout {
            Once::Same(_) => Some(layout.shared().map(|_| Passage::Shared(place))),
            Once::Own(own) => {
                let text = own.text(&template.html, &values)?;
                Some(Some(Passage::Own(embedded(&text, &*self.images).ok()?.into_owned())))
            }
        };
        let (before, after) =
            (around(&self.layout[0], 0)?, around(&self.layout[1], self.shared.html.len().saturating_sub(1))?);
        if matches!(&before, Some(Passage::Own(before)) if !before.ends_with('\n')) {
            return None;
        }
        Some(before.into_iter().chain(body).chain(after).collect())
    }
}

/// What differs in a layout.
struct InLayout<'s> {
    subject: &'s str,
    language: &'static Language,
}

impl OwnFields for InLayout<'_> {
    fn value(&self, name: &str, _: &str) -> Option<&str> {
        (name == "subject").then_some(self.subject)
    }

    fn all(&self) -> Map<String, Value> {
        match layout_fields("", self.subject, self.language) {
            Value::Object(all) => all,
            _ => Map::new(),
        }
    }
}

/// A letter being put together.
struct Letter<'t> {
    template: &'t Template,
    known: &'t KnownBlocks,
    images: &'t dyn Images,
    text: Vec<Passage>,
    html: Vec<Passage>,
    /// How long its source is.
    size: usize,
}

impl Letter<'_> {
    /// Takes what is pending for whole blocks; `None` where it may not be.
    fn flush(&mut self, pending: &mut Pending<'_>) -> Option<()> {
        if pending.source.is_empty() {
            return Some(());
        }
        let Pending { source, values } = std::mem::replace(pending, Pending::new());
        // An escaped value takes four bytes for each of its characters, or more.
        self.size += source.len() + values.iter().map(|value| 4 * value.len()).sum::<usize>();
        if self.template.files != LetterFiles::Markdown {
            self.text.push(Passage::Own(source));
            return Some(());
        }
        let (parts, has_same_words) = self.known.convert(&source, &values, self.images)?;
        self.text((parts.text != "\n").then_some(Passage::Own(parts.text)));
        let html = if has_same_words { Passage::Mirrored } else { Passage::Own };
        self.html.extend((!parts.html.is_empty()).then(|| html(parts.html)));
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

impl Passage {
    /// Its text where it is a letter's own.
    pub fn own(&self) -> Option<&str> {
        match self {
            Passage::Shared(_) => None,
            Passage::Own(text) | Passage::Mirrored(text) => Some(text),
        }
    }

    /// Its text, given the texts of the part that are shared.
    pub fn text<'p>(&'p self, shared: &'p [String]) -> &'p str {
        match self {
            Passage::Shared(place) => shared.get(*place).map_or("", String::as_str),
            Passage::Own(text) | Passage::Mirrored(text) => text,
        }
    }
}

impl Once {
    fn text(&self, registry: &Registry, values: &Values<'_>) -> Option<String> {
        match self {
            Once::Same(text) => Some(text.clone()),
            Once::Own(own) => own.text(registry, values),
        }
    }

    /// What all letters share of it, if there is anything.
    fn shared(&self) -> Option<&str> {
        match self {
            Once::Same(text) => Some(&**text).filter(|text| !text.is_empty()),
            Once::Own(_) => None,
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
        false => Some(Once::Own(Own::of(registry, name.to_owned(), context, &OWN))),
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
        let name = registry.register_alone(LAYOUT, rank, elements);
        let context = Context::from(layout_fields("", "", language));
        Some(Once::Own(Own::of(registry, name, &context, &["subject"])))
    });
    let [Some(before), Some(after)] = around else { return None };
    let is_in_lines = !matches!(&before, Once::Same(before) if !before.is_empty() && !before.ends_with('\n'));
    is_in_lines.then_some([before, after])
}
