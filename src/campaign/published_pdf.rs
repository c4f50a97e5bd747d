//! Makes the PDF of the letter that is published: the text of its page, for paper.
//!
//! It must hold nothing that the page does not show, which is searched; what a template of the campaign's own adds is
//! searched here.

use super::publishing::Publication;
use crate::diagnostics::finding::Finding;
use crate::leak_gate::Scope;
use crate::markdown::escape_value;
use crate::paper::{PageError, PaperSize, Sheet};
use crate::site::{Addressee, Content, Letter, UNFOLDED};
use std::sync::Arc;

impl Publication<'_, '_> {
    /// The letter as PDF, with this banner if it is a draft; `None` for another page, and for a letter that is not written in
    /// Markdown.
    ///
    /// # Errors
    /// What is wrong with it, and what the leak gate finds in it.
    pub fn pdf(&self, draft: Option<&str>) -> Result<Option<Vec<u8>>, Vec<Finding>> {
        let Content::Letter(letter) = &self.page.content else { return Ok(None) };
        let (campaign, maker) = (self.letters.campaign, &self.letters.maker);
        let language = self.page.language;
        let translation = self.letters.translations()?.get(language).map_err(<[Finding]>::to_vec)?;
        let [before, after] = self.around(letter, draft);
        let Some(text) = translation.renderer.paper_of_page(self.fields.clone(), [&before, &after]) else {
            return Ok(None);
        };
        let text = text?;
        let sheet = Sheet {
            title: self.page.title.to_owned(),
            organisation: self.page.organisation.to_owned(),
            language,
            size: campaign.settings.pages.size.unwrap_or(PaperSize::of(language)),
            date: self.page.date,
            letterhead: text.letterhead,
            address: text.address,
            body: text.body,
            roll: Arc::new(maker.paper_roll(language)),
            text: letter.statement.text.text.clone(),
        };
        let pages = maker.typesetting.typesetter().map_err(PageError::Other).and_then(|with| with.typeset(&sheet));
        let pages = pages.map_err(|error| match error {
            PageError::NoFont(glyphs) => {
                let sources = campaign.page_sources();
                glyphs.iter().map(|glyph| sources.no_font(glyph, self.letters.roll())).collect()
            }
            PageError::Other(wrong) => wrong,
        })?;
        let gate = self.letters.signatories.gate.as_ref().ok_or_else(Vec::new)?;
        let scope = Scope { own: &self.own, language: Some(language), ..Scope::default() };
        let leaks = campaign.settings.leaks_added(gate, &pages.added, scope);
        if !leaks.is_empty() {
            return Err(leaks);
        }
        Ok(Some(pages.pdf))
    }

    /// What the page says before and after the text, as Markdown.
    fn around(&self, letter: &Letter<'_>, draft: Option<&str>) -> [String; 2] {
        let (language, words) = (self.page.language, &self.page.language.page);
        let [mut before, mut after] = [String::new(), String::new()];
        if let Some(draft) = draft {
            before += &format!("**{}**\n\n", escape_value(draft));
        }
        if !letter.statement.text.has_title {
            before += &format!("# {}\n\n", escape_value(self.page.title));
        }
        before += &format!("{}\n\n", escape_value(&letter.counts.sentence(language)));
        let to: Vec<String> = letter.recipients.iter().map(line).collect();
        match to.len() {
            0 => {}
            1..=UNFOLDED => before += &format!("**{}**\\\n{}\n\n", escape_value(words.to), to.join("\\\n")),
            many => after += &format!("\n\n## {} · {many}\n\n{}\n", escape_value(words.to), to.join("\\\n")),
        }
        let mut about = letter.counts.sentences(language);
        if !letter.verification_note.is_empty() {
            about = format!("{about} {}", letter.verification_note);
        }
        after += &format!("\n\n---\n\n{}\n", escape_value(&about));
        [before, after]
    }
}

/// A recipient in one line.
fn line(to: &Addressee) -> String {
    escape_value(&to.parts().collect::<Vec<_>>().join(", "))
}
