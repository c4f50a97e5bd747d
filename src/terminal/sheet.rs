//! Shows the press sheet: the table of figures, the details, and the sentences.
//!
//! It is at most 80 columns wide, since people copy it into messages. It must show every figure with its unit, and must
//! never round one or leave one out.

use super::{BOLD, DIM, Terminal, fit, safe::visible};
use crate::press::{Breakdown, Dates, LeftOut, PartialCount, SenderIs, Sheet, written};
use crate::text::pluralize::numbered;
use crate::text::script::isolated;
use std::io::{self, Write};

const WIDTH: usize = 80;
/// The columns of figures: the heading and width of each.
const UNITS: [(&str, usize); 3] = [("signatories", 13), ("people", 10), ("organisations", 15)];
/// The width of a label below the table.
const LABEL: usize = 12;

/// Writes the whole sheet.
pub fn sheet(terminal: &Terminal, out: &mut dyn Write, sheet: &Sheet) -> io::Result<()> {
    let columns = terminal.columns().min(WIDTH);
    for line in fit::wrap(&visible(&sheet.title), columns, "", "") {
        writeln!(out, "{}", terminal.paint(BOLD, &line))?;
    }
    let because = if sheet.as_of == sheet.letter_date {
        "the date on the letter".to_owned()
    } else {
        format!("the newest date in the list; the letter is dated {}", written(sheet.letter_date))
    };
    text(out, columns, &format!("As of {}, {because}", written(sheet.as_of)))?;
    writeln!(out)?;
    table(terminal, out, columns, sheet)?;
    parts(terminal, out, columns, "By place", "without a place", &sheet.places)?;
    parts(terminal, out, columns, "By day", "without a date", &sheet.days)?;
    details(terminal, out, columns, sheet)?;
    writeln!(out, "{}", terminal.paint(BOLD, "Sentences for the press"))?;
    for sentence in &sheet.sentences {
        writeln!(out)?;
        text(out, columns, sentence)?;
    }
    Ok(())
}

/// Writes the figures, category by category.
fn table(terminal: &Terminal, out: &mut dyn Write, columns: usize, sheet: &Sheet) -> io::Result<()> {
    let lines: Vec<&Breakdown> = std::iter::once(&sheet.all).chain(&sheet.categories).collect();
    let room = columns.saturating_sub(UNITS.iter().map(|(_, width)| width).sum()).max(8);
    let headings: Vec<String> = lines.iter().map(|line| fit::cut(&visible(&line.heading), room)).collect();
    let width = headings.iter().map(|heading| fit::width(heading)).max().unwrap_or(0).max(10);
    let row = |label: &str, cells: [String; 3]| {
        let mut row = isolated(label).into_owned() + &" ".repeat(width.saturating_sub(fit::width(label)));
        for (cell, (_, width)) in cells.iter().zip(UNITS) {
            row.push_str(&format!("{cell:>width$}"));
        }
        row
    };
    writeln!(out, "{}", terminal.paint(DIM, &row("", UNITS.map(|(unit, _)| unit.to_owned()))))?;
    for (line, heading) in lines.iter().zip(&headings) {
        let units = line.units().map(|(_, figures)| figures);
        writeln!(out, "{}", terminal.paint(BOLD, &row(heading, units.map(|of| of.total.to_string()))))?;
        writeln!(out, "{}", row("  named", units.map(|of| of.named.to_string())))?;
        writeln!(out, "{}", row("  withheld", units.map(|of| of.withheld.to_string())))?;
        // Only with `max_listed` are there others.
        if sheet.all.signatories.others > 0 {
            writeln!(out, "{}", row("  others", units.map(|of| of.others.to_string())))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes the figures of a petition by place or day, if there are any.
fn parts(
    terminal: &Terminal,
    out: &mut dyn Write,
    columns: usize,
    heading: &str,
    without: &str,
    parts: &[PartialCount],
) -> io::Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let (label, width) = UNITS[0];
    let room = columns.saturating_sub(width).max(8);
    let names: Vec<String> = parts
        .iter()
        .map(|part| if part.name.is_empty() { without.to_owned() } else { fit::cut(&visible(&part.name), room) })
        .collect();
    let widest = names.iter().map(|name| fit::width(name)).max().unwrap_or(0).max(fit::width(heading));
    let row = |name: &str, cell: &str| {
        format!("{}{}{cell:>width$}", isolated(name), " ".repeat(widest.saturating_sub(fit::width(name))))
    };
    writeln!(out, "{}", terminal.paint(DIM, &row(heading, label)))?;
    for (part, name) in parts.iter().zip(&names) {
        writeln!(out, "{}", row(name, &part.signatories.to_string()))?;
    }
    writeln!(out)
}

/// Writes the details: the sender, who is left out, the dates, and a warning.
fn details(terminal: &Terminal, out: &mut dyn Write, columns: usize, sheet: &Sheet) -> io::Result<()> {
    let mut detail = |label: &str, text: &str| -> io::Result<()> {
        let label = format!("{label:<LABEL$}");
        for (rank, line) in fit::wrap(&visible(text), columns.saturating_sub(LABEL), "", "").iter().enumerate() {
            let label = if rank == 0 { terminal.paint(DIM, &label) } else { " ".repeat(LABEL) };
            writeln!(out, "{label}{line}")?;
        }
        Ok(())
    };
    let sender = &sheet.sender;
    let (name, others) = (&sender.organisation, sender.others);
    let total = signatories(sheet.all.signatories.total);
    let (is, counts) = match sender.is {
        SenderIs::Among => ("one of the signatories", format!("“{total}” and “{name} and {others} others” count it")),
        SenderIs::Apart => {
            ("not one of the signatories", format!("“{total}” does not count it; “{name} and {others} others” does"))
        }
    };
    detail("Sender", &format!("{name}, {is}"))?;
    detail("", &counts)?;
    if sheet.all.signatories.others > 0 {
        detail("Others", "could be named, but are beyond the maximum number of names in the letter")?;
    }
    detail("Signed", &span(&sheet.signed))?;
    detail("Consented", &span(&sheet.consented))?;
    let rows: usize = sheet.left_out.iter().map(|left_out| left_out.count).sum();
    match rows {
        0 => detail("Left out", "nobody")?,
        _ => detail("Left out", &format!("{}, not counted above:", numbered(rows as u64, "row of the list")))?,
    }
    for LeftOut { reason, count, lines } in &sheet.left_out {
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        let word = if *count == 1 { "line" } else { "lines" };
        detail("", &format!("{count}, {reason}: {word} {}", lines.join(", ")))?;
    }
    if sheet.has_small() {
        let least = sheet.small_below;
        detail(
            "Warning",
            &format!("fewer than {least} withheld names can identify a person: do not publish such a number"),
        )?;
    }
    writeln!(out)
}

fn text(out: &mut dyn Write, columns: usize, text: &str) -> io::Result<()> {
    fit::wrap(&visible(text), columns, "", "").iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn span(dates: &Dates) -> String {
    let text = match (dates.earliest, dates.latest) {
        (Some(earliest), Some(latest)) if earliest == latest => format!("on {}", written(earliest)),
        (Some(earliest), Some(latest)) => format!("from {} to {}", written(earliest), written(latest)),
        _ => return "no dates in the list".to_owned(),
    };
    match dates.missing {
        0 => text,
        missing => format!("{text}; {} without a date", signatories(missing)),
    }
}

fn signatories(n: usize) -> String {
    numbered(n as u64, "signatory")
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;
    use crate::people::count::Figures;
    use crate::press::Sender;
    use crate::text::pluralize::capitalized;

    fn drawn(device: Device, color: Color, category: &str) -> String {
        let line = |category: Option<&str>| {
            let of = Figures { total: 3, named: 1, withheld: 1, others: 1 };
            let category = category.map(str::to_owned);
            let heading = category.as_deref().map_or("All signatories".to_owned(), capitalized);
            Breakdown { category, heading, signatories: of, persons: of, organisations: Figures::default() }
        };
        let date = "2018-01-11".parse().expect("a date");
        let sheet_of = Sheet {
            campaign: "c".into(),
            title: "A title of many words ".repeat(6),
            letter_date: date,
            as_of: date.tomorrow().expect("a day"),
            sender: Sender { organisation: "Lantern Alliance".into(), is: SenderIs::Among, others: 2, together: 3 },
            all: line(None),
            categories: vec![line(Some(category))],
            places: Vec::new(),
            days: Vec::new(),
            unverified: 0,
            left_out: Vec::new(),
            signed: Dates { earliest: Some(date), latest: Some(date), missing: 1 },
            consented: Dates::default(),
            small_below: 2,
            sentences: vec!["As of then, many words are said of 3 signatories. ".repeat(3)],
        };
        let mut out = Vec::new();
        sheet(&Terminal::new(device, color, Volume::Normal), &mut out, &sheet_of).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_sheet_fits_80_columns_and_narrow_terminals() {
        for (device, columns) in [(Device::Pipe, 80), (Device::Terminal { columns: 60 }, 60)] {
            let text = drawn(device, Color::Never, &"member of a very long committee ".repeat(4));
            assert!(text.lines().all(|line| fit::width(line) <= columns), "{text}");
        }
    }

    #[test]
    fn a_sheet_has_the_day_the_dates_and_the_others() {
        let text = drawn(Device::Pipe, Color::Never, "survivor");
        for part in [
            "As of January 12, 2018, the newest date in the list; the letter is dated January\n11, 2018\n",
            "\nSurvivor                   3         3              0\n  named                    1         1              0\n",
            "\n  others                   1         1              0\n",
            "\nSender      Lantern Alliance, one of the signatories\n",
            "“3 signatories” and “Lantern Alliance and 2 others” count it\n",
            "\nSigned      on January 11, 2018; 1 signatory without a date\nConsented   no dates in the list\nLeft out    nobody\n",
            "\nWarning     fewer than 2 withheld names",
        ] {
            assert!(text.contains(part), "no {part:?} in\n{text}");
        }
    }

    #[test]
    fn colour_changes_no_text_and_control_characters_are_shown() {
        let painted = drawn(Device::Pipe, Color::Always, "a\u{1b}[2Jb");
        let plain = drawn(Device::Pipe, Color::Never, "a\u{1b}[2Jb");
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain);
        assert!(plain.contains("A␛[2Jb "), "{plain}");
    }
}
