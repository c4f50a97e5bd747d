//! Finds cells of signatories that are probably wrong, such as names in capitals or an affiliation equal to the name.
//!
//! These are warnings, since each can be right, and a reviewed row has none. A finding must never quote a cell.

use super::short_name::Name;
use super::{Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::message::address::address;
use crate::people::content::{ContentRule, has_pictograph, single_case, wrong_content};
use crate::people::signature::{Display, Face, Policy, SignatoryKind, fold};

/// Returns the warnings for those who sign, one for each doubtful cell.
pub(crate) fn unusual_cells(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    let open = signatories.iter().filter(|one| !one.reviewed && one.signs(policy) == Standing::Signs);
    let mut findings = Vec::new();
    for signatory in open {
        let report = |code: Code, (what, help): (String, &'static str)| {
            Finding::new(code, own(what)).at(signatory.row_place.clone()).help(spans![help, ", or fill `reviewed`"])
        };
        findings.extend(signatory.doubts(policy).into_iter().map(|doubt| report(Code::CellUnusual, doubt)));
        if signatory.display(policy) != Display::Withheld && signatory.is_unshortenable(policy) {
            let what =
                format!("`display` is {}, but no initials can be made: withheld", signatory.display(policy).name());
            let help = "fill `given_name` and `family_name`, or set `display` to withheld";
            findings.push(Finding::new(Code::InitialsMissing, own(what)).at(signatory.row_place.clone()).help(help));
        }
    }
    findings
}

impl Signatory {
    /// Returns the texts that can be printed, by column.
    pub(super) fn texts(&self) -> [(&'static str, ContentRule, &str); 8] {
        [
            ("name", ContentRule::Label, &self.name),
            ("given_name", ContentRule::NamePart, &self.given_name),
            ("family_name", ContentRule::NamePart, &self.family_name),
            ("role", ContentRule::Label, &self.role),
            ("affiliation", ContentRule::Label, &self.affiliation),
            ("place", ContentRule::Label, &self.place),
            ("pseudonym", ContentRule::Text, &self.pseudonym),
            ("statement", ContentRule::Text, &self.statement),
        ]
    }

    /// Whether the letter prints the cell of this column, whole or in part.
    pub(super) fn prints(&self, column: &str, policy: &Policy) -> bool {
        let display = self.display(policy);
        let with_name = |show: Option<bool>| display != Display::Withheld && show.unwrap_or(display == Display::Full);
        match column {
            "name" => display.is_shortened() || display == Display::Full,
            "given_name" | "family_name" => display.is_shortened(),
            "role" => with_name(self.show_role),
            "affiliation" => with_name(self.show_affiliation),
            "place" => with_name(self.show_place),
            "pseudonym" => display == Display::Pseudonym,
            "statement" => display != Display::Withheld && self.statement_consent == Some(true),
            _ => false,
        }
    }

    fn doubts(&self, policy: &Policy) -> Vec<(String, &'static str)> {
        let mut doubts = Vec::new();
        for (column, rule, text) in self.texts() {
            if let Some(content) = wrong_content(rule, text).filter(|_| !self.prints(column, policy)) {
                doubts.push((format!("`{column}` {content}"), content.help()));
            }
        }
        let is_address = |text: &str| address(text).is_ok();
        if !self.email.is_empty() && !self.addresses().any(is_address) {
            doubts.push(("`email` is not an e-mail address".to_owned(), "correct or empty the cell"));
        }
        for (column, text) in [("role", &self.role), ("affiliation", &self.affiliation)] {
            if text.ends_with('*') && self.prints(column, policy) {
                let what =
                    format!("`{column}` ends with an asterisk, which the roll uses for its note on affiliations");
                doubts.push((what, "remove the asterisk"));
            }
        }
        if self.display(policy) != Display::Full {
            return doubts;
        }
        let is_person = self.kind == SignatoryKind::Person;
        if let Some(case) = single_case(&self.name).filter(|_| is_person) {
            doubts.push((format!("the name is all in {case}"), "write it as the signatory does"));
        }
        if is_person && self.given_name.is_empty() && is_inverted(&self.name) {
            let what = "the name looks like `Family, Given`".to_owned();
            doubts.push((what, "write the given name first, or use the columns `given_name` and `family_name`"));
        }
        if self.prints("affiliation", policy) && fold(&self.name) == fold(&self.affiliation) {
            doubts.push(match is_person {
                true => ("name and affiliation are the same".to_owned(), "set `kind` to organisation if it is one"),
                false => ("the affiliation repeats the name".to_owned(), "empty `affiliation`"),
            });
        }
        if has_pictograph(&self.name) {
            doubts.push(("the name contains an emoji or symbol".to_owned(), "remove it"));
        }
        doubts
    }

    /// Whether the name should be shortened but cannot be.
    fn is_unshortenable(&self, policy: &Policy) -> bool {
        self.display(policy).is_shortened() && matches!(self.signature(policy), Face::Withheld { .. })
    }
}

/// Whether a name is written `Family, Given`.
pub(crate) fn is_inverted(name: &str) -> bool {
    Name { full: name, given: "", family: "" }.inverted().is_some()
}
