//! `.openletter/sources.toml`: a keyed digest of the signatory list that an outbox was written from.
//!
//! From a digest without a key a short list can be guessed, name by name; so no file of the outbox may have one of the
//! signatory list. The key must never leave the campaign's folder.

use super::folder;
use super::{Outbox, OutboxError, Source, approval};
use crate::private_file::{self, RECORDS};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::path::Path;

const FILE: &str = "sources.toml";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// The digest of the letters it is about.
    letters: String,
    key: String,
    file: String,
    hmac_sha256: String,
    /// How many signatories the letters print, and how many of them by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<u64>,
}

impl Outbox {
    /// Records the private list that the outbox was written from, and how many signatories its letters print, all and by name.
    /// `key` is random.
    pub fn record_private_source(
        &self,
        campaign: &Path,
        source: &Source,
        (total, listed): (u64, u64),
        key: String,
    ) -> Result<(), OutboxError> {
        let folder = campaign.join(RECORDS);
        private_file::ensure_folder(&folder).map_err(OutboxError::io("create the private folder", &folder))?;
        let hmac_sha256 = keyed(&key, &source.digest);
        let (letters, file) = (self.letters_digest().to_owned(), source.file.clone());
        let (total, listed) = (Some(total), Some(listed));
        let document = Document { letters, key, file, hmac_sha256, total, listed };
        let text = toml::to_string(&document)
            .map_err(|_| OutboxError::Text { what: "record of the lists", why: "cannot be written as TOML" })?;
        folder::replace(&folder, FILE, &text)
    }

    /// How many signatories the letters print, and how many of them by name; `None` if that is not recorded.
    pub fn written_roll(&self, campaign: &Path) -> Result<Option<(u64, u64)>, OutboxError> {
        let document: Option<Document> = approval::read(&campaign.join(RECORDS).join(FILE))?;
        let document = document.filter(|document| document.letters == self.letters_digest());
        Ok(document.and_then(|document| document.total.zip(document.listed)))
    }

    /// Whether the private list is the one the outbox was written from; `None` if that is not recorded.
    pub fn is_private_source(&self, campaign: &Path, source: &Source) -> Result<Option<bool>, OutboxError> {
        let document: Option<Document> = approval::read(&campaign.join(RECORDS).join(FILE))?;
        let document = document.filter(|document| document.letters == self.letters_digest());
        let is_same = |document: Document| {
            document.file == source.file && document.hmac_sha256 == keyed(&document.key, &source.digest)
        };
        Ok(document.map(is_same))
    }
}

fn keyed(key: &str, digest: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hex(hmac::sign(&key, digest.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
