//! `{{upper name}}`: a text in capitals.

use super::{Spec, Takes, text};
use crate::template::schema::Shape;
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};

pub(super) const SPEC: Spec = Spec {
    name: "upper",
    usage: "{{upper campaign.organisation}}",
    does: "a text in capitals",
    takes: &[Takes::Value],
    least: 1,
    gives: Shape::Text,
    examples: &[("{{upper campaign.organisation}}", "THE LANTERN ALLIANCE")],
    def: Some(|| Box::new(Upper)),
};

struct Upper;

impl HelperDef for Upper {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(ScopedJson::Derived(text(h, 0)?.to_uppercase().into()))
    }
}
