//! Makes the letters again from the campaign's files, and compares them with those in the outbox.
//!
//! It must not trust the manifest: a letter and its digest there can be changed together.

use super::exit::Failure;
use super::output::Tally;
use crate::campaign::{Campaign, Letters};
use crate::outbox::Outbox;

/// The result of making the letters again.
pub(super) struct Rerendered<'c> {
    /// Letters that differ from those the campaign produces, one line each.
    pub(super) differing: Vec<String>,
    /// The findings about the letters.
    pub(super) tally: Tally,
    /// The letters, with their roll and the list it comes from.
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
        let mut differing = Vec::new();
        for entry in outbox.letters()? {
            let entry = entry?;
            let is_same = next(&mut tally).is_some_and(|letter| {
                letter.id == entry.id
                    && letter.number == entry.number
                    && letter.envelope == entry.envelope
                    && letter.bytes.digest().to_string() == entry.digest
            });
            if !is_same {
                differing.push(format!("letters/{} is not the letter that the campaign produces", entry.file));
            }
        }
        if next(&mut tally).is_some() {
            differing.push("a letter that the campaign produces is not in the manifest".to_owned());
        }
        tally.add(letters.finish());
        Ok(Rerendered { differing, tally, letters })
    }
}
