//! Builds a page, and beside it what of the page is to be searched for private data.
//!
//! Text of a campaign must never be added as the program's own.

use crate::markdown::escape_html;

/// A page being written.
#[derive(Debug, Default)]
pub struct Html {
    page: String,
    searched: String,
}

impl Html {
    /// Adds the program's own markup and words.
    pub(super) fn own(&mut self, markup: &str) {
        self.page.push_str(markup);
        // Nothing is found across what the program says.
        if !self.searched.ends_with("<p>") {
            self.searched.push_str("\n<p>");
        }
    }

    /// Adds a text of the campaign, in content or in a quoted attribute.
    pub(super) fn text(&mut self, text: &str) {
        escape_html(text, &mut self.page);
        escape_html(text, &mut self.searched);
    }

    /// Adds HTML that was made of a text of the campaign.
    pub(super) fn made(&mut self, html: &str) {
        self.page.push_str(html);
        self.searched.push_str(html);
    }

    /// Adds a signature's text, which may be printed: the leak gate searches the list for what it says of others.
    pub(super) fn cleared(&mut self, text: &str) {
        escape_html(text, &mut self.page);
    }

    /// The page.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// What of it is to be searched, as HTML.
    pub fn searched(&self) -> &str {
        &self.searched
    }
}
