//! What `{{name}}` becomes: printing, which refuses an empty value.
//!
//! Handlebars prints nothing for an empty cell, strict or not, and "Dear ," goes out. Every plain `{{name}}` is
//! rewritten to a call of this helper before anything is rendered.

use super::text;
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};

/// The name it is registered by; no template can write it.
pub(crate) const PRINT: &str = "(print)";

pub(super) struct Print;

impl HelperDef for Print {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let text = text(h, 0)?.into_owned();
        Ok(ScopedJson::Derived(text.into()))
    }
}
