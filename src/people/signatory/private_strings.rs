//! What is private about a signatory, and what is lawfully printed of them: the two lists the leak gate compares.
//!
//! Nothing but the gate may ever hold these strings, and they must never be printed, logged or quoted.

use super::name_words::{telling_words, words};
use super::{Signatory, Standing};

use crate::people::disclosure::{Extent, Lawful, Origin, Private, PrivateKind};
use crate::people::signature::{Face, Policy, SignatoryKind, Signature, fold};
use crate::text::script::is_unspaced;
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation;

/// An account name of fewer letters and digits than these is too common to be known by.
const ACCOUNT: usize = 5;

/// A statement of so many words is searched for, and each sentence of it of so many; the opening of either is enough.
const STATEMENT: usize = 4;
const SENTENCE: usize = 6;
const OPENING: usize = 8;

impl Signatory {
    /// What must not be printed: every address; and of names, sort key, pseudonym, affiliation and statement whatever the
    /// signature does not show. All of them for whoever does not sign. Each text once.
    ///
    /// Roles and places are words of the language, and not among them.
    pub fn private_strings(&self, policy: &Policy) -> Vec<Private> {
        use PrivateKind::{
            Account, Address, Affiliation, FamilyName, GivenName, Name, NameWord, Pseudonym, SortKey, Statement,
        };
        let shown = self.face(policy).map(Shown::of).unwrap_or_default();

        let mut private: Vec<Private> = Vec::new();
        let mut known = BTreeSet::new();
        let mut add = |text: &str, kind| {
            if !text.is_empty() && known.insert(fold(text)) {
                private.push(Private { text: text.to_owned(), kind, line: self.line() });
            }
        };
        for address in self.addresses() {
            add(address, Address);
            untagged(address).iter().for_each(|address| add(address, Address));
        }
        let names = [
            (&self.name, Name),
            (&self.given_name, GivenName),
            (&self.family_name, FamilyName),
            (&self.pseudonym, Pseudonym),
        ];
        for (text, kind) in names {
            if !shown.has(text) {
                add(text, kind);
            }
        }
        // The words of an organisation's name are words of the language; those of a person's are the person.
        if self.kind == SignatoryKind::Person {
            // Before its words, which others may have lawfully: the name as a letter writes it, whatever else the list has.
            for (one, other) in self.short_names() {
                if !(shown.has(one) && shown.has(other)) {
                    add(&format!("{one} {other}"), Name);
                    add(&format!("{other} {one}"), Name);
                }
            }
            for text in [&self.name, &self.given_name, &self.family_name] {
                telling_words(text).into_iter().filter(|word| !shown.has(word)).for_each(|word| add(word, NameWord));
            }
        }
        // Of somebody named in full these tell nothing more.
        if shown.name != self.name {
            let hidden: Vec<&str> = telling_words(&self.sort_key).into_iter().filter(|word| !shown.has(word)).collect();
            if hidden.len() > 1 || self.kind == SignatoryKind::Person && !hidden.is_empty() {
                add(&self.sort_key, SortKey);
            }
            if self.kind == SignatoryKind::Person {
                hidden.iter().for_each(|word| add(word, NameWord));
                for address in self.addresses() {
                    let untagged = untagged(address);
                    let both = [Some(address), untagged.as_deref()].into_iter().flatten();
                    both.filter_map(account).for_each(|account| add(account, Account));
                }
            }
        }
        if shown.affiliation.is_empty() && !shown.has(&self.affiliation) {
            add(&self.affiliation, Affiliation);
        }
        if shown.statement.is_empty() {
            openings(&self.statement).for_each(|opening| add(opening, Statement));
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
        lawful.extend(openings(&signature.statement).map(str::to_owned));
        lawful.extend([signature.role, signature.affiliation, signature.place]);
        lawful.retain(|text| !text.is_empty());
        lawful.sort();
        lawful.dedup();
        let origin = Origin::Signature { line: self.line() };
        lawful.into_iter().map(|text| Lawful { text, origin, extent: Extent::Whole }).collect()
    }

    /// What somebody can be called by in full: given and family name, and the first and the last word that tell.
    fn short_names(&self) -> Vec<(&str, &str)> {
        let telling = telling_words(&self.name);
        let ends = telling.first().copied().zip(telling.last().copied());
        let parts = (self.given_name.as_str(), self.family_name.as_str());
        let names = ends.into_iter().chain([parts]);
        names.filter(|(one, other)| !one.is_empty() && !other.is_empty() && !is_within(other, one)).collect()
    }

    fn face(&self, policy: &Policy) -> Option<Signature> {
        match (self.signs(policy), self.signature(policy)) {
            (Standing::Signs, Face::Named(signature)) => Some(signature),
            _ => None,
        }
    }

    /// The addresses in the cell `email`, which can hold several, or a word such as "anonymous" and none.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        let parts = self.email.split(|c: char| c.is_whitespace() || ",;:<>\"()[]|/?&=".contains(c));
        parts.filter(|part| part.contains('@'))
    }
}

/// What a signature shows, as far as private strings are held against it.
#[derive(Default)]
struct Shown {
    name: String,
    words: BTreeSet<String>,
    affiliation: String,
    statement: String,
}

impl Shown {
    fn of(signature: Signature) -> Self {
        let words = telling_words(&signature.name).into_iter().map(fold).collect();
        let Signature { name, affiliation, statement, .. } = signature;
        Shown { name, words, affiliation, statement }
    }

    /// Whether the printed name holds a text.
    fn has(&self, text: &str) -> bool {
        is_within(text, &self.name) || self.words.contains(&fold(text))
    }
}

/// The address without its tag, where it has one: `ana@` of `ana+letter@`.
fn untagged(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let (mailbox, _) = local.split_once('+').filter(|(mailbox, _)| !mailbox.is_empty())?;
    Some(format!("{mailbox}@{domain}"))
}

/// What stands before the @ of a person's address, where it is written as account names are and could be looked up:
/// "jolene.s", "river84". A mere word such as "info" is a word of the language.
fn account(address: &str) -> Option<&str> {
    let (account, _) = address.rsplit_once('@')?;
    let letters = account.chars().filter(|c| c.is_alphanumeric()).count();
    let is_mixed = account.contains(char::is_alphabetic) && account.contains(|c: char| !c.is_alphabetic());
    (is_mixed && letters >= ACCOUNT).then_some(account)
}

/// How a statement begins, and each longer sentence of it: enough to find it where it was copied, whole or in part. What
/// is shorter anybody can have written.
fn openings(statement: &str) -> impl Iterator<Item = &str> {
    let sentences = statement.split_inclusive(['.', '!', '?', '…', '。', '！', '？', '\n']);
    let whole = opening(statement, STATEMENT).into_iter();
    whole.chain(sentences.filter_map(|sentence| opening(sentence.trim(), SENTENCE)))
}

/// The first words of a text that has so many words, and three letters to each.
fn opening(text: &str, least: usize) -> Option<&str> {
    let (mut words, mut letters, mut end) = (0, 0, 0);
    for (at, word) in text.unicode_word_indices() {
        if words >= OPENING && letters >= 3 * OPENING {
            break;
        }
        words += 1;
        letters += word.chars().count();
        end = at + word.len();
    }
    (words >= least && letters >= 3 * least).then(|| &text[..end])
}

/// Whether a printed text holds another: word by word, or anywhere where the script has no spaces between words.
fn is_within(text: &str, printed: &str) -> bool {
    if !text.is_empty() && text.chars().all(is_unspaced) {
        return fold(printed).contains(&fold(text));
    }
    let (text, printed): (Vec<_>, Vec<_>) = (words(text).collect(), words(printed).collect());
    text.is_empty() || printed.windows(text.len()).any(|part| part == text)
}
