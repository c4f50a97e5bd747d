//! The known values of cells, with the usual wordings of forms.
//!
//! A wording is listed only if it has the same meaning for every question: "yes" is a consent, but not a display. This
//! module must never guess a value from part of a cell.

mod unknown;

pub use unknown::UnknownValues;

use super::signature::Display;
use crate::diagnostics::finding::nearest;
use crate::language::{self, Language};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use std::sync::LazyLock;

/// Values, each with the wordings that mean it, separated by `|` and in the form that [`normalised`] returns.
type Wordings = &'static [(&'static str, &'static str)];

const YES_NO: Wordings =
    &[("yes", "true|1|y|x|on|checked|ja|oui|sí|si|sì"), ("no", "false|0|n|off|unchecked|nein|non")];
const KIND: Wordings = &[
    ("person", "individual|an individual|individual person"),
    ("organisation", "organization|an organisation|an organization|org|organisations|organizations"),
];
const AFFILIATION_FOR: Wordings = &[
    ("organisation", "organization|on behalf of the organisation|on behalf of the organization"),
    ("identification", "identification only|for identification|for identification only"),
];
const DISPLAY: Wordings = &[
    (
        Display::Full.name(),
        "full name|my full name|show my name|show my full name|publish my name|publish my full name",
    ),
    (
        Display::GivenInitial.name(),
        "first name and initial|first name and last initial|first name only and initial|first name last initial",
    ),
    (Display::Initials.name(), "initials only|only initials|my initials|only my initials|my initials only"),
    (Display::Pseudonym.name(), "under a pseudonym|use a pseudonym|use my pseudonym|alias"),
    (
        Display::Withheld.name(),
        "anonymous|anonymously|anon|anonym|anonyme|sign anonymously|stay anonymous|remain anonymous|\
         i wish to remain anonymous|name withheld|do not show my name|don't show my name|do not publish my name|\
         don't publish my name",
    ),
];
const CONSENT: Wordings = &[
    ("given", "yes|true|1|y|x|on|checked|agree|agreed|i agree|yes i agree|i consent|i accept"),
    ("pending", "not yet|asked|waiting"),
    ("refused", "no|false|0|n|off|declined|i do not agree|i don't agree|i disagree|disagree"),
    ("withdrawn", "revoked|removed"),
];
const ADULT: Wordings = &[
    (
        "yes",
        "true|1|y|x|on|checked|18+|over 18|18 or over|18 or older|i am 18 or over|i am 18 or older|ja|oui|sí|si|sì",
    ),
    ("no", "false|0|n|off|unchecked|under 18|i am under 18|nein|non"),
];
static LANGUAGE: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| language::ALL.iter().map(|language| (language.tag, language.wordings)).collect());

/// Returns the values of a column whose cells have one of a few, with their wordings.
fn value_column(column: &str) -> Option<Wordings> {
    Some(match column {
        "kind" => KIND,
        "affiliation_for" => AFFILIATION_FOR,
        "display" => DISPLAY,
        "consent" => CONSENT,
        "adult" => ADULT,
        "show_role" | "show_affiliation" | "show_place" | "statement_consent" | "letter_consent" | "reply_consent"
        | "verified" | "do_not_contact" | "reviewed" => YES_NO,
        "language" => &LANGUAGE,
        _ => return None,
    })
}

/// Whether the cells of a column have one of a few values.
pub(crate) fn is_value_column(column: &str) -> bool {
    value_column(column).is_some()
}

/// Whether the cells of a column are dates.
fn is_date_column(column: &str) -> bool {
    DATES.contains(&column)
}

/// The columns with dates.
pub const DATES: &[&str] = &["consent_at", "signed_at", "withdrawn_at", "reviewed", "checked_on"];

/// Returns the value that a cell of this column means; `None` for an unknown one.
pub(crate) fn known_value(column: &str, cell: &str) -> Option<String> {
    let text = normalised(cell);
    let wordings = value_column(column)?;
    // A value in the form of a wording has spaces for hyphens, and no capitals.
    let is_value = |value: &str| {
        let mut words = text.split(' ');
        let is_word = |part: &str| words.next().is_some_and(|word| word.eq_ignore_ascii_case(part));
        value.split('-').all(is_word) && words.next().is_none()
    };
    let is_meant = |(value, wordings): &&(&str, &str)| is_value(value) || wordings.split('|').any(|one| one == text);
    let known = wordings.iter().find(is_meant).map(|(value, _)| (*value).to_owned());
    known.or_else(|| (column == "language" && Language::find(cell).is_some()).then(|| cell.trim().replace('_', "-")))
}

/// Returns the value of a column that a text resembles.
pub(crate) fn nearest_value(column: &str, text: &str) -> Option<&'static str> {
    nearest(text, value_column(column)?.iter().map(|(value, _)| *value))
}

/// Returns the values of a column, as a finding lists them.
pub(crate) fn expected(column: &str) -> String {
    let wordings = match column {
        "reviewed" => return "yes, no, or a date such as 2018-01-11".into(),
        "language" => return format!("{}, or a tag such as de-AT", language::tags()),
        _ => value_column(column).unwrap_or_default(),
    };
    match wordings.split_last() {
        Some(((last, _), rest)) => {
            format!("{} or {last}", rest.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(", "))
        }
        None => "a date such as 2018-01-11, with or without a time".into(),
    }
}

/// Returns a cell in the form in which wordings are compared: in lower case, with plain apostrophes and single spaces,
/// without commas, hyphens, and a final full stop or exclamation mark.
pub(crate) fn normalised(cell: &str) -> String {
    if cell.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return cell.to_owned();
    }
    let text = cell.trim().trim_end_matches(['.', '!']).to_lowercase().replace(['’', '‘'], "'");
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | ','));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Parses an ISO date, with or without a time, as local time (UTC if it has an offset).
pub(crate) fn iso_date(cell: &str) -> Option<DateTime> {
    if let Some(day) = iso_day(cell) {
        return Some(day.at(0, 0, 0, 0));
    }
    let at = cell.to_uppercase();
    let instant = at.parse::<Timestamp>().map(|instant| TimeZone::UTC.to_datetime(instant));
    instant.or_else(|_| at.parse::<DateTime>()).ok()
}

/// Parses a date without a time, written `2018-01-11`.
fn iso_day(cell: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *cell.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        let digit = |digit: &u8| digit.is_ascii_digit().then(|| i16::from(digit - b'0'));
        digits.iter().try_fold(0, |number, byte| Some(10 * number + digit(byte)?))
    };
    let (month, day) = (number(&[m1, m2])?, number(&[d1, d2])?);
    Date::new(number(&[y1, y2, y3, y4])?, month as i8, day as i8).ok()
}

/// Parses a date in a format of the list. The time may be missing in the cell.
pub fn local_date(cell: &str, format: &str) -> Option<DateTime> {
    let parse = |format: &str, cell: &str| {
        let time = BrokenDownTime::parse(format, cell).ok()?;
        time.to_datetime().ok().or_else(|| Some(time.to_date().ok()?.at(0, 0, 0, 0)))
    };
    let date_only = format.split([' ', 'T']).next().unwrap_or(format).trim_end_matches(',');
    parse(format, cell).or_else(|| parse(date_only, cell)).filter(|at| at.year() > 1900)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_display_is_a_known_value() {
        let known: Vec<&str> = DISPLAY.iter().map(|(value, _)| *value).collect();
        assert_eq!(known, Display::ALL.map(Display::name));
    }

    #[test]
    fn common_answers_of_forms_are_known() {
        for (column, cell, value) in [
            ("display", "Full name", "full"),
            ("display", "GIVEN_INITIAL", "given-initial"),
            ("display", "First name and last initial", "given-initial"),
            ("display", "Initials only", "initials"),
            ("display", " anonymous. ", "withheld"),
            ("display", "Don’t publish my name", "withheld"),
            ("consent", "I agree", "given"),
            ("consent", "Yes, I agree", "given"),
            ("consent", "I don't agree", "refused"),
            ("kind", "Organization", "organisation"),
            ("adult", "18 or over", "yes"),
            ("show_role", "Ja", "yes"),
            ("language", "German", "de"),
            ("language", "de_AT", "de-AT"),
            ("language", "EN-gb", "en-GB"),
        ] {
            assert_eq!(known_value(column, cell).as_deref(), Some(value), "{column}: {cell}");
        }
    }

    #[test]
    fn an_answer_whose_meaning_depends_on_the_question_is_unknown() {
        for (column, cell) in [
            ("display", "yes"),
            ("display", "no"),
            ("display", "Maria"),
            ("consent", "maybe"),
            ("language", "Klingon"),
            ("language", "pt-BR"),
        ] {
            assert_eq!(known_value(column, cell), None, "{column}: {cell}");
        }
    }

    #[test]
    fn no_wording_of_a_column_means_two_values() {
        for column in ["kind", "affiliation_for", "display", "consent", "adult", "show_role", "reviewed", "language"] {
            let wordings = value_column(column).expect("a column of values");
            let all: Vec<String> = wordings
                .iter()
                .flat_map(|(value, wordings)| {
                    std::iter::once(normalised(value)).chain(wordings.split('|').map(normalised))
                })
                .collect();
            let distinct: BTreeSet<&String> = all.iter().collect();
            assert_eq!(distinct.len(), all.len(), "{column}");
            assert!(wordings.iter().all(|(_, all)| all.split('|').all(|one| normalised(one) == one)), "{column}");
        }
    }

    #[test]
    fn a_day_is_read_as_any_iso_date() {
        for cell in ["2018-01-11", "2020-02-29", "0001-12-31", "2019-02-29", "2018-13-01", "2018-1-1", "2018-00-10"] {
            assert_eq!(iso_day(cell).map(|day| day.at(0, 0, 0, 0)), cell.parse().ok(), "{cell}");
        }
    }

    #[test]
    fn a_date_may_lack_the_time_of_its_format() {
        let format = "%d/%m/%Y %H:%M:%S";
        let date = |cell| local_date(cell, format).map(|at| at.to_string());
        assert_eq!(date("2/1/2018 09:05:03").as_deref(), Some("2018-01-02T09:05:03"));
        assert_eq!(date("02/01/2018").as_deref(), Some("2018-01-02T00:00:00"));
        assert_eq!(date("31/02/2018"), None);
    }
}
