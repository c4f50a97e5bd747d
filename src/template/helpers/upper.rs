//! `{{upper name}}`: a text in capitals.

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;

pub(super) const SPEC: Spec = Spec {
    name: "upper",
    usage: "{{upper campaign.organisation}}",
    does: "a text in capitals",
    parameters: &[Parameter::Value],
    required: 1,
    gives: Shape::Text,
    examples: &[("{{upper campaign.organisation}}", "THE LANTERN ALLIANCE")],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    Ok(arguments.text(0)?.to_uppercase())
}
