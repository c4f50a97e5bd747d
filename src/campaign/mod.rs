//! Reads a campaign's folder (`campaign.toml`, templates and lists) and makes its letters.
//!
//! No other module reads settings. It writes nothing, sends nothing, and must never read a clock.

mod allow_file;
mod assembly;
mod attaching;
mod batch;
mod clipping;
mod editions;
mod file_text;
mod files;
mod individual;
mod keys;
mod leaks;
mod ledger_place;
mod letters;
mod list_files;
mod making;
mod people;
mod petition;
mod published_pdf;
mod publishing;
mod recipient_rows;
mod record;
mod secret;
mod seen;
mod settings;
mod shared_values;
mod sharing;
mod signatory_list;
mod similarity;
mod sources;
mod successor;
mod templates;
mod text_file;
mod toml_source;
mod translations;
mod typesetting;
mod withdrawal;

pub use individual::{ClearedNow, Pairing};
pub use keys::parse_duration;
pub use letters::{Letters, Step};
pub use petition::SignaturesFile;
pub use publishing::Publication;
pub use recipient_rows::RecipientRows;
pub use record::{Including, NoRecord};
pub use secret::fetch as fetch_secret;
pub use settings::{DateHeader, Mode, PageSettings, Petition, Relay, Relays, SecretFrom, Settings};
pub use signatory_list::SignatoryList;
pub use sources::SourceFile;
pub use successor::{EarlierLetter, Occasion, Succession, Successor};
pub use typesetting::pdf_name;
pub use withdrawal::{Leaver, record_withdrawal};

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::template::Source;
use editions::EarlierEditions;
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use list_files::ListFiles;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml_source::UnreliableKeys;

/// A campaign's folder, settings and templates. The lists are read when the letters are made.
pub struct Campaign {
    dir: PathBuf,
    /// The contents of `campaign.toml`.
    pub settings: Settings,
    /// What is wrong in `campaign.toml`; reported with the letters.
    settings_findings: Vec<Finding>,
    unreliable_keys: UnreliableKeys,
    text: String,
    templates: Vec<Source>,
    /// The template of the page, if the campaign has its own.
    page_template: Option<String>,
    list_files: ListFiles,
    earlier: Option<EarlierEditions>,
    /// What is wrong with the template files; reported with the letters.
    template_findings: Vec<Finding>,
}

impl Campaign {
    /// Opens the campaign in `dir`.
    ///
    /// # Errors
    /// What is wrong with `campaign.toml`.
    pub fn open(dir: &Path) -> Result<Campaign, Vec<Finding>> {
        let campaign = Campaign::examine(dir)?;
        if campaign.is_valid() {
            return Ok(campaign);
        }
        let list = campaign.signatory_list();
        let findings = campaign.settings_findings.into_iter();
        Err(findings.map(|finding| finding.hiding(&|text| list.may_quote(text))).collect())
    }

    /// The text of `campaign.toml`, without a byte order mark.
    pub(super) fn toml(&self) -> &str {
        self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)
    }

    /// Opens the campaign in `dir` to check it, even if some settings are wrong: [`Campaign::letters`] reports them
    /// together with everything else, and makes no letter.
    ///
    /// # Errors
    /// `campaign.toml` cannot be read, or is not TOML.
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
        let earlier = EarlierEditions::open(dir, &read.settings).unwrap_or_else(|finding| {
            read.findings.push(finding);
            None
        });
        if let Some(follows) = &read.settings.follows
            && !dir.join(follows).join(crate::private_file::RECORDS).is_dir()
        {
            let what = "nothing was sent from the folder that `follows` in [campaign] names";
            let finding = Finding::new(Code::SettingsValue, what).at(Place::file(toml_source::FILE));
            let help = "name the folder of the letter that this one follows, or remove the key: then answers to it are ignored";
            read.findings.push(finding.help(help));
        }
        let (templates, mut template_findings) = match templates::read(dir) {
            Ok(templates) => (templates, Vec::new()),
            Err(findings) => (Vec::new(), findings),
        };
        let page_template = templates::read_page(dir).map_err(|finding| template_findings.push(finding));
        Ok(Campaign {
            dir: dir.to_owned(),
            settings: read.settings,
            settings_findings: read.findings,
            unreliable_keys: read.unreliable_keys,
            text,
            templates,
            page_template: page_template.unwrap_or_default(),
            list_files: ListFiles::default(),
            earlier,
            template_findings,
        })
    }

    /// Whether nothing is wrong in `campaign.toml`.
    pub fn is_valid(&self) -> bool {
        self.settings_findings.is_empty()
    }

    /// The campaign's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The templates, as written.
    pub fn templates(&self) -> &[Source] {
        &self.templates
    }

    /// The folder of letters.
    pub fn outbox(&self) -> PathBuf {
        self.dir.join("outbox")
    }

    /// The Date header of the letters' files, in the campaign's time zone: `not_before`, or nine in the morning on the date
    /// of the letter.
    pub fn letter_date(&self) -> ZonedDateTime {
        let settings = &self.settings;
        match &settings.not_before {
            Some(at) => at.with_time_zone(settings.timezone.clone()),
            None => {
                let morning = settings.date.at(9, 0, 0, 0).to_zoned_datetime(settings.timezone.clone());
                morning.unwrap_or_default()
            }
        }
    }

    /// The zone of the moment of sending, which replaces the Date header; none where the file's is kept.
    pub fn date_zone(&self) -> Option<&TimeZone> {
        (self.settings.date_header == DateHeader::Sent).then_some(&self.settings.timezone)
    }
}
