//! Shows a letter: its headers, a line, its text.
//!
//! The finished text must never be changed here, only fitted to the terminal.

use super::{BOLD, DIM, Terminal, fit, flow, link, safe};
use std::io::{self, Write};

const RULE: usize = 72;

/// A parsed letter to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterView {
    /// The letter's number in its campaign, from 1.
    pub number: u32,
    /// How many letters the campaign has.
    pub total: u32,
    /// The letter's id.
    pub id: String,
    /// The headers to show in order, by name and decoded value.
    pub headers: Vec<(String, String)>,
    /// The text, decoded; lines end in LF or CRLF.
    pub body: String,
}

/// Writes a letter with a line above it and a blank line after it.
pub fn letter(terminal: &Terminal, out: &mut dyn Write, view: &LetterView) -> io::Result<()> {
    let room = terminal.columns().min(RULE);
    let title = format!("── letter {} of {} · {} ", view.number, view.total, safe::visible(&view.id));
    let rest = "─".repeat(room.saturating_sub(fit::width(&title)));
    writeln!(out, "{}\n", terminal.paint(BOLD, &format!("{title}{rest}")))?;

    let names = view.headers.iter().map(|(name, _)| fit::width(name)).max().unwrap_or(0) + 2;
    for (name, value) in &view.headers {
        let name = format!("{}:", safe::visible(name));
        let pad = " ".repeat(names.saturating_sub(fit::width(&name)));
        let lines = fit::wrap(&safe::visible(value), terminal.columns().saturating_sub(names), "", "");
        for (rank, line) in lines.iter().enumerate() {
            match rank {
                0 => writeln!(out, "{}{pad}{line}", terminal.paint(DIM, &name))?,
                _ => writeln!(out, "{:names$}{line}", "")?,
            }
        }
    }
    writeln!(out, "{}\n", terminal.paint(DIM, &"─".repeat(room)))?;

    for line in flow::flow(safe::visible_letter(&view.body).trim_end_matches('\n'), terminal.columns()) {
        writeln!(out, "{}", link::linked(terminal.links, &line))?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;

    fn shown(device: Device, view: &LetterView) -> String {
        let mut out = Vec::new();
        letter(&Terminal::new(device, Color::Never, Volume::Normal), &mut out, view).expect("written");
        String::from_utf8(out).expect("text")
    }

    fn view(subject: &str, body: &str) -> LetterView {
        let headers = [("To", "Ada Okafor <ada@northlight.example>"), ("Subject", subject)];
        LetterView {
            number: 3,
            total: 10,
            id: "okafor".to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_letter_is_shown_with_its_headers_and_text() {
        let expected = format!(
            "── letter 3 of 10 · okafor {}\n\nTo:      Ada Okafor <ada@northlight.example>\nSubject: Not entertainment\n{}\n\nDear Ms. Okafor:\n\n    - one\n\n",
            "─".repeat(45),
            "─".repeat(72)
        );
        assert_eq!(shown(Device::Pipe, &view("Not entertainment", "Dear Ms. Okafor:\r\n\r\n    - one\r\n")), expected);
    }

    #[test]
    fn long_lines_are_wrapped_only_on_a_terminal() {
        let letter = view(&"words ".repeat(12), &format!("    {}", "words ".repeat(30)));
        assert!(shown(Device::Pipe, &letter).contains(letter.body.as_str()));
        let fitted = shown(Device::Terminal { columns: 40 }, &letter);
        assert!(fitted.lines().all(|line| fit::width(line) <= 40), "{fitted}");
        assert!(fitted.contains("\n    words words words words words words\n    words"), "{fitted}");
        assert!(fitted.contains("\n         words words"), "{fitted}");
    }

    #[test]
    fn a_web_address_is_a_link_only_on_a_terminal_with_colour() {
        let letter = view("x", "https://example.org/");
        let shown = |device, color| {
            let mut out = Vec::new();
            super::letter(&Terminal::new(device, color, Volume::Normal), &mut out, &letter).expect("written");
            String::from_utf8(out).expect("text")
        };
        let terminal = Device::Terminal { columns: 80 };
        let link = "\u{1b}]8;;https://example.org/\u{1b}\\https://example.org/\u{1b}]8;;\u{1b}\\";
        assert!(shown(terminal, Color::Auto).contains(link));
        assert!(!shown(terminal, Color::Never).contains('\u{1b}'));
        assert!(!shown(Device::Pipe, Color::Always).contains("]8;;"));
    }

    #[test]
    fn control_characters_are_shown() {
        let shown = shown(Device::Pipe, &view("\u{202e}tfel\r\nBcc: x", "a\u{1b}[2Jb"));
        assert!(shown.contains("Subject: \\u{202e}tfel␍␊Bcc: x\n") && shown.contains("\na␛[2Jb\n"), "{shown}");
    }
}
