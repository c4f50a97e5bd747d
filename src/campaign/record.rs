//! Makes the public record from the ledger and the recipient list.
//!
//! Every text is searched by the leak gate before it is in a [`Record`]: what relays and people wrote too. Without an address
//! that was asked for, nothing in it may be one.

use super::letters::Letters;
use super::publishing::Publication;
use super::{Campaign, Mode, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::leak_gate::{Gate, Scope};
use crate::ledger::{Entry, Ledger, LedgerError, Response, State};
use crate::message::identity::split_letter_id;
use crate::people::disclosure::Cleared;
use crate::people::recipient::Recipient;
use crate::press::record::{Record, RecordedLetter};
use crate::relay::queue_id;
use crate::site::Content;
use jiff::ZonedDateTime;
use serde_json::Map;
use std::collections::HashMap;

/// What a record also shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Including {
    /// The recipients' addresses.
    pub addresses: bool,
    /// The notes on answers.
    pub notes: bool,
}

/// Why there is no record.
pub enum NoRecord {
    /// It would show private data, or a list has errors.
    Findings(Vec<Finding>),
    /// The ledger cannot be read.
    Ledger(LedgerError),
}

impl From<LedgerError> for NoRecord {
    fn from(error: LedgerError) -> Self {
        NoRecord::Ledger(error)
    }
}

/// What the list has of a recipient.
struct Known {
    name: String,
    title: String,
    company: String,
    own: Vec<Cleared>,
}

impl Campaign {
    /// The record of the letters that the relay accepted.
    pub fn record(&self, ledger: &Ledger, including: Including) -> Result<Record, NoRecord> {
        let mut rows = self.recipient_rows().map_err(NoRecord::Findings)?;
        let mut known = HashMap::new();
        for recipient in rows.by_ref() {
            let recipient = recipient.map_err(NoRecord::Findings)?;
            known.insert(recipient.letter_id().to_owned(), Known::of(&recipient));
        }
        let Some(gate) = rows.gate() else {
            let what = "the record could not be searched for private data";
            return Err(NoRecord::Findings(vec![Finding::new(Code::Leak, what)]));
        };
        let settings = &self.settings;
        let (mut letters, mut findings) = (Vec::new(), Vec::new());
        for entry in ledger.entries(&[State::Accepted]) {
            let entry = entry?;
            let response = ledger.response(&entry.id)?;
            let accepted_at = ledger.sent_at(&entry.id)?.unwrap_or(entry.at);
            let accepted_at = accepted_at.to_zoned_datetime(settings.timezone.clone());
            let letter =
                Letter { entry: &entry, known: known.get(self.recipient_of(&entry.id)), response: response.as_ref() };
            let recorded = letter.recorded(including, accepted_at);
            findings.extend(letter.leaks(&recorded, gate));
            letters.push(recorded);
        }
        if !findings.is_empty() {
            return Err(NoRecord::Findings(findings));
        }
        let record = Record {
            campaign: settings.id.clone(),
            title: settings.title.clone(),
            organisation: settings.organisation.clone(),
            time_zone: settings.timezone.iana_name().unwrap_or("UTC").to_owned(),
            ..Record::default()
        };
        Ok(record.with(letters))
    }
}

impl<'c> Letters<'c> {
    /// The page of the record: without addresses and notes, whoever may read it.
    ///
    /// # Errors
    /// There is no record.
    pub fn record_page(&self, ledger: &Ledger) -> Result<Publication<'_, 'c>, NoRecord> {
        let record = self.campaign.record(ledger, Including::default())?;
        let mut own = Vec::new();
        for recipient in self.campaign.recipient_rows().map_err(NoRecord::Findings)? {
            own.extend(people::own_strings(&recipient.map_err(NoRecord::Findings)?));
        }
        Ok(Publication { page: self.page_of(Content::Record(record)), letters: self, own, fields: Map::new() })
    }
}

impl Campaign {
    /// The id of the recipient of a letter, from the letter's.
    pub fn recipient_of<'l>(&self, letter_id: &'l str) -> &'l str {
        let (id, _) = split_letter_id(letter_id);
        match self.settings.mode {
            Mode::Joint => id,
            // Neither of its two ids has a dot.
            Mode::Individual => id.rsplit_once('.').map_or(id, |(_, recipient)| recipient),
        }
    }
}

impl Known {
    fn of(recipient: &Recipient) -> Known {
        let cell = |column: &str| recipient.row().get(column).to_owned();
        Known {
            name: recipient.name().to_owned(),
            title: cell("title"),
            company: cell("company"),
            own: people::own_strings(recipient),
        }
    }
}

/// A letter with what is known of it.
struct Letter<'l> {
    entry: &'l Entry,
    known: Option<&'l Known>,
    response: Option<&'l Response>,
}

impl Letter<'_> {
    /// The letter as the record shows it.
    fn recorded(&self, including: Including, accepted_at: ZonedDateTime) -> RecordedLetter {
        let known = |of: fn(&Known) -> &String| self.known.map(|known| shown(of(known), including)).unwrap_or_default();
        let note = || self.response.and_then(|response| response.note.as_deref()).unwrap_or_default();
        RecordedLetter {
            edition: split_letter_id(&self.entry.id).1,
            name: known(|known| &known.name),
            title: known(|known| &known.title),
            company: known(|known| &known.company),
            address: including.addresses.then(|| self.entry.to.clone()),
            accepted_at,
            queue_id: self.entry.answer.as_ref().and_then(queue_id).unwrap_or_default().to_owned(),
            answered: self.response.map(|response| response.kind),
            answered_on: self.response.map(|response| response.on),
            note: including.notes.then(|| shown(note(), including)),
        }
    }

    /// The leaks in what the record shows of it. Only the list's own cells may have the recipient's words.
    fn leaks(&self, recorded: &RecordedLetter, gate: &Gate) -> Vec<Finding> {
        let own = self.known.map_or(&[][..], |known| &known.own);
        let of_list = [&*recorded.name, &recorded.title, &recorded.company];
        let address = recorded.address.as_deref();
        let others = [Some(&*recorded.queue_id), recorded.note.as_deref()];
        let own = Scope { own, ..Scope::default() };
        let of_list = of_list.into_iter().chain(address).map(|text| (text, own));
        let texts = of_list.chain(others.into_iter().flatten().map(|text| (text, Scope::default())));
        let leaks = texts.flat_map(|(text, scope)| gate.search_value(text, scope).leaks);
        leaks
            .map(|leak| {
                let subject = format!("the record of letter {}", self.entry.number);
                let finding = leak.finding(&subject, None);
                finding
                    .help("record the answer again without it, or correct the recipient's row")
                    .at(Place::file("the ledger"))
            })
            .collect()
    }
}

/// A text without the addresses in it, unless they were asked for.
fn shown(text: &str, including: Including) -> String {
    if including.addresses || !text.contains('@') {
        return text.to_owned();
    }
    let words = text.split(' ').map(|word| if word.contains('@') { "(address)" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
