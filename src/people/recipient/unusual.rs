//! Finds wrong content in recipients' cells, and doubtful addresses.
//!
//! Wrong content is an error in the columns that every letter uses, elsewhere a warning. A finding must never quote a cell.

use super::{NAMES, Recipient};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::spans::own;
use crate::people::cells::Cells;
use crate::people::content::{ContentRule, single_case, wrong_content};
use crate::people::row::Row;
use crate::people::signatory::is_inverted;
use jiff::ToSpan;
use jiff::civil::Date;

/// The columns that every letter uses, in its `To` header and its salutation.
const PRINTED: &[(&str, ContentRule)] = &[
    ("honorific", ContentRule::Label),
    ("given_name", ContentRule::NamePart),
    ("family_name", ContentRule::NamePart),
    ("name", ContentRule::Label),
    ("suffix", ContentRule::Label),
    ("salutation", ContentRule::Text),
    ("closing", ContentRule::Text),
];

/// The columns that a template may print.
const OTHERS: &[(&str, ContentRule)] = &[
    ("title", ContentRule::Label),
    ("company", ContentRule::Label),
    ("department", ContentRule::Label),
    ("address1", ContentRule::Text),
    ("address2", ContentRule::Text),
    ("address3", ContentRule::Text),
    ("city", ContentRule::Label),
    ("region", ContentRule::Label),
    ("country", ContentRule::Label),
];

/// Honorifics, which Outlook exports under the header `Title`.
const HONORIFICS: [&str; 14] =
    ["mr", "ms", "mrs", "mx", "miss", "dr", "prof", "sir", "dame", "herr", "frau", "mme", "rev", "hon"];

/// Mail services where anybody can get an address.
const FREE_MAIL: [&str; 19] = [
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "msn.com", "yahoo.com",
    "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me",
    "protonmail.com", "mail.ru",
];

/// Reports wrong content in the columns that every letter uses.
pub(super) fn report_contents(cells: &mut Cells<'_>, row: &Row) {
    for (column, rule) in PRINTED {
        if let Some(content) = wrong_content(*rule, row.get(column)) {
            cells.report_content(column, content);
        }
    }
    // A letter must not begin "Dear Ms.:".
    let has_name = NAMES.iter().any(|column| !row.get(column).is_empty());
    if is_honorific(row.get("title")) && !has_name && row.get("salutation").is_empty() {
        let help = "map the column: columns = { honorific = \"Title\" }, and add the name";
        cells.report("title", Code::CellContent, "`title` is only an honorific", help);
    }
}

impl Recipient {
    /// Returns the warnings about this recipient, for a letter of this date and the domains the settings expect.
    pub fn unusual(&self, date: Date, domains: &[String]) -> Vec<Finding> {
        let row = self.row();
        let mut findings = Vec::new();
        let mut warn = |column: &str, code: Code, what: String, help: &'static str| {
            findings.push(Finding::new(code, own(what)).at(row.place(column)).help(help));
        };
        for (column, rule) in OTHERS {
            if let Some(content) = wrong_content(*rule, row.get(column)) {
                warn(column, Code::CellUnusual, format!("`{column}` {content}"), content.help());
            }
        }
        if is_honorific(row.get("title")) {
            let help = "if the column holds honorifics, set columns = { honorific = \"Title\" }";
            warn("title", Code::CellUnusual, "`title` is only an honorific".to_owned(), help);
        }
        let name = row.get("name");
        if row.get("given_name").is_empty() && is_inverted(name) {
            let help = "write the given name first, or use the columns `given_name` and `family_name`";
            warn("name", Code::CellUnusual, "`name` looks like `Family, Given`".to_owned(), help);
        }
        if let Some(case) = single_case(self.name()) {
            let column = if name.is_empty() { "family_name" } else { "name" };
            let what = format!("the name is all in {case}");
            warn(column, Code::CellUnusual, what, "write it as the recipient does");
        }
        let domain = self.address().domain().to_lowercase();
        if domain.split('.').any(mixes_alphabets) {
            let help = "type the address again as the recipient publishes it";
            warn("email", Code::AddressUnusual, "the domain mixes letters of two alphabets".to_owned(), help);
        }
        let is_expected = domains.iter().any(|expected| expected.eq_ignore_ascii_case(&domain));
        if FREE_MAIL.contains(&&*domain) && self.checked_on.is_none() && !is_expected {
            let help =
                "use the address of the office, or fill `checked_on` with the date on which you checked this one";
            warn("email", Code::AddressUnusual, "the address is at a free mail service".to_owned(), help);
        }
        let is_old = |checked: Date| checked.checked_add(1.year()).is_ok_and(|until| until < date);
        if self.checked_on.is_some_and(|checked| is_old(checked.date())) {
            let help = "check that they still hold the office, and fill in the new date";
            let what = "`checked_on` is more than a year before the letter".to_owned();
            warn("checked_on", Code::CheckedLongAgo, what, help);
        }
        findings
    }
}

fn is_honorific(cell: &str) -> bool {
    let word = cell.trim().trim_end_matches('.');
    HONORIFICS.iter().any(|honorific| honorific.eq_ignore_ascii_case(word))
}

/// Whether a label of a domain has Latin letters and letters of an alphabet that looks similar.
fn mixes_alphabets(label: &str) -> bool {
    if label.is_ascii() && !label.starts_with("xn--") {
        return false;
    }
    let (label, _) = idna::domain_to_unicode(label);
    let is_latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}');
    let is_similar = |c: char| matches!(c, '\u{370}'..='\u{58F}' | '\u{13A0}'..='\u{13FF}') && c.is_alphabetic();
    label.contains(is_latin) && label.contains(is_similar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_with_mixed_alphabets_is_recognised_in_unicode_and_ascii() {
        let ascii = idna::domain_to_ascii("tоwn.example").expect("a domain");
        assert!(ascii.split('.').any(mixes_alphabets));
        assert!(mixes_alphabets("tоwn"));
        for label in ["town", "bücher", "москва", "xn--bcher-kva", "example"] {
            assert!(!mixes_alphabets(label), "{label}");
        }
    }
}
