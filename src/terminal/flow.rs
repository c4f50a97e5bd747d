//! The text of a letter in fewer columns than it is written for: what was broken into lines is joined, and broken anew
//! behind the marks and indents it stands with.
//!
//! Lines are joined only where the first word of the next had no room: what ends sooner was meant to end there.

use super::fit;
use crate::text::line_break::joins_without_space;

/// The columns that a letter's text is written for.
pub(super) const WRITTEN: usize = 72;

/// A typeset roll indents what goes on in the next line by so much.
const HANGING: usize = 4;

/// A break between parts, which stands in the middle.
const RULE: &str = "* * *";

/// The letter's lines for so many columns.
pub(super) fn flow(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut source = text.split('\n').peekable();
    while let Some(line) = source.next() {
        let mut part = Part::of(line);
        let mut last = line;
        if columns < WRITTEN && part.can_go_on() {
            while let Some(next) = source.next_if(|next| part.goes_on_in(last, next)) {
                part.take(next);
                last = next;
            }
        }
        part.write(columns, &mut lines);
    }
    lines
}

/// What stands in one piece: a paragraph, an item, a line.
struct Part {
    /// `> ` as often as the text is a quotation within one.
    quote: String,
    indent: usize,
    /// `- ` or `12. `.
    marker: String,
    words: String,
    /// The indent of what goes on in the next line.
    hanging: usize,
}

impl Part {
    fn of(line: &str) -> Part {
        let (quote, rest) = quoted(line);
        let text = rest.trim_start_matches(' ');
        let indent = rest.len() - text.len();
        let marker = marker(text);
        let words = text[marker.len()..].to_owned();
        Part {
            quote: quote.to_owned(),
            indent,
            marker: marker.to_owned(),
            words,
            hanging: indent + marker.chars().count(),
        }
    }

    /// Lines that are kept as they are begin deeper than any text without a marker.
    fn can_go_on(&self) -> bool {
        !self.words.trim().is_empty() && !is_line(&self.words) && (self.indent < HANGING || !self.marker.is_empty())
    }

    fn goes_on_in(&self, last: &str, next: &str) -> bool {
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
            && !is_line(text)
            && fit::width(last) + gap + fit::width(&word) > WRITTEN
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
        if self.words == RULE && columns < WRITTEN {
            let room = columns.saturating_sub(fit::width(&self.quote) + RULE.len());
            lines.push(format!("{}{}{RULE}", self.quote, " ".repeat(room / 2)));
        } else if is_line(&self.words) {
            lines.push(whole.chars().take(columns).collect());
        } else if fit::width(&whole) <= columns {
            lines.push(whole);
        } else {
            let rest = format!("{}{}", self.quote, " ".repeat(self.hanging));
            lines.extend(fit::wrap(&self.words, columns, &first, &rest));
        }
    }
}

/// The marks of a quotation at the beginning of a line, and the rest.
fn quoted(line: &str) -> (&str, &str) {
    let mut end = 0;
    while let Some(rest) = line[end..].strip_prefix('>') {
        end = line.len() - rest.strip_prefix(' ').unwrap_or(rest).len();
    }
    line.split_at(end)
}

/// The marker of an item with the blanks behind it; empty where there is none.
fn marker(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = match &text.as_bytes()[digits..] {
        [b'-', b' ', ..] if digits == 0 => 2,
        [b'.', b' ', ..] if (1..=9).contains(&digits) => digits + 2,
        _ => 0,
    };
    &text[..length]
}

/// The line below a heading.
fn is_line(text: &str) -> bool {
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
    fn marks_and_indents_go_on_and_what_was_broken_is_joined() {
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
    fn nothing_is_changed_where_there_is_room() {
        assert_eq!(flow(LETTER, WRITTEN).join("\n"), LETTER);
        assert_eq!(flow(LETTER, usize::MAX).join("\n"), LETTER);
    }

    #[test]
    fn ideographs_are_joined_without_a_blank() {
        let line = "我们写信给你们因为我们在乎".repeat(3);
        let wrapped = fit::wrap(&line, WRITTEN, "", "");
        assert!(wrapped.len() > 1);
        assert_eq!(flow(&wrapped.join("\n"), 40).concat(), line);
    }
}
