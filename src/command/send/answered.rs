//! Whoever has answered the letter that a campaign follows gets no letter from it.
//!
//! The answers are read when letters are sent, from the folder of that campaign. If they cannot be read, nothing may be sent.

use crate::campaign::Campaign;
use crate::command::clock::SystemClock;
use crate::command::exit::{Exit, Failure};
use crate::command::ledger;
use crate::command::output::Output;
use crate::delivery::{self, Clock};
use crate::ledger::{Ledger, LedgerError, Settlement, Shard, State};
use crate::message::identity::split_letter_id;
use crate::outbox::Outbox;
use std::collections::BTreeSet;

/// The ids of the outbox's letters whose recipients have answered.
pub(super) fn ids(campaign: &Campaign, outbox: &Outbox) -> Result<BTreeSet<String>, Failure> {
    let Some(follows) = &campaign.settings.follows else { return Ok(BTreeSet::new()) };
    let folder = campaign.dir().join(follows);
    let refuse = |what: String| {
        let what = format!("`follows` in campaign.toml: {what}");
        Failure::msg(Exit::Refused, what).help("name the folder of the letter that this one follows, or remove the key")
    };
    let followed = Campaign::examine(&folder).map_err(|_| refuse("its campaign.toml cannot be read".to_owned()))?;
    let first = ledger::place(&followed)?.open().map_err(|error| refuse(error.to_string()))?;
    let answered = first.answered()?;
    let answered: BTreeSet<&str> = answered.iter().map(|id| split_letter_id(id).0).collect();
    let mut written_to = BTreeSet::new();
    for entry in first.entries(&State::ALL) {
        written_to.insert(split_letter_id(&entry?.id).0.to_owned());
    }
    let (mut ids, mut known) = (BTreeSet::new(), outbox.is_empty());
    for letter in outbox.letters()? {
        let letter = letter?;
        let recipient = campaign.recipient_of(&letter.id);
        known = known || written_to.contains(recipient);
        if answered.contains(recipient) {
            ids.insert(letter.id);
        }
    }
    if !known {
        return Err(refuse(format!("the campaign in {} wrote to none of these recipients", folder.display())));
    }
    Ok(ids)
}

/// Drops their letters, so that no later run sends them.
pub(super) fn drop_letters(
    campaign: &Campaign,
    outbox: &Outbox,
    shard: Option<Shard>,
    ledger: &mut Ledger,
    clock: &SystemClock,
    output: &Output,
) -> Result<(), Failure> {
    // Again, since the question may have waited for hours.
    let answered = ids(campaign, outbox)?;
    if answered.is_empty() {
        return Ok(());
    }
    let mut dropped = Vec::new();
    for letter in outbox.letters_in(shard)? {
        let letter = letter?;
        if !answered.contains(&letter.id) {
            continue;
        }
        let moved = match ledger.entry(&letter.id)?.map(|entry| entry.state) {
            None => ledger.cancel(&delivery::claim(&letter), BY, clock.now()),
            Some(State::Pending | State::Deferred) => ledger.settle(&letter.id, Settlement::Drop, BY, clock.now()),
            Some(_) => continue,
        };
        match moved {
            Ok(()) => dropped.push(letter.id),
            // Another worker has dropped or claimed it meanwhile.
            Err(LedgerError::Illegal { is_shared: true, .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    match dropped.as_slice() {
        [] => Ok(()),
        ids => output.say(&format!("Not sent, because they have answered the first letter: {}.", ids.join(", "))),
    }
}

/// What the ledger has in place of a person's name.
const BY: &str = "openletter: the first letter was answered";
