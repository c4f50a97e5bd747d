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
    /// The letters before which a word can begin or end, in their order; so it can after the last.
    edges: Vec<u32>,
    /// The class of the last character.
    last: u8,
}

/// The class of an ASCII character: nothing, or a letter in lower case, a capital or a digit.
const CLASS: [u8; 128] = {
    let mut table = [0; 128];
    let mut b = 0;
    while b < 128 {
        let c = b as u8;
        table[b] = match c {
            b'a'..=b'z' => 1,
            b'A'..=b'Z' => 2,
            b'0'..=b'9' => 3,
            _ => 0,
        };
        b += 1;
    }
    table
};

/// Whether a word can begin or end before a character of this class, by that of the last one: inside a word nothing begins
/// or ends, except at a capital or a digit.
const IS_EDGE: [[u8; 4]; 4] = [[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1], [0, 1, 1, 1]];

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
        Letters { letters: Vec::with_capacity(letters), edges: Vec::with_capacity(letters / 4), last: 0 }
    }

    /// The letters alone.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.letters
    }

    /// Ends a text, so that no string is found across it.
    pub(super) fn cut(&mut self) -> bool {
        self.edges.push(self.letters.len() as u32);
        self.letters.push(0);
        self.separate();
        true
    }

    /// Ends a word.
    fn separate(&mut self) {
        self.last = 0;
    }

    /// Adds a text; false if a character of it needs what is around it to be folded.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let mut rest = text;
        while !rest.is_ascii() {
            let ascii = rest.bytes().position(|b| !b.is_ascii()).unwrap_or(rest.len());
            self.push_ascii(&rest.as_bytes()[..ascii]);
            rest = &rest[ascii..];
            let Some((c, letters)) = rest.chars().next().and_then(|c| Some((c, folded(c)?))) else { return false };
            let from = self.letters.len() as u32;
            self.letters.extend_from_slice(letters);
            self.edges.extend(from..self.letters.len() as u32);
            self.last = 0;
            rest = &rest[c.len_utf8()..];
        }
        self.push_ascii(rest.as_bytes());
        true
    }

    /// Adds bytes in ASCII.
    fn push_ascii(&mut self, bytes: &[u8]) {
        const PIECE: usize = 64;
        let mut last = self.last;
        for bytes in bytes.chunks(PIECE) {
            let from = self.letters.len() as u32;
            let (mut letters, mut edges) = ([0; PIECE], [0; PIECE]);
            let (mut to, mut edge) = (0_usize, 0_usize);
            for b in bytes {
                let class = CLASS[usize::from(b & 127)];
                // Every byte is written, a capital in lower case, and stays if it is a letter or a digit.
                letters[to % PIECE] = b | 0x20;
                edges[edge % PIECE] = from + to as u32;
                edge += usize::from(IS_EDGE[usize::from(last & 3)][usize::from(class & 3)]);
                to += usize::from(class != 0);
                last = class;
            }
            self.letters.extend_from_slice(&letters[..to]);
            self.edges.extend_from_slice(&edges[..edge]);
        }
        self.last = last;
    }

    fn is_edge(&self, at: usize) -> bool {
        at >= self.letters.len() || self.edges.binary_search(&(at as u32)).is_ok()
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
        letters.edges.iter().any(|at| {
            let at = *at as usize;
            let rest = &letters.letters[at..];
            self.index.any(rest, |rank| {
                let secret = self.secrets[rank].folded.letters();
                rest.starts_with(secret.as_bytes()) && letters.is_end(at + secret.len())
            })
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

    /// Whether what is one letter's own surely holds nothing private: values of its header, and passages of its parts in whole
    /// lines and tags.
    pub fn is_free<'t>(
        &self,
        values: &[&str],
        text: impl Iterator<Item = &'t str>,
        html: impl Iterator<Item = &'t str>,
    ) -> bool {
        let (mut letters, mut tags) = (Letters::with_room(1 << 10), Letters::default());
        let mut is_read = true;
        text.for_each(|text| is_read &= letters.push_plain(text) && letters.cut());
        html.for_each(|html| is_read &= letters.push_markup(html, &mut tags) && letters.cut());
        values.iter().for_each(|value| is_read &= letters.push_plain(value) && letters.cut());
        is_read && !self.may_hold_secret(&letters) && !self.may_hold_secret(&tags)
    }

    /// Whether values surely hold nothing private.
    pub fn are_free(&self, values: &[&str]) -> bool {
        self.is_free(values, std::iter::empty(), std::iter::empty())
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
        if has_other_readings(text) || memchr::memchr(b'\\', text.as_bytes()).is_some() {
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
    let has = |sign: u8| memchr::memchr(sign, text.as_bytes()).is_some();
    has(b'@') && has(b'+') || has(b';') && text.contains(";base64,")
}
