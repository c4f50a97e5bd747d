//! `{{plural 21 "survivor"}}`: a number with its noun, "21 survivors".

use super::{Spec, Takes, number, text};
use crate::letter::fields::Shape;
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
            _ => numbered(n, &noun),
        };
        Ok(ScopedJson::Derived(said.into()))
    }
}

/// A number with its noun: "1 survivor", "21 survivors".
pub fn numbered(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {}", plural(noun)) }
}

/// An English noun's regular plural, and that of person, child, man and woman.
pub fn plural(noun: &str) -> String {
    let lower = noun.to_lowercase();
    for (one, many) in [("person", "people"), ("child", "children"), ("woman", "women"), ("man", "men")] {
        if let Some(stem) = lower.ends_with(one).then(|| noun.get(..noun.len().saturating_sub(one.len()))).flatten() {
            let whole_word = stem.is_empty() || !stem.ends_with(char::is_alphabetic) || one == "man" || one == "woman";
            if whole_word && !lower.ends_with("human") {
                return format!("{stem}{}", if noun.ends_with(one) { many.to_owned() } else { capital(many) });
            }
        }
    }
    let vowel_before_y = lower.strip_suffix('y').is_some_and(|stem| stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    if ["s", "x", "z", "ch", "sh"].iter().any(|ending| lower.ends_with(ending)) {
        format!("{noun}es")
    } else if lower.ends_with('y') && !vowel_before_y {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn nouns_get_their_plural() {
        for (one, many) in [
            ("survivor", "survivors"),
            ("service provider", "service providers"),
            ("charity", "charities"),
            ("day", "days"),
            ("church", "churches"),
            ("person", "people"),
            ("Person", "People"),
            ("spokesman", "spokesmen"),
            ("woman", "women"),
            ("human", "humans"),
            ("child", "children"),
            ("Überlebende", "Überlebendes"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}
