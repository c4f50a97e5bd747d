//! The signatures that are handed over with a petition, as CSV and for paper.
//!
//! A file must never leave a campaign without a search: the CSV is searched as a file, and of the pages the words that are
//! not in it.

use super::Campaign;
use super::signatory_list::SignatoryList;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::language::zone_name;
use crate::leak_gate::{Gate, Scope};
use crate::paper::{PageError, PaperSize, SignatureList, Typesetter};
use crate::people::count::DatedCount;
use crate::people::signature::Counted;
use crate::press::signatures::{SignaturesPart, Split, parts};

/// The most named signatures in a PDF: one with 10,000 has 3.6 MB and takes 300 MB to make.
const MOST: usize = 10_000;

/// A file of signatures.
pub struct SignaturesFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it is for paper: a PDF, of which the words were searched.
    pub is_typeset: bool,
}

impl Campaign {
    /// The files that a petition's letter carries; none for other letters. The CSV is searched where it is attached.
    pub(super) fn handed_over(&self, signatories: &SignatoryList, findings: &mut Vec<Finding>) -> Vec<SignaturesFile> {
        let Some(petition) = self.settings.petition else { return Vec::new() };
        let parts = parts(&signatories.roll, petition.split);
        let gate = signatories.gate.as_ref().filter(|_| petition.is_typeset() && signatories.sheet().is_some());
        let made = self.files(signatories, gate.map(|gate| &**gate), parts);
        made.unwrap_or_else(|wrong| {
            findings.extend(wrong);
            Vec::new()
        })
    }

    /// The signatures in files, with a row for each who signs, and as PDF if wanted.
    ///
    /// # Errors
    /// What the leak gate finds in them, and characters that no font has.
    pub fn signatures(
        &self,
        signatories: &SignatoryList,
        split: Option<Split>,
        is_typeset: bool,
    ) -> Result<Vec<SignaturesFile>, Vec<Finding>> {
        // Without a gate, which has a finding of its own, there are no files.
        let gate = signatories.gate.as_ref().ok_or_else(Vec::new)?;
        let files = self.files(signatories, Some(&**gate).filter(|_| is_typeset), parts(&signatories.roll, split))?;
        let rows = files.iter().filter(|file| !file.is_typeset);
        let leaks = rows.flat_map(|file| {
            let place = Some(Place::file(&*file.name)).filter(|_| !gate.is_private(&file.name));
            gate.search_file("text/csv", &file.bytes).leaks.into_iter().map(move |leak| {
                let finding = leak.finding("this file", self.settings.allow_file.as_deref());
                match &place {
                    Some(place) => finding.at(place.clone()),
                    None => finding,
                }
            })
        });
        let leaks: Vec<_> = leaks.collect();
        if leaks.is_empty() { Ok(files) } else { Err(leaks) }
    }

    /// The files of these parts: of each, with a gate that searches them, its pages, and then its rows.
    fn files(
        &self,
        signatories: &SignatoryList,
        gate: Option<&Gate>,
        parts: Vec<SignaturesPart>,
    ) -> Result<Vec<SignaturesFile>, Vec<Finding>> {
        let sources = self.page_sources();
        let typesetter = gate.map(|_| sources.typesetter()).transpose().map_err(|finding| vec![*finding])?;
        let (mut files, mut wrong) = (Vec::new(), Vec::new());
        for part in parts {
            let rows = SignaturesFile { name: format!("{}.csv", part.name), bytes: part.csv(), is_typeset: false };
            if let Some((gate, typesetter)) = gate.zip(typesetter.as_ref()) {
                for volume in part.volumes(MOST) {
                    match self.typeset_part(signatories, gate, &volume, typesetter) {
                        Ok(bytes) => {
                            let name = format!("{}.pdf", volume.name);
                            files.push(SignaturesFile { name, bytes, is_typeset: true });
                        }
                        Err(found) => wrong.extend(found),
                    }
                }
            }
            files.push(rows);
        }
        // What is wrong with one part is often wrong with others.
        wrong.sort();
        wrong.dedup();
        if wrong.is_empty() { Ok(files) } else { Err(wrong) }
    }

    fn typeset_part(
        &self,
        signatories: &SignatoryList,
        gate: &Gate,
        part: &SignaturesPart,
        typesetter: &Typesetter,
    ) -> Result<Vec<u8>, Vec<Finding>> {
        let (settings, language) = (&self.settings, self.settings.language);
        let heading = part.place.as_ref().map_or("", |place| match &**place {
            "" => language.page.no_place,
            place => place,
        });
        let groups = part.groups.iter().map(|group| group.printed(&settings.policy.categories, language, language));
        let mut list = SignatureList {
            title: &settings.title,
            organisation: &settings.organisation,
            language,
            size: settings.pages.size.unwrap_or(PaperSize::of(language)),
            date: settings.date,
            facts: vec![self.dated_count(signatories).sentences(language)],
            heading,
            groups: groups.collect(),
            before: part.before,
            total: signatories.roll.count.total,
        };
        if settings.policy.counted == Counted::Verified {
            list.facts.push(language.verification_note.to_owned());
        }
        if list.signatures().any(|signed| signed.identification) {
            list.facts.push(format!("* {}", language.affiliation_note));
        }
        let scope = Scope { language: Some(language), ..Scope::default() };
        let leaks = gate.search_text(&list.own_words(), scope).leaks;
        if !leaks.is_empty() {
            return Err(leaks.iter().map(|leak| self.leak(leak, "the list of signatures")).collect());
        }
        typesetter.list(&list).map_err(|error| match error {
            PageError::NoFont(glyphs) => {
                glyphs.iter().map(|glyph| self.page_sources().no_font(glyph, &signatories.roll)).collect()
            }
            PageError::Other(wrong) => wrong,
        })
    }

    /// The numbers with their day.
    pub(super) fn dated_count(&self, signatories: &SignatoryList) -> DatedCount {
        let as_of = signatories.counts.as_of;
        let noon = as_of.at(12, 0, 0, 0).to_zoned_datetime(self.settings.timezone.clone()).unwrap_or_default();
        DatedCount { count: signatories.roll.count.clone(), as_of, zone: zone_name(&noon) }
    }
}
