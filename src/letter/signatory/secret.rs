//! What is private about a signatory, and what is lawfully printed of them: the two lists the leak gate compares.
//!
//! Nothing but the gate may ever hold these strings, and they must never be printed, logged or quoted.

use super::word::{telling_words, words};
use super::{Signatory, Standing};
use crate::letter::gate::script::is_unspaced;
use crate::letter::gate::{self, Lawful, Origin, Private};
use crate::letter::signature::{Face, Kind, Policy, Signature, fold};

/// An account name of fewer letters and digits than these is too common to be known by.
const ACCOUNT: usize = 5;

impl Signatory {
    /// What must not be printed: every address; and of names, pseudonym and affiliation whatever the signature does not
    /// show. All of them for whoever does not sign. Each text once.
    pub fn private_strings(&self, policy: &Policy) -> Vec<Private> {
        use gate::Kind::{Account, Address, Affiliation, FamilyName, GivenName, Name, NameWord, Pseudonym};
        let (printed, affiliation) = match self.face(policy) {
            Some(signature) => (signature.name, signature.affiliation),
            None => (String::new(), String::new()),
        };

        let mut private: Vec<Private> = Vec::new();
        let mut add = |text: &str, kind| {
            if !text.is_empty() && !private.iter().any(|known| fold(&known.text) == fold(text)) {
                private.push(Private { text: text.to_owned(), kind, line: self.line() });
            }
        };
        self.addresses().for_each(|address| add(address, Address));
        let names = [
            (&self.name, Name),
            (&self.given_name, GivenName),
            (&self.family_name, FamilyName),
            (&self.pseudonym, Pseudonym),
        ];
        for (text, kind) in names {
            if !is_within(text, &printed) {
                add(text, kind);
            }
        }
        // The words of an organisation's name are words of the language; those of a person's are the person.
        if self.kind == Kind::Person {
            for text in [&self.name, &self.given_name, &self.family_name] {
                telling_words(text)
                    .into_iter()
                    .filter(|word| !is_within(word, &printed))
                    .for_each(|word| add(word, NameWord));
            }
        }
        // Of somebody named in full it tells nothing more.
        if printed != self.name {
            self.addresses().filter_map(|address| self.account(address)).for_each(|account| add(account, Account));
        }
        if affiliation.is_empty() && !is_within(&self.affiliation, &printed) {
            add(&self.affiliation, Affiliation);
        }
        private
    }

    /// What may be printed of them: the name of the signature, its parts, and role, affiliation and place where they
    /// were cleared. Nothing for whoever is withheld or does not sign.
    pub fn lawful_strings(&self, policy: &Policy) -> Vec<Lawful> {
        let Some(signature) = self.face(policy) else { return Vec::new() };
        let mut lawful = vec![signature.name.clone()];
        lawful.extend(telling_words(&signature.name).into_iter().map(str::to_owned));
        let parts = [&self.given_name, &self.family_name];
        lawful.extend(parts.into_iter().filter(|part| is_within(part, &signature.name)).cloned());
        lawful.extend([signature.role, signature.affiliation, signature.place]);
        lawful.retain(|text| !text.is_empty());
        lawful.sort();
        lawful.dedup();
        let origin = Origin::Signature { line: self.line() };
        lawful.into_iter().map(|text| Lawful { text, origin }).collect()
    }

    fn face(&self, policy: &Policy) -> Option<Signature> {
        match (self.signs(policy), self.signature(policy)) {
            (Standing::Signs, Face::Named(signature)) => Some(signature),
            _ => None,
        }
    }

    /// What stands before the @ of a person's address, where it is written as account names are and could be looked up:
    /// "jolene.s", "river84". A mere word such as "info" is a word of the language.
    fn account<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (account, _) = address.rsplit_once('@')?;
        let letters = account.chars().filter(|c| c.is_alphanumeric()).count();
        let is_mixed = account.contains(char::is_alphabetic) && account.contains(|c: char| !c.is_alphabetic());
        (self.kind == Kind::Person && is_mixed && letters >= ACCOUNT).then_some(account)
    }

    /// The addresses in the cell `email`, which can hold several, or a word such as "anonymous" and none.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        let parts = self.email.split(|c: char| c.is_whitespace() || ",;<>\"()".contains(c));
        parts.filter(|part| part.contains('@'))
    }
}

/// Whether a printed text holds another: word by word, or anywhere where the script has no spaces between words.
fn is_within(text: &str, printed: &str) -> bool {
    if !text.is_empty() && text.chars().all(is_unspaced) {
        return fold(printed).contains(&fold(text));
    }
    let (text, printed): (Vec<_>, Vec<_>) = (words(text).collect(), words(printed).collect());
    text.is_empty() || printed.windows(text.len()).any(|part| part == text)
}
