//! The roll: all signatures of a letter, grouped, ordered and counted.
//!
//! Nothing in a roll may tell who is withheld or left out: neither a text of theirs nor, by its rank, a name.

mod sort;

use super::category::Categories;
use super::count::Count;
use super::signatory::{Reason, Signatory, Standing, duplicates, identifiable, suspicious_names, undeclared};
use super::signature::{Display, Face, Policy, SignatoryKind, Signature, category_key};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use sort::{Rank, Ranks};
use std::collections::{BTreeMap, HashMap};

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

/// The order of signatures in a group, persons before organisations. Texts are ordered as the root collation of Unicode has
/// it (CLDR); equals follow by name, then by line.
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
    /// The lines of those who do not sign, in order, by the reason.
    pub left_out: BTreeMap<Reason, Vec<u32>>,
}

/// A group of the roll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The category by its declared key, else as the first who signs in it spells it; empty for a blank one and in a roll without groups.
    pub category: String,
    /// The category as a heading: "Service providers"; empty where the category is.
    pub heading: String,
    /// The noun for one of the category: "service provider".
    pub one: String,
    /// The noun for several.
    pub many: String,
    /// All who sign in this group: listed, withheld and others.
    pub count: usize,
    /// Those who are printed by a name.
    pub listed: usize,
    /// Those who are counted and not named.
    pub withheld: usize,
    /// Whether all who are withheld are of a protected category: nobody else has said that it is for their safety.
    pub protected: bool,
    /// Those who could be named and are beyond `max_listed`.
    pub others: usize,
    /// The signatures to print, in order: those of persons, then those of organisations.
    pub signatures: Vec<Signature>,
}

impl Group {
    /// The signatures of persons and those of organisations.
    pub fn by_kind(&self) -> (&[Signature], &[Signature]) {
        self.signatures.split_at(self.signatures.partition_point(|signature| signature.kind == SignatoryKind::Person))
    }
}

impl Serialize for Group {
    /// As templates see it: with `persons` and `organisations` beside all `signatures`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (persons, organisations) = self.by_kind();
        let mut group = serializer.serialize_struct("Group", 12)?;
        group.serialize_field("category", &self.category)?;
        group.serialize_field("heading", &self.heading)?;
        group.serialize_field("one", &self.one)?;
        group.serialize_field("many", &self.many)?;
        group.serialize_field("count", &self.count)?;
        group.serialize_field("listed", &self.listed)?;
        group.serialize_field("withheld", &self.withheld)?;
        group.serialize_field("protected", &self.protected)?;
        group.serialize_field("others", &self.others)?;
        group.serialize_field("signatures", &self.signatures)?;
        group.serialize_field("persons", persons)?;
        group.serialize_field("organisations", organisations)?;
        group.end()
    }
}

impl Roll {
    /// Gathers the roll of a list, with what is wrong or doubtful about the list as a whole.
    pub fn gather(signatories: &[Signatory], policy: &Policy, order: &RollOrder) -> (Roll, Vec<Finding>) {
        let mut findings = duplicates(signatories, policy);
        findings.extend(suspicious_names(signatories, policy));
        findings.extend(identifiable(signatories, policy));
        findings.extend(undeclared(signatories, policy));
        let ranks = Ranks::by(order.order_by);
        let mut count = Count::default();
        let mut left_out: BTreeMap<Reason, Vec<u32>> = BTreeMap::new();
        let mut gatherings: Vec<Gathering<'_>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();

        for signatory in signatories {
            if let Standing::LeftOut(reason) = signatory.signs(policy) {
                left_out.entry(reason).or_default().push(signatory.line());
                // Where the list has no such column, one finding for the list has said so.
                if reason != Reason::Unrecorded {
                    let what = spans!["this signatory is left out: ", own(reason.to_string())];
                    findings.push(
                        Finding::new(Code::ConsentMissing, what).at(signatory.row_place().clone()).help(reason.help()),
                    );
                }
                continue;
            }
            let face = signatory.signature(policy);
            count.add(&face);
            let category = match order.group_by {
                GroupBy::Category => face.category().to_owned(),
                GroupBy::Nothing => String::new(),
            };
            let at = *known.entry(category_key(&category)).or_insert_with(|| {
                gatherings.push(Gathering::new(signatory, category));
                gatherings.len() - 1
            });
            gatherings[at].take(signatory, face, policy, &ranks);
        }

        let mut room = order.max_listed.unwrap_or(usize::MAX);
        let mut groups = Vec::with_capacity(gatherings.len());
        for gathering in gatherings {
            findings.extend(gathering.too_small(policy).or_else(|| gathering.too_few(policy)));
            findings.extend(gathering.check_order(policy, &ranks));
            let group = gathering.close(&mut room, &policy.categories);
            group.signatures.iter().for_each(|signature| count.list(signature));
            groups.push(group);
        }
        let is_sound = !findings.iter().any(Finding::is_error);
        if let Some(first) = signatories.first().filter(|_| count.listed == 0 && is_sound) {
            let (total, withheld) = (count.total, count.withheld);
            let what = spans!["nobody is named in the letter: ", total, " sign, and ", withheld, " are withheld"];
            let place = Place::file(&*first.row_place().file);
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

    /// Whether an affiliation is printed that is given for identification only, so that the roll has to say so.
    pub fn has_identification(&self) -> bool {
        self.signatures().any(|signature| signature.identification)
    }
}

/// A group while it is gathered.
struct Gathering<'a> {
    first: &'a Signatory,
    category: String,
    named: Vec<(Rank, Signature)>,
    /// Those who are named, as the list has them.
    rows: Vec<&'a Signatory>,
    withheld: usize,
    /// Those of them who are of a protected category.
    protected: usize,
    /// Those who are not named in full, and whom nobody has reviewed.
    hidden: usize,
    /// The first of them who is withheld.
    unseen: Option<&'a Signatory>,
}

impl<'a> Gathering<'a> {
    fn new(first: &'a Signatory, category: String) -> Self {
        let (named, rows) = (Vec::new(), Vec::new());
        Gathering { first, category, named, rows, withheld: 0, protected: 0, hidden: 0, unseen: None }
    }

    fn take(&mut self, signatory: &'a Signatory, face: Face, policy: &Policy, ranks: &Ranks) {
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

    /// Small groups matter where somebody in them is to be hidden: whose names are all printed in full, nobody guesses.
    fn too_small(&self, policy: &Policy) -> Option<Finding> {
        let (count, least) = (self.count(), policy.min_group as usize);
        (count < least && self.hidden > 0).then(|| {
            let what = spans!["the group that begins here has ", count, " of the ", least, " that `min_group` asks for"];
            Finding::new(Code::GroupSmall, what)
                .at(self.first.row_place().clone())
                .help(
                    "who is not named in full can be guessed in so small a group: join it with another category, or say with \
                     `reviewed` in their rows that they know",
                )
        })
    }

    /// The roll prints how many are withheld, and a small number of them points to somebody as a small group does.
    fn too_few(&self, policy: &Policy) -> Option<Finding> {
        let (withheld, least) = (self.withheld, policy.min_group as usize);
        let unseen = self.unseen.filter(|_| withheld < least)?;
        let who = if withheld == 1 { "1 name".to_owned() } else { format!("{withheld} names") };
        let what = format!(
            "the roll says that {who} of this group {} withheld, fewer than the {least} of `min_group`",
            if withheld == 1 { "is" } else { "are" }
        );
        Some(Finding::new(Code::WithheldFew, own(what)).at(unseen.row_place().clone()).help(
            "so small a number points to them: ask whether initials or a pseudonym will do, join the group with another, \
             or say with `reviewed` in their rows that they know",
        ))
    }

    /// Whether the order of the list, printed as it is, is that of the real names, with a hidden one among them.
    fn check_order(&self, policy: &Policy, ranks: &Ranks) -> Option<Finding> {
        let is_hidden = |one: &&&Signatory| one.display(policy) != Display::Full && !one.is_reviewed();
        let hidden = self.rows.iter().find(is_hidden)?;
        ranks.is_by_real_names(&self.rows).then(|| {
            let what = "`order_by = \"file\"` prints this group in the order of its real names: the place of one that is not \
                        shown in full tells where it stands in the alphabet";
            let help = "take another `order_by`, or move the row in the list";
            Finding::new(Code::OrderTelling, what).at(hidden.row_place().clone()).help(help)
        })
    }

    /// The finished group, of as many signatures as there is room for.
    fn close(mut self, room: &mut usize, categories: &Categories) -> Group {
        let count = self.count();
        self.named.sort_by(|a, b| a.0.cmp(&b.0));
        let mut signatures: Vec<Signature> = self.named.into_iter().map(|(_, signature)| signature).collect();
        let named = signatures.len();
        let (one, many) = categories.nouns(&self.category);
        signatures.truncate(*room);
        *room -= signatures.len();
        Group {
            heading: categories.heading(&self.category),
            one,
            many,
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
