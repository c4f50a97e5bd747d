//! `[privacy] allow_file`: strings that the leak gate allows, in a file that is not shared with the settings.
//!
//! An allowed string can be somebody's name: nothing in the file may ever be quoted.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::own;
use crate::leak_gate::Allow;
use serde::Deserialize;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    allow: Vec<Allow>,
}

/// Reads the file; its path is relative to the campaign's folder.
///
/// # Errors
/// The file cannot be read, or is not a list of entries.
pub(super) fn read(dir: &Path, file: &str) -> Result<Vec<Allow>, Finding> {
    let help = "write it as allow = [{ text = \"…\", reason = \"…\" }]";
    let text = fs::read_to_string(dir.join(file)).map_err(|cause| {
        let finding =
            Finding::new(Code::SettingsFile, own(format!("cannot read the `allow_file` of [privacy]: {cause}")));
        finding.at(Place::file(file)).help("create the file, or remove `allow_file`")
    })?;
    let contents: Contents = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let place = Place::in_text(file, &text, error.span().map_or(0, |span| span.start));
        Finding::new(Code::SettingsFile, "the file must have the list `allow` and nothing else").at(place).help(help)
    })?;
    if contents.allow.iter().any(|entry| entry.text.trim().is_empty() || entry.reason.trim().is_empty()) {
        let finding = Finding::new(Code::SettingsFile, "an entry of `allow` has no text or no reason");
        return Err(finding.at(Place::file(file)).help(help));
    }
    Ok(contents.allow)
}
