//! `{{default recipient.title "colleague"}}`: a value, or something else where it is empty.

use super::{Fault, Spec, Takes, text};
use crate::template::schema::Shape;
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};

pub(super) const SPEC: Spec = Spec {
    name: "default",
    usage: "{{default recipient.title \"colleague\"}}",
    does: "a value, or the second one where the first is empty",
    takes: &[Takes::Value, Takes::Value],
    least: 2,
    gives: Shape::Text,
    examples: &[
        ("{{default recipient.title \"colleague\"}}", "Chief Executive"),
        ("{{default recipient.suffix \"colleague\"}}", "colleague"),
    ],
    def: Some(|| Box::new(Default)),
};

struct Default;

impl HelperDef for Default {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let said = match text(h, 0) {
            Err(Fault::Empty(_)) => text(h, 1)?,
            other => other?,
        };
        Ok(ScopedJson::Derived(said.into_owned().into()))
    }
}
