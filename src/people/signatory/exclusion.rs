//! Why somebody in the list does not sign, and what to do about it. Must never name anybody.

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
    Unsaid,
    /// The list has no column `consent`, and the settings do not replace it.
    Unrecorded,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Pending => "consent is pending",
            Reason::Refused => "consent was refused",
            Reason::Withdrawn => "consent was withdrawn",
            Reason::Unsaid => "`consent` is blank",
            Reason::Unrecorded => "the list does not record consent",
        })
    }
}

impl Reason {
    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Reason::Pending => "no action needed; set `consent` to `given` once they agree",
            Reason::Refused | Reason::Withdrawn => {
                "no action needed; correct the row only if they have changed their mind"
            }
            Reason::Unsaid => "ask them, and set `consent` to `given` if they agree",
            Reason::Unrecorded => "add the column `consent`",
        }
    }
}
