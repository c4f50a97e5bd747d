//! A folder becomes a campaign: `campaign.toml`, templates, lists, and the letters they make.
//!
//! The only reader of settings. It writes nothing, sends nothing, and reads no clock.

mod keys;
mod leaks;
mod letters;
mod people;
mod roll;
mod secret;
mod settings;
mod sources;
mod templates;

pub use keys::parse_duration;
pub use letters::{Letters, Step};
pub use roll::RollCall;
pub use settings::{List, Login, Proof, Relay, SecretFrom, Settings, Tls};
pub use sources::SourceFile;

use crate::letter::finding::Finding;
use crate::letter::template::Source;
use std::fs;
use std::path::{Path, PathBuf};

/// A campaign's folder, its settings and its templates; the lists are read when the letters are made.
pub struct Campaign {
    dir: PathBuf,
    /// What `campaign.toml` says.
    pub settings: Settings,
    text: String,
    templates: Vec<Source>,
    /// What is wrong with the templates' files; the letters bring it up.
    template_findings: Vec<Finding>,
}

impl Campaign {
    /// Opens the campaign in `dir`.
    ///
    /// # Errors
    /// What is wrong with `campaign.toml`.
    pub fn open(dir: &Path) -> Result<Campaign, Vec<Finding>> {
        let bytes = fs::read(dir.join(keys::FILE)).map_err(|cause| vec![settings::unreadable(&cause)])?;
        let text = String::from_utf8(bytes)
            .map_err(|_| vec![settings::unreadable(&std::io::Error::other("it is not UTF-8; save it as UTF-8"))])?;
        let settings = settings::read(text.strip_prefix('\u{feff}').unwrap_or(&text))?;
        let (templates, template_findings) = match templates::read(dir) {
            Ok(templates) => (templates, Vec::new()),
            Err(findings) => (Vec::new(), findings),
        };
        Ok(Campaign { dir: dir.to_owned(), settings, text, templates, template_findings })
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
            let noon = self.settings.date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
            noon.map(|noon| noon.timestamp()).unwrap_or_default()
        })
    }
}
