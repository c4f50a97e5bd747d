//! A letter's own passages: printed with its values, and as far as possible with holes for them.
//!
//! Source with holes is the same in many letters, so it is parsed once. Nothing here may depend on whether it was.

use super::Registry;
use super::outline::{Outline, OwnFields, Piece};
use super::render::render;
use super::source::Format;
use crate::markdown::{HoledBlocks, Images, MOST_HOLES, Parts, blocks, escape_value, push_hole, with_values};
use handlebars::Context;
use serde_json::{Map, Value};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A passage of a letter's own, by the template of this name, or faster by its outline where it has one.
pub(super) struct Own {
    name: String,
    outline: Option<Outline>,
}

/// A letter's own values; for Handlebars in a context, which takes time to make.
pub(super) struct Values<'v> {
    own: &'v dyn OwnFields,
    shared: &'v Map<String, Value>,
    context: OnceCell<Context>,
}

/// Parsed blocks by their source with holes, because other letters have the same ones; `None` for what cannot be one. The size
/// is bounded.
#[derive(Default)]
pub(super) struct KnownBlocks(Mutex<HashMap<String, Option<Arc<HoledBlocks>>>>);

/// Source that is not yet known to be whole blocks, and the values in its holes.
pub(super) struct Pending<'v> {
    pub(super) source: String,
    pub(super) values: Vec<&'v str>,
}

impl<'v> Pending<'v> {
    /// Nothing, with room for what most letters have.
    pub(super) fn new() -> Self {
        Pending { source: String::with_capacity(256), values: Vec::with_capacity(16) }
    }

    /// Adds what a passage prints. In Markdown its values become holes, except where a value could be read.
    pub(super) fn print(&mut self, own: &Own, registry: &Registry, values: &Values<'v>) -> Option<()> {
        let Some(outline) = &own.outline else {
            self.source.push_str(&render(registry, &own.name, values.context(), None).ok()?);
            return Some(());
        };
        let is_markdown = registry.format == Format::Markdown;
        outline.print(&|name, column| values.own.value(name, column), &mut |piece| match piece {
            Piece::Text(text) | Piece::Value(text) if !is_markdown => self.source.push_str(text),
            Piece::Text(text) => self.source.push_str(text),
            Piece::Value(value) if has_control(value) || self.values.len() == MOST_HOLES => {
                self.source.push_str(&escape_value(value));
            }
            Piece::Value(value) => {
                push_hole(&mut self.source, self.values.len());
                self.values.push(value);
            }
        })
    }
}

fn has_control(value: &str) -> bool {
    match value.is_ascii() {
        true => value.bytes().any(|b| b.is_ascii_control()),
        false => value.contains(char::is_control),
    }
}

impl Own {
    pub(super) fn of(registry: &mut Registry, name: String, context: &Context, own: &[&str]) -> Own {
        let outline = Outline::of(registry, &name, context, own);
        Own { name, outline }
    }

    /// Renders it with these values.
    pub(super) fn text(&self, registry: &Registry, values: &Values<'_>) -> Option<String> {
        match &self.outline {
            Some(outline) => {
                outline.text(&|name, column| values.own.value(name, column), registry.registry.get_escape_fn())
            }
            None => render(registry, &self.name, values.context(), None).ok(),
        }
    }
}

impl<'v> Values<'v> {
    pub(super) fn new(own: &'v dyn OwnFields, shared: &'v Map<String, Value>) -> Self {
        Values { own, shared, context: OnceCell::new() }
    }

    fn context(&self) -> &Context {
        self.context.get_or_init(|| {
            let mut fields = self.shared.clone();
            fields.extend(self.own.all());
            Context::from(Value::Object(fields))
        })
    }
}

impl KnownBlocks {
    /// The most sources that are kept, and the longest.
    const MOST: usize = 1 << 10;
    const LONGEST: usize = 4 << 10;

    /// Converts whole blocks with these values in their holes, and says whether both parts surely have the same words; `None`
    /// where they may not be whole.
    pub(super) fn convert(&self, source: &str, values: &[&str], images: &dyn Images) -> Option<(Parts, bool)> {
        if let Some(blocks) = self.of(source, values.len(), images) {
            return Some((blocks.fill(values), blocks.has_same_words()));
        }
        // A value in an address is read.
        let blocks = if values.is_empty() { None } else { self.of(&with_values(source, values), 0, images) };
        blocks.map(|blocks| (blocks.fill(&[]), blocks.has_same_words()))
    }

    fn of(&self, source: &str, holes: usize, images: &dyn Images) -> Option<Arc<HoledBlocks>> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(blocks) = known().get(source) {
            return blocks.clone();
        }
        let is_whole = blocks::is_divisible(source) && blocks::begins_block(source);
        // A roll next to text of one letter only is rendered the plain way.
        let blocks = is_whole.then(|| HoledBlocks::of(source, holes, images)).flatten().map(Arc::new);
        let mut known = known();
        if known.len() < Self::MOST && source.len() <= Self::LONGEST {
            known.insert(source.to_owned(), blocks.clone());
        }
        blocks
    }
}
