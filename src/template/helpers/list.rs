//! `{{list campaign.cc}}`: several texts in one phrase, "a, b and c".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;

pub(super) const SPEC: Spec = Spec {
    name: "list",
    usage: "{{list campaign.cc}}",
    does: "several texts in one phrase, with \"and\" before the last",
    parameters: &[Parameter::Texts],
    required: 1,
    gives: Shape::Text,
    examples: &[("{{list campaign.cc}}", "the Chair, the Board and the Press")],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    match arguments.texts(0)?.as_slice() {
        [] => Err(arguments.empty(0)),
        texts => Ok(arguments.language().list(texts)),
    }
}
