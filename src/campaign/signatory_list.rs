//! The signatories of a campaign, gathered and counted; letters, press sheet and press texts are checked against them.
//!
//! No text about them may leave a campaign without a search by the leak gate.

use super::file_text::is_vocabulary;
use super::leaks::Leaks;
use super::{Campaign, Mode, people, text_file};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::language::Language;
use crate::leak_gate::{Gate, Scope};
use crate::people::category::Categories;
use crate::people::disclosure::{Cleared, Extent, PrivateKind};
use crate::people::roll::Roll;
use crate::people::signatory::{Signatory, Standing, notes_about_letters};
use crate::people::signature::{Face, Policy};
use crate::people::supporter::Supporter;
use crate::press::claims;
use crate::press::claims::{Facts, Medium, Text};
use crate::press::{Heading, Sheet};
use crate::roster;
use crate::text::pluralize::numbered;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The signatory list after checking.
pub struct SignatoryList {
    /// What is wrong or doubtful with the list.
    pub findings: Vec<Finding>,
    /// The roll that every letter prints.
    pub roll: Arc<Roll>,
    /// In individual mode, those in whose names letters go out, in the order of the list.
    pub(super) supporters: Vec<Arc<Supporter>>,
    pub(super) gate: Option<Arc<Gate>>,
    quotable: Quotable,
    /// The leaks found in the settings.
    pub(super) leaks: Leaks,
    pub(super) mapping: Vec<roster::Mapping>,
    /// Whether every row of the list could be read.
    pub(super) is_whole: bool,
    /// The press-count sheet, also of a list with errors, whose numbers nobody may see.
    pub(super) counts: Arc<Sheet>,
    categories: Categories,
    /// The campaign's language.
    language: &'static Language,
    /// For everyone who does not sign, the names that an earlier letter may have printed.
    left_out: Vec<Vec<String>>,
    /// `[claims] allow`.
    allowed_claims: Vec<String>,
    /// Whether no row is missing or doubtful: otherwise no number from the list may be shown.
    is_sound: bool,
}

/// What findings may quote from templates, settings and the recipient list.
enum Quotable {
    /// What the campaign's gate allows.
    Cleared,
    /// What this gate allows. It treats every cell of everybody as private, since it is not known who may be shown.
    WithoutPeople(Box<Gate>),
    /// Nothing: rows could not be divided into cells, so it is not known who is in them.
    Nothing,
}

impl Campaign {
    /// Reads the signatories, and gathers and counts them.
    pub fn signatory_list(&self) -> SignatoryList {
        let settings = &self.settings;
        let list = match self.can_read_list("signatories") {
            true => people::signatories(self),
            false => people::Signatories::default(),
        };
        let mut findings = list.findings;
        // With wrong settings it is not known what is private.
        let is_whole = self.is_valid() && !findings.iter().any(Finding::is_error);
        let (mut roll, roll_findings) = Roll::gather(&list.signatories, &settings.policy, &settings.order);
        findings.extend(self.returned(&list.signatories));
        // Rows that could not be read may belong to a category or group.
        let is_printed = settings.mode == Mode::Joint;
        let is_relevant = |code: Code| match code.is_of_the_roll() {
            true => is_printed && is_whole,
            false => is_whole || !code.is_of_the_whole_list(),
        };
        findings.extend(roll_findings.into_iter().filter(|found| is_relevant(found.code)));
        findings.extend(notes_about_letters(&list.signatories, &settings.policy));
        let writing = list.signatories.iter().filter_map(|signatory| signatory.supporter(&settings.policy));
        let supporters: Vec<_> = writing.map(Arc::new).collect();
        if !is_printed {
            roll.groups.iter_mut().for_each(|group| group.signatures = Vec::new());
        }
        // With wrong settings it is not known what to search for: without a gate nothing may be shown.
        let gate = self.is_valid().then(|| Arc::new(self.gate(&list.signatories)));
        let quotable = match is_whole {
            true => Quotable::Cleared,
            false if list.is_divided => {
                let strings = list.signatories.iter().flat_map(Signatory::all_strings).chain(list.in_bad_rows);
                Quotable::WithoutPeople(Box::new(Gate::new(strings, [], &settings.allow)))
            }
            false => Quotable::Nothing,
        };
        // A name in the wrong column looks like a category.
        let is_clean = |text: &str| gate.as_ref().is_some_and(|gate| !gate.is_private(text));
        let categories: BTreeSet<&str> = list.signatories.iter().map(Signatory::category).collect();
        let are_clean = categories.into_iter().all(is_clean);
        let may_show = |finding: Finding| match finding.code == Code::CategoryUndeclared && !are_clean {
            true => finding.hiding(&|_| false),
            false => finding,
        };
        findings = findings.into_iter().map(may_show).collect();
        let mut leaks = Leaks::default();
        if let Some(gate) = &gate {
            match settings.mode {
                Mode::Joint => findings.extend(self.leaks_in_cells(gate, &list.signatories)),
                Mode::Individual => findings.extend(leaks.in_supporters(gate, self, &supporters)),
            }
            findings.extend(self.leaks_in_file_names(gate));
            findings.extend(self.leaks_in_categories(gate, &roll));
            findings.extend(leaks.in_settings(gate, self));
            findings.extend(too_short(gate.too_short()).map(|finding| finding.at(self.signatories_file())));
        }
        let heading = Heading {
            campaign: &settings.id,
            title: &settings.title,
            organisation: &settings.organisation,
            date: settings.date,
        };
        SignatoryList {
            counts: Arc::new(Sheet::of(&heading, &roll, &list.signatories, &settings.policy)),
            left_out: left_out(&list.signatories, &settings.policy),
            is_sound: self.is_valid() && !findings.iter().any(Finding::is_error),
            categories: settings.policy.categories.clone(),
            language: settings.language,
            allowed_claims: settings.allowed_claims.clone(),
            findings,
            roll: Arc::new(roll),
            supporters,
            gate,
            quotable,
            leaks,
            mapping: list.mapping,
            is_whole,
        }
    }

    fn signatories_file(&self) -> Place {
        Place::file(&*self.settings.signatories.file)
    }

    /// The leaks in the printed cells of those who are shown, which can name somebody else. A town may have a person's name,
    /// and an office may be capitalised.
    fn leaks_in_cells(&self, gate: &Gate, signatories: &[Signatory]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for signatory in signatories {
            for (column, cell) in signatory.printed_cells(&self.settings.policy) {
                let scope = Scope { is_signatory_cell: true, ..Scope::default() };
                let mut leaks = gate.search_value(&cell, scope).leaks;
                leaks.retain(|leak| match column {
                    "place" => leak.is_whole(),
                    "role" | "affiliation" => leak.is_whole() || !leak.is_common(),
                    _ => true,
                });
                let place = || Place::line(&*self.settings.signatories.file, signatory.line());
                findings.extend(leaks.iter().map(|leak| self.leak(leak, "this row, which is shown,").at(place())));
            }
        }
        findings
    }

    /// The leaks in the names of the source files, which the manifest records.
    fn leaks_in_file_names(&self, gate: &Gate) -> Vec<Finding> {
        let lists = [&self.settings.signatories.file, &self.settings.recipients.file];
        let files = self.templates.iter().map(|template| &template.file).chain(lists);
        let leaks = files.flat_map(|file| gate.search_value(without_endings(file), Scope::default()).leaks);
        leaks
            .map(|leak| self.leak(&leak, "the name of a template's or list's file").at(self.signatories_file()))
            .collect()
    }

    /// The leaks in the names of categories, which are the keys of every count.
    fn leaks_in_categories(&self, gate: &Gate, roll: &Roll) -> Vec<Finding> {
        let keys = roll.count.by.keys().map(|key| key.replace('_', " "));
        let leaks = keys.flat_map(|key| gate.search_value(&key, Scope::default()).leaks);
        leaks.map(|leak| self.leak(&leak, "the name of a category").at(self.signatories_file())).collect()
    }

    fn gate(&self, signatories: &[Signatory]) -> Gate {
        let settings = &self.settings;
        let private = signatories.iter().flat_map(|signatory| signatory.private_strings(&settings.policy));
        // Individual letters have no roll, and what a supporter cleared passes in their own letter only.
        let listed = if settings.mode == Mode::Joint { signatories } else { &[] };
        let printed = listed.iter().flat_map(|signatory| signatory.cleared_strings(&settings.policy));
        let sender = &settings.sender;
        // The sender may sign the letter too, and the sender's addresses are public.
        let addresses = [Some(&sender.from), sender.reply_to.as_ref()].into_iter().flatten();
        let addresses = addresses.map(|mailbox| mailbox.email.to_string()).chain([sender.return_path.to_string()]);
        let domains = [sender.from.email.domain(), sender.return_path.domain()].map(str::to_owned);
        let words = domains.into_iter().chain([settings.organisation.clone()]).map(|text| (text, Extent::Words));
        let addresses = addresses.flat_map(|text| [(text.clone(), Extent::Whole), (text, Extent::Words)]);
        let ours = addresses.chain(words);
        let ours = ours.map(|(text, extent)| Cleared { text, extent });
        Gate::new(private, printed.chain(ours), &settings.allow).in_language(settings.language)
    }
}

impl SignatoryList {
    /// The number of people named in an earlier letter's text who do not consent, or no longer do.
    pub fn count_left_out_in(&self, text: &str) -> usize {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.left_out.iter().filter(|names| names.iter().any(|name| is_named_in(&text, name))).count()
    }

    /// Whether a finding may quote a text of a template, the settings or the recipient list.
    pub(super) fn may_quote(&self, text: &str) -> bool {
        let gate = match &self.quotable {
            Quotable::Cleared => self.gate.as_deref(),
            Quotable::WithoutPeople(gate) => Some(&**gate),
            Quotable::Nothing => None,
        };
        is_vocabulary(text) || gate.is_some_and(|gate| !gate.is_private(text))
    }

    /// The press-count sheet; `None` if the list has errors, since its numbers would be wrong.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.is_sound.then_some(&*self.counts)
    }

    /// Whether a text holds the whole name or an address of somebody who is not shown; true if it cannot be searched.
    pub fn names_someone(&self, text: &str) -> bool {
        self.gate.as_ref().is_none_or(|gate| gate.names_someone(text))
    }

    /// Checks what a text says about the signatories against the list; finds nothing if the list has errors.
    pub fn lint(&self, text: &Text<'_>) -> Vec<Finding> {
        let Some(sheet) = self.sheet() else { return Vec::new() };
        let facts = Facts {
            count: &self.roll.count,
            categories: &self.categories,
            sender: sheet.sender.is,
            allow: &self.allowed_claims,
        };
        let findings = claims::lint(text, &facts);
        findings.into_iter().map(|finding| self.without_private(finding)).collect()
    }

    /// Reads a press text, searches it as letters are searched, and checks its numbers against the list.
    pub fn press(&self, path: &Path) -> Vec<Finding> {
        let file = path.display().to_string();
        let text = match text_file::read(path) {
            Ok(text) => text,
            Err(what) => return vec![Finding::new(Code::PressFile, what).at(Place::file(file))],
        };
        let Some(gate) = &self.gate else {
            let what = spans![own(&*file), " could not be searched for private data"];
            return vec![Finding::new(Code::Leak, what)];
        };
        let leaks = gate.search_text(&text, Scope::default()).leaks.into_iter();
        leaks
            .map(|leak| leak.finding("this text", None).at(Place::in_text(&*file, &text, leak.begin)))
            .chain(self.lint(&Text { file: &file, text: &text, medium: Medium::Press, language: self.language }))
            .collect()
    }

    /// The finding without private text.
    fn without_private(&self, finding: Finding) -> Finding {
        finding.hiding(&|text| self.gate.as_ref().is_some_and(|gate| !gate.is_private(text)))
    }
}

/// Whether a text with single spaces has this name as whole words.
pub(super) fn is_named_in(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(char::is_alphanumeric) && !text[at + name.len()..].starts_with(char::is_alphanumeric)
    })
}

/// The whole names and pseudonyms of everyone who does not sign, except names that somebody else signs with.
fn left_out(signatories: &[Signatory], policy: &Policy) -> Vec<Vec<String>> {
    let signs = |signatory: &&Signatory| matches!(signatory.signs(policy), Standing::Signs);
    let printed: BTreeSet<String> = signatories
        .iter()
        .filter(signs)
        .filter_map(|signatory| match signatory.signature(policy) {
            Face::Named(signature) => Some(signature.name),
            Face::Withheld { .. } => None,
        })
        .collect();
    let names = |signatory: &Signatory| {
        let private = signatory.private_strings(policy).into_iter();
        let names = private.filter(|private| matches!(private.kind, PrivateKind::Name | PrivateKind::Pseudonym));
        names.map(|private| private.text).filter(|name| !printed.contains(name)).collect()
    };
    signatories.iter().filter(|signatory| !signs(signatory)).map(names).collect()
}

/// Warns about private strings that are too short to search for.
fn too_short(count: usize) -> Option<Finding> {
    let (has, help) = match count {
        0 => return None,
        1 => ("has", "search the letters for it by hand"),
        _ => ("have", "search the letters for them by hand"),
    };
    let strings = numbered(count as u64, "private string");
    let what = format!("{strings} {has} fewer than two letters or digits and cannot be searched for");
    Some(Finding::new(Code::NotSearched, own(what)).help(help))
}

/// A file name without the endings for its format and language, such as `.md.hbs`, `.it` and `.pt-br`.
fn without_endings(file: &str) -> &str {
    let is_ending = |ending: &str| match ending.split_once('-') {
        Some((language, region)) => language.len() == 2 && region.len() == 2,
        None => ending.len() == 2 || ["hbs", "txt", "html", "csv", "tsv"].contains(&ending),
    };
    let mut rest = file;
    while let Some((before, ending)) = rest.rsplit_once('.')
        && is_ending(ending)
    {
        rest = before;
    }
    rest
}
