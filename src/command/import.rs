//! `import`: merges the export of a form or a service into a list.
//!
//! It must never undo an edit of the list, nor remove a row.

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::private_file;
use crate::roster::import::{Export, read_export};
use crate::roster::merge::{ImportMemory, Merged, merge, to_csv};
use crate::roster::preset::{PRESETS, Preset, Target};
use crate::roster::table::{Table, read_table};
use crate::roster::{ListSettings, Mapping};
use crate::text::pluralize::numbered;
use clap::builder::PossibleValuesParser;
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter import answers.csv --dry-run          show what would change
  openletter import answers.csv                    merge a form's answers
  openletter import contacts.csv --recipients      merge contacts")]
pub(super) struct Args {
    /// File that the form or service exported
    file: PathBuf,
    /// Service that it is from [default: recognised by its headers]
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(preset_names()))]
    preset: Option<String>,
    /// Merge into this list [default: the campaign's]
    #[arg(long, value_name = "LIST")]
    into: Option<String>,
    /// Merge into the recipient list instead of the signatory list
    #[arg(long)]
    recipients: bool,
    /// The export's encoding, if it is neither UTF-8 nor UTF-16 with a byte order mark
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

fn preset_names() -> Vec<&'static str> {
    PRESETS.iter().map(|preset| preset.name).collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let settings = &campaign.settings;
    let (list, target) = match args.recipients {
        true => (&settings.recipients, Target::Recipients),
        false => (&settings.signatories, Target::Signatories),
    };
    let file = args.into.clone().unwrap_or_else(|| list.file.clone());
    let shown = args.file.display().to_string();
    let export_settings = ListSettings { file: shown.clone(), encoding: args.encoding.clone(), ..list.clone() };
    let list_settings = ListSettings { file: file.clone(), ..list.clone() };
    let list_path = dir.join(&file);
    let name: String = file.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let memory_path = dir.join(private_file::RECORDS).join(format!("import-{name}.json"));

    let read = || -> Result<(Export, Merged), Vec<Finding>> {
        let preset = match &args.preset {
            Some(name) => Some(Preset::named(name, target).ok_or_else(|| {
                let what = spans!["the preset ", own(&**name), " is for the other list"];
                vec![Finding::new(Code::ListHeader, what).at(Place::file(&*shown)).help("add or remove --recipients")]
            })?),
            None => None,
        };
        let input = File::open(&args.file).map_err(|error| cannot_open(&shown, &error))?;
        let export = read_export(input, &export_settings, preset, target)?;
        let memory = read_memory(&memory_path)?;
        let tombstones = match target {
            Target::Signatories => campaign.tombstones().map_err(|finding| vec![finding])?,
            Target::Recipients => Vec::new(),
        };
        let list_now = read_list(&list_path, &list_settings)?;
        let merged = merge(list_now, &file, &list.columns, &export, &memory, &tombstones)?;
        Ok((export, merged))
    };
    let (export, merged) = read().map_err(|findings| output.refuse(findings))?;
    let mut out = output.results();
    output.out.say(&mut out, &report(&export, &merged, &file, args.dry_run))?;
    if !merged.conflicts.is_empty() {
        writeln!(out)?;
    }
    out.flush()?;
    let mut tally = Tally::default();
    tally.add(merged.conflicts.iter().cloned());
    output.findings(&tally)?;
    if !args.dry_run {
        let csv = to_csv(&merged).map_err(anyhow::Error::from)?;
        let memory = serde_json::to_vec(&merged.memory).map_err(anyhow::Error::from)?;
        // The list first: with an old memory its cells count as edited, so a later change is reported, not lost.
        replace(&list_path, &csv)?;
        replace(&memory_path, &memory)?;
    }
    Ok(Exit::Done)
}

fn cannot_open(file: &str, error: &std::io::Error) -> Vec<Finding> {
    let finding = Finding::new(Code::ListFile, spans!["the file cannot be opened: ", own(error.to_string())])
        .at(Place::file(file));
    vec![finding.help("check its name and that you may read it")]
}

/// Reads the list to merge into; `None` if there is none yet.
fn read_list(path: &Path, settings: &ListSettings) -> Result<Option<Table>, Vec<Finding>> {
    match File::open(path) {
        Ok(input) => read_table(input, settings).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot_open(&settings.file, &error)),
    }
}

/// Reads the record of earlier imports, or creates one with a new key.
fn read_memory(path: &Path) -> Result<ImportMemory, Vec<Finding>> {
    let shown = path.display().to_string();
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
            let finding = Finding::new(
                Code::ListFile,
                spans!["the record of earlier imports is damaged: ", own(error.to_string())],
            );
            vec![
                finding
                    .at(Place::file(shown))
                    .help("restore it from a backup, or delete it; then every cell counts as edited"),
            ]
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut key = [0; 32];
            SystemRandom::new().fill(&mut key).map_err(|_| {
                vec![Finding::new(Code::ListFile, "cannot get random numbers from the system").at(Place::file(&*shown))]
            })?;
            Ok(ImportMemory::new(&key))
        }
        Err(error) => Err(cannot_open(&shown, &error)),
    }
}

/// What was or would be done; shows no cell of the list.
fn report(export: &Export, merged: &Merged, file: &str, dry_run: bool) -> String {
    let count_rows = |count: usize| numbered(count as u64, "row");
    let mut lines = Vec::new();
    let (kept, dropped): (Vec<&Mapping>, Vec<&Mapping>) =
        export.mapping.iter().partition(|header| header.column.is_some());
    for Mapping { header, column } in kept {
        lines.push(format!("{} → {}", shortened(header), column.as_deref().unwrap_or_default()));
    }
    if !dropped.is_empty() {
        let names: Vec<String> = dropped.iter().map(|header| shortened(&header.header)).collect();
        lines.push(format!("dropped: {}", names.join(", ")));
    }
    for (reason, rows) in &export.left_out {
        lines.push(format!("left out: {} {reason} ({})", count_rows(rows.len()), line_list(rows)));
    }
    if !merged.repeated.is_empty() {
        let rows = count_rows(merged.repeated.len());
        lines.push(format!(
            "left out: {rows} with the id or address of an earlier one ({})",
            line_list(&merged.repeated)
        ));
    }
    if !merged.withdrawn.is_empty() {
        let rows = count_rows(merged.withdrawn.len());
        lines.push(format!("left out: {rows} of signatories who have withdrawn ({})", line_list(&merged.withdrawn)));
    }
    for (line, columns) in &merged.changed {
        lines.push(format!("{file}:{line}: {}", columns.join(", ")));
    }
    if !merged.missing.is_empty() {
        let rows = count_rows(merged.missing.len());
        lines.push(format!("{rows} of {file} not in this export, kept as they are ({})", line_list(&merged.missing)));
    }
    let added = numbered(merged.added as u64, "new row");
    let note = if dry_run { "; nothing is written with --dry-run" } else { "" };
    lines.push(format!("{file}: {added}, {} changed, {} unchanged{note}", merged.changed.len(), merged.unchanged));
    lines.join("\n")
}

fn line_list(lines: &[u32]) -> String {
    let shown: Vec<String> = lines.iter().take(12).map(u32::to_string).collect();
    let more = lines.len().saturating_sub(12);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} {}{more}", if lines.len() == 1 { "line" } else { "lines" }, shown.join(", "))
}

fn shortened(header: &str) -> String {
    match header.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", header[..end].replace('\n', " ")),
        None => header.replace('\n', " "),
    }
}

/// Replaces a private file, whole or not at all; creates its folder if missing.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // The list may be a link to a file elsewhere.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() {
        private_file::create_folder(folder)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(private_file::replace(folder, &name, bytes)?)
}
