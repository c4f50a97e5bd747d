//! Makes the letters of a campaign one by one: a recipient's row becomes a message, and the leak gate searches it.
//!
//! Memory does not grow with the letters; only digests of the ids and addresses are kept. No row may be skipped silently:
//! a row without a letter has a finding.

use super::leaks::Leaks;
use super::seen::Seen;
use super::{Campaign, SignatoryList, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::leak_gate::{Scope, unsearched};
use crate::message::compose::{Draft, compose};
use crate::message::identity::file_name;
use crate::message::{Envelope, Letter, lint};
use crate::people::disclosure::{Cleared, Extent};
use crate::people::recipient::{COLUMNS, Contact, Recipient};
use crate::people::roll::Roll;
use crate::people::row::Row;
use crate::people::salutation::{closing, salutation};
use crate::people::signatory;
use crate::people::values::UnknownValues;
use crate::press::claims::{Medium, Text};
use crate::roster;
use crate::template;
use crate::template::schema;
use crate::template::{Renderer, Source};
use crate::text::pluralize::numbered;
use jiff::ZonedDateTime;
use lettre::message::Mailbox;
use serde_json::{Map, Value, json};

/// The result for one row of the recipient list.
pub struct Step {
    /// The letter; `None` for a row that is skipped or wrong, and for every row if the settings, the signatory list or a
    /// template has an error.
    pub letter: Option<Letter>,
    /// What is wrong or doubtful with the row.
    pub findings: Vec<Finding>,
}

/// The letters of a campaign.
pub struct Letters<'c> {
    campaign: &'c Campaign,
    /// The Date header of the letters' files.
    date: ZonedDateTime,
    findings: Vec<Finding>,
    signatories: SignatoryList,
    renderer: Option<Renderer>,
    recipients: Option<roster::List>,
    seen: Seen,
    leaks: Leaks,
    /// The number of letters with a word of their recipient's own that is also private.
    overlaps: usize,
    rows: usize,
    number: u32,
    /// The recipients' titles, by the letters' numbers.
    titles: Vec<String>,
    /// Whether something that all letters are made from has an error: no letter may be shown.
    has_common_errors: bool,
    /// Whether a template has a character that no letter may have, which was reported at its line.
    has_bad_characters: bool,
    errors: bool,
    /// Whether the recipient list could not be read to its end.
    is_cut_off: bool,
}

impl Campaign {
    /// Reads the signatories and checks the templates; the letters are made as they are taken from the iterator.
    pub fn letters(&self) -> Letters<'_> {
        let settings = &self.settings;
        let mut findings = self.settings_findings.clone();
        findings.extend(self.template_findings.iter().cloned());

        let mut signatories = self.signatory_list();
        findings.append(&mut signatories.findings);
        let mut leaks = std::mem::take(&mut signatories.leaks);
        findings.extend(signatories.gate.iter().flat_map(|gate| leaks.in_templates(gate, self)));
        findings.extend(self.templates.iter().flat_map(|template| {
            signatories.lint(&Text { file: &template.file, text: &template.text, medium: Medium::Template })
        }));

        findings.extend(self.one_list_for_both());
        let recipients = match self.can_read_list("recipients") {
            true => people::recipients(self).map_err(|wrong| findings.extend(wrong)).ok(),
            false => None,
        };
        let characters: Vec<Finding> = self.templates.iter().flat_map(Source::characters).collect();
        findings.extend_from_slice(&characters);
        let renderer = recipients.as_ref().and_then(|list| {
            let is_known = !self.unreliable_keys.affects("letter", &["template"]);
            if !self.template_findings.is_empty() || !is_known {
                return None;
            }
            let columns = list.columns().names.iter().map(String::as_str).chain(COLUMNS.iter().copied());
            let shape = schema::joint(columns, signatories.roll.count.by.keys().map(String::as_str));
            template::compile(&self.templates, &settings.template, &shape)
                .and_then(|template| Renderer::new(template, self.common_fields(&signatories.roll)))
                .map_err(|wrong| findings.extend(wrong))
                .ok()
        });
        let errors = findings.iter().any(Finding::is_error);
        Letters {
            campaign: self,
            date: self.letter_date(),
            findings,
            signatories,
            renderer,
            recipients,
            seen: Seen::default(),
            leaks,
            overlaps: 0,
            rows: 0,
            number: 0,
            titles: Vec::new(),
            has_common_errors: errors,
            has_bad_characters: !characters.is_empty(),
            errors,
            is_cut_off: false,
        }
    }

    /// Reports one file named as both lists: signatories' addresses are private, and must never be used as recipients.
    fn one_list_for_both(&self) -> Option<Finding> {
        let settings = &self.settings;
        let real = |file: &str| self.dir.join(file).canonicalize().ok();
        let same = real(&settings.recipients.file).is_some_and(|path| Some(path) == real(&settings.signatories.file));
        same.then(|| {
            Finding::new(Code::ListFile, "the signatory list is named as the recipient list too")
                .at(Place::file(&*settings.recipients.file))
                .help("name each list in campaign.toml: [recipients] file and [signatories] file")
        })
    }

    /// The number of letters, by the recipient list alone. A row with an error counts, since it keeps its number when it is
    /// corrected.
    pub fn count_letters(&self) -> u32 {
        let Ok(rows) = people::recipients(self) else { return 0 };
        let is_welcome = |row: &Result<Row, Vec<Finding>>| match row {
            Ok(row) => Recipient::read(row).map_or(true, |recipient| recipient.contact() == Contact::Welcome),
            Err(wrong) => !wrong.iter().any(people::stops_reading),
        };
        rows.filter(is_welcome).count() as u32
    }

    /// The template fields that are the same in every letter.
    fn common_fields(&self, roll: &Roll) -> Map<String, Value> {
        let settings = &self.settings;
        let campaign = json!({
            "id": settings.id,
            "title": settings.title,
            "organisation": settings.organisation,
            "date": settings.date.to_string(),
            "cc": settings.cc,
        });
        Map::from_iter([
            ("campaign".to_owned(), campaign),
            ("signatures".to_owned(), json!(roll.signatures().collect::<Vec<_>>())),
            ("groups".to_owned(), json!(roll.groups)),
            ("roll".to_owned(), json!({ "identification": roll.has_identification() })),
            ("count".to_owned(), json!(roll.count)),
        ])
    }
}

impl Letters<'_> {
    /// Takes out what was found before the first letter, so that it is reported once.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        let findings = std::mem::take(&mut self.findings);
        findings.into_iter().map(|finding| self.without_private(finding)).collect()
    }

    /// Whether a text holds something that a signatory did not clear, and may not be shown.
    pub fn is_private(&self, text: &str) -> bool {
        self.signatories.gate.as_ref().is_some_and(|gate| gate.is_private(text))
    }

    /// Whether a header may be shown. If the line break after the headers is lost, cells become headers; so a header that is
    /// no column of ours is shown only if every row could be read and no other header looks like a cell.
    pub fn may_show(&self, header: &roster::Mapping, among: &[roster::Mapping]) -> bool {
        let column = header.column.as_deref().unwrap_or_default();
        let is_known = COLUMNS.contains(&column) || signatory::COLUMNS.contains(&column);
        let is_sound = self.signatories.is_whole && among.iter().all(|header| !header.header.contains('@'));
        (is_known || is_sound) && !self.is_private(&header.header) && !self.is_private(column)
    }

    /// The finding without private text: a line of a template, a header or a setting that it quotes can hold a name.
    fn without_private(&self, finding: Finding) -> Finding {
        // Findings about the signatory list quote headers, never cells.
        let is_of_list = finding.place().is_some_and(|place| place.file == self.campaign.settings.signatories.file);
        finding.hiding(&|text| self.signatories.may_quote(text) || is_of_list && !self.is_private(text))
    }

    /// The roll that every letter prints.
    pub fn roll(&self) -> &Roll {
        &self.signatories.roll
    }

    /// The signatories, to check other texts about them.
    pub fn signatory_list(&self) -> &SignatoryList {
        &self.signatories
    }

    /// The recipients' titles as in the list, in the order of the letters made so far; empty for no title.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }

    /// Which columns the headers of the signatory list and of the recipient list were mapped to.
    pub fn mappings(&self) -> [&[roster::Mapping]; 2] {
        [&self.signatories.mapping, self.recipients.as_ref().map_or(&[], roster::List::mapping)]
    }

    /// The findings known only after the last row: a list of the wrong length, and overlaps in letters.
    pub fn finish(&mut self) -> Vec<Finding> {
        let settings = &self.campaign.settings;
        let file = &*settings.recipients.file;
        let mut findings: Vec<_> = overlaps(std::mem::take(&mut self.overlaps)).into_iter().collect();
        findings.extend(self.recipients.as_ref().and_then(roster::List::unwrapped));
        if self.recipients.is_some() && !self.is_cut_off {
            findings.extend(people::check_count(file, settings.expected_recipients, self.rows, "recipients"));
            if self.rows > 0 && self.number == 0 && !self.errors {
                let finding = Finding::new(Code::ListCount, "nobody in the list gets a letter");
                findings.push(finding.at(Place::file(file)).help("every row is marked do_not_contact"));
            }
        }
        findings
    }

    /// Makes the letter of one row. It is made even if the row has errors, so that one run reports the errors of the list
    /// and of the template.
    fn letter(&mut self, row: &Row, findings: &mut Vec<Finding>) -> Option<Letter> {
        let settings = &self.campaign.settings;
        let read = Recipient::read(row).map_err(|wrong| {
            let mut unknown = UnknownValues::default();
            findings.extend(unknown.take(row, wrong));
            let may_quote = |text: &str, _| self.signatories.may_quote(text);
            findings.extend(unknown.findings("recipients", &settings.recipients.values, may_quote));
        });
        self.number += u32::from(read.is_err());
        let recipient = read.ok()?;
        self.seen.check(&recipient, findings);
        if recipient.contact() == Contact::Declined {
            let warning = Finding::new(Code::DoNotContact, "the recipient is marked do_not_contact and gets no letter");
            findings.push(warning.at(row.place("do_not_contact")));
            return None;
        }
        self.number += 1;
        findings.extend(recipient.unusual(settings.date, &settings.domains));
        let title = recipient.fields().find(|(column, _)| *column == "title").map_or("", |(_, title)| title);
        self.titles.push(title.to_owned());
        let domain = recipient.address().domain();
        if !settings.domains.is_empty() && !settings.domains.iter().any(|known| known.eq_ignore_ascii_case(domain)) {
            findings.push(
                Finding::new(Code::AddressDomain, "the address's domain is not among the recipients' domains")
                    .at(row.place("email"))
                    .help("is it the right list? If so, add the domain to [recipients] domains"),
            );
        }
        let greeting = salutation(&recipient).map_err(|finding| findings.push(finding)).ok()?;

        let greetings = [greeting, closing(&recipient).to_string()];

        let place = Place::line(row.file(), row.line());
        let blank = COLUMNS.iter().map(|column| (*column, ""));
        let cells = blank.chain(recipient.fields()).map(|(column, cell)| (column.to_owned(), cell.into())).collect();
        let fields = Map::from_iter([
            ("recipient".to_owned(), Value::Object(cells)),
            ("salutation".to_owned(), greetings[0].clone().into()),
            ("closing".to_owned(), greetings[1].clone().into()),
        ]);
        let rendered = self.renderer.as_mut()?.print(fields, &place).map_err(|wrong| findings.extend(wrong)).ok()?;

        let name = Some(recipient.name().to_owned()).filter(|name| !name.is_empty());
        let draft = Draft {
            campaign_id: &settings.id,
            letter_id: recipient.letter_id(),
            sender: &settings.sender,
            to: &Mailbox::new(name, recipient.address().clone()),
            subject: &rendered.subject,
            date: &self.date,
            text: &rendered.text,
            html: rendered.html.as_deref(),
        };
        let at = |finding: Finding| finding.at(place.clone());
        let composed = compose(&draft);
        let composed = composed
            .map_err(|wrong| findings.extend(wrong.into_iter().map(at).filter(|_| !self.has_bad_characters)))
            .ok()?;
        if let Err(faults) = lint::lint(&composed.bytes) {
            let help =
                "shorten the subject or the name on that line; otherwise this is a bug in openletter: please report it";
            findings.extend(faults.iter().map(|fault| {
                at(Finding::new(Code::Wire, spans!["the finished letter: ", own(fault.to_string())]).help(help))
            }));
        }
        let own = own_strings(&recipient, &greetings);
        if !self.search(&recipient, &composed.bytes, &own, findings) {
            return None;
        }
        Some(Letter {
            number: self.number,
            id: recipient.letter_id().to_owned(),
            envelope: Envelope { from: settings.sender.return_path.clone(), to: recipient.address().clone() },
            message_id: composed.message_id,
            subject: rendered.subject,
            bytes: composed.bytes,
        })
    }

    /// Searches the letter with the leak gate, and returns whether it is clean. A leak blocks the letter even if it was
    /// already reported.
    fn search(&mut self, recipient: &Recipient, bytes: &[u8], own: &[Cleared], findings: &mut Vec<Finding>) -> bool {
        let Some(gate) = &self.signatories.gate else { return false };
        // The manifest has the id, and the letter's file is named after it; the review page has the title.
        let (id, title) = (recipient.letter_id(), recipient.row().get("title"));
        let values = format!("{id}\n{}\n{title}", file_name(self.number, id));
        let roll = self.renderer.as_ref().map(Renderer::built_in_roll).unwrap_or_default();
        let letter = gate.search_letter(bytes, Scope { own, already_searched: &roll, ..Scope::default() });
        let values = gate.search_value(&values, Scope { own, ..Scope::default() });
        self.overlaps += usize::from(letter.has_overlap || values.has_overlap);
        let is_clean = letter.leaks.is_empty() && values.leaks.is_empty();
        let (subject, row) = (format!("letter {}", self.number), recipient.row());
        findings.extend(letter.unsearched.iter().map(|location| unsearched(&subject, *location)));
        for leaks in [&letter.leaks, &values.leaks] {
            findings.extend(self.leaks.of_letter(leaks, &subject, gate, self.campaign, row, own));
        }
        self.errors |= !is_clean;
        is_clean
    }
}

/// What a letter to this recipient may hold. `greetings` are the salutation and the closing: the program's own words unless
/// the list has them.
fn own_strings(recipient: &Recipient, greetings: &[String; 2]) -> Vec<Cleared> {
    let cells =
        ["salutation", "closing"].map(|column| recipient.row().has(column) && !recipient.row().get(column).is_empty());
    let ours = greetings.iter().zip(cells).filter(|(_, is_cell)| !is_cell).map(|(text, _)| text.clone());
    let ours = ours.map(|text| Cleared { text, extent: Extent::Everything });
    people::own_strings(recipient).into_iter().chain(ours).collect()
}

/// Notes how many recipients share a word with a signatory who is not shown.
fn overlaps(letters: usize) -> Option<Finding> {
    let what = format!(
        "in {} a word of the recipient's own name or office is also private",
        numbered(letters as u64, "letter")
    );
    let finding =
        Finding::new(Code::Overlap, own(what)).help("nothing to do, unless the word means somebody else there");
    (letters > 0).then_some(finding)
}

impl Iterator for Letters<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let row = self.recipients.as_mut()?.next()?;
        self.rows += 1;
        let mut findings = Vec::new();
        let letter = match row {
            Ok(row) => self.letter(&row, &mut findings),
            Err(wrong) => {
                let stops_reading = wrong.iter().any(people::stops_reading);
                self.is_cut_off |= stops_reading;
                self.number += u32::from(!stops_reading);
                findings = wrong;
                None
            }
        };
        let is_wrong = findings.iter().any(Finding::is_error);
        self.errors |= is_wrong;
        let findings = findings.into_iter().map(|finding| self.without_private(finding)).collect();
        Some(Step { letter: letter.filter(|_| !self.has_common_errors && !is_wrong), findings })
    }
}
