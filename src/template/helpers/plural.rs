//! `{{plural 21 "survivor"}}`: a number with its noun, "21 survivors".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;

pub(super) const SPEC: Spec = Spec {
    name: "plural",
    usage: "{{plural count.persons \"person\" \"people\"}}",
    does: "a number with its noun, in the plural unless the number is 1; an optional third argument is the plural",
    parameters: &[Parameter::Number, Parameter::Text, Parameter::Text],
    required: 2,
    gives: Shape::Text,
    examples: &[
        ("{{plural count.by.survivor \"survivor\"}}", "21 survivors"),
        ("{{plural 1 \"charity\"}}", "1 charity"),
        ("{{plural count.persons \"person\" \"people\"}}", "49 people"),
    ],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    let (n, one, language) = (arguments.number(0)?, arguments.text(1)?, arguments.language());
    if (language.is_singular)(n) {
        return Ok(format!("{n} {one}"));
    }
    let many = match (arguments.has(2), language.plural) {
        (true, _) => arguments.text(2)?.into_owned(),
        (false, Some(plural)) => plural(&one),
        (false, None) => {
            let name = language.name;
            return Err(HelperError::Value(format!("\"plural\" does not know the plurals of {name} nouns")));
        }
    };
    Ok(format!("{n} {many}"))
}
