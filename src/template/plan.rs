//! Divides a template into what is the same in every letter and what depends on the recipient.
//!
//! What is the same is rendered here, once. An element counts as the same only if none of its names, including those in
//! nested blocks and partials, is one of the recipient's, and every helper in it is known; helpers read only their arguments.
//! This module must never take an element for the same in every letter if it is not.

use super::helpers;
use super::render::render;
use super::{Format, Registry};
use crate::markdown::blocks;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{Context, Path, PathSeg, Template};
use std::collections::BTreeSet;

/// A step of rendering a piece.
#[derive(Debug)]
pub(super) enum Step {
    /// Text that is the same in every letter. What is before it ends in a blank line, or it goes on with that.
    Shared(String),
    /// A template by the name it was registered by.
    Own(String),
}

/// A piece, divided.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// The names that the letters' own templates use.
    pub(super) names: BTreeSet<String>,
}

impl Plan {
    /// Plans a registered piece, with the values that all letters share and the names that differ (`own`); `None` if it cannot
    /// be divided. Where it can be divided depends only on `format`.
    pub(super) fn of(
        registry: &mut Registry,
        name: &str,
        format: Format,
        context: &Context,
        own: &[&str],
    ) -> Option<Plan> {
        let template = registry.registry.get_template(name)?.clone();
        let mut plan = Plan::default();
        let mut elements = Vec::new();
        registry.resolve(name, &template.elements, context, own, &mut elements);
        let mut stretches: Vec<Stretch> = Vec::new();
        for (rank, element) in elements.iter().enumerate() {
            let mut names = Names::of([element], registry);
            if names.may_have(own) {
                plan.names.append(&mut names.names);
                stretches.push(Stretch::Own(element.clone()));
                continue;
            }
            let text = match element {
                TemplateElement::RawString(text) => text.clone(),
                TemplateElement::Comment(_) => String::new(),
                _ => registry.render_alone(name, rank, vec![element.clone()], context)?,
            };
            match stretches.last_mut() {
                Some(Stretch::Text(before)) => before.push_str(&text),
                _ => stretches.push(Stretch::Text(text)),
            }
        }
        let last = stretches.len().saturating_sub(1);
        let mut run = Vec::new();
        for (rank, stretch) in stretches.into_iter().enumerate() {
            match stretch {
                Stretch::Own(element) => run.push(element),
                Stretch::Text(text) => plan.divide(registry, name, &text, &mut run, format, rank == last)?,
            }
        }
        plan.close(registry, name, &mut run);
        Some(plan)
    }

    /// Splits the shared blocks off a text; what is left is rendered for each letter.
    fn divide(
        &mut self,
        registry: &mut Registry,
        name: &str,
        text: &str,
        run: &mut Run,
        format: Format,
        is_last: bool,
    ) -> Option<()> {
        let mut starts = match format {
            Format::Markdown if !blocks::is_divisible(text) => return None,
            Format::Markdown => blocks::block_starts(text),
            Format::Text => paragraph_starts(text),
            Format::Html => return None,
        };
        let end = match is_last || blocks::ends_in_blank_line(text) {
            true => text.len(),
            false => starts.pop().unwrap_or_default(),
        };
        let Some(&first) = starts.first() else {
            run.push(raw(text));
            return Some(());
        };
        if first > 0 {
            run.push(raw(&text[..first]));
        }
        let follows_own = !run.is_empty() || !self.steps.is_empty();
        self.close(registry, name, run);
        // Whether a block begins right after what is a letter's own is known only in the letter.
        let second = starts.get(1).copied().filter(|_| first == 0 && follows_own).unwrap_or(first);
        for shared in [&text[first..second], &text[second..end]].into_iter().filter(|shared| !shared.is_empty()) {
            self.steps.push(Step::Shared(shared.to_owned()));
        }
        if end < text.len() {
            run.push(raw(&text[end..]));
        }
        Some(())
    }

    /// Registers the elements collected so far as a template that is rendered for each letter.
    fn close(&mut self, registry: &mut Registry, name: &str, run: &mut Run) {
        if !run.is_empty() {
            let name = registry.register_alone(name, self.steps.len(), std::mem::take(run));
            self.steps.push(Step::Own(name));
        }
    }
}

/// Consecutive elements. Their places in the file are not kept, because only the plain way reports errors.
pub(super) type Run = Vec<TemplateElement>;

enum Stretch {
    Text(String),
    Own(TemplateElement),
}

impl Registry {
    /// Registers elements of a piece as a separate template; returns its name.
    pub(super) fn register_alone(&mut self, name: &str, rank: usize, run: Run) -> String {
        let name = format!("{name}#{rank}");
        let mut template = Template::default();
        template.name = Some(name.clone());
        template.elements = run;
        self.registry.register_template(&name, template);
        name
    }

    /// Puts the branch that every letter takes in the place of a condition on what all letters share.
    fn resolve(
        &mut self,
        name: &str,
        elements: &[TemplateElement],
        context: &Context,
        own: &[&str],
        resolved: &mut Vec<TemplateElement>,
    ) {
        for element in elements {
            let branch = match element {
                TemplateElement::HelperBlock(call) => self.branch(name, call, context, own),
                _ => None,
            };
            match branch {
                Some(branch) => self.resolve(name, &branch, context, own, resolved),
                None => resolved.push(element.clone()),
            }
        }
    }

    /// The elements of that branch; `None` where it is not the same in every letter.
    fn branch(
        &mut self,
        name: &str,
        call: &HelperTemplate,
        context: &Context,
        own: &[&str],
    ) -> Option<Vec<TemplateElement>> {
        let is_condition = matches!(super::check::name_of(&call.name), Some("if" | "unless"));
        let mut alone = call.clone();
        (alone.template, alone.inverse) = (None, None);
        let is_own = |call: &HelperTemplate, registry: &Registry| {
            Names::of([&TemplateElement::HelperBlock(Box::new(call.clone()))], registry).may_have(own)
        };
        if !is_condition || is_own(&alone, self) || !is_own(call, self) {
            return None;
        }
        let mut marked = Template::new();
        marked.elements.push(raw("yes"));
        alone.template = Some(marked);
        let text = self.render_alone(name, 0, vec![TemplateElement::HelperBlock(Box::new(alone))], context)?;
        let branch = if text == "yes" { &call.template } else { &call.inverse };
        Some(branch.as_ref().map(|branch| branch.elements.clone()).unwrap_or_default())
    }

    /// Renders elements of a piece separately; `None` on any error.
    pub(super) fn render_alone(&mut self, name: &str, rank: usize, run: Run, context: &Context) -> Option<String> {
        let name = self.register_alone(name, rank, run);
        let text = render(self, &name, context, None).ok();
        self.registry.unregister_template(&name);
        text
    }
}

fn raw(text: &str) -> TemplateElement {
    TemplateElement::RawString(text.to_owned())
}

/// Returns the offsets at which paragraphs of plain text begin: the start, and after blank lines.
fn paragraph_starts(text: &str) -> Vec<usize> {
    let (mut starts, mut at, mut is_after_blank) = (Vec::new(), 0, true);
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if is_after_blank && !is_blank {
            starts.push(at);
        }
        // At the very beginning it may only end the line before.
        is_after_blank = is_blank && at > 0;
        at += line.len();
    }
    starts
}

/// The names in some elements, and whether all of them are understood.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) names: BTreeSet<String>,
    pub(super) is_complete: bool,
}

impl Names {
    /// The names in these elements, in what they enclose and in the partials they include.
    pub(super) fn of<'t>(elements: impl IntoIterator<Item = &'t TemplateElement>, registry: &Registry) -> Names {
        let mut names = Names { names: BTreeSet::new(), is_complete: true };
        elements.into_iter().for_each(|element| names.element(element, registry));
        names
    }

    /// Whether any of these may be among them.
    pub(super) fn may_have(&self, names: &[&str]) -> bool {
        !self.is_complete || names.iter().any(|name| self.names.contains(*name))
    }

    fn element(&mut self, element: &TemplateElement, registry: &Registry) {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(call)
            | TemplateElement::HtmlExpression(call)
            | TemplateElement::HelperBlock(call) => self.call(call, registry),
            TemplateElement::PartialExpression(call) => {
                call.params.iter().chain(call.hash.values()).for_each(|value| self.parameter(value, registry));
                match &call.name {
                    Parameter::Name(name) | Parameter::Path(Path::Relative((_, name))) => {
                        match registry.registry.get_template(name) {
                            Some(partial) => self.template(partial, registry),
                            None => self.is_complete = false,
                        }
                    }
                    _ => self.is_complete = false,
                }
            }
            _ => self.is_complete = false,
        }
    }

    fn template(&mut self, template: &Template, registry: &Registry) {
        template.elements.iter().for_each(|element| self.element(element, registry));
    }

    fn call(&mut self, call: &HelperTemplate, registry: &Registry) {
        const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];
        let is_helper = |name: &str| name == helpers::PRINT || BLOCKS.contains(&name) || helpers::spec(name).is_some();
        match &call.name {
            Parameter::Name(name) if is_helper(name) => {}
            Parameter::Path(Path::Relative((_, raw))) if is_helper(raw) => {}
            name if call.params.is_empty() && !call.block => self.parameter(name, registry),
            _ => self.is_complete = false,
        }
        call.params.iter().chain(call.hash.values()).for_each(|value| self.parameter(value, registry));
        [&call.template, &call.inverse].into_iter().flatten().for_each(|inner| self.template(inner, registry));
    }

    fn parameter(&mut self, parameter: &Parameter, registry: &Registry) {
        match parameter {
            Parameter::Literal(_) | Parameter::Path(Path::Local(_)) => {}
            Parameter::Path(Path::Relative((segments, _))) => {
                self.names.extend(segments.iter().filter_map(|segment| match segment {
                    PathSeg::Named(name) => Some(name.clone()),
                    _ => None,
                }));
            }
            Parameter::Subexpression(call) => self.element(call.as_element(), registry),
            _ => self.is_complete = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_begin_after_blank_lines() {
        assert_eq!(paragraph_starts("a\nb\n\nc\n \nd"), [0, 5, 9]);
        assert_eq!(paragraph_starts("\na\n\nb"), [4]);
    }

    #[test]
    fn a_condition_on_what_is_shared_leaves_the_branch_that_every_letter_takes() {
        let shared = Context::from(serde_json::json!({ "page": false, "count": { "total": 2 } }));
        for (source, branch) in [
            ("a\n{{#unless page}}\n{{salutation}}\n{{else}}\nno\n{{/unless}}\nb\n", "a\n{{salutation}}\nb\n"),
            ("{{#if page}}{{salutation}}{{else if count.total}}{{recipient.title}}{{/if}}", "{{recipient.title}}"),
            ("{{#unless page}}{{#if (eq count.total 2)}}{{salutation}}{{/if}}{{/unless}}", "{{salutation}}"),
            ("{{#if page}}{{salutation}}{{/if}}", ""),
        ] {
            let elements = |source: &str| Template::compile(source).expect("a template").elements;
            let mut registry = Registry::new(Format::Markdown, &crate::language::ENGLISH);
            let mut resolved = Vec::new();
            let own = ["recipient", "salutation"];
            registry.resolve("letter", &elements(source), &shared, &own, &mut resolved);
            let written = |elements: Vec<TemplateElement>| -> String {
                let text = |element| match element {
                    TemplateElement::RawString(text) => text,
                    other => format!("{other:?}"),
                };
                elements.into_iter().map(text).collect()
            };
            assert_eq!(written(resolved), written(elements(branch)), "{source}");
        }
    }
}
