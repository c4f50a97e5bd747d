//! Makes text safe to show on a terminal: characters that control it, reorder text or are invisible become visible.
//!
//! The result is for people and must never be parsed.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Makes one line of text safe: control characters and line ends become pictures (`␛`, `␊`); bidirectional, invisible and
/// supplementary private-use characters become numbers (`\u{202e}`).
pub fn visible(text: &str) -> Cow<'_, str> {
    show(text, |c| c == '\t' || c == '\n' || c == '\r')
}

/// Makes several lines of text safe: as [`visible`], but tabs and line ends are kept, as LF.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") {
        let lines: Vec<Cow<'_, str>> = text.split("\r\n").map(|line| show(line, |c| c == '\r')).collect();
        return Cow::Owned(lines.join("\n"));
    }
    show(text, |c| c == '\r')
}

/// Makes the text of a letter safe: as [`visible_lines`], but isolates (U+2068 to U+2069) that end on their line are kept.
/// In a letter they keep a right-to-left name in its place, and do not affect other text.
pub fn visible_letter(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, isolated, after)) = isolate(rest) {
        shown.push_str(&visible_lines(before));
        shown.push(ISOLATE);
        shown.push_str(&visible_lines(isolated));
        shown.push(POP);
        rest = after;
    }
    shown.push_str(&visible_lines(rest));
    shown
}

const ISOLATE: char = '\u{2068}';
const POP: char = '\u{2069}';

/// Returns the first isolated text without hidden characters, with the text before and after it.
fn isolate(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices(ISOLATE).find_map(|(at, _)| {
        let (isolated, after) = text[at + ISOLATE.len_utf8()..].split_once(POP)?;
        let hides = isolated.contains(|c| is_hidden(c) && !matches!(c, '\u{200C}' | '\u{200D}'));
        (!hides).then_some((&text[..at], isolated, after))
    })
}

fn show(text: &str, is_shown_space: fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    let is_shown = |before: Option<char>, c: char, after: Option<char>| match c {
        '\t' | '\n' | '\r' => is_shown_space(c),
        '\u{200C}' | '\u{200D}' => !joins(before, after),
        c => is_hidden(c),
    };
    let mut shown = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if is_shown(before, c, rest.clone().next()) {
            picture(c, &mut shown)
        } else {
            shown.push(c)
        }
        before = Some(c);
    }
    Cow::Owned(shown)
}

/// Whether a joiner between the two has a purpose: in the scripts that need it, and in emoji.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let needs_one = |c: char| u32::from(c) >= 0x0600 && !is_hidden(c);
    before.is_some_and(needs_one) && after.is_some_and(needs_one)
}

/// Whether a character is a control, a bidirectional control, invisible, or for private use beyond the first plane.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..)
}

fn picture(c: char, shown: &mut String) {
    let number = u32::from(c);
    match (c, char::from_u32(0x2400 + number)) {
        ('\0'..='\u{1F}', Some(picture)) => shown.push(picture),
        ('\u{7F}', _) => shown.push('␡'),
        _ => {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{number:x}}}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_and_hidden_characters_are_shown() {
        assert_eq!(visible("\u{1b}[31m\u{7}\u{7f}\u{9b}2J"), "␛[31m␇␡\\u{9b}2J");
        assert_eq!(visible("a\u{202e}b\u{2066}c\u{200b}d\u{feff}"), "a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}");
        assert_eq!(visible("\u{10ff3c}\u{e0041}"), "\\u{10ff3c}\\u{e0041}");
    }

    #[test]
    fn line_ends_are_kept_only_in_several_lines() {
        assert_eq!(visible("a\r\nb\n\tc\r"), "a␍␊b␊␉c␍");
        assert_eq!(visible_lines("a\r\nb\n\tc\rd"), "a\nb\n\tc␍d");
        assert_eq!(visible_lines("a\u{2028}\u{85}"), "a\\u{2028}\\u{85}");
    }

    #[test]
    fn joiners_are_kept_only_where_they_join() {
        assert_eq!(visible("می\u{200c}خواهم 👩\u{200d}🚒"), "می\u{200c}خواهم 👩\u{200d}🚒");
        assert_eq!(visible("o\u{200d}kafor \u{200c}"), "o\\u{200d}kafor \\u{200c}");
    }

    #[test]
    fn isolates_that_end_and_hide_nothing_are_kept_in_a_letter() {
        let name = "\u{2068}هالة\u{2069}";
        assert_eq!(visible_letter(&format!("a {name},\r\n\u{7} {name}\n")), format!("a {name},\n␇ {name}\n"));
        assert_eq!(visible_letter("\u{2068}a\u{202e}b\u{2069}"), "\\u{2068}a\\u{202e}b\\u{2069}");
        assert_eq!(visible_letter("\u{2068}a\nb\u{2069}"), "\\u{2068}a\nb\\u{2069}");
        assert_eq!(visible_letter(&format!("\u{2068} {name}")), format!("\\u{{2068}} {name}"));
    }

    #[test]
    fn names_in_all_scripts_are_unchanged() {
        for name in ["Zoë Ångström", "إيمان", "王秀英", "Ольга", "हिन्दी", "e\u{301}", "Nuñez-O’Hara"]
        {
            assert_eq!(visible(name), name);
        }
    }

    proptest! {
        #[test]
        fn no_control_character_is_left(text in any::<String>()) {
            let shown = visible(&text);
            let controls = |c: char| c.is_control() || ('\u{202A}'..='\u{202E}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
            prop_assert!(!shown.contains(controls));
            let lines = visible_lines(&text);
            prop_assert!(!lines.replace(['\n', '\t'], "").contains(controls));
        }

        #[test]
        fn only_isolates_that_end_are_left_in_a_letter(text in "([a\u{2067}-\u{2069}\u{202e}\u{7}\r\n]){0,12}") {
            let shown = visible_letter(&text);
            for line in shown.split('\n') {
                let open = line.chars().try_fold(0, |open, c| match c {
                    ISOLATE => Some(open + 1).filter(|open| *open == 1),
                    POP => Some(open - 1).filter(|open| *open == 0),
                    c => (!is_hidden(c)).then_some(open),
                });
                prop_assert_eq!(open, Some(0), "{:?}", line);
            }
        }
    }
}
