//! `completions`: prints a completion script for a shell.

use super::exit::{Exit, Failure};
use super::output::Output;
use clap::Command;
use clap_complete::Shell;
use std::io::Write;

#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  openletter completions bash \\
    > ~/.local/share/bash-completion/completions/openletter
  openletter completions zsh > ~/.zfunc/_openletter
  openletter completions fish > ~/.config/fish/completions/openletter.fish
  openletter completions powershell >> $PROFILE
  openletter completions elvish > ~/.config/elvish/lib/openletter.elv")]
pub(super) struct Args {
    /// Shell to complete commands in
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(args: &Args, mut program: Command, output: &Output) -> Result<Exit, Failure> {
    // Into memory first: the generator panics when a pipe closes.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "openletter", &mut script);
    if args.shell == Shell::Fish {
        script = for_fish(&String::from_utf8_lossy(&script), &program).into_bytes();
    }
    let mut out = output.results();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// Adds what the generator leaves out for fish: the values of positional arguments, such as the verbs of `man`; and escapes
/// the `$` of words such as `$BROWSER` in help texts, which fish would expand between double quotes.
fn for_fish(script: &str, program: &Command) -> String {
    let line = |line: &str| match line.contains("\\t'") {
        // A value with its help.
        true => {
            let (option, values) = line.split_at(line.find(" -a \"").unwrap_or_default());
            format!("{option}{}\n", values.replace('$', "\\$"))
        }
        false => format!("{line}\n"),
    };
    let mut whole: String = script.lines().map(line).collect();
    for verb in program.get_subcommands() {
        for arg in verb.get_positionals() {
            let values = arg.get_possible_values();
            let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
            if !names.is_empty() {
                let using = format!("__fish_openletter_using_subcommand {}", verb.get_name());
                whole += &format!("complete -c openletter -n \"{using}\" -f -a \"{}\"\n", names.join(" "));
            }
        }
    }
    whole
}
