//! Reflows the text of a letter for a terminal with fewer columns than the text has.
//!
//! A letter is reviewed at 40 columns too: in a narrow window, or with large type (WCAG 2.2, 1.4.10). Wrapping each line by
//! itself would leave a ragged text. So the lines of a paragraph are joined and wrapped again, with their marks and
//! indents. Lines must never be joined if the next word had room: the author ended such a line on purpose.

use super::fit;
use crate::text::line_break::joins_without_space;

/// The columns of a letter's text.
pub(super) const WIDTH: usize = 72;

/// The indent of continuation lines in a typeset roll.
const HANGING: usize = 4;

/// A break between sections, which is centred.
const RULE: &str = "* * *";

/// Returns the letter's lines for this number of columns.
pub(super) fn flow(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut source = text.split('\n').peekable();
    while let Some(line) = source.next() {
        let mut block = Block::of(line);
        let mut last = line;
        if columns < WIDTH && block.can_continue() {
            while let Some(next) = source.next_if(|next| block.continues_in(last, next)) {
                block.take(next);
                last = next;
            }
        }
        block.write(columns, &mut lines);
    }
    lines
}

/// A block that is wrapped as a whole: a paragraph, an item, a line.
struct Block {
    /// `> ` for each level of quotation.
    quote: String,
    indent: usize,
    /// `- ` or `12. `.
    marker: String,
    words: String,
    /// The indent of continuation lines.
    hanging: usize,
}

impl Block {
    fn of(line: &str) -> Block {
        let (quote, rest) = quoted(line);
        let text = rest.trim_start_matches(' ');
        let indent = rest.len() - text.len();
        let marker = marker(text);
        let words = text[marker.len()..].to_owned();
        Block {
            quote: quote.to_owned(),
            indent,
            marker: marker.to_owned(),
            words,
            hanging: indent + marker.chars().count(),
        }
    }

    /// Whether lines can follow. Literal lines are indented more than any text without a marker.
    fn can_continue(&self) -> bool {
        !self.words.trim().is_empty()
            && !is_underline(&self.words)
            && (self.indent < HANGING || !self.marker.is_empty())
    }

    fn continues_in(&self, last: &str, next: &str) -> bool {
        let (quote, rest) = quoted(next);
        let text = rest.trim_start_matches(' ');
        let indent = rest.len() - text.len();
        let is_of_roll = self.quote.is_empty() && self.indent == 0 && self.marker.is_empty() && indent == HANGING;
        let (Some(end), Some(begin)) = (last.chars().next_back(), text.chars().next()) else { return false };
        let gap = usize::from(!joins_without_space(end, begin));
        let word = text.split(' ').next().unwrap_or_default();
        let word = if gap == 0 { begin.to_string() } else { word.to_owned() };
        quote == self.quote
            && (indent == self.hanging || is_of_roll)
            && marker(text).is_empty()
            && !is_underline(text)
            && fit::width(last) + gap + fit::width(&word) > WIDTH
    }

    fn take(&mut self, line: &str) {
        let (_, rest) = quoted(line);
        let text = rest.trim_start_matches(' ');
        self.hanging = rest.len() - text.len();
        if let (Some(end), Some(begin)) = (self.words.chars().next_back(), text.chars().next())
            && !joins_without_space(end, begin)
        {
            self.words.push(' ');
        }
        self.words.push_str(text);
    }

    fn write(&self, columns: usize, lines: &mut Vec<String>) {
        let first = format!("{}{}{}", self.quote, " ".repeat(self.indent), self.marker);
        let whole = format!("{first}{}", self.words);
        if self.words == RULE && columns < WIDTH {
            let room = columns.saturating_sub(fit::width(&self.quote) + RULE.len());
            lines.push(format!("{}{}{RULE}", self.quote, " ".repeat(room / 2)));
        } else if is_underline(&self.words) {
            lines.push(whole.chars().take(columns).collect());
        } else if fit::width(&whole) <= columns {
            lines.push(whole);
        } else {
            let rest = format!("{}{}", self.quote, " ".repeat(self.hanging));
            lines.extend(fit::wrap(&self.words, columns, &first, &rest));
        }
    }
}

/// Splits a line into its quotation marks and the rest.
fn quoted(line: &str) -> (&str, &str) {
    let mut end = 0;
    while let Some(rest) = line[end..].strip_prefix('>') {
        end = line.len() - rest.strip_prefix(' ').unwrap_or(rest).len();
    }
    line.split_at(end)
}

/// Returns the marker of an item with the space after it; empty if there is none.
fn marker(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = match &text.as_bytes()[digits..] {
        [b'-', b' ', ..] if digits == 0 => 2,
        [b'.', b' ', ..] if (1..=9).contains(&digits) => digits + 2,
        _ => 0,
    };
    &text[..length]
}

/// Whether this is the line below a heading.
fn is_underline(text: &str) -> bool {
    text.len() > 2 && (text.bytes().all(|b| b == b'=') || text.bytes().all(|b| b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "\
Dear Ms. Okafor:

We who sign this letter are twenty-one survivors, and we ask that you do
the three things below.

> The first of what you said was that nobody who watches it could be
> harmed.
>
> > And once more, by another, that nobody who watches could be harmed
> > by it.

- take the series out of the catalog until somebody who knows has looked
  at it, and say so in public

1. one
2. another that is longer than the first, and goes on into a second line
   of the text

Marisol Quintanar-Ibáñez, Author and speaker, Pinewater Survivors’
    Circle*, Tucson, Arizona
Juniper

    kept    as it is

                                 * * *
A HEADING
=========
";

    #[test]
    fn paragraphs_are_joined_and_wrapped_with_their_marks_and_indents() {
        let lines = flow(LETTER, 40);
        assert!(lines.iter().all(|line| fit::width(line) <= 40), "{lines:#?}");
        let text = lines.join("\n");
        for part in [
            "We who sign this letter are twenty-one\nsurvivors, and we ask that you do the\nthree things below.\n",
            "> The first of what you said was that\n> nobody who watches it could be harmed.\n>\n> > And once",
            "\n> > nobody who watches could be harmed\n> > by it.\n",
            "- take the series out of the catalog\n  until somebody who knows has looked at\n  it, and say so in public\n",
            "1. one\n2. another that is longer than the\n   first, and goes on into a second line\n   of the text\n",
            "Marisol Quintanar-Ibáñez, Author and\n    speaker, Pinewater Survivors’\n    Circle*, Tucson, Arizona\nJuniper\n",
            "\n    kept    as it is\n",
            "\n                 * * *\nA HEADING\n=========\n",
        ] {
            assert!(text.contains(part), "no {part:?} in\n{text}");
        }
    }

    #[test]
    fn text_that_fits_is_unchanged() {
        assert_eq!(flow(LETTER, WIDTH).join("\n"), LETTER);
        assert_eq!(flow(LETTER, usize::MAX).join("\n"), LETTER);
    }

    #[test]
    fn ideographs_are_joined_without_a_space() {
        let line = "我们写信给你们因为我们在乎".repeat(3);
        let wrapped = fit::wrap(&line, WIDTH, "", "");
        assert!(wrapped.len() > 1);
        assert_eq!(flow(&wrapped.join("\n"), 40).concat(), line);
    }
}
