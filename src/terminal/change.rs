//! The differences between two texts, line by line.

use super::{Terminal, fit, safe};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is only in the first text.
    Removed,
    /// It is only in the second text.
    Added,
    /// It is in both.
    Same,
}

/// Writes a line after its sign. On a terminal, continuation lines are aligned with the line's first word.
pub fn change(terminal: &Terminal, out: &mut dyn Write, change: Change, line: &str) -> io::Result<()> {
    let (sign, style) = match change {
        Change::Removed => ("-", Some(REMOVED)),
        Change::Added => ("+", Some(ADDED)),
        Change::Same => (" ", None),
    };
    let paint = |text: &str| style.map_or_else(|| text.to_owned(), |style| terminal.paint(style, text));
    let line = safe::visible_letter(line);
    if fit::width(&line) < terminal.columns() {
        return writeln!(out, "{}", paint(&format!("{sign}{line}")));
    }
    let words = line.trim_start();
    let indent = line.strip_suffix(words).unwrap_or_default();
    let lines = fit::wrap(words, terminal.columns(), &format!("{sign}{indent}"), &format!(" {indent}"));
    lines.iter().try_for_each(|line| writeln!(out, "{}", paint(line)))
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;

    fn shown(device: Device, color: Color, what: Change, line: &str) -> String {
        let mut out = Vec::new();
        change(&Terminal::new(device, color, Volume::Normal), &mut out, what, line).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn removed_and_added_lines_are_coloured_on_a_terminal() {
        let terminal = Device::Terminal { columns: 40 };
        let painted =
            [Change::Removed, Change::Added, Change::Same].map(|what| shown(terminal, Color::Auto, what, "a"));
        assert_eq!(painted, ["\u{1b}[31m-a\u{1b}[0m\n", "\u{1b}[32m+a\u{1b}[0m\n", " a\n"]);
        assert_eq!(shown(Device::Pipe, Color::Auto, Change::Removed, "a"), "-a\n");
    }

    #[test]
    fn long_lines_are_wrapped_under_their_first_word_only_on_a_terminal() {
        let line = format!("  {}", "words ".repeat(5).trim_end());
        let terminal = Device::Terminal { columns: 20 };
        let expected = "+  words words words\n   words words\n";
        assert_eq!(shown(terminal, Color::Never, Change::Added, &line), expected);
        assert_eq!(shown(Device::Pipe, Color::Never, Change::Added, &line), format!("+{line}\n"));
        assert_eq!(shown(Device::Terminal { columns: 4 }, Color::Never, Change::Same, "abc"), " abc\n");
    }

    #[test]
    fn control_characters_are_shown_and_isolated_names_are_kept() {
        let shown = shown(Device::Pipe, Color::Never, Change::Removed, "\u{1b}[2J\u{2068}هالة\u{2069}\r\u{202e}");
        assert_eq!(shown, "-␛[2J\u{2068}هالة\u{2069}␍\\u{202e}\n");
    }
}
