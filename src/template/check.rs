//! What strict mode lacks: every name, helper and partial that a template mentions, checked before anything is rendered.
//!
//! Handlebars looks up a name only when it is printed: a typo inside `{{#if}}` silently takes the other branch. This check
//! walks the parsed template instead, with the shape of everything in scope, and follows each partial with the scope it
//! is included in. It must never need a row.

use super::helpers::{self, RollUse};
use super::position::Here;
use super::schema::Shape;
use super::scope::{Scope, Unknown, block_params};
use super::source::{Format, Piece};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::spans::{Spans, file_text, own, quoted, spans};
use crate::language::Language;
use crate::text::pluralize::numbered;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Path, Template};
use std::collections::BTreeMap;

/// The maximum depth of nested loops; each level multiplies the output.
const DEEPEST_LOOP: usize = 3;

/// A parsed piece.
pub(super) struct Parsed {
    pub(super) piece: Piece,
    pub(super) template: Template,
}

/// A walk through one piece, and what it has found.
pub(super) struct Check<'a> {
    pub(super) format: Format,
    /// Whether `{{roll}}` is allowed.
    pub(super) roll: RollUse,
    /// The only name that may be printed unescaped: the layout's `body`.
    pub(super) unescaped: Option<&'a str>,
    /// Partials of this format, by the name they are included by.
    pub(super) partials: &'a BTreeMap<String, Parsed>,
    pub(super) findings: Vec<Finding>,
    /// The included partials.
    pub(super) reached: Vec<String>,
    /// Whether the roll is printed.
    pub(super) prints_roll: bool,
    /// The letter's language.
    pub(super) language: &'static Language,
    /// Whether the recipient's language is read.
    pub(super) reads_language: bool,
}

impl Check<'_> {
    /// Walks one piece with everything in scope; findings collect in `self`.
    pub(super) fn walk(&mut self, parsed: &Parsed, root: &Shape) {
        let mut scope = Scope::new(root);
        self.template(&parsed.piece, &parsed.template, &mut scope);
    }

    fn template(&mut self, piece: &Piece, template: &Template, scope: &mut Scope) {
        for (index, element) in template.elements.iter().enumerate() {
            let at = template.mapping.get(index).map_or((1, 1), |spot| (spot.0, spot.1));
            let here = Here { piece, at };
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(call) => self.expression(here, call, scope),
                TemplateElement::HtmlExpression(call) => {
                    if self.unescaped.is_none() || name_of(&call.name) != self.unescaped {
                        self.findings.push(here.finding(
                            Code::TemplateSyntax,
                            "{{{…}}} and {{&…}} print without escaping and are refused",
                            "write {{…}}",
                        ));
                    }
                }
                TemplateElement::HelperBlock(call) => self.block(here, call, scope),
                TemplateElement::PartialExpression(call) => self.partial(here, call, scope),
                TemplateElement::PartialBlock(_) => self.findings.push(here.finding(
                    Code::TemplateSyntax,
                    "partials with a block, {{#> …}}, are refused",
                    "include the partial with {{> …}}",
                )),
                TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
                    self.findings.push(here.finding(
                        Code::TemplateSyntax,
                        "inline partials and decorators, {{#*…}} and {{*…}}, are refused",
                        "put the partial into a file of its own in templates/",
                    ));
                }
                _ => self.findings.push(here.finding(
                    Code::TemplateSyntax,
                    "this part of Handlebars is not supported",
                    "remove it",
                )),
            }
        }
    }

    /// `{{name}}` or `{{helper …}}`.
    fn expression(&mut self, here: Here, call: &HelperTemplate, scope: &mut Scope) {
        let name = name_of(&call.name).unwrap_or_default();
        if call.params.is_empty() && call.hash.is_empty() && helpers::spec(name).is_none() {
            if let Some(shape @ (Shape::List(_) | Shape::Record(_))) = self.parameter(here, &call.name, scope) {
                let help = match shape {
                    Shape::List(_) => {
                        let name = file_text(name);
                        spans!["loop over it with {{#each ", name.clone(), "}}, or print it with {{list ", name, "}}"]
                    }
                    _ => {
                        let names = shape.names().take(3).map(|field| file_text(format!("{name}.{field}")));
                        spans!["print one of its values, such as ", Spans::joined(names, ", ")]
                    }
                };
                let what = spans![quoted(name), " is ", shape.noun(), " and cannot be printed"];
                self.findings.push(here.find(name).finding(Code::NameKind, what, help));
            }
            return;
        }
        self.call(here, call, scope, Position::Printed);
    }

    /// `{{#helper …}}…{{else}}…{{/helper}}`.
    fn block(&mut self, here: Here, call: &HelperTemplate, scope: &mut Scope) {
        let name = name_of(&call.name).unwrap_or_default();
        let before = (scope.stack.len(), scope.locals.len(), scope.loops);
        let params: Vec<Option<Shape>> = call.params.iter().map(|param| self.parameter(here, param, scope)).collect();
        match name {
            "each" => {
                let item = match params.first() {
                    None => {
                        self.findings.push(here.finding(
                            Code::HelperUnknown,
                            "{{#each}} needs a list",
                            "write {{#each signatures}}",
                        ));
                        None
                    }
                    Some(None) => None,
                    Some(Some(Shape::List(item))) => Some((**item).clone()),
                    Some(Some(other)) => {
                        let given = raw(&call.params[0]);
                        let what = spans!["{{#each}} loops over a list, but ", quoted(given), " is ", other.noun()];
                        self.findings.push(here.find(given).finding(
                            Code::NameKind,
                            what,
                            "use {{#with}} or {{#if}} here",
                        ));
                        None
                    }
                };
                scope.loops += 1;
                if scope.loops > DEEPEST_LOOP {
                    self.findings.push(here.finding(
                        Code::OutputLimit,
                        spans!["more than ", DEEPEST_LOOP, " nested loops"],
                        "a loop over groups and one over their signatures are two levels",
                    ));
                }
                self.inside(here, call, scope, item, true);
            }
            "with" => {
                let item = params.into_iter().next().flatten();
                self.inside(here, call, scope, item, false);
            }
            "if" | "unless" => {
                if call.params.len() != 1 {
                    self.findings.push(here.finding(
                        Code::HelperUnknown,
                        spans!["{{#", file_text(name), "}} needs exactly one condition"],
                        spans!["write {{#", file_text(name), " (and a b)}} to combine several"],
                    ));
                }
                if let Some(body) = &call.template {
                    self.template(here.piece, body, scope);
                }
            }
            _ => {
                let known = helpers::spec(name).is_some();
                if known && !helpers::COMPARISONS.contains(&name) {
                    self.findings.push(here.finding(
                        Code::HelperUnknown,
                        spans![quoted(name), " prints something and has no block"],
                        spans!["write {{", file_text(name), " …}} without #"],
                    ));
                } else if known {
                    self.call(here, call, scope, Position::Condition);
                } else if let Some(finding) = super::paper::misplaced(here, name) {
                    self.findings.push(finding);
                } else {
                    let what = spans!["there is no block helper ", quoted(name)];
                    let finding = here.find(name).plain(Code::HelperUnknown, what);
                    self.findings.push(match scope.resolve_name(name) {
                        Some(_) => {
                            let name = file_text(name);
                            let (a, b, c) = (name.clone(), name.clone(), name);
                            finding.help(spans!["write {{#if ", a, "}}, {{#with ", b, "}} or {{#each ", c, "}}"])
                        }
                        None => suggest(finding, "", name, ["if", "unless", "each", "with"]),
                    });
                }
                if let (true, Some(body)) = (known, &call.template) {
                    self.template(here.piece, body, scope);
                }
            }
        }
        scope.stack.truncate(before.0);
        scope.locals.truncate(before.1);
        scope.loops = before.2;
        if let Some(inverse) = &call.inverse {
            self.template(here.piece, inverse, scope);
        }
    }

    /// Checks the body of a block that changes `this`.
    fn inside(&mut self, here: Here, call: &HelperTemplate, scope: &mut Scope, item: Option<Shape>, index: bool) {
        // Without a known item every name below would be reported for one mistake above.
        let (Some(item), Some(body)) = (item, &call.template) else { return };
        let mut names = block_params(call).into_iter();
        if let Some(name) = names.next() {
            scope.locals.push((name, item.clone()));
        }
        if let (Some(name), true) = (names.next(), index) {
            scope.locals.push((name, Shape::Number));
        }
        scope.stack.push(item);
        self.template(here.piece, body, scope);
    }

    fn partial(&mut self, here: Here, call: &DecoratorTemplate, scope: &mut Scope) {
        let Some(name) = name_of(&call.name).map(str::to_owned) else {
            self.findings.push(here.finding(
                Code::TemplateSyntax,
                "the name of a partial cannot be an expression",
                "write the name, and choose between partials with {{#if}}",
            ));
            return;
        };
        let base = match call.params.first() {
            Some(param) => self.parameter(here, param, scope),
            None => scope.stack.last().cloned(),
        };
        let arguments: Vec<_> =
            call.hash.iter().map(|(key, value)| (key.clone(), self.parameter(here, value, scope))).collect();
        if scope.trail.contains(&name) {
            let circle = scope.trail.iter().skip_while(|step| **step != name).chain([&name]);
            let circle = Spans::joined(circle.map(|name| file_text(&**name)), " → ");
            self.findings.push(here.find(&name).finding(
                Code::PartialCircle,
                spans!["the partial ", quoted(&*name), " includes itself (", circle, ")"],
                "a partial cannot recurse: loop with {{#each}} instead",
            ));
            return;
        }
        let partials = self.partials;
        let Some(parsed) = partials.get(&name) else {
            let what = spans!["there is no partial templates/", file_text(&*name), self.format.ending()];
            let finding =
                here.find(&name).finding(Code::PartialUnknown, what, "put the file into templates/").about(&*name);
            self.findings.push(suggest(finding, "", &name, partials.keys().map(String::as_str)));
            return;
        };
        if !self.reached.contains(&name) {
            self.reached.push(name.clone());
        }
        let Some(base) = base else { return };
        // In a partial, its arguments are in scope, but not the block parameters of the template that includes it.
        let locals = std::mem::take(&mut scope.locals);
        scope.locals = arguments.into_iter().filter_map(|(key, shape)| Some((key, shape?))).collect();
        scope.stack.push(base);
        scope.trail.push(name);
        self.template(&parsed.piece, &parsed.template, scope);
        scope.trail.pop();
        scope.stack.pop();
        scope.locals = locals;
    }

    /// Checks a helper's call, printed or inside another expression. Returns the shape of its result.
    fn call(&mut self, here: Here, call: &HelperTemplate, scope: &mut Scope, position: Position) -> Option<Shape> {
        let name = name_of(&call.name).unwrap_or_default().to_owned();
        let params: Vec<Option<Shape>> = call.params.iter().map(|param| self.parameter(here, param, scope)).collect();
        let Some(spec) = helpers::spec(&name) else {
            let what = spans!["there is no helper ", quoted(&*name)];
            let finding = here.find(&name).plain(Code::HelperUnknown, what);
            self.findings.push(suggest(finding, "", &name, helpers::names()));
            return None;
        };
        self.prints_roll |= name == "roll" && self.roll != RollUse::NoRoll;
        if name == "roll" && (self.roll != RollUse::Allowed || position != Position::Printed) {
            let (what, help) = self.roll.refusal();
            self.findings.push(here.finding(Code::HelperUnknown, what, help));
        }
        if let Some(key) = call.hash.keys().next() {
            self.findings.push(here.finding(
                Code::HelperUnknown,
                spans!["\"", spec.name, "\" has no argument ", quoted(&**key)],
                spans!["write ", spec.usage],
            ));
        }
        if params.len() < spec.required || params.len() > spec.parameters.len() {
            self.findings.push(here.finding(
                Code::HelperUnknown,
                spans!["\"", spec.name, "\" is called with ", own(numbered(params.len() as u64, "argument"))],
                spans!["write ", spec.usage],
            ));
        }
        self.language_matters(here, call, &name, &params);
        for ((takes, param), given) in spec.parameters.iter().zip(&call.params).zip(params) {
            let Some(given) = given else { continue };
            let fits = match takes {
                helpers::Parameter::Anything => true,
                helpers::Parameter::Value => !matches!(given, Shape::List(_) | Shape::Record(_)),
                helpers::Parameter::Text => matches!(given, Shape::Text | Shape::Language),
                helpers::Parameter::Number => given == Shape::Number,
                helpers::Parameter::Texts => given == Shape::list(Shape::Text),
                helpers::Parameter::Countable => matches!(given, Shape::List(_) | Shape::Text | Shape::Language),
            };
            if !fits {
                let (param, given) = (raw(param), given.noun());
                let what = spans!["\"", spec.name, "\" takes ", takes.noun(), ", but ", quoted(param), " is ", given];
                let help = spans!["write ", spec.usage];
                self.findings.push(here.find(param).finding(Code::NameKind, what, help));
            }
        }
        Some(spec.gives.clone())
    }

    /// Returns the shape of a parameter, or reports its unknown name.
    fn parameter(&mut self, here: Here, parameter: &Parameter, scope: &mut Scope) -> Option<Shape> {
        match parameter {
            Parameter::Literal(value) => Some(if value.is_number() {
                Shape::Number
            } else if value.is_boolean() {
                Shape::Truth
            } else {
                Shape::Text
            }),
            Parameter::Subexpression(sub) => match sub.as_element() {
                TemplateElement::Expression(call)
                    if call.params.is_empty() && helpers::spec(name_of(&call.name)?).is_none() =>
                {
                    self.parameter(here, &call.name, scope)
                }
                TemplateElement::Expression(call) => self.call(here, call, scope, Position::Condition),
                _ => None,
            },
            Parameter::Path(path) => match scope.resolve(path) {
                Ok(shape) => Some(shape).inspect(|shape| self.reads_language |= *shape == Shape::Language),
                Err(Unknown { name, known }) => {
                    let text = raw(parameter);
                    let what = spans!["there is no ", quoted(text), " here"];
                    let finding = here.find(text).plain(Code::NameUnknown, what);
                    let prefix = text.strip_suffix(&*name).unwrap_or_default();
                    self.findings.push(suggest(finding, prefix, &name, known.iter().map(String::as_str)));
                    None
                }
            },
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Printed,
    Condition,
}

/// Adds the known name that was probably meant, or all known names. `prefix` is the part of the path before the name.
fn suggest<'a>(finding: Finding, prefix: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Finding {
    let known: Vec<_> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => finding.help(spans!["did you mean ", quoted(format!("{prefix}{near}")), "?"]),
        None if known.is_empty() => finding,
        None => finding.help(spans!["known here: ", Spans::joined(known.into_iter().map(file_text), ", ")]),
    }
}

pub(super) fn name_of(parameter: &Parameter) -> Option<&str> {
    match parameter {
        Parameter::Name(name) => Some(name),
        Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => Some(raw),
        _ => None,
    }
}

/// A parameter about as the template writes it, to quote.
fn raw(parameter: &Parameter) -> &str {
    match parameter {
        Parameter::Subexpression(_) => "(…)",
        Parameter::Literal(value) => value.as_str().unwrap_or("this value"),
        other => name_of(other).unwrap_or_default(),
    }
}
