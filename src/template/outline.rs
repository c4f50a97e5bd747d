//! What a passage prints, in steps that need no template engine: texts, a letter's own values, and choices between them.
//!
//! To render by Handlebars takes most of the time of a short passage. An outline must print what Handlebars does: only plain
//! values and conditions on them are understood here, and everything else is left to it.

use super::Registry;
use super::check::name_of;
use super::helpers::PRINT;
use super::plan::Names;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{Context, Path, PathSeg, Template};
use serde_json::{Map, Value};

/// The names of a letter's own values that have several fields.
const RECORDS: [&str; 2] = ["recipient", "signatory"];

/// What a template prints of one recipient, and in individual mode of who writes.
pub trait OwnFields {
    /// A value that no other letter has: `recipient` or `signatory` and a column, or `salutation` or `closing` and nothing.
    /// `None` for an unknown one.
    fn value(&self, name: &str, column: &str) -> Option<&str>;

    /// All of them, for Handlebars.
    fn all(&self) -> Map<String, Value>;
}

/// The steps of a passage.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outline(Vec<Step>);

/// What an outline prints next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'p, 'v> {
    /// Text of the template.
    Text(&'p str),
    /// A value, not escaped; never empty.
    Value(&'v str),
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Text(String),
    Value(Name),
    /// A value that may be empty.
    Optional(Name),
    Choice {
        condition: Condition,
        then: Vec<Step>,
        otherwise: Vec<Step>,
    },
}

/// The name of a value, and its column.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    name: String,
    column: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Condition {
    IsFilled(Name),
    Is(Name, String),
    Not(Box<Condition>),
    Both(Box<[Condition; 2]>),
    Either(Box<[Condition; 2]>),
}

/// Finds a value by its name and its column.
pub(super) type Find<'f, 'v> = &'f dyn Fn(&str, &str) -> Option<&'v str>;

impl Outline {
    /// The outline of a registered passage, with the values that all letters share and the names that differ (`own`); `None`
    /// if anything in it is not understood.
    pub(super) fn of(registry: &mut Registry, name: &str, context: &Context, own: &[&str]) -> Option<Outline> {
        let template = registry.registry.get_template(name)?.clone();
        let rank = 0;
        let mut reader = Reader { registry, name, context, own, rank };
        reader.steps(&template.elements).map(Outline)
    }

    /// Prints the passage; `None` where a value is empty or unknown, which is an error.
    pub(super) fn print<'v>(&self, find: Find<'_, 'v>, put: &mut dyn FnMut(Piece<'_, 'v>)) -> Option<()> {
        print(&self.0, find, put)
    }

    /// Prints the passage as one text.
    pub(super) fn text(&self, find: Find<'_, '_>, escape: &dyn Fn(&str) -> String) -> Option<String> {
        let mut text = String::new();
        self.print(find, &mut |piece| match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Value(value) => text.push_str(&escape(value)),
        })?;
        Some(text)
    }
}

fn print<'v>(steps: &[Step], find: Find<'_, 'v>, put: &mut dyn FnMut(Piece<'_, 'v>)) -> Option<()> {
    for step in steps {
        match step {
            Step::Text(text) => put(Piece::Text(text)),
            Step::Value(Name { name, column }) => {
                put(Piece::Value(find(name, column).filter(|value| !value.is_empty())?))
            }
            Step::Optional(Name { name, column }) => match find(name, column)? {
                "" => {}
                value => put(Piece::Value(value)),
            },
            Step::Choice { condition, then, otherwise } => {
                print(if condition.is_met(find)? { then } else { otherwise }, find, put)?;
            }
        }
    }
    Some(())
}

impl Condition {
    fn is_met(&self, find: Find<'_, '_>) -> Option<bool> {
        Some(match self {
            Condition::IsFilled(Name { name, column }) => !find(name, column)?.is_empty(),
            Condition::Is(Name { name, column }, text) => find(name, column)? == text,
            Condition::Not(condition) => !condition.is_met(find)?,
            // Handlebars looks at both in any case.
            Condition::Both(both) => both[0].is_met(find)? & both[1].is_met(find)?,
            Condition::Either(both) => both[0].is_met(find)? | both[1].is_met(find)?,
        })
    }
}

/// Reads the elements of a passage.
struct Reader<'r> {
    registry: &'r mut Registry,
    name: &'r str,
    context: &'r Context,
    own: &'r [&'r str],
    rank: usize,
}

impl Reader<'_> {
    fn steps(&mut self, elements: &[TemplateElement]) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        for element in elements {
            let step = self.step(element)?;
            match (steps.last_mut(), step) {
                (Some(Step::Text(before)), Step::Text(text)) => before.push_str(&text),
                (_, step) => steps.push(step),
            }
        }
        Some(steps)
    }

    fn step(&mut self, element: &TemplateElement) -> Option<Step> {
        if !Names::of([element], self.registry).may_have(self.own) {
            return Some(Step::Text(match element {
                TemplateElement::RawString(text) => text.clone(),
                TemplateElement::Comment(_) => String::new(),
                _ => {
                    self.rank += 1;
                    let name = format!("{}?", self.name);
                    self.registry.render_alone(&name, self.rank, vec![element.clone()], self.context)?
                }
            }));
        }
        match element {
            TemplateElement::Expression(call) => self.expression(call),
            TemplateElement::HelperBlock(call) => self.block(call),
            _ => None,
        }
    }

    /// `{{name}}`, also rewritten to a call of the helper that refuses an empty value, and `{{default name "…"}}`.
    fn expression(&self, call: &HelperTemplate) -> Option<Step> {
        if call.params.is_empty() && call.hash.is_empty() && !call.block {
            let path = match &call.name {
                Parameter::Name(name) => Parameter::Path(Path::parse(name).ok()?),
                path => path.clone(),
            };
            return self.own_name(&path).map(Step::Optional);
        }
        match (plain_call(call)?, &*call.params) {
            (PRINT, [value]) => self.own_name(value).map(Step::Value),
            ("default", [value, other]) => {
                let name = self.own_name(value)?;
                let otherwise = match other {
                    Parameter::Literal(Value::String(text)) if !text.is_empty() => {
                        Step::Text(self.registry.registry.get_escape_fn()(text))
                    }
                    other => Step::Value(self.own_name(other)?),
                };
                let (condition, then) = (Condition::IsFilled(name.clone()), vec![Step::Value(name)]);
                Some(Step::Choice { condition, then, otherwise: vec![otherwise] })
            }
            _ => None,
        }
    }

    /// `{{#if …}}`, `{{#unless …}}` and the comparisons as blocks.
    fn block(&mut self, call: &HelperTemplate) -> Option<Step> {
        let condition = match (plain_call(call)?, &*call.params) {
            ("if", [parameter]) => self.condition(parameter)?,
            ("unless", [parameter]) => Condition::Not(Box::new(self.condition(parameter)?)),
            _ => return None,
        };
        let mut branch = |template: &Option<Template>| match template {
            Some(template) => self.steps(&template.elements),
            None => Some(Vec::new()),
        };
        Some(Step::Choice { condition, then: branch(&call.template)?, otherwise: branch(&call.inverse)? })
    }

    /// Whether a value counts as true.
    fn condition(&self, parameter: &Parameter) -> Option<Condition> {
        if let Some(name) = self.own_name(parameter) {
            return Some(Condition::IsFilled(name));
        }
        let Parameter::Subexpression(inner) = parameter else { return None };
        let TemplateElement::Expression(call) = inner.as_element() else { return None };
        let both = |one: &Parameter, other: &Parameter| Some(Box::new([self.condition(one)?, self.condition(other)?]));
        match (plain_call(call)?, &*call.params) {
            ("eq", [one, other]) => self.comparison(one, other),
            ("ne", [one, other]) => Some(Condition::Not(Box::new(self.comparison(one, other)?))),
            ("not", [one]) => Some(Condition::Not(Box::new(self.condition(one)?))),
            ("and", [one, other]) => both(one, other).map(Condition::Both),
            ("or", [one, other]) => both(one, other).map(Condition::Either),
            _ => None,
        }
    }

    fn comparison(&self, one: &Parameter, other: &Parameter) -> Option<Condition> {
        let (name, text) = match (one, other) {
            (name, Parameter::Literal(Value::String(text))) | (Parameter::Literal(Value::String(text)), name) => {
                (name, text)
            }
            _ => return None,
        };
        Some(Condition::Is(self.own_name(name)?, text.clone()))
    }

    /// The name of a letter's own value that is one text.
    fn own_name(&self, parameter: &Parameter) -> Option<Name> {
        let Parameter::Path(Path::Relative((segments, _))) = parameter else { return None };
        let name = match &**segments {
            [PathSeg::Named(name)] if !RECORDS.contains(&&**name) => Name { name: name.clone(), column: String::new() },
            [PathSeg::Named(name), PathSeg::Named(column)] if RECORDS.contains(&&**name) => {
                Name { name: name.clone(), column: column.clone() }
            }
            _ => return None,
        };
        self.own.contains(&&*name.name).then_some(name)
    }
}

/// The name of a call without further settings.
fn plain_call(call: &HelperTemplate) -> Option<&str> {
    name_of(&call.name).filter(|_| call.hash.is_empty() && call.block_param.is_none())
}

#[cfg(test)]
mod tests {
    use super::super::{Format, rewrite};
    use super::*;
    use serde_json::json;

    /// A passage printed by its outline and by Handlebars, for each of these recipients.
    fn both_ways(source: &str) -> Vec<(Option<String>, Option<String>)> {
        let mut registry = Registry::new(Format::Markdown, &crate::language::ENGLISH);
        let mut template = Template::compile(source).expect("a template");
        // Only a value that can be empty is printed as it is.
        if !source.starts_with("optional") {
            rewrite(&mut template);
        }
        registry.registry.register_template("passage", template);
        let shared = Context::from(json!({ "count": { "total": 2 } }));
        let outline = Outline::of(&mut registry, "passage", &shared, &["recipient", "salutation"]);
        let Some(outline) = outline else { return Vec::new() };
        let printed = [("", ""), ("Editor", ""), ("Editor", "Ada"), ("x", "*Ada*"), ("", "0")].map(|(title, name)| {
            let all =
                json!({ "count": { "total": 2 }, "salutation": "Dear", "recipient": { "title": title, "name": name } });
            let find = |field: &str, column: &str| match (field, column) {
                ("salutation", "") => Some("Dear"),
                ("recipient", "title") => Some(title),
                ("recipient", "name") => Some(name),
                _ => None,
            };
            let escape = |value: &str| crate::markdown::escape_value(value);
            let rendered = registry.registry.render_with_context("passage", &Context::from(all));
            (outline.text(&find, &escape), rendered.ok())
        });
        printed.into()
    }

    #[test]
    fn an_outline_prints_what_handlebars_prints() {
        for source in [
            "{{salutation}}, all {{count.total}} of you",
            "optional {{recipient.name}}",
            "{{recipient.title}}\n{{#if recipient.name}}\nfor {{recipient.name}}\\\n{{/if}}\nend",
            "{{#if recipient.name}}a{{else if recipient.title}}b{{else}}c{{/if}}",
            "{{#unless recipient.name}} {{~salutation~}} {{else}}!{{/unless}}",
            "{{#if (eq recipient.title \"Editor\")}}one{{/if}}{{#if (ne \"Editor\" recipient.title)}}other{{/if}}",
            "{{#if (and recipient.title (not recipient.name))}}a{{/if}}{{#if (or recipient.title recipient.name)}}b{{/if}}",
            "{{default recipient.name \"*no* <name>\"}} {{default recipient.name recipient.title}}",
            "{{!-- nothing --}}{{#if recipient.name}}{{#if (eq count.total 2)}}two{{/if}}{{words count.total}}{{/if}}",
        ] {
            let printed = both_ways(source);
            assert!(!printed.is_empty(), "not understood: {source}");
            for (outlined, rendered) in printed {
                assert_eq!(outlined, rendered, "{source}");
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_left_to_handlebars() {
        for source in [
            "{{upper recipient.title}}",
            "{{#with recipient}}{{title}}{{/with}}",
            "{{#each recipient}}{{this}}{{/each}}",
            "{{#if recipient.name includeZero=true}}a{{/if}}",
            "{{#if recipient}}a{{/if}}",
            "{{#if (eq recipient.title recipient.name)}}a{{/if}}",
            "{{#if (gt recipient.title 2)}}a{{/if}}",
            "{{{recipient.title}}}",
            "{{#eq recipient.title \"Editor\"}}a{{/eq}}",
        ] {
            assert!(both_ways(source).is_empty(), "{source}");
        }
    }
}
