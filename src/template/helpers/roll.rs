//! `{{roll}}`: the typeset roll, which was rendered once and is put in whole.

use super::{Spec, Takes};
use crate::template::schema::Shape;
use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext};
use std::sync::{Arc, OnceLock};

pub(super) const SPEC: Spec = Spec {
    name: "roll",
    usage: "{{roll}}",
    does: "all signatures, grouped, ordered and typeset; on a line of its own",
    takes: NOTHING,
    least: 0,
    gives: Shape::Text,
    examples: &[],
    def: None,
};

const NOTHING: &[Takes] = &[];

/// The roll for one kind of part, filled in once it is typeset. It is finished text: nothing escapes it again.
#[derive(Clone, Default)]
pub(crate) struct Typeset(pub(crate) Arc<OnceLock<String>>);

impl HelperDef for Typeset {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(self.0.get().map_or("", String::as_str))?;
        Ok(())
    }
}
