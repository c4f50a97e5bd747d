//! Sends the archive a copy of each letter that was accepted: the same bytes, with the same Date, to another address.
//!
//! It runs after the letters, over one connection, and nothing here may change what the ledger knows of a letter. A copy is
//! claimed, in the ledger and in the outbox's claims file, before its data is sent, and is never offered again once it may
//! have been taken.

use super::failure_streak::FailureStreak;
use super::{Clock, DeliveryError, Route, SendOptions, claim};
use crate::ledger::{Copied, Ledger};
use crate::message::reply::{Answer, Reply, Stage};
use crate::message::{Envelope, stamp};
use crate::outbox::{Entry, Outbox};
use crate::relay::{Offer, RelayError, Session};
use lettre::Address;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where the copies go.
pub struct Archive<'a> {
    /// To this address.
    pub address: &'a Address,
    /// At most this many: to the relay, a copy counts like a letter.
    pub most: Option<u64>,
}

/// What became of the copies that were due.
#[derive(Debug, Default)]
pub struct Archived {
    /// How many the relay took.
    pub accepted: u64,
    /// How many it did not take; the next run offers them again.
    pub failed: u64,
    /// How many may have been taken, and are not offered again.
    pub unknown: u64,
    /// How many were not offered; the next run offers them.
    pub left: u64,
    /// How many accepted letters have no copy and will have none, since what was sent is not known any more.
    pub lost: u64,
    /// The last reply that was not an acceptance.
    pub answer: Option<Answer>,
}

/// Sends the copies that are due. A relay that cannot be reached, or refuses the archive's address, leaves them for the next
/// run.
///
/// # Errors
/// The outbox or the ledger cannot be used.
pub fn archive(
    outbox: &Outbox,
    ledger: &mut Ledger,
    options: &SendOptions<'_>,
    archive: &Archive<'_>,
    clock: &dyn Clock,
    stop: &AtomicBool,
) -> Result<Archived, DeliveryError> {
    let mut claims = if ledger.is_shared() { None } else { Some(outbox.claims_file(ledger.id())?) };
    let pause = options.pause.unwrap_or_default().max(options.pause_per_domain.unwrap_or_default());
    let per_connection = options.relays.iter().map(|relay| relay.per_connection).min().unwrap_or(1);
    let mut archived = Archived::default();
    let mut streak = FailureStreak::new(1);
    let (mut session, mut through) = (None::<Session>, 0);
    let (mut offered, mut is_over) = (0, false);
    for entry in outbox.letters()? {
        let entry = entry?;
        if options.only.is_some_and(|only| !only.contains(&entry.id)) {
            continue;
        }
        let letter = claim(&entry);
        let sent_at = match ledger.copied(&letter)? {
            Copied::No => continue,
            Copied::Lost => {
                archived.lost += 1;
                continue;
            }
            Copied::Due { sent_at } => sent_at,
        };
        is_over |= archive.most.is_some_and(|most| offered >= most);
        if !is_over && !pause.is_zero() {
            clock.wait(pause);
        }
        is_over |= stop.load(Ordering::Relaxed) || options.not_after.is_some_and(|until| clock.now() > until);
        if is_over {
            archived.left += 1;
            continue;
        }
        if through >= per_connection {
            session.take().into_iter().for_each(Session::quit);
            through = 0;
        }
        let mut bytes = outbox.read(&entry)?;
        if let Some(zone) = options.date_zone {
            stamp::set_date(&mut bytes, &sent_at.to_zoned_datetime(zone.clone()));
        }
        let address = archive.address.as_ref();
        let Some(number) = ledger.claim_copy(&letter, address, &options.run, clock.now())? else { continue };
        if let Some(Err(error)) = claims.as_mut().map(|claims| claims.append(&[number], [&entry])) {
            let unsent = Answer { text: error.to_string(), ..Answer::default() };
            ledger.record_copy(&entry.id, &Reply::Deferred(unsent), clock.now())?;
            return Err(error.into());
        }
        let reply = offer(&mut session, options, archive, &entry, &bytes).unwrap_or_else(|error| {
            // No data was sent.
            is_over = true;
            let words = || Answer { text: error.to_string(), ..Answer::default() };
            Reply::Deferred(error.answer().cloned().unwrap_or_else(words))
        });
        ledger.record_copy(&entry.id, &reply, clock.now())?;
        offered += 1;
        through += 1;
        match &reply {
            Reply::Accepted(_) => archived.accepted += 1,
            // The same may happen to the next one, which would be unknown too.
            Reply::Unknown(_) => (archived.unknown, is_over) = (archived.unknown + 1, true),
            Reply::Deferred(_) | Reply::Rejected(_) => archived.failed += 1,
        }
        if !matches!(reply, Reply::Accepted(_)) {
            let answer = reply.answer();
            // All copies have the same sender and the same address.
            is_over |= answer.code.is_some() && answer.stage <= Stage::Rcpt || streak.count(&reply).is_some();
            archived.answer = Some(answer.clone());
        }
    }
    session.into_iter().for_each(Session::quit);
    if offered > 0 {
        ledger.sync(claims.map_or(0, |claims| claims.end()))?;
    }
    Ok(archived)
}

/// Offers one copy, over a new session if the last one is closed.
fn offer(
    session: &mut Option<Session>,
    options: &SendOptions<'_>,
    archive: &Archive<'_>,
    entry: &Entry,
    bytes: &[u8],
) -> Result<Reply, RelayError> {
    let envelope = Envelope { from: entry.envelope.from.clone(), to: archive.address.clone() };
    for _ in 0..2 {
        let open = match session.take().filter(Session::is_usable) {
            Some(open) => session.insert(open),
            None => session.insert(connect(options.relays)?),
        };
        return Ok(match open.offer(&envelope, bytes.len() as u64)? {
            Offer::Ready => open.content(bytes),
            Offer::Refused(reply) => reply,
            Offer::TooLarge(answer) => Reply::Deferred(answer),
            Offer::Closed => {
                *session = None;
                continue;
            }
        });
    }
    Ok(Reply::Deferred(Answer { text: "the relay closes each new connection".to_owned(), ..Answer::default() }))
}

/// Opens a session with the first relay that gives one.
///
/// # Errors
/// Why the last one does not.
fn connect(relays: &[Route]) -> Result<Session, RelayError> {
    let (last, others) = relays.split_last().expect("there is a relay");
    let first = others.iter().find_map(|relay| Session::connect(&relay.settings).ok());
    first.map_or_else(|| Session::connect(&last.settings), Ok)
}
