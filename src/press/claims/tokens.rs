//! Splits a text into words as a reader sees it, without markup, comments, addresses and link targets.
//!
//! A template expression must never be a word: numbers in the output of a placeholder come from the list.

use super::lexicon::{INLINE_TAGS, has};
use std::ops::Range;

/// A piece of a text, with its byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) range: Range<usize>,
    pub(super) lexeme: Lexeme,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A word or a figure in lower case, with `'` for every apostrophe and `-` for every hyphen. A figure that is a share
    /// or an amount of money ends in `%`.
    Word(String),
    /// A comma, a bracket, an address, a template expression.
    Break,
    /// The end of a sentence, paragraph, heading, list item or table cell.
    Stop,
}

/// Returns the word at a position, if it is one.
pub(super) fn word(tokens: &[Token], at: usize) -> Option<&str> {
    match &tokens.get(at)?.lexeme {
        Lexeme::Word(word) => Some(word),
        _ => None,
    }
}

/// The most words that are looked at together: no number or noun is longer.
pub(super) const LONGEST: usize = 16;

/// Returns the words from a position to the next other token, at most [`LONGEST`].
pub(super) fn words(tokens: &[Token], from: usize) -> Vec<&str> {
    (from..).map_while(|at| word(tokens, at)).take(LONGEST).collect()
}

/// Splits a text; it need not be well-formed.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut scanner = Scanner { text, at: 0, tokens: Vec::new(), in_heading: false };
    while let Some(c) = scanner.rest().chars().next() {
        scanner.step(c);
    }
    scanner.tokens
}

/// Comments and other text to skip: its start and its end.
const SKIPPED: [(&str, &str); 5] =
    [("{{!--", "--}}"), ("{{~!--", "--}}"), ("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>")];

/// The maximum length of a tag or a link target, in bytes.
const MAX_TAG: usize = 4096;

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// Whether the end of the line is the end of a heading.
    in_heading: bool,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, length: usize, lexeme: Lexeme) {
        self.tokens.push(Token { range: self.at..self.at + length, lexeme });
        self.at += length;
    }

    fn step(&mut self, c: char) {
        let rest = self.rest();
        let length_to = |end: &str| rest.find(end).map(|at| at + end.len());
        if let Some((_, end)) = SKIPPED.iter().find(|(start, _)| rest.starts_with(start)) {
            self.at += length_to(end).unwrap_or(rest.len());
        } else if rest.starts_with("{{") {
            self.push(length_to("}}").unwrap_or(rest.len()), Lexeme::Break);
        } else if rest.starts_with("](") {
            self.at += rest.bytes().take(MAX_TAG).position(|b| b == b')').map_or(2, |at| at + 1);
        } else if let Some(length) = entity(rest) {
            self.at += length;
        } else if let Some((name, length)) = tag(rest) {
            let lexeme = if name.contains(['@', ':']) { Lexeme::Break } else { Lexeme::Stop };
            if has(INLINE_TAGS, &name) { self.at += length } else { self.push(length, lexeme) }
        } else if c.is_alphanumeric() {
            self.word();
        } else if let Some(length) = list_mark(rest).filter(|_| self.begins_line()) {
            self.in_heading = c == '#';
            if c == '>' { self.at += length } else { self.push(length, Lexeme::Stop) }
        } else if c == '\n' {
            let is_blank = rest[1..].lines().next().is_none_or(|line| line.trim().is_empty());
            let ends = std::mem::take(&mut self.in_heading) || is_blank;
            if ends { self.push(1, Lexeme::Stop) } else { self.at += 1 }
        } else if c.is_whitespace() || "*_`~[]".contains(c) {
            self.at += c.len_utf8();
        } else {
            let follows = rest[c.len_utf8()..].chars().next();
            let ends = ".!?…".contains(c) && follows.is_none_or(|c| !c.is_alphanumeric()) && !self.is_abbreviation();
            self.push(c.len_utf8(), if ends || c == '|' { Lexeme::Stop } else { Lexeme::Break });
        }
    }

    fn begins_line(&self) -> bool {
        self.text[..self.at].rsplit('\n').next().is_none_or(|before| before.trim().is_empty())
    }

    /// Whether a dot does not end a sentence: `Ms.`, `Dr.`, `St.`
    fn is_abbreviation(&self) -> bool {
        let word = self.text[..self.at].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        word.starts_with(char::is_uppercase) && word.chars().count() <= 3
    }

    /// Adds a word, a figure, or an address as a break.
    fn word(&mut self) {
        let rest = self.rest();
        let run = rest.find(|c: char| c.is_whitespace() || "<>()[]\"{}".contains(c)).unwrap_or(rest.len());
        let run = &rest[..run];
        if run.contains("://") || run.contains('@') || run.starts_with("www.") || run.starts_with("mailto:") {
            return self.push(run.trim_end_matches(['.', ',', ';', ':']).len(), Lexeme::Break);
        }
        let joins = |at: usize, c: char| {
            let next = rest[at + c.len_utf8()..].chars().next();
            match c {
                '\'' | '’' | '-' | '\u{2010}' | '\u{2011}' | '.' => next.is_some_and(char::is_alphanumeric),
                ',' => {
                    let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
                    digits == 3 && rest[..at].bytes().all(|b| b.is_ascii_digit() || b == b',')
                }
                c => c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c),
            }
        };
        let end = rest.char_indices().find(|(at, c)| !joins(*at, *c)).map_or(rest.len(), |(at, _)| at);
        let mut word = rest[..end].to_lowercase().replace('’', "'").replace(['\u{2010}', '\u{2011}'], "-");
        if rest[end..].starts_with('%') || self.text[..self.at].ends_with(['$', '€', '£', '§']) {
            word.push('%');
        }
        self.push(end, Lexeme::Word(word));
    }
}

/// Returns the length of an entity that is a space.
fn entity(rest: &str) -> Option<usize> {
    let blanks = ["&nbsp;", "&thinsp;", "&ensp;", "&emsp;", "&#160;", "&#xa0;", "&shy;"];
    blanks.iter().find(|blank| rest.starts_with(**blank)).map(|blank| blank.len())
}

/// Returns the name and the length of an HTML tag or autolink.
fn tag(rest: &str) -> Option<(String, usize)> {
    let inside = rest.strip_prefix('<')?;
    let close = inside.bytes().take(MAX_TAG).position(|b| b == b'>').filter(|close| !inside[..*close].contains('<'))?;
    let name = inside[..close].trim_start_matches(['/', '!']);
    let name = name.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| (name.to_lowercase(), close + 2))
}

/// Returns the length of the mark of a heading, list item or quotation.
fn list_mark(rest: &str) -> Option<usize> {
    let length = rest.find(|c: char| !"#>-*+•".contains(c)).filter(|length| *length > 0)?;
    rest[length..].starts_with([' ', '\t']).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let shown = |token: Token| match token.lexeme {
            Lexeme::Word(word) => word,
            Lexeme::Break => ",".into(),
            Lexeme::Stop => ".".into(),
        };
        tokens(text).into_iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_text_is_split_without_its_markup() {
        for (text, expected) in [
            ("**56** survivors’ *stories*, 1,821 in all.", "56 survivors , stories , 1,821 in all ."),
            ("<p><b>56</b>&nbsp;experts</p>", ". 56 experts ."),
            ("signed\nby 56\n\nSurvivors", "signed by 56 . survivors"),
            ("# 56\npeople\n\n> signed\n> by 56", ". 56 . people . signed by 56"),
            ("[56 people](https://example.org/55-people)", "56 people"),
            ("see https://example.org/55/people.", "see , ."),
            ("see <https://example.org/55> people", "see , people"),
            ("- 56 people\n- 12 groups\n12. groups", ". 56 people . 12 groups 12 . groups"),
            ("18 U.S.C. § 1591; Ms. Okafor", "18 u.s.c , , 1591 , ms , okafor"),
            ("56% of $12 and 12.5", "56% , of , 12% and 12.5"),
            ("<style>b { a: 56 people }</style><!-- 56 --> x", "x"),
            ("fifty‑six {{!-- 55 people --}}{{! 55 }}people", "fifty-six , people"),
            ("{{words count.total}} survivors {{#if x}}people{{/if}} {{", ", survivors , people , ,"),
            ("3 < 4 > 2", "3 , 4 , 2"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_tokens_of_any_text_are_in_order(text in "(\\PC|[\\n<>{}&;.,\"'’é0-9 -]){0,60}") {
            let tokens = tokens(&text);
            prop_assert!(tokens.iter().all(|token| text.get(token.range.clone()).is_some()));
            prop_assert!(tokens.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        }
    }
}
