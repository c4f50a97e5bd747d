//! Lists the private strings of a signatory and the strings cleared for printing, for the leak gate to compare.
//!
//! Only the gate may hold these strings. They must never be printed, logged or quoted.

use super::name_words::{identifying_words, joiners, with_particles, words};
use super::{Cells, ConsentAnswer, Signatory, Standing};
use crate::people::disclosure::{Cleared, Extent, Private, PrivateKind};
use crate::people::row::Row;
use crate::people::signature::{Face, Policy, SignatoryKind, Signature, fold};
use crate::text::script::is_unspaced;
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation;

/// The minimum number of letters and digits in the local part of an address that can identify somebody.
const MIN_ACCOUNT: usize = 5;

/// The minimum number of words in a statement, and in one sentence of it, to search for.
const MIN_STATEMENT: usize = 4;
const MIN_SENTENCE: usize = 6;

/// The number of words in a run of a statement, and from the start of one run to the next.
const RUN: usize = 6;
const STEP: usize = 3;

impl Signatory {
    /// Returns the strings that must not be printed: every address, and whatever the signature does not show of names, sort
    /// key, pseudonym, affiliation and statement. Each text occurs once.
    ///
    /// Roles and places are ordinary words, and are not included.
    pub fn private_strings(&self, policy: &Policy) -> Vec<Private> {
        let later = self.other_rows.later.as_ref().and_then(|later| later.shown.as_deref().cloned());
        let shown = self.face(policy).or(later).map(Shown::of).unwrap_or_default();
        let is_person = self.kind == SignatoryKind::Person;
        let mut private = PrivateStrings { line: self.line(), all: Vec::new(), known: BTreeSet::new() };
        for address in self.addresses() {
            private.add(address, PrivateKind::Address);
            untagged(address).iter().for_each(|address| private.add(address, PrivateKind::Address));
        }
        for (text, kind) in [(&self.name, PrivateKind::Name), (&self.pseudonym, PrivateKind::Pseudonym)] {
            if !shown.has(text) {
                private.add(text, kind);
            }
        }
        if is_person {
            self.add_name(&shown, &mut private);
        } else {
            // An organisation has no such parts: they are a person's, entered by mistake.
            let parts = [&self.given_name, &self.family_name].into_iter().filter(|part| !shown.has(part));
            parts.for_each(|part| private.add(part, PrivateKind::Word));
        }
        // If somebody is named in full, these reveal nothing more.
        if shown.name != self.name {
            let hidden: Vec<&str> =
                identifying_words(&self.sort_key).into_iter().filter(|word| !shown.has(word)).collect();
            if hidden.len() > 1 {
                private.add(&self.sort_key, PrivateKind::Name);
            }
            if is_person {
                hidden.iter().for_each(|word| private.add(word, PrivateKind::Word));
                for address in self.addresses() {
                    let untagged = untagged(address);
                    let both = [Some(address), untagged.as_deref()].into_iter().flatten();
                    both.filter_map(account).for_each(|account| private.add(account, PrivateKind::Account));
                }
            }
        }
        if shown.affiliation != self.affiliation && !shown.has(&self.affiliation) {
            private.add(&self.affiliation, PrivateKind::Affiliation);
        }
        if shown.statement != self.statement {
            statement_runs(&self.statement).iter().for_each(|run| private.add(run, PrivateKind::Statement));
        }
        private.all
    }

    /// All private strings, as if the signatory did not sign. Messages must not quote them until it is known who signs.
    pub fn all_strings(&self) -> Vec<Private> {
        Signatory { answer: ConsentAnswer::Refused, ..self.clone() }.private_strings(&Policy::default())
    }

    /// The same for a row with errors: if its cells are shifted, a name may be in the column of a keyword.
    pub fn strings_of_row(row: &Row) -> Vec<Private> {
        let mut cells = Cells::of(row);
        let mut strings = Signatory::from_cells(row, &Policy::default(), &mut cells).all_strings();
        let mut misplaced = PrivateStrings { line: row.line(), all: Vec::new(), known: BTreeSet::new() };
        for text in cells.unknown_values() {
            misplaced.add(text, PrivateKind::Name);
            identifying_words(text).iter().for_each(|word| misplaced.add(word, PrivateKind::Word));
        }
        strings.append(&mut misplaced.all);
        strings
    }

    /// Adds the words of a person's name, and the whole name in the orders in which people write it.
    fn add_name(&self, shown: &Shown, private: &mut PrivateStrings) {
        for (one, other) in self.short_names() {
            if !(shown.has(one) && shown.has(other)) {
                private.add(&format!("{one} {other}"), PrivateKind::Name);
                private.add(&format!("{other} {one}"), PrivateKind::Name);
            }
        }
        let names = [&self.name, &self.given_name, &self.family_name];
        let mut identifying: Vec<&str> = names.into_iter().flat_map(|name| identifying_words(name)).collect();
        let mut joining: Vec<&str> = names.into_iter().flat_map(|name| joiners(name)).collect();
        if identifying.is_empty() {
            // A name that consists only of such words, such as Lady Do.
            identifying.append(&mut joining);
        }
        let last = with_particles(&self.name);
        for word in identifying.into_iter().chain(last.as_deref()) {
            private.add(word, if shown.has(word) { PrivateKind::Joiner } else { PrivateKind::Word });
        }
        joining.into_iter().for_each(|word| private.add(word, PrivateKind::Joiner));
        if names.into_iter().all(|name| shown.has(name)) {
            private.all.retain(|private| private.kind != PrivateKind::Joiner);
        }
    }

    /// Returns the strings that may be printed: the name, role, affiliation and statement of the signature, and its line.
    /// Empty if the signatory is withheld or does not sign.
    pub fn cleared_strings(&self, policy: &Policy) -> Vec<Cleared> {
        let Some(signature) = self.face(policy) else { return Vec::new() };
        let Signature { name, role, affiliation, place, statement, line, .. } = signature;
        let mut cleared = vec![(name, Extent::Everything), (line.clone(), Extent::Line), (line, Extent::Words)];
        cleared.push((affiliation.clone(), Extent::Whole));
        // Clearing a single word would clear it in every text.
        let cells = [role, affiliation, place].into_iter().filter(|cell| cell.contains(char::is_whitespace));
        cleared.extend(cells.map(|cell| (cell, Extent::Words)));
        cleared.extend(statement_runs(&statement).into_iter().map(|run| (run, Extent::Passage)));
        cleared.retain(|(text, _)| !text.is_empty());
        cleared.into_iter().map(|(text, extent)| Cleared { text, extent }).collect()
    }

    /// Returns what the roll prints of them, by column.
    pub fn printed_cells(&self, policy: &Policy) -> Vec<(&'static str, String)> {
        let Some(signature) = self.face(policy) else { return Vec::new() };
        let Signature { name, role, affiliation, place, statement, .. } = signature;
        vec![("name", name), ("role", role), ("affiliation", affiliation), ("place", place), ("statement", statement)]
    }

    /// Returns the pairs of words that are a full name: given and family name, and the first and last identifying word.
    fn short_names(&self) -> Vec<(&str, &str)> {
        let identifying = identifying_words(&self.name);
        let ends = identifying.first().copied().zip(identifying.last().copied());
        let parts = (self.given_name.as_str(), self.family_name.as_str());
        let names = ends.into_iter().chain([parts]);
        names.filter(|(one, other)| !one.is_empty() && !other.is_empty() && !is_in(other, one)).collect()
    }

    fn face(&self, policy: &Policy) -> Option<Signature> {
        match (self.signs(policy), self.signature(policy)) {
            (Standing::Signs, Face::Named(signature)) => Some(signature),
            _ => None,
        }
    }

    /// Returns the addresses in the cell `email`, which can have several, or only a word such as "anonymous".
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        let parts = self.email.split(|c: char| c.is_whitespace() || ",;:<>\"()[]|/?&=".contains(c));
        parts.filter(|part| part.contains('@'))
    }
}

/// The private strings of a signatory, each once.
struct PrivateStrings {
    line: u32,
    all: Vec<Private>,
    known: BTreeSet<String>,
}

impl PrivateStrings {
    fn add(&mut self, text: &str, kind: PrivateKind) {
        if !text.is_empty() && self.known.insert(fold(text)) {
            self.all.push(Private { text: text.to_owned(), kind, line: self.line });
        }
    }
}

/// What a signature shows, to compare with private strings.
#[derive(Default)]
struct Shown {
    name: String,
    folded: String,
    /// The words of the name, in their order.
    words: Vec<String>,
    identifying: BTreeSet<String>,
    affiliation: String,
    statement: String,
}

impl Shown {
    fn of(signature: Signature) -> Self {
        let identifying = identifying_words(&signature.name).into_iter().map(fold).collect();
        let Signature { name, affiliation, statement, .. } = signature;
        let (folded, words) = (fold(&name), words(&name).collect());
        Shown { name, folded, words, identifying, affiliation, statement }
    }

    /// Whether the printed name contains a text.
    fn has(&self, text: &str) -> bool {
        is_within(text, &self.folded, &self.words) || self.identifying.contains(&fold(text))
    }
}

/// Returns an address without its tag, if it has one: `ana@` for `ana+letter@`.
fn untagged(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let (mailbox, _) = local.split_once('+').filter(|(mailbox, _)| !mailbox.is_empty())?;
    Some(format!("{mailbox}@{domain}"))
}

/// Returns the local part of a person's address if it is long enough to identify somebody: "jolene.s", "river84".
fn account(address: &str) -> Option<&str> {
    let (account, _) = address.rsplit_once('@')?;
    let letters = account.chars().filter(|c| c.is_alphanumeric()).count();
    (account.contains(char::is_alphabetic) && letters >= MIN_ACCOUNT).then_some(account)
}

/// Returns runs of words that find a statement where it was copied, whole or in part; a short one is a single run. Anybody
/// can have written shorter texts, so they are left out.
pub(crate) fn statement_runs(statement: &str) -> BTreeSet<String> {
    let sentences = statement.split_inclusive(['.', '!', '?', '…', '。', '！', '？', '\n']);
    let mut runs = BTreeSet::new();
    for (text, least) in
        [(statement, MIN_STATEMENT)].into_iter().chain(sentences.map(|sentence| (sentence, MIN_SENTENCE)))
    {
        let words: Vec<(usize, &str)> = text.unicode_word_indices().collect();
        let letters: usize = words.iter().map(|(_, word)| word.chars().count()).sum();
        if words.len() < least || letters < 3 * least {
            continue;
        }
        let last = words.len().saturating_sub(RUN);
        for from in (0..last).step_by(STEP).chain([last]) {
            let run = &words[from..words.len().min(from + RUN)];
            if let [(begin, _), .., (end, word)] = run
                && run.iter().map(|(_, word)| word.chars().count()).sum::<usize>() >= 3 * run.len()
            {
                runs.insert(text[*begin..end + word.len()].to_owned());
            }
        }
    }
    runs
}

/// Whether a printed text contains another: as whole words, or anywhere in scripts without spaces between words.
fn is_in(text: &str, printed: &str) -> bool {
    is_within(text, &fold(printed), &words(printed).collect::<Vec<_>>())
}

/// The same for a printed text that is folded and divided into words.
fn is_within(text: &str, folded: &str, printed: &[String]) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.chars().all(is_unspaced) {
        return folded.contains(&fold(text));
    }
    let text: Vec<_> = words(text).collect();
    text.is_empty() || printed.windows(text.len()).any(|part| part == text)
}

#[cfg(test)]
mod tests;
