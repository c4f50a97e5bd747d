//! A row of the signatory list: reads and validates it, and makes the public signature from it.
//!
//! A [`Signatory`] must never be serialised, shown or passed to a template. What may be printed of it leaves through
//! [`Signatory::signature`]; what must not be printed goes only to the leak gate.

mod categories;
mod duplicates;
mod exclusion;
mod identifiability;
mod letters;
mod name_words;
mod private_strings;
mod repeated;
mod short_name;
mod sort_name;
mod suspicious_names;
mod unusual_cells;

pub(crate) use super::cells::Cells;
pub(crate) use categories::undeclared;
pub(crate) use duplicates::duplicates;
pub use exclusion::{Reason, missing_columns};
pub(crate) use identifiability::identifiable;
pub(crate) use letters::notes_about_letters;
pub(crate) use private_strings::statement_runs;
pub(crate) use repeated::settle_repeated;
pub(crate) use suspicious_names::suspicious_names;
pub(crate) use unusual_cells::{is_inverted, unusual_cells};

use super::category::Protection;
use super::content::wrong_content;
use super::row::Row;
use super::signature::{Consent, Counted, Display, Face, Policy, SignatoryKind, Signature, typeset};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::text::script::is_right_to_left;
use jiff::civil::{Date, DateTime};
use short_name::{Guess, Name};
use std::fmt;

/// The known columns.
pub const COLUMNS: &[&str] = &[
    "id", "kind", "name", "given_name", "family_name", "sort_key", "role", "affiliation", "affiliation_for",
    "category", "place", "display", "pseudonym", "show_role", "show_affiliation", "show_place", "consent",
    "consent_at", "adult", "statement", "statement_consent", "letter_consent", "reply_consent", "signed_at",
    "withdrawn_at", "email", "postcode", "verified", "reviewed",
];

/// The columns that a signatory list must have: one of each set.
pub const REQUIRED: &[&[&str]] = &[&["name", "given_name", "family_name"]];

/// The columns with names and addresses: no invisible characters, no emoji sequences.
pub const NAMES: &[&str] = &["id", "name", "given_name", "family_name", "sort_key", "pseudonym", "email"];

/// The columns whose cells can have line breaks.
pub const MULTILINE: &[&str] = &["statement"];

/// A person or organisation in the signatory list, with everything private about them.
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
    letter_consent: Option<bool>,
    reply_consent: Option<bool>,
    signed_at: Option<DateTime>,
    withdrawn_at: Option<DateTime>,
    email: String,
    postcode: String,
    verified: Option<bool>,
    reviewed: bool,
    /// In a petition: what other rows by the same signatory mean for this one.
    other_rows: repeated::OtherRows,
}

/// What a person is known by. It may only be passed to keyed digests.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// Their id in the list; can be empty.
    pub id: &'a str,
    /// Their address; can be empty.
    pub email: &'a str,
    /// Their whole name.
    pub name: &'a str,
}

/// What a person's affiliation means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum AffiliationFor {
    /// The person signs on its behalf.
    Organisation,
    /// It only identifies the person. A blank cell means this, so that nobody signs for an organisation by mistake.
    #[default]
    Identification,
}

/// The value of the cell `consent`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ConsentAnswer {
    Given,
    Pending,
    Refused,
    Withdrawn,
    Blank,
    NoColumn,
}

const KINDS: &[(&str, SignatoryKind)] =
    &[("person", SignatoryKind::Person), ("organisation", SignatoryKind::Organisation)];
const AFFILIATIONS_FOR: &[(&str, AffiliationFor)] =
    &[("organisation", AffiliationFor::Organisation), ("identification", AffiliationFor::Identification)];
const ANSWERS: &[(&str, ConsentAnswer)] = &[
    ("given", ConsentAnswer::Given),
    ("pending", ConsentAnswer::Pending),
    ("refused", ConsentAnswer::Refused),
    ("withdrawn", ConsentAnswer::Withdrawn),
];

/// Whether a signatory signs the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have consented, have not withdrawn, and are verified if that is required.
    Signs,
    /// They are neither named nor counted in the letter.
    LeftOut(Reason),
}

impl Signatory {
    /// Reads and validates a row.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the row, at each cell, without quoting it.
    pub fn read(row: &Row, policy: &Policy) -> Result<Signatory, Vec<Finding>> {
        let mut cells = Cells::of(row);
        let signatory = Signatory::from_cells(row, policy, &mut cells);
        signatory.validate(policy, &mut cells);
        cells.finish(signatory)
    }

    fn from_cells(row: &Row, policy: &Policy, cells: &mut Cells<'_>) -> Signatory {
        Signatory {
            row_place: Place::line(row.file(), row.line()),
            id: cells.text("id"),
            kind: cells.choice("kind", KINDS).unwrap_or_default(),
            name: cells.name(),
            given_name: cells.text("given_name"),
            family_name: cells.text("family_name"),
            sort_key: cells.text("sort_key"),
            role: cells.text("role"),
            affiliation: cells.text("affiliation"),
            affiliation_for: cells.choice("affiliation_for", AFFILIATIONS_FOR).unwrap_or_default(),
            category: policy.categories.name(&cells.text("category")).to_owned(),
            place: cells.text("place"),
            display: cells.choice("display", &Display::ALL.map(|display| (display.name(), display))),
            pseudonym: cells.text("pseudonym"),
            show_role: cells.yes_no("show_role"),
            show_affiliation: cells.yes_no("show_affiliation"),
            show_place: cells.yes_no("show_place"),
            answer: match cells.choice("consent", ANSWERS) {
                Some(answer) => answer,
                None if row.has("consent") => ConsentAnswer::Blank,
                None => ConsentAnswer::NoColumn,
            },
            consent_at: cells.date("consent_at"),
            adult: cells.yes_no("adult"),
            statement: cells.text("statement"),
            statement_consent: cells.yes_no("statement_consent"),
            letter_consent: cells.yes_no("letter_consent"),
            reply_consent: cells.yes_no("reply_consent"),
            signed_at: cells.date("signed_at"),
            withdrawn_at: cells.date("withdrawn_at"),
            email: cells.text("email"),
            postcode: cells.text("postcode"),
            verified: cells.yes_no("verified"),
            reviewed: cells.yes_or_date("reviewed"),
            other_rows: repeated::OtherRows::default(),
        }
    }

    /// Reports cells that contradict each other.
    fn validate(&self, policy: &Policy, cells: &mut Cells<'_>) {
        if self.adult == Some(false) {
            let help = "delete the row, or correct the cell";
            cells.report("adult", Code::SignatoryMinor, "this signatory is a minor", help);
        }
        self.validate_letters(policy, cells);
        if self.signs(policy) != Standing::Signs {
            return;
        }
        for (column, rule, text) in self.texts() {
            if let Some(content) = wrong_content(rule, text).filter(|_| self.prints(column, policy)) {
                cells.report_content(column, content);
            }
        }
        let requested = self.requested_display(policy);
        if requested == Display::Pseudonym && self.pseudonym.is_empty() {
            let what = "`display` is pseudonym, but `pseudonym` is blank";
            cells.report("pseudonym", Code::PseudonymMissing, what, "fill `pseudonym`, or set `display` to withheld");
        }
        if requested == Display::Pseudonym && identifiability::is_own_name(self) {
            let what = "the pseudonym contains the signatory's whole name";
            let help = "ask them for another, or set `display` to what they agreed to";
            cells.report("pseudonym", Code::PseudonymOwn, what, help);
        }
        // An invalid cell is already reported, and its meaning is unknown.
        let is_known = cells.are_valid(&["display", "consent_at", "adult"]);
        if is_known && requested != Display::Withheld && policy.protects(&self.category) && !self.has_recorded_consent()
        {
            let what = "this signatory is in a protected category but would be shown";
            let help = "record `consent_at` and `adult = yes`, or set `display` to withheld";
            cells.report("display", Code::ProtectedShown, what, help);
        }
    }

    /// Whether they sign: consent must be given and not withdrawn, and they must be verified where only such count. Of several
    /// rows by one signatory in a petition only the last can sign.
    pub fn signs(&self, policy: &Policy) -> Standing {
        if self.other_rows.later.is_some() {
            return Standing::LeftOut(Reason::SignedAgain);
        }
        if self.withdrawn_at.is_some() || self.other_rows.have_withdrawn {
            return Standing::LeftOut(Reason::Withdrawn);
        }
        match (self.answer, policy.consent) {
            (ConsentAnswer::Given, _) | (ConsentAnswer::NoColumn, Consent::OnFile) => match policy.counted {
                Counted::Verified if self.verified != Some(true) => Standing::LeftOut(Reason::Unverified),
                Counted::All | Counted::Verified => Standing::Signs,
            },
            (ConsentAnswer::Pending, _) => Standing::LeftOut(Reason::Pending),
            (ConsentAnswer::Refused, _) => Standing::LeftOut(Reason::Refused),
            (ConsentAnswer::Withdrawn, _) => Standing::LeftOut(Reason::Withdrawn),
            (ConsentAnswer::Blank, _) => Standing::LeftOut(Reason::Blank),
            (ConsentAnswer::NoColumn, Consent::Column) => Standing::LeftOut(Reason::Unrecorded),
        }
    }

    /// Returns the public view. If the name cannot be shortened to what was cleared, or they do not sign, it is withheld.
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
        let line = typeset(&name, &role, &affiliation, identification, &place);
        Face::Named(Signature {
            right_to_left: line.contains(is_right_to_left),
            line,
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

    /// Their category: its declared key, or else the cell.
    pub(crate) fn category(&self) -> &str {
        &self.category
    }

    /// The line on which their row begins, from 1.
    pub fn line(&self) -> u32 {
        self.row_place.line.unwrap_or_default()
    }

    /// The public view as it is, or was, while they sign.
    pub(crate) fn signature_when_signing(&self, policy: &Policy) -> Face {
        let (answer, verified, other_rows) = (ConsentAnswer::Given, Some(true), repeated::OtherRows::default());
        let signs = Signatory { answer, verified, other_rows, withdrawn_at: None, ..self.clone() };
        signs.signature(policy)
    }

    /// What they are known by, for keyed digests.
    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity { id: &self.id, email: &self.email, name: &self.name }
    }

    /// The last day on which they signed or agreed.
    pub(crate) fn agreed_on(&self) -> Option<Date> {
        [self.signed_at, self.consent_at].into_iter().flatten().map(|at| at.date()).max()
    }

    /// Their `id`; can be empty.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The effective display: the requested one, or withheld if anything forbids it.
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

    /// Whether a person has reviewed the row and accepted it.
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

    /// Whether an adult's consent is recorded, as protected categories require.
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
    /// Writes the line of the row, but no cell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signatory {{ line: {} }}", self.line())
    }
}

#[cfg(test)]
mod doc_tests;
#[cfg(test)]
mod tests;
