//! `{{#letterhead}}` and `{{#address}}`: what has a place of its own on paper.
//!
//! In a message they print their content where they are, so they are dissolved before anything else sees them. On paper the
//! content goes to the head of the page and into the window of the envelope. No word may be lost between the two, or printed
//! twice.

use super::check::{Parsed, name_of};
use super::position::Here;
use super::render::{Renderer, render};
use super::{BODY, LetterFiles, Registry};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, spans};
use crate::markdown::{Headings, Nodes, nodes};
use handlebars::template::TemplateElement;
use handlebars::{Context, Template};
use serde_json::{Map, Value};

/// The blocks, in the order of [`PIECES`].
const BLOCKS: [&str; 2] = ["letterhead", "address"];

/// The names under which their contents are registered, and then the rest of the letter.
const PIECES: [&str; 3] = ["(letterhead)", "(address)", "(paper)"];

/// One letter's text for paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperText {
    /// What is in `{{#letterhead}}`.
    pub letterhead: Nodes,
    /// What is in `{{#address}}`.
    pub address: Nodes,
    /// The rest of the letter.
    pub body: Nodes,
}

/// Puts the contents of both blocks in their places, and returns the letter's pieces for paper: those contents, and the
/// rest. A block that is nested in another, or comes twice, stays: the check refuses it.
pub(super) fn dissolve(parsed: &mut Parsed) -> [Parsed; 3] {
    let Template { elements, mapping, .. } = std::mem::take(&mut parsed.template);
    let mut contents: [Option<Template>; 2] = [None, None];
    let mut rest = Template::default();
    for (element, place) in elements.into_iter().zip(mapping) {
        let block = match &element {
            TemplateElement::HelperBlock(call) if call.params.is_empty() && call.inverse.is_none() => {
                BLOCKS.iter().position(|block| name_of(&call.name) == Some(block))
            }
            _ => None,
        };
        match (block, element) {
            (Some(at), TemplateElement::HelperBlock(call)) if contents[at].is_none() => {
                let content = call.template.unwrap_or_default();
                parsed.template.elements.extend(content.elements.iter().cloned());
                parsed.template.mapping.extend(content.mapping.iter().cloned());
                contents[at] = Some(content);
            }
            (_, element) => {
                for template in [&mut parsed.template, &mut rest] {
                    template.elements.push(element.clone());
                    template.mapping.push(place.clone());
                }
            }
        }
    }
    let [letterhead, address] = contents.map(Option::unwrap_or_default);
    [letterhead, address, rest].map(|template| Parsed { piece: parsed.piece.clone(), template })
}

/// Registers the letter's pieces for paper.
pub(super) fn register(registry: &mut Registry, pieces: [Parsed; 3]) {
    PIECES.into_iter().zip(pieces).for_each(|(name, parsed)| registry.add(name, parsed));
}

/// The finding for a block that could not be dissolved.
pub(super) fn misplaced(here: Here<'_>, name: &str) -> Option<Finding> {
    BLOCKS.contains(&name).then(|| {
        here.finding(
            Code::HelperUnknown,
            spans!["{{#", file_text(name), "}} is not allowed here"],
            "use it once, without arguments, in the letter itself and outside other blocks",
        )
    })
}

impl Renderer<'_> {
    /// Renders one letter for paper; `None` if it is not written in Markdown. `fields` as for [`Renderer::print`].
    ///
    /// # Errors
    /// The same, and a text that means something else when it is divided.
    pub fn paper(&self, fields: Map<String, Value>, row: &Place) -> Option<Result<PaperText, Vec<Finding>>> {
        if self.template.files != LetterFiles::Markdown {
            return None;
        }
        let sources = self.with_own(fields, |context| self.paper_sources(context, Some(row)));
        Some(sources.and_then(|sources| self.divided(&sources)))
    }

    /// Renders the letter for everybody, as on its web page, with this Markdown before it and after it; `None` if it is not
    /// written in Markdown. `fields` as for [`Renderer::page`], which reports what the page has no value for.
    ///
    /// # Errors
    /// As for one letter.
    pub fn paper_of_page(
        &self,
        mut fields: Map<String, Value>,
        [before, after]: [&str; 2],
    ) -> Option<Result<PaperText, Vec<Finding>>> {
        if self.template.files != LetterFiles::Markdown {
            return None;
        }
        fields.insert("page".to_owned(), true.into());
        Some(self.paper_sources(&self.context_with(fields), None).and_then(|mut sources| {
            let [_, _, body, whole] = &mut sources;
            for source in [body, whole] {
                *source = [before, source, after].concat();
            }
            self.divided(&sources)
        }))
    }

    /// The sources of the pieces for paper, and of the whole letter.
    fn paper_sources(&self, context: &Context, row: Option<&Place>) -> Result<[String; 4], Vec<Finding>> {
        let source = |name: &str| render(&self.template.markdown, name, context, row);
        let [letterhead, address, body] = PIECES.map(source);
        Ok([letterhead?, address?, body?, source(BODY)?])
    }

    fn divided(&self, sources: &[String; 4]) -> Result<PaperText, Vec<Finding>> {
        let mut headings = Headings::default();
        let read = sources
            .each_ref()
            .map(|source| nodes(source, self.roll_source.as_deref(), &*self.images, &mut headings).unwrap_or_default());
        let [letterhead, address, body, whole] = read;
        let length = |nodes: &Nodes| nodes.words.chars().filter(|c| !c.is_whitespace()).count();
        if length(&letterhead) + length(&address) + length(&body) == length(&whole) {
            return Ok(PaperText { letterhead, address, body });
        }
        let file = self.template.markdown.pieces.get(BODY).map_or_else(String::new, |piece| piece.file.clone());
        let what =
            "the letter reads otherwise on paper, where {{#letterhead}} and {{#address}} have places of their own";
        let help = "write these blocks so that each can be read alone: with the texts of its footnotes and links";
        Err(vec![Finding::new(Code::Page, what).at(Place::file(file)).help(help)])
    }
}
