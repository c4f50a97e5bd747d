//! Why somebody who is in the list does not sign, and what there is to do about it.

use std::fmt;

/// Why somebody is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// They have been asked and have not answered.
    Pending,
    /// They do not want to sign.
    Refused,
    /// They had signed and no longer do.
    Withdrawn,
    /// Their cell in `consent` is blank.
    Unsaid,
    /// The list has no column `consent` and nothing says that all have agreed.
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
    /// What to do about it, which may be nothing.
    pub fn help(self) -> &'static str {
        match self {
            Reason::Pending => "nothing to do; once they have agreed, write `given` into `consent`",
            Reason::Refused | Reason::Withdrawn => {
                "nothing to do; only if they have changed their mind, correct the row"
            }
            Reason::Unsaid => "ask them; if they have agreed, write `given` into `consent`",
            Reason::Unrecorded => "add the column `consent`",
        }
    }
}
