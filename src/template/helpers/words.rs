//! `{{words 56}}`: a number in words, "fifty-six".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;
use crate::text::number_words::words;

pub(super) const SPEC: Spec = Spec {
    name: "words",
    usage: "{{words count.total}}",
    does: "a number in words",
    parameters: &[Parameter::Number],
    required: 1,
    gives: Shape::Text,
    examples: &[("{{words count.total}}", "fifty-six"), ("{{words 1100}}", "one thousand one hundred")],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    let n = arguments.number(0)?;
    words(n).ok_or_else(|| HelperError::Value(format!("\"words\" goes up to 999,999,999, but the number is {n}")))
}
