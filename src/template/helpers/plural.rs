//! `{{plural 21 "survivor"}}`: a number with its noun, "21 survivors".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;
use crate::text::pluralize::{of_category, plural, singular};

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
    let (n, noun) = (arguments.number(0)?, arguments.text(1)?);
    Ok(match arguments.has(2) {
        true if n != 1 => format!("{n} {}", arguments.text(2)?),
        // A category need not be a noun; any other value is the noun that the template takes it for.
        _ if arguments.path(1).is_some_and(is_category) => of_category(n as usize, &noun),
        _ => numbered(n, &noun),
    })
}

/// Whether a path names the category of a group. A recipient can have a column of the same name.
fn is_category(path: &str) -> bool {
    path.split(['.', '/']).next_back() == Some("category") && !path.contains("recipient")
}

/// A number with its noun: "1 survivor", "21 survivors". The noun may be given in the singular or the plural.
pub fn numbered(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {}", singular(noun)) } else { format!("{n} {}", plural(noun)) }
}
