//! The roll: all signatures of a letter, grouped, ordered and counted.
//!
//! Nothing in a roll may tell who is withheld or left out: neither a text of theirs nor, by its rank, a name.

use super::check::Code;
use super::count::{Count, capitalised, plural};
use super::finding::Finding;
use super::place::Place;
use super::signatory::{Reason, Signatory, Standing};
use super::signature::{Display, Face, Policy, Signature, category_key, fold};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How a roll is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RollOrder {
    /// What makes a group.
    pub group_by: GroupBy,
    /// The order within each group.
    pub order_by: OrderBy,
    /// How many signatures are printed over the whole roll; the rest are "others". `None` for all.
    pub max_listed: Option<usize>,
}

/// What makes a group of the roll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// The category; groups come in the order of the list.
    #[default]
    Category,
    /// Nothing: one group without a heading.
    Nothing,
}

/// The order of signatures in a group. Equals follow by name, then by line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderBy {
    /// By `sort_key`, else by family name, else by the last word of the name.
    #[default]
    SortKey,
    /// By the name as it is printed.
    Name,
    /// By the time of signing; those without one come last.
    SignedAt,
    /// As in the list.
    File,
}

/// Everybody who signs a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// The groups, in the order of the list.
    pub groups: Vec<Group>,
    /// The numbers.
    pub count: Count,
    /// How many of the list do not sign.
    pub left_out: usize,
}

/// A group of the roll.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The category, as the first who signs in it spells it; empty for a blank one and in a roll without groups.
    pub category: String,
    /// The category as a heading: "Service providers"; empty where the category is.
    pub heading: String,
    /// All who sign in this group: listed, withheld and others.
    pub count: usize,
    /// Those who are printed by a name.
    pub listed: usize,
    /// Those who are counted and not named.
    pub withheld: usize,
    /// Those who could be named and are beyond `max_listed`.
    pub others: usize,
    /// The signatures to print, in order.
    pub signatures: Vec<Signature>,
}

impl Roll {
    /// Gathers the roll of a list, with what is wrong or doubtful about the list as a whole.
    pub fn gather(signatories: &[Signatory], policy: &Policy, order: &RollOrder) -> (Roll, Vec<Finding>) {
        let mut findings = twins(signatories);
        let mut count = Count::default();
        let mut left_out = 0;
        let mut gatherings: Vec<Gathering<'_>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();

        for signatory in signatories {
            if let Standing::LeftOut(reason) = signatory.signs(policy) {
                left_out += 1;
                // Where the list has no such column, one finding for the list has said so.
                if reason != Reason::Unrecorded {
                    let what = format!("this signatory is left out: {reason}");
                    findings.push(Finding::new(Code::ConsentMissing, what).at(signatory.spot().clone()));
                }
                continue;
            }
            let face = signatory.signature(policy);
            let (kind, category) = match &face {
                Face::Named(signature) => (signature.kind, &signature.category),
                Face::Withheld { kind, category } => (*kind, category),
            };
            count.add(kind, category);
            let category = match order.group_by {
                GroupBy::Category => category.clone(),
                GroupBy::Nothing => String::new(),
            };
            let at = *known.entry(category_key(&category)).or_insert_with(|| {
                gatherings.push(Gathering::new(signatory, category));
                gatherings.len() - 1
            });
            gatherings[at].take(signatory, face, policy, order.order_by);
        }

        let mut room = order.max_listed.unwrap_or(usize::MAX);
        let mut groups = Vec::with_capacity(gatherings.len());
        for gathering in gatherings {
            findings.extend(gathering.too_small(policy));
            let group = gathering.close(&mut room);
            count.listed += group.listed;
            count.withheld += group.withheld;
            groups.push(group);
        }
        if let Some(first) = signatories.first().filter(|_| count.listed == 0) {
            let what =
                format!("nobody is named in the letter: {} sign, and {} are withheld", count.total, count.withheld);
            let place = Place::file(&*first.spot().file);
            let help = "names are printed only where `display`, or `default_display` in `[privacy]`, says so";
            findings.push(Finding::new(Code::NobodyNamed, what).at(place).help(help));
        }
        findings.sort();
        (Roll { groups, count, left_out }, findings)
    }

    /// All signatures to print, group by group.
    pub fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.groups.iter().flat_map(|group| &group.signatures)
    }
}

/// Where a signature stands in its group.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Text(String),
    Time(DateTime),
    /// After all that have a time.
    Untimed,
    /// As it came.
    Equal,
}

/// A group while it is gathered.
struct Gathering<'a> {
    first: &'a Signatory,
    category: String,
    named: Vec<((Rank, String, String, u32), Signature)>,
    withheld: usize,
    in_full: usize,
}

impl<'a> Gathering<'a> {
    fn new(first: &'a Signatory, category: String) -> Self {
        Gathering { first, category, named: Vec::new(), withheld: 0, in_full: 0 }
    }

    fn take(&mut self, signatory: &Signatory, face: Face, policy: &Policy, order_by: OrderBy) {
        let Face::Named(signature) = face else {
            self.withheld += 1;
            return;
        };
        self.in_full += usize::from(signatory.display(policy) == Display::Full);
        let (rank, name) = match order_by {
            OrderBy::SortKey => (Rank::Text(signatory.filed_under(&signature, policy)), fold(&signature.name)),
            OrderBy::Name => (Rank::Text(fold(&signature.name)), String::new()),
            OrderBy::SignedAt => (signatory.signed_at().map_or(Rank::Untimed, Rank::Time), fold(&signature.name)),
            OrderBy::File => (Rank::Equal, String::new()),
        };
        let exact = if order_by == OrderBy::File { String::new() } else { signature.name.clone() };
        self.named.push(((rank, name, exact, signatory.line()), signature));
    }

    fn count(&self) -> usize {
        self.named.len() + self.withheld
    }

    /// Small groups matter where somebody in them is to be hidden: whose names are all printed in full, nobody guesses.
    fn too_small(&self, policy: &Policy) -> Option<Finding> {
        let (count, least) = (self.count(), policy.min_group as usize);
        (count < least && self.in_full < count).then(|| {
            let what = format!("the group that begins here has {count} of the {least} that `min_group` asks for");
            Finding::new(Code::GroupSmall, what)
                .at(self.first.spot().clone())
                .help("who is not named in full can be guessed in so small a group: join it with another category")
        })
    }

    /// The finished group, of as many signatures as there is room for.
    fn close(mut self, room: &mut usize) -> Group {
        let count = self.count();
        self.named.sort_by(|a, b| a.0.cmp(&b.0));
        let mut signatures: Vec<Signature> = self.named.into_iter().map(|(_, signature)| signature).collect();
        let named = signatures.len();
        signatures.truncate(*room);
        *room -= signatures.len();
        Group {
            heading: capitalised(&plural(&self.category)),
            category: self.category,
            count,
            listed: signatures.len(),
            withheld: self.withheld,
            others: named - signatures.len(),
            signatures,
        }
    }
}

/// The same person twice, and addresses that several share. One finding for a row, which names the earlier one.
fn twins(signatories: &[Signatory]) -> Vec<Finding> {
    let mut ids: HashMap<String, u32> = HashMap::new();
    let mut people: HashMap<(String, String), u32> = HashMap::new();
    let mut addresses: HashMap<String, u32> = HashMap::new();
    let mut findings = Vec::new();
    for signatory in signatories {
        let line = signatory.line();
        let (id, keys) = signatory.twin_keys();
        let by_id = id.and_then(|id| earlier(&mut ids, id, line));
        let mut by_name = None;
        let mut by_address = None;
        for (name, address) in keys {
            by_address = by_address.or(earlier(&mut addresses, address.clone(), line));
            by_name = by_name.or(earlier(&mut people, (name, address), line));
        }
        let finding = match (by_id, by_name, by_address) {
            (Some(other), ..) => {
                Finding::new(Code::SignatoryTwin, format!("lines {other} and {line} have the same id"))
                    .help("take one of the rows out, or give them ids of their own")
            }
            (None, Some(other), _) => {
                Finding::new(Code::SignatoryTwin, format!("lines {other} and {line} have the same name and address"))
                    .help("take one of the rows out")
            }
            (None, None, Some(other)) => {
                Finding::new(Code::SignatoryAddress, format!("lines {other} and {line} have the same address"))
                    .help("make sure that these are two signatories")
            }
            (None, None, None) => continue,
        };
        findings.push(finding.at(signatory.spot().clone()));
    }
    findings
}

/// The line that had the key before, if any; the first one keeps it.
fn earlier<K: std::hash::Hash + Eq>(known: &mut HashMap<K, u32>, key: K, line: u32) -> Option<u32> {
    let first = *known.entry(key).or_insert(line);
    (first != line).then_some(first)
}

#[cfg(test)]
mod tests;
