//! The roll: all signatures of a letter, grouped, ordered and counted.
//!
//! A roll must never reveal who is withheld or left out, neither by a text nor by the position of a name. The program cannot
//! reorder a list that is printed in file order, so it warns if that is the order of the real names and somebody in it is
//! hidden.

mod printed;
mod sort;

use super::count::Count;
use super::signatory::{
    Reason, Signatory, Standing, duplicates, identifiable, suspicious_names, undeclared, unusual_cells,
};
use super::signature::{Display, Face, Policy, SignatoryKind, Signature, category_key};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::text::pluralize::numbered;
pub use printed::PrintedGroup;
use serde::Deserialize;
use sort::{Rank, Ranks};
use std::collections::{BTreeMap, HashMap};

/// How a roll is arranged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RollOrder {
    /// How signatures are grouped.
    pub group_by: GroupBy,
    /// The order within each group.
    pub order_by: OrderBy,
    /// How many signatures the whole roll prints; the rest are "others". `None` for all.
    pub max_listed: Option<usize>,
}

/// How signatures are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// By category, in the order of the list.
    #[default]
    Category,
    /// In one group without a heading.
    Nothing,
}

/// The order of signatures in a group; persons come before organisations. Texts follow the root collation of Unicode
/// (CLDR); equal ones are ordered by name, then by line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderBy {
    /// By `sort_key`, else family name, else the last word of the name.
    #[default]
    SortKey,
    /// By the printed name.
    Name,
    /// By `signed_at`; those without it come last.
    SignedAt,
    /// In the order of the list.
    File,
}

/// All signatures of a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// The groups, in the order of the list.
    pub groups: Vec<Group>,
    /// The numbers.
    pub count: Count,
    /// The lines of those who do not sign, in order, by reason.
    pub left_out: BTreeMap<Reason, Vec<u32>>,
}

/// A group of the roll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The category: its declared key, or else as its first signatory spells it. Empty for a blank one and without groups.
    pub category: String,
    /// All who sign in this group: listed, withheld and others.
    pub count: usize,
    /// How many are printed by name.
    pub listed: usize,
    /// How many are counted but not named.
    pub withheld: usize,
    /// Whether all withheld signatories are in a protected category, so that the roll can say "for their safety".
    pub protected: bool,
    /// How many could be named but are beyond `max_listed`.
    pub others: usize,
    /// The signatures to print, in order: persons, then organisations.
    pub signatures: Vec<Signature>,
}

impl Group {
    /// Splits the signatures into persons and organisations.
    pub fn by_kind(&self) -> (&[Signature], &[Signature]) {
        self.signatures.split_at(self.signatures.partition_point(|signature| signature.kind == SignatoryKind::Person))
    }
}

impl Roll {
    /// Builds the roll of a list. Also returns the findings about the list as a whole.
    pub fn gather(signatories: &[Signatory], policy: &Policy, order: &RollOrder) -> (Roll, Vec<Finding>) {
        let mut findings = duplicates(signatories, policy);
        findings.extend(suspicious_names(signatories, policy));
        findings.extend(unusual_cells(signatories, policy));
        findings.extend(identifiable(signatories, policy));
        findings.extend(undeclared(signatories, policy));
        let ranks = Ranks::by(order.order_by);
        let mut count = Count::default();
        let mut left_out: BTreeMap<Reason, Vec<u32>> = BTreeMap::new();
        let mut builders: Vec<GroupBuilder<'_>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();

        for signatory in signatories {
            if let Standing::LeftOut(reason) = signatory.signs(policy) {
                left_out.entry(reason).or_default().push(signatory.line());
                count.unverified += usize::from(reason == Reason::Unverified);
                let code = match reason {
                    // A list without the column has a separate finding.
                    Reason::Unrecorded => continue,
                    Reason::Unverified => Code::NotVerified,
                    Reason::SignedAgain => Code::SignedAgain,
                    _ => Code::ConsentMissing,
                };
                let what = spans!["this signatory is left out: ", own(reason.to_string())];
                findings.push(Finding::new(code, what).at(signatory.row_place().clone()).help(reason.help()));
                continue;
            }
            let face = signatory.signature(policy);
            count.add(&face);
            let category = match order.group_by {
                GroupBy::Category => face.category().to_owned(),
                GroupBy::Nothing => String::new(),
            };
            let at = *known.entry(category_key(&category)).or_insert_with(|| {
                builders.push(GroupBuilder::new(signatory, category));
                builders.len() - 1
            });
            builders[at].add(signatory, face, policy, &ranks);
        }

        let mut room = order.max_listed.unwrap_or(usize::MAX);
        let mut groups = Vec::with_capacity(builders.len());
        for builder in builders {
            findings.extend(builder.too_small(policy).or_else(|| builder.too_few(policy)));
            findings.extend(builder.check_order(policy, &ranks));
            let group = builder.finish(&mut room);
            group.signatures.iter().for_each(|signature| count.list(signature));
            groups.push(group);
        }
        let is_valid = !findings.iter().any(Finding::is_error);
        if let Some(first) = signatories.first().filter(|_| count.listed == 0 && is_valid) {
            let (total, withheld) = (count.total, count.withheld);
            let what = spans!["nobody is named in the letter: ", total, " sign, and ", withheld, " are withheld"];
            let place = Place::file(&*first.row_place().file);
            let help = "set `display` in the list, or `default_display` in `[privacy]`";
            findings.push(Finding::new(Code::NobodyNamed, what).at(place).help(help));
        }
        findings.sort();
        (Roll { groups, count, left_out }, findings)
    }

    /// Returns all signatures to print, group by group.
    pub fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.groups.iter().flat_map(|group| &group.signatures)
    }

    /// Whether the roll needs the note on affiliations for identification.
    pub fn has_identification(&self) -> bool {
        self.signatures().any(|signature| signature.identification)
    }
}

/// A group being built.
struct GroupBuilder<'a> {
    first: &'a Signatory,
    category: String,
    named: Vec<(Rank, Signature)>,
    /// The named signatories, in the order of the list.
    rows: Vec<&'a Signatory>,
    withheld: usize,
    /// How many of the withheld are in a protected category.
    protected: usize,
    /// How many are not named in full and not reviewed.
    hidden: usize,
    /// The first withheld row that is not marked as reviewed.
    unseen: Option<&'a Signatory>,
}

impl<'a> GroupBuilder<'a> {
    fn new(first: &'a Signatory, category: String) -> Self {
        let (named, rows) = (Vec::new(), Vec::new());
        GroupBuilder { first, category, named, rows, withheld: 0, protected: 0, hidden: 0, unseen: None }
    }

    fn add(&mut self, signatory: &'a Signatory, face: Face, policy: &Policy, ranks: &Ranks) {
        let in_full = matches!(face, Face::Named(_)) && signatory.display(policy) == Display::Full;
        self.hidden += usize::from(!in_full && !signatory.is_reviewed());
        let signature = match face {
            Face::Named(signature) => signature,
            Face::Withheld { category, .. } => {
                self.withheld += 1;
                self.unseen = self.unseen.or(Some(signatory).filter(|signatory| !signatory.is_reviewed()));
                self.protected += usize::from(policy.protects(&category));
                return;
            }
        };
        let rank = ranks.of(signatory, &signature, policy);
        self.named.push((rank, signature));
        self.rows.push(signatory);
    }

    fn count(&self) -> usize {
        self.named.len() + self.withheld
    }

    /// Reports a group that is so small that hidden people in it can be guessed.
    fn too_small(&self, policy: &Policy) -> Option<Finding> {
        let (count, least) = (self.count(), policy.min_group as usize);
        (count < least && self.hidden > 0).then(|| {
            let what = spans![
                "the group that begins here has ",
                own(numbered(count as u64, "signatory")),
                ", fewer than `min_group` = ",
                least
            ];
            Finding::new(Code::GroupSmall, what)
                .at(self.first.row_place().clone())
                .help(
                    "people in it who are not named in full can be guessed: merge it with another category, or fill `reviewed` in \
                     their rows if they know this",
                )
        })
    }

    /// Reports a printed number of withheld names that is small enough to identify somebody.
    fn too_few(&self, policy: &Policy) -> Option<Finding> {
        let (withheld, least) = (self.withheld, policy.min_group as usize);
        let unseen = self.unseen.filter(|_| withheld < least)?;
        let what = spans![
            "the roll prints that this group withholds ",
            own(numbered(withheld as u64, "name")),
            ", fewer than `min_group` = ",
            least
        ];
        Some(Finding::new(Code::WithheldFew, what).at(unseen.row_place().clone()).help(
            "such a small number can identify them: use initials or a pseudonym, merge the group with another, or fill \
             `reviewed` in their rows if they know this",
        ))
    }

    /// Reports a group printed in file order, if that is the order of the real names and somebody in it is hidden.
    fn check_order(&self, policy: &Policy, ranks: &Ranks) -> Option<Finding> {
        let is_hidden = |one: &&&Signatory| one.display(policy) != Display::Full && !one.is_reviewed();
        let hidden = self.rows.iter().find(is_hidden)?;
        ranks.is_by_real_names(&self.rows).then(|| {
            let what = "`order_by = \"file\"` prints this group in the order of its real names, so the position of a name not \
                        shown in full reveals where it is in the alphabet";
            let help = "use another `order_by`, or move the row in the list";
            Finding::new(Code::OrderTelling, what).at(hidden.row_place().clone()).help(help)
        })
    }

    /// Finishes the group with at most `room` signatures, and reduces `room` by their number.
    fn finish(mut self, room: &mut usize) -> Group {
        let count = self.count();
        self.named.sort_by(|a, b| a.0.cmp(&b.0));
        let mut signatures: Vec<Signature> = self.named.into_iter().map(|(_, signature)| signature).collect();
        let named = signatures.len();
        signatures.truncate(*room);
        *room -= signatures.len();
        Group {
            category: self.category,
            count,
            listed: signatures.len(),
            withheld: self.withheld,
            protected: self.withheld > 0 && self.protected == self.withheld,
            others: named - signatures.len(),
            signatures,
        }
    }
}

#[cfg(test)]
mod tests;
