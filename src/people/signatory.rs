//! A row of the signatory list, read and judged: private data, with one door to the public.
//!
//! A [`Signatory`] must never be serialised, shown or handed to a template. What may be printed of it leaves through
//! [`Signatory::signature`]; what must not be printed goes to the leak gate alone.

mod categories;
mod duplicates;
mod exclusion;
mod identifiability;
mod name_words;
mod private_strings;
mod short_name;
mod sort_name;
mod suspicious_names;

pub(crate) use super::cells::Cells;
pub(crate) use categories::undeclared;
pub(crate) use duplicates::duplicates;
pub use exclusion::Reason;
pub(crate) use identifiability::identifiable;
pub(crate) use suspicious_names::suspicious_names;

use super::category::Protection;
use super::row::{Columns, Row};
use super::signature::{Consent, Display, Face, Policy, SignatoryKind, Signature, typeset};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use jiff::civil::DateTime;
use short_name::{Guess, Name};
use std::fmt;

/// The columns a signatory list can have.
pub const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "name",
    "given_name",
    "family_name",
    "sort_key",
    "role",
    "affiliation",
    "affiliation_for",
    "category",
    "place",
    "display",
    "pseudonym",
    "show_role",
    "show_affiliation",
    "show_place",
    "consent",
    "consent_at",
    "adult",
    "statement",
    "statement_consent",
    "signed_at",
    "withdrawn_at",
    "email",
    "reviewed",
];

/// The columns it must have.
pub const REQUIRED: &[&str] = &["name"];

/// The columns whose cells can have line breaks.
pub const MULTILINE: &[&str] = &["statement"];

/// A person or an organisation of the signatory list, with all that is private about them.
#[derive(Clone)]
pub struct Signatory {
    row_place: Place,
    id: String,
    kind: SignatoryKind,
    name: String,
    given_name: String,
    family_name: String,
    sort_key: String,
    role: String,
    affiliation: String,
    affiliation_for: AffiliationFor,
    category: String,
    place: String,
    display: Option<Display>,
    pseudonym: String,
    show_role: Option<bool>,
    show_affiliation: Option<bool>,
    show_place: Option<bool>,
    answer: ConsentAnswer,
    consent_at: Option<DateTime>,
    adult: Option<bool>,
    statement: String,
    statement_consent: Option<bool>,
    signed_at: Option<DateTime>,
    withdrawn_at: Option<DateTime>,
    email: String,
    reviewed: bool,
}

/// What an affiliation beside a person's name means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum AffiliationFor {
    /// The person signs for it.
    Organisation,
    /// It only tells who the person is. A blank cell means this: nobody speaks for an organisation by mistake.
    #[default]
    Identification,
}

/// What the cell `consent` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConsentAnswer {
    Given,
    Pending,
    Refused,
    Withdrawn,
    Blank,
    NoColumn,
}

/// Whether a signatory signs the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have consented and not withdrawn.
    Signs,
    /// They are no part of the letter, nor of any number in it.
    LeftOut(Reason),
}

/// What must be settled before the first row: whether it can be known who has consented.
///
/// # Errors
///
/// [`Code::ConsentUnknown`] where the list has no column `consent` and the campaign does not vouch for it.
pub fn check_columns(columns: &Columns, policy: &Policy) -> Result<(), Finding> {
    if policy.consent == Consent::OnFile || columns.names.iter().any(|name| name == "consent") {
        return Ok(());
    }
    Err(Finding::new(Code::ConsentUnknown, "the list has no column `consent`").at(Place::file(&*columns.file)).help(
        "add the column, or state with `consent = \"on-file\"` in `[privacy]` that all who are listed have agreed",
    ))
}

impl Signatory {
    /// Reads a row and judges every cell of it.
    ///
    /// # Errors
    ///
    /// All that is wrong with the row, each at its cell and without a word of it.
    pub fn read(row: &Row, policy: &Policy) -> Result<Signatory, Vec<Finding>> {
        let mut cells = Cells::of(row);
        let signatory = Signatory {
            row_place: Place::line(row.file(), row.line()),
            id: cells.text("id"),
            kind: cells.choice("kind", "person or organisation", kind).unwrap_or_default(),
            name: cells.required("name"),
            given_name: cells.text("given_name"),
            family_name: cells.text("family_name"),
            sort_key: cells.text("sort_key"),
            role: cells.text("role"),
            affiliation: cells.text("affiliation"),
            affiliation_for: cells
                .choice("affiliation_for", "organisation or identification", affiliation_for)
                .unwrap_or_default(),
            category: policy.categories.name(&cells.text("category")).to_owned(),
            place: cells.text("place"),
            display: cells.choice("display", &Display::ALL.map(Display::name).join(", "), Display::parse),
            pseudonym: cells.text("pseudonym"),
            show_role: cells.yes_no("show_role"),
            show_affiliation: cells.yes_no("show_affiliation"),
            show_place: cells.yes_no("show_place"),
            answer: match cells.choice("consent", "given, pending, refused, withdrawn, yes or no", answer) {
                Some(answer) => answer,
                None if row.has("consent") => ConsentAnswer::Blank,
                None => ConsentAnswer::NoColumn,
            },
            consent_at: cells.date("consent_at"),
            adult: cells.yes_no("adult"),
            statement: cells.text("statement"),
            statement_consent: cells.yes_no("statement_consent"),
            signed_at: cells.date("signed_at"),
            withdrawn_at: cells.date("withdrawn_at"),
            email: cells.text("email"),
            reviewed: cells.yes_or_date("reviewed"),
        };
        signatory.validate(policy, &mut cells);
        cells.finish(signatory)
    }

    /// What the cells of the row forbid each other.
    fn validate(&self, policy: &Policy, cells: &mut Cells<'_>) {
        if self.adult == Some(false) {
            let help = "take the row out of the list, or correct the cell";
            cells.report("adult", Code::SignatoryMinor, "this signatory is under age", help);
        }
        if self.signs(policy) != Standing::Signs {
            return;
        }
        let requested = self.requested_display(policy);
        if requested == Display::Pseudonym && self.pseudonym.is_empty() {
            let what = "this signatory is to appear under a pseudonym and has none";
            cells.report("pseudonym", Code::PseudonymMissing, what, "fill `pseudonym`, or set `display` to withheld");
        }
        if requested == Display::Pseudonym && identifiability::is_own_name(self) {
            let what = "the pseudonym holds the signatory's own whole name";
            let help = "ask them for another, or set `display` to what they agreed to";
            cells.report("pseudonym", Code::PseudonymOwn, what, help);
        }
        // A cell that cannot be read has been told; what it was to say is not known.
        let is_known = cells.are_sound(&["display", "consent_at", "adult"]);
        if is_known && requested != Display::Withheld && policy.protects(&self.category) && !self.has_recorded_consent()
        {
            let what = "this signatory is in a protected category and is to be shown";
            let help = "record `consent_at` and `adult = yes`, or set `display` to withheld";
            cells.report("display", Code::ProtectedShown, what, help);
        }
    }

    /// Whether they sign: only consent that was given, and not withdrawn, counts.
    pub fn signs(&self, policy: &Policy) -> Standing {
        if self.withdrawn_at.is_some() {
            return Standing::LeftOut(Reason::Withdrawn);
        }
        match (self.answer, policy.consent) {
            (ConsentAnswer::Given, _) | (ConsentAnswer::NoColumn, Consent::OnFile) => Standing::Signs,
            (ConsentAnswer::Pending, _) => Standing::LeftOut(Reason::Pending),
            (ConsentAnswer::Refused, _) => Standing::LeftOut(Reason::Refused),
            (ConsentAnswer::Withdrawn, _) => Standing::LeftOut(Reason::Withdrawn),
            (ConsentAnswer::Blank, _) => Standing::LeftOut(Reason::Unsaid),
            (ConsentAnswer::NoColumn, Consent::Column) => Standing::LeftOut(Reason::Unrecorded),
        }
    }

    /// What the public may see of them. Where the name cannot be cut down to what was cleared, they are withheld; so is
    /// everybody who does not sign.
    pub fn signature(&self, policy: &Policy) -> Face {
        let display = self.display(policy);
        let name = match display {
            Display::Full => Some(self.name.clone()),
            Display::GivenInitial if self.kind == SignatoryKind::Person => {
                self.parts().given_initial(self.guess(policy))
            }
            Display::GivenInitial | Display::Initials => self.parts().initials(),
            Display::Pseudonym => Some(self.pseudonym.clone()),
            Display::Withheld => None,
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Face::Withheld { category: self.category.clone(), kind: self.kind };
        };
        let cleared = |text: &str, show: Option<bool>| match show.unwrap_or(display == Display::Full) {
            true => text.to_owned(),
            false => String::new(),
        };
        let role = cleared(&self.role, self.show_role);
        let affiliation = cleared(&self.affiliation, self.show_affiliation);
        let place = cleared(&self.place, self.show_place);
        let statement = if self.statement_consent == Some(true) { self.statement.clone() } else { String::new() };
        let identification = self.kind == SignatoryKind::Person
            && self.affiliation_for == AffiliationFor::Identification
            && !affiliation.is_empty();
        Face::Named(Signature {
            line: typeset(&name, &role, &affiliation, identification, &place),
            name,
            role,
            affiliation,
            place,
            statement,
            identification,
            kind: self.kind,
            category: self.category.clone(),
        })
    }

    /// Their category: its declared key, else the cell.
    pub(crate) fn category(&self) -> &str {
        &self.category
    }

    /// The line their row begins on, from 1.
    pub fn line(&self) -> u32 {
        self.row_place.line.unwrap_or_default()
    }

    /// Their `id`, or an empty text.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The display that counts: the one the row asks for, or withheld wherever anything stands against it.
    pub(crate) fn display(&self, policy: &Policy) -> Display {
        let barred = self.signs(policy) != Standing::Signs
            || self.adult == Some(false)
            || policy.protection(&self.category) != Protection::Open && !self.has_recorded_consent();
        if barred { Display::Withheld } else { self.requested_display(policy) }
    }

    /// The list's file and the row's line.
    pub(crate) fn row_place(&self) -> &Place {
        &self.row_place
    }

    /// Whether a person has looked at the row and decided that it stands as it is.
    pub(crate) fn is_reviewed(&self) -> bool {
        self.reviewed
    }

    /// When they signed.
    pub(crate) fn signed_at(&self) -> Option<DateTime> {
        self.signed_at
    }

    /// When they agreed.
    pub(crate) fn consent_at(&self) -> Option<DateTime> {
        self.consent_at
    }

    /// When they withdrew.
    pub(crate) fn withdrawn_at(&self) -> Option<DateTime> {
        self.withdrawn_at
    }

    fn requested_display(&self, policy: &Policy) -> Display {
        match self.display {
            Some(display) => display,
            None if policy.protection(&self.category) != Protection::Open => Display::Withheld,
            None => policy.default_display,
        }
    }

    /// Whether it is on record that an adult agreed, as a protected category asks.
    fn has_recorded_consent(&self) -> bool {
        self.consent_at.is_some() && self.adult == Some(true)
    }

    fn guess(&self, policy: &Policy) -> Guess {
        if policy.protection(&self.category) == Protection::Open { Guess::FirstWord } else { Guess::Nothing }
    }

    fn parts(&self) -> Name<'_> {
        match self.kind {
            SignatoryKind::Person => Name { full: &self.name, given: &self.given_name, family: &self.family_name },
            SignatoryKind::Organisation => Name { full: &self.name, given: "", family: "" },
        }
    }
}

impl fmt::Debug for Signatory {
    /// The line of the row, and nothing of what is in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signatory {{ line: {} }}", self.line())
    }
}

fn kind(cell: &str) -> Option<SignatoryKind> {
    match cell {
        "person" => Some(SignatoryKind::Person),
        "organisation" | "organization" => Some(SignatoryKind::Organisation),
        _ => None,
    }
}

fn affiliation_for(cell: &str) -> Option<AffiliationFor> {
    match cell {
        "organisation" | "organization" => Some(AffiliationFor::Organisation),
        "identification" => Some(AffiliationFor::Identification),
        _ => None,
    }
}

fn answer(cell: &str) -> Option<ConsentAnswer> {
    match cell {
        "given" => Some(ConsentAnswer::Given),
        "pending" => Some(ConsentAnswer::Pending),
        "refused" => Some(ConsentAnswer::Refused),
        "withdrawn" => Some(ConsentAnswer::Withdrawn),
        _ => super::cells::yes_no(cell).map(|yes| if yes { ConsentAnswer::Given } else { ConsentAnswer::Refused }),
    }
}

#[cfg(test)]
mod doc_tests;
#[cfg(test)]
mod tests;
