//! Folds findings: keeps one for each code, file and text, with all its places.
//!
//! Memory must not grow with the rows and letters that have the same problem, and no finding may be dropped: beyond a limit
//! one loses its own text and then its list of places, but it is still counted.

use super::code::{Code, Severity};
use super::finding::Finding;
use super::spans::Spans;
use std::collections::BTreeMap;

/// How many findings of each severity keep their own text; the others are folded by their code.
const MOST: usize = 1_000;

/// How many places a finding lists.
const PLACES: usize = 1_000;

/// What findings are folded by.
type Key = (Severity, Code, Option<String>, Spans, Option<Spans>);

/// Findings, folded.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    folded: BTreeMap<Key, Finding>,
    counts: BTreeMap<Severity, usize>,
    keeps_private: bool,
}

impl Findings {
    /// Findings with their private text, folded only if that is the same too; for the terminal of somebody who asked for
    /// it.
    pub fn keeping_private() -> Self {
        Findings { keeps_private: true, ..Findings::default() }
    }

    /// Adds a finding.
    pub fn add(&mut self, mut finding: Finding) {
        if !self.keeps_private {
            finding.message = finding.message.without_private();
            finding.fix = finding.fix.map(Spans::without_private);
        }
        let severity = finding.severity();
        let file = finding.place().map(|place| place.file.clone());
        let key = (severity, finding.code, file.clone(), finding.message.clone(), finding.fix.clone());
        if let Some(known) = self.folded.get_mut(&key) {
            return merge(known, finding);
        }
        let count = self.counts.entry(severity).or_default();
        if *count < MOST {
            *count += 1;
            self.folded.insert(key, finding);
            return;
        }
        let meaning = Spans::from(finding.code.meaning().trim_end_matches('.'));
        let key = (severity, finding.code, file, meaning.clone(), None);
        if let Some(known) = self.folded.get_mut(&key) {
            return merge(known, finding);
        }
        *count += 1;
        self.folded.insert(key, Finding { message: meaning, fix: None, quote: None, ..finding });
    }

    /// The number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.counts.get(&severity).copied().unwrap_or_default()
    }

    /// All findings, errors first, each severity ordered by file. The first place of each is the first that was added; the
    /// others are sorted.
    pub fn list(&self) -> Vec<Finding> {
        let mut list: Vec<Finding> = self.folded.values().cloned().collect();
        for finding in &mut list {
            if let Some((_, others)) = finding.places.split_first_mut() {
                others.sort();
            }
        }
        list.sort_by(|a, b| {
            (a.severity(), a.place(), a.code, &a.message).cmp(&(b.severity(), b.place(), b.code, &b.message))
        });
        list
    }
}

/// Adds the places of another finding with the same text.
fn merge(known: &mut Finding, finding: Finding) {
    known.more_places += finding.more_places;
    for place in finding.places {
        if known.places.len() == PLACES {
            known.more_places += u32::from(known.places[0] != place);
        } else if !known.places.contains(&place) {
            known.places.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::Place;
    use super::super::spans::{own, private_text, spans};
    use super::*;

    fn blank(line: u32) -> Finding {
        Finding::new(Code::CellMissing, "`email` is blank").at(Place::at("recipients.csv", line, 3)).help("fill it")
    }

    #[test]
    fn findings_with_the_same_text_are_one_with_all_places() {
        let mut findings = Findings::default();
        [9, 2, 4, 2].into_iter().for_each(|line| findings.add(blank(line)));
        findings.add(Finding::new(Code::NobodyNamed, "nobody is named"));
        let list = findings.list();
        let lines: Vec<_> = list[0].places.iter().filter_map(|place| place.line).collect();
        assert_eq!((lines, list.len()), (vec![9, 2, 4], 2));
        assert_eq!((findings.count(Severity::Error), findings.count(Severity::Warning)), (1, 1));
    }

    #[test]
    fn errors_come_first() {
        let mut findings = Findings::default();
        findings.add(Finding::new(Code::NobodyNamed, "nobody is named").at(Place::file("a.csv")));
        findings.add(Finding::new(Code::ConsentMissing, "left out").at(Place::file("a.csv")));
        findings.add(blank(2));
        let codes: Vec<_> = findings.list().iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::CellMissing, Code::NobodyNamed, Code::ConsentMissing]);
    }

    #[test]
    fn no_number_of_warnings_hides_an_error_and_none_is_lost() {
        let mut findings = Findings::default();
        let many =
            |code, line: u32| Finding::new(code, own(format!("it is number {line}"))).at(Place::line("a.csv", line));
        (1..=2_500).for_each(|line| findings.add(many(Code::NameDoubtful, line)));
        (1..=2_500).for_each(|line| findings.add(many(Code::Leak, line)));
        let list = findings.list();
        assert_eq!((findings.count(Severity::Error), findings.count(Severity::Warning)), (1_001, 1_001));
        let places: usize = list.iter().map(|finding| finding.places.len() + finding.more_places as usize).sum();
        assert_eq!(places, 5_000);
        assert!(list[..1_001].iter().all(Finding::is_error));
    }

    #[test]
    fn private_text_is_dropped_unless_it_is_asked_for() {
        let finding = |line: u32| {
            let whose = private_text(format!(" (line {line})"));
            Finding::new(Code::SignatoryLike, spans!["two rows have the same name", whose])
        };
        let (mut without, mut with) = (Findings::default(), Findings::keeping_private());
        for line in [3, 4] {
            without.add(finding(line));
            with.add(finding(line));
        }
        assert_eq!((without.list().len(), with.list().len()), (1, 2));
        assert_eq!(without.list()[0].message.revealed(), "two rows have the same name");
        assert_eq!(with.list()[1].message.revealed(), "two rows have the same name (line 4)");
    }
}
