//! `completions`: what a shell needs to complete the program's words.

use super::exit::{Exit, Failure};
use super::voice::Voice;
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
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(args: &Args, mut program: Command, voice: &Voice) -> Result<Exit, Failure> {
    // Into memory first: the generator takes a pipe that closes for a bug.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "openletter", &mut script);
    let mut out = voice.results();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}
