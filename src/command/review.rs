//! The review page's cover: sender, dates, signatures and findings.

use crate::campaign::{Campaign, Letters};
use crate::diagnostics::finding::Finding;
use crate::outbox::Cover;
use crate::people::roll::Roll;

/// The page's cover, with the data it borrows.
pub(super) struct Review<'c> {
    campaign: &'c Campaign,
    facts: Vec<(&'static str, String)>,
    titles: Vec<String>,
    roll: Roll,
    findings: Vec<Finding>,
}

impl<'c> Review<'c> {
    /// A cover for these letters and the findings about them.
    pub(super) fn new(campaign: &'c Campaign, letters: &Letters, findings: Vec<Finding>) -> Self {
        let settings = &campaign.settings;
        let sender = &settings.sender;
        let at = |name, at: Option<jiff::Timestamp>| at.map(|at| (name, format!("{at}")));
        let facts = [("From", sender.from.to_string())]
            .into_iter()
            .chain(sender.reply_to.as_ref().map(|reply_to| ("Replies to", reply_to.to_string())))
            .chain([
                ("Failures to", sender.return_path.to_string()),
                ("Date on the letter", settings.date.to_string()),
                ("Date header", campaign.letter_date().to_string()),
            ])
            .chain(at("Not before", settings.not_before))
            .chain(at("Not after", settings.not_after))
            .chain([("Campaign's id", settings.id.clone())])
            .collect();
        Review { campaign, facts, titles: letters.titles().to_vec(), roll: letters.roll().clone(), findings }
    }

    pub(super) fn cover(&self) -> Cover<'_> {
        let settings = &self.campaign.settings;
        Cover {
            title: &settings.title,
            organisation: &settings.organisation,
            facts: &self.facts,
            titles: &self.titles,
            roll: &self.roll,
            findings: &self.findings,
        }
    }
}
