//! Shows letters that are longer than the terminal in the user's pager.
//!
//! Shorter ones must go to the terminal directly.

use crate::command::exit::Failure;
use std::env;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Standard output, through a pager once more lines are written than the screen has.
pub(super) struct Paged {
    /// The output so far, while it fits on the screen; `None` once it goes to the pager or the terminal.
    held: Option<Vec<u8>>,
    lines: usize,
    screen_lines: usize,
    pager: Option<Child>,
    out: BufWriter<StdoutLock<'static>>,
}

impl Paged {
    /// Without `rows`, writes to standard output directly.
    pub(super) fn new(rows: Option<usize>, out: BufWriter<StdoutLock<'static>>) -> Self {
        let held = rows.map(|_| Vec::new());
        Paged { held, lines: 0, screen_lines: rows.unwrap_or(0), pager: None, out }
    }

    /// Ends the output. When `self` is dropped, it waits for the user to leave the pager.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.release()?;
        Ok(self.flush()?)
    }

    fn release(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(held) => self.write_all(&held),
            None => Ok(()),
        }
    }
}

impl Write for Paged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(held) = &mut self.held else {
            return match self.pager.as_mut().and_then(|pager| pager.stdin.as_mut()) {
                Some(pager) => pager.write(bytes),
                None => self.out.write(bytes),
            };
        };
        held.extend_from_slice(bytes);
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count();
        // The shell's prompt takes a line too.
        if self.lines >= self.screen_lines {
            self.pager = start();
            self.release()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.pager.as_mut().and_then(|pager| pager.stdin.as_mut()) {
            Some(pager) => pager.flush(),
            None => self.out.flush(),
        }
    }
}

impl Drop for Paged {
    fn drop(&mut self) {
        if let Some(pager) = &mut self.pager {
            // The terminal belongs to the pager until it ends.
            drop(pager.stdin.take());
            let _ = pager.wait();
        }
    }
}

/// Starts `$PAGER`, or less. `None` if there is none, or if `$PAGER` is blank or cat.
fn start() -> Option<Child> {
    let chosen = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut command = command(&chosen)?;
    command.stdin(Stdio::piped());
    // Makes less show colours and UTF-8, unless the user has set these variables.
    for (name, value) in [("LESS", "-R"), ("LESSCHARSET", "utf-8")] {
        if env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let pager = command.spawn().ok()?;
    // Ctrl-C is for the pager: if this program ended, the pager and the shell would both read the terminal.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(false)));
    Some(pager)
}

/// The command in `$PAGER`. If it has more than a program and options, the shell runs it, as POSIX says for `man`.
fn command(chosen: &str) -> Option<Command> {
    let is_plain = |c: char| c.is_alphanumeric() || c.is_whitespace() || "/._-+,:=@%".contains(c);
    if cfg!(unix) && !chosen.chars().all(is_plain) {
        let mut command = Command::new("sh");
        command.args(["-c", chosen]);
        return Some(command);
    }
    let mut words = chosen.split_whitespace();
    let mut command = Command::new(words.next().filter(|program| *program != "cat")?);
    command.args(words);
    Some(command)
}
