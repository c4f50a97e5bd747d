//! The press sheet: who signs a letter, in numbers that cannot be misread.
//!
//! Every figure has a unit (people, organisations, or both together as signatories), and the sheet has a date. It must never
//! contain text from a signatory's row, except the category and, in a petition, a place that they cleared.

mod parts;
pub mod record;
mod sentences;
pub mod signatures;

pub use parts::PartialCount;
pub use sentences::written;

use crate::people::count::{Count, Figures};
use crate::people::roll::Roll;
use crate::people::signatory::{Reason, Signatory, Standing};
use crate::people::signature::{Face, Policy, SignatoryKind, fold};
use jiff::civil::{Date, DateTime};
use serde::{Serialize, Serializer};

/// Whether the campaign's organisation is itself one of the signatories, which decides what "others" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SenderIs {
    /// It signs under its name: the others are all signatories but one.
    Among,
    /// It sends the letter and is not counted: the others are all signatories.
    Apart,
}

impl SenderIs {
    /// Looks for the organisation among the named signatures. A withheld one is ignored, since the answer would reveal it.
    pub fn of(organisation: &str, signatories: &[Signatory], policy: &Policy) -> SenderIs {
        let key = |name: &str| fold(name).trim_start_matches("the ").to_owned();
        let sender = key(organisation);
        let signs =
            signatories.iter().filter(|signatory| signatory.signs(policy) == Standing::Signs).any(|signatory| {
                matches!(signatory.signature(policy), Face::Named(signature)
                if signature.kind == SignatoryKind::Organisation && key(&signature.name) == sender)
            });
        if signs { SenderIs::Among } else { SenderIs::Apart }
    }

    /// Returns the number of signatories without the sender.
    pub fn others(self, signatories: usize) -> usize {
        match self {
            SenderIs::Among => signatories.saturating_sub(1),
            SenderIs::Apart => signatories,
        }
    }
}

/// The details of the campaign that the sheet shows.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Its id.
    pub campaign: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Who sends the letter.
    pub organisation: &'a str,
    /// The date on the letter.
    pub date: Date,
}

/// The press sheet. Its JSON is stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The campaign's id.
    pub campaign: String,
    /// The campaign's title.
    pub title: String,
    /// The date on the letter.
    #[serde(serialize_with = "iso")]
    pub letter_date: Date,
    /// The day for which the numbers are true: the letter's date, or the newest date of the list if that is later.
    #[serde(serialize_with = "iso")]
    pub as_of: Date,
    /// The campaign's organisation.
    pub sender: Sender,
    /// All who sign.
    pub all: Breakdown,
    /// The same by category, in the order of the list; the empty category is for signatories without one.
    pub categories: Vec<Breakdown>,
    /// In a petition, all who sign by the place that they cleared, the most frequent first; the blank one is for the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PartialCount>,
    /// In a petition, all who sign by the day on which they signed; the blank one is for rows without a date.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<PartialCount>,
    /// Those who consented and are not verified, where only verified signatories count: in no other number.
    pub unverified: usize,
    /// Rows of the list that are not counted, by reason.
    pub left_out: Vec<LeftOut>,
    /// When the signatories signed.
    pub signed: Dates,
    /// When they consented.
    pub consented: Dates,
    /// A number of withheld names above 0 and below this can identify a person; 0 turns the warning off.
    pub small_below: usize,
    /// Sentences that can be published unchanged.
    pub sentences: Vec<String>,
}

/// The campaign's organisation, and the counts with and without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sender {
    /// Its name.
    pub organisation: String,
    /// Whether it is one of the signatories.
    pub is: SenderIs,
    /// The number of signatories without it, as in "the sender and N others".
    pub others: usize,
    /// The number of signatories including the sender.
    pub together: usize,
}

/// One line of the sheet: all signatories, people and organisations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breakdown {
    /// The category as the list spells it; `None` for all signatories, empty for those without a category.
    pub category: Option<String>,
    /// The heading of the line.
    #[serde(skip)]
    pub heading: String,
    /// People and organisations together.
    pub signatories: Figures,
    /// The people.
    pub persons: Figures,
    /// The organisations.
    pub organisations: Figures,
}

/// Rows of the list that do not sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Why.
    #[serde(serialize_with = "as_text")]
    pub reason: Reason,
    /// How many rows.
    pub count: usize,
    /// Their lines in the list, from 1, in order.
    pub lines: Vec<u32>,
}

/// The dates of a column for all who sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dates {
    /// The earliest; `None` if no row has one.
    #[serde(serialize_with = "iso_or_null")]
    pub earliest: Option<Date>,
    /// The latest.
    #[serde(serialize_with = "iso_or_null")]
    pub latest: Option<Date>,
    /// How many rows have none.
    pub missing: usize,
}

/// One figure of the sheet, as a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<'a> {
    /// What is counted: `signatories`, `persons`, `organisations`, `signatories and sender`; `rows` for those left out.
    pub unit: &'static str,
    /// The category as the list spells it; `(none)` for signatories without one, empty for all.
    pub category: &'a str,
    /// `all`, `named`, `withheld`, `others`, `besides the sender` or `unverified`; in a petition also a place or a day; for rows
    /// left out, the reason.
    pub shown: String,
    /// How many.
    pub count: usize,
}

impl Sheet {
    /// Builds the sheet from a list and its roll.
    pub fn of(heading: &Heading<'_>, roll: &Roll, signatories: &[Signatory], policy: &Policy) -> Sheet {
        let signing: Vec<&Signatory> =
            signatories.iter().filter(|signatory| signatory.signs(policy) == Standing::Signs).collect();
        let signed = dates(signing.iter().map(|signatory| signatory.signed_at()));
        let consented = dates(signing.iter().map(|signatory| signatory.consent_at()));
        let withdrawn = dates(signatories.iter().map(|signatory| signatory.withdrawn_at()));
        let newest = [signed.latest, consented.latest, withdrawn.latest].into_iter().flatten().max();
        let count = &roll.count;
        let is = SenderIs::of(heading.organisation, signatories, policy);
        let others = is.others(count.total);
        let by_category = |category: &str| match category {
            "" => breakdown(count, Some(category), "Without a category".to_owned()),
            category => breakdown(count, Some(category), policy.categories.heading(category)),
        };
        let mut sheet = Sheet {
            campaign: heading.campaign.to_owned(),
            title: heading.title.to_owned(),
            letter_date: heading.date,
            as_of: newest.map_or(heading.date, |newest| newest.max(heading.date)),
            sender: Sender { organisation: heading.organisation.to_owned(), is, others, together: others + 1 },
            all: breakdown(count, None, "All signatories".to_owned()),
            categories: count.categories().into_iter().map(by_category).collect(),
            places: if policy.once { parts::places(&signing, policy) } else { Vec::new() },
            days: if policy.once { parts::days(&signing) } else { Vec::new() },
            unverified: count.unverified,
            left_out: roll.left_out.iter().map(|(reason, lines)| left_out(*reason, lines)).collect(),
            signed,
            consented,
            small_below: policy.min_group as usize,
            sentences: Vec::new(),
        };
        sheet.sentences = sentences::all(&sheet, policy);
        sheet
    }

    /// Returns every figure, in the order of the sheet.
    pub fn figures(&self) -> Vec<Figure<'_>> {
        let mut figures = Vec::new();
        for line in std::iter::once(&self.all).chain(&self.categories) {
            let category = match line.category.as_deref() {
                None => "",
                Some("") => "(none)",
                Some(category) => category,
            };
            for (unit, of) in line.units() {
                let shown = [("all", of.total), ("named", of.named), ("withheld", of.withheld), ("others", of.others)];
                figures.extend(shown.map(|(shown, count)| Figure { unit, category, shown: shown.to_owned(), count }));
            }
        }
        for (of, parts) in [("place", &self.places), ("day", &self.days)] {
            figures.extend(parts.iter().map(|PartialCount { name, signatories }| {
                let shown = if name.is_empty() { format!("without a {of}") } else { format!("{of}: {name}") };
                Figure { unit: "signatories", category: "", shown, count: *signatories }
            }));
        }
        let besides = [
            ("signatories", "besides the sender", self.sender.others),
            ("signatories and sender", "all", self.sender.together),
        ];
        figures.extend(besides.map(|(unit, shown, count)| Figure {
            unit,
            category: "",
            shown: shown.to_owned(),
            count,
        }));
        let left_out = self.left_out.iter();
        figures.extend(left_out.map(|LeftOut { reason, count, .. }| {
            let (unit, shown) = match reason {
                Reason::Unverified => ("signatories", "unverified".to_owned()),
                _ => ("rows", format!("left out: {reason}")),
            };
            Figure { unit, category: "", shown, count: *count }
        }));
        figures
    }

    /// Whether any number of withheld names is small enough to identify a person.
    pub fn has_small(&self) -> bool {
        let lines = std::iter::once(&self.all).chain(&self.categories);
        lines.flat_map(Breakdown::units).any(|(_, of)| self.is_small(of.withheld))
    }

    /// Whether this number of withheld names can identify a person.
    fn is_small(&self, withheld: usize) -> bool {
        (1..self.small_below).contains(&withheld)
    }
}

impl Breakdown {
    /// Returns the figures with the name of their unit.
    pub fn units(&self) -> [(&'static str, Figures); 3] {
        [("signatories", self.signatories), ("persons", self.persons), ("organisations", self.organisations)]
    }
}

fn breakdown(count: &Count, category: Option<&str>, heading: String) -> Breakdown {
    Breakdown {
        heading,
        category: category.map(str::to_owned),
        signatories: count.figures(None, category),
        persons: count.figures(Some(SignatoryKind::Person), category),
        organisations: count.figures(Some(SignatoryKind::Organisation), category),
    }
}

fn left_out(reason: Reason, lines: &[u32]) -> LeftOut {
    LeftOut { reason, count: lines.len(), lines: lines.to_vec() }
}

fn dates(all: impl Iterator<Item = Option<DateTime>>) -> Dates {
    all.fold(Dates::default(), |dates, at| match at.map(DateTime::date) {
        None => Dates { missing: dates.missing + 1, ..dates },
        Some(date) => Dates {
            earliest: Some(dates.earliest.map_or(date, |earliest| earliest.min(date))),
            latest: Some(dates.latest.map_or(date, |latest| latest.max(date))),
            ..dates
        },
    })
}

fn iso<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

fn iso_or_null<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => iso(date, serializer),
        None => serializer.serialize_none(),
    }
}

fn as_text<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

pub mod claims;
#[cfg(test)]
mod tests;
