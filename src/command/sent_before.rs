//! What was sent before, compared with the letters in the outbox: whether it differs, and how many signatories it had.

use super::exit::Failure;
use super::ledger;
use super::wording::letters_of;
use crate::campaign::Campaign;
use crate::ledger::{Entry, Ledger, State};
use crate::message::identity::split_letter_id;
use crate::outbox::Outbox;
use serde_json::{Value, json};

/// Letters of the outbox that were sent with other bytes than they have now.
pub(super) struct SentOtherwise {
    letters: u64,
    /// How many signatories they had by name, and how many the letters have now, as far as that is recorded.
    then: Option<u64>,
    now: Option<u64>,
}

impl SentOtherwise {
    pub(super) fn of(campaign: &Campaign, ledger: Option<&Ledger>, outbox: &Outbox) -> Result<SentOtherwise, Failure> {
        let now = outbox.written_roll(campaign.dir())?.map(|(_, listed)| listed);
        let mut sent = SentOtherwise { letters: 0, then: None, now };
        let Some(ledger) = ledger else { return Ok(sent) };
        for letter in ledger::letters(outbox, Some(ledger))? {
            let (letter, Some(entry)) = letter? else { continue };
            if entry.state == State::Accepted && entry.digest != letter.digest {
                sent.letters += 1;
                sent.then = sent.then.max(ledger.roll_of(&entry.id)?.map(|(_, listed)| listed));
            }
        }
        Ok(sent)
    }

    /// "2 letters already sent differ from these: 40 names then, 39 now"; `None` if none differs.
    pub(super) fn sentence(&self) -> Option<String> {
        let names = match (self.then, self.now) {
            (Some(then), Some(now)) if then != now => format!(": {then} names then, {now} now"),
            _ => String::new(),
        };
        let (letters, differ) = (letters_of(self.letters), if self.letters == 1 { "differs" } else { "differ" });
        (self.letters > 0).then(|| format!("{letters} already sent {differ} from the outbox{names}"))
    }

    pub(super) fn json(&self) -> Value {
        json!({ "letters": self.letters, "names_then": self.then, "names_now": self.now })
    }
}

/// How the roll has grown since the edition before this one: "57 signatories; edition 1 had 56". `None` for a first edition.
pub(super) fn growth(campaign: &Campaign, ledger: Option<&Ledger>, outbox: &Outbox) -> Result<Option<String>, Failure> {
    let edition = campaign.settings.edition;
    let (Some((now, _)), true) = (outbox.written_roll(campaign.dir())?, edition > 1) else { return Ok(None) };
    let before = match ledger {
        Some(ledger) => {
            let mut accepted = ledger.entries(&[State::Accepted]);
            let is_before = |entry: &Entry| split_letter_id(&entry.id).1 == edition - 1;
            accepted.find(|entry| entry.as_ref().map_or(true, is_before)).transpose()?
        }
        None => None,
    };
    let had = match (ledger, &before) {
        (Some(ledger), Some(entry)) => ledger.roll_of(&entry.id)?,
        _ => None,
    };
    let before = match (had, before) {
        (Some((had, _)), _) => format!("; edition {} had {had}", edition - 1),
        (None, Some(_)) => String::new(),
        (None, None) => format!(
            ". No letter of edition {} was sent from this folder, so these are not shown under earlier ones",
            edition - 1
        ),
    };
    Ok(Some(format!("{now} signatories{before}")))
}
