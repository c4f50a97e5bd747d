//! `{{roll}}`: the typeset roll, which is rendered once and inserted whole.

use super::Spec;
use crate::template::schema::Shape;
use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext};
use std::sync::{Arc, OnceLock};

pub(super) const SPEC: Spec = Spec {
    name: "roll",
    usage: "{{roll}}",
    does: "all signatures, grouped, ordered and typeset; on a line of its own",
    parameters: &[],
    required: 0,
    gives: Shape::Text,
    examples: &[],
    call: None,
};

/// Whether a piece may print the roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RollUse {
    /// In the body of a joint letter.
    Allowed,
    /// Not in this piece.
    ElsewhereOnly,
    /// Individual letters have none.
    NoRoll,
}

impl RollUse {
    /// What is wrong with a roll where it may not be printed, and the fix.
    pub(crate) fn refusal(self) -> (&'static str, &'static str) {
        match self {
            RollUse::NoRoll => (
                "an individual letter has no roll",
                "print who writes, such as {{signatory.name}}, and how many others sign: {{count.total}}",
            ),
            RollUse::Allowed | RollUse::ElsewhereOnly => {
                ("{{roll}} is not allowed here", "put it on a line of its own in the letter's body")
            }
        }
    }
}

/// The roll for one part of the message, set once it is typeset. It is finished text and is not escaped again.
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
