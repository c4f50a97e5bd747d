//! Compiles a template quickly.
//!
//! Handlebars' parser takes hundreds of instructions for each character of plain text, and counts the lines from the start
//! of the text for each tag. So it gets the text with one character in place of each passage of plain text. The result must
//! be that of compiling the text as it is; what is in any way unusual is compiled so.

use super::source::tag_end;
use handlebars::Template;
use handlebars::TemplateError;
use handlebars::template::{DecoratorTemplate, HelperTemplate, TemplateElement};
use std::collections::HashMap;

/// The characters in place of passages: for private use, and refused in every template.
const MARKS: std::ops::RangeInclusive<u32> = 0x10_0000..=0x10_FFFD;

/// A line and a column, from 1.
type Place = (usize, usize);

/// Compiles a template. The places of plain text in it are not those in the text; nothing refers to them.
///
/// # Errors
/// The first syntax error.
pub(super) fn compile(text: &str) -> Result<Template, TemplateError> {
    match reduced(text).and_then(|reduced| reduced.compile()) {
        Some(template) => Ok(template),
        None => Template::compile(text),
    }
}

/// A template's text with marks in place of its passages.
struct Reduced<'t> {
    text: String,
    /// The passages, each without the white space around it: the parser may trim that.
    passages: Vec<&'t str>,
    /// Where the tags are in the template, by where they are in this text.
    places: HashMap<Place, Place>,
}

/// `None` for a template that is unusual.
fn reduced(text: &str) -> Option<Reduced<'_>> {
    if text.contains("{{{{") || text.contains("\\{{") || text.contains(is_mark) {
        return None;
    }
    let mut reduced = Reduced { text: String::new(), passages: Vec::new(), places: HashMap::new() };
    let (mut rest, mut from, mut to) = (text, (1, 1), (1, 1));
    loop {
        let tag = rest.find("{{").unwrap_or(rest.len());
        let plain = &rest[..tag];
        let passage = plain.trim();
        if passage.is_empty() {
            reduced.push(plain, &mut to);
        } else {
            let mark = char::from_u32(MARKS.start() + u32::try_from(reduced.passages.len()).ok()?)?;
            let begin = plain.len() - plain.trim_start().len();
            reduced.push(&plain[..begin], &mut to);
            reduced.push(mark.encode_utf8(&mut [0; 4]), &mut to);
            reduced.push(&plain[begin + passage.len()..], &mut to);
            reduced.passages.push(passage);
        }
        from = after(from, plain);
        let Some(inside) = rest[tag..].strip_prefix("{{") else {
            let is_marked = reduced.passages.len() <= MARKS.count();
            return is_marked.then_some(reduced);
        };
        reduced.places.insert(to, from);
        let end = tag + 2 + tag_end(inside);
        reduced.push(&rest[tag..end], &mut to);
        from = after(from, &rest[tag..end]);
        rest = &rest[end..];
    }
}

impl Reduced<'_> {
    fn push(&mut self, text: &str, place: &mut Place) {
        self.text.push_str(text);
        *place = after(*place, text);
    }

    /// `None` if it has an error, or if the parser sees other passages: then only the whole text shows where.
    fn compile(&self) -> Option<Template> {
        let mut template = Template::compile(&self.text).ok()?;
        let mut count = 0;
        self.restore(&mut template, &mut count);
        (count == self.passages.len()).then_some(template)
    }

    /// Puts the passages and the tags' places into a template, and counts the passages.
    fn restore(&self, template: &mut Template, count: &mut usize) {
        for place in &mut template.mapping {
            if let Some((line, column)) = self.places.get(&(place.0, place.1)) {
                (place.0, place.1) = (*line, *column);
            }
        }
        for element in &mut template.elements {
            match element {
                TemplateElement::RawString(text) => {
                    if let Some((at, mark)) = text.char_indices().find(|(_, c)| is_mark(*c))
                        && let Some(passage) = self.passages.get((u32::from(mark) - MARKS.start()) as usize)
                    {
                        text.replace_range(at..at + mark.len_utf8(), passage);
                        *count += 1;
                    }
                }
                TemplateElement::HelperBlock(helper) => {
                    let HelperTemplate { template, inverse, .. } = &mut **helper;
                    template.iter_mut().chain(inverse).for_each(|inner| self.restore(inner, count));
                }
                TemplateElement::DecoratorBlock(decorator) | TemplateElement::PartialBlock(decorator) => {
                    let DecoratorTemplate { template, .. } = &mut **decorator;
                    template.iter_mut().for_each(|inner| self.restore(inner, count));
                }
                _ => {}
            }
        }
    }
}

fn is_mark(c: char) -> bool {
    MARKS.contains(&u32::from(c))
}

/// The place after a text.
fn after((line, column): Place, text: &str) -> Place {
    match text.rfind('\n') {
        Some(last) => (line + text.matches('\n').count(), text[last + 1..].chars().count() + 1),
        None => (line, column + text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Clears the places of plain text.
    fn without_plain_places(template: &mut Template) {
        for (place, element) in template.mapping.iter_mut().zip(&template.elements) {
            if matches!(element, TemplateElement::RawString(_)) {
                (place.0, place.1) = (0, 0);
            }
        }
        for element in &mut template.elements {
            match element {
                TemplateElement::HelperBlock(helper) => {
                    let HelperTemplate { template, inverse, .. } = &mut **helper;
                    template.iter_mut().chain(inverse).for_each(without_plain_places);
                }
                TemplateElement::DecoratorBlock(decorator) | TemplateElement::PartialBlock(decorator) => {
                    decorator.template.iter_mut().for_each(without_plain_places);
                }
                _ => {}
            }
        }
    }

    /// Compiles a text both ways.
    fn both(text: &str) -> (Option<Template>, Option<Template>) {
        let (mut quick, mut whole) = (compile(text).ok(), Template::compile(text).ok());
        quick.iter_mut().chain(&mut whole).for_each(without_plain_places);
        (quick, whole)
    }

    #[test]
    fn templates_are_compiled_from_their_reduced_text() {
        for text in [
            include_str!("../../templates/letter.md.hbs"),
            super::super::BUILT_IN_ROLL_TEXT,
            super::super::BUILT_IN_ROLL_HTML,
            crate::markdown::LAYOUT,
        ] {
            assert!(reduced(text).and_then(|reduced| reduced.compile()).is_some());
            let (quick, whole) = both(text);
            assert_eq!(quick, whole);
        }
    }

    proptest! {
        #[test]
        fn the_template_is_that_of_the_whole_text(pieces in proptest::collection::vec(prop_oneof![
            4 => Just("Some words"), 3 => Just("\n"), 2 => Just(" "), 1 => Just("é}}"), 1 => Just("\t\u{a0}"), 2 => Just("{{name}}"),
            1 => Just("{{~name~}}"), 3 => Just("{{#if a}}"), 3 => Just("{{/if}}"), 1 => Just("{{else}}"), 1 => Just("{{~/if~}}"),
            1 => Just("{{!-- }} {{#if --}}"), 1 => Just("{{! x }}"), 1 => Just("{{default a \"}}\n\n{{#if\"}}"), 1 => Just("\\{{x}}"),
            1 => Just("{{> part}}"), 1 => Just("{{{b}}}"), 1 => Just("{{^}}"), 1 => Just("{{^if a}}"), 1 => Just("{{"), 1 => Just("\""),
            1 => Just("{{else if b}}"), 1 => Just("{{#each a as |b|}}{{/each}}"), 1 => Just("\\"), 1 => Just("{{f \"a\\\"}}b\"}}"),
        ], 0..24)) {
            let (quick, whole) = both(&pieces.concat());
            prop_assert_eq!(quick, whole);
        }
    }
}
