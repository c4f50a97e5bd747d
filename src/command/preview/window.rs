//! Opens the HTML part in the user's browser, from a private file that is removed afterwards.
//!
//! The file is a copy of the part. In it nothing may run or be loaded, whatever a layout has.

use crate::command::clock;
use crate::command::exit::{Exit, Failure};
use crate::command::output::Output;
use crate::command::signals::StopSignals;
use crate::private_file;
use anyhow::Context;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{env, thread};

/// How often a wait checks whether it should stop.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Keeps a browser from running or loading anything (Content Security Policy Level 3), so that no server learns that the
/// letter was read.
const POLICY: &str = "<meta charset=\"utf-8\">\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    base-uri 'none'; form-action 'none'\">\
    <meta http-equiv=\"x-dns-prefetch-control\" content=\"off\"><meta name=\"referrer\" content=\"no-referrer\">";

/// What no policy stops, redirects and preconnects, each with a harmless replacement.
const UNSTOPPED: [(&str, &str); 2] = [("http-equiv", "data-http-equiv"), ("<link", "<meta data-link")];

/// Copies of letters in a private folder, which is removed when this is dropped.
pub(super) struct Window {
    folder: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Window {
    pub(super) fn open() -> Result<Window, Failure> {
        // First, so that a signal cannot leave the folder behind.
        let stop = StopSignals::register().context("cannot watch for signals")?.flag().clone();
        let folder = env::temp_dir().join(format!("openletter-{}", clock::random_id()?));
        private_file::create_folder(&folder)
            .with_context(|| format!("cannot create the folder {}", folder.display()))?;
        Ok(Window { folder, stop })
    }

    /// Opens the HTML part of a letter, and waits until the browser command ends.
    pub(super) fn show(&self, number: u32, html: &str, output: &Output) -> Result<(), Failure> {
        if self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let path = self.folder.join(format!("letter-{number}.html"));
        let doing = || format!("cannot write {}", path.display());
        private_file::create(&path).and_then(|mut file| file.write_all(copy(html).as_bytes())).with_context(doing)?;
        output.say(&format!("Opening letter {number} in the browser: {}", path.display()))?;
        self.browse(&path)
    }

    /// Keeps the files until the user presses Enter; returns whether they did, or interrupted.
    pub(super) fn wait(self, output: &Output) -> Result<Exit, Failure> {
        if !self.stop.load(Ordering::Relaxed) {
            output.say("Press Enter when you have read it; the file is then removed.")?;
        }
        let (typed, line) = mpsc::channel();
        thread::spawn(move || typed.send(io::stdin().read_line(&mut String::new()).is_ok()));
        while !self.stop.load(Ordering::Relaxed) {
            if line.recv_timeout(POLL_INTERVAL) != Err(RecvTimeoutError::Timeout) {
                return Ok(Exit::Done);
            }
        }
        Ok(Exit::Interrupted)
    }

    fn browse(&self, path: &Path) -> Result<(), Failure> {
        let mut why = Vec::new();
        for mut command in browsers(env::var("BROWSER").ok().as_deref(), path) {
            match self.run(&mut command) {
                Ok(None) => return Ok(()),
                Ok(Some(ended)) => why.push(format!("{} {ended}", command.get_program().display())),
                Err(error) => why.push(format!("{}: {error}", command.get_program().display())),
            }
        }
        let failure = Failure::msg(Exit::Disk, format!("no browser could be opened: {}", why.join("; ")));
        Err(failure.help(
            "set BROWSER to a browser's command, or save the part: openletter preview ID --part html > letter.html",
        ))
    }

    /// Runs a browser until it ends or the run should stop; returns how it failed, if it did.
    fn run(&self, command: &mut Command) -> io::Result<Option<String>> {
        let mut child = command.spawn()?;
        while !self.stop.load(Ordering::Relaxed) {
            match child.try_wait()? {
                Some(ended) => {
                    return Ok(Some(ended).filter(|ended| !ended.success()).map(|ended| format!("ended with {ended}")));
                }
                None => thread::sleep(POLL_INTERVAL),
            }
        }
        Ok(None)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The commands to try in turn: those in `$BROWSER`, separated by colons, where `%s` is replaced by the file; by default
/// the system's opener.
fn browsers(chosen: Option<&str>, path: &Path) -> Vec<Command> {
    let default = match env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let separator = if cfg!(windows) { ';' } else { ':' };
    let chosen = chosen.filter(|chosen| !chosen.trim().is_empty()).unwrap_or(default);
    let command = |line: &str| {
        let mut words = line.split_whitespace();
        let mut command = Command::new(words.next()?);
        match line.contains("%s") {
            true => command.args(words.map(|word| word.replace("%s", &path.to_string_lossy()))),
            false => command.args(words).arg(path),
        };
        Some(command)
    };
    chosen.split(separator).filter_map(command).collect()
}

/// The copy of the part for the browser.
fn copy(html: &str) -> String {
    let mut html = html.to_owned();
    for (word, instead) in UNSTOPPED {
        html = replaced(&html, word, instead);
    }
    // Anything before the doctype would switch the browser to quirks mode (HTML §13.2.6.4.1).
    let begin = html.len() - html.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let has_doctype = html.get(begin..begin + 9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
    let at = html.find('>').filter(|_| has_doctype).map_or(0, |end| end + 1);
    html.insert_str(at, POLICY);
    html
}

/// The text with a word replaced, in upper or lower case.
fn replaced(text: &str, word: &str, instead: &str) -> String {
    let folded = text.to_ascii_lowercase();
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in folded.match_indices(word) {
        result.push_str(&text[from..at]);
        result.push_str(instead);
        from = at + word.len();
    }
    result + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_comes_first_and_the_rest_is_unchanged() {
        let letter = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>x</title></head><body><p>Dear Ms. Okafor:</p></body></html>";
        assert_eq!(copy(letter), letter.replacen("html>", &format!("html>{POLICY}"), 1));
        assert_eq!(copy("<p>x</p>"), format!("{POLICY}<p>x</p>"));
        assert_eq!(copy("<p title='>'><!doctype html>"), format!("{POLICY}<p title='>'><!doctype html>"));
        assert_eq!(copy(""), POLICY);
    }

    #[test]
    fn redirects_and_preconnects_are_disabled() {
        let copied =
            copy("<META HTTP-EQUIV=refresh content='0;url=https://evil.example'><Link rel=preconnect href=x>é<link>");
        let (_, rest) = copied.split_once(POLICY).expect("the policy");
        let expected = "<META data-http-equiv=refresh content='0;url=https://evil.example'>\
            <meta data-link rel=preconnect href=x>é<meta data-link>";
        assert_eq!(rest, expected);
    }

    #[test]
    fn the_browser_is_taken_from_the_environment() {
        let commands_for = |chosen| -> Vec<String> {
            let commands = browsers(chosen, Path::new("/tmp/a b.html"));
            commands.iter().map(|command| format!("{command:?}")).collect()
        };
        assert_eq!(commands_for(Some("w3m -o x=1")), [r#""w3m" "-o" "x=1" "/tmp/a b.html""#]);
        assert_eq!(commands_for(Some(" ")), commands_for(None));
        assert_eq!(commands_for(None).len(), 1);
        #[cfg(unix)]
        assert_eq!(commands_for(Some("a --url=%s::b")), [r#""a" "--url=/tmp/a b.html""#, r#""b" "/tmp/a b.html""#]);
    }
}
