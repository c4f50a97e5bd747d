//! `{{plural 21 "survivor"}}`: a number with its noun, "21 survivors".

use super::{Spec, Takes, number, text};
use crate::template::schema::Shape;
use crate::text::pluralize::{of_category, plural, singular};
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};

pub(super) const SPEC: Spec = Spec {
    name: "plural",
    usage: "{{plural count.persons \"person\" \"people\"}}",
    does: "a number with its noun, in the plural where there are not exactly one; the plural can be given",
    takes: &[Takes::Number, Takes::Text, Takes::Text],
    least: 2,
    gives: Shape::Text,
    examples: &[
        ("{{plural count.by.survivor \"survivor\"}}", "21 survivors"),
        ("{{plural 1 \"charity\"}}", "1 charity"),
        ("{{plural count.persons \"person\" \"people\"}}", "49 people"),
    ],
    def: Some(|| Box::new(Plural)),
};

struct Plural;

impl HelperDef for Plural {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let (n, noun) = (number(h, 0)?, text(h, 1)?);
        let said = match h.param(2) {
            Some(_) if n != 1 => format!("{n} {}", text(h, 2)?),
            // What a list has as a category need be no noun; any other value is the noun that the template takes it for.
            _ if h.param(1).and_then(|noun| noun.relative_path()).is_some_and(|path| is_category(path)) => {
                of_category(n as usize, &noun)
            }
            _ => numbered(n, &noun),
        };
        Ok(ScopedJson::Derived(said.into()))
    }
}

/// Whether a path names the category of a group. A recipient can have a column of the same name.
fn is_category(path: &str) -> bool {
    path.split(['.', '/']).next_back() == Some("category") && !path.contains("recipient")
}

/// A number with its noun, whichever number the noun is in: "1 survivor", "21 survivors".
pub fn numbered(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {}", singular(noun)) } else { format!("{n} {}", plural(noun)) }
}
