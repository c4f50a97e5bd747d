//! Reads the lists of a campaign: signatories all at once, for the roll; recipients one by one.
//!
//! What is wrong with a row is reported by its line. Only the roll and the leak gate may get a signatory from here.

use super::Campaign;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, spans};
use crate::people::disclosure::{Cleared, Extent, Private};
use crate::people::recipient;
use crate::people::recipient::{Contact, Recipient};
use crate::people::row::Row;
use crate::people::signatory;
use crate::people::signatory::{Signatory, settle_repeated};
use crate::people::values::UnknownValues;
use crate::roster;
use std::collections::HashSet;

/// The signatories, and what is wrong with their list.
#[derive(Default)]
pub(super) struct Signatories {
    pub(super) signatories: Vec<Signatory>,
    /// The private strings of rows with errors.
    pub(super) in_bad_rows: Vec<Private>,
    /// Whether every row could be divided into cells, so that everybody in the list is known, even in rows with errors.
    pub(super) is_divided: bool,
    pub(super) findings: Vec<Finding>,
    pub(super) mapping: Vec<roster::Mapping>,
}

/// Reads the whole signatory list; a bad row is reported and left out.
pub(super) fn signatories(campaign: &Campaign) -> Signatories {
    let (list, policy) = (&campaign.settings.signatories, &campaign.settings.policy);
    let kind = roster::ListKind {
        columns: signatory::COLUMNS,
        required: signatory::REQUIRED,
        multiline: signatory::MULTILINE,
        names: signatory::NAMES,
        others: roster::Others::Drop,
        reserved: crate::template::helpers::RESERVED,
    };
    let mut read = Signatories::default();
    let mut rows = match open(campaign, list, &kind) {
        Ok(rows) => rows,
        Err(findings) => {
            read.findings = findings;
            return read;
        }
    };
    read.is_divided = true;
    read.mapping = rows.mapping().to_vec();
    read.findings.extend(signatory::missing_columns(rows.columns(), policy));
    let (mut unknown, mut names) = (UnknownValues::default(), HashSet::new());
    for row in rows.by_ref() {
        let row = match row {
            Ok(row) => row,
            Err(findings) => {
                read.is_divided = false;
                read.findings.extend(findings);
                continue;
            }
        };
        for column in ["name", "given_name", "family_name", "affiliation", "pseudonym"] {
            names.insert(row.get(column).to_lowercase());
        }
        match Signatory::read(&row, policy) {
            Ok(signatory) => read.signatories.push(signatory),
            Err(findings) => {
                read.in_bad_rows.extend(Signatory::strings_of_row(&row));
                read.findings.extend(unknown.take(&row, findings));
            }
        }
    }
    read.findings.extend(
        unknown.findings("signatories", &list.values, |text, rows| rows > 1 && !names.contains(&text.to_lowercase())),
    );
    read.findings.extend(rows.unwrapped());
    settle_repeated(&mut read.signatories, policy);
    if !read.findings.iter().any(stops_reading) {
        let expect = campaign.settings.expected_signatories;
        read.findings.extend(check_count(&list.file, expect, rows.rows(), "signatories"));
    }
    read
}

impl Campaign {
    /// Whether the settings for reading a list are valid; otherwise correct rows would be reported as wrong.
    pub(super) fn can_read_list(&self, table: &str) -> bool {
        let is_consent_known = !self.unreliable_keys.affects("privacy", &["consent"]);
        !self.unreliable_keys.affects(table, &["file", "encoding", "columns"])
            && (table == "recipients" || is_consent_known)
    }

    /// Reports one file named as both lists: signatories' addresses are private, and must never be used as recipients.
    pub(super) fn one_list_for_both(&self) -> Option<Finding> {
        let settings = &self.settings;
        let real = |file: &str| self.dir.join(file).canonicalize().ok();
        let same = real(&settings.recipients.file).is_some_and(|path| Some(path) == real(&settings.signatories.file));
        same.then(|| {
            Finding::new(Code::ListFile, "the signatory list is named as the recipient list too")
                .at(Place::file(&*settings.recipients.file))
                .help("name each list in campaign.toml: [recipients] file and [signatories] file")
        })
    }
}

/// The number of recipients who get letters. A row with an error counts, since it keeps its number when it is corrected.
pub(super) fn count_recipients(campaign: &Campaign) -> u32 {
    let Ok(rows) = recipients(campaign) else { return 0 };
    let is_welcome = |row: &Result<Row, Vec<Finding>>| match row {
        Ok(row) => Recipient::read(row).map_or(true, |recipient| recipient.contact() == Contact::Welcome),
        Err(wrong) => !wrong.iter().any(stops_reading),
    };
    rows.filter(is_welcome).count() as u32
}

/// Opens the recipient list.
pub(super) fn recipients(campaign: &Campaign) -> Result<roster::List, Vec<Finding>> {
    let kind = roster::ListKind {
        columns: recipient::COLUMNS,
        required: recipient::REQUIRED,
        multiline: recipient::MULTILINE,
        names: recipient::PLAIN,
        others: roster::Others::Keep,
        reserved: crate::template::helpers::RESERVED,
    };
    open(campaign, &campaign.settings.recipients, &kind)
}

/// What a text about a recipient may hold, even if it is private for somebody else: their name and each word of it, their
/// address, and where they work. Other cells may be about anybody.
pub(super) fn own_strings(recipient: &Recipient) -> Vec<Cleared> {
    let mut all = Vec::new();
    each_own_string(recipient, &mut |text, extent| all.push(Cleared { text: text.to_owned(), extent }));
    all
}

/// Passes on the [`own_strings`], trimmed.
pub(super) fn each_own_string(recipient: &Recipient, take: &mut dyn FnMut(&str, Extent)) {
    let row = recipient.row();
    let whole = [row.get("given_name"), row.get("family_name")].join(" ");
    let whole = if whole == recipient.name() { "" } else { &whole };
    let names = [recipient.name(), whole, row.get("honorific"), row.get("suffix")];
    let words = names.iter().flat_map(|name| name.split(|c: char| c.is_whitespace() || ",-‐".contains(c)));
    let address = [recipient.address().as_ref(), recipient.address().user()];
    let everything = names.iter().copied().chain(words).chain(address).map(|text| (text, Extent::Everything));
    // A person's whole name in a title or an affiliation is not the recipient's.
    let offices = recipient::OFFICE.iter().map(|column| (row.get(column), Extent::Words));
    let all = everything.chain(offices).map(|(text, extent)| (text.trim(), extent));
    all.filter(|(text, _)| !text.is_empty()).for_each(|(text, extent)| take(text, extent));
}

fn open(
    campaign: &Campaign,
    settings: &roster::ListSettings,
    kind: &roster::ListKind,
) -> Result<roster::List, Vec<Finding>> {
    roster::List::open(campaign.open_list(&settings.file), settings, kind)
}

/// Whether the list could not be read further after this finding, so that its rows cannot be counted.
pub(super) fn stops_reading(finding: &Finding) -> bool {
    matches!(finding.code, Code::ListFile | Code::ListEncoding | Code::ListQuote)
}

/// Reports a list without rows, or with another number of rows than `expect`.
pub(super) fn check_count(file: &str, expect: Option<u32>, rows: usize, who: &'static str) -> Option<Finding> {
    let finding = |what: Spans| Finding::new(Code::ListCount, what).at(Place::file(file));
    match expect {
        Some(expect) if expect as usize != rows => Some(
            finding(spans!["the list has ", rows, " ", who, ", but `expect` in campaign.toml is ", expect])
                .help("is it the right list? If so, change `expect`"),
        ),
        _ if rows == 0 => {
            Some(finding(spans!["the list has no ", who]).help("write one row for each of them below the header"))
        }
        _ => None,
    }
}
