//! The HTML part in the reader's browser, from a file that is theirs alone and is gone when they have read it.
//!
//! What is opened is a copy in which nothing runs and nothing is loaded, whatever a layout holds. The letter stays as it is.

use crate::command::clock;
use crate::command::exit::{Exit, Failure};
use crate::command::output::Output;
use crate::command::signals;
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

/// How long a wait goes on before it looks whether it is to stop.
const GLANCE: Duration = Duration::from_millis(50);

/// What keeps a browser from running or loading anything (Content Security Policy Level 3), and from telling anybody's
/// server that the letter is being read.
const POLICY: &str = "<meta charset=\"utf-8\">\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    base-uri 'none'; form-action 'none'\">\
    <meta http-equiv=\"x-dns-prefetch-control\" content=\"off\"><meta name=\"referrer\" content=\"no-referrer\">";

/// What no policy stops: a document that leads elsewhere by itself, and servers that are called up ahead. Each with what
/// stands in its place and does nothing.
const UNSTOPPED: [(&str, &str); 2] = [("http-equiv", "data-http-equiv"), ("<link", "<meta data-link")];

/// Copies of letters, in a folder that nobody else can look into. Dropped, it is taken away.
pub(super) struct Window {
    folder: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Window {
    pub(super) fn open() -> Result<Window, Failure> {
        // Before there is anything that a signal could leave behind.
        let stop = signals::stop_flag().context("cannot watch for signals")?;
        let folder = env::temp_dir().join(format!("openletter-{}", clock::random_id()?));
        private_file::create_folder(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Window { folder, stop })
    }

    /// Opens the HTML part of a letter, and waits until the browser has taken it.
    pub(super) fn show(&self, number: u32, html: &str, output: &Output) -> Result<(), Failure> {
        if self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let path = self.folder.join(format!("letter-{number}.html"));
        let doing = || format!("cannot write {}", path.display());
        private_file::create(&path).and_then(|mut file| file.write_all(copy(html).as_bytes())).with_context(doing)?;
        output.say(&format!("Letter {number} opens in the browser, from {}", path.display()))?;
        self.browse(&path)
    }

    /// Leaves the files until the reader says that they are read, and tells whether they did.
    pub(super) fn wait(self, output: &Output) -> Result<Exit, Failure> {
        if !self.stop.load(Ordering::Relaxed) {
            output.say("Press Enter when you have read it, and the file is removed.")?;
        }
        let (typed, line) = mpsc::channel();
        thread::spawn(move || typed.send(io::stdin().read_line(&mut String::new()).is_ok()));
        while !self.stop.load(Ordering::Relaxed) {
            if line.recv_timeout(GLANCE) != Err(RecvTimeoutError::Timeout) {
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
            "set BROWSER to the command of one, or keep the part: openletter preview ID --part html > letter.html",
        ))
    }

    /// Runs a browser until it ends, or this is to stop; tells how it ended if it failed.
    fn run(&self, command: &mut Command) -> io::Result<Option<String>> {
        let mut child = command.spawn()?;
        while !self.stop.load(Ordering::Relaxed) {
            match child.try_wait()? {
                Some(ended) => {
                    return Ok(Some(ended).filter(|ended| !ended.success()).map(|ended| format!("ended with {ended}")));
                }
                None => thread::sleep(GLANCE),
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

/// The commands to try, one after another: those in `$BROWSER`, between colons, where `%s` stands for the file; without any
/// the system's own.
fn browsers(chosen: Option<&str>, path: &Path) -> Vec<Command> {
    let own = match env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let between = if cfg!(windows) { ';' } else { ':' };
    let chosen = chosen.filter(|chosen| !chosen.trim().is_empty()).unwrap_or(own);
    let command = |line: &str| {
        let mut words = line.split_whitespace();
        let mut command = Command::new(words.next()?);
        match line.contains("%s") {
            true => command.args(words.map(|word| word.replace("%s", &path.to_string_lossy()))),
            false => command.args(words).arg(path),
        };
        Some(command)
    };
    chosen.split(between).filter_map(command).collect()
}

/// The part as the browser gets it.
fn copy(html: &str) -> String {
    let mut html = html.to_owned();
    for (word, instead) in UNSTOPPED {
        html = replaced(&html, word, instead);
    }
    // What stands before the doctype would make another document of it, as old browsers knew them (HTML §13.2.6.4.1).
    let begin = html.len() - html.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let has_doctype = html.get(begin..begin + 9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
    let at = html.find('>').filter(|_| has_doctype).map_or(0, |end| end + 1);
    html.insert_str(at, POLICY);
    html
}

/// The text with a word replaced, in whatever case it stands.
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
    fn the_policy_stands_first_and_the_document_stays_what_it_is() {
        let letter = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>x</title></head><body><p>Dear Ms. Okafor:</p></body></html>";
        assert_eq!(copy(letter), letter.replacen("html>", &format!("html>{POLICY}"), 1));
        assert_eq!(copy("<p>x</p>"), format!("{POLICY}<p>x</p>"));
        assert_eq!(copy("<p title='>'><!doctype html>"), format!("{POLICY}<p title='>'><!doctype html>"));
        assert_eq!(copy(""), POLICY);
    }

    #[test]
    fn what_no_policy_stops_is_made_to_do_nothing() {
        let copied =
            copy("<META HTTP-EQUIV=refresh content='0;url=https://evil.example'><Link rel=preconnect href=x>é<link>");
        let (_, rest) = copied.split_once(POLICY).expect("the policy");
        let expected = "<META data-http-equiv=refresh content='0;url=https://evil.example'>\
            <meta data-link rel=preconnect href=x>é<meta data-link>";
        assert_eq!(rest, expected);
    }

    #[test]
    fn a_browser_is_chosen_as_the_environment_says() {
        let told = |chosen| -> Vec<String> {
            let commands = browsers(chosen, Path::new("/tmp/a b.html"));
            commands.iter().map(|command| format!("{command:?}")).collect()
        };
        assert_eq!(told(Some("w3m -o x=1")), [r#""w3m" "-o" "x=1" "/tmp/a b.html""#]);
        assert_eq!(told(Some(" ")), told(None));
        assert_eq!(told(None).len(), 1);
        #[cfg(unix)]
        assert_eq!(told(Some("a --url=%s::b")), [r#""a" "--url=/tmp/a b.html""#, r#""b" "/tmp/a b.html""#]);
    }
}
