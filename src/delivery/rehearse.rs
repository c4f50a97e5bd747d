//! Sends the whole outbox to the built-in relay and compares what arrived byte for byte.
//!
//! It must never touch the ledger, or connect to any other relay.

use super::DeliveryError;
use crate::message::reply::{Answer, Reply};
use crate::message::stamp;
use crate::outbox::{Entry, Outbox};
use crate::relay::{Offer, Rehearsal, Session};
use jiff::ZonedDateTime;
use std::time::Duration;

/// A letter that arrived changed, or not at all.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// The letter's number.
    pub number: u32,
    /// Its id.
    pub id: String,
    /// What differs.
    pub what: String,
}

/// Sends every letter to the rehearsal relay, dated as given, and calls `report` with each that arrived as it was sent.
///
/// # Errors
/// What stops the rehearsal: a changed letter, an outbox that cannot be read, no relay.
pub fn rehearse(
    outbox: &Outbox,
    relay: &Rehearsal,
    hello: &str,
    date: Option<&ZonedDateTime>,
    report: &mut dyn FnMut(&Entry),
) -> Result<Vec<Difference>, DeliveryError> {
    let mut session = Session::connect(&relay.settings(Duration::from_secs(30), hello))?;
    let mut differences = Vec::new();
    for entry in outbox.letters()? {
        let entry = entry?;
        let mut bytes = outbox.read(&entry)?;
        if let Some(date) = date {
            stamp::set_date(&mut bytes, date);
        }
        let reply = match session.offer(&entry.envelope, entry.octets)? {
            Offer::Ready => session.content(&bytes),
            Offer::Refused(reply) => reply,
            Offer::TooLarge(answer) => Reply::Deferred(answer),
            Offer::Closed => Reply::Deferred(Answer { text: "the connection was lost".into(), ..Answer::default() }),
        };
        let what = match reply {
            Reply::Accepted(_) => match relay.fetch() {
                None => Some("did not arrive".to_owned()),
                Some(arrival)
                    if arrival.from != entry.envelope.from.as_ref() || arrival.to != [entry.envelope.to.as_ref()] =>
                {
                    Some("arrived with another envelope".to_owned())
                }
                Some(arrival) if arrival.bytes != bytes => {
                    let at = arrival
                        .bytes
                        .iter()
                        .zip(&bytes)
                        .position(|(a, b)| a != b)
                        .unwrap_or(bytes.len().min(arrival.bytes.len()));
                    Some(format!("arrived changed from byte {}", at + 1))
                }
                Some(_) => None,
            },
            other => Some(format!("was not accepted: {}", other.answer().text)),
        };
        match what {
            Some(what) => differences.push(Difference { number: entry.number, id: entry.id, what }),
            None => report(&entry),
        }
    }
    session.quit();
    Ok(differences)
}
