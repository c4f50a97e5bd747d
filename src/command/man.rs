//! `man`: the manual pages, made from the same words as `--help`.

use super::exit::{Exit, Failure};
use super::voice::Voice;
use crate::letter::finding::nearest;
use clap::Command;
use clap_mangen::Man;
use std::io::Write;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter man | man -l -         the program's page
  openletter man send | man -l -    a verb's page
  openletter man send > openletter-send.1")]
pub(super) struct Args {
    /// The verb; without one, the program itself
    #[arg(value_name = "VERB")]
    verb: Option<String>,
}

pub(super) fn run(args: &Args, mut program: Command, voice: &Voice) -> Result<Exit, Failure> {
    program.build();
    let command = match &args.verb {
        None => program,
        Some(verb) => program.find_subcommand(verb).cloned().ok_or_else(|| no_such(verb, &program))?,
    };
    let more = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let has_verbs = command.has_subcommands();
    let man = Man::new(command).manual("openletter");
    let mut out = voice.results();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if has_verbs {
        man.render_subcommands_section(&mut out)?;
    }
    write!(out, "{}", examples(&more))?;
    out.flush()?;
    Ok(Exit::Done)
}

/// What `--help` shows after the options, line by line: the generator would fill the lines.
fn examples(more: &str) -> String {
    let mut roff = String::new();
    for paragraph in more.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let heading = if paragraph.starts_with("Exit codes:") { "EXIT STATUS" } else { "EXAMPLES" };
        let lines = paragraph.strip_prefix("Examples:\n").unwrap_or(paragraph).replace('\\', "\\e").replace('-', "\\-");
        // No line may begin like a request.
        let lines: String = lines.lines().map(|line| format!("\\&{line}\n")).collect();
        roff += &format!(".SH {heading}\n.nf\n{lines}.fi\n");
    }
    roff
}

fn no_such(verb: &str, program: &Command) -> Failure {
    let failure = Failure::said(Exit::Usage, format!("there is no verb {verb}"));
    match nearest(verb, program.get_subcommands().map(Command::get_name)) {
        Some(near) => failure.help(format!("did you mean {near}?")),
        None => failure.help("`openletter --help` shows them all"),
    }
}
