//! The letters made anew from what the campaign's files hold now, and compared with those in the outbox.
//!
//! Manifest and file can be changed together: only the letters themselves can tell.

use super::exit::Failure;
use super::output::Tally;
use crate::campaign::{Campaign, Letters};
use crate::message::identity::Digest;
use crate::outbox::Outbox;

/// What came of making them anew.
pub(super) struct Rerendered<'c> {
    /// Letters that are not those the campaign makes, one line each.
    pub(super) forged: Vec<String>,
    /// What is wrong or doubtful with them.
    pub(super) tally: Tally,
    /// What they were made with: the roll, and the list it is gathered from.
    pub(super) letters: Letters<'c>,
}

impl<'c> Rerendered<'c> {
    pub(super) fn compare(campaign: &'c Campaign, outbox: &Outbox) -> Result<Rerendered<'c>, Failure> {
        let mut letters = campaign.letters();
        let mut tally = Tally::default();
        tally.add(letters.take_findings());
        let mut next = |tally: &mut Tally| {
            letters.by_ref().find_map(|step| {
                tally.add(step.findings);
                step.letter
            })
        };
        let mut forged = Vec::new();
        for entry in outbox.letters()? {
            let entry = entry?;
            let is_made = next(&mut tally).is_some_and(|letter| {
                letter.id == entry.id
                    && letter.number == entry.number
                    && letter.envelope == entry.envelope
                    && Digest::of(&letter.bytes).to_string() == entry.digest
            });
            if !is_made {
                forged.push(format!("letters/{} is not the letter that the campaign makes", entry.file));
            }
        }
        if next(&mut tally).is_some() {
            forged.push("a letter that the campaign makes is not in the manifest".to_owned());
        }
        tally.add(letters.close());
        Ok(Rerendered { forged, tally, letters })
    }
}
