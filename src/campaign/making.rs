//! Makes a letter from one recipient's row, and in individual mode a supporter's, checks it and searches it.
//!
//! There are two ways. The quick way makes and searches the parts that all letters share once. The plain way renders,
//! composes and searches the whole letter; it is used where the quick way finds anything wrong, and only it reports findings.
//! The results must never differ: `tests/suite/oracle.rs` compares them.

use super::assembly::Assembly;
use super::attaching::parts;
use super::editions::EarlierEditions;
use super::files::Carried;
use super::individual::Pair;
use super::leaks::search_values;
use super::translations::{Translation, Translations};
use super::typesetting::Typesetting;
use super::{Mode, Settings, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::language::Language;
use crate::leak_gate::{Gate, Scope, Searched};
use crate::message::compose::{Draft, Sender, compose};
use crate::message::file_part::FilePart;
use crate::message::frame::Varying;
use crate::message::identity::letter_id;
use crate::message::octets::Octets;
use crate::message::{Envelope, Letter, lint};
use crate::people::disclosure::{Cleared, Extent};
use crate::people::recipient::{COLUMNS, Recipient};
use crate::people::salutation::{closing, salutation};
use crate::people::supporter::Supporter;
use crate::template::OwnFields;
use jiff::ZonedDateTime;
use lettre::message::Mailbox;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// Everything that letters are made from. It does not change between letters, so threads can share it.
pub(super) struct Maker<'c> {
    pub(super) settings: &'c Settings,
    /// The Date header of the letters' files.
    pub(super) date: ZonedDateTime,
    pub(super) gate: Option<Arc<Gate>>,
    /// The letter in each of its languages; `None` if it could not be compiled.
    pub(super) translations: Option<Translations<'c>>,
    /// The letters of earlier editions; `None` in the first.
    pub(super) earlier: Option<&'c EarlierEditions>,
    /// Whether a template has a character that no letter may have, which was reported at its line.
    pub(super) has_bad_characters: bool,
    /// Whether only the plain way is used, so that a test can compare the two.
    pub(super) is_plain: bool,
    pub(super) typesetting: Typesetting<'c>,
}

/// The result for one recipient.
pub(super) struct Made {
    pub(super) findings: Vec<Finding>,
    /// The letter with what the gate found in it; `None` if it could not be made or searched.
    pub(super) letter: Option<(Letter, Gated)>,
    /// The size of its HTML part in bytes; 0 without one.
    pub(super) html: usize,
    /// Its language; `None` if the letter could not be compiled.
    pub(super) language: Option<&'static Language>,
    /// Its pages, if they were asked for.
    pub(super) pdf: Option<Vec<u8>>,
}

/// What the leak gate found.
pub(super) struct Gated {
    /// In the letter, and in the values that are written beside it.
    pub(super) letter: Searched,
    pub(super) values: Searched,
    /// What the letter may hold, if anything was found.
    pub(super) own: Vec<Cleared>,
}

/// A letter, what the gate found in its text, the files it carries, and the size of its HTML part in bytes.
type MadeFrom = (Letter, Searched, Vec<Arc<Carried>>, usize);

/// A letter to make, in its language.
pub(super) struct Order<'r> {
    pub(super) pair: &'r Pair,
    recipient: &'r Recipient,
    pub(super) id: Cow<'r, str>,
    pub(super) translation: &'r Translation<'r>,
    /// Who writes: all letters have the same sender, or each supporter's another one.
    sender: Cow<'r, Sender>,
    to: Mailbox,
    /// The Message-IDs of the messages that the letter follows.
    references: Cow<'r, [String]>,
    /// Their salutation and closing.
    printed: [String; 2],
    /// The letter's pages, if it carries them.
    pub(super) pages: Option<Arc<Carried>>,
}

impl Maker<'_> {
    /// Makes and searches this letter, and collects everything that is wrong with it. Where possible the letter is made in
    /// spite of errors. What is wrong with a recipient's row is reported with their first letter.
    pub(super) fn make(&self, pair: &Pair) -> Made {
        let recipient = &*pair.recipient;
        let mut findings = if pair.is_first { self.unusual(recipient) } else { Vec::new() };
        let translation = match self.translations.as_ref().map(|translations| translations.of(recipient)) {
            Some((translation, missing)) => {
                findings.extend(missing.filter(|_| pair.is_first));
                translation.map_err(|wrong| findings.extend_from_slice(wrong)).ok()
            }
            None => None,
        };
        let wanted = || Language::of_recipient(recipient.language(), self.settings.language);
        let language = translation.map_or_else(wanted, |translation| translation.renderer.language());
        let report = |finding| findings.extend(pair.is_first.then_some(finding));
        let greeting = salutation(recipient, language).map_err(report).ok();
        let references = self.references(pair).map_err(|finding| findings.push(finding)).ok();
        let order = greeting.zip(translation).zip(references).map(|((greeting, translation), references)| {
            let closing = closing(recipient, language, &greeting);
            let printed = [greeting, closing];
            let name = Some(recipient.name().to_owned()).filter(|name| !name.is_empty());
            let to = Mailbox::new(name, recipient.address().clone());
            let sender = self.sender(pair);
            let id = letter_id(pair.letter_id(), self.settings.edition);
            Order { pair, recipient, id, translation, sender, to, references, printed, pages: None }
        });
        let (mut html, mut pdf) = (0, None);
        let letter = order.and_then(|mut order| {
            pdf = self.typeset(&mut order, &mut findings);
            let made = self.quickly(&order).or_else(|| self.plainly(&order, &mut findings))?;
            let (letter, searched, carried, octets) = made;
            html = octets;
            let attaching = &order.translation.attaching;
            findings.extend(attaching.findings(&carried));
            findings.extend(attaching.check_size(letter.bytes.len(), &order.place()));
            let values = search_values(self.gate.as_ref()?, &order, &letter.files);
            let is_clean = searched.leaks.is_empty() && values.leaks.is_empty();
            let own = if is_clean { Vec::new() } else { order.own_strings() };
            Some((letter, Gated { letter: searched, values, own }))
        });
        Made { findings, letter, html, language: translation.map(|translation| translation.renderer.language()), pdf }
    }

    /// The Message-IDs that a letter follows: those of the recipient's row, then those of earlier editions of this letter.
    fn references<'r>(&self, pair: &'r Pair) -> Result<Cow<'r, [String]>, Finding> {
        let of_row = pair.recipient.references();
        let Some(earlier) = self.earlier else { return Ok(of_row.into()) };
        let earlier = earlier.message_ids(&pair.letter_id(), self.settings.edition)?;
        Ok(if earlier.is_empty() { of_row.into() } else { [of_row, &earlier].concat().into() })
    }

    /// Returns the findings about unusual cells of the recipient.
    fn unusual(&self, recipient: &Recipient) -> Vec<Finding> {
        let domains = &self.settings.domains;
        let mut findings = recipient.unusual(self.settings.date, domains);
        let domain = recipient.address().domain();
        if !domains.is_empty() && !domains.iter().any(|known| known.eq_ignore_ascii_case(domain)) {
            findings.push(
                Finding::new(Code::AddressDomain, "the address's domain is not among the recipients' domains")
                    .at(recipient.row().place("email"))
                    .help("is it the right list? If so, add the domain to [recipients] domains"),
            );
        }
        findings
    }

    /// Makes the letter from the shared parts; `None` if it must be made the plain way.
    fn quickly(&self, order: &Order<'_>) -> Option<MadeFrom> {
        let (renderer, gate) = (&order.translation.renderer, self.gate.as_ref()?);
        if self.is_plain {
            return None;
        }
        let assembly = order.translation.assembly.get_or_init(|| {
            let draft = Draft { sender: &self.settings.sender, ..self.draft(order, "") };
            Assembly::new(renderer, gate, &draft, self.varying())
        });
        let passages = renderer.passages(order)?;
        let attachments = order.attachments(&passages.attach).ok()?;
        let shared = renderer.shared().map_or(&[][..], |shared| &shared.html);
        let html = passages.html.as_deref().unwrap_or_default();
        let images = order.translation.attaching.images_in(html, shared);
        let octets = html.iter().map(|passage| passage.text(shared).len()).sum();
        let (image_parts, attachment_parts) = (parts(&images), parts(&attachments));
        let draft = self.draft(order, &passages.subject);
        let draft = Draft { images: &image_parts, attachments: &attachment_parts, ..draft };
        let (framed, searched) = assembly.as_ref()?.letter(&passages, &draft, order, gate)?;
        let files = [image_parts, attachment_parts].concat();
        let letter = self.letter(order, framed.message_id, passages.subject, framed.octets, files);
        Some((letter, searched, [images, attachments].concat(), octets))
    }

    /// Renders, composes and searches the whole letter, and collects everything that is wrong with it.
    fn plainly(&self, order: &Order<'_>, findings: &mut Vec<Finding>) -> Option<MadeFrom> {
        let place = order.place();
        let renderer = &order.translation.renderer;
        let rendered = renderer.print(order.all(), &place);
        let rendered = rendered
            .map_err(|wrong| findings.extend(wrong.into_iter().map(|finding| order.at_its_row(finding, self.settings))))
            .ok()?;
        let at = |finding: Finding| finding.at(place.clone());
        let attachments = order.attachments(&rendered.attach).map_err(|wrong| findings.extend(wrong)).ok()?;
        let images = order.translation.attaching.images(rendered.html.as_deref().into_iter());
        let (image_parts, attachment_parts) = (parts(&images), parts(&attachments));
        let draft = self.draft(order, &rendered.subject);
        let draft = Draft { text: &rendered.text, html: rendered.html.as_deref(), ..draft };
        let with_files = Draft { images: &image_parts, attachments: &attachment_parts, ..draft };
        let composed = compose(&with_files)
            .map_err(|wrong| findings.extend(wrong.into_iter().map(at).filter(|_| !self.has_bad_characters)))
            .ok()?;
        if let Err(faults) = lint::lint(&composed.bytes) {
            let help =
                "shorten the subject or the name on that line; otherwise this is a bug in openletter: please report it";
            findings.extend(faults.iter().map(|fault| {
                at(Finding::new(Code::Wire, spans!["the finished letter: ", own(fault.to_string())]).help(help))
            }));
        }
        let roll = renderer.built_in_roll();
        let language = Some(renderer.language());
        let (own, writer) = (order.own_strings(), order.writer_strings());
        let scope = Scope { own: &own, writer: &writer, already_searched: &roll, language, ..Scope::default() };
        let files = [image_parts, attachment_parts].concat();
        let gate = self.gate.as_ref()?;
        // The files are searched once for all letters, and their names with the other values.
        let searched = match files.is_empty() {
            true => gate.search_letter(&composed.bytes, scope),
            false => gate.search_letter(&compose(&draft).ok()?.bytes, scope),
        };
        let octets = Octets::sharing(composed.bytes, files.iter().map(|file| file.body()));
        let letter = self.letter(order, composed.message_id, rendered.subject, octets, files);
        let octets = rendered.html.map_or(0, |html| html.len());
        Some((letter, searched, [images, attachments].concat(), octets))
    }

    /// Which header fields differ from letter to letter.
    fn varying(&self) -> Varying {
        match self.settings.mode {
            Mode::Joint => Varying::Recipient,
            Mode::Individual => Varying::SenderAndRecipient,
        }
    }

    /// The sender of a letter: the campaign, or a supporter by the campaign's address. Answers go to the supporter only if they
    /// agreed to it.
    fn sender(&self, pair: &Pair) -> Cow<'_, Sender> {
        let sender = &self.settings.sender;
        let Some(supporter) = &pair.supporter else { return Cow::Borrowed(sender) };
        let name = &supporter.signature.name;
        let from = Mailbox::new(Some(format!("{name} via {}", self.settings.organisation)), sender.from.email.clone());
        let reply_to = supporter.reply_to.clone().map(|address| Mailbox::new(Some(name.clone()), address));
        let reply_to = reply_to.or_else(|| sender.reply_to.clone());
        Cow::Owned(Sender { from, reply_to, return_path: sender.return_path.clone() })
    }

    /// Returns the draft without its text.
    fn draft<'a>(&'a self, order: &'a Order<'_>, subject: &'a str) -> Draft<'a> {
        Draft {
            campaign_id: &self.settings.id,
            letter_id: &order.id,
            sender: &order.sender,
            to: &order.to,
            subject,
            references: &order.references,
            date: &self.date,
            text: "",
            html: None,
            images: &[],
            attachments: &[],
        }
    }

    fn letter(
        &self,
        order: &Order<'_>,
        message_id: String,
        subject: String,
        bytes: Octets,
        files: Vec<Arc<FilePart>>,
    ) -> Letter {
        Letter {
            number: order.pair.number,
            id: order.id.clone().into_owned(),
            envelope: Envelope { from: self.settings.sender.return_path.clone(), to: order.to.email.clone() },
            message_id,
            subject,
            bytes,
            files,
        }
    }
}

impl Order<'_> {
    /// The recipient's row.
    pub(super) fn place(&self) -> Place {
        let row = self.recipient.row();
        Place::line(row.file(), row.line())
    }

    /// Moves a finding to the supporter's row, where it is about one of their cells.
    fn at_its_row(&self, mut finding: Finding, settings: &Settings) -> Finding {
        let is_theirs = finding.about.as_deref().is_some_and(|name| name.starts_with("signatory."));
        if let Some(supporter) = self.pair.supporter.as_ref().filter(|_| is_theirs) {
            let (recipient, own) = (self.place(), Place::line(&*settings.signatories.file, supporter.line));
            finding.places.iter_mut().filter(|place| **place == recipient).for_each(|place| *place = own.clone());
        }
        finding
    }

    /// The recipient's strings that the letter may contain.
    pub(super) fn own_strings(&self) -> Vec<Cleared> {
        let mut own = Vec::new();
        self.each_own_string(&mut |text, extent| own.push(Cleared { text: text.to_owned(), extent }));
        own
    }

    /// What the supporter who writes it cleared for it.
    pub(super) fn writer_strings(&self) -> Vec<Cleared> {
        self.pair.supporter.as_ref().map(|supporter| supporter.own_strings()).unwrap_or_default()
    }

    /// Passes on both.
    pub(super) fn each_cleared(&self, take: &mut dyn FnMut(&str, Extent)) {
        self.each_own_string(take);
        self.pair.supporter.iter().for_each(|supporter| supporter.each_own_string(take));
    }

    /// Passes on the recipient's strings. The salutation and the closing count as the program's own words unless they hold a cell of the
    /// list: a French closing repeats the salutation.
    fn each_own_string(&self, take: &mut dyn FnMut(&str, Extent)) {
        people::each_own_string(self.recipient, take);
        let row = self.recipient.row();
        let cells = ["salutation", "closing"].map(|column| row.get(column).trim_end_matches([',', ':', ' ']));
        let is_own = |text: &&String| cells.iter().all(|cell| cell.is_empty() || !text.contains(cell));
        self.printed.iter().filter(is_own).for_each(|text| take(text, Extent::Everything));
    }
}

impl OwnFields for Order<'_> {
    fn value(&self, name: &str, column: &str) -> Option<&str> {
        let row = self.recipient.row();
        match (name, column) {
            ("salutation", _) => Some(&self.printed[0]),
            ("closing", _) => Some(&self.printed[1]),
            ("signatory", field) => self.pair.supporter.as_ref()?.field(field),
            (_, "name") => Some(self.recipient.name()),
            (_, "language") => Some(self.translation.renderer.language().tag),
            _ => row.find(column).or_else(|| COLUMNS.contains(&column).then_some("")),
        }
    }

    fn all(&self) -> Map<String, Value> {
        let blank = COLUMNS.iter().map(|column| (*column, ""));
        let language = [("language", self.translation.renderer.language().tag)];
        let cells = blank.chain(self.recipient.fields()).chain(language);
        let cells = cells.map(|(column, cell)| (column.to_owned(), cell.into())).collect();
        let [salutation, closing] = &self.printed;
        let signatory = self.pair.supporter.iter().map(|supporter| {
            let fields =
                Supporter::FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), supporter.field(name)?.into())));
            ("signatory".to_owned(), Value::Object(fields.collect()))
        });
        let own = [
            ("recipient".to_owned(), Value::Object(cells)),
            ("salutation".to_owned(), salutation.clone().into()),
            ("closing".to_owned(), closing.clone().into()),
        ];
        own.into_iter().chain(signatory).collect()
    }
}
