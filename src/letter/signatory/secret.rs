//! What is private about a signatory, and what is lawfully printed of them: the two lists the leak gate compares.
//!
//! Nothing but the gate may ever hold these strings, and they must never be printed, logged or quoted.

use super::name::{telling_words, words};
use super::{Signatory, Standing};
use crate::letter::signature::{Face, Kind, Policy, Signature, fold};
use std::fmt;

/// A text that must not appear in anything the program writes.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateString {
    /// The text as it stands in the list.
    pub text: String,
    /// What it is.
    pub kind: PrivateKind,
}

/// What a private text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivateKind {
    /// An e-mail address.
    Address,
    /// A whole name.
    Name,
    /// A given name.
    GivenName,
    /// A family name.
    FamilyName,
    /// A word of a name.
    NameWord,
    /// A pseudonym that is not the one printed.
    Pseudonym,
    /// An affiliation.
    Affiliation,
}

impl fmt::Debug for PrivateString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateString({:?})", self.kind)
    }
}

impl Signatory {
    /// What must not be printed: every address; and of names, pseudonym and affiliation whatever the signature does not
    /// show. All of them for whoever does not sign. Each text once.
    pub fn private_strings(&self, policy: &Policy) -> Vec<PrivateString> {
        use PrivateKind::{Address, Affiliation, FamilyName, GivenName, Name, NameWord, Pseudonym};
        let (printed, affiliation) = match self.face(policy) {
            Some(signature) => (signature.name, signature.affiliation),
            None => (String::new(), String::new()),
        };

        let mut private: Vec<PrivateString> = Vec::new();
        let mut add = |text: &str, kind| {
            if !text.is_empty() && !private.iter().any(|known| fold(&known.text) == fold(text)) {
                private.push(PrivateString { text: text.to_owned(), kind });
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
                telling_words(text).filter(|word| !is_within(word, &printed)).for_each(|word| add(word, NameWord));
            }
        }
        if affiliation.is_empty() && !is_within(&self.affiliation, &printed) {
            add(&self.affiliation, Affiliation);
        }
        private
    }

    /// What may be printed of them: the name of the signature, its parts, and role, affiliation and place where they
    /// were cleared. Nothing for whoever is withheld or does not sign.
    pub fn lawful_strings(&self, policy: &Policy) -> Vec<String> {
        let Some(signature) = self.face(policy) else { return Vec::new() };
        let mut lawful = vec![signature.name.clone()];
        lawful.extend(telling_words(&signature.name).map(str::to_owned));
        let parts = [&self.given_name, &self.family_name];
        lawful.extend(parts.into_iter().filter(|part| is_within(part, &signature.name)).cloned());
        lawful.extend([signature.role, signature.affiliation, signature.place]);
        lawful.retain(|text| !text.is_empty());
        lawful.sort();
        lawful.dedup();
        lawful
    }

    /// What tells that two rows are the same person: the id, and the name with each address.
    pub(in crate::letter) fn twin_keys(&self) -> (Option<String>, Vec<(String, String)>) {
        let name = fold(&self.name);
        let id = (!self.id.is_empty()).then(|| self.id.to_lowercase());
        (id, self.addresses().map(|address| (name.clone(), address.to_lowercase())).collect())
    }

    fn face(&self, policy: &Policy) -> Option<Signature> {
        match (self.signs(policy), self.signature(policy)) {
            (Standing::Signs, Face::Named(signature)) => Some(signature),
            _ => None,
        }
    }

    /// The addresses in the cell `email`, which can hold several, or a word such as "anonymous" and none.
    fn addresses(&self) -> impl Iterator<Item = &str> {
        let parts = self.email.split(|c: char| c.is_whitespace() || ",;<>\"()".contains(c));
        parts.filter(|part| part.contains('@'))
    }
}

/// Whether a printed text holds another, word by word.
fn is_within(text: &str, printed: &str) -> bool {
    let (text, printed): (Vec<_>, Vec<_>) = (words(text).collect(), words(printed).collect());
    text.is_empty() || printed.windows(text.len()).any(|part| part == text)
}
