//! The rows of the recipient list as written, for a new list of the recipients that a letter did not reach.
//!
//! Other cells of a recipient may be about anybody: no row may leave here without a search by the leak gate.

use super::{Campaign, SignatoryList, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::leak_gate::{Gate, Leak, Scope};
use crate::people::recipient::Recipient;
use crate::roster;

/// The rows of the recipient list.
pub struct RecipientRows {
    list: roster::List,
    signatories: SignatoryList,
}

impl Campaign {
    /// Whether the recipient list has more rows than this.
    pub fn has_more_rows_than(&self, rows: u32) -> bool {
        people::recipients(self).is_ok_and(|mut list| list.nth(rows as usize).is_some())
    }

    /// Opens the recipient list, and reads the signatories for the search.
    ///
    /// # Errors
    /// What is wrong with the recipient list, or that the signatory list has errors.
    pub fn recipient_rows(&self) -> Result<RecipientRows, Vec<Finding>> {
        let list = people::recipients(self)?;
        let signatories = self.signatory_list();
        if !signatories.is_whole {
            // A person in a row that cannot be read cannot be searched for.
            let what = "the list has errors, so the recipients' rows cannot be searched for private data";
            let finding = Finding::new(Code::ListFile, what).at(Place::file(&*self.settings.signatories.file));
            return Err(vec![finding.help("run `openletter check` and correct the list first")]);
        }
        Ok(RecipientRows { list, signatories })
    }
}

impl RecipientRows {
    /// What everything about these recipients is searched with.
    pub(super) fn gate(&self) -> Option<&Gate> {
        self.signatories.gate.as_deref()
    }

    /// The headers, as written.
    pub fn headers(&self) -> Vec<String> {
        let kept = self.list.mapping().iter().filter(|header| header.column.is_some());
        kept.map(|header| header.header.clone()).collect()
    }

    /// The recipient's cells under the [`headers`](RecipientRows::headers).
    ///
    /// # Errors
    /// They hold private data, or could not be searched.
    pub fn cells(&self, recipient: &Recipient) -> Result<Vec<String>, Vec<Finding>> {
        let row = recipient.row();
        let place = || row.place("");
        let Some(gate) = &self.signatories.gate else {
            return Err(vec![Finding::new(Code::Leak, "the row could not be searched for private data").at(place())]);
        };
        let cells: Vec<String> = row.cells().map(|(_, cell)| cell.to_owned()).collect();
        let scope = Scope { own: &people::own_strings(recipient), ..Scope::default() };
        let texts: Vec<String> = self.headers().into_iter().chain(cells.iter().cloned()).collect();
        let leaks: Vec<Leak> = texts.iter().flat_map(|text| gate.search_value(text, scope).leaks).collect();
        match leaks.is_empty() {
            true => Ok(cells),
            false => Err(leaks.iter().map(|leak| leak.finding("this row", None).at(place())).collect()),
        }
    }
}

impl Iterator for RecipientRows {
    type Item = Result<Recipient, Vec<Finding>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.list.next()?.and_then(|row| Recipient::read(&row)))
    }
}
