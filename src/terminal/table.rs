//! Writes rows as a table for people, as CSV for spreadsheets, and values as JSON for programs.
//!
//! A table may shorten a cell to fit; CSV and JSON must never. A spreadsheet must never run a cell of the CSV as a formula.

use super::{BOLD, Terminal, fit, safe::is_hidden, safe::visible};
use crate::text::formula::harmless;
use crate::text::script::isolated;
use serde::Serialize;
use std::io::{self, Write};

/// The number of rows that decide the widths of the columns; later rows are fitted to these widths. So a list of any length
/// is not held in memory.
const SAMPLE: usize = 1000;
const GAP: &str = "  ";

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    name: &'static str,
    align: Align,
    fold: Fold,
}

/// Where the cells of a column are if the rows are too wide for the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    /// In the row, shortened if necessary.
    Row,
    /// Under the row, not shortened.
    Under,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

impl Column {
    /// Creates a column of text.
    pub const fn text(name: &'static str) -> Self {
        Column { name, align: Align::Left, fold: Fold::Row }
    }

    /// Creates a column of numbers, aligned to the right.
    pub const fn number(name: &'static str) -> Self {
        Column { name, align: Align::Right, fold: Fold::Row }
    }

    /// Puts the column's cells under their row if the rows are too wide. Of several such columns, the last is put there
    /// first.
    #[must_use]
    pub const fn folding(self) -> Self {
        Column { fold: Fold::Under, ..self }
    }
}

/// Rows, written one after the other.
pub struct Rows<'a>(Writer<'a>);

enum Writer<'a> {
    Table(Table<'a>),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
}

impl<'a> Rows<'a> {
    /// Starts a table with aligned columns under their names. If the rows are too wide for a terminal, folding columns are
    /// put under the rows, and then cells are shortened with `…`.
    pub fn table(terminal: &'a Terminal, out: &'a mut dyn Write, columns: &'a [Column]) -> Self {
        let (waiting, widths, folded) = (Vec::new(), None, vec![false; columns.len()]);
        Rows(Writer::Table(Table { terminal, out, columns, waiting, widths, folded }))
    }

    /// Starts CSV (RFC 4180, with LF) with the columns' names. A cell that a spreadsheet would run as a formula gets an
    /// apostrophe in front.
    pub fn csv(out: &'a mut dyn Write, columns: &[Column]) -> io::Result<Self> {
        Rows::csv_under(out, columns.iter().map(|column| column.name))
    }

    /// Starts CSV with names that are known only at run time.
    pub fn csv_under<'n>(out: &'a mut dyn Write, names: impl IntoIterator<Item = &'n str>) -> io::Result<Self> {
        let mut rows = Rows(Writer::Csv(Box::new(csv::Writer::from_writer(out))));
        rows.row(&names.into_iter().collect::<Vec<_>>())?;
        Ok(rows)
    }

    /// Adds a row, with a cell for each column.
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        match &mut self.0 {
            Writer::Table(table) => table.row(cells),
            Writer::Csv(writer) => {
                cells.iter().try_for_each(|cell| writer.write_field(harmless(cell).as_bytes()))?;
                Ok(writer.write_record(None::<&[u8]>)?)
            }
        }
    }

    /// Writes the rows that are still held.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Writer::Table(mut table) => table.fix_widths().map(|_| ()),
            Writer::Csv(mut writer) => writer.flush(),
        }
    }
}

struct Table<'a> {
    terminal: &'a Terminal,
    out: &'a mut dyn Write,
    columns: &'a [Column],
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
    /// Which columns are put under the row.
    folded: Vec<bool>,
}

impl Table<'_> {
    fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        let cells: Vec<String> = cells.iter().map(|cell| visible(cell).into_owned()).collect();
        if self.widths.is_some() {
            return self.write(&cells);
        }
        self.waiting.push(cells);
        if self.waiting.len() >= SAMPLE { self.fix_widths() } else { Ok(()) }
    }

    /// Decides the widths, and writes the header and the waiting rows.
    fn fix_widths(&mut self) -> io::Result<()> {
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
        let under: Vec<String> = under.map(|(cell, _)| isolated(cell).into_owned()).collect();
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
            let cell =
                if self.terminal.is_terminal() { isolated(&fit::cut(cell, *width)).into_owned() } else { cell.clone() };
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

/// Reduces the widest columns until the row fits.
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

/// Writes a value as indented JSON with a line feed.
pub fn json<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(value)?))
}

/// Writes a value as one line of JSON, in one write, and flushes it.
pub fn json_line<T: Serialize>(out: &mut dyn Write, value: &T) -> io::Result<()> {
    out.write_all(format!("{}\n", inert(&serde_json::to_string(value)?)).as_bytes())?;
    out.flush()
}

/// Escapes characters that would control a terminal or be invisible, with JSON's `\u` (RFC 8259 §7). They occur only in
/// strings.
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
