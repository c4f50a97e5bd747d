//! `signatures`: writes the signatures of a campaign into files, to print or hand over.
//!
//! All or nothing, into a new folder that only its owner can read. It must never write a file that was not searched.

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use crate::campaign::{Campaign, Mode, SignaturesFile};
use crate::diagnostics::code::Code;
use crate::language::ENGLISH;
use crate::paper;
use crate::press::signatures::Split;
use crate::private_file;
use crate::text::pluralize::numbered;
use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter signatures handover                  into the new folder handover/
  openletter signatures handover --split place    files for each place")]
pub(super) struct Args {
    /// Folder to create
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write a file for each category or place [default: as [petition] says]
    #[arg(long, value_name = "BY")]
    split: Option<Parts>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Parts {
    Category,
    Place,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let mut signatories = campaign.signatory_list();
    let mut tally = Tally::default();
    // `counts` shows how many are left out.
    let is_reported = |code: Code| ![Code::ConsentMissing, Code::SignedAgain, Code::NotVerified].contains(&code);
    tally.add(signatories.findings.drain(..).filter(|finding| is_reported(finding.code)));
    let count = &signatories.roll.count;
    let listed = count.listed + count.withheld;
    let petition = campaign.settings.petition;
    let split = match args.split {
        Some(Parts::Category) => Some(Split::Category),
        Some(Parts::Place) => Some(Split::Place),
        None => petition.and_then(|petition| petition.split),
    };
    let is_typeset = petition.map_or(paper::IS_BUILT_IN, |petition| petition.is_typeset());
    let files = campaign.signatures(&signatories, split, is_typeset).unwrap_or_else(|wrong| {
        tally.add(wrong);
        Vec::new()
    });
    output.findings(&tally)?;
    if tally.errors > 0 {
        return Err(Failure::reported(tally.exit()));
    }
    is_complete(&campaign, listed, count.total)?;
    write(&args.folder, &files)?;
    let (signatures, folder) = (numbered(count.total as u64, "signature"), args.folder.display());
    let names: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
    let what = if names.len() > 2 { numbered(names.len() as u64, "file") } else { ENGLISH.list(&names) };
    output.note(&format!("Wrote {signatures} into {folder}{MAIN_SEPARATOR}: {what}."))?;
    if !paper::IS_BUILT_IN && petition.is_none_or(|petition| petition.pdf.is_none()) {
        let [what, help] = paper::MISSING;
        output.note(&format!("There is no PDF: {what}; {help}."))?;
    }
    Ok(Exit::Done)
}

/// Refuses to hand over a part of the signatures as if it were all.
fn is_complete(campaign: &Campaign, listed: usize, total: usize) -> Result<(), Failure> {
    if campaign.settings.mode == Mode::Individual {
        let what = "the letters of this campaign have one signature each, and no list of them is handed over";
        return Err(Failure::msg(Exit::Usage, what).help("`openletter counts` says how many sign"));
    }
    if listed != total {
        let what = format!("[signatories] max_listed leaves {} of {total} signatures out", total - listed);
        return Err(Failure::msg(Exit::Settings, what).help("remove it, or set it higher"));
    }
    Ok(())
}

/// Writes the files into a new folder, which appears when it has all of them.
fn write(folder: &Path, files: &[SignaturesFile]) -> Result<(), Failure> {
    if fs::symlink_metadata(folder).is_ok() {
        let what = format!("{} already exists", folder.display());
        return Err(Failure::msg(Exit::Refused, what).help("name a new folder"));
    }
    let mut hidden = OsString::from(".");
    hidden.push(folder.file_name().unwrap_or_default());
    hidden.push(".partial");
    let partial = folder.with_file_name(hidden);
    let write_all = || {
        // What a killed run left.
        match fs::remove_dir_all(&partial) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => private_file::create_folder(&partial)?,
        }
        for file in files {
            let mut new = private_file::create(&partial.join(&file.name))?;
            new.write_all(&file.bytes)?;
            new.sync_all()?;
        }
        private_file::sync_folder(&partial)?;
        fs::rename(&partial, folder)
    };
    write_all().map_err(|error| {
        // The first failure is the one to report.
        let _ = fs::remove_dir_all(&partial);
        Failure::new(Exit::Disk, anyhow::Error::new(error).context(format!("cannot write {}", folder.display())))
    })
}
