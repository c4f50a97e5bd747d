//! One line that tells how far a run has come, written over itself.
//!
//! It is for a terminal alone: a file, a pipe or a quiet run must never get any of it. It erases itself with spaces, not
//! with escape sequences, so that it works without colour too.

use super::{Screen, Volume, fit, safe::visible};
use std::io::{self, Write};

/// The line at the bottom of a run. Dropped, it is gone from the terminal.
pub struct Progress<'a> {
    screen: &'a Screen,
    out: &'a mut (dyn Write + Send),
    shown: String,
}

impl<'a> Progress<'a> {
    /// A line that is still empty.
    pub fn new(screen: &'a Screen, out: &'a mut (dyn Write + Send)) -> Self {
        Progress { screen, out, shown: String::new() }
    }

    /// Shows the text in the place of the one before: `12 of 56 sent · 1 deferred`.
    pub fn update(&mut self, text: &str) -> io::Result<()> {
        if !self.screen.is_terminal() || self.screen.volume == Volume::Quiet {
            return Ok(());
        }
        // In the last column some terminals would go on to a new line.
        let text = fit::cut(&visible(text), self.screen.columns().saturating_sub(1));
        if text == self.shown {
            return Ok(());
        }
        let stale = fit::width(&self.shown).saturating_sub(fit::width(&text));
        write!(self.out, "\r{text}{:stale$}\r{text}", "")?;
        self.shown = text;
        self.out.flush()
    }

    /// Takes the line away.
    pub fn clear(&mut self) -> io::Result<()> {
        if self.shown.is_empty() {
            return Ok(());
        }
        let stale = fit::width(&self.shown);
        self.shown.clear();
        write!(self.out, "\r{:stale$}\r", "")?;
        self.out.flush()
    }

    /// Writes something else above the line, on every kind of screen.
    pub fn aside(&mut self, write: impl FnOnce(&Screen, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let shown = self.shown.clone();
        self.clear()?;
        write(self.screen, self.out)?;
        if shown.is_empty() { Ok(()) } else { self.update(&shown) }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        // There is nobody left to tell that a terminal has gone away.
        let _ = self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device};
    use super::*;

    /// What is left on a terminal's lines after everything is written.
    fn left(written: &[u8]) -> Vec<String> {
        let mut lines = vec![Vec::new()];
        let mut at = 0;
        for c in String::from_utf8(written.to_vec()).expect("text").chars() {
            match (c, lines.last_mut().expect("a line")) {
                ('\r', _) => at = 0,
                ('\n', _) => {
                    lines.push(Vec::new());
                    at = 0;
                }
                (c, line) => {
                    line.resize(line.len().max(at + 1), ' ');
                    line[at] = c;
                    at += 1;
                }
            }
        }
        lines.into_iter().map(|line| String::from_iter(line).trim_end().to_owned()).collect()
    }

    fn run(device: Device, volume: Volume, story: impl FnOnce(&mut Progress<'_>)) -> Vec<String> {
        let mut out = Vec::new();
        let screen = Screen::new(device, Color::Never, volume);
        let mut progress = Progress::new(&screen, &mut out);
        story(&mut progress);
        // So that it does not clear what is to be looked at.
        progress.shown.clear();
        drop(progress);
        left(&out)
    }

    const TERMINAL: Device = Device::Terminal { columns: 20 };

    #[test]
    fn the_line_is_written_over_itself() {
        let lines = run(TERMINAL, Volume::Normal, |progress| {
            progress.update("12 of 56, 1 deferred and more").expect("written");
            progress.update("13 of 56").expect("written");
        });
        assert_eq!(lines, ["13 of 56"]);
        assert_eq!(
            run(TERMINAL, Volume::Normal, |progress| progress.update("12 of 56 sent and more").expect("")),
            ["12 of 56 sent and …"]
        );
    }

    #[test]
    fn other_output_stands_above_it_on_a_line_of_its_own() {
        let lines = run(TERMINAL, Volume::Normal, |progress| {
            progress.update("1 of 2 sent").expect("written");
            progress.aside(|_, out| writeln!(out, "deferred")).expect("written");
        });
        assert_eq!(lines, ["deferred", "1 of 2 sent"]);
    }

    #[test]
    fn it_clears_itself_when_the_run_is_over() {
        let mut out = Vec::new();
        let screen = Screen::new(TERMINAL, Color::Never, Volume::Normal);
        Progress::new(&screen, &mut out).update("1 of 2 sent").expect("written");
        assert_eq!(left(&out), [""]);
    }

    #[test]
    fn a_pipe_and_a_quiet_run_get_nothing_of_it() {
        for (device, volume) in [(Device::Pipe, Volume::Normal), (TERMINAL, Volume::Quiet)] {
            let lines = run(device, volume, |progress| {
                progress.update("1 of 2 sent").expect("written");
                progress.aside(|_, out| write!(out, "deferred")).expect("written");
            });
            assert_eq!(lines, ["deferred"]);
        }
    }
}
