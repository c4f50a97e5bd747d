//! The leak gate: searches everything that is about to be written for private data that signatories did not clear.
//!
//! Each private string is searched for as whole words in the units of a text (`unit`), raw and decoded; case, accents,
//! spacing and Unicode form make no difference. Whole names, addresses, affiliations and statements are leaks wherever
//! they are; for a single word of a name `rule` decides. What the program itself writes is not searched.
//!
//! When in doubt the gate stops the run: a false alarm costs a line in the settings, a miss exposes a person. It must
//! never print a private string or say whose it is, nor return one to code that prints it.
//!
//! It does not find: letters that look like those of another script (a Cyrillic а in "Maria"), other spellings ("Mueller"
//! for "Müller"), inflected names, names joined to other words in lower case, words in pictures. A file that is not text
//! is reported as not searched.

mod decode;
mod file;
mod fold;
mod index;
mod mime;
mod plausible;
mod report;
mod rule;
mod search;
mod shared;
mod unit;
mod words;

pub use file::SearchedFile;
pub(crate) use report::unsearched;
pub use report::{Leak, Location, Searched};
pub use search::Scope;
pub use shared::SharedText;
pub use unit::is_whole as is_whole_markup;

use crate::language::{ENGLISH, Language};
use crate::people::disclosure::{Cleared, Extent, Private, PrivateKind};
use fold::Folded;
use index::Index;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

/// A string that the campaign allows (`privacy.allow`).
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The string; a private string of the same words, in any order and form, is not a leak.
    pub text: String,
    /// Why, for those who read the settings.
    pub reason: String,
}

impl fmt::Debug for Allow {
    /// Shows the reason, not the string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allow").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// Everything to search for, prepared once for a campaign.
pub struct Gate {
    secrets: Vec<Secret>,
    cleared: Vec<(Folded, Extent)>,
    /// The letters of `secrets`.
    index: Index,
    /// The letters of `cleared`.
    index_of_cleared: Index,
    /// The name words of each person, as indexes of `secrets`, by the person's line.
    people: HashMap<u32, Vec<usize>>,
    /// The words of each allowed string, sorted.
    allowed: HashSet<Vec<String>>,
    /// Cleared texts that are printed on a line of their own.
    lines: HashSet<String>,
    too_short: usize,
    /// The language of texts whose language is not stated.
    language: &'static Language,
}

/// A private string, and the people who have it.
struct Secret {
    folded: Folded,
    /// Whether it is a leak wherever it is.
    is_identifier: bool,
    /// Whether it can be cleared for somebody else: an affiliation or an address.
    is_shareable: bool,
    /// Whether only its letters are compared, whatever is between its words.
    is_verbatim: bool,
    /// Whether it is a whole name or an address.
    is_name: bool,
    /// Whether it is nothing but words of a statement.
    is_statement: bool,
    /// The lines of the people who have it as a word of their name.
    words_of: Vec<u32>,
    /// The lines of the people who have it as a word that is a leak only beside another word of their name.
    joiner_of: Vec<u32>,
}

impl fmt::Debug for Gate {
    /// Shows how many strings there are, never the strings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate {{ secrets: {}, cleared: {} }}", self.secrets.len(), self.cleared.len())
    }
}

impl Gate {
    /// Builds the gate of one campaign from what is private, what its roll and its sender print, and what it allows. Blank
    /// strings are ignored.
    pub fn new(
        private: impl IntoIterator<Item = Private>,
        cleared: impl IntoIterator<Item = Cleared>,
        allow: &[Allow],
    ) -> Self {
        let (mut secrets, mut known): (Vec<Secret>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
        let mut too_short = 0;
        for Private { text, kind, line } in private {
            for form in forms(text.trim()) {
                let folded = Folded::sought(&form);
                if kind == PrivateKind::Account && is_word_of_a_language(&folded) {
                    continue;
                }
                if folded.letters().chars().nth(1).is_none() {
                    too_short += usize::from(kind != PrivateKind::Joiner && !folded.letters().is_empty());
                    continue;
                }
                let index = *known.entry(folded.words()).or_insert_with(|| {
                    secrets.push(Secret::new(folded));
                    secrets.len() - 1
                });
                secrets[index].add(kind, line);
            }
        }
        secrets.shrink_to_fit();
        let mut people: HashMap<u32, Vec<usize>> = HashMap::new();
        for (index, secret) in secrets.iter().enumerate() {
            let lines: BTreeSet<u32> = secret.words_of.iter().chain(&secret.joiner_of).copied().collect();
            lines.into_iter().for_each(|line| people.entry(line).or_default().push(index));
        }
        let allowed = allow.iter().map(|allow| sorted_words(&Folded::new(&allow.text))).collect();
        let (mut lines, mut folded) = (HashSet::new(), Vec::new());
        let phrases = allow.iter().map(|allow| Cleared { text: allow.text.clone(), extent: Extent::Everything });
        for Cleared { text, extent } in cleared.into_iter().chain(phrases) {
            match extent {
                Extent::Line => _ = lines.insert(text.trim().to_owned()),
                _ => folded.extend(folded_forms(&text).map(|folded| (folded, extent))),
            }
        }
        let index = Index::new(secrets.iter().map(|secret| secret.folded.letters()));
        let index_of_cleared = Index::new(folded.iter().map(|(folded, _)| folded.letters()));
        let (cleared, language) = (folded, &ENGLISH);
        Gate { secrets, cleared, index, index_of_cleared, people, allowed, lines, too_short, language }
    }

    /// Sets the language of texts whose language is not stated; by default it is English.
    pub fn in_language(self, language: &'static Language) -> Self {
        Gate { language, ..self }
    }

    /// Whether a text names somebody who is not shown: it has all words of a whole name or an address, in any order. A name of
    /// one word must be the whole text, since many people have the same first name.
    pub fn names_someone(&self, text: &str) -> bool {
        let words = sorted_words(&Folded::new(text));
        self.secrets.iter().filter(|secret| secret.is_name).map(|secret| sorted_words(&secret.folded)).any(|name| {
            let is_here = match name.len() {
                1 => name == words,
                _ => name.iter().all(|word| words.binary_search(word).is_ok()),
            };
            is_here && !self.allowed.contains(&name) && !self.is_printed(&name)
        })
    }

    /// Whether somebody else is shown with a name of these sorted words.
    fn is_printed(&self, name: &[String]) -> bool {
        let names = self.cleared.iter().filter(|(_, extent)| *extent == Extent::Everything);
        names.map(|(printed, _)| sorted_words(printed)).any(|printed| printed == name)
    }

    /// The number of private strings with fewer than two letters or digits, which are not searched for.
    pub fn too_short(&self) -> usize {
        self.too_short
    }
}

impl Secret {
    fn new(folded: Folded) -> Self {
        let (words_of, joiner_of) = (Vec::new(), Vec::new());
        Secret {
            folded,
            is_identifier: false,
            is_shareable: false,
            is_verbatim: false,
            is_name: false,
            is_statement: true,
            words_of,
            joiner_of,
        }
    }

    fn add(&mut self, kind: PrivateKind, line: u32) {
        use PrivateKind::{Account, Address, Affiliation, Joiner, Name, Pseudonym, Statement, Word};
        // An organisation's name of one word can be an ordinary word, as a person's can.
        let is_word = self.folded.is_one_word() && matches!(kind, Name | Pseudonym | Affiliation) || kind == Word;
        match kind {
            Joiner => self.joiner_of.push(line),
            _ if is_word => self.words_of.push(line),
            _ => self.is_identifier = true,
        }
        self.is_shareable |= matches!(kind, Affiliation | Address | Account | Statement);
        self.is_verbatim |= matches!(kind, Address | Account | Statement);
        self.is_statement &= kind == Statement;
        self.is_name |= matches!(kind, Name | Pseudonym | Address);
    }
}

/// The folded forms of a cleared string; none for one without letters.
fn folded_forms(text: &str) -> impl Iterator<Item = Folded> {
    let folded = forms(text.trim()).into_iter().map(|form| Folded::sought(&form));
    folded.filter(|folded| !folded.letters().is_empty())
}

/// Whether a string can have [`forms`] with other letters: an address whose domain has an A-label or a U-label.
fn has_other_forms(text: &str) -> bool {
    let is_label = || !text.is_ascii() || text.as_bytes().windows(2).any(|pair| pair.eq_ignore_ascii_case(b"xn"));
    text.contains('@') && is_label()
}

/// Whether an account name is a dictionary word: "press", "streaming".
fn is_word_of_a_language(folded: &Folded) -> bool {
    words::Words::of(&ENGLISH).has(folded.letters())
}

fn sorted_words(folded: &Folded) -> Vec<String> {
    let mut words: Vec<String> = folded.words().split(' ').map(str::to_owned).collect();
    words.sort();
    words
}

/// The string, and of an e-mail address also the forms with its domain in A-labels and in U-labels (RFC 5890 §2.3.2). Empty
/// for a blank string.
fn forms(text: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    if let Some((local, domain)) = text.rsplit_once('@') {
        forms.extend(idna::domain_to_ascii(domain).map(|domain| format!("{local}@{domain}")));
        let (domain, is_domain) = idna::domain_to_unicode(domain);
        forms.extend(is_domain.map(|()| format!("{local}@{domain}")));
    }
    if !text.is_empty() {
        forms.insert(text.to_owned());
    }
    forms
}

#[cfg(test)]
mod tests;
