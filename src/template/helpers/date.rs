//! `{{date campaign.date}}`: a date written out, "January 11, 2018".

use super::{Arguments, HelperError, Parameter, Spec};
use crate::template::schema::Shape;
use jiff::civil::Date;

pub(super) const SPEC: Spec = Spec {
    name: "date",
    usage: "{{date campaign.date \"%-d %B %Y\"}}",
    does: "an ISO date, written out; an optional second argument is a strftime format",
    parameters: &[Parameter::Text, Parameter::Text],
    required: 1,
    gives: Shape::Text,
    examples: &[
        ("{{date campaign.date}}", "January 11, 2018"),
        ("{{date campaign.date \"%A, %-d %B %Y\"}}", "Thursday, 11 January 2018"),
    ],
    call: Some(call),
};

fn call(arguments: &Arguments) -> Result<String, HelperError> {
    let date: Date = arguments
        .text(0)?
        .parse()
        .map_err(|_| HelperError::Value("\"date\" needs an ISO date such as 2018-01-11".into()))?;
    if !arguments.has(1) {
        return Ok((arguments.language().date)(date));
    }
    let format = arguments.text(1)?;
    jiff::fmt::strtime::format(arguments.language().fill_names(&format, date), date)
        .map_err(|cause| HelperError::Value(format!("\"date\" cannot use the format \"{format}\": {cause}")))
}
