//! Which files a letter carries: what the settings and the template's `Attach:` lines name, and the images that it shows.
//!
//! What every letter carries is looked up, and reported, once. It must never pass over a file that cannot be carried.

use super::files::{Carried, Files};
use super::{Petition, Settings};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::message::file_part::FilePart;
use crate::template::{AttachLine, Passage};
use crate::text::size::format_size;
use std::sync::{Arc, OnceLock};

/// The files of a campaign's letters in one language.
pub(super) struct Attaching {
    files: Arc<Files>,
    max_size: u64,
    /// Whether the program made some of them that can be left out.
    has_signatures: bool,
    /// What the settings name.
    common: Vec<Arc<Carried>>,
    lines: Vec<Line>,
    /// Whether something that every letter carries cannot be carried, which was reported.
    is_broken: bool,
    /// The images in each of the texts that letters share.
    shown: OnceLock<Vec<Vec<Arc<Carried>>>>,
}

/// An `Attach:` line; one that is the same for every recipient has its file.
struct Line {
    line: AttachLine,
    carried: Option<Arc<Carried>>,
}

impl Attaching {
    /// Looks up what every letter carries by the settings and these `Attach:` lines, and reports what is wrong with it.
    pub(super) fn new(
        files: Arc<Files>,
        settings: &Settings,
        lines: &[AttachLine],
        findings: &mut Vec<Finding>,
    ) -> Attaching {
        let max_size = settings.max_size;
        let before = findings.len();
        let mut load = |path: &str, place: &Place| match files.attachment(path) {
            Ok(carried) => {
                findings.extend(carried.findings.iter().cloned());
                Some(carried)
            }
            Err(unusable) => {
                findings.push(unusable.finding(path, max_size).at(place.clone()));
                None
            }
        };
        let named = settings.attach.len();
        let mut common: Vec<_> = settings.attach.iter().filter_map(|path| load(path, &settings.attach_place)).collect();
        let lines: Vec<_> = lines
            .iter()
            .map(|line| {
                let carried = line.same.as_deref().and_then(|path| load(path, &line.place));
                Line { line: line.clone(), carried }
            })
            .collect();
        let is_broken =
            common.len() < named || lines.iter().any(|line| line.line.same.is_some() && line.carried.is_none());
        for made in files.made() {
            findings.extend(made.findings.iter().cloned());
            common.push(Arc::clone(made));
        }
        debug_assert!(!is_broken || findings.len() > before, "reported");
        let has_signatures = settings.petition.is_some_and(Petition::is_typeset);
        Attaching { files, max_size, has_signatures, common, lines, is_broken, shown: OnceLock::new() }
    }

    /// Whether letters carry different files.
    pub(super) fn differs(&self) -> bool {
        self.lines.iter().any(|line| line.line.same.is_none())
    }

    /// The attachments of one letter, each once, from the values of its `Attach:` lines.
    ///
    /// # Errors
    /// What is wrong with the files of this recipient, at `row`; nothing for what was reported for all letters.
    pub(super) fn attachments(&self, values: &[String], row: &Place) -> Result<Vec<Arc<Carried>>, Vec<Finding>> {
        if self.is_broken {
            return Err(Vec::new());
        }
        let (mut attached, mut findings) = (self.common.clone(), Vec::new());
        for (line, value) in self.lines.iter().zip(values) {
            let carried = match &line.carried {
                Some(carried) => Arc::clone(carried),
                None if value.trim().is_empty() => continue,
                None => match self.files.attachment(value) {
                    Ok(carried) => carried,
                    Err(unusable) => {
                        let finding = unusable.finding(value.trim(), self.max_size);
                        findings.push(finding.at(row.clone()).and_at(line.line.place.clone()));
                        continue;
                    }
                },
            };
            if !attached.iter().any(|known| known.part.file == carried.part.file) {
                attached.push(carried);
            }
        }
        if findings.is_empty() { Ok(attached) } else { Err(findings) }
    }

    /// The images that these stretches of HTML show, each once.
    pub(super) fn images<'h>(&self, html: impl Iterator<Item = &'h str>) -> Vec<Arc<Carried>> {
        let mut shown = Vec::new();
        html.for_each(|html| self.files.shown_in(html, &mut shown));
        shown
    }

    /// The images that a letter's passages show, each once. `shared` are the texts that letters share, which are looked through
    /// once for all.
    pub(super) fn images_in(&self, passages: &[Passage], shared: &[String]) -> Vec<Arc<Carried>> {
        let of_shared =
            self.shown.get_or_init(|| shared.iter().map(|html| self.images(std::iter::once(&**html))).collect());
        let mut shown: Vec<Arc<Carried>> = Vec::new();
        for passage in passages {
            match passage {
                Passage::Own(html) => self.files.shown_in(html, &mut shown),
                Passage::Mirrored(_) => {}
                Passage::Shared(place) => {
                    for image in of_shared.get(*place).into_iter().flatten() {
                        if !shown.iter().any(|known| Arc::ptr_eq(known, image)) {
                            shown.push(Arc::clone(image));
                        }
                    }
                }
            }
        }
        shown
    }

    /// What is wrong with the files of one letter, other than those that every letter has.
    pub(super) fn findings(&self, carried: &[Arc<Carried>]) -> Vec<Finding> {
        let same = || self.common.iter().chain(self.lines.iter().filter_map(|line| line.carried.as_ref()));
        let own =
            carried.iter().filter(|file| !file.findings.is_empty() && !same().any(|same| Arc::ptr_eq(same, file)));
        own.flat_map(|file| file.findings.iter().cloned()).collect()
    }

    /// Reports a letter that is larger than allowed, in bytes.
    pub(super) fn check_size(&self, octets: usize, row: &Place) -> Option<Finding> {
        if octets as u64 <= self.max_size {
            return None;
        }
        let [size, limit] = [octets as u64, self.max_size].map(|octets| own(format_size(octets)));
        let what = spans!["the letter is ", size, " as it is sent, and [letter] max_size is ", limit];
        let help = match self.has_signatures {
            true => {
                "`pdf = false` in [petition] leaves out the PDF of the signatures; `openletter signatures` writes it"
            }
            false => "attach less, make the files smaller or link to them; a file grows by a third when it is encoded",
        };
        Some(Finding::new(Code::LetterSize, what).at(row.clone()).help(help))
    }
}

/// The parts of files, as a message takes them.
pub(super) fn parts(carried: &[Arc<Carried>]) -> Vec<Arc<FilePart>> {
    carried.iter().map(|carried| Arc::clone(&carried.part)).collect()
}
