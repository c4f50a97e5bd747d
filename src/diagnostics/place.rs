//! Where something is: a file, a line and a column, counted as an editor counts them.
//!
//! A place must never hold text of the file that it points into.

use serde::Serialize;
use std::fmt;

/// A spot in a file of the campaign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file, relative to the campaign's folder.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Place { file: file.into(), line: None, column: None }
    }

    /// A line of a file, from 1.
    pub fn line(file: impl Into<String>, line: u32) -> Self {
        Place { file: file.into(), line: Some(line), column: None }
    }

    /// A line and a column of a file, both from 1.
    pub fn at(file: impl Into<String>, line: u32, column: u32) -> Self {
        Place { file: file.into(), line: Some(line), column: Some(column) }
    }

    /// The place of a byte of a file's text.
    pub fn in_text(file: impl Into<String>, text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place::at(file, before.matches('\n').count() as u32 + 1, column as u32)
    }
}

/// The lines of places that are in one file: `lines 3, 10, 14–20 and 62 more`. At most `most` single lines or ranges are
/// listed; `more` lines are not among the places. Empty for a single line.
pub fn lines(places: &[&Place], more: usize, most: usize) -> String {
    let mut lines: Vec<u32> = places.iter().filter_map(|place| place.line).collect();
    lines.sort_unstable();
    lines.dedup();
    if lines.len() + more < 2 {
        return String::new();
    }
    let runs: Vec<&[u32]> = lines.chunk_by(|a, b| b - a == 1).collect();
    let (listed, rest) = runs.split_at(runs.len().min(most));
    let range = |run: &&[u32]| match run {
        [one] => one.to_string(),
        [one, two] => format!("{one}, {two}"),
        [first, .., last] => format!("{first}–{last}"),
        [] => String::new(),
    };
    let listed: Vec<String> = listed.iter().map(range).collect();
    let more = more + rest.iter().map(|run| run.len()).sum::<usize>();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("lines {}{more}", listed.join(", "))
}

impl fmt::Display for Place {
    /// `file:line:column`, as compilers write it and editors read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for n in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{n}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_listed_as_ranges_and_the_rest_is_counted() {
        let places = |lines: &[u32]| lines.iter().map(|line| Place::line("a.csv", *line)).collect::<Vec<_>>();
        let text = |at: &[u32], more, most| lines(&places(at).iter().collect::<Vec<_>>(), more, most);
        assert_eq!(text(&[3, 10, 14, 15, 16, 17, 18, 19, 20], 62, 8), "lines 3, 10, 14–20 and 62 more");
        assert_eq!(text(&[9, 2, 3, 5, 9], 0, 2), "lines 2, 3, 5 and 1 more");
        assert_eq!(text(&[9, 9], 0, 8), "");
        assert_eq!(text(&[9], 3, 8), "lines 9 and 3 more");
    }
}
