//! Finds where a line of text may be broken: at a space, and between characters of scripts that are written without spaces.
//!
//! The rules are those of UAX #14 for ideographs and kana that letters need. A word of another script must never be broken,
//! including Korean, which has spaces.

use std::iter;
use textwrap::WordSeparator;
use textwrap::core::Word;

/// Returns a separator that splits at spaces, and after each ideograph with its punctuation.
pub fn separator() -> WordSeparator {
    WordSeparator::Custom(|line| Box::new(words(line)))
}

fn words(line: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = line;
    iter::from_fn(move || {
        let end = rest.char_indices().zip(rest.chars().skip(1)).find(|((_, a), b)| may_break(*a, *b));
        let (word, after) = match end {
            Some(((at, a), _)) => rest.split_at(at + a.len_utf8()),
            None => (rest, ""),
        };
        rest = after;
        (!word.is_empty()).then(|| Word::from(word))
    })
}

/// Whether a line may be broken between two characters.
fn may_break(a: char, b: char) -> bool {
    match (a, b) {
        (' ', b) => b != ' ',
        (_, ' ') => false,
        (a, b) => (is_unspaced(a) || is_unspaced(b)) && !opens(a) && !closes(b) && !is_mark(b),
    }
}

/// Whether a line that ends with `a` is joined to one that begins with `b` without a space.
pub fn joins_without_space(a: char, b: char) -> bool {
    is_unspaced(a) && is_unspaced(b)
}

/// Ideographs, kana, bopomofo, and their punctuation and full-width forms.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{303F}' | '\u{3041}'..='\u{312F}' | '\u{31A0}'..='\u{4DBF}' | '\u{4E00}'..='\u{A4CF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF01}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFD}')
}

fn opens(c: char) -> bool {
    "([{<“‘〈《「『【〔〖〘〚〝（［｛｟".contains(c)
}

/// Closing marks, and characters that cannot begin a line (JIS X 4051): small kana, length and repetition marks, middle dots.
fn closes(c: char) -> bool {
    ")]}>.,:;!?…‥”’%、。〉》」』】〕〗〙〛〞〟）］｝｠，．：；！？％・ー々〻ゝゞヽヾ゛゜〜～ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ\u{3099}\u{309A}"
        .contains(c)
}

/// Whether a character combines with the one before it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{200D}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(line: &str) -> Vec<&str> {
        words(line).map(|word| word.word).collect()
    }

    #[test]
    fn a_line_may_break_between_ideographs_but_not_before_closing_marks() {
        assert_eq!(cut("我们写信。你好"), ["我", "们", "写", "信。", "你", "好"]);
        assert_eq!(cut("「はい」ラーメン、ちょっと"), ["「は", "い」", "ラー", "メ", "ン、", "ちょっ", "と"]);
        assert_eq!(cut("葛\u{E0100}城 か\u{3099}"), ["葛\u{E0100}", "城", "か\u{3099}"]);
        assert_eq!(cut("第 12 条（2018年）"), ["第", "12", "条", "（2018", "年）"]);
    }

    #[test]
    fn words_of_other_scripts_are_not_broken() {
        assert_eq!(
            cut("Jean-Pierre  went/home… 한국어 문장 ไทย"),
            ["Jean-Pierre", "went/home…", "한국어", "문장", "ไทย"]
        );
        assert_eq!(cut(""), [""; 0]);
        assert_eq!(cut("  a"), ["", "a"]);
    }
}
