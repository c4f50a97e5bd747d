//! The letters of a campaign in a few lines each: what tells them apart is never cut, what is the same in all is said once.

use super::table::{Column, Rows};
use super::{Terminal, fit, safe};
use std::io::{self, Write};

/// A letter among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The letter's number.
    pub number: String,
    /// The letter's id.
    pub id: String,
    /// The address it goes to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// Its size.
    pub octets: String,
}

const NUMBER: Column = Column::number("number");
const ID: Column = Column::text("id");
const TO: Column = Column::text("to");
const SUBJECT: Column = Column::text("subject");
const OCTETS: Column = Column::number("octets");
const GAP: usize = 2;
/// A subject with less room tells nothing.
const SHORTEST: usize = 16;

/// So many letters are held, to see whether they have a subject in common; of more nobody waits for the last.
const HELD: usize = 1000;
const ALL: &[Column] = &[NUMBER, ID, TO, SUBJECT, OCTETS];

/// Letters on their way out, one after the other.
pub struct Listing<'a> {
    terminal: &'a Terminal,
    /// Where they go while they are held; then the rows have it.
    out: Option<&'a mut dyn Write>,
    held: Vec<Listed>,
    rows: Option<Rows<'a>>,
}

impl<'a> Listing<'a> {
    /// A list of letters for the eye.
    pub fn new(terminal: &'a Terminal, out: &'a mut dyn Write) -> Self {
        Listing { terminal, out: Some(out), held: Vec::new(), rows: None }
    }

    /// Takes a letter.
    pub fn letter(&mut self, letter: Listed) -> io::Result<()> {
        self.held.push(letter);
        if self.rows.is_none() && self.held.len() > HELD {
            self.rows = self.out.take().map(|out| Rows::table(self.terminal, out, ALL));
        }
        let Some(rows) = &mut self.rows else { return Ok(()) };
        self.held
            .drain(..)
            .try_for_each(|letter| rows.row(&[&letter.number, &letter.id, &letter.to, &letter.subject, &letter.octets]))
    }

    /// Writes what is still held back.
    pub fn finish(self) -> io::Result<()> {
        match (self.rows, self.out) {
            (Some(rows), _) => rows.finish(),
            (None, Some(out)) => listing(self.terminal, out, &self.held),
            (None, None) => Ok(()),
        }
    }
}

fn listing(terminal: &Terminal, out: &mut dyn Write, letters: &[Listed]) -> io::Result<()> {
    let common = letters.first().filter(|first| letters.iter().all(|letter| letter.subject == first.subject));
    if let Some(first) = common {
        terminal.name(out, "subject", 9, &first.subject)?;
        writeln!(out)?;
    }
    let width = |name: &str, cell: fn(&Listed) -> &str| {
        letters.iter().map(|letter| fit::width(&safe::visible(cell(letter)))).max().unwrap_or(0).max(fit::width(name))
    };
    let needed = width("number", |l| &l.number) + GAP + width("id", |l| &l.id) + GAP + width("to", |l| &l.to);
    let octets = GAP + width("octets", |l| &l.octets);
    let room = terminal.columns().saturating_sub(needed);
    let subject = if common.is_some() { 0 } else { GAP + SHORTEST };
    let is_wide = needed + subject <= terminal.columns();
    let (columns, has_octets): (&[Column], bool) = match common {
        _ if !is_wide => return stacked(terminal, out, letters, common.is_none()),
        Some(_) if room >= octets => (&[NUMBER, ID, TO, OCTETS], true),
        Some(_) => (&[NUMBER, ID, TO], false),
        None if room >= octets + subject => (ALL, true),
        None => (&[NUMBER, ID, TO, SUBJECT], false),
    };
    let left = room.saturating_sub(GAP + if has_octets { octets } else { 0 });
    let mut rows = Rows::table(terminal, out, columns);
    for letter in letters {
        // The only one that may be cut.
        let subject = if terminal.is_terminal() { fit::cut(&letter.subject, left) } else { letter.subject.clone() };
        let mut cells = vec![&*letter.number, &*letter.id, &*letter.to];
        if common.is_none() {
            cells.push(&subject);
        }
        if has_octets {
            cells.push(&letter.octets);
        }
        rows.row(&cells)?;
    }
    rows.finish()
}

/// Each letter by itself, its address below its id.
fn stacked(terminal: &Terminal, out: &mut dyn Write, letters: &[Listed], with_subject: bool) -> io::Result<()> {
    let number = letters.iter().map(|letter| letter.number.len()).max().unwrap_or(0);
    for letter in letters {
        let lines = [Some(&letter.id), Some(&letter.to), Some(&letter.subject).filter(|_| with_subject)];
        for (rank, line) in lines.into_iter().flatten().enumerate() {
            let first = if rank == 0 { letter.number.as_str() } else { "" };
            terminal.name(out, &format!("{first:>number$}"), number + GAP, line)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;

    fn shown(device: Device, subjects: [&str; 2]) -> String {
        let letter = |number: usize, id: &str, to: &str| Listed {
            number: number.to_string(),
            id: id.to_owned(),
            to: to.to_owned(),
            subject: subjects[number - 1].to_owned(),
            octets: "30478".to_owned(),
        };
        let letters = [
            letter(1, "okafor-ceo", "thandeka.okafor@northlight.example"),
            letter(2, "brandvold-chief-legal", "halvor.brandvold@northlight.example"),
        ];
        let mut out = Vec::new();
        listing(&Terminal::new(device, Color::Never, Volume::Normal), &mut out, &letters).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_subject_that_all_have_is_said_once_and_no_address_is_cut() {
        let subject = "The exploitation of children is not entertainment: an open letter";
        let expected = format!(
            "subject  {subject}\n\n\
             number  id                     to                                   octets\n     \
                  1  okafor-ceo             thandeka.okafor@northlight.example    30478\n     \
                  2  brandvold-chief-legal  halvor.brandvold@northlight.example   30478\n"
        );
        assert_eq!(shown(Device::Terminal { columns: 80 }, [subject; 2]), expected);
        assert_eq!(shown(Device::Pipe, [subject; 2]), expected);
        let narrower = shown(Device::Terminal { columns: 70 }, [subject; 2]);
        assert!(
            !narrower.contains("octets") && narrower.contains("thandeka.okafor@northlight.example\n"),
            "{narrower}"
        );
    }

    #[test]
    fn on_a_narrow_terminal_the_address_stands_below_the_id() {
        let shown = shown(Device::Terminal { columns: 40 }, ["To the chair", "To the council"]);
        assert_eq!(
            shown,
            "1  okafor-ceo\n   thandeka.okafor@northlight.example\n   To the chair\n\
             2  brandvold-chief-legal\n   halvor.brandvold@northlight.example\n   To the council\n"
        );
    }

    #[test]
    fn of_subjects_that_differ_only_they_are_cut() {
        let subjects = ["A letter to the Chief Executive Officer", "A letter to General Counsel"];
        let shown = shown(Device::Terminal { columns: 90 }, subjects);
        assert!(shown.contains("halvor.brandvold@northlight.example  A letter"), "{shown}");
        assert!(shown.lines().all(|line| fit::width(line) <= 90) && shown.contains('…'), "{shown}");
    }
}
