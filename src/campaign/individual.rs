//! Individual letters: in whose name to whom, in which order, and how many there are.
//!
//! Supporters take turns: each writes to all recipients before the next one does, so that between two letters to one recipient
//! every other recipient gets one. The number of letters must be known, and within `max_letters`, before any is made.

use super::letters::{Letters, Step};
use super::{Mode, Settings, SignatoryList, people};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::leak_gate::{Gate, Leak, Scope};
use crate::message::parse::Reading;
use crate::outbox::LISTED;
use crate::people::disclosure::{Cleared, Extent};
use crate::people::recipient::Recipient;
use crate::people::supporter::Supporter;
use crate::text::pluralize::numbered;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A letter to make: to whom, and in individual mode in whose name.
pub(super) struct Pair {
    pub(super) number: u32,
    pub(super) recipient: Arc<Recipient>,
    pub(super) supporter: Option<Arc<Supporter>>,
    /// Whether it is the first letter to this recipient, with which their row is checked.
    pub(super) is_first: bool,
    /// Whether its text is compared with those of others.
    pub(super) is_compared: bool,
}

impl Pair {
    /// The only letter to a recipient.
    pub(super) fn joint(recipient: Recipient, number: u32) -> Pair {
        Pair { number, recipient: Arc::new(recipient), supporter: None, is_first: true, is_compared: false }
    }

    /// The letter's id: the recipient's, after the supporter's and a dot. Neither has a dot.
    pub(super) fn letter_id(&self) -> Cow<'_, str> {
        match &self.supporter {
            None => self.recipient.letter_id().into(),
            Some(supporter) => format!("{}.{}", supporter.id, self.recipient.letter_id()).into(),
        }
    }
}

/// How many letters individual mode makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The signatories in whose names letters go out.
    pub supporters: u64,
    /// The recipients, each of whom gets a letter from each.
    pub recipients: u64,
}

impl Pairing {
    /// The number of letters.
    pub fn letters(self) -> u64 {
        self.supporters.saturating_mul(self.recipients)
    }
}

impl fmt::Display for Pairing {
    /// "12 supporters × 10 recipients = 120 letters".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [supporters, recipients] =
            [(self.supporters, "supporter"), (self.recipients, "recipient")].map(|(n, noun)| numbered(n, noun));
        write!(f, "{supporters} × {recipients} = {}", numbered(self.letters(), "letter"))
    }
}

/// The most letters that are made to find errors where no letter is written because there are too many.
const TRIED: u64 = 10_000;

/// The letters of individual mode that are still to be made, in order.
pub(super) struct Pairs {
    supporters: Vec<Arc<Supporter>>,
    recipients: Vec<Arc<Recipient>>,
    rest: Range<u64>,
    /// One supporter in so many is compared with others.
    step: usize,
    pub(super) pairing: Pairing,
}

impl Iterator for Pairs {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let rank = self.rest.next()?;
        let width = self.recipients.len() as u64;
        let (turn, place) = ((rank / width) as usize, (rank % width) as usize);
        Some(Pair {
            number: u32::try_from(rank + 1).unwrap_or(u32::MAX),
            recipient: Arc::clone(&self.recipients[place]),
            supporter: Some(Arc::clone(&self.supporters[turn])),
            is_first: turn == 0,
            is_compared: place == 0 && turn.is_multiple_of(self.step),
        })
    }
}

impl Letters<'_> {
    /// In individual mode, reads the recipients, whose rows become steps without a letter, and pairs them with the supporters.
    pub(super) fn pair(&mut self) {
        let settings = &self.campaign.settings;
        if settings.mode == Mode::Joint {
            return;
        }
        let has_id = self.recipients.as_ref().is_none_or(|list| list.columns().names.iter().any(|name| name == "id"));
        let mut recipients = Vec::new();
        while let Some(row) = self.recipients.as_mut().and_then(Iterator::next) {
            let mut read = self.read(row);
            if let Some(pair) = read.pair {
                read.findings.extend(has_id.then(|| refused_id(&pair.recipient)).flatten());
                recipients.push(pair.recipient);
            }
            let findings: Vec<_> = read.findings.into_iter().map(|finding| self.without_private(finding)).collect();
            self.errors |= findings.iter().any(Finding::is_error);
            self.ready.push_back(Step { letter: None, pdf: None, findings });
        }
        let mut findings = Vec::new();
        if !has_id {
            let what = "the list has no column `id`, which individual letters need";
            let place = Place::file(&*settings.recipients.file);
            let help = "give each row an id that never changes, such as r17";
            findings.push(Finding::new(Code::ListHeader, what).at(place).help(help));
        }
        // Rows with errors have a number: they get their letters once they are corrected.
        let supporters = std::mem::take(&mut self.signatories.supporters);
        let pairing = Pairing { supporters: supporters.len() as u64, recipients: u64::from(self.number) };
        findings.extend(limited(pairing, settings));
        if supporters.is_empty() && !self.errors && !self.has_common_errors {
            let what = "no letter goes out in anybody's name";
            let help = "`openletter check --verbose` shows why, row by row";
            let place = Place::file(&*settings.signatories.file);
            findings.push(Finding::new(Code::ListCount, what).at(place).help(help));
        }
        let is_stopped = findings.iter().any(Finding::is_error);
        self.has_common_errors |= is_stopped;
        self.errors |= is_stopped;
        self.findings.extend(findings);
        let most = if is_stopped { TRIED } else { u64::MAX };
        let letters = (supporters.len() as u64).saturating_mul(recipients.len() as u64).min(most);
        let listed = letters.min(u64::from(LISTED)) as usize;
        self.titles = self.titles.iter().cycle().take(listed).cloned().collect();
        let step = supporters.len().div_ceil(super::similarity::COMPARED).max(1);
        self.pairs = Some(Pairs { supporters, recipients, rest: 0..letters, step, pairing });
    }

    /// How many letters individual mode makes; `None` in joint mode.
    pub fn pairing(&self) -> Option<Pairing> {
        self.pairs.as_ref().map(|pairs| pairs.pairing)
    }

    /// Whether there are more letters than this.
    pub fn are_more_than(&self, letters: u32) -> bool {
        match self.pairing() {
            Some(pairing) => pairing.letters() > u64::from(letters),
            None => self.campaign.has_more_rows_than(letters),
        }
    }
}

/// Reports a recipient's id that cannot be part of the ids of individual letters.
fn refused_id(recipient: &Recipient) -> Option<Finding> {
    recipient.letter_id().contains(['.', '@']).then(|| {
        let what = "the id has a dot or an @, and is part of the ids of individual letters";
        let finding = Finding::new(Code::CellValue, what).at(recipient.row().place("id"));
        finding.help("use letters, digits and signs such as - _")
    })
}

/// Reports more letters than `max_letters`, and that it is missing.
fn limited(pairing: Pairing, settings: &Settings) -> Option<Finding> {
    let letters = pairing.letters();
    let (what, help) = match settings.max_letters {
        Some(most) if u64::from(most) >= letters => return None,
        Some(most) => (
            spans![own(pairing.to_string()), ", but `max_letters` is ", most],
            spans!["shorten a list, or, if so many are meant, set [letter] max_letters = ", letters],
        ),
        None => (
            spans![own(pairing.to_string()), ", and [letter] has no `max_letters`"],
            spans!["if so many are meant, set [letter] max_letters = ", letters],
        ),
    };
    Some(Finding::new(Code::TooManyLetters, what).at(settings.max_letters_place.clone()).help(help))
}

impl super::Campaign {
    /// The number of letters, of individual mode by this pairing. A row with an error counts, since it keeps its number when
    /// it is corrected.
    pub fn count_letters(&self, pairing: Option<Pairing>) -> u32 {
        match pairing {
            Some(pairing) => u32::try_from(pairing.letters()).unwrap_or(u32::MAX),
            None => people::count_recipients(self),
        }
    }
}

/// The supporters of a list, to compare letters that were written earlier with what they clear now.
pub struct ClearedNow<'l> {
    gate: Option<&'l Gate>,
    supporters: HashMap<&'l str, &'l Supporter>,
}

impl SignatoryList {
    /// What the supporters clear now.
    pub fn cleared_now(&self) -> ClearedNow<'_> {
        let supporters = self.supporters.iter().map(|supporter| (&*supporter.id, &**supporter)).collect();
        ClearedNow { gate: self.gate.as_deref(), supporters }
    }
}

impl ClearedNow<'_> {
    /// Whether a letter in the name of the supporter with this id holds nothing that they, or others, do not clear. Only
    /// whole names, addresses and statements count: the letter was searched for the rest when it was written.
    pub fn has(&self, supporter: &str, letter: &[u8]) -> bool {
        let (Some(gate), Some(supporter)) = (self.gate, self.supporters.get(supporter)) else { return false };
        let headers = Reading::of(letter).headers.into_iter();
        let to = headers.filter(|(name, _)| name == "To").flat_map(|(_, to)| {
            let words: Vec<String> =
                to.split(|c: char| c.is_whitespace() || "<>\",".contains(c)).map(str::to_owned).collect();
            words.into_iter().chain([to])
        });
        let own: Vec<Cleared> = to.map(|text| Cleared { text, extent: Extent::Everything }).collect();
        let scope = Scope { own: &own, writer: &supporter.own_strings(), ..Scope::default() };
        !gate.search_letter(letter, scope).leaks.iter().any(Leak::is_whole)
    }
}
