//! The list of letters on the screen: a subject that all letters have is printed once, and no address is ever cut.
//!
//! It is its own module because a plain table would repeat the same long subject for every letter.

use super::Terminal;
use super::table::{Column, Rows};
use std::io::{self, Write};

const COLUMNS: [Column; 4] =
    [Column::number("no"), Column::text("id"), Column::text("to").folding(), Column::text("subject").folding()];

/// The maximum number of letters to hold while their subjects are compared. With more, the list starts without waiting.
const MAX_HELD: usize = 1000;

/// A list of letters, written while they are made.
pub struct Listing<'a> {
    terminal: &'a Terminal,
    /// The output while letters are held; after that `rows` has it.
    out: Option<&'a mut dyn Write>,
    held: Vec<[String; 4]>,
    rows: Option<Rows<'a>>,
}

impl<'a> Listing<'a> {
    /// Creates an empty list.
    pub fn new(terminal: &'a Terminal, out: &'a mut dyn Write) -> Self {
        Listing { terminal, out: Some(out), held: Vec::new(), rows: None }
    }

    /// Adds a letter: its number, id, address and subject.
    pub fn letter(&mut self, cells: [String; 4]) -> io::Result<()> {
        match &mut self.rows {
            Some(rows) => rows.row(&cells.each_ref().map(String::as_str)),
            None => {
                self.held.push(cells);
                if self.held.len() > MAX_HELD { self.begin(COLUMNS.len()) } else { Ok(()) }
            }
        }
    }

    /// Writes the letters that are still held, and ends the list. Without letters it writes no header either.
    pub fn finish(mut self) -> io::Result<()> {
        if self.held.is_empty() && self.rows.is_none() {
            return Ok(());
        }
        if let Some(out) = &mut self.out {
            let [_, _, _, subject] = self.held.first().cloned().unwrap_or_default();
            let is_common = self.held.iter().all(|[.., other]| *other == subject);
            if is_common {
                self.terminal.name(out, "subject", 9, &subject)?;
                writeln!(out)?;
            }
            self.begin(if is_common { 3 } else { COLUMNS.len() })?;
        }
        self.rows.map_or(Ok(()), Rows::finish)
    }

    /// Starts a table of so many columns with the letters held.
    fn begin(&mut self, columns: usize) -> io::Result<()> {
        self.rows = self.out.take().map(|out| Rows::table(self.terminal, out, &COLUMNS[..columns]));
        let Some(rows) = &mut self.rows else { return Ok(()) };
        self.held.drain(..).try_for_each(|cells| rows.row(&cells.each_ref().map(String::as_str)[..columns]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;

    fn shown(device: Device, subjects: [&str; 2]) -> String {
        let letters = [
            ["1", "okafor-ceo", "thandeka.okafor@northlight.example", subjects[0]],
            ["2", "brandvold-chief-legal", "halvor.brandvold@northlight.example", subjects[1]],
        ];
        let (mut out, terminal) = (Vec::new(), Terminal::new(device, Color::Never, Volume::Normal));
        let mut list = Listing::new(&terminal, &mut out);
        letters.into_iter().for_each(|cells| list.letter(cells.map(str::to_owned)).expect("written"));
        list.finish().expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_common_subject_is_printed_once() {
        let subject = "The exploitation of children is not entertainment: an open letter";
        let expected = format!(
            "subject  {subject}\n\n\
             no  id                     to\n \
              1  okafor-ceo             thandeka.okafor@northlight.example\n \
              2  brandvold-chief-legal  halvor.brandvold@northlight.example\n"
        );
        assert_eq!(shown(Device::Terminal { columns: 80 }, [subject; 2]), expected);
        assert_eq!(shown(Device::Pipe, [subject; 2]), expected);
    }

    #[test]
    fn on_a_narrow_terminal_address_and_subject_are_below_the_id() {
        let shown = shown(Device::Terminal { columns: 40 }, ["To the chair", "To the council"]);
        assert_eq!(
            shown,
            "no  id\n 1  okafor-ceo\n    thandeka.okafor@northlight.example\n    To the chair\n \
              2  brandvold-chief-legal\n    halvor.brandvold@northlight.example\n    To the council\n"
        );
    }
}
