//! What `-h`, `--help` and a slip of the fingers are answered with, beyond what each verb says of itself.
//!
//! Each verb has its examples in one place, under `--help`; `-h` ends with the first of them.

use super::exit::Exit;
use crate::diagnostics::finding::nearest;
use clap::Command;
use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue};

/// How many examples `-h` shows.
const FEW: usize = 3;

const BRIEF: &str = "\
Examples:
  openletter init my-letter            settings, a letter and lists to edit
  openletter preview                   the letter as it will be read
  openletter rehearse                  over SMTP, to nobody";

const WAY: &str = "\
A campaign from its beginning to its end:
  openletter init my-letter            settings, a letter and lists to edit
  openletter check                     what is wrong or missing
  openletter preview                   the letter as it will be read
  openletter write                     all letters, on one page to review
  openletter approve --by \"Your Name\"
  openletter rehearse                  over SMTP, to nobody
  openletter send                      each letter once";

/// The program with all its help.
pub(super) fn dressed(program: Command) -> Command {
    let verbs: Vec<String> = program.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let program = program
        .after_help(BRIEF)
        .after_long_help(format!("{WAY}\n\n{}", exit_codes()))
        .mut_subcommand("man", |man| man.mut_arg("verb", |verb| verb.value_parser(PossibleValuesParser::new(verbs))));
    program.mut_subcommands(|verb| match verb.get_after_long_help().map(|long| few(&long.to_string())) {
        Some(few) => verb.after_help(few),
        None => verb,
    })
}

/// The exit codes, one a line.
pub(super) fn exit_codes() -> String {
    let lines = Exit::ALL.map(|exit| format!("\n  {:>3}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:{}", lines.concat())
}

/// The first of the examples, each with the lines that belong to it.
fn few(examples: &str) -> String {
    let mut begun = 0;
    let first = examples.lines().take_while(|line| {
        begun += usize::from(line.strip_prefix("  ").is_some_and(|rest| !rest.starts_with(' ')));
        begun <= FEW
    });
    first.collect::<Vec<_>>().join("\n")
}

/// Suggests the verb that is nearest to what was typed; none where no verb is near.
pub(super) fn correct(error: &mut clap::Error, program: &Command) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return };
    match nearest(typed, program.get_subcommands().map(Command::get_name)).map(str::to_owned) {
        Some(near) => error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near])),
        None => error.remove(ContextKind::SuggestedSubcommand),
    };
}
