//! `counts`: prints the press-count sheet, which says in numbers who signs.
//!
//! It must print no numbers from a list with errors.

use super::campaign;
use super::exit::{Exit, Failure};
use super::output::{Output, TableFormat, Tally};
use crate::diagnostics::code::Code;
use crate::press::Sheet;
use crate::terminal;
use crate::terminal::{Column, Rows, Terminal};
use std::io::Write;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter counts                          who signs, in numbers to print
  openletter counts --format csv > sheet.csv")]
pub(super) struct Args {
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TableFormat,
}

pub(super) fn run(args: &Args, dir: &Path, output: &Output) -> Result<Exit, Failure> {
    let campaign = campaign::open(dir, output)?;
    let mut signatories = campaign.signatory_list();
    let mut tally = Tally::default();
    // The sheet itself shows who is left out.
    tally.add(signatories.findings.drain(..).filter(|finding| finding.code != Code::ConsentMissing));
    let Some(sheet) = signatories.sheet() else {
        output.findings(&tally)?;
        return Ok(tally.exit());
    };
    output.findings(&tally)?;
    let mut out = output.results();
    out.write_all(&rendered(args.format, sheet, &output.out)?)?;
    out.flush()?;
    Ok(Exit::Done)
}

const COLUMNS: &[Column] = &[
    Column::text("unit"),
    Column::text("category"),
    Column::text("shown"),
    Column::number("count"),
    Column::text("as_of"),
];

fn rendered(format: TableFormat, sheet: &Sheet, terminal: &Terminal) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    match format {
        TableFormat::Text => terminal::sheet(terminal, &mut out, sheet)?,
        TableFormat::Json => terminal::json(&mut out, sheet)?,
        TableFormat::Csv => {
            let as_of = sheet.as_of.to_string();
            let mut rows = Rows::csv(&mut out, COLUMNS)?;
            for figure in sheet.figures() {
                rows.row(&[figure.unit, figure.category, &figure.shown, &figure.count.to_string(), &as_of])?;
            }
            rows.finish()?;
        }
    }
    Ok(out)
}
