//! `pdf`: typesets letters for paper; sends nothing.
//!
//! All files that were asked for are written, or none: with any error nothing is.

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::selection::{Selection, each_letter, finish};
use super::wording::shown;
use crate::campaign::pdf_name;
use crate::paper::{self, Staging};
use anyhow::Context;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter pdf                     typeset the first letter
  openletter pdf okafor-ceo 3        typeset letters by id or number
  openletter pdf --all               typeset every letter")]
pub(super) struct Args {
    /// Letters to typeset, by id or number [default: the first]
    #[arg(value_name = "ID")]
    letters: Vec<String>,
    /// Typeset every letter
    #[arg(long, conflicts_with = "letters")]
    all: bool,
    /// Folder for the files [default: pdf/ in the campaign]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    if !paper::IS_BUILT_IN {
        let [what, help] = paper::MISSING;
        return Err(Failure::msg(Exit::Settings, what).help(help));
    }
    let folder = args.output.clone().unwrap_or_else(|| dir.join(paper::FOLDER));
    let cannot = |what: &str| format!("cannot {what} {}", folder.display());
    let mut files = Staging::begin(&folder).with_context(|| cannot("create"))?;
    let first_alone = args.letters.is_empty() && !args.all;
    let letters = campaign.letters().for_paper(&args.letters);
    let seen = each_letter(letters, Selection::new(&args.letters), first_alone, |letter, pdf| {
        let name = pdf_name(letter.number, &letter.id);
        Ok(files.write(name, &pdf.unwrap_or_default()).with_context(|| cannot("write into"))?)
    })?;
    if seen.tally.errors > 0 {
        // `check` does not typeset letters that do not carry their pages, so it cannot show them.
        output.findings(&seen.tally)?;
        return Ok(seen.tally.exit());
    }
    if seen.is_complete() {
        let mut out = output.results();
        for path in files.publish().with_context(|| cannot("write into"))? {
            writeln!(out, "{}", shown(&campaign, &path))?;
        }
        out.flush()?;
    }
    finish(&seen, output)
}
