//! A folder becomes a campaign: `campaign.toml`, templates, lists, and the letters they make.
//!
//! The only reader of settings. It writes nothing, sends nothing, and reads no clock.

mod allow_file;
mod file_text;
mod keys;
mod leaks;
mod letters;
mod list_files;
mod people;
mod recipient_rows;
mod secret;
mod seen;
mod settings;
mod signatory_list;
mod sources;
mod templates;
mod toml_source;

pub use keys::parse_duration;
pub use letters::{Letters, Step};
pub use recipient_rows::Again;
pub use secret::fetch as fetch_secret;
pub use settings::{List, Relay, SecretFrom, Settings};
pub use signatory_list::SignatoryList;
pub use sources::SourceFile;

use crate::diagnostics::finding::Finding;
use crate::template::Source;
use list_files::ListFiles;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml_source::Doubts;

/// A campaign's folder, its settings and its templates; the lists are read when the letters are made.
pub struct Campaign {
    dir: PathBuf,
    /// What `campaign.toml` says.
    pub settings: Settings,
    /// What is wrong with it; the letters bring it up.
    settings_findings: Vec<Finding>,
    doubts: Doubts,
    text: String,
    templates: Vec<Source>,
    list_files: ListFiles,
    /// What is wrong with the templates' files; the letters bring it up.
    template_findings: Vec<Finding>,
}

impl Campaign {
    /// Opens the campaign in `dir`.
    ///
    /// # Errors
    /// What is wrong with `campaign.toml`.
    pub fn open(dir: &Path) -> Result<Campaign, Vec<Finding>> {
        let campaign = Campaign::examine(dir)?;
        if campaign.settings_findings.is_empty() { Ok(campaign) } else { Err(campaign.settings_findings) }
    }

    /// Opens the campaign in `dir` to judge it, also where some of its settings are wrong: [`Campaign::letters`] tells
    /// of them together with everything else, and gives no letter.
    ///
    /// # Errors
    /// Why `campaign.toml` cannot be read, or is no TOML.
    pub fn examine(dir: &Path) -> Result<Campaign, Vec<Finding>> {
        let cannot = |cause: &io::Error| vec![settings::unreadable(cause, dir)];
        let bytes = fs::read(dir.join(toml_source::FILE)).map_err(|cause| cannot(&cause))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| cannot(&io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8")))?;
        let mut read = settings::read(text.strip_prefix('\u{feff}').unwrap_or(&text))?;
        if let Some(file) = &read.settings.allow_file {
            match allow_file::read(dir, file) {
                Ok(allow) => read.settings.allow.extend(allow),
                Err(finding) => read.findings.push(finding),
            }
        }
        let (templates, template_findings) = match templates::read(dir) {
            Ok(templates) => (templates, Vec::new()),
            Err(findings) => (Vec::new(), findings),
        };
        Ok(Campaign {
            dir: dir.to_owned(),
            settings: read.settings,
            settings_findings: read.findings,
            doubts: read.doubts,
            text,
            templates,
            list_files: ListFiles::default(),
            template_findings,
        })
    }

    /// Whether all of `campaign.toml` could be understood.
    pub fn is_understood(&self) -> bool {
        self.settings_findings.is_empty()
    }

    /// The campaign's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The templates, as they were read.
    pub fn templates(&self) -> &[Source] {
        &self.templates
    }

    /// The folder of letters.
    pub fn outbox(&self) -> PathBuf {
        self.dir.join("outbox")
    }

    /// The instant of the letters' Date header: the embargo's begin, or noon UTC of the letter's date.
    pub fn letter_date(&self) -> jiff::Timestamp {
        self.settings.not_before.unwrap_or_else(|| {
            let noon = self.settings.date.at(12, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC);
            noon.map(|noon| noon.timestamp()).unwrap_or_default()
        })
    }
}
