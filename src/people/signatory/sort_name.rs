//! The text by which a signatory is sorted.
//!
//! A name that is not printed in full must never be sorted by more than is printed.

use super::Signatory;
use crate::people::signature::{Display, Policy, SignatoryKind, Signature};

impl Signatory {
    /// Returns the text by which the roll sorts. The position of a pseudonym or of initials must not reveal the name.
    pub(crate) fn sort_name<'a>(&'a self, signature: &'a Signature, policy: &Policy) -> &'a str {
        let printed = &*signature.name;
        match self.display(policy) {
            Display::Full if !self.sort_key.is_empty() => &self.sort_key,
            Display::Full if self.kind == SignatoryKind::Person => self.parts().sort_name(),
            Display::GivenInitial | Display::Initials => printed.split(' ').next_back().unwrap_or(printed),
            Display::Full | Display::Pseudonym | Display::Withheld => printed,
        }
    }

    /// Returns the texts by which the list itself may be sorted, printed or not: family name and full name.
    pub(crate) fn real_names(&self) -> [&str; 2] {
        [if self.sort_key.is_empty() { self.parts().sort_name() } else { &self.sort_key }, &self.name]
    }
}
