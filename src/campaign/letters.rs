//! The letters of a campaign, one after another: a recipient's row becomes a message, and the leak gate searches it.
//!
//! Memory does not grow with the letters; only the ids and addresses seen so far are kept, as digests. Nothing is left
//! out in silence: a row that gives no letter gives a finding.

use super::file_text::is_vocabulary;
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
use lettre::message::Mailbox;
use serde_json::{Map, Value, json};

/// What one row of the recipient list came to.
pub struct Step {
    /// The letter; none for a row that is skipped or wrong, and none at all where anything is wrong with the settings, the
    /// list of signatories or a template: what is wrong with one recipient is not wrong with the next.
    pub letter: Option<Letter>,
    /// What is wrong or doubtful with it.
    pub findings: Vec<Finding>,
}

/// The letters of a campaign.
pub struct Letters<'c> {
    campaign: &'c Campaign,
    findings: Vec<Finding>,
    called: SignatoryList,
    renderer: Option<Renderer>,
    recipients: Option<roster::List>,
    mappings: [Vec<roster::Mapping>; 2],
    seen: Seen,
    leaks: Leaks,
    /// How many letters hold a word of their recipient's own that is also private.
    overlaps: usize,
    rows: usize,
    number: u32,
    /// The recipients' titles, by the letters' numbers.
    titles: Vec<String>,
    /// Something is wrong with what all letters are made from: none may be shown.
    barred: bool,
    /// A template holds what no letter can, which has been told at its line.
    is_hiding: bool,
    errors: bool,
    /// The recipient list could not be read to its end.
    broken_off: bool,
}

impl Campaign {
    /// Reads the signatories, checks the templates, and stands ready to make the first letter.
    pub fn letters(&self) -> Letters<'_> {
        let settings = &self.settings;
        let mut findings = self.settings_findings.clone();
        findings.extend(self.template_findings.iter().cloned());

        let mut called = self.roll_call();
        findings.append(&mut called.findings);
        let mut leaks = std::mem::take(&mut called.leaks);
        findings.extend(called.gate.iter().flat_map(|gate| leaks.in_templates(gate, self)));
        findings.extend(self.templates.iter().flat_map(|template| {
            called.lint(&Text { file: &template.file, text: &template.text, medium: Medium::Template })
        }));

        findings.extend(self.one_list_for_both());
        let recipients = match self.knows_list("recipients") {
            true => people::recipients(self).map_err(|wrong| findings.extend(wrong)).ok(),
            false => None,
        };
        let characters: Vec<Finding> = self.templates.iter().flat_map(Source::characters).collect();
        findings.extend_from_slice(&characters);
        let recipient_mapping = recipients.as_ref().map(|list| list.mapping().to_vec()).unwrap_or_default();
        let renderer = recipients.as_ref().and_then(|list| {
            let is_known = !self.doubts.touch("letter", &["template"]);
            if !self.template_findings.is_empty() || !is_known {
                return None;
            }
            let columns = list.columns().names.iter().map(String::as_str).chain(COLUMNS.iter().copied());
            let shape = schema::joint(columns, called.roll.count.by.keys().map(String::as_str));
            template::compile(&self.templates, &settings.template, &shape)
                .and_then(|template| Renderer::new(template, self.common_fields(&called.roll)))
                .map_err(|wrong| findings.extend(wrong))
                .ok()
        });
        let errors = findings.iter().any(Finding::is_error);
        Letters {
            campaign: self,
            findings,
            mappings: [std::mem::take(&mut called.mapping), recipient_mapping],
            called,
            renderer,
            recipients,
            seen: Seen::default(),
            leaks,
            overlaps: 0,
            rows: 0,
            number: 0,
            titles: Vec::new(),
            barred: errors,
            is_hiding: !characters.is_empty(),
            errors,
            broken_off: false,
        }
    }

    /// The signatories' addresses are private: their list must never be taken for the recipients'.
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

    /// How many letters there would be, by the recipient list alone.
    /// A row that is wrong counts: it will be one when it is mended, and the others keep their numbers.
    pub fn count_letters(&self) -> u32 {
        let Ok(rows) = people::recipients(self) else { return 0 };
        let is_welcome = |row: &Result<Row, Vec<Finding>>| match row {
            Ok(row) => Recipient::read(row).map_or(true, |recipient| recipient.contact() == Contact::Welcome),
            Err(wrong) => !wrong.iter().any(people::breaks_off),
        };
        rows.filter(is_welcome).count() as u32
    }

    /// What is the same in every letter.
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
    /// What was found before the first letter; taken out, so that it is told once.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        let findings = std::mem::take(&mut self.findings);
        findings.into_iter().map(|finding| self.discreet(finding)).collect()
    }

    /// Whether a text holds what a signatory did not clear, and is not to be shown.
    pub fn is_private(&self, text: &str) -> bool {
        self.called.gate.as_ref().is_some_and(|gate| gate.is_private(text))
    }

    /// Whether a header can be shown. Where the line break after the header is lost, cells become headers: unless it is a
    /// column's, one is shown only if every row could be read and none beside it looks like a cell.
    pub fn may_show(&self, header: &roster::Mapping, among: &[roster::Mapping]) -> bool {
        let column = header.column.as_deref().unwrap_or_default();
        let is_known = COLUMNS.contains(&column) || signatory::COLUMNS.contains(&column);
        let is_sound = self.called.is_whole && among.iter().all(|header| !header.header.contains('@'));
        (is_known || is_sound) && !self.is_private(&header.header) && !self.is_private(column)
    }

    /// The finding without what is private: the line of a template, the header or the setting that it quotes can hold
    /// somebody's name. Its own words are never taken for names.
    fn discreet(&self, finding: Finding) -> Finding {
        let file = finding.place().map_or("", |place| &*place.file);
        let is_of_template = file.starts_with("templates/");
        // While rows of the list cannot be read, it is not known who is in them.
        let is_doubtful = !self.called.is_whole && (is_of_template || file == self.campaign.settings.recipients.file);
        let is_private = |text: &str| !is_vocabulary(text) && (is_doubtful || self.is_private(text));
        finding.hiding(&|text| !is_private(text))
    }

    /// The roll that every letter prints.
    pub fn roll(&self) -> &Roll {
        &self.called.roll
    }

    /// The list that the letters are counted from, for other texts about it.
    pub fn roll_call(&self) -> &SignatoryList {
        &self.called
    }

    /// The recipients' titles as the list has them, in the order of the letters that were made; blank where it has none.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }

    /// How the headers of the signatory list and of the recipient list were understood.
    pub fn mappings(&self) -> &[Vec<roster::Mapping>; 2] {
        &self.mappings
    }

    /// What can only be told after the last row: a list of the wrong length, and overlaps that letters brought up.
    pub fn close(&mut self) -> Vec<Finding> {
        let list = &self.campaign.settings.recipients;
        let mut findings: Vec<_> = overlaps(std::mem::take(&mut self.overlaps)).into_iter().collect();
        findings.extend(self.recipients.as_ref().and_then(roster::List::unwrapped));
        if self.recipients.is_some() && !self.broken_off {
            findings.extend(people::count(list, self.rows, "recipients"));
            if self.rows > 0 && self.number == 0 && !self.errors {
                let finding = Finding::new(Code::ListCount, "nobody in the list gets a letter");
                findings.push(finding.at(Place::file(&*list.file)).help("every row is marked do_not_contact"));
            }
        }
        findings
    }

    /// What one row comes to. Everything that is wrong with it is told, and the letter is made all the same: one run
    /// tells of the list and the template together.
    fn letter(&mut self, row: &Row, findings: &mut Vec<Finding>) -> Option<Letter> {
        let settings = &self.campaign.settings;
        let read = Recipient::read(row).map_err(|wrong| {
            let mut unknown = UnknownValues::default();
            findings.extend(unknown.take(row, wrong));
            let may_quote = |text: &str, _| self.called.is_whole && !self.is_private(text);
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

        let made = [greeting, closing(&recipient).to_string()];

        let place = Place::line(row.file(), row.line());
        let blank = COLUMNS.iter().map(|column| (*column, ""));
        let cells = blank.chain(recipient.fields()).map(|(column, cell)| (column.to_owned(), cell.into())).collect();
        let fields = Map::from_iter([
            ("recipient".to_owned(), Value::Object(cells)),
            ("salutation".to_owned(), made[0].clone().into()),
            ("closing".to_owned(), made[1].clone().into()),
        ]);
        let rendered = self.renderer.as_mut()?.print(fields, &place).map_err(|wrong| findings.extend(wrong)).ok()?;

        let name = Some(recipient.name().to_owned()).filter(|name| !name.is_empty());
        let draft = Draft {
            campaign_id: &settings.id,
            letter_id: recipient.letter_id(),
            sender: &settings.sender,
            to: &Mailbox::new(name, recipient.address().clone()),
            subject: &rendered.subject,
            date: self.campaign.letter_date(),
            text: &rendered.text,
            html: rendered.html.as_deref(),
        };
        let at = |finding: Finding| finding.at(place.clone());
        let composed = compose(&draft);
        let composed =
            composed.map_err(|wrong| findings.extend(wrong.into_iter().map(at).filter(|_| !self.is_hiding))).ok()?;
        if let Err(faults) = lint::lint(&composed.bytes) {
            let help = "shorten the subject or the name that stands there; if it is neither, it is a mistake of openletter's: \
                        please report it";
            findings.extend(faults.iter().map(|fault| {
                at(Finding::new(Code::Wire, spans!["the finished letter: ", own(fault.to_string())]).help(help))
            }));
        }
        let own = own_strings(&recipient, &made);
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

    /// The leak gate: what it finds, reported before or not, keeps the letter from being handed out. Whether it found
    /// nothing.
    fn search(&mut self, recipient: &Recipient, bytes: &[u8], own: &[Cleared], findings: &mut Vec<Finding>) -> bool {
        let Some(gate) = &self.called.gate else { return false };
        // The manifest holds the id, and the name of the letter's file is made from it; the review page has the title.
        let (id, title) = (recipient.letter_id(), recipient.row().get("title"));
        let values = format!("{id}\n{}\n{title}", file_name(self.number, id));
        let known = self.renderer.as_ref().map(Renderer::built_in_roll).unwrap_or_default();
        let letter = gate.search_letter(bytes, Scope { own, known: &known, ..Scope::default() });
        let values = gate.search_value(&values, Scope { own, ..Scope::default() });
        self.overlaps += usize::from(letter.has_overlap || values.has_overlap);
        let is_clean = letter.leaks.is_empty() && values.leaks.is_empty();
        let (subject, row) = (format!("letter {}", self.number), recipient.row());
        findings.extend(letter.unsearched.iter().map(|whereabouts| unsearched(&subject, *whereabouts)));
        for leaks in [&letter.leaks, &values.leaks] {
            findings.extend(self.leaks.of_letter(leaks, &subject, gate, self.campaign, row, own));
        }
        self.errors |= !is_clean;
        is_clean
    }
}

/// What a letter to this recipient may hold; `made` is their salutation and closing, the program's own unless the list
/// has them.
fn own_strings(recipient: &Recipient, made: &[String; 2]) -> Vec<Cleared> {
    let cells =
        ["salutation", "closing"].map(|column| recipient.row().has(column) && !recipient.row().get(column).is_empty());
    let made = made.iter().zip(cells).filter(|(_, is_cell)| !is_cell).map(|(text, _)| text.clone());
    let made = made.map(|text| Cleared { text, extent: Extent::Everything });
    people::own_strings(recipient).into_iter().chain(made).collect()
}

/// Recipients share words with those who are not shown: nobody has to do anything about it.
fn overlaps(letters: usize) -> Option<Finding> {
    let letters = match letters {
        0 => return None,
        1 => "in 1 letter".to_owned(),
        letters => format!("in {letters} letters"),
    };
    let what = format!("{letters} a word of the recipient's own name or office is also private");
    Some(Finding::new(Code::Overlap, own(what)).help("nothing to do, unless the word means somebody else there"))
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
                let breaks_off = wrong.iter().any(people::breaks_off);
                self.broken_off |= breaks_off;
                self.number += u32::from(!breaks_off);
                findings = wrong;
                None
            }
        };
        let is_wrong = findings.iter().any(Finding::is_error);
        self.errors |= is_wrong;
        let findings = findings.into_iter().map(|finding| self.discreet(finding)).collect();
        Some(Step { letter: letter.filter(|_| !self.barred && !is_wrong), findings })
    }
}
