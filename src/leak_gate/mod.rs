//! The leak gate: the last look at everything that is about to be written, for what signatories did not clear.
//!
//! Each private string is searched for in the units of a text (`unit`), raw and decoded, without regard to case,
//! accents, spacing and Unicode form, as whole words. Whole names, addresses, affiliations and statements are leaks
//! wherever they are; for a single word of a name `rule` decides. What the program itself writes is not searched.
//!
//! When in doubt the gate stops the run: a false alarm costs a line in the settings, a miss exposes a person. It must never
//! print, or hand on where it can be shown, a private string, or whose it is.
//!
//! It does not find: letters that look like those of another script (a Cyrillic а in "Maria"), other spellings ("Mueller"
//! for "Müller"), inflected names, names run together with other words in small letters, words in pictures. A file that is
//! not text is reported as not searched.

mod decode;
mod fold;
mod mime;
mod report;
mod rule;
mod search;
mod unit;
mod words;

pub(crate) use report::unsearched;
pub use report::{Leak, Searched, Whereabouts};
pub use search::Scope;

use crate::people::disclosure::{Cleared, Extent, Private, PrivateKind};
use aho_corasick::AhoCorasick;
use fold::Folded;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

/// A string that the campaign lets through (`privacy.allow`).
#[derive(Clone, PartialEq, Eq)]
pub struct Allow {
    /// The string; a private one of the same words, in any order and form, is let through.
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

/// The private strings cannot be made into a search: they come to more than two gigabytes.
#[derive(Debug, thiserror::Error)]
#[error("the signatory list holds too many private strings to search for")]
pub struct TooMany(#[source] aho_corasick::BuildError);

/// All that is searched for, made ready once for a campaign.
pub struct Gate {
    /// What is private, then what is cleared: the automaton finds the letters of both.
    secrets: Vec<Secret>,
    cleared: Vec<(Folded, Extent)>,
    automaton: AhoCorasick,
    /// The words of each person, as places in `secrets`, by the person's line.
    people: HashMap<u32, Vec<usize>>,
    /// The words of each allowed string, sorted.
    allowed: HashSet<Vec<String>>,
    /// Lines that are printed by themselves.
    lines: HashSet<String>,
    too_short: usize,
}

/// A private string, and the people who have it.
struct Secret {
    folded: Folded,
    /// It is a leak wherever it is.
    is_identifier: bool,
    /// An affiliation or an address, which may be cleared for somebody else.
    is_shareable: bool,
    /// Its letters are compared, whatever is between its words.
    is_verbatim: bool,
    /// The lines of those of whose name it is a word.
    words_of: Vec<u32>,
    /// The lines of those of whose name it is a word that counts only beside another.
    joins: Vec<u32>,
}

impl fmt::Debug for Gate {
    /// Shows how much is searched for, never what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate {{ secrets: {}, cleared: {} }}", self.secrets.len(), self.cleared.len())
    }
}

impl Gate {
    /// A gate for one campaign: what is private, what its roll and its sender print, and what it allows. Blank strings mean
    /// nothing on any side.
    ///
    /// # Errors
    /// More private strings than can be searched for.
    pub fn new(
        private: impl IntoIterator<Item = Private>,
        cleared: impl IntoIterator<Item = Cleared>,
        allow: &[Allow],
    ) -> Result<Self, TooMany> {
        let mut known: BTreeMap<String, Secret> = BTreeMap::new();
        let mut too_short = 0;
        for Private { text, kind, line } in private {
            for form in forms(text.trim()) {
                let folded = Folded::new(&form);
                if kind == PrivateKind::Account && is_word_of_a_language(&folded) {
                    continue;
                }
                if folded.letters().chars().nth(1).is_none() {
                    too_short += usize::from(kind != PrivateKind::Joiner && !folded.letters().is_empty());
                    continue;
                }
                known.entry(folded.words()).or_insert_with(|| Secret::new(folded)).add(kind, line);
            }
        }
        let secrets: Vec<Secret> = known.into_values().collect();
        let mut people: HashMap<u32, Vec<usize>> = HashMap::new();
        for (index, secret) in secrets.iter().enumerate() {
            let lines: BTreeSet<u32> = secret.words_of.iter().chain(&secret.joins).copied().collect();
            lines.into_iter().for_each(|line| people.entry(line).or_default().push(index));
        }
        let allowed = allow.iter().map(|allow| sorted_words(&Folded::new(&allow.text))).collect();
        let (mut lines, mut folded) = (HashSet::new(), Vec::new());
        let phrases = allow.iter().map(|allow| Cleared { text: allow.text.clone(), extent: Extent::Everything });
        for Cleared { text, extent } in cleared.into_iter().chain(phrases) {
            match extent {
                Extent::Line => _ = lines.insert(text.trim().to_owned()),
                _ => folded.extend(fold_cleared(&text, extent)),
            }
        }
        let letters = secrets.iter().map(|secret| &secret.folded).chain(folded.iter().map(|(folded, _)| folded));
        let automaton = AhoCorasick::new(letters.map(Folded::letters)).map_err(TooMany)?;
        Ok(Gate { secrets, cleared: folded, automaton, people, allowed, lines, too_short })
    }

    /// How many private strings are not searched for, because they have fewer than two letters or digits.
    pub fn too_short(&self) -> usize {
        self.too_short
    }
}

impl Secret {
    fn new(folded: Folded) -> Self {
        let (words_of, joins) = (Vec::new(), Vec::new());
        Secret { folded, is_identifier: false, is_shareable: false, is_verbatim: false, words_of, joins }
    }

    fn add(&mut self, kind: PrivateKind, line: u32) {
        use PrivateKind::{Account, Address, Affiliation, Joiner, Name, Pseudonym, Statement, Word};
        // Of an organisation's name of one word nothing else is known than of a person's.
        let is_word = self.folded.is_one_word() && matches!(kind, Name | Pseudonym | Affiliation) || kind == Word;
        match kind {
            Joiner => self.joins.push(line),
            _ if is_word => self.words_of.push(line),
            _ => self.is_identifier = true,
        }
        self.is_shareable |= matches!(kind, Affiliation | Address | Account | Statement);
        self.is_verbatim |= matches!(kind, Address | Account | Statement);
    }
}

/// Strings that are cleared, as they are looked for; none for one without letters.
fn fold_cleared(text: &str, extent: Extent) -> impl Iterator<Item = (Folded, Extent)> {
    let folded = forms(text.trim()).into_iter().map(move |form| (Folded::new(&form), extent));
    folded.filter(|(folded, _)| !folded.letters().is_empty())
}

/// Whether an account name is a word that anybody writes: "press", "streaming".
fn is_word_of_a_language(folded: &Folded) -> bool {
    words::Words::of("en").is_some_and(|words| words.has(folded.letters()))
}

fn sorted_words(folded: &Folded) -> Vec<String> {
    let mut words: Vec<String> = folded.words().split(' ').map(str::to_owned).collect();
    words.sort();
    words
}

/// A string, and where it is an e-mail address, the same with its domain as it goes over the wire and as it is read
/// (RFC 5890 §2.3.2). None for a blank string.
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
