//! `send --dry-run` and `send --to-me`: the relay's examination, and one letter to oneself. Neither touches the ledger.

use super::relay;
use crate::campaign::{self, Campaign};
use crate::command::exit::{Exit, Failure};
use crate::command::inputs::{self, letters_of};
use crate::command::status::{Totals, said};
use crate::command::voice::Voice;
use crate::ledger::State;
use crate::letter::Envelope;
use crate::letter::address;
use crate::letter::reply::Reply;
use crate::outbox::{Approved, Outbox};
use crate::relay::{Offer, Session};
use std::collections::BTreeSet;
use std::io::Write;

/// Connects, logs in, and tells what would go and what already went.
pub(super) fn dry_run(
    campaign: &Campaign,
    settings: &campaign::Relay,
    outbox: &Outbox,
    only: Option<&BTreeSet<String>>,
    limit: Option<usize>,
    voice: &Voice,
) -> Result<Exit, Failure> {
    let ledger = inputs::ledger_of(campaign, outbox)?;
    let reached = relay::settings(campaign, settings)?;
    let session = Session::connect(&reached).map_err(relay::failure)?;
    let largest = session.size_limit();
    session.quit();

    let mut totals = Totals::default();
    let mut would_go = 0;
    let mut too_large = Vec::new();
    for letter in outbox.letters().map_err(inputs::outbox_failure)? {
        let letter = letter.map_err(inputs::outbox_failure)?;
        let known = match &ledger {
            Some(ledger) => ledger.entry(&letter.id).map_err(inputs::ledger_failure)?,
            None => None,
        };
        let state = known.map_or(State::Pending, |entry| entry.state);
        totals.add(state);
        let goes = matches!(state, State::Pending | State::Deferred)
            && only.is_none_or(|only| only.contains(&letter.id))
            && limit.is_none_or(|limit| would_go < limit);
        would_go += usize::from(goes);
        if goes && largest.is_some_and(|largest| letter.octets > largest) {
            too_large.push(letter.number.to_string());
        }
    }
    let mut out = voice.results();
    writeln!(
        out,
        "{reached} is there: {}{}.",
        settings.tls.name(),
        if reached.login.is_some() { ", login accepted" } else { ", no login" }
    )?;
    if let Some(largest) = largest {
        writeln!(out, "It takes letters of up to {largest} octets.")?;
    }
    writeln!(out, "{} would go. State now: {}.", letters_of(would_go as u64), totals.sentence())?;
    let approval = match outbox.approved().map_err(inputs::outbox_failure)? {
        Approved::By(names) => format!("approved by {}", names.join(", ")),
        Approved::No => "not approved yet".to_owned(),
        Approved::Undone => "no longer approved: it was written anew since".to_owned(),
    };
    writeln!(out, "The outbox is {approval}. Nothing was sent.")?;
    out.flush()?;
    if !too_large.is_empty() {
        return Err(Failure::said(Exit::Relay, format!("too large for this relay: letter {}", too_large.join(", "))));
    }
    Ok(Exit::Done)
}

/// Sends one letter with its own bytes to one address alone.
pub(super) fn to_me(
    to: &str,
    only: Option<&BTreeSet<String>>,
    campaign: &Campaign,
    settings: &campaign::Relay,
    outbox: &Outbox,
    voice: &Voice,
) -> Result<Exit, Failure> {
    let to = address::address(to).map_err(|fault| Failure::said(Exit::Usage, format!("the address {fault}")))?;
    let mut chosen = Vec::new();
    for letter in outbox.letters().map_err(inputs::outbox_failure)? {
        let letter = letter.map_err(inputs::outbox_failure)?;
        match only {
            None => {
                chosen.push(letter);
                break;
            }
            Some(only) if only.contains(&letter.id) => chosen.push(letter),
            Some(_) => {}
        }
    }
    let reached = relay::settings(campaign, settings)?;
    let mut session = Session::connect(&reached).map_err(relay::failure)?;
    let mut out = voice.results();
    for letter in chosen {
        let bytes = outbox.read(&letter).map_err(inputs::outbox_failure)?;
        let envelope = Envelope { from: letter.envelope.from.clone(), to: to.clone() };
        let reply = match session.offer(&envelope, letter.octets).map_err(relay::failure)? {
            Offer::Ready => session.content(&bytes),
            Offer::Refused(reply) => reply,
        };
        match reply {
            Reply::Accepted(_) => {
                writeln!(out, "Letter {} ({}) went to {to} alone, with its own bytes.", letter.number, letter.id)?
            }
            other => {
                return Err(Failure::said(
                    Exit::Relay,
                    format!("letter {} was not taken: {}", letter.number, said(other.answer())),
                ));
            }
        }
    }
    session.quit();
    out.flush()?;
    Ok(Exit::Done)
}
