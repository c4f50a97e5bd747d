//! Reasons why a signatory is left out, and what to do about each. This module must never name anybody.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::spans;
use crate::people::row::Columns;
use crate::people::signature::{Consent, Counted, Policy};
use crate::people::supporter::LetterConsent;
use std::fmt;

/// Why a signatory is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// They have not answered.
    Pending,
    /// They refused.
    Refused,
    /// They withdrew.
    Withdrawn,
    /// `consent` is blank.
    Blank,
    /// The list has no column `consent`, and the settings do not replace it.
    Unrecorded,
    /// They consented, and only verified signatories count.
    Unverified,
    /// A later row by the same signatory counts instead.
    SignedAgain,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Pending => "consent is pending",
            Reason::Refused => "consent was refused",
            Reason::Withdrawn => "consent was withdrawn",
            Reason::Blank => "`consent` is blank",
            Reason::Unrecorded => "the list does not record consent",
            Reason::Unverified => "not verified",
            Reason::SignedAgain => "a later row by the same signatory counts",
        })
    }
}

impl Reason {
    /// Returns what to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Reason::Pending => "no action needed; set `consent` to `given` once they agree",
            Reason::Refused | Reason::Withdrawn => {
                "no action needed; change the row only if they have changed their mind"
            }
            Reason::Blank => "ask them, and set `consent` to `given` if they agree",
            Reason::Unrecorded => "add the column `consent`",
            Reason::Unverified => "fill `verified` with yes once the signature is verified",
            Reason::SignedAgain => {
                "no action needed; if these are two signatories, correct the address, name or postcode"
            }
        }
    }
}

/// Reports the columns that the settings rely on and the list lacks: `consent`, unless all have agreed; `verified`, where
/// only verified signatories count; and those that individual letters need.
pub fn missing_columns(columns: &Columns, policy: &Policy) -> Vec<Finding> {
    let lacks = |column: &str| !columns.names.iter().any(|name| name == column);
    let at_list = |finding: Finding| finding.at(Place::file(&*columns.file));
    let mut findings = Vec::new();
    if policy.consent == Consent::Column && lacks("consent") {
        let help = "add the column, or set `consent = \"on-file\"` in `[privacy]` if everybody listed has agreed";
        findings.push(at_list(Finding::new(Code::ConsentUnknown, "the list has no column `consent`").help(help)));
    }
    if policy.counted == Counted::Verified && lacks("verified") {
        let help = "add the column, or remove `count = \"verified\"` from `[signatories]`";
        findings.push(at_list(Finding::new(Code::ListHeader, "the list has no column `verified`").help(help)));
    }
    let Some(letters) = policy.letters else { return findings };
    if lacks("id") {
        let finding = Finding::new(Code::ListHeader, "the list has no column `id`, which individual letters need");
        findings.push(at_list(finding.help("give each row an id that never changes, such as s17")));
    }
    if lacks(letters.column()) && !(letters == LetterConsent::Consent && policy.consent == Consent::Column) {
        let column = letters.column();
        let what = spans!["the list has no column `", column, "`, which says in whose name letters may go out"];
        let help = match letters {
            LetterConsent::Column => {
                "add the column, or write letter_consent = \"consent\" in [signatories] if `consent` says so"
            }
            LetterConsent::Consent => "add the column",
        };
        findings.push(at_list(Finding::new(Code::ConsentUnknown, what).help(help)));
    }
    findings
}
