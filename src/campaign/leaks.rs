//! Where a leak comes from: the line of a template, a cell of the recipient list, or a value in `campaign.toml`.
//!
//! The gate's word on the finished letter is the last one: nothing here makes a leak or unmakes one, it only says where to
//! mend it. A place is a file, a line and a column, and never text of theirs.

use super::{Campaign, toml_source};
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::leak_gate::{Gate, Hit, Whereabouts};
use crate::people::disclosure::{Lawful, PrivateKind};
use crate::people::row::Row;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Whose string it is, and what it is to them.
type Owner = (u32, PrivateKind);

/// A private string can stand on so many lines of a template.
const LINES: usize = 3;

/// The leaks of a run: one is told once for each place it comes from, not once for each letter.
#[derive(Default)]
pub(super) struct Leaks {
    /// Where private strings stand in what every letter is made of; looked up at the first leak.
    sources: Option<BTreeMap<Owner, Vec<Place>>>,
    placed: BTreeSet<(Owner, Place)>,
    unplaced: BTreeSet<(Owner, Whereabouts)>,
}

impl Leaks {
    /// What is to be told of one letter's hits; `subject` names the letter, `own` is what it may lawfully hold.
    pub(super) fn tell(
        &mut self,
        mut hits: Vec<Hit>,
        subject: &str,
        gate: &Gate,
        campaign: &Campaign,
        row: &Row,
        own: &[Lawful],
    ) -> Vec<Finding> {
        if hits.is_empty() {
            return Vec::new();
        }
        let sources = self.sources.get_or_insert_with(|| sources(gate, campaign));
        let mut findings = Vec::new();
        // The whole name before its parts, wherever in the letter they are.
        hits.sort_by_key(|hit| (hit.line, hit.kind));
        for hit in hits {
            let owner = (hit.line, hit.kind);
            let cells = row.cells().filter(|(_, cell)| owners(gate, cell, own).contains(&owner));
            let cells = cells.map(|(column, _)| row.place(column));
            let places: Vec<Place> = sources.get(&owner).into_iter().flatten().cloned().chain(cells).collect();
            if places.is_empty() && self.unplaced.insert((reported_as(owner), hit.whereabouts)) {
                findings.push(hit.finding(subject, gate.lists()));
            }
            let new = places.into_iter().filter(|place| self.placed.insert((reported_as(owner), place.clone())));
            findings.extend(new.map(|place| hit.finding_from(place, subject, gate.lists())));
        }
        findings
    }
}

fn reported_as((line, kind): Owner) -> Owner {
    (line, kind.reported_as())
}

/// Every place in the templates' own words and in `campaign.toml` where a private string stands.
fn sources(gate: &Gate, campaign: &Campaign) -> BTreeMap<Owner, Vec<Place>> {
    let mut places: BTreeMap<Owner, Vec<Place>> = BTreeMap::new();
    for source in &campaign.templates {
        for (owner, line) in lines(gate, &source.static_text()) {
            places.entry(owner).or_default().push(Place::line(&*source.file, line));
        }
    }
    let text = campaign.text.strip_prefix('\u{feff}').unwrap_or(&campaign.text);
    for value in printed(text) {
        for owner in owners(gate, value.get_ref(), &[]) {
            places.entry(owner).or_default().push(toml_source::place(text, value.span().start));
        }
    }
    places
}

/// Whose private strings a text holds.
fn owners(gate: &Gate, text: &str, own: &[Lawful]) -> BTreeSet<Owner> {
    gate.search_text(text, own).hits.iter().map(|hit| (hit.line, hit.kind)).collect()
}

/// Each private string that a text holds with the line it begins on, from 1.
fn lines(gate: &Gate, text: &str) -> Vec<(Owner, u32)> {
    let mut wanted = owners(gate, text, &[]);
    let all: Vec<&str> = text.split('\n').collect();
    let mut at = Vec::new();
    for size in 1..=LINES {
        if wanted.is_empty() {
            break;
        }
        let before = at.len();
        for (line, window) in (1..).zip(all.windows(size)) {
            let owners = owners(gate, &window.join("\n"), &[]);
            at.extend(owners.intersection(&wanted).map(|owner| (*owner, line)));
        }
        at[before..].iter().for_each(|(owner, _)| _ = wanted.remove(owner));
    }
    at
}

/// The texts of `campaign.toml` that can come to stand in a letter, with where they are.
fn printed(text: &str) -> Vec<Spanned<String>> {
    fn texts(value: &Spanned<DeValue<'_>>, all: &mut Vec<Spanned<String>>) {
        match value.get_ref() {
            DeValue::String(text) => all.push(Spanned::new(value.span(), text.clone().into_owned())),
            DeValue::Array(items) => items.iter().for_each(|item| texts(item, all)),
            DeValue::Table(entries) => entries.iter().for_each(|(_, value)| texts(value, all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    let (root, _) = DeTable::parse_recoverable(text);
    for (name, table) in root.get_ref() {
        if let (true, DeValue::Table(table)) =
            (["campaign", "letter", "categories"].contains(&&**name.get_ref()), table.get_ref())
        {
            table.iter().for_each(|(_, value)| texts(value, &mut all));
        }
    }
    all
}
