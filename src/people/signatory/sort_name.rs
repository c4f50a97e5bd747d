//! Under which word a signatory is filed: in the roll, and in the list by whoever sorted it.
//!
//! Only a name that is printed in full may be ranked by more than is printed.

use super::Signatory;
use crate::people::signature::{Display, Policy, SignatoryKind, Signature};

impl Signatory {
    /// What they are filed under in the roll. Only a name that is printed in full is filed under more than is printed:
    /// the rank of a pseudonym or of initials must not tell what they stand for.
    pub(crate) fn filed_under<'a>(&'a self, signature: &'a Signature, policy: &Policy) -> &'a str {
        let printed = &*signature.name;
        match self.display(policy) {
            Display::Full if !self.sort_key.is_empty() => &self.sort_key,
            Display::Full if self.kind == SignatoryKind::Person => self.parts().filed_under(),
            Display::GivenInitial | Display::Initials => printed.split(' ').next_back().unwrap_or(printed),
            Display::Full | Display::Pseudonym | Display::Withheld => printed,
        }
    }

    /// The words a list could have been sorted by, whatever of them is printed: what the name is filed under, and the name
    /// as it stands.
    pub(crate) fn real_names(&self) -> [&str; 2] {
        [if self.sort_key.is_empty() { self.parts().filed_under() } else { &self.sort_key }, &self.name]
    }
}
