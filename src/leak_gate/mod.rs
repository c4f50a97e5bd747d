//! The leak gate: the last look at everything that is about to be written, for what signatories did not clear.
//!
//! Each private string (addresses; names and affiliations that were not cleared) is searched for in every part and header
//! of a letter, raw and decoded, without regard to case, accents, spacing, line breaks and Unicode form, as whole words.
//! It is a hit wherever it stands, also where two lawful things meet ("Grace", "Lee"),
//! unless it is as a whole the same string as one that is lawfully printed, or the campaign allows it.
//!
//! In doubt the gate stops the run: a false hit costs a line in `campaign.toml`, a miss exposes a person. It must never
//! print, or hand on in any value, a private string or the text around one.
//!
//! Out of its reach: letters that look like those of another script (a Cyrillic а in "Maria"), other spellings ("Mueller"
//! for "Müller"), inflected names, names run together with other words in small letters, words in pictures. Files that are no text are told as not searched.

mod boilerplate;
mod decode;
mod fold;
mod mime;
mod owners;
mod report;

pub use report::{Hit, Overlap, Whereabouts};

use crate::diagnostics::finding::Finding;
use crate::people::disclosure::{Extent, Lawful, Origin, Private, PrivateKind};
use aho_corasick::AhoCorasick;
use boilerplate::Sought;
use fold::Folded;
use owners::Owners;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A string that the campaign lets through (`privacy.allow`).
#[derive(Clone, PartialEq, Eq)]
pub struct Allow {
    /// The string; one that is private is let through where it is the same as a whole.
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

/// The lists as findings name them: paths relative to the campaign's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// The signatory list.
    pub signatories: String,
    /// The recipient list.
    pub recipients: String,
}

/// The private strings cannot be made into a search: they come to more than two gigabytes.
#[derive(Debug, thiserror::Error)]
#[error("the signatory list holds too many private strings to search for")]
pub struct TooMany(#[source] aho_corasick::BuildError);

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// The private strings found, ordered by place and line; once for each string and place.
    pub hits: Vec<Hit>,
    /// Those found that are lawfully the recipient's. The same pair can come with every letter to that recipient.
    pub overlaps: Vec<Overlap>,
    /// What could not be searched, or not in full.
    pub unsearched: Vec<Whereabouts>,
}

impl Searched {
    /// All of it as findings; `subject` is what was searched ("letter 3"), and must hold nothing of a list.
    pub fn findings(&self, subject: &str, lists: &Lists) -> Vec<Finding> {
        let mut hits = self.hits.clone();
        hits.dedup_by_key(|hit| (hit.whereabouts, hit.line, hit.kind.reported_as()));
        let hits = hits.iter().map(|hit| hit.finding(subject, lists));
        let overlaps = self.overlaps.iter().map(|overlap| overlap.finding(lists));
        let unsearched = self.unsearched.iter().map(|whereabouts| report::unsearched(subject, *whereabouts));
        hits.chain(overlaps).chain(unsearched).collect()
    }
}

/// All that is searched for, made ready once for a campaign.
pub struct Gate {
    lists: Lists,
    secrets: Vec<Secret>,
    /// Finds the letters of each secret, in the order of `secrets`.
    automaton: AhoCorasick,
    overlaps: Vec<Overlap>,
    short: Vec<u32>,
}

/// A private string, and the rows that have it.
struct Secret {
    folded: Folded,
    rows: BTreeMap<u32, PrivateKind>,
    /// Whether it names a person whole, by two words or more.
    is_full: bool,
}

impl fmt::Debug for Gate {
    /// Shows how much is searched for, never what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gate {{ secrets: {}, overlaps: {} }}", self.secrets.len(), self.overlaps.len())
    }
}

impl Gate {
    /// A gate for one roll: what is private, what the roll and the sender print lawfully, and what the campaign allows.
    /// Blank strings mean nothing on any side.
    pub fn new(
        lists: Lists,
        private: impl IntoIterator<Item = Private>,
        lawful: impl IntoIterator<Item = Lawful>,
        allow: &[Allow],
    ) -> Result<Self, TooMany> {
        let allowed = Owners::of(allow.iter().map(|allow| Lawful {
            text: allow.text.clone(),
            origin: Origin::Sender,
            extent: Extent::Whole,
        }));
        let owners = Owners::of(lawful);
        let mut secrets: BTreeMap<String, Secret> = BTreeMap::new();
        let (mut short, mut persons) = (Vec::new(), BTreeSet::new());
        for Private { text, kind, line } in private {
            // Only of a person single words are private.
            if kind.is_word() {
                persons.insert(line);
            }
            for form in forms(text.trim()) {
                let folded = Folded::new(&form);
                if folded.letters().chars().nth(1).is_none() {
                    short.push(line);
                } else if allowed.of_same(&folded).is_empty() {
                    let secret = secrets.entry(folded.words()).or_insert(Secret {
                        folded,
                        rows: BTreeMap::new(),
                        is_full: false,
                    });
                    secret.rows.entry(line).or_insert(kind);
                }
            }
        }
        let mut overlaps = Vec::new();
        secrets.retain(|_, secret| {
            let is_whole = |(line, kind): (&u32, &PrivateKind)| *kind == PrivateKind::Name && persons.contains(line);
            secret.is_full = !secret.folded.is_one_word() && secret.rows.iter().any(is_whole);
            let origins = owners.have(secret);
            overlaps.extend(secret.rows.iter().flat_map(|(line, kind)| overlap(*line, *kind, 0, &origins)));
            origins.is_empty()
        });
        overlaps.sort();
        overlaps.dedup();
        short.sort();
        let secrets: Vec<Secret> = secrets.into_values().collect();
        let automaton = AhoCorasick::new(secrets.iter().map(|secret| secret.folded.letters())).map_err(TooMany)?;
        Ok(Gate { lists, secrets, automaton, overlaps, short })
    }

    /// The lists that findings name.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// A warning for each row of which a private string is not searched for, since the roll or the sender prints it
    /// lawfully; in the order of the list.
    pub fn overlaps(&self) -> Vec<Finding> {
        self.overlaps.iter().map(|overlap| overlap.finding(&self.lists)).collect()
    }

    /// A warning where private strings of fewer than two letters and digits are not searched for.
    pub fn too_short(&self) -> Option<Finding> {
        self.short.first().map(|line| report::too_short(self.short.len(), *line, &self.lists))
    }

    /// Searches a finished letter: RFC 5322 octets as they will be written. `own` is what this letter alone may hold: its
    /// recipient's strings, and in individual mode those that its signatory has agreed to show.
    pub fn search_letter(&self, bytes: &[u8], own: &[Lawful]) -> Searched {
        let mut found = BTreeSet::new();
        let unsearched = mime::read(bytes, &mut |place, folded, sought| self.look(place, folded, sought, &mut found));
        // The source repeats what the parts hold; it is told only of what nothing else showed.
        let shown: BTreeSet<usize> = found.iter().filter(|at| at.0 != Whereabouts::Raw).map(|at| at.1).collect();
        found.retain(|(place, secret)| *place != Whereabouts::Raw || !shown.contains(secret));
        Searched { unsearched, ..self.judge(found, own) }
    }

    /// Searches any other text that is about to be written or shown, plain or HTML; `own` as for a letter.
    pub fn search_text(&self, text: &str, own: &[Lawful]) -> Searched {
        let mut found = BTreeSet::new();
        let mut look = |folded: &Folded, sought| self.look(Whereabouts::Text, folded, sought, &mut found);
        decode::plain(text, Sought::All, &mut look);
        if text.contains('<') {
            decode::markup(text, &mut look);
        }
        self.judge(found, own)
    }

    fn look(&self, place: Whereabouts, text: &Folded, sought: Sought, found: &mut BTreeSet<(Whereabouts, usize)>) {
        // Overlapping: a longer string, or a lawful one, must not hide a shorter one within it.
        for at in self.automaton.find_overlapping_iter(text.letters()) {
            let secret = at.pattern().as_usize();
            if sought.is_for(&self.secrets[secret]) && text.is_whole(at.range(), &self.secrets[secret].folded) {
                found.insert((place, secret));
            }
        }
    }

    /// Tells hits from what is the letter's own.
    fn judge(&self, found: BTreeSet<(Whereabouts, usize)>, own: &[Lawful]) -> Searched {
        let mut searched = Searched::default();
        if found.is_empty() {
            return searched;
        }
        let own = Owners::of(own.iter().cloned());
        let mut overlaps = BTreeSet::new();
        let pairs = self.pairs(&found, &own);
        for (whereabouts, secret) in found {
            let index = secret;
            let secret = &self.secrets[secret];
            let Some((&line, &kind)) = secret.rows.first_key_value() else { continue };
            let others = secret.rows.len() - 1;
            match overlap(line, kind, others, &own.have(secret)).filter(|_| !pairs.contains(&index)) {
                None => searched.hits.push(Hit { whereabouts, line, kind, others }),
                // Nobody else's: the signatory shows it in a letter of their own.
                Some(Overlap { others: 0, more: 0, origin: Origin::Signature { line: own }, .. }) if own == line => {}
                Some(overlap) => _ = overlaps.insert(overlap),
            }
        }
        searched.hits.sort();
        searched.hits.dedup();
        searched.overlaps.extend(overlaps);
        searched
    }

    /// The words of one person that a letter lets through for its recipient, two or more and not as the recipient's own
    /// name: together they tell who it is, in whatever order and however far apart they stand.
    fn pairs(&self, found: &BTreeSet<(Whereabouts, usize)>, own: &Owners) -> BTreeSet<usize> {
        let mut words: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        for (_, index) in found {
            let secret = &self.secrets[*index];
            let mut origins = own.have(secret).into_iter();
            if origins.any(|origin| matches!(origin, Origin::Recipient { .. })) {
                let rows = secret.rows.iter().filter(|(_, kind)| kind.is_word());
                rows.for_each(|(line, _)| _ = words.entry(*line).or_default().insert(*index));
            }
        }
        let mut pairs = BTreeSet::new();
        for words in words.values() {
            for (one, other) in words.iter().flat_map(|one| words.range(one + 1..).map(move |other| (*one, *other))) {
                let (a, b) = (&self.secrets[one].folded, &self.secrets[other].folded);
                // The half of a compound is no second word.
                if !a.holds(b) && !b.holds(a) && !own.name_both(a, b) {
                    pairs.extend([one, other]);
                }
            }
        }
        pairs
    }
}

fn overlap(line: u32, kind: PrivateKind, others: usize, origins: &BTreeSet<Origin>) -> Option<Overlap> {
    origins.first().map(|origin| Overlap { line, kind, others, origin: *origin, more: origins.len() - 1 })
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
