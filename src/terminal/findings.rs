//! Prints findings in the style of compilers.
//!
//! Every finding must be shown or counted.

use super::{BOLD, DIM, ERROR, NOTE, Terminal, WARNING, fit, safe::visible};
use crate::diagnostics::finding::{Finding, Severity};
use crate::diagnostics::fold::Findings;
use crate::diagnostics::place::{Place, lines};
use crate::diagnostics::spans::Spans;
use std::io::{self, Write};

/// The maximum number of lines, or ranges of lines, to list without [`Detail::Full`].
const MAX_LISTED: usize = 8;
/// The width in front of a quoted line: its number and a bar.
const GUTTER: usize = 9;

/// How much of the findings is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Errors and warnings; notes are counted.
    Brief,
    /// Notes too, with every line.
    Full,
}

/// Writes findings, errors first, and their number; only errors if the terminal is quiet. Private text is shown only with
/// full detail and only on a terminal.
pub fn findings(terminal: &Terminal, out: &mut dyn Write, findings: &Findings, detail: Detail) -> io::Result<()> {
    let is_shown = |finding: &&Finding| match finding.severity() {
        Severity::Error => true,
        Severity::Warning => !terminal.is_quiet(),
        Severity::Note => !terminal.is_quiet() && detail == Detail::Full,
    };
    findings.list().iter().filter(is_shown).try_for_each(|finding| one(terminal, out, finding, detail))?;
    match summary(terminal, findings) {
        summary if summary.is_empty() => Ok(()),
        summary => match detail == Detail::Brief && findings.count(Severity::Note) > 0 && !terminal.is_quiet() {
            true => writeln!(out, "{} (`openletter check --verbose` lists notes)", terminal.paint(BOLD, &summary)),
            false => writeln!(out, "{}", terminal.paint(BOLD, &summary)),
        },
    }
}

/// Returns how many findings there are: `2 errors, 1 warning, 3 notes`. Empty if there are none.
pub fn summary(terminal: &Terminal, findings: &Findings) -> String {
    let counted = match terminal.is_quiet() {
        true => &[Severity::Error][..],
        false => &[Severity::Error, Severity::Warning, Severity::Note],
    };
    let count = |severity: &Severity| match findings.count(*severity) {
        0 => None,
        1 => Some(format!("1 {}", severity.name())),
        many => Some(format!("{many} {}s", severity.name())),
    };
    counted.iter().filter_map(count).collect::<Vec<_>>().join(", ")
}

fn one(terminal: &Terminal, out: &mut dyn Write, finding: &Finding, detail: Detail) -> io::Result<()> {
    let text = |text: &Spans| match detail == Detail::Full && terminal.is_terminal() {
        true => text.revealed(),
        false => text.to_string(),
    };
    head(terminal, out, finding)?;
    paragraph(terminal, out, &text(&finding.message))?;
    if let Some(line) = &finding.quote {
        quote(terminal, out, line, finding.place())?;
    }
    places(terminal, out, finding, detail)?;
    if let Some(fix) = finding.fix.as_ref().map(text) {
        // The lines after the first are to be pasted into a file, and must not be wrapped.
        let (help, paste) = fix.split_once('\n').unwrap_or((&fix, ""));
        let lines = fit::wrap(&visible(help), terminal.columns(), "  help: ", "        ").into_iter();
        let paste = paste.lines().map(|line| format!("  {}", visible(line)));
        lines.chain(paste).try_for_each(|line| writeln!(out, "{}", terminal.paint(DIM, &line)))?;
    }
    writeln!(out)
}

/// Writes all lines of a finding with several, by file. Those of the file in its head come first, without the name.
fn places(terminal: &Terminal, out: &mut dyn Write, finding: &Finding, detail: Detail) -> io::Result<()> {
    let Some(first) = finding.place() else { return Ok(()) };
    let most = if detail == Detail::Full { usize::MAX } else { MAX_LISTED };
    let is_here = |place: &&Place| place.file == first.file;
    let mut elsewhere: Vec<&Place> = finding.places.iter().filter(|place| !is_here(place)).collect();
    elsewhere.sort();
    // Places that were not kept are most likely in the last file.
    let more = |is_last: bool| if is_last { finding.more_places as usize } else { 0 };
    let here: Vec<&Place> = finding.places.iter().filter(is_here).collect();
    let here = lines(&here, more(elsewhere.is_empty()), most);
    if !here.is_empty() {
        paragraph(terminal, out, &here)?;
    }
    let files: Vec<&[&Place]> = elsewhere.chunk_by(|a, b| a.file == b.file).collect();
    for (rank, file) in files.iter().enumerate() {
        let all = match lines(file, more(rank + 1 == files.len()), most) {
            all if all.is_empty() => file[0].to_string(),
            all => format!("{}: {all}", file[0].file),
        };
        paragraph(terminal, out, &all)?;
    }
    Ok(())
}

fn head(terminal: &Terminal, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    let style = match finding.severity() {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Note => NOTE,
    };
    let kind = format!("{}[{}]", finding.severity().name(), finding.code);
    let Some(place) = finding.place().map(|place| visible(&place.to_string()).into_owned()) else {
        return writeln!(out, "{}", terminal.paint(style, &kind));
    };
    // A place is not broken, so that terminals can make it a link.
    let fits = fit::width(&kind) + 2 + fit::width(&place) <= terminal.columns();
    let between = if fits { " " } else { "\n  " };
    writeln!(out, "{}:{between}{}", terminal.paint(style, &kind), terminal.paint(BOLD, &place))
}

fn paragraph(terminal: &Terminal, out: &mut dyn Write, text: &str) -> io::Result<()> {
    fit::wrap(&visible(text), terminal.columns(), "  ", "  ").iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// Writes the quoted line after its number, shortened to fit, and a caret below the column of the place.
fn quote(terminal: &Terminal, out: &mut dyn Write, text: &str, place: Option<&Place>) -> io::Result<()> {
    let number = place.and_then(|place| place.line).map_or_else(String::new, |line| line.to_string());
    let before = place
        .and_then(|place| usize::try_from(place.column?).ok()?.checked_sub(1))
        // If the end of the line is not shown, the caret is below the sign for it.
        .map(|before| if text.ends_with('…') { before.min(text.chars().count() - 1) } else { before })
        .filter(|before| *before <= text.chars().count())
        .map(|before| fit::width(&visible(&text.chars().take(before).collect::<String>())));
    let room = terminal.columns().saturating_sub(GUTTER).max(8);
    let (text, at) = fit::window(&visible(text), before.unwrap_or(0), room);
    writeln!(out, "{} {text}", terminal.paint(DIM, &format!("{number:>6} |")))?;
    if before.is_some() {
        // Not a width in the format: the formatter panics above 65535, and a line in a pipe is not shortened.
        writeln!(out, "{} {}{}", terminal.paint(DIM, "       |"), " ".repeat(at), terminal.paint(ERROR, "^"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Color, Device, Volume};
    use super::*;
    use crate::diagnostics::code::Code;
    use crate::diagnostics::spans::{own, private_text, spans};

    fn shown(device: Device, color: Color, list: &[Finding]) -> String {
        shown_at(&Terminal::new(device, color, Volume::Normal), list, Detail::Brief)
    }

    fn shown_at(terminal: &Terminal, list: &[Finding], detail: Detail) -> String {
        let (mut out, mut all) = (Vec::new(), Findings::keeping_private());
        list.iter().for_each(|finding| all.add(finding.clone()));
        findings(terminal, &mut out, &all, detail).expect("written");
        String::from_utf8(out).expect("text")
    }

    fn unknown_name() -> Finding {
        Finding::new(Code::NameUnknown, "there is no \"recipient.nmae\"")
            .at(Place::at("templates/letter.md.hbs", 12, 8))
            .quote("Dear {{recipient.nmae}},")
            .help("did you mean \"recipient.name\"?")
    }

    #[test]
    fn errors_come_first_and_then_the_order_of_the_files() {
        let list = [
            unknown_name(),
            Finding::new(Code::NobodyNamed, "nobody is named"),
            Finding::new(Code::ListFile, "gone").at(Place::file("a.csv")),
        ];
        let expected = "\
error[list-file]: a.csv
  gone

error[name-unknown]: templates/letter.md.hbs:12:8
  there is no \"recipient.nmae\"
    12 | Dear {{recipient.nmae}},
       |        ^
  help: did you mean \"recipient.name\"?

warning[nobody-named]
  nobody is named

2 errors, 1 warning
";
        assert_eq!(shown(Device::Pipe, Color::Auto, &list), expected);
        assert_eq!(shown(Device::Pipe, Color::Auto, &[]), "");
    }

    #[test]
    fn colour_changes_no_text() {
        let painted = shown(Device::Pipe, Color::Always, &[unknown_name()]);
        assert!(painted.starts_with("\u{1b}[1m\u{1b}[31merror[name-unknown]\u{1b}[0m: "), "{painted:?}");
        assert_eq!(
            anstream::adapter::strip_str(&painted).to_string(),
            shown(Device::Pipe, Color::Never, &[unknown_name()])
        );
    }

    #[test]
    fn on_a_terminal_every_line_fits_and_the_caret_is_below_its_column() {
        let long = format!("{}{{{{nmae}}}} {}", "so many words ".repeat(9), "and more ".repeat(20));
        let column = u32::try_from(long.find("nmae").expect("there")).expect("small") + 1;
        let finding = Finding::new(Code::NameUnknown, own("a long story ".repeat(20)))
            .at(Place::at("letter.md.hbs", 3, column))
            .quote(long)
            .help(own("words of advice ".repeat(10)));
        let text = shown(Device::Terminal { columns: 60 }, Color::Never, &[finding]);
        assert!(text.lines().all(|line| fit::width(line) <= 60), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let caret = lines.iter().position(|line| line.ends_with('^')).expect("a caret");
        let at = lines[caret].chars().count() - 1;
        assert_eq!(lines[caret - 1].chars().skip(at).take(4).collect::<String>(), "nmae");
    }

    #[test]
    fn a_place_is_not_broken_on_a_narrow_terminal() {
        let shown = |columns| shown(Device::Terminal { columns }, Color::Never, &[unknown_name()]);
        assert!(shown(49).starts_with("error[name-unknown]: templates/letter.md.hbs:12:8\n"), "{}", shown(49));
        assert!(shown(48).starts_with("error[name-unknown]:\n  templates/letter.md.hbs:12:8\n"), "{}", shown(48));
    }

    #[test]
    fn a_large_column_is_shown_in_a_pipe() {
        let far = usize::from(u16::MAX) + 1;
        let column = u32::try_from(far).expect("small") + 1;
        let finding = Finding::new(Code::NameUnknown, "x")
            .at(Place::at("letter.md.hbs", 3, column))
            .quote(format!("{}nmae", " ".repeat(far)));
        let text = shown(Device::Pipe, Color::Never, &[finding]);
        assert!(text.contains(&format!("\n       | {}^\n", " ".repeat(far))));
    }

    #[test]
    fn findings_with_the_same_text_are_one_with_all_their_lines() {
        let row =
            |line| Finding::new(Code::GroupSmall, "too small").at(Place::at("people.csv", line, 3)).help("join it");
        let rows: Vec<Finding> = [3, 2, 4, 7, 9, 10, 20, 21, 30].map(row).into();
        let text = shown(Device::Pipe, Color::Never, &rows);
        let lines = "  lines 2–4, 7, 9, 10, 20, 21, 30\n";
        assert_eq!(
            text,
            format!("warning[group-small]: people.csv:3:3\n  too small\n{lines}  help: join it\n\n1 warning\n")
        );
        let many: Vec<Finding> = (1..60).map(|line| row(2 * line)).collect();
        let text = shown(Device::Pipe, Color::Never, &many);
        assert!(text.contains("\n  lines 2, 4, 6, 8, 10, 12, 14, 16 and 51 more\n"), "{text}");
    }

    #[test]
    fn lines_of_other_files_are_listed_with_the_file() {
        let at = |row| unknown_name().and_at(Place::line("recipients.csv", row));
        let text = shown(Device::Pipe, Color::Never, &[at(2), at(5)]);
        assert!(text.contains("       |        ^\n  recipients.csv: lines 2, 5\n  help: "), "{text}");
    }

    #[test]
    fn notes_are_counted_and_listed_only_in_full() {
        let note = Finding::new(Code::ConsentMissing, "left out").at(Place::line("people.csv", 2));
        let list = [note, Finding::new(Code::NobodyNamed, "nobody is named"), unknown_name()];
        let pipe = |volume| Terminal::new(Device::Pipe, Color::Never, volume);
        let brief = shown_at(&pipe(Volume::Normal), &list, Detail::Brief);
        assert!(
            brief.ends_with("\n1 error, 1 warning, 1 note (`openletter check --verbose` lists notes)\n"),
            "{brief}"
        );
        assert!(!brief.contains("left out"));
        let full = shown_at(&pipe(Volume::Normal), &list, Detail::Full);
        assert!(
            full.ends_with("note[consent-missing]: people.csv:2\n  left out\n\n1 error, 1 warning, 1 note\n"),
            "{full}"
        );
        let quiet = shown_at(&pipe(Volume::Quiet), &list, Detail::Full);
        assert!(quiet.starts_with("error[name-unknown]") && quiet.ends_with("\n1 error\n"), "{quiet}");
        assert!(!quiet.contains("warning") && !quiet.contains("note"), "{quiet}");
    }

    #[test]
    fn private_text_is_shown_only_in_full_and_on_a_terminal() {
        let list = [Finding::new(Code::SignatoryLike, spans!["the same name", private_text(" (lines 3 and 7)")])];
        let on = |device, detail| shown_at(&Terminal::new(device, Color::Never, Volume::Normal), &list, detail);
        let terminal = Device::Terminal { columns: 80 };
        assert!(on(terminal, Detail::Full).contains("the same name (lines 3 and 7)"));
        for (device, detail) in [(terminal, Detail::Brief), (Device::Pipe, Detail::Full), (Device::Pipe, Detail::Brief)]
        {
            assert!(!on(device, detail).contains("lines"));
        }
    }

    #[test]
    fn control_characters_in_a_finding_are_shown_as_pictures() {
        let finding =
            Finding::new(Code::ListHeader, "a\u{1b}]0;b").at(Place::at("x\u{202e}.csv", 1, 2)).quote("\u{7}\u{7}");
        let text = shown(Device::Pipe, Color::Never, &[finding]);
        assert!(text.contains("x\\u{202e}.csv:1:2\n  a␛]0;b\n     1 | ␇␇\n       |  ^\n"), "{text}");
    }
}
