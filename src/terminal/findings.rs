//! What is wrong with a campaign, in the order of its files, as compilers tell it.
//!
//! Every finding must be told or counted; none is ever dropped.

use super::{BOLD, DIM, ERROR, Terminal, WARNING, fit, safe::visible};
use crate::diagnostics::finding::{Finding, Severity};
use crate::diagnostics::place::Place;
use std::io::{self, Write};

/// More warnings of a kind than this, one after the other in a file, are told as one.
const FOLD: usize = 8;
/// The room in front of a quoted line: its number and a bar.
const GUTTER: usize = 9;

/// Writes all findings, by place and then by code, and how many there are. Writes nothing where there are none.
pub fn findings(terminal: &Terminal, out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort();
    for run in sorted.chunk_by(|a, b| a.code == b.code && file(a) == file(b) && !a.is_error()) {
        match run {
            [first, ..] if run.len() > FOLD => folded(terminal, out, first, run)?,
            _ => run.iter().try_for_each(|finding| one(terminal, out, finding))?,
        }
    }
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let total: Vec<String> = [(errors, "error"), (findings.len() - errors, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if total.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", terminal.paint(BOLD, &total.join(", ")))
}

fn file(finding: &Finding) -> Option<&str> {
    finding.place().map(|place| place.file.as_str())
}

fn one(terminal: &Terminal, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    let place = finding.place().map(Place::to_string);
    head(terminal, out, finding, place.as_deref())?;
    paragraph(terminal, out, &finding.message.to_string())?;
    if let Some(text) = &finding.quote {
        quote(terminal, out, text, finding.place())?;
    }
    help(terminal, out, finding)?;
    writeln!(out)
}

/// Many warnings of one code in one file: what the code means, how often, and the lines.
fn folded(terminal: &Terminal, out: &mut dyn Write, first: &Finding, run: &[&Finding]) -> io::Result<()> {
    head(terminal, out, first, file(first))?;
    let meaning = first.code.meaning().trim_end_matches('.');
    paragraph(terminal, out, &format!("{meaning} ({} times)", run.len()))?;
    let lines: Vec<u32> = run.iter().filter_map(|finding| finding.place()?.line).collect();
    if !lines.is_empty() {
        paragraph(terminal, out, &format!("lines {}", ranges(&lines)))?;
    }
    if run.iter().all(|finding| finding.fix == first.fix) {
        help(terminal, out, first)?;
    }
    writeln!(out)
}

fn head(terminal: &Terminal, out: &mut dyn Write, finding: &Finding, place: Option<&str>) -> io::Result<()> {
    let (style, severity) = match finding.severity() {
        Severity::Error => (ERROR, "error"),
        Severity::Warning => (WARNING, "warning"),
    };
    let kind = format!("{severity}[{}]", finding.code);
    let Some(place) = place.map(visible) else { return writeln!(out, "{}", terminal.paint(style, &kind)) };
    // A place stays in one piece, for terminals that lead to it.
    let fits = fit::width(&kind) + 2 + fit::width(&place) <= terminal.columns();
    let between = if fits { " " } else { "\n  " };
    writeln!(out, "{}:{between}{}", terminal.paint(style, &kind), terminal.paint(BOLD, &place))
}

fn paragraph(terminal: &Terminal, out: &mut dyn Write, text: &str) -> io::Result<()> {
    fit::wrap(&visible(text), terminal.columns(), "  ", "  ").iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn help(terminal: &Terminal, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    let Some(help) = finding.fix.as_ref().map(|fix| fix.to_string()) else { return Ok(()) };
    // What follows the first line is to be pasted into a file, and must not be wrapped.
    let (help, paste) = help.split_once('\n').unwrap_or((&help, ""));
    let lines = fit::wrap(&visible(help), terminal.columns(), "  help: ", "        ").into_iter();
    let paste = paste.lines().map(|line| format!("  {}", visible(line)));
    lines.chain(paste).try_for_each(|line| writeln!(out, "{}", terminal.paint(DIM, &line)))
}

/// The quoted line behind its number, as much of it as fits, and a caret below the place's column.
fn quote(terminal: &Terminal, out: &mut dyn Write, text: &str, place: Option<&Place>) -> io::Result<()> {
    let number = place.and_then(|place| place.line).map_or_else(String::new, |line| line.to_string());
    let before = place
        .and_then(|place| usize::try_from(place.column?).ok()?.checked_sub(1))
        // Where the rest of the line is kept back, the caret stands below the sign for it.
        .map(|before| if text.ends_with('…') { before.min(text.chars().count() - 1) } else { before })
        .filter(|before| *before <= text.chars().count())
        .map(|before| fit::width(&visible(&text.chars().take(before).collect::<String>())));
    let room = terminal.columns().saturating_sub(GUTTER).max(8);
    let (text, at) = fit::window(&visible(text), before.unwrap_or(0), room);
    writeln!(out, "{} {text}", terminal.paint(DIM, &format!("{number:>6} |")))?;
    if before.is_some() {
        // Not as a width in the format: the formatter panics beyond 65535, and a line in a pipe is shown whole.
        writeln!(out, "{} {}{}", terminal.paint(DIM, "       |"), " ".repeat(at), terminal.paint(ERROR, "^"))?;
    }
    Ok(())
}

/// Lines in ascending order, those that follow each other as a range: `3, 5-8, 12`.
fn ranges(lines: &[u32]) -> String {
    let runs = lines.chunk_by(|a, b| b.saturating_sub(*a) <= 1);
    let ranges: Vec<String> = runs
        .filter_map(|run| match (run.first()?, run.last()?) {
            (first, last) if first == last => Some(first.to_string()),
            (first, last) => Some(format!("{first}-{last}")),
        })
        .collect();
    ranges.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;
    use crate::diagnostics::code::Code;
    use crate::diagnostics::spans::own;

    fn told(device: Device, color: Color, list: &[Finding]) -> String {
        let mut out = Vec::new();
        findings(&Terminal::new(device, color, Volume::Normal), &mut out, list).expect("written");
        String::from_utf8(out).expect("text")
    }

    fn unknown_name() -> Finding {
        Finding::new(Code::NameUnknown, "there is no \"recipient.nmae\"")
            .at(Place::at("templates/letter.md.hbs", 12, 8))
            .quote("Dear {{recipient.nmae}},")
            .help("did you mean \"recipient.name\"?")
    }

    #[test]
    fn findings_are_told_by_place_and_counted() {
        let list = [
            unknown_name(),
            Finding::new(Code::NobodyNamed, "nobody is named"),
            Finding::new(Code::ListFile, "gone").at(Place::file("a.csv")),
        ];
        let expected = "\
warning[nobody-named]
  nobody is named

error[list-file]: a.csv
  gone

error[name-unknown]: templates/letter.md.hbs:12:8
  there is no \"recipient.nmae\"
    12 | Dear {{recipient.nmae}},
       |        ^
  help: did you mean \"recipient.name\"?

2 errors, 1 warning
";
        assert_eq!(told(Device::Pipe, Color::Auto, &list), expected);
        assert_eq!(told(Device::Pipe, Color::Auto, &[]), "");
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let painted = told(Device::Pipe, Color::Always, &[unknown_name()]);
        assert!(painted.starts_with("\u{1b}[1m\u{1b}[31merror[name-unknown]\u{1b}[0m: "), "{painted:?}");
        assert_eq!(
            anstream::adapter::strip_str(&painted).to_string(),
            told(Device::Pipe, Color::Never, &[unknown_name()])
        );
    }

    #[test]
    fn on_a_terminal_every_line_fits_and_the_caret_stays_below_its_column() {
        let long = format!("{}{{{{nmae}}}} {}", "so many words ".repeat(9), "and more ".repeat(20));
        let column = u32::try_from(long.find("nmae").expect("there")).expect("small") + 1;
        let finding = Finding::new(Code::NameUnknown, own("a long story ".repeat(20)))
            .at(Place::at("letter.md.hbs", 3, column))
            .quote(long)
            .help(own("words of advice ".repeat(10)));
        let told = told(Device::Terminal { columns: 60 }, Color::Never, &[finding]);
        assert!(told.lines().all(|line| fit::width(line) <= 60), "{told}");
        let lines: Vec<&str> = told.lines().collect();
        let caret = lines.iter().position(|line| line.ends_with('^')).expect("a caret");
        let at = lines[caret].chars().count() - 1;
        assert_eq!(lines[caret - 1].chars().skip(at).take(4).collect::<String>(), "nmae");
    }

    #[test]
    fn a_place_is_not_broken_on_a_narrow_terminal() {
        let told = |columns| told(Device::Terminal { columns }, Color::Never, &[unknown_name()]);
        assert!(told(49).starts_with("error[name-unknown]: templates/letter.md.hbs:12:8\n"), "{}", told(49));
        assert!(told(48).starts_with("error[name-unknown]:\n  templates/letter.md.hbs:12:8\n"), "{}", told(48));
    }

    #[test]
    fn a_place_far_out_in_a_long_line_is_told_in_a_pipe() {
        let far = usize::from(u16::MAX) + 1;
        let column = u32::try_from(far).expect("small") + 1;
        let finding = Finding::new(Code::NameUnknown, "x")
            .at(Place::at("letter.md.hbs", 3, column))
            .quote(format!("{}nmae", " ".repeat(far)));
        let told = told(Device::Pipe, Color::Never, &[finding]);
        assert!(told.contains(&format!("\n       | {}^\n", " ".repeat(far))));
    }

    #[test]
    fn many_warnings_of_a_kind_are_told_as_one_and_counted_each() {
        let row = |line| Finding::new(Code::ConsentMissing, "left out").at(Place::line("signatories.csv", line));
        let rows: Vec<Finding> = [2, 3, 4, 7, 9, 10, 20, 21, 30].map(row).into();
        let told = told(Device::Pipe, Color::Never, &rows);
        assert!(told.starts_with("warning[consent-missing]: signatories.csv\n"), "{told}");
        assert!(told.contains("is left out (9 times)\n  lines 2-4, 7, 9-10, 20-21, 30\n"), "{told}");
        assert!(told.ends_with("\n9 warnings\n"), "{told}");
        let few = super::tests::told(Device::Pipe, Color::Never, &rows[..8]);
        assert_eq!(few.matches("warning[consent-missing]").count(), 8);
    }

    #[test]
    fn nothing_a_finding_quotes_reaches_the_terminal_raw() {
        let finding =
            Finding::new(Code::ListHeader, "a\u{1b}]0;b").at(Place::at("x\u{202e}.csv", 1, 2)).quote("\u{7}\u{7}");
        let told = told(Device::Pipe, Color::Never, &[finding]);
        assert!(told.contains("x\\u{202e}.csv:1:2\n  a␛]0;b\n     1 | ␇␇\n       |  ^\n"), "{told}");
    }
}
