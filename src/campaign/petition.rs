//! The signatures that are handed over with a petition.

use super::Campaign;
use super::signatory_list::SignatoryList;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::press::signatures::{SignaturesFile, Split, files};

impl Campaign {
    /// The files that a petition's letter carries; none for other letters. They are searched where they are attached.
    pub(super) fn handed_over(&self, signatories: &SignatoryList) -> Vec<SignaturesFile> {
        self.settings.petition.map_or_else(Vec::new, |petition| files(&signatories.roll, petition.split))
    }
}

impl SignatoryList {
    /// The signatures in files, with a row for each who signs, and what the leak gate finds in them. Without a gate, which
    /// has a finding of its own, there are no files.
    pub fn files(&self, split: Option<Split>) -> (Vec<SignaturesFile>, Vec<Finding>) {
        let Some(gate) = &self.gate else { return (Vec::new(), Vec::new()) };
        let files = files(&self.roll, split);
        let leaks = files.iter().flat_map(|file| {
            let searched = gate.search_file("text/csv", &file.bytes);
            let name = Some(&file.name).filter(|name| !gate.is_private(name));
            let place = |finding: Finding| match name {
                Some(name) => finding.at(Place::file(&**name)),
                None => finding,
            };
            searched.leaks.into_iter().map(move |leak| place(leak.finding("this file", None))).collect::<Vec<_>>()
        });
        let leaks = leaks.collect();
        (files, leaks)
    }
}
