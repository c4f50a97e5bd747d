//! Output for people: findings, letters, tables, prompts and progress.
//!
//! Everything is written to a given writer, for a given [`Terminal`]. This module must never let a character from a list, a
//! letter or a relay control the terminal: all text goes through [`safe`].

mod change;
mod findings;
mod fit;
mod flow;
mod letter;
mod link;
mod listing;
mod live;
mod progress;
mod prompt;
pub mod safe;
mod sheet;
mod table;

pub use change::{Change, change};
pub use findings::{Detail, findings, summary};
pub use letter::{LetterView, letter};
pub use listing::Listing;
pub use live::{LiveView, Reading};
pub use progress::{Progress, ProgressBreak, pace, span};
pub use prompt::{Answer, ask, confirm, password};
pub use sheet::sheet;
pub use table::{Column, Rows, json, json_line};

use anstream::AutoStream;
use anstream::stream::RawStream;
use anstyle::{AnsiColor, Style};
use std::io::{self, IsTerminal, Write};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The value of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal that supports it, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also in files and pipes.
    Always,
    /// No colour.
    Never,
}

/// Whether `--quiet` is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volume {
    /// Notes and progress are shown.
    #[default]
    Normal,
    /// Only results, findings and questions are shown.
    Quiet,
}

/// The destination of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A terminal: lines are fitted to it.
    Terminal {
        /// Its width.
        columns: usize,
    },
    /// A file or another program: lines are not fitted.
    Pipe,
}

/// Whether web addresses can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Links {
    /// As links.
    Clickable,
    /// As text.
    Plain,
}

/// What a stream can show, and what it should show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    device: Device,
    painted: bool,
    links: Links,
    volume: Volume,
}

/// The width of a terminal of this size. Some terminals do not know theirs, or report 0.
fn columns_of(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(80, |(width, _)| usize::from(width.0).max(20))
}

impl Terminal {
    /// Creates a terminal for a device. With `Color::Auto` a terminal has colour. A terminal with colour also has links; one
    /// that does not support them ignores them.
    pub fn new(device: Device, color: Color, volume: Volume) -> Self {
        let painted = match color {
            Color::Auto => device != Device::Pipe,
            Color::Always => true,
            Color::Never => false,
        };
        let links = if painted && device != Device::Pipe { Links::Clickable } else { Links::Plain };
        Terminal { device, painted, links, volume }
    }

    /// Returns the same terminal for a pager, which may show links as text.
    #[must_use]
    pub fn behind_a_pager(&self) -> Self {
        Terminal { links: Links::Plain, ..self.clone() }
    }

    /// Returns the terminal of the standard output, as the environment describes it.
    pub fn stdout(color: Color, volume: Volume) -> Self {
        let out = io::stdout();
        Terminal::of(&out, terminal_size::terminal_size_of(&out), color, volume)
    }

    /// Returns the terminal of the standard error, as the environment describes it.
    pub fn stderr(color: Color, volume: Volume) -> Self {
        let err = io::stderr();
        Terminal::of(&err, terminal_size::terminal_size_of(&err), color, volume)
    }

    fn of<S: RawStream>(
        stream: &S,
        size: Option<(terminal_size::Width, terminal_size::Height)>,
        color: Color,
        volume: Volume,
    ) -> Self {
        let device = if stream.is_terminal() { Device::Terminal { columns: columns_of(size) } } else { Device::Pipe };
        let color = match color {
            Color::Auto if AutoStream::choice(stream) == anstream::ColorChoice::Never => Color::Never,
            Color::Auto => Color::Always,
            color => color,
        };
        Terminal::new(device, color, volume)
    }

    /// Whether this is a terminal, not a file or pipe.
    pub fn is_terminal(&self) -> bool {
        self.device != Device::Pipe
    }

    /// Whether it shows only results, findings and questions.
    pub fn is_quiet(&self) -> bool {
        self.volume == Volume::Quiet
    }

    /// Returns the maximum width of a line; unlimited for a file or pipe.
    pub fn columns(&self) -> usize {
        match self.device {
            Device::Terminal { columns } => columns,
            Device::Pipe => usize::MAX,
        }
    }

    /// Writes a line about what happens, unless `--quiet` is set.
    pub fn note(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        match self.volume {
            Volume::Normal => self.say(out, text),
            Volume::Quiet => Ok(()),
        }
    }

    /// Writes lines even with `--quiet`, fitted to the terminal. Continuation lines keep the indent.
    pub fn say(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        for line in safe::visible_lines(text).split('\n') {
            let words = line.trim_start();
            let indent = line.strip_suffix(words).unwrap_or_default();
            for line in fit::wrap(words, self.columns(), indent, indent) {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    /// Writes a value after its name, which is padded to `columns`. Continuation lines are aligned with the value.
    pub fn name(&self, out: &mut dyn Write, name: &str, columns: usize, value: &str) -> io::Result<()> {
        let first = format!("{:<columns$}", safe::visible(name));
        let lines = fit::wrap(&safe::visible(value), self.columns(), &first, &" ".repeat(columns));
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.painted { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Returns the height of the terminal that is the standard output; `None` if it is not a terminal.
pub fn rows() -> Option<usize> {
    let out = io::stdout();
    let size = terminal_size::terminal_size_of(&out)?;
    out.is_terminal().then(|| usize::from(size.1.0)).filter(|rows| *rows > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_colours_a_terminal_but_not_a_pipe() {
        let painted = |device, color| Terminal::new(device, color, Volume::Normal).painted;
        let terminal = Device::Terminal { columns: 80 };
        assert!(painted(terminal, Color::Auto) && painted(Device::Pipe, Color::Always));
        assert!(!painted(Device::Pipe, Color::Auto) && !painted(terminal, Color::Never));
    }

    #[test]
    fn text_is_fitted_to_a_terminal_and_keeps_its_indent() {
        let mut out = Vec::new();
        let terminal = Terminal::new(Device::Terminal { columns: 20 }, Color::Never, Volume::Quiet);
        terminal.say(&mut out, "changed:\n  letters/00001.eml is missing").expect("written");
        assert_eq!(String::from_utf8(out).expect("text"), "changed:\n  letters/00001.eml\n  is missing\n");
    }

    #[test]
    fn a_value_is_wrapped_under_itself_only_on_a_terminal() {
        let shown = |device| {
            let mut out = Vec::new();
            let terminal = Terminal::new(device, Color::Never, Volume::Quiet);
            terminal.name(&mut out, "from", 6, "Open Letter Desk\u{1b}").expect("written");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(shown(Device::Terminal { columns: 20 }), "from  Open Letter\n      Desk␛\n");
        assert_eq!(shown(Device::Pipe), "from  Open Letter Desk␛\n");
    }

    #[test]
    fn a_note_is_not_shown_when_quiet_and_cannot_control_the_terminal() {
        let note = |volume| {
            let mut out = Vec::new();
            Terminal::new(Device::Pipe, Color::Auto, volume).note(&mut out, "10 letters\u{1b}[2J").expect("written");
            String::from_utf8(out).expect("text")
        };
        assert_eq!((note(Volume::Normal).as_str(), note(Volume::Quiet).as_str()), ("10 letters␛[2J\n", ""));
    }
}
