//! `{{ordinal 3}}`: an ordinal number in figures, "3rd".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;

pub(super) const SPEC: Spec = Spec {
    name: "ordinal",
    usage: "{{ordinal 3}}",
    does: "an ordinal number in figures",
    parameters: &[Parameter::Number],
    required: 1,
    gives: Shape::Text,
    examples: &[("{{ordinal 3}}", "3rd")],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    Ok((arguments.language().ordinal)(arguments.number(0)?))
}
