//! The lists of a campaign, read by what they are: signatories all at once, for the roll; recipients one by one.
//!
//! What is wrong with a row is told by its line. A signatory leaves this file only for the roll and the leak gate.

use super::Campaign;
use super::settings::List;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, spans};
use crate::people::disclosure::{Extent, Lawful, Origin};
use crate::people::recipient;
use crate::people::recipient::Recipient;
use crate::people::signatory;
use crate::people::signatory::Signatory;
use crate::people::values::UnknownValues;
use crate::roster;
use std::collections::HashSet;

/// The signatories, and everything that is wrong with their list.
#[derive(Default)]
pub(super) struct Signatories {
    pub(super) signatories: Vec<Signatory>,
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
    read.mapping = rows.mapping().to_vec();
    read.findings.extend(signatory::check_columns(rows.columns(), policy).err());
    let (mut unknown, mut names) = (UnknownValues::default(), HashSet::new());
    for row in rows.by_ref() {
        let row = match row {
            Ok(row) => row,
            Err(findings) => {
                read.findings.extend(findings);
                continue;
            }
        };
        for column in ["name", "given_name", "family_name", "affiliation", "pseudonym"] {
            names.insert(row.get(column).to_lowercase());
        }
        match Signatory::read(&row, policy) {
            Ok(signatory) => read.signatories.push(signatory),
            Err(findings) => read.findings.extend(unknown.take(&row, findings)),
        }
    }
    read.findings.extend(
        unknown.findings("signatories", &list.values, |text, rows| rows > 1 && !names.contains(&text.to_lowercase())),
    );
    read.findings.extend(rows.unwrapped());
    if !read.findings.iter().any(breaks_off) {
        read.findings.extend(count(list, rows.rows(), "signatories"));
    }
    read
}

impl Campaign {
    /// Whether the settings say how a list is to be read; where they do not, what it holds would be told as wrong.
    pub(super) fn knows_list(&self, table: &str) -> bool {
        let is_consent_known = !self.doubts.touch("privacy", &["consent"]);
        !self.doubts.touch(table, &["file", "encoding", "columns"]) && (table == "recipients" || is_consent_known)
    }
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

/// What a text about a recipient may lawfully hold: who they are, and where. What else the list says of them may be about
/// anybody.
pub(super) fn lawful(recipient: &Recipient) -> Vec<Lawful> {
    let origin = Origin::Recipient { line: recipient.row().line() };
    let lawful = |text: &str, extent| Lawful { text: text.to_owned(), origin, extent };
    // The whole name of a person is the recipient's only where it is their name: nobody is called by their title.
    let extent = |column: &str| match recipient::NAMES.contains(&column) {
        true => Extent::Words,
        false if recipient::NAMED_BY.contains(&column) => Extent::Mention,
        false => Extent::Office,
    };
    let is_lawful = |column: &str| recipient::WHO.contains(&column) || recipient::NAMED_BY.contains(&column);
    let cells = recipient.fields().filter(|(column, _)| is_lawful(column));
    let mut own: Vec<_> = cells.map(|(column, cell)| lawful(cell, extent(column))).collect();
    let parts = [recipient.row().get("given_name"), recipient.row().get("family_name")];
    own.push(lawful(parts.join(" ").trim(), Extent::Words));
    own.push(lawful(recipient.address().as_ref(), Extent::Words));
    own.push(lawful(recipient.address().user(), Extent::Whole));
    own
}

fn open(campaign: &Campaign, list: &List, kind: &roster::ListKind) -> Result<roster::List, Vec<Finding>> {
    let settings = roster::ListSettings {
        file: list.file.clone(),
        encoding: list.encoding.clone(),
        columns: list.columns.clone(),
        values: list.values.clone(),
        dates: list.dates.clone(),
    };
    roster::List::open(campaign.open_list(&list.file), &settings, kind)
}

/// Whether a list could not be read on after this, so that its rows cannot be counted.
pub(super) fn breaks_off(finding: &Finding) -> bool {
    matches!(finding.code, Code::ListFile | Code::ListEncoding | Code::ListQuote)
}

/// Whether the list has as many rows as it must.
pub(super) fn count(list: &List, rows: usize, who: &'static str) -> Option<Finding> {
    let finding = |what: Spans| Finding::new(Code::ListCount, what).at(Place::file(&*list.file));
    match list.expect {
        Some(expect) if expect as usize != rows => Some(
            finding(spans!["the list has ", rows, " ", who, ", and `expect` in campaign.toml says ", expect])
                .help("is it the right list? If so, change `expect`"),
        ),
        _ if rows == 0 => {
            Some(finding(spans!["the list has no ", who]).help("below the header, write a row for each of them"))
        }
        _ => None,
    }
}
