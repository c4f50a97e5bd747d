//! `{{words 56}}`: a number in words, "fifty-six".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::language::NumberForm;
use crate::template::schema::Shape;

pub(super) const SPEC: Spec = Spec {
    name: "words",
    usage: "{{words count.total}}",
    does: "a number in words; an optional second argument, \"m\" or \"f\", is the gender of the noun after it, for \"une\" or \"veintiún\"",
    parameters: &[Parameter::Number, Parameter::Text],
    required: 1,
    gives: Shape::Text,
    examples: &[("{{words count.total}}", "fifty-six"), ("{{words 1100}}", "one thousand one hundred")],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    let n = arguments.number(0)?;
    let form = match arguments.has(1).then(|| arguments.text(1)).transpose()?.as_deref() {
        None => NumberForm::Alone,
        Some("m") => NumberForm::Masculine,
        Some("f") => NumberForm::Feminine,
        Some(_) => return Err(HelperError::Value("the gender in \"words\" must be \"m\" or \"f\"".into())),
    };
    (arguments.language().number)(n, form)
        .ok_or_else(|| HelperError::Value(format!("\"words\" goes up to 999,999,999, but the number is {n}")))
}
