//! The helpers a template can call, one a file, and what each takes and gives.
//!
//! A helper turns public values into text. It must never reach for anything it is not given, and an empty value is an
//! error that names what was empty, except for `default`.

mod date;
mod default;
mod list;
mod plural;
mod print;
mod roll;
mod upper;
mod words;

pub use plural::numbered;
pub(crate) use print::PRINT;
pub(crate) use roll::Typeset;
pub use words::words;
pub(crate) use words::{ONES, TENS};

use super::schema::Shape;
use handlebars::{Handlebars, Helper, HelperDef, JsonRender, RenderError, RenderErrorReason};
use serde_json::Value;

/// What a helper takes in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Anything at all.
    Anything,
    /// A text, a number, or a yes or no.
    Value,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A list of texts.
    Texts,
    /// A list or a text, which have a length.
    Countable,
}

impl Takes {
    /// How a message names it.
    pub fn noun(self) -> &'static str {
        match self {
            Takes::Anything => "anything",
            Takes::Value => "a text or a number",
            Takes::Text => "a text",
            Takes::Number => "a number",
            Takes::Texts => "a list of texts",
            Takes::Countable => "a list or a text",
        }
    }
}

/// One helper, as templates and documentation know it.
pub struct Spec {
    /// The name it is called by.
    pub name: &'static str,
    /// How a call looks.
    pub usage: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// What it takes, in order.
    pub takes: &'static [Takes],
    /// How many of those are needed.
    pub least: usize,
    /// What it comes to.
    pub gives: Shape,
    /// Templates and what they render to, given the fields of the test beside.
    pub examples: &'static [(&'static str, &'static str)],
    def: Option<fn() -> Box<dyn HelperDef + Send + Sync>>,
}

/// Handlebars' own comparisons, which work inside expressions and as blocks.
pub const COMPARISONS: &[&str] = &["eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not"];

const fn comparison(name: &'static str, usage: &'static str, does: &'static str, takes: &'static [Takes]) -> Spec {
    Spec { name, usage, does, takes, least: takes.len(), gives: Shape::Truth, examples: &[], def: None }
}

const TWO: &[Takes] = &[Takes::Value, Takes::Value];

/// Every helper: ours first, then those of Handlebars that are welcome. `if`, `unless`, `each` and `with` are blocks.
pub static HELPERS: &[Spec] = &[
    roll::SPEC,
    words::SPEC,
    plural::SPEC,
    date::SPEC,
    list::SPEC,
    upper::SPEC,
    default::SPEC,
    comparison("eq", "(eq a b)", "whether two values are the same", TWO),
    comparison("ne", "(ne a b)", "whether two values differ", TWO),
    comparison("gt", "(gt a b)", "whether the first is greater", TWO),
    comparison("gte", "(gte a b)", "whether the first is greater or the same", TWO),
    comparison("lt", "(lt a b)", "whether the first is smaller", TWO),
    comparison("lte", "(lte a b)", "whether the first is smaller or the same", TWO),
    comparison("and", "(and a b)", "whether both are there", &[Takes::Anything, Takes::Anything]),
    comparison("or", "(or a b)", "whether one of them is there", &[Takes::Anything, Takes::Anything]),
    comparison("not", "(not a)", "whether it is empty, zero or no", &[Takes::Anything]),
    Spec {
        name: "len",
        usage: "(len list)",
        does: "how many things a list holds",
        takes: &[Takes::Countable],
        least: 1,
        gives: Shape::Number,
        examples: &[("{{len campaign.cc}}", "3")],
        def: None,
    },
];

/// The helper of this name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    HELPERS.iter().find(|spec| spec.name == name)
}

/// The names of all helpers.
pub fn names() -> impl Iterator<Item = &'static str> {
    HELPERS.iter().map(|spec| spec.name)
}

/// Names that no column of a list may bear: inside `{{#with}}` and `{{#each}}` the helper would be called instead.
pub const RESERVED: &[&str] = &[
    "roll", "words", "plural", "date", "list", "upper", "default", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or",
    "not", "len", "if", "unless", "each", "with", "lookup", "log", "raw", "else", "this",
];

/// Puts our helpers into a registry and takes out what has no place in a letter.
pub(crate) fn register(registry: &mut Handlebars<'static>, typeset: Typeset) {
    for name in ["lookup", "log", "raw"] {
        registry.unregister_helper(name);
    }
    registry.register_helper(PRINT, Box::new(print::Print));
    registry.register_helper("roll", Box::new(typeset));
    for spec in HELPERS {
        if let Some(def) = spec.def {
            registry.register_helper(spec.name, def());
        }
    }
}

/// Why a helper could not do its work; travels inside Handlebars' own error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// A value to print is empty.
    #[error("\"{0}\" is empty")]
    Empty(String),
    /// A value is not what the helper takes.
    #[error("{0}")]
    Value(String),
}

impl From<Fault> for RenderError {
    fn from(fault: Fault) -> Self {
        RenderErrorReason::NestedError(Box::new(fault)).into()
    }
}

/// A parameter's text, which must not be empty.
fn text<'a>(h: &'a Helper<'_>, index: usize) -> Result<std::borrow::Cow<'a, str>, Fault> {
    let param = h.param(index).ok_or_else(|| Fault::Value(format!("\"{}\" is given too little", h.name())))?;
    let empty = || Fault::Empty(param.relative_path().cloned().unwrap_or_else(|| "this value".into()));
    match param.value() {
        Value::String(text) if text.is_empty() => Err(empty()),
        Value::Null => Err(empty()),
        Value::String(text) => Ok(text.as_str().into()),
        other => Ok(other.render().into()),
    }
}

/// A parameter's whole number.
fn number(h: &Helper<'_>, index: usize) -> Result<u64, Fault> {
    h.param(index)
        .and_then(|param| param.value().as_u64())
        .ok_or_else(|| Fault::Value(format!("\"{}\" takes a whole number", h.name())))
}

#[cfg(test)]
mod tests;
