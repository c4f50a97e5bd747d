//! Examples and exit codes in the help, and suggestions for a mistyped verb.
//!
//! Each verb has its examples in one place, its long help; the short help ends with the first of them.

use super::exit::Exit;
use crate::diagnostics::finding::nearest;
use clap::Command;
use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue};

/// How many examples `-h` shows.
const FEW: usize = 3;

const SHORT: &str = "\
Examples:
  openletter init my-letter            create a campaign to edit
  openletter preview                   read the letter in the terminal
  openletter rehearse                  send it to a built-in relay";

const LONG: &str = "\
A campaign from start to finish:
  openletter init my-letter            create a campaign to edit
  openletter check                     find what is wrong or missing
  openletter preview                   read the letter in the terminal
  openletter write                     write all letters, and a review page
  openletter approve --by \"Your Name\"
  openletter rehearse                  send them to a built-in relay
  openletter send                      send each letter once";

/// Adds examples and exit codes to the help of the program and its verbs.
pub(super) fn with_examples(program: Command) -> Command {
    let verbs: Vec<String> = program.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let program = program
        .after_help(SHORT)
        .after_long_help(format!("{LONG}\n\n{}", exit_codes()))
        .mut_subcommand("man", |man| man.mut_arg("verb", |verb| verb.value_parser(PossibleValuesParser::new(verbs))));
    program.mut_subcommands(|verb| match verb.get_after_long_help().map(|long| few(&long.to_string())) {
        Some(few) => verb.after_help(few),
        None => verb,
    })
}

/// The exit codes, one per line.
pub(super) fn exit_codes() -> String {
    let lines = Exit::ALL.map(|exit| format!("\n  {:>3}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:{}", lines.concat())
}

/// The first examples, each with its continuation lines.
fn few(examples: &str) -> String {
    let mut started = 0;
    let first = examples.lines().take_while(|line| {
        started += usize::from(line.strip_prefix("  ").is_some_and(|rest| !rest.starts_with(' ')));
        started <= FEW
    });
    first.collect::<Vec<_>>().join("\n")
}

/// Suggests the verb nearest to what was typed; removes clap's suggestion if no verb is near.
pub(super) fn suggest_verb(error: &mut clap::Error, program: &Command) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return };
    match nearest(typed, program.get_subcommands().map(Command::get_name)).map(str::to_owned) {
        Some(near) => error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near])),
        None => error.remove(ContextKind::SuggestedSubcommand),
    };
}
