//! The password, from where `campaign.toml` says it is.
//!
//! It must never come from the file itself or from the command line, and no error here ever holds it.

use super::settings::PasswordFrom;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

impl PasswordFrom {
    /// Fetches the password: a variable's value, the first line of a command's output, or the first line of a file.
    ///
    /// # Errors
    /// What is missing or unsafe, in words that never hold the password.
    pub fn fetch(&self, dir: &Path) -> Result<String> {
        let password = match self {
            PasswordFrom::Env(name) => match std::env::var(name) {
                Ok(password) => password,
                Err(std::env::VarError::NotPresent) => {
                    bail!("the environment variable {name}, which holds the password, is not set")
                }
                Err(std::env::VarError::NotUnicode(_)) => bail!("the environment variable {name} is not UTF-8"),
            },
            PasswordFrom::Command(command) => from_command(command, dir)?,
            PasswordFrom::File(file) => from_file(&dir.join(file))?,
        };
        let first = password.lines().next().unwrap_or_default().to_owned();
        if first.is_empty() {
            bail!("the password is empty");
        }
        Ok(first)
    }
}

fn from_command(command: &str, dir: &Path) -> Result<String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let output = Command::new(shell)
        .args([flag, command])
        .current_dir(dir)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run the password's command `{command}`"))?;
    if !output.status.success() {
        bail!("the password's command `{command}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).ok().with_context(|| format!("what `{command}` printed is not UTF-8"))
}

fn from_file(path: &Path) -> Result<String> {
    let shown = path.display();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path)
            .with_context(|| format!("cannot read the password's file {shown}"))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            bail!("others can read the password's file {shown}: run `chmod 600 {shown}`");
        }
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read the password's file {shown}"))
}
