//! Makes the letters of a campaign one by one: a recipient's row becomes a message, and the leak gate searches it.
//!
//! Memory does not grow with the letters; only digests of the ids and addresses are kept. No row may be skipped silently:
//! a row without a letter has a finding.

use super::attaching::Attaching;
use super::files::Files;
use super::individual::{Pair, Pairs};
use super::leaks::{self, Leaks};
use super::making::{Gated, Made, Maker};
use super::seen::Seen;
use super::similarity::Similarity;
use super::translations::Translations;
use super::typesetting::Typesetting;
use super::{Campaign, Mode, SignatoryList, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::language;
use crate::leak_gate::unsearched;
use crate::message::Letter;
use crate::outbox::LISTED;
use crate::people::recipient::{COLUMNS, Contact, Recipient};
use crate::people::roll::Roll;
use crate::people::row::Row;
use crate::people::signatory;
use crate::people::supporter::Supporter;
use crate::people::values::UnknownValues;
use crate::press::claims::{Medium, Text};
use crate::roster;
use crate::template::{Source, schema};
use std::collections::VecDeque;
use std::sync::Arc;

/// The result for one row of the recipient list.
pub struct Step {
    /// The letter; `None` for a row that is skipped or wrong, and for every row if the settings, the signatory list or a
    /// template has an error.
    pub letter: Option<Letter>,
    /// Its pages, after [`Letters::for_paper`].
    pub pdf: Option<Vec<u8>>,
    /// What is wrong or doubtful with the row.
    pub findings: Vec<Finding>,
}

/// The most letters that are made at a time.
const LARGEST_BATCH: usize = 256;

/// A row that was read, or a letter of individual mode, with the letter to make where there is one.
pub(super) struct Read {
    pub(super) pair: Option<Pair>,
    pub(super) findings: Vec<Finding>,
}

/// The letters of a campaign.
pub struct Letters<'c> {
    pub(super) campaign: &'c Campaign,
    pub(super) findings: Vec<Finding>,
    pub(super) signatories: SignatoryList,
    pub(super) maker: Maker<'c>,
    pub(super) recipients: Option<roster::List>,
    /// In individual mode, the letters that are still to be made.
    pub(super) pairs: Option<Pairs>,
    /// The texts that are compared.
    texts: Similarity,
    seen: Seen,
    leaks: Leaks,
    /// Whether a letter is in the language of this rank.
    is_used: [bool; language::ALL.len()],
    /// Whether letters in the language of this rank are reported as too large for Gmail.
    is_clipped: [bool; language::ALL.len()],
    /// The number of letters with a word of their recipient's own that is also private.
    overlaps: usize,
    rows: usize,
    /// The number of recipients so far.
    pub(super) number: u32,
    /// The recipients' titles, by the letters' numbers, as far as the review page lists them.
    pub(super) titles: Vec<String>,
    /// Whether something that all letters are made from has an error: no letter may be shown.
    pub(super) has_common_errors: bool,
    pub(super) errors: bool,
    /// Whether the recipient list could not be read to its end.
    is_cut_off: bool,
    /// Whether there is nothing more to read.
    is_read: bool,
    /// How many letters are made next.
    batch: usize,
    /// What was read, and whose letter is not made yet.
    waiting: VecDeque<Read>,
    /// The results that have not been taken yet.
    pub(super) ready: VecDeque<Step>,
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
            let language = template.language().unwrap_or(settings.language);
            signatories.lint(&Text { file: &template.file, text: &template.text, medium: Medium::Template, language })
        }));

        findings.extend(self.one_list_for_both());
        let recipients = match self.can_read_list("recipients") {
            true => people::recipients(self).map_err(|wrong| findings.extend(wrong)).ok(),
            false => None,
        };
        let files = Arc::new(Files::new(
            &self.dir,
            settings.sender.from.email.domain(),
            settings.max_size,
            signatories.gate.clone(),
            settings.allow_file.clone(),
            &self.handed_over(&signatories, &mut findings),
        ));
        findings.extend(self.templates.iter().flat_map(|template| template.loads(&*files)));
        findings.extend(self.templates.iter().flat_map(Source::images_without_text));
        findings.extend(self.templates.iter().flat_map(Source::lines_run_together));
        let characters: Vec<Finding> = self.templates.iter().flat_map(Source::characters).collect();
        findings.extend_from_slice(&characters);
        let translations = recipients.as_ref().and_then(|list| {
            let is_known = !self.unreliable_keys.affects("letter", &["template"]);
            if !self.template_findings.is_empty() || !is_known {
                return None;
            }
            let columns = list.columns().names.iter().map(String::as_str).chain(COLUMNS.iter().copied());
            let slugs = signatories.roll.count.by.keys().map(String::as_str);
            let shape = match settings.mode {
                Mode::Joint => schema::joint(columns, slugs),
                Mode::Individual => schema::individual(columns, slugs, Supporter::FIELDS),
            };
            let translations = Translations::new(self, &signatories, shape, Arc::clone(&files));
            translations.map_err(|wrong| findings.extend(wrong)).ok()
        });
        match &translations {
            Some(translations) => findings.extend(translations.findings_of_files()),
            None => _ = Attaching::new(files, settings, &[], &mut findings),
        }
        let errors = findings.iter().any(Finding::is_error);
        let mut letters = Letters {
            is_used: [false; language::ALL.len()],
            is_clipped: [false; language::ALL.len()],
            campaign: self,
            findings,
            maker: Maker {
                settings,
                date: self.letter_date(),
                gate: signatories.gate.clone(),
                translations,
                earlier: self.earlier.as_ref(),
                has_bad_characters: !characters.is_empty(),
                is_plain: false,
                typesetting: Typesetting::new(self, Arc::clone(&signatories.roll)),
            },
            signatories,
            recipients,
            pairs: None,
            texts: Similarity::default(),
            seen: Seen::default(),
            leaks,
            overlaps: 0,
            rows: 0,
            number: 0,
            titles: Vec::new(),
            has_common_errors: errors,
            errors,
            is_cut_off: false,
            is_read: false,
            batch: 1,
            waiting: VecDeque::new(),
            ready: VecDeque::new(),
        };
        letters.pair();
        letters
    }
}

impl Letters<'_> {
    /// The same letters, each rendered, composed and searched as a whole: for tests that hold the quick way against it.
    #[doc(hidden)]
    pub fn made_plainly(mut self) -> Self {
        self.maker.is_plain = true;
        self
    }

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
    pub(super) fn without_private(&self, finding: Finding) -> Finding {
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

    /// The recipients' titles as in the list, in the order of the letters made so far, as many as the review page lists;
    /// empty for no title.
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
        let mut findings: Vec<_> = leaks::overlaps(std::mem::take(&mut self.overlaps)).into_iter().collect();
        findings.extend(self.recipients.as_ref().and_then(roster::List::unwrapped));
        if self.recipients.is_some() && !self.is_cut_off {
            findings.extend(self.texts.finding().filter(|_| !self.errors));
            findings.extend(people::check_count(file, settings.expected_recipients, self.rows, "recipients"));
            if self.rows > 0 && self.number == 0 && !self.errors {
                let finding = Finding::new(Code::ListCount, "nobody in the list gets a letter");
                findings.push(finding.at(Place::file(file)).help("every row is marked do_not_contact"));
            }
        }
        findings
    }

    /// Reads one row, which takes its turn in the numbers, the ids and the addresses.
    pub(super) fn read(&mut self, row: Result<Row, Vec<Finding>>) -> Read {
        self.rows += 1;
        let row = match row {
            Ok(row) => row,
            Err(findings) => {
                let stops_reading = findings.iter().any(people::stops_reading);
                self.is_cut_off |= stops_reading;
                self.number += u32::from(!stops_reading);
                return Read { findings, pair: None };
            }
        };
        let mut findings = Vec::new();
        let recipient = self.recipient(&row, &mut findings);
        Read { pair: recipient.map(|recipient| Pair::joint(recipient, self.number)), findings }
    }

    /// The recipient of a row who gets a letter.
    fn recipient(&mut self, row: &Row, findings: &mut Vec<Finding>) -> Option<Recipient> {
        let read = Recipient::read(row).map_err(|wrong| {
            let mut unknown = UnknownValues::default();
            findings.extend(unknown.take(row, wrong));
            let may_quote = |text: &str, _| self.signatories.may_quote(text);
            let values = &self.campaign.settings.recipients.values;
            findings.extend(unknown.findings("recipients", values, may_quote));
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
        if self.titles.len() < LISTED as usize {
            let title = recipient.fields().find(|(column, _)| *column == "title").map_or("", |(_, title)| title);
            self.titles.push(title.to_owned());
        }
        Some(recipient)
    }

    /// The next row, read, or the next letter of individual mode, of which the rows were read before.
    fn next_to_make(&mut self) -> Option<Read> {
        if let Some(pairs) = &mut self.pairs {
            return pairs.next().map(|pair| Read { pair: Some(pair), findings: Vec::new() });
        }
        let row = self.recipients.as_mut().filter(|_| !self.is_read).and_then(Iterator::next)?;
        Some(self.read(row))
    }

    /// Reads some rows and makes their letters, more of them each time: who wants only the first waits for no others.
    fn make_batch(&mut self) {
        while !self.is_read && self.waiting.len() < self.batch {
            match self.next_to_make() {
                Some(read) => self.waiting.push_back(read),
                None => self.is_read = true,
            }
        }
        self.batch = (2 * self.batch).min(LARGEST_BATCH);
        let pairs: Vec<&Pair> = self.waiting.iter().filter_map(|read| read.pair.as_ref()).collect();
        let mut made = self.maker.make_all(&pairs).into_iter().peekable();
        while self.waiting.front().is_some_and(|read| read.pair.is_none() || made.peek().is_some())
            && let Some(Read { pair, findings }) = self.waiting.pop_front()
        {
            let made = pair.and_then(|pair| Some((pair, made.next()?)));
            let step = self.step(made, findings);
            self.ready.push_back(step);
        }
    }

    /// The result for one row. The letter is made even if the row has errors, so that one run reports the errors of the list
    /// and of the template.
    fn step(&mut self, made: Option<(Pair, Made)>, mut findings: Vec<Finding>) -> Step {
        let mut pdf = None;
        let letter = made.and_then(|(pair, made)| {
            pdf = made.pdf;
            findings.extend(made.findings);
            if let (Some(language), Some(translations)) = (made.language, &self.maker.translations) {
                let rank = language.rank();
                if !std::mem::replace(&mut self.is_used[rank], true) {
                    findings.extend(translations.unfinished(language));
                }
                if !self.is_clipped[rank] {
                    let clipped = translations.clipped(language, made.html);
                    self.is_clipped[rank] = clipped.is_some();
                    findings.extend(clipped);
                }
            }
            let (letter, gated) = made.letter?;
            if pair.is_compared {
                self.texts.add(&letter);
            }
            self.judge(&pair, &gated, &mut findings).then_some(letter)
        });
        let is_wrong = findings.iter().any(Finding::is_error);
        self.errors |= is_wrong;
        let findings = findings.into_iter().map(|finding| self.without_private(finding)).collect();
        let letter = letter.filter(|_| !self.has_common_errors && !is_wrong);
        Step { pdf: pdf.filter(|_| letter.is_some()), letter, findings }
    }

    /// Reports what the leak gate found, and returns whether the letter is clean. A leak blocks the letter even if it was
    /// already reported.
    fn judge(&mut self, pair: &Pair, gated: &Gated, findings: &mut Vec<Finding>) -> bool {
        let Some(gate) = &self.signatories.gate else { return false };
        let Gated { letter, values, own } = gated;
        self.overlaps += usize::from(letter.has_overlap || values.has_overlap);
        let is_clean = letter.leaks.is_empty() && values.leaks.is_empty();
        let (subject, row) = (format!("letter {}", pair.number), pair.recipient.row());
        findings.extend(letter.unsearched.iter().map(|location| unsearched(&subject, *location)));
        for leaks in [&letter.leaks, &values.leaks] {
            findings.extend(self.leaks.of_letter(leaks, &subject, gate, self.campaign, row, own));
        }
        self.errors |= !is_clean;
        is_clean
    }
}

impl Iterator for Letters<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.ready.is_empty() && !(self.is_read && self.waiting.is_empty()) {
            self.make_batch();
        }
        self.ready.pop_front()
    }
}
