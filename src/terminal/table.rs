//! Rows: as a table for the eye, as CSV for a spreadsheet, as JSON for a program.
//!
//! A table for the eye may cut a cell to fit; CSV and JSON never do. A cell of the CSV must never be run as a formula.

use super::{BOLD, Terminal, fit, safe::is_hidden, safe::visible};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// How many rows a table waits for before it settles its columns' widths; those after them are fitted to these. It keeps
/// a list of any length from being held in memory.
const SAMPLE: usize = 1000;
const GAP: &str = "  ";

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    name: &'static str,
    align: Align,
    fold: Fold,
}

/// Where a column's cells stand when the rows of a table are too wide for the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    /// In the row, cut where they must be.
    Row,
    /// Under the row, whole.
    Under,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

impl Column {
    /// A column of text.
    pub const fn text(name: &'static str) -> Self {
        Column { name, align: Align::Left, fold: Fold::Row }
    }

    /// A column of numbers, set flush right.
    pub const fn number(name: &'static str) -> Self {
        Column { name, align: Align::Right, fold: Fold::Row }
    }

    /// The same column, whose cells stand under their row, whole, where the rows are too wide; of several the last is the
    /// first to.
    #[must_use]
    pub const fn folding(self) -> Self {
        Column { fold: Fold::Under, ..self }
    }
}

/// Rows on their way out, one after the other.
pub struct Rows<'a>(Form<'a>);

enum Form<'a> {
    Table(Table<'a>),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
}

impl<'a> Rows<'a> {
    /// Rows as aligned columns under their names; on a terminal, where the rows are too wide, columns that can be folded
    /// are, and then cells are cut with `…`.
    pub fn table(terminal: &'a Terminal, out: &'a mut dyn Write, columns: &'a [Column]) -> Self {
        let (waiting, widths, folded) = (Vec::new(), None, vec![false; columns.len()]);
        Rows(Form::Table(Table { terminal, out, columns, waiting, widths, folded }))
    }

    /// Rows as CSV (RFC 4180, lines ended by LF) under their columns' names, as they are but for cells that a spreadsheet
    /// would run: those get an apostrophe in front.
    pub fn csv(out: &'a mut dyn Write, columns: &[Column]) -> io::Result<Self> {
        Rows::csv_under(out, columns.iter().map(|column| column.name))
    }

    /// The same under names that are not known beforehand.
    pub fn csv_under<'n>(out: &'a mut dyn Write, names: impl IntoIterator<Item = &'n str>) -> io::Result<Self> {
        let mut rows = Rows(Form::Csv(Box::new(csv::Writer::from_writer(out))));
        rows.row(&names.into_iter().collect::<Vec<_>>())?;
        Ok(rows)
    }

    /// Takes a row, with a cell for each column.
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        match &mut self.0 {
            Form::Table(table) => table.row(cells),
            Form::Csv(writer) => {
                cells.iter().try_for_each(|cell| writer.write_field(harmless(cell).as_bytes()))?;
                Ok(writer.write_record(None::<&[u8]>)?)
            }
        }
    }

    /// Writes what is still held back.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Form::Table(mut table) => table.settle().map(|_| ()),
            Form::Csv(mut writer) => writer.flush(),
        }
    }
}

struct Table<'a> {
    terminal: &'a Terminal,
    out: &'a mut dyn Write,
    columns: &'a [Column],
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
    /// Which columns stand under their row.
    folded: Vec<bool>,
}

impl Table<'_> {
    fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        let cells: Vec<String> = cells.iter().map(|cell| visible(cell).into_owned()).collect();
        if self.widths.is_some() {
            return self.write(&cells);
        }
        self.waiting.push(cells);
        if self.waiting.len() >= SAMPLE { self.settle() } else { Ok(()) }
    }

    /// Settles the widths, and writes the header and all rows that waited for them.
    fn settle(&mut self) -> io::Result<()> {
        if self.widths.is_some() {
            return Ok(());
        }
        let names: Vec<String> = self.columns.iter().map(|column| column.name.to_owned()).collect();
        let mut widths: Vec<usize> = names.iter().map(|name| fit::width(name)).collect();
        for row in &self.waiting {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = fit::width(cell).max(*width);
            }
        }
        for (at, column) in self.columns.iter().enumerate().rev() {
            let row = widths.iter().zip(&self.folded).filter(|(_, folded)| !**folded);
            let (columns, room) = row.fold((0, 0), |(columns, room), (width, _)| (columns + 1, room + width));
            let is_wide = room + GAP.len() * (columns - 1) > self.terminal.columns();
            self.folded[at] = column.fold == Fold::Under && is_wide;
        }
        let row = widths.iter_mut().zip(&self.folded).filter(|(_, folded)| !**folded);
        shrink(row.map(|(width, _)| width).collect(), self.terminal.columns());
        self.widths = Some(widths);
        let header = self.line(&names);
        writeln!(self.out, "{}", self.terminal.paint(BOLD, &header))?;
        std::mem::take(&mut self.waiting).iter().try_for_each(|row| self.write(row))
    }

    fn write(&mut self, cells: &[String]) -> io::Result<()> {
        let line = self.line(cells);
        writeln!(self.out, "{line}")?;
        let under = cells.iter().zip(&self.folded).filter(|(cell, folded)| **folded && !cell.is_empty());
        let under: Vec<String> = under.map(|(cell, _)| isolated(cell.clone())).collect();
        if under.is_empty() {
            return Ok(());
        }
        let indent = " ".repeat(self.widths.iter().flatten().next().map_or(0, |width| width + GAP.len()));
        let lines = fit::wrap(&under.join(GAP), self.terminal.columns(), &indent, &indent);
        lines.iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }

    fn line(&self, cells: &[String]) -> String {
        let mut line = String::new();
        let widths = self.widths.iter().flatten();
        let row = cells.iter().zip(widths).zip(self.columns).zip(&self.folded).filter(|(_, folded)| !**folded);
        for (rank, (((cell, width), column), _)) in row.enumerate() {
            let cell = if self.terminal.is_terminal() { isolated(fit::cut(cell, *width)) } else { cell.clone() };
            let pad = " ".repeat(width.saturating_sub(fit::width(&cell)));
            let (before, after) = match column.align {
                Align::Left => ("", pad.as_str()),
                Align::Right => (pad.as_str(), ""),
            };
            line.extend([if rank > 0 { GAP } else { "" }, before, &cell, after]);
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// Takes from the widest columns until the row fits.
fn shrink(mut widths: Vec<&mut usize>, columns: usize) {
    let room = columns.saturating_sub(GAP.len() * widths.len().saturating_sub(1));
    for width in &mut widths {
        **width = (**width).min(room.max(1));
    }
    while widths.iter().map(|width| **width).sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if **widest > 1 => **widest -= 1,
            _ => return,
        }
    }
}

/// A cell in a script that runs from right to left, kept from reordering its neighbours (UAX #9, FSI and PDI).
pub(super) fn isolated(cell: String) -> String {
    let from_right = |c| {
        matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    if cell.contains(from_right) { format!("\u{2068}{cell}\u{2069}") } else { cell }
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// Whether a spreadsheet takes the cell for a formula.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Writes a value as JSON, for people to read too, ended by a line feed.
pub fn json<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(value)?))
}

/// Writes a value as JSON on a line of its own, which is whole when it is seen.
pub fn json_line<T: Serialize>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    out.write_all(format!("{}\n", inert(&serde_json::to_string(value)?)).as_bytes())?;
    out.flush()
}

/// Writes an array of rows as JSON, one on each line, without holding them all.
pub fn json_rows<T: Serialize>(out: &mut dyn Write, rows: impl IntoIterator<Item = T>) -> io::Result<()> {
    let mut before = "[\n";
    for row in rows {
        write!(out, "{before}  {}", inert(&serde_json::to_string(&row)?))?;
        before = ",\n";
    }
    writeln!(out, "{}]", if before == "[\n" { "[" } else { "\n" })
}

/// The same JSON, with what would steer a terminal or hide in it as JSON's own `\u` escapes (RFC 8259 §7). Such characters
/// stand in strings alone.
fn inert(json: &str) -> String {
    let mut inert = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_hidden(c) {
            inert.push(c);
        } else {
            inert.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    inert
}

#[cfg(test)]
mod tests;
