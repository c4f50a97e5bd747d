//! The recipient list once more, its rows as they stand: for those whom a letter did not reach, to be mended and used
//! again.
//!
//! What the list says besides of a recipient may be about anybody: no row leaves here that the leak gate has not searched.

use super::{Campaign, SignatoryList, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::leak_gate::{Leak, Scope};
use crate::people::recipient::Recipient;
use crate::roster;

/// The recipient list, opened again.
pub struct Again {
    list: roster::List,
    called: SignatoryList,
}

impl Campaign {
    /// Opens the recipient list, and reads the signatories for the search.
    ///
    /// # Errors
    /// What is wrong with the recipient list, or that the signatories' is not whole.
    pub fn recipients_again(&self) -> Result<Again, Vec<Finding>> {
        let list = people::recipients(self)?;
        let called = self.roll_call();
        if !called.is_whole {
            // Who is in a row that cannot be read, nobody can search for.
            let what = "the list has errors, so no row of another list can be searched for what is private";
            let finding = Finding::new(Code::ListFile, what).at(Place::file(&*self.settings.signatories.file));
            return Err(vec![finding.help("`openletter check` tells of them; mend them first")]);
        }
        Ok(Again { list, called })
    }
}

impl Again {
    /// The headers, as the file has them.
    pub fn headers(&self) -> Vec<String> {
        let kept = self.list.mapping().iter().filter(|header| header.column.is_some());
        kept.map(|header| header.header.clone()).collect()
    }

    /// The recipient's cells under the [`headers`](Again::headers).
    ///
    /// # Errors
    /// What they hold that nobody cleared, or that they could not be searched.
    pub fn cells(&self, recipient: &Recipient) -> Result<Vec<String>, Vec<Finding>> {
        let row = recipient.row();
        let place = || row.place("");
        let Some(gate) = &self.called.gate else {
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

impl Iterator for Again {
    type Item = Result<Recipient, Vec<Finding>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.list.next()?.and_then(|row| Recipient::read(&row)))
    }
}
