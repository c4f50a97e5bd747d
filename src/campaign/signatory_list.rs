//! The signatories of a campaign, gathered and counted: what letters, press sheet and press texts are held against.
//!
//! No text that speaks of them leaves a campaign without the leak gate having searched it.

use super::{Campaign, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, own, spans};
use crate::leak_gate::{Gate, Lists};
use crate::people::category::Categories;
use crate::people::disclosure::{Extent, Lawful, Origin, PrivateKind};
use crate::people::roll::Roll;
use crate::people::signatory::{Signatory, Standing};
use crate::people::signature::{Face, Policy};
use crate::press::claims;
use crate::press::claims::{Facts, Medium, Text};
use crate::press::{Heading, Sheet};
use crate::roster;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A text for the press larger than this is none.
const LARGEST: u64 = 1 << 20;

/// What the roll that is built in says of itself. Nobody can take it out, so a withheld Mr. Given must not be stopped by it.
const ROLL: &str = "and other others, more whose name is, whose names are withheld for their safety. Affiliations are given for \
                    identification only.";

/// The list of signatories as it stands.
pub struct SignatoryList {
    /// What is wrong or doubtful with the list.
    pub findings: Vec<Finding>,
    /// The roll that every letter prints.
    pub roll: Roll,
    pub(super) gate: Option<Gate>,
    pub(super) mapping: Vec<roster::Mapping>,
    /// Whether every row of the list could be read.
    pub(super) is_whole: bool,
    sheet: Sheet,
    categories: Categories,
    /// For everyone who does not sign, the names that a letter written before may have printed.
    left_out: Vec<Vec<String>>,
    /// `[claims] allow`.
    allowed_claims: Vec<String>,
    state: State,
}

/// Whether the list can be counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Sound,
    /// Rows are missing or in doubt: no number of it may be told.
    Wrong,
}

impl Campaign {
    /// Reads the signatories, and gathers and counts them.
    pub fn roll_call(&self) -> SignatoryList {
        let settings = &self.settings;
        let list = match self.knows_list("signatories") {
            true => people::signatories(self),
            false => people::Signatories::default(),
        };
        let mut findings = list.findings;
        // With settings that say something else than was meant, it is not known what is private.
        let is_whole = self.is_understood() && !findings.iter().any(Finding::is_error);
        let (roll, roll_findings) = Roll::gather(&list.signatories, &settings.policy, &settings.order);
        // Rows that could not be read may have the category, and belong to the groups.
        findings.extend(roll_findings.into_iter().filter(|found| is_whole || !found.code.is_of_the_whole_list()));
        // Nor what there would be to search for: then nothing can be searched, and nothing may be shown.
        let gate = match self.is_understood() {
            true => self.gate(&list.signatories).map_err(|finding| findings.push(finding)).ok(),
            false => None,
        };
        // A name in the wrong column is a category too.
        let is_clean = |text: &str| gate.as_ref().is_some_and(|gate| gate.search_text(text, &[]).hits.is_empty());
        let are_clean = list.signatories.iter().all(|signatory| is_clean(signatory.category()));
        let may_show = |finding: Finding| match finding.code == Code::CategoryUndeclared && !are_clean {
            true => finding.hiding(&|_| false),
            false => finding,
        };
        findings = findings.into_iter().map(may_show).collect();
        findings.extend(gate.iter().flat_map(|gate| gate.overlaps().into_iter().chain(gate.too_short())));
        findings.extend(gate.iter().flat_map(|gate| self.told_by_file_names(gate)));
        findings.extend(gate.iter().flat_map(|gate| self.told_by_categories(gate, &roll)));
        let heading = Heading {
            campaign: &settings.id,
            title: &settings.title,
            organisation: &settings.organisation,
            date: settings.date,
        };
        let sheet = Sheet::of(&heading, &roll, &list.signatories, &settings.policy);
        let left_out = left_out(&list.signatories, &settings.policy);
        let is_sound = self.is_understood() && !findings.iter().any(Finding::is_error);
        let categories = settings.policy.categories.clone();
        let allowed_claims = settings.allowed_claims.clone();
        let state = if is_sound { State::Sound } else { State::Wrong };
        SignatoryList {
            findings,
            roll,
            gate,
            mapping: list.mapping,
            is_whole,
            sheet,
            left_out,
            categories,
            allowed_claims,
            state,
        }
    }

    /// What the names of the files tell that letters are made from: the manifest holds them.
    fn told_by_file_names(&self, gate: &Gate) -> Vec<Finding> {
        let lists = [&self.settings.signatories.file, &self.settings.recipients.file];
        let files = self.templates.iter().map(|template| &template.file).chain(lists);
        let names: Vec<&str> = files.map(|file| without_endings(file)).collect();
        gate.search_text(&names.join("\n"), &[]).findings("the name of a list's or template's file", gate.lists())
    }

    /// What the categories tell: every count has their names for keys, whether or not the roll is grouped by them.
    fn told_by_categories(&self, gate: &Gate, roll: &Roll) -> Vec<Finding> {
        let keys: Vec<String> = roll.count.by.keys().map(|key| key.replace('_', " ")).collect();
        let place = || Place::file(&*self.settings.signatories.file);
        let hits = gate.search_text(&keys.join("\n"), &[]).hits;
        hits.iter().map(|hit| hit.finding_from(place(), "the name of a category", gate.lists())).collect()
    }

    fn gate(&self, signatories: &[Signatory]) -> Result<Gate, Finding> {
        let settings = &self.settings;
        let lists =
            Lists { signatories: settings.signatories.file.clone(), recipients: settings.recipients.file.clone() };
        let private = signatories.iter().flat_map(|signatory| signatory.private_strings(&settings.policy));
        let printed = signatories.iter().flat_map(|signatory| signatory.lawful_strings(&settings.policy));
        let sender = &settings.sender;
        let mailboxes = [Some(&sender.from), sender.reply_to.as_ref()].into_iter().flatten();
        let whole = mailboxes
            .flat_map(|mailbox| [mailbox.name.clone().unwrap_or_default(), mailbox.email.to_string()])
            .chain([sender.return_path.to_string()])
            .map(|text| (text, Extent::Whole));
        // The organisation is named in every letter. A person among the senders is somebody a mistake can put there.
        let domains = [sender.from.email.domain(), sender.return_path.domain()].map(str::to_owned);
        let words = domains.into_iter().chain([settings.organisation.clone()]).map(|text| (text, Extent::Words));
        let ours = whole.chain(words).map(|(text, extent)| Lawful { text, origin: Origin::Sender, extent });
        let program = Lawful { text: ROLL.to_owned(), origin: Origin::Program, extent: Extent::Words };
        Gate::new(lists, private, printed.chain(ours).chain([program]), &settings.allow).map_err(|error| {
            // Without a search nothing may go out, so this is no warning.
            Finding::new(Code::ListFile, own(error.to_string())).at(Place::file(&*settings.signatories.file))
        })
    }
}

impl SignatoryList {
    /// How many people who do not consent, or no longer do, are named in a text: in a letter that was written before.
    pub fn count_left_out_in(&self, text: &str) -> usize {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_named = |name: &String| {
            text.match_indices(name.as_str()).any(|(at, _)| {
                !text[..at].ends_with(char::is_alphanumeric)
                    && !text[at + name.len()..].starts_with(char::is_alphanumeric)
            })
        };
        self.left_out.iter().filter(|names| names.iter().any(is_named)).count()
    }

    /// The press-count sheet; none of a list with errors, for its numbers would not be true.
    pub fn sheet(&self) -> Option<&Sheet> {
        (self.state == State::Sound).then_some(&self.sheet)
    }

    /// The leak gate, for a text that is about to be shown; `subject` names it, and must hold nothing of a list.
    ///
    /// # Errors
    /// What the text holds that nobody cleared, or that it could not be searched. Then it must not be shown.
    pub fn search(&self, subject: &str, text: &str) -> Result<(), Vec<Finding>> {
        self.search_for(|_| true, subject, text)
    }

    /// The same for the name of a person who works on the campaign. Only the whole name or the address of someone who is
    /// not shown is refused: to share a word of it is no leak.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn search_name(&self, subject: &str, name: &str) -> Result<(), Vec<Finding>> {
        let is_whole = |kind| matches!(kind, PrivateKind::Name | PrivateKind::SortKey | PrivateKind::Address);
        self.search_for(is_whole, subject, name)
    }

    fn search_for(
        &self,
        is_sought: impl Fn(PrivateKind) -> bool,
        subject: &str,
        text: &str,
    ) -> Result<(), Vec<Finding>> {
        let Some(gate) = &self.gate else {
            let what = spans![own(subject), " could not be searched for private data"];
            return Err(vec![Finding::new(Code::Leak, what)]);
        };
        let mut searched = gate.search_text(text, &[]);
        searched.hits.retain(|hit| is_sought(hit.kind));
        let findings = searched.findings(subject, gate.lists());
        if findings.is_empty() { Ok(()) } else { Err(findings) }
    }

    /// What a text says of the signatories, held against the list; nothing where the list itself is wrong.
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

    /// Reads a text for the press, searches it as letters are searched, and holds its numbers against the list.
    pub fn press(&self, path: &Path) -> Vec<Finding> {
        let file = path.display().to_string();
        match read(path) {
            Ok(text) => {
                let mut findings = self.search(&file, &text).err().unwrap_or_default();
                findings.extend(self.lint(&Text { file: &file, text: &text, medium: Medium::Press }));
                findings
            }
            Err(what) => vec![Finding::new(Code::PressFile, what).at(Place::file(file))],
        }
    }

    /// A finding that quotes no private string, even where the text has one beside a number.
    fn without_private(&self, finding: Finding) -> Finding {
        finding.hiding(&|text| self.search("", text).is_ok())
    }
}

/// The whole names and pseudonyms of everyone who does not sign. A name that somebody else signs with says nothing.
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

/// A file's name without what tells of its kind and its language: `.md.hbs`, `.it`, `.pt-br` are no names of anybody.
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

/// A text of UTF-8, LF line ends, without a byte order mark.
fn read(path: &Path) -> Result<String, Spans> {
    let cannot = |cause: std::io::Error| spans!["it cannot be read: ", own(cause.to_string())];
    let mut bytes = Vec::new();
    File::open(path).map_err(cannot)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST {
        return Err(spans!["it is larger than ", LARGEST >> 10, " KiB"]);
    }
    let text =
        String::from_utf8(bytes).map_err(|_| Spans::from("it is no UTF-8 text: save it as plain text in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::ROLL;

    #[test]
    fn the_words_of_the_roll_are_those_it_prints() {
        let template =
            include_str!("../template/builtin/roll.txt.hbs").split_once("--}}").expect("it opens with a comment").1;
        let printed = template.split("{{").map(|piece| piece.rsplit("}}").next().unwrap_or_default());
        for word in printed.flat_map(|text| text.split(|c: char| !c.is_alphabetic())).filter(|word| !word.is_empty()) {
            assert!(ROLL.split(|c: char| !c.is_alphabetic()).any(|known| known == word), "{word}");
        }
    }
}
