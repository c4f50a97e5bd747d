//! In individual mode: in whose name letters go out, and why none do in others'.
//!
//! A name that is not cleared in full, or not for this use, must never become a supporter's.

use super::{Cells, ConsentAnswer, Signatory, Standing};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::{own, spans};
use crate::message::address::address;
use crate::people::signature::{Display, Face, Policy};
use crate::people::supporter::{LetterConsent, Supporter};
use unicode_normalization::char::is_combining_mark;

/// Why no letter goes out in the name of somebody who signs.
#[derive(Clone, Copy)]
enum NoLetter {
    NotAgreed(LetterConsent),
    NotInFull,
}

impl Signatory {
    /// Returns the public view for letters in their name; `None` if there are none.
    pub fn supporter(&self, policy: &Policy) -> Option<Supporter> {
        if !self.writes(policy) {
            return None;
        }
        let Face::Named(signature) = self.signature(policy) else { return None };
        let reply_to = (self.reply_consent == Some(true)).then(|| address(&self.email).ok()).flatten();
        Some(Supporter { id: self.id.clone(), signature, reply_to, line: self.line() })
    }

    /// Whether letters go out in their name.
    fn writes(&self, policy: &Policy) -> bool {
        self.signs(policy) == Standing::Signs && matches!(self.letter_standing(policy), Some(Ok(())))
    }

    /// Whether a letter goes out in the name of a signatory who signs; `None` in joint mode.
    fn letter_standing(&self, policy: &Policy) -> Option<Result<(), NoLetter>> {
        let consent = policy.letters?;
        let has_agreed = match consent {
            LetterConsent::Column => self.letter_consent == Some(true),
            LetterConsent::Consent => self.answer == ConsentAnswer::Given,
        };
        Some(match has_agreed {
            false => Err(NoLetter::NotAgreed(consent)),
            true if self.display(policy) != Display::Full => Err(NoLetter::NotInFull),
            true => Ok(()),
        })
    }

    /// Reports an id that cannot be part of a letter's, and a missing address for answers.
    pub(super) fn validate_letters(&self, policy: &Policy, cells: &mut Cells<'_>) {
        if !self.writes(policy) {
            return;
        }
        let is_id = |c: char| c.is_alphanumeric() || is_combining_mark(c) || c.is_ascii_graphic() && !".@".contains(c);
        if self.id.is_empty() {
            let what = "`id` is blank, but letters in this signatory's name need one";
            cells.report("id", Code::CellMissing, what, "give each row an id that never changes, such as s17");
        } else if !self.id.chars().all(is_id) {
            let what = "the id has a dot, an @, a space or an invisible character, and is part of the ids of letters";
            cells.report("id", Code::CellValue, what, "use letters, digits and signs such as - _");
        }
        if self.reply_consent == Some(true)
            && let Err(fault) = address(&self.email)
        {
            let what = spans!["`reply_consent` is yes, but the address ", own(fault.to_string())];
            cells.report("email", Code::AddressInvalid, what, "correct `email`, or set `reply_consent` to no");
        }
    }

    /// Notes that no letter goes out in their name although they sign, or that their own words are left out of it.
    fn note_about_letters(&self, policy: &Policy) -> Option<Finding> {
        if self.signs(policy) != Standing::Signs {
            return None;
        }
        let note = |what: &'static str, help: &'static str| {
            Some(Finding::new(Code::LetterConsent, what).at(self.row_place.clone()).help(help))
        };
        match self.letter_standing(policy)? {
            Err(NoLetter::NotAgreed(LetterConsent::Column)) => note(
                "no letter goes out in this signatory's name: `letter_consent` does not say yes",
                "no action needed; set it to yes once they agree",
            ),
            Err(NoLetter::NotAgreed(LetterConsent::Consent)) => note(
                "no letter goes out in this signatory's name: `consent` does not say so",
                "no action needed; set it to given once they agree",
            ),
            Err(NoLetter::NotInFull) => note(
                "no letter goes out in this signatory's name, which is not shown in full",
                "no action needed; a letter needs `display` = full",
            ),
            Ok(()) if !self.statement.is_empty() && self.statement_consent != Some(true) => note(
                "this signatory's own words are left out of their letter: `statement_consent` does not say yes",
                "no action needed; set it to yes once they agree",
            ),
            Ok(()) => None,
        }
    }
}

/// The notes about letters in the names of these signatories.
pub(crate) fn notes_about_letters(signatories: &[Signatory], policy: &Policy) -> Vec<Finding> {
    signatories.iter().filter_map(|signatory| signatory.note_about_letters(policy)).collect()
}
