//! Measures, shortens and wraps text for a terminal.
//!
//! Widths are in columns. Text must never be cut inside a grapheme (UAX #29).

use crate::text::line_break::separator;
use textwrap::{Options, WordSplitter};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the width of the text in columns.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Returns the text, shortened to fit with `…` at the end.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let beginnings = text.grapheme_indices(true).map(|(at, _)| text.get(..at).unwrap_or_default());
    let longest = beginnings.take_while(|beginning| width(beginning) <= room).last();
    format!("{}…", longest.unwrap_or_default())
}

/// Returns the part of the text that fits and contains the column `at` (from 0), with `…` where it is cut, and the new
/// position of that column.
pub(super) fn window(text: &str, at: usize, columns: usize) -> (String, usize) {
    if width(text) <= columns || at + 1 < columns {
        return (cut(text, columns), at);
    }
    let begin = at.saturating_sub(columns / 2);
    let mut skipped = 0;
    let rest = text.grapheme_indices(true).find_map(|(byte, grapheme)| {
        if skipped >= begin {
            return text.get(byte..);
        }
        skipped += width(grapheme);
        None
    });
    let rest = cut(rest.unwrap_or_default(), columns.saturating_sub(1));
    (format!("…{rest}"), (at + 1).saturating_sub(skipped))
}

/// Wraps the text to lines that fit, the first after `first` and the others after `rest`. Words are not broken.
pub(super) fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> Vec<String> {
    let options = Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(separator())
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_cut_between_graphemes() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(cut("王秀英", 4), "王…");
        assert_eq!(cut("王秀英", 1), "…");
    }

    #[test]
    fn a_window_contains_the_column() {
        assert_eq!(window("0123456789", 2, 6), ("01234…".to_owned(), 2));
        let (shown, at) = window("0123456789", 8, 6);
        assert_eq!((shown.as_str(), shown.chars().nth(at)), ("…56789", Some('8')));
    }

    proptest! {
        #[test]
        fn a_window_always_fits(text in "\\PC{0,40}", at in 0_usize..50, columns in 1_usize..30) {
            prop_assert!(width(&window(&text, at, columns).0) <= columns);
        }
    }
}
