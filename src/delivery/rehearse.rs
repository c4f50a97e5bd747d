//! A rehearsal: the whole outbox over real SMTP to the relay built in, and what arrived compared byte for byte.
//!
//! It must never touch the ledger, and never reach any relay but the one on loopback that it started itself.

use super::Stop;
use crate::message::reply::Reply;
use crate::outbox::{Entry, Outbox};
use crate::relay::{Offer, Rehearsal, Session};
use std::time::Duration;

/// A letter that did not arrive as it stands in the outbox.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// The letter's number.
    pub number: u32,
    /// Its id.
    pub id: String,
    /// What differs.
    pub what: String,
}

/// Sends every letter to the rehearsal relay; `tell` is called with each that arrived as it should.
///
/// # Errors
/// What stops the rehearsal: a changed letter, an outbox that cannot be read, no relay.
pub fn rehearse(
    outbox: &Outbox,
    relay: &Rehearsal,
    hello: &str,
    tell: &mut dyn FnMut(&Entry),
) -> Result<Vec<Difference>, Stop> {
    let mut session = Session::connect(&relay.settings(Duration::from_secs(30), hello))?;
    let mut differences = Vec::new();
    for entry in outbox.letters()? {
        let entry = entry?;
        let bytes = outbox.read(&entry)?;
        let reply = match session.offer(&entry.envelope, entry.octets)? {
            Offer::Ready => session.content(&bytes),
            Offer::Refused(reply) => {
                session.reset();
                reply
            }
        };
        let what = match reply {
            Reply::Accepted(_) => match relay.fetch() {
                None => Some("did not arrive".to_owned()),
                Some(arrival)
                    if arrival.from != entry.envelope.from.as_ref() || arrival.to != [entry.envelope.to.as_ref()] =>
                {
                    Some("arrived under another envelope".to_owned())
                }
                Some(arrival) if arrival.bytes != bytes => {
                    let at = arrival
                        .bytes
                        .iter()
                        .zip(&bytes)
                        .position(|(a, b)| a != b)
                        .unwrap_or(bytes.len().min(arrival.bytes.len()));
                    Some(format!("arrived with other bytes, from octet {} on", at + 1))
                }
                Some(_) => None,
            },
            other => Some(format!("was not taken: {}", other.answer().text)),
        };
        match what {
            Some(what) => differences.push(Difference { number: entry.number, id: entry.id, what }),
            None => tell(&entry),
        }
    }
    session.quit();
    Ok(differences)
}
