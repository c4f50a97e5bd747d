//! `{{list campaign.cc}}`: several texts as a sentence lists them, "a, b and c".

use super::{Fault, Spec, Takes};
use crate::template::schema::Shape;
use handlebars::{Context, Handlebars, Helper, HelperDef, JsonRender, RenderContext, RenderError, ScopedJson};
use serde_json::Value;

pub(super) const SPEC: Spec = Spec {
    name: "list",
    usage: "{{list campaign.cc}}",
    does: "several texts as a sentence lists them",
    takes: &[Takes::Texts],
    least: 1,
    gives: Shape::Text,
    examples: &[("{{list campaign.cc}}", "the Chair, the Board and the Press")],
    def: Some(|| Box::new(List)),
};

struct List;

impl HelperDef for List {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let param = h.param(0).ok_or_else(|| Fault::Value("\"list\" takes a list".into()))?;
        let items = match param.value() {
            Value::Array(items) => items.iter().map(JsonRender::render).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let said = match items.as_slice() {
            [] => return Err(Fault::Empty(param.relative_path().cloned().unwrap_or_else(|| "this list".into())).into()),
            [one] => one.clone(),
            [firsts @ .., last] => format!("{} and {last}", firsts.join(", ")),
        };
        Ok(ScopedJson::Derived(said.into()))
    }
}
