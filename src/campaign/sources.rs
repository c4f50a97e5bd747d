//! The source files of the letters with their digests, which an approval depends on besides the letters.
//!
//! `[relay]` and `[ledger]` in `campaign.toml` are not digested: the letters are the same.

use super::{Campaign, files, toml_source};
use crate::message::identity::{Digest, Digester};
use crate::paper::{FONTS, TEMPLATE_FILE, font_files};
use anyhow::{Context, Result};
use std::io::{self, ErrorKind};

/// A file that letters are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// Its digest.
    pub digest: Digest,
    /// Whether it is the signatory list, whose digest must not leave the campaign's folder.
    pub is_private: bool,
}

impl Campaign {
    /// `campaign.toml`, every template and both lists, as they are now; a list that does not exist is left out.
    ///
    /// # Errors
    /// A list exists but cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceFile>> {
        let mut sources = vec![SourceFile {
            file: toml_source::FILE.into(),
            digest: settings_digest(&self.text)?,
            is_private: false,
        }];
        for (list, is_private) in [(&self.settings.recipients.file, false), (&self.settings.signatories.file, true)] {
            let digest = self.list_digest(list)?;
            sources.extend(digest.map(|digest| SourceFile { file: list.clone(), digest, is_private }));
        }
        sources.extend(self.templates.iter().map(|template| SourceFile {
            file: template.file.clone(),
            digest: Digest::of(template.text.as_bytes()),
            is_private: false,
        }));
        let has_list = self.settings.petition.is_some_and(|petition| petition.is_typeset());
        if self.settings.pages.are_attached || has_list {
            let mut add = |file: String, bytes: &[u8]| {
                sources.push(SourceFile { file, digest: Digest::of(bytes), is_private: false });
            };
            if let Some(template) = &self.page_template {
                add(TEMPLATE_FILE.to_owned(), template.as_bytes());
            }
            let fonts = font_files(&self.font_folder()).with_context(|| format!("cannot read {FONTS}/"))?;
            fonts.into_iter().for_each(|(name, bytes)| add(format!("{FONTS}/{name}"), &bytes));
        }
        Ok(sources)
    }

    /// The digest of a file that letters carry, as it is now; `None` if it cannot be carried any more.
    pub fn carried_digest(&self, file: &str) -> Option<Digest> {
        let (folder, path) = file.split_once('/')?;
        let bytes = files::read(&self.dir, folder, path, self.settings.max_size).ok()?;
        Some(Digest::of(&bytes))
    }

    /// The digest of a list; `None` if it does not exist.
    fn list_digest(&self, list: &str) -> Result<Option<Digest>> {
        let reading = || format!("cannot read {}", self.dir.join(list).display());
        let mut input = match self.open_list(list) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.with_context(reading)?,
        };
        let mut digester = Digester::new();
        io::copy(&mut input, &mut digester).with_context(reading)?;
        Ok(Some(digester.finish()))
    }
}

fn settings_digest(text: &str) -> Result<Digest> {
    let mut table: toml::Table =
        text.strip_prefix('\u{feff}').unwrap_or(text).parse().context("campaign.toml has changed while it was read")?;
    for table_of_delivery in ["relay", "sending", "ledger"] {
        table.remove(table_of_delivery);
    }
    Ok(Digest::of(table.to_string().as_bytes()))
}
