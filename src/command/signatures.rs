//! `signatures`: writes the signatures of a campaign into files, to print or hand over.
//!
//! All or nothing, into a new folder that only its owner can read. It must never write a file that was not searched.

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, Tally};
use crate::diagnostics::code::Code;
use crate::press::signatures::{SignaturesFile, Split};
use crate::private_file;
use crate::text::pluralize::numbered;
use anyhow::Context;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter signatures handover                    one file, handover/signatures.csv
  openletter signatures handover --split place      one file for each place")]
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
    // `counts` shows who is left out.
    let is_told = |code: Code| ![Code::ConsentMissing, Code::SignedAgain, Code::NotVerified].contains(&code);
    tally.add(signatories.findings.drain(..).filter(|finding| is_told(finding.code)));
    let split = match args.split {
        Some(Parts::Category) => Some(Split::Category),
        Some(Parts::Place) => Some(Split::Place),
        None => campaign.settings.petition.and_then(|petition| petition.split),
    };
    let (files, leaks) = signatories.files(split);
    tally.add(leaks);
    output.findings(&tally)?;
    if tally.errors > 0 {
        return Err(Failure::reported(tally.exit()));
    }
    write(&args.folder, &files)?;
    let signatures: usize = files.iter().map(|file| file.signatures).sum();
    let folder = args.folder.display();
    output.note(&match files.as_slice() {
        [file] => {
            format!("Wrote {} into {folder}{MAIN_SEPARATOR}{}.", numbered(signatures as u64, "signature"), file.name)
        }
        _ => {
            let files = numbered(files.len() as u64, "file");
            format!("Wrote {} into {files} in {folder}{MAIN_SEPARATOR}", numbered(signatures as u64, "signature"))
        }
    })?;
    Ok(Exit::Done)
}

/// Writes the files into a new folder.
fn write(folder: &Path, files: &[SignaturesFile]) -> Result<(), Failure> {
    if let Err(error) = private_file::create_folder(folder) {
        return Err(match error.kind() {
            ErrorKind::AlreadyExists => {
                Failure::msg(Exit::Refused, format!("{} already exists", folder.display())).help("name a new folder")
            }
            _ => Failure::new(
                Exit::Disk,
                anyhow::Error::new(error).context(format!("cannot create {}", folder.display())),
            ),
        });
    }
    let write_all = || -> anyhow::Result<()> {
        for file in files {
            let path = folder.join(&file.name);
            let write = || {
                let mut new = private_file::create(&path)?;
                new.write_all(&file.bytes)?;
                new.sync_all()
            };
            write().with_context(|| format!("cannot write {}", path.display()))?;
        }
        private_file::sync_folder(folder).with_context(|| format!("cannot sync {}", folder.display()))
    };
    write_all().map_err(|error| {
        // The first failure is the one to report.
        let _ = fs::remove_dir_all(folder);
        Failure::new(Exit::Disk, error)
    })
}
