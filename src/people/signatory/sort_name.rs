//! The word by which a signatory is sorted.
//!
//! Only a name that is printed in full may be sorted by more than is printed.

use super::Signatory;
use crate::people::signature::{Display, Policy, SignatoryKind, Signature};

impl Signatory {
    /// The text that the roll sorts by. The position of a pseudonym or of initials must not reveal what they hide.
    pub(crate) fn filed_under<'a>(&'a self, signature: &'a Signature, policy: &Policy) -> &'a str {
        let printed = &*signature.name;
        match self.display(policy) {
            Display::Full if !self.sort_key.is_empty() => &self.sort_key,
            Display::Full if self.kind == SignatoryKind::Person => self.parts().filed_under(),
            Display::GivenInitial | Display::Initials => printed.split(' ').next_back().unwrap_or(printed),
            Display::Full | Display::Pseudonym | Display::Withheld => printed,
        }
    }

    /// The texts that the list itself may be sorted by, whether or not they are printed: family name, and full name.
    pub(crate) fn real_names(&self) -> [&str; 2] {
        [if self.sort_key.is_empty() { self.parts().filed_under() } else { &self.sort_key }, &self.name]
    }
}
