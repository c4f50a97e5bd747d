//! `{{default recipient.title "colleague"}}`: a value, or another one if the first is empty.

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;

pub(super) const SPEC: Spec = Spec {
    name: "default",
    usage: "{{default recipient.title \"colleague\"}}",
    does: "the first value, or the second one if the first is empty",
    parameters: &[Parameter::Value, Parameter::Value],
    required: 2,
    gives: Shape::Text,
    examples: &[
        ("{{default recipient.title \"colleague\"}}", "Chief Executive"),
        ("{{default recipient.suffix \"colleague\"}}", "colleague"),
    ],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    let text = match arguments.text(0) {
        Err(HelperError::Empty(_)) => arguments.text(1),
        other => other,
    };
    text.map(Into::into)
}
