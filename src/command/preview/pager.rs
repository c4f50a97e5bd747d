//! The user's pager: for letters that are longer than the terminal, and for nothing else.

use crate::command::exit::Failure;
use std::env;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The standard output, through a pager once more is written than the screen has lines.
pub(super) struct Paged {
    /// Held back while it fits on the screen; `None` once it is known where it goes.
    held: Option<Vec<u8>>,
    lines: usize,
    /// How many lines the screen has.
    room: usize,
    pager: Option<Child>,
    out: BufWriter<StdoutLock<'static>>,
}

impl Paged {
    /// Straight to the standard output, for a screen of no height.
    pub(super) fn new(rows: Option<usize>, out: BufWriter<StdoutLock<'static>>) -> Self {
        let held = rows.map(|_| Vec::new());
        Paged { held, lines: 0, room: rows.unwrap_or(0), pager: None, out }
    }

    /// Ends the output, and waits for the reader to leave the pager.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.let_go()?;
        Ok(self.flush()?)
    }

    fn let_go(&mut self) -> io::Result<()> {
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
        self.lines += bytes.iter().filter(|octet| **octet == b'\n').count();
        // The prompt takes a line too.
        if self.lines >= self.room {
            self.pager = start();
            self.let_go()?;
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
            // Until it has read to the end and its reader has left, the terminal is the pager's.
            drop(pager.stdin.take());
            let _ = pager.wait();
        }
    }
}

/// `$PAGER`, else less where there is one. Without one, and where `$PAGER` is blank or cat, the letters go straight to the
/// terminal.
fn start() -> Option<Child> {
    let chosen = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut command = command(&chosen)?;
    command.stdin(Stdio::piped());
    // For less: colours as they are meant, and text as it is written, unless its user has other wishes.
    for (name, value) in [("LESS", "-R"), ("LESSCHARSET", "utf-8")] {
        if env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let pager = command.spawn().ok()?;
    // An interrupt from the keyboard is for the pager, which would be left alone with the terminal.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(false)));
    Some(pager)
}

/// A pager as its user wrote it down. What more than names a program and its options is the shell's to read (POSIX, `man`).
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
