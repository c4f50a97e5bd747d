//! The helpers that a template can call, one per file, with their parameters and results.
//!
//! A helper turns public values into text. It must never read anything but its arguments. An empty argument is an error
//! that names what is empty; only `default` accepts one.

mod date;
mod default;
mod list;
mod ordinal;
mod plural;
mod print;
mod roll;
mod upper;
mod words;

pub(crate) use print::PRINT;
pub(crate) use roll::{RollUse, Typeset};

use super::schema::Shape;
use crate::language::Language;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, JsonRender, PathAndJson, RenderContext, RenderError, RenderErrorReason,
    ScopedJson,
};
use serde_json::Value;
use std::borrow::Cow;

/// What a helper accepts as one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Anything.
    Anything,
    /// A text, a number, or a yes or no.
    Value,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A list of texts.
    Texts,
    /// A list or a text: something with a length.
    Countable,
}

impl Parameter {
    /// Returns its name in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Parameter::Anything => "anything",
            Parameter::Value => "a text or a number",
            Parameter::Text => "a text",
            Parameter::Number => "a number",
            Parameter::Texts => "a list of texts",
            Parameter::Countable => "a list or a text",
        }
    }
}

/// One helper, as templates and documentation know it.
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// An example of a call.
    pub usage: &'static str,
    /// What it does, as a phrase in the documentation.
    pub does: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// How many of them are required.
    pub required: usize,
    /// What it returns.
    pub gives: Shape,
    /// Templates and their results, with the fields of the test.
    pub examples: &'static [(&'static str, &'static str)],
    /// The function; `None` for the roll and for Handlebars' own helpers.
    call: Option<Call>,
}

/// A helper's function, from its arguments to text.
type Call = fn(&Arguments) -> Result<String, HelperError>;

/// Handlebars' own comparisons, which work inside expressions and as blocks.
pub const COMPARISONS: &[&str] = &["eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not"];

const fn comparison(
    name: &'static str,
    usage: &'static str,
    does: &'static str,
    parameters: &'static [Parameter],
) -> Spec {
    Spec { name, usage, does, parameters, required: parameters.len(), gives: Shape::Truth, examples: &[], call: None }
}

const TWO: &[Parameter] = &[Parameter::Value, Parameter::Value];

/// Every helper: ours first, then those of Handlebars that are allowed. `if`, `unless`, `each` and `with` are blocks.
pub static HELPERS: &[Spec] = &[
    roll::SPEC,
    words::SPEC,
    ordinal::SPEC,
    plural::SPEC,
    date::SPEC,
    list::SPEC,
    upper::SPEC,
    default::SPEC,
    comparison("eq", "(eq a b)", "whether two values are equal", TWO),
    comparison("ne", "(ne a b)", "whether two values differ", TWO),
    comparison("gt", "(gt a b)", "whether the first is greater", TWO),
    comparison("gte", "(gte a b)", "whether the first is greater or equal", TWO),
    comparison("lt", "(lt a b)", "whether the first is smaller", TWO),
    comparison("lte", "(lte a b)", "whether the first is smaller or equal", TWO),
    comparison("and", "(and a b)", "whether both have a value", &[Parameter::Anything, Parameter::Anything]),
    comparison("or", "(or a b)", "whether at least one has a value", &[Parameter::Anything, Parameter::Anything]),
    comparison("not", "(not a)", "whether it is empty, zero or false", &[Parameter::Anything]),
    Spec {
        name: "len",
        usage: "(len list)",
        does: "the number of items in a list",
        parameters: &[Parameter::Countable],
        required: 1,
        gives: Shape::Number,
        examples: &[("{{len campaign.cc}}", "3")],
        call: None,
    },
];

/// Returns the helper with this name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    HELPERS.iter().find(|spec| spec.name == name)
}

/// Returns the names of all helpers.
pub fn names() -> impl Iterator<Item = &'static str> {
    HELPERS.iter().map(|spec| spec.name)
}

/// Names that no column of a list may have: inside `{{#with}}` and `{{#each}}` the helper would be called instead.
pub const RESERVED: &[&str] = &[
    "roll", "words", "ordinal", "plural", "date", "list", "upper", "default", "eq", "ne", "gt", "gte", "lt", "lte",
    "and", "or", "not", "len", "if", "unless", "each", "with", "lookup", "log", "raw", "else", "this",
];

/// Registers our helpers and removes those of Handlebars that a letter must not use.
pub(crate) fn register(registry: &mut Handlebars<'static>, typeset: Typeset, language: &'static Language) {
    for name in ["lookup", "log", "raw"] {
        registry.unregister_helper(name);
    }
    registry.register_helper(PRINT, Box::new(Function(print::call, language)));
    registry.register_helper("roll", Box::new(typeset));
    for spec in HELPERS {
        if let Some(call) = spec.call {
            registry.register_helper(spec.name, Box::new(Function(call, language)));
        }
    }
}

/// A helper's function as Handlebars calls it, in a letter in this language.
struct Function(Call, &'static Language);

impl HelperDef for Function {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived((self.0)(&Arguments(helper, self.1))?.into()))
    }
}

/// Why a helper failed; it travels inside Handlebars' own error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelperError {
    /// A value to print is empty.
    #[error("\"{0}\" is empty")]
    Empty(String),
    /// A value is not what the helper accepts.
    #[error("{0}")]
    Value(String),
}

impl From<HelperError> for RenderError {
    fn from(error: HelperError) -> Self {
        RenderErrorReason::NestedError(Box::new(error)).into()
    }
}

/// The arguments of one call, counted from 0.
struct Arguments<'a>(&'a Helper<'a>, &'static Language);

impl Arguments<'_> {
    /// The letter's language.
    fn language(&self) -> &'static Language {
        self.1
    }

    fn has(&self, index: usize) -> bool {
        self.0.param(index).is_some()
    }

    /// The path an argument was given as, "recipient.title"; `None` for a literal.
    fn path(&self, index: usize) -> Option<&str> {
        self.0.param(index)?.relative_path().map(String::as_str)
    }

    /// A text, which must not be empty.
    fn text(&self, index: usize) -> Result<Cow<'_, str>, HelperError> {
        match self.get(index)?.value() {
            Value::Null => Err(self.empty(index)),
            Value::String(text) if text.is_empty() => Err(self.empty(index)),
            Value::String(text) => Ok(text.as_str().into()),
            other => Ok(other.render().into()),
        }
    }

    /// A whole number.
    fn number(&self, index: usize) -> Result<u64, HelperError> {
        let number = self.get(index)?.value().as_u64();
        number.ok_or_else(|| HelperError::Value(format!("\"{}\" needs a whole number", self.0.name())))
    }

    /// A list of texts; empty for anything else.
    fn texts(&self, index: usize) -> Result<Vec<String>, HelperError> {
        let items = self.get(index)?.value().as_array();
        Ok(items.map(|items| items.iter().map(JsonRender::render).collect()).unwrap_or_default())
    }

    /// The error that an argument is empty.
    fn empty(&self, index: usize) -> HelperError {
        HelperError::Empty(self.path(index).unwrap_or("this value").to_owned())
    }

    fn get(&self, index: usize) -> Result<&PathAndJson<'_>, HelperError> {
        let missing = || HelperError::Value(format!("\"{}\" needs more arguments", self.0.name()));
        self.0.param(index).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests;
