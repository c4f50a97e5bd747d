//! Reports where a leak comes from: a word of a template, a cell of the recipient list, or a value in `campaign.toml`.
//!
//! Templates and settings are searched as written, once for all letters, so that a recipient's own name does not clear
//! anything in them. The finished letter is searched too, for what only it puts together. A place is a file, a line and a
//! column, without their text, and a finding must never say whose string it is.

use super::making::Order;
use super::{Campaign, toml_source};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::own;
use crate::leak_gate::{Gate, Leak, Location, Scope, Searched};
use crate::message::file_part::FilePart;
use crate::message::identity::file_name;
use crate::paper::TEMPLATE_FILE;
use crate::people::disclosure::Cleared;
use crate::people::row::Row;
use crate::people::supporter::Supporter;
use crate::template::Format;
use crate::text::pluralize::numbered;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The leaks of a run, each reported once for each place it comes from, not for each letter.
#[derive(Default)]
pub(super) struct Leaks {
    /// The words already reported where they come from, which other letters have too.
    placed: BTreeSet<String>,
    cells: BTreeSet<(String, Place)>,
    unplaced: BTreeSet<(String, Location)>,
}

impl Leaks {
    /// The findings for one letter's leaks. `subject` names the letter; `own` is what it may hold.
    pub(super) fn of_letter(
        &mut self,
        leaks: &[Leak],
        subject: &str,
        gate: &Gate,
        campaign: &Campaign,
        row: &Row,
        own: &[Cleared],
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        let new: Vec<&Leak> = leaks.iter().filter(|leak| !self.is_placed(leak)).collect();
        if new.is_empty() {
            return findings;
        }
        let scope = Scope { own, ..Scope::default() };
        let mut from_cells = BTreeSet::new();
        for (column, cell) in row.cells() {
            for leak in gate.search_value(cell, scope).leaks {
                if new.iter().any(|new| shares_word(new, &leak)) {
                    from_cells.extend(leak.words().map(str::to_owned));
                    if self.cells.insert((words(&leak), row.place(column))) {
                        findings.push(campaign.leak(&leak, "this cell").at(row.place(column)));
                    }
                }
            }
        }
        for leak in new.into_iter().filter(|leak| !leak.words().all(|word| from_cells.contains(word))) {
            if self.unplaced.insert((words(leak), leak.location)) {
                findings.push(campaign.leak(leak, subject));
            }
        }
        findings
    }

    fn is_placed(&self, leak: &Leak) -> bool {
        leak.words().all(|word| self.placed.contains(word))
    }

    fn place(&mut self, campaign: &Campaign, leak: &Leak, subject: &str, place: Place) -> Finding {
        self.placed.extend(leak.words().map(str::to_owned));
        campaign.leak(leak, subject).at(place)
    }

    /// The leaks in the text of the templates.
    pub(super) fn in_templates(&mut self, gate: &Gate, campaign: &Campaign) -> Vec<Finding> {
        let mut findings = Vec::new();
        for source in &campaign.templates {
            let text = source.static_text();
            let scope = Scope { language: source.language(), ..Scope::default() };
            let searched = match source.format {
                Format::Html => gate.search_markup(&text, scope),
                Format::Markdown | Format::Text => gate.search_text(&text, scope),
            };
            for leak in searched.leaks {
                let place = Place::in_text(&*source.file, &source.text, leak.begin);
                findings.push(self.place(campaign, &leak, "this template", place));
            }
        }
        findings.extend(self.in_page_template(gate, campaign));
        findings.dedup();
        findings
    }

    /// The leaks in what letters print of supporters, which can name somebody else.
    pub(super) fn in_supporters(
        &mut self,
        gate: &Gate,
        campaign: &Campaign,
        supporters: &[Arc<Supporter>],
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for supporter in supporters {
            let texts: Vec<&str> = Supporter::FIELDS.iter().filter_map(|name| supporter.field(name)).collect();
            if gate.are_free(&texts) {
                continue;
            }
            let own = supporter.own_strings();
            let scope = Scope { writer: &own, ..Scope::default() };
            let leaks: Vec<Leak> = texts.iter().flat_map(|text| gate.search_text(text, scope).leaks).collect();
            for leak in leaks {
                let place = Place::line(&*campaign.settings.signatories.file, supporter.line);
                findings.push(self.place(campaign, &leak, "this row, in whose name letters go out,", place));
            }
        }
        findings
    }

    /// The leaks in the template of the page, with its comments.
    fn in_page_template(&mut self, gate: &Gate, campaign: &Campaign) -> Vec<Finding> {
        let Some(text) = &campaign.page_template else { return Vec::new() };
        let leaks = gate.search_text(text, Scope::default()).leaks;
        let place = |leak: &Leak| Place::in_text(TEMPLATE_FILE, text, leak.begin);
        leaks.iter().map(|leak| self.place(campaign, leak, "this template", place(leak))).collect()
    }

    /// The leaks in the values of `campaign.toml` that are printed in letters or on pages.
    pub(super) fn in_settings(&mut self, gate: &Gate, campaign: &Campaign) -> Vec<Finding> {
        let text = campaign.toml();
        let mut findings = Vec::new();
        for value in printed(text) {
            let begin = value.span().start;
            let is_verbatim = text[begin..].get(1..).is_some_and(|text| text.starts_with(value.get_ref().as_str()));
            for leak in gate.search_value(value.get_ref(), Scope::default()).leaks {
                let at = if is_verbatim { begin + 1 + leak.begin } else { begin };
                findings.push(self.place(campaign, &leak, "this setting", Place::in_text(toml_source::FILE, text, at)));
            }
        }
        findings
    }
}

/// Searches what is written outside the letter's text: its id and file name, which the manifest lists, the recipient's title,
/// which the review page shows, and the names of its files.
pub(super) fn search_values(gate: &Gate, order: &Order<'_>, files: &[Arc<FilePart>]) -> Searched {
    let (id, title) = (&*order.id, order.pair.recipient.row().get("title"));
    let file = file_name(order.pair.number, id);
    let values: Vec<&str> = [id, &file, title].into_iter().chain(files.iter().map(|file| &*file.file)).collect();
    if gate.are_free(&values) {
        return Searched::default();
    }
    let language = Some(order.translation.renderer.language());
    let (own, writer) = (order.own_strings(), order.writer_strings());
    gate.search_value(&values.join("\n"), Scope { own: &own, writer: &writer, language, ..Scope::default() })
}

impl Campaign {
    /// A leak as a finding without a place.
    pub(super) fn leak(&self, leak: &Leak, subject: &str) -> Finding {
        leak.finding(subject, self.settings.allow_file.as_deref())
    }
}

/// Notes how many recipients share a word with a signatory who is not shown.
pub(super) fn overlaps(letters: usize) -> Option<Finding> {
    let what = format!(
        "in {} a word of the recipient's own name or office is also private",
        numbered(letters as u64, "letter")
    );
    let finding =
        Finding::new(Code::Overlap, own(what)).help("nothing to do, unless the word means somebody else there");
    (letters > 0).then_some(finding)
}

fn words(leak: &Leak) -> String {
    leak.words().collect::<Vec<_>>().join(" ")
}

fn shares_word(one: &Leak, other: &Leak) -> bool {
    one.words().any(|word| other.words().any(|also| also == word))
}

/// The texts of `campaign.toml` that can be printed, with their spans.
fn printed(text: &str) -> Vec<Spanned<String>> {
    fn texts(value: &Spanned<DeValue<'_>>, all: &mut Vec<Spanned<String>>) {
        match value.get_ref() {
            DeValue::String(text) => all.push(Spanned::new(value.span(), text.clone().into_owned())),
            DeValue::Array(items) => items.iter().for_each(|item| texts(item, all)),
            DeValue::Table(entries) => entries.iter().for_each(|(_, value)| texts(value, all)),
            _ => {}
        }
    }
    const PRINTED: [(&str, &[&str]); 4] = [
        ("campaign", &["id", "title", "organisation"]),
        ("letter", &["from", "reply_to", "return_path", "cc", "archive", "attach"]),
        ("privacy", &["protect"]),
        ("recipients", &["domains"]),
    ];
    let mut all = Vec::new();
    let (root, _) = DeTable::parse_recoverable(text);
    for (name, table) in root.get_ref() {
        let DeValue::Table(table) = table.get_ref() else { continue };
        let keys = PRINTED.iter().find(|(known, _)| *known == &**name.get_ref()).map_or(&[][..], |(_, keys)| keys);
        let is_printed = |key: &str| &**name.get_ref() == "categories" || keys.contains(&key);
        let values = table.iter().filter(|(key, _)| is_printed(key.get_ref()));
        values.for_each(|(_, value)| texts(value, &mut all));
    }
    all
}
