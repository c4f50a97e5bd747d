//! What a call of a helper must heed because letters are in several languages.
//!
//! It reports only what would go wrong in every letter of the language.

use super::check::Check;
use super::position::Here;
use super::schema::Shape;
use crate::diagnostics::code::Code;
use crate::diagnostics::spans::{own, quoted, spans};
use crate::language::{self, Language};
use handlebars::template::{HelperTemplate, Parameter};

impl Check<'_> {
    /// Checks a call with these shapes of its parameters: a plural that cannot be formed, a comparison that is never true.
    pub(super) fn language_matters(&mut self, here: Here, call: &HelperTemplate, name: &str, params: &[Option<Shape>]) {
        if name == "plural" && params.len() == 2 && self.language.plural.is_none() {
            let what = spans!["\"plural\" does not know the plurals of ", self.language.name, " nouns"];
            let help = "write both nouns: {{plural count.persons \"…\" \"…\"}}";
            self.findings.push(here.finding(Code::HelperUnknown, what, help));
        }
        if let ([Some(one), Some(other)], "eq" | "ne") = (params, name) {
            self.language_compared(here, one, &call.params[1]);
            self.language_compared(here, other, &call.params[0]);
        }
    }

    /// Reports a comparison of a letter's language with something that is never its tag.
    fn language_compared(&mut self, here: Here, shape: &Shape, with: &Parameter) {
        let Parameter::Literal(text) = with else { return };
        let text = text.as_str().unwrap_or_default();
        if *shape != Shape::Language || language::ALL.iter().any(|language| language.tag == text) {
            return;
        }
        let what = spans!["a letter's language is never ", quoted(text)];
        let help = match Language::named(text) {
            Some(language) => spans!["write \"", language.tag, "\""],
            None => spans!["it is ", own(language::tags())],
        };
        self.findings.push(here.find(text).finding(Code::NameKind, what, help));
    }
}
