//! Fetches the password or the token from the source that `campaign.toml` names.
//!
//! It must never be in that file or on the command line, and no error here may ever hold it.

#![allow(clippy::disallowed_methods, reason = "a password may come from the environment")]

use super::settings::SecretFrom;
use crate::relay::Proof;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Fetches the password or the token: the first line of an environment variable, of a command's output, or of a file.
///
/// # Errors
/// What is missing or unsafe; the message never holds the secret.
pub fn fetch(proof: &Proof<SecretFrom>, dir: &Path) -> Result<String> {
    fetch_from(proof.secret(), proof.name(), dir)
}

/// Fetches a secret, which messages call `what`.
pub(super) fn fetch_from(source: &SecretFrom, what: &str, dir: &Path) -> Result<String> {
    let secret = match source {
        SecretFrom::Env(name) => match std::env::var(name) {
            Ok(secret) => secret,
            Err(std::env::VarError::NotPresent) => {
                bail!("the environment variable {name}, which holds the {what}, is not set")
            }
            Err(std::env::VarError::NotUnicode(_)) => bail!("the environment variable {name} is not UTF-8"),
        },
        SecretFrom::Terminal => bail!("the {what} must be typed at the terminal"),
        SecretFrom::Command(command) => from_command(command, what, dir)?,
        SecretFrom::File(file) => from_file(&dir.join(file), what)?,
    };
    let first = secret.lines().next().unwrap_or_default().to_owned();
    if first.is_empty() {
        bail!("the {what} is empty");
    }
    Ok(first)
}

fn from_command(command: &str, what: &str, dir: &Path) -> Result<String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let output = Command::new(shell)
        .args([flag, command])
        .current_dir(dir)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run the {what}'s command `{command}`"))?;
    if !output.status.success() {
        bail!("the {what}'s command `{command}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).ok().with_context(|| format!("the output of `{command}` is not UTF-8"))
}

fn from_file(path: &Path, what: &str) -> Result<String> {
    let shown = path.display();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path)
            .with_context(|| format!("cannot read the {what}'s file {shown}"))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            bail!("others can read the {what}'s file {shown}: run `chmod 600 {shown}`");
        }
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the {what}'s file {shown}"))?;
    // Editors on Windows write a byte order mark.
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}
