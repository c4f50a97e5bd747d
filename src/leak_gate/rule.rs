//! The rule: decides whether a word of a private name is a leak or an ordinary word.
//!
//! It sees one word and the unit of text around it. It must never ignore a capital because a sentence begins there: every
//! name at the beginning of a sentence would pass.

use super::words::{Words, ends_in_title};
use crate::text::script::{MARK, TAG, is_invisible, may_separate_words};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word, or several in a row, with the unit of text around it.
pub(super) struct Context<'t> {
    text: &'t str,
    span: Range<usize>,
}

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str, span: Range<usize>) -> Self {
        Context { text, span }
    }

    fn before(&self) -> &'t str {
        &self.text[..self.span.start]
    }

    fn after(&self) -> &'t str {
        &self.text[self.span.end..]
    }

    /// Whether the word, with these folded letters, is an ordinary word here, without other words of the same name.
    pub(super) fn is_ordinary(&self, letters: &str, is_plural: bool, words: Words) -> bool {
        let word = &self.text[self.span.clone()];
        let is_lowercase = !word.contains(char::is_uppercase);
        let is_alphabetic = word.chars().all(char::is_alphabetic) && !self.touches_digit();
        if !is_alphabetic || self.is_possessive() || self.is_in_web_token() || self.is_after_title() {
            return false;
        }
        // The dictionary has plurals of its own: prices, days, hills.
        is_lowercase && words.has(letters)
            || words.is_function_word(letters, is_lowercase)
            || !is_plural && words.is_month_in_date(letters, self.before(), self.after())
    }

    fn touches_digit(&self) -> bool {
        self.before().ends_with(char::is_numeric) || self.after().starts_with(char::is_numeric)
    }

    fn is_possessive(&self) -> bool {
        let after = self.after().trim_start_matches(is_unseen);
        let rest = after.strip_prefix(is_apostrophe).map(|rest| rest.trim_start_matches(is_unseen));
        let is_plural = self.text[self.span.clone()].ends_with(['s', 'S', 'z', 'Z', 'x', 'X']);
        rest.is_some_and(|rest| {
            let tail = rest.strip_prefix(['s', 'S']);
            tail.is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
                || is_plural && rest.starts_with(char::is_whitespace)
        })
    }

    /// Whether a capital and a title before it make it a name: `Ms. Mba`.
    pub(super) fn is_titled_name(&self) -> bool {
        self.text[self.span.start..].starts_with(char::is_uppercase) && self.is_after_title()
    }

    fn is_after_title(&self) -> bool {
        let gap = self.before().len() - self.before().trim_end().len();
        gap > 0 && ends_in_title(self.before()) || self.before().ends_with('.') && ends_in_title(self.before())
    }

    /// Whether it is in a hashtag.
    pub(super) fn is_in_hashtag(&self) -> bool {
        self.token().starts_with('#')
    }

    /// Whether it is in an address, a URL, a file name, a handle or a hashtag.
    fn is_in_web_token(&self) -> bool {
        let token = self.token();
        let token = token.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let inner = token.trim_start_matches(|c: char| !c.is_alphanumeric() && !"#@/".contains(c));
        let is_dotted = || {
            let mut pieces = inner.rsplit('.');
            let last = pieces.next().unwrap_or_default().split(['/', '?', '#', ':']).next().unwrap_or_default();
            let before = pieces.next().unwrap_or_default();
            (2..=10).contains(&last.len())
                && last.bytes().all(|b| b.is_ascii_alphanumeric())
                && before.chars().filter(|c| c.is_alphanumeric()).count() > 1
        };
        inner.contains(['@', '#', '\\', '_']) || inner.starts_with('/') || inner.contains("://") || is_dotted()
    }

    /// The text around the word up to white space or a bracket on either side.
    fn token(&self) -> &'t str {
        let is_end = |c: char| c.is_whitespace() || "()<>[]{}\"“”„«»,;|*".contains(c) || c == TAG || c == MARK;
        let begin =
            self.before().rfind(is_end).map_or(0, |at| at + self.text[at..].chars().next().map_or(1, char::len_utf8));
        let end = self.after().find(is_end).map_or(self.text.len(), |at| self.span.end + at);
        &self.text[begin..end]
    }

    /// The initials beside it, in lower case: `J. Satterwhaite`, `Satterwhaite, J.`.
    pub(super) fn initials(&self) -> impl Iterator<Item = char> {
        [initial_before(self.before()), initial_after(self.after())].into_iter().flatten()
    }
}

/// The initial at the end of a text.
fn initial_before(text: &str) -> Option<char> {
    let inner = text.trim_end_matches(|c: char| c.is_whitespace() || is_unseen(c));
    let (body, is_dotted) = match inner.strip_suffix('.') {
        Some(body) => (body, true),
        None if inner.len() < text.len() => (inner, false),
        None => return None,
    };
    let c = body.chars().next_back()?;
    let is_alone = !body[..body.len() - c.len_utf8()].ends_with(|c: char| c.is_alphanumeric() || is_apostrophe(c));
    (is_alone && is_initial(c, is_dotted)).then(|| lowercase(c))
}

/// The initial at the beginning of a text.
fn initial_after(text: &str) -> Option<char> {
    let inner = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || is_unseen(c));
    let (gap, c) = (text.len() - inner.len(), inner.chars().next()?);
    let rest = &inner[c.len_utf8()..];
    let is_alone = gap > 0 && !rest.starts_with(|c: char| c.is_alphanumeric() || is_apostrophe(c));
    (is_alone && is_initial(c, rest.starts_with('.'))).then(|| lowercase(c))
}

/// Without a full stop, "I" and "A" are words, and a lower-case letter is not an initial.
fn is_initial(c: char, is_dotted: bool) -> bool {
    c.is_alphabetic() && (is_dotted || c.is_uppercase() && !"IA".contains(c))
}

fn lowercase(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether two words of a text are beside each other, by the gap between them: nothing, white space, a comma, a hyphen, an
/// initial. A full stop and a space end a sentence, except after an initial.
pub(super) fn is_near(text: &str, gap: Range<usize>) -> bool {
    let (before, gap) = (&text[..gap.start], text.get(gap.clone()).unwrap_or_default());
    let is_letter = |c: char| c.is_alphanumeric() && !is_apostrophe(c) && !is_unseen(c);
    let mut letters = gap.char_indices().filter(|(_, c)| is_letter(*c));
    match (letters.next(), letters.next()) {
        (None, _) => is_narrow(gap, ends_in_initial(before)),
        (Some((at, c)), None) if c.is_uppercase() => {
            let (before, after) = (&gap[..at], &gap[at + c.len_utf8()..]);
            !before.is_empty() && !after.is_empty() && is_narrow(before, false) && is_narrow(after, true)
        }
        _ => false,
    }
}

/// Whether a gap without letters can be within a name.
fn is_narrow(gap: &str, follows_initial: bool) -> bool {
    let mut commas = 0;
    let mut previous = None;
    // Full-width and small forms are the same sign to a reader.
    let mut rest = gap.nfkd().filter(|c| !is_unseen(*c)).peekable();
    while let Some(c) = rest.next() {
        let is_blank_ahead = rest.peek().is_some_and(|c| c.is_whitespace());
        let is_passed = match c {
            _ if c.is_whitespace() => true,
            '.' => follows_initial || !is_blank_ahead,
            '–' | '—' => !is_blank_ahead && previous.is_none(),
            // A quoted line continues.
            '>' => previous == Some('\n'),
            ',' | ';' => {
                commas += 1;
                true
            }
            '-' | '\u{2010}' | '\u{2011}' | '_' | '/' | '+' | '·' | '・' | '‧' | '&' | '*' | '`' | '~' => true,
            _ => is_apostrophe(c),
        };
        if !is_passed {
            return false;
        }
        previous = Some(c);
    }
    commas < 2
}

fn ends_in_initial(text: &str) -> bool {
    let mut rest = text.chars().rev().filter(|c| !is_unseen(*c));
    rest.next().is_some_and(char::is_alphabetic) && rest.next().is_none_or(|c| !c.is_alphanumeric())
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´') || crate::text::script::is_apostrophe(c)
}

fn is_unseen(c: char) -> bool {
    is_invisible(c) || may_separate_words(c) || c == '*' || c == MARK || is_combining_mark(c)
}
