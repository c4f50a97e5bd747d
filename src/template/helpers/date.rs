//! `{{date campaign.date}}`: a date as a letter writes it, "January 11, 2018".

use super::{Fault, Spec, Takes, text};
use crate::template::schema::Shape;
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};
use jiff::civil::Date;

pub(super) const SPEC: Spec = Spec {
    name: "date",
    usage: "{{date campaign.date \"%-d %B %Y\"}}",
    does: "an ISO date as a letter writes it; the format, in strftime's letters, can be given",
    takes: &[Takes::Text, Takes::Text],
    least: 1,
    gives: Shape::Text,
    examples: &[
        ("{{date campaign.date}}", "January 11, 2018"),
        ("{{date campaign.date \"%A, %-d %B %Y\"}}", "Thursday, 11 January 2018"),
    ],
    def: Some(|| Box::new(DateHelper)),
};

struct DateHelper;

impl HelperDef for DateHelper {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let cell = text(h, 0)?;
        let date: Date = cell
            .parse()
            .map_err(|_| Fault::Value("\"date\" takes an ISO date such as 2018-01-11, and this is none".into()))?;
        let format = if h.param(1).is_some() { text(h, 1)? } else { "%B %-d, %Y".into() };
        let said = jiff::fmt::strtime::format(format.as_bytes(), date)
            .map_err(|cause| Fault::Value(format!("\"date\" cannot write a date as \"{format}\": {cause}")))?;
        Ok(ScopedJson::Derived(said.into()))
    }
}
