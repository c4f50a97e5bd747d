//! Recognises texts that surely hold nothing private, before they are divided into units and folded.
//!
//! It looks at letters and at the places where a word can begin or end, in a whole text at once. Both are those of every unit
//! of the text, or more: it may call a harmless text doubtful, but never the reverse. What it cannot read is doubtful.

use super::Gate;
use super::fold::Folded;
use super::search::Syntax;
use super::unit::{is_style_sheet, tag_end};
use std::sync::OnceLock;

/// The letters of a text as folded, and the places between them where a word can begin or end.
#[derive(Default)]
pub(super) struct Letters {
    letters: Vec<u8>,
    /// Before each letter, and after the last.
    edges: Vec<bool>,
    last: u8,
}

/// The folded letters of characters that are not ASCII but fold to ASCII, whatever is around them.
const FOLDED: std::ops::RangeInclusive<char> = '\u{A0}'..='\u{24F}';
const SIGNS: std::ops::RangeInclusive<char> = '\u{2010}'..='\u{2027}';

fn folded(c: char) -> Option<&'static [u8]> {
    static TABLE: OnceLock<Vec<Option<Vec<u8>>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let fold = |c: char| Some(Folded::new(c.encode_utf8(&mut [0; 4])).letters().to_owned().into_bytes());
        FOLDED.chain(SIGNS).map(|c| fold(c).filter(|letters| letters.is_ascii())).collect()
    });
    let first = |range: &std::ops::RangeInclusive<char>| u32::from(*range.start());
    let at = match c {
        c if FOLDED.contains(&c) => u32::from(c) - first(&FOLDED),
        c if SIGNS.contains(&c) => u32::from(*FOLDED.end()) - first(&FOLDED) + 1 + u32::from(c) - first(&SIGNS),
        _ => return None,
    };
    table.get(at as usize)?.as_deref()
}

impl Letters {
    /// No letters yet, with room for so many.
    pub(super) fn with_room(letters: usize) -> Letters {
        Letters { letters: Vec::with_capacity(letters), edges: Vec::with_capacity(letters), last: 0 }
    }

    /// The letters alone.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.letters
    }

    /// Ends a text, so that no string is found across it.
    pub(super) fn cut(&mut self) {
        self.letters.push(0);
        self.edges.push(true);
        self.separate();
    }

    /// Ends a word.
    fn separate(&mut self) {
        self.last = 0;
    }

    /// Adds a text; false if a character of it needs what is around it to be folded.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let mut rest = text;
        loop {
            let ascii = rest.bytes().position(|b| !b.is_ascii()).unwrap_or(rest.len());
            self.push_ascii(&rest.as_bytes()[..ascii]);
            rest = &rest[ascii..];
            let Some(c) = rest.chars().next() else { return true };
            let Some(letters) = folded(c) else { return false };
            self.letters.extend_from_slice(letters);
            self.edges.extend(letters.iter().map(|_| true));
            self.last = 0;
            rest = &rest[c.len_utf8()..];
        }
    }

    /// Adds bytes in ASCII. Inside a word nothing begins or ends, except at a capital or a digit.
    fn push_ascii(&mut self, bytes: &[u8]) {
        let mut to = self.letters.len();
        self.letters.resize(to + bytes.len(), 0);
        self.edges.resize(to + bytes.len(), true);
        let mut last = self.last;
        for &b in bytes {
            // Every byte is written, and stays if it is a letter or a digit.
            self.letters[to] = b.to_ascii_lowercase();
            let is_inside = last.is_ascii_alphabetic() && b.is_ascii_alphabetic();
            self.edges[to] = !is_inside || last.is_ascii_lowercase() && b.is_ascii_uppercase();
            to += usize::from(b.is_ascii_alphanumeric());
            last = b;
        }
        self.letters.truncate(to);
        self.edges.truncate(to);
        self.last = last;
    }

    fn is_edge(&self, at: usize) -> bool {
        self.edges.get(at).is_none_or(|edge| *edge)
    }

    /// Whether a word can end here, or goes on with the ending of a plural only.
    fn is_end(&self, at: usize) -> bool {
        let rest = self.letters.get(at..).unwrap_or_default();
        self.is_edge(at)
            || rest.starts_with(b"s") && self.is_edge(at + 1)
            || rest.starts_with(b"es") && self.is_edge(at + 2)
    }
}

impl Gate {
    /// Whether a private string can be among these letters.
    pub(super) fn may_hold_secret(&self, letters: &Letters) -> bool {
        let mut hits = self.automaton.find_overlapping_iter(&letters.letters);
        hits.any(|hit| {
            hit.pattern().as_usize() < self.secrets.len() && letters.is_edge(hit.start()) && letters.is_end(hit.end())
        })
    }

    /// Whether a text surely holds nothing private.
    pub(super) fn is_free_of_secrets(&self, syntax: Syntax, text: &str) -> bool {
        let mut letters = Letters::default();
        match syntax {
            Syntax::Plain | Syntax::Value => letters.push_plain(text) && !self.may_hold_secret(&letters),
            Syntax::Markup => {
                let mut tags = Letters::default();
                letters.push_markup(text, &mut tags) && !self.may_hold_secret(&letters) && !self.may_hold_secret(&tags)
            }
        }
    }

    /// Whether what is one letter's own surely holds nothing private: values of its header, and the text of its parts in whole
    /// lines and tags. Both parts of most letters have the same words.
    pub fn is_free(&self, values: &[&str], text: &str, html: &str) -> bool {
        let [mut letters, mut others] = [text, html].map(|text| Letters::with_room(text.len()));
        let mut tags = Letters::with_room(256);
        if !letters.push_plain(text) || !others.push_markup(html, &mut tags) {
            return false;
        }
        let is_new = letters.letters != others.letters || letters.edges != others.edges;
        let is_free = |letters: &Letters| !self.may_hold_secret(letters);
        if !is_free(&letters) || is_new && !is_free(&others) {
            return false;
        }
        values.iter().all(|value| {
            tags.separate();
            tags.push_plain(value)
        }) && is_free(&tags)
    }
}

impl Letters {
    /// Adds plain text; false if it can be read in another way, as an address or an escape.
    fn push_plain(&mut self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let is_escape = |at: usize| match bytes[at] {
            b'&' => bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'#'),
            _ => is_percent_encoded(&bytes[at + 1..]),
        };
        !memchr::memchr2_iter(b'&', b'%', bytes).any(is_escape) && !has_other_readings(text) && self.push(text)
    }

    /// Adds the text between tags, and to `tags` what a tag has from a template or a list; false if it can be read in another
    /// way.
    fn push_markup(&mut self, text: &str, tags: &mut Letters) -> bool {
        if text.is_empty() {
            return true;
        }
        if has_other_readings(text) || text.contains('\\') {
            return false;
        }
        let mut at = 0;
        while let Some(open) = memchr::memchr(b'<', &text.as_bytes()[at..]).map(|open| at + open) {
            if !self.push_displayed(&text[at..open]) {
                return false;
            }
            self.separate();
            at = open + 1;
            if let Some(end) = tag_end(&text[open..]) {
                let tag = &text[open..open + end];
                at = open + end;
                if is_style_sheet(tag) {
                    return false;
                }
                if tag.starts_with("<!--") || tag.starts_with("<?") || tag.contains('=') || tag.contains("data-") {
                    tags.separate();
                    if tag.contains(['&', '%']) || !tags.push(tag) {
                        return false;
                    }
                }
            }
        }
        self.push_displayed(&text[at..])
    }

    /// Adds text as a browser displays it.
    fn push_displayed(&mut self, text: &str) -> bool {
        let mut rest = text;
        while let Some(at) = memchr::memchr2(b'&', b'%', rest.as_bytes()) {
            let after = &rest[at + 1..];
            let reference = ["amp;", "lt;", "gt;", "quot;", "#39;"].into_iter().find(|name| after.starts_with(name));
            let is_percent = rest.as_bytes()[at] == b'%';
            let (used, is_ampersand) = match reference {
                _ if is_percent => (0, false),
                Some(name) => (name.len(), name == "amp;"),
                None => (0, true),
            };
            if is_percent && is_percent_encoded(after.as_bytes()) || !self.push(&rest[..at]) {
                return false;
            }
            self.separate();
            rest = &after[used..];
            // An ampersand and what follows it are read once more.
            if is_ampersand && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') {
                return false;
            }
        }
        self.push(rest)
    }
}

/// Whether two hexadecimal digits follow a percent sign.
fn is_percent_encoded(after: &[u8]) -> bool {
    matches!(after, [one, other, ..] if one.is_ascii_hexdigit() && other.is_ascii_hexdigit())
}

/// Whether a text may have an address with a tag, or encoded data.
fn has_other_readings(text: &str) -> bool {
    text.contains('@') && text.contains('+') || text.contains(";base64,")
}
