//! Reads the templates of a campaign: every `.hbs` file under `templates/`.
//!
//! It must never read a file outside that folder, not even through a link.

use super::text_file;
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{Spans, own, spans};
use crate::paper::TEMPLATE_FILE;
use crate::template::{Format, Source};
use std::fs;
use std::path::Path;

/// The folder, relative to the campaign's.
const FOLDER: &str = "templates";

/// How deep folders may be nested.
const DEEPEST: usize = 8;

/// Reads every template of the campaign in `dir`, ordered by file.
///
/// # Errors
/// Every file that cannot be read as a template.
pub(super) fn read(dir: &Path) -> Result<Vec<Source>, Vec<Finding>> {
    let folder = dir.join(FOLDER);
    let inside = match folder.canonicalize() {
        Ok(inside) => inside,
        Err(cause) => {
            return Err(vec![
                Finding::new(Code::TemplateFile, spans!["the folder cannot be opened: ", own(cause.to_string())])
                    .at(Place::file(format!("{FOLDER}/")))
                    .help("put the letter's template into templates/letter.md.hbs"),
            ]);
        }
    };
    let (mut sources, mut findings) = (Vec::new(), Vec::new());
    collect(&folder, &inside, "", 0, &mut sources, &mut findings);
    sources.sort_by(|a, b| a.file.cmp(&b.file));
    if findings.is_empty() { Ok(sources) } else { Err(findings) }
}

/// Reads the template of the page, if the campaign has its own.
///
/// # Errors
/// It cannot be read as a text.
pub(super) fn read_page(dir: &Path) -> Result<Option<String>, Finding> {
    let path = dir.join(TEMPLATE_FILE);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let refuse = |what: Spans| Finding::new(Code::TemplateFile, what).at(Place::file(TEMPLATE_FILE));
    let inside = dir.join(FOLDER).canonicalize().map_err(|cause| refuse(text_file::unreadable(cause)))?;
    read_one(&path, &inside).map(Some).map_err(refuse)
}

fn collect(
    folder: &Path,
    inside: &Path,
    prefix: &str,
    depth: usize,
    sources: &mut Vec<Source>,
    findings: &mut Vec<Finding>,
) {
    let mut refuse = |file: &str, what: Spans| {
        findings.push(Finding::new(Code::TemplateFile, what).at(Place::file(format!("{FOLDER}/{file}"))));
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) => return refuse(prefix, spans!["the folder cannot be read: ", own(cause.to_string())]),
    };
    let mut folders = Vec::new();
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') {
            continue;
        }
        let (path, file) = (entry.path(), format!("{prefix}{name}"));
        if path.is_dir() {
            folders.push((path, format!("{file}/")));
            continue;
        }
        let Some(kind) = Format::ALL.into_iter().find(|kind| name.ends_with(kind.ending())) else {
            if name.ends_with(".hbs") {
                refuse(&file, "the name must end in .md.hbs, .txt.hbs or .html.hbs".into());
            }
            continue;
        };
        match read_one(&path, inside) {
            Ok(text) => sources.push(Source {
                name: file.strip_suffix(kind.ending()).unwrap_or(&file).to_owned(),
                file: format!("{FOLDER}/{file}"),
                format: kind,
                text,
            }),
            Err(what) => refuse(&file, what),
        }
    }
    for (path, prefix) in folders {
        let leads_out = path.canonicalize().map_or(true, |real| !real.starts_with(inside));
        if leads_out || depth == DEEPEST {
            refuse_folder(&prefix, findings);
        } else {
            collect(&path, inside, &prefix, depth + 1, sources, findings);
        }
    }
}

fn refuse_folder(prefix: &str, findings: &mut Vec<Finding>) {
    findings.push(
        Finding::new(Code::TemplateFile, "the folder is a link out of templates/, or nested too deep")
            .at(Place::file(format!("{FOLDER}/{prefix}"))),
    );
}

fn read_one(path: &Path, inside: &Path) -> Result<String, Spans> {
    if !path.canonicalize().map_err(text_file::unreadable)?.starts_with(inside) {
        return Err("it is a link out of templates/".into());
    }
    text_file::read(path)
}
