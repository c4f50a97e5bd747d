//! Encodes header values in ASCII, and folds them (RFC 5322 §2.2, RFC 2047).
//!
//! lettre 0.11.23 is not used for this: it writes a bare dot in a name, takes `=?…?=` in a subject for an encoded word, and
//! does not break a long word.
//!
//! A text is encoded as a whole or not at all, since white space between the two would be lost. This module must never
//! be given text that [`refused`](crate::text::characters::refused) rejects.

use super::address::is_atom;
use super::stamp;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use lettre::message::Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};

/// The maximum length of a line, without its CRLF: 78 in RFC 5322 §2.1.1, but 76 with an encoded word (RFC 2047 §2).
const LINE: usize = 76;

/// The maximum length of a word that is not encoded; a longer one could not be folded.
const WORD: usize = 60;

/// Encodes a field of free text, such as `Subject` (RFC 5322 §3.6.5).
pub(crate) fn text(name: &'static str, value: &str) -> HeaderValue {
    header_value(name, value, text_value(name, value))
}

/// The value of a field of free text, as it is written.
pub(crate) fn text_value(name: &str, value: &str) -> String {
    let mut field = Field::open(name);
    if is_plain(value) {
        field.words(value)
    } else {
        field.encoded(value, Encoding::for_text(value))
    }
    field.value
}

/// Encodes the Date field. lettre reads its own clock unless it can parse the raw value, which it can in UTC only.
pub(crate) fn date(at: &ZonedDateTime) -> HeaderValue {
    let utc = stamp::format_date(&at.with_time_zone(TimeZone::UTC));
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str("Date"), utc, stamp::format_date(at))
}

/// Encodes a field of one mailbox (RFC 5322 §3.4).
pub(crate) fn mailbox(name: &'static str, mailbox: &Mailbox) -> HeaderValue {
    // lettre reads the raw value only to see that there is one.
    header_value(name, mailbox.email.as_ref(), mailbox_value(name, mailbox))
}

/// The value of a field of one mailbox, as it is written.
pub(crate) fn mailbox_value(name: &str, mailbox: &Mailbox) -> String {
    let mut field = Field::open(name);
    let address: &str = mailbox.email.as_ref();
    match mailbox.name.as_deref() {
        None | Some("") => field.word(address),
        Some(person) => {
            field.phrase(person);
            field.word(&format!("<{address}>"));
        }
    }
    field.value
}

/// Encodes a field of Message-IDs (RFC 5322 §3.6.4).
pub(crate) fn message_ids(name: &'static str, ids: &[String]) -> HeaderValue {
    header_value(name, &ids.join(" "), message_ids_value(name, ids))
}

/// The value of a field of Message-IDs, as it is written.
pub(crate) fn message_ids_value(name: &str, ids: &[String]) -> String {
    let mut field = Field::open(name);
    ids.iter().for_each(|id| field.word(id));
    field.value
}

fn header_value(name: &'static str, raw: &str, encoded: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), raw.to_owned(), encoded)
}

/// The parameter `name` of a content type, for programs that read no `filename`. A name that cannot be quoted is in encoded
/// words, which RFC 2047 §5 (3) does not allow there but which those programs read.
pub(crate) fn name_parameter(name: &str) -> String {
    if is_quotable(name) {
        return format!("name=\"{name}\"");
    }
    let mut field = Field { value: String::new(), column: " name=\"".len() };
    field.encoded(name, Encoding::B);
    format!("name=\"{}\"", field.value)
}

/// A parameter with any value, in the encoding and the continuations of RFC 2231 where it needs them.
pub(crate) fn extended_parameter(key: &str, value: &str) -> String {
    const CHARSET: &str = "utf-8''";
    if is_quotable(value) {
        return format!("{key}=\"{value}\"");
    }
    let mut pieces = vec![CHARSET.to_owned()];
    for c in value.chars() {
        let encoded: String = c.to_string().bytes().map(percent).collect();
        match pieces.last_mut() {
            // The key, its number, the signs around it, and a semicolon.
            Some(piece) if piece.len() + encoded.len() + key.len() + 8 <= LINE => piece.push_str(&encoded),
            _ => pieces.push(encoded),
        }
    }
    match pieces.as_slice() {
        [whole] => format!("{key}*={whole}"),
        pieces => {
            let pieces: Vec<_> =
                pieces.iter().enumerate().map(|(rank, piece)| format!("{key}*{rank}*={piece}")).collect();
            pieces.join(";\r\n ")
        }
    }
}

/// A byte as RFC 2231 §7 writes it.
fn percent(b: u8) -> String {
    match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    }
}

/// Whether a parameter's value can be a quoted string on one line that every program reads as it is.
fn is_quotable(value: &str) -> bool {
    value.len() <= WORD
        && value.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\')
        && !value.contains("=?")
}

/// Whether a text can be written as it is: printable ASCII with single spaces, words short enough to fold, and nothing
/// that looks like an encoded word.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
        && !text.contains("=?")
        && text.split(' ').all(|word| (1..=WORD).contains(&word.len()))
}

struct Field {
    value: String,
    column: usize,
}

impl Field {
    /// Starts a field on the line of its name, after the colon and space that lettre writes.
    fn open(name: &str) -> Self {
        Field { value: String::with_capacity(2 * LINE), column: name.len() + 1 }
    }

    /// Adds a word, on a new line if this one is full. The first word is always on the line of the field's name.
    fn word(&mut self, word: &str) {
        if !self.value.is_empty() {
            if self.column + 1 + word.len() > LINE {
                self.value.push_str("\r\n");
                self.column = 0;
            }
            self.value.push(' ');
        }
        self.value.push_str(word);
        self.column += 1 + word.len();
    }

    fn words(&mut self, text: &str) {
        text.split(' ').for_each(|word| self.word(word));
    }

    /// Adds a display name: atoms, one quoted string, or encoded words (RFC 5322 §3.2.5). A quoted string stays on one line,
    /// since some mail programs do not unfold it. The encoding is always B: Courier turns a phrase in Q into a quoted string,
    /// which then shows as `=?utf-8?q?…?=`.
    fn phrase(&mut self, name: &str) {
        if !is_plain(name) {
            self.encoded(name, Encoding::B);
        } else if name.split(' ').all(is_atom) {
            self.words(name);
        } else {
            let quoted = format!("\"{}\"", name.replace('\\', r"\\").replace('"', r#"\""#));
            if quoted.len() <= WORD { self.word(&quoted) } else { self.encoded(name, Encoding::B) }
        }
    }

    /// Adds the text as encoded words of whole characters, one per line (RFC 2047 §2, §5). They end at the end of a word if
    /// possible, for people who read the file and programs that wrongly show a space between two of them.
    fn encoded(&mut self, text: &str, encoding: Encoding) {
        const AROUND: usize = "=?utf-8?q??=".len();
        let mut room = LINE - AROUND - 1 - self.column;
        let mut rest = text;
        while !rest.is_empty() {
            let fits = |end: &usize| encoding.length(&rest[..*end]) <= room;
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            let full = ends.take_while(fits).last().unwrap_or(rest.len());
            let end = if full < rest.len() { rest[..full].rfind(' ').map_or(full, |space| space + 1) } else { full };
            let (head, tail) = rest.split_at(end);
            self.word(&encoding.word(head));
            rest = tail;
            room = LINE - AROUND - 1;
        }
    }
}

/// The encoding of a word (RFC 2047 §4).
#[derive(Clone, Copy)]
enum Encoding {
    Q,
    B,
}

impl Encoding {
    /// Chooses Q if most of the text stays readable.
    fn for_text(text: &str) -> Self {
        let foreign = text.chars().filter(|c| u8::try_from(*c).map_or(true, |b| in_q(b) == QByte::Hex)).count();
        if 3 * foreign <= text.chars().count() { Encoding::Q } else { Encoding::B }
    }

    fn length(self, text: &str) -> usize {
        match self {
            Encoding::Q => text.bytes().map(|b| if in_q(b) == QByte::Hex { 3 } else { 1 }).sum(),
            Encoding::B => text.len().div_ceil(3) * 4,
        }
    }

    fn word(self, text: &str) -> String {
        match self {
            Encoding::Q => {
                let mut word = String::from("=?utf-8?q?");
                for b in text.bytes() {
                    match in_q(b) {
                        QByte::Itself => word.push(b.into()),
                        QByte::Underscore => word.push('_'),
                        QByte::Hex => word.push_str(&format!("={b:02X}")),
                    }
                }
                word + "?="
            }
            Encoding::B => format!("=?utf-8?b?{}?=", BASE64_STANDARD.encode(text)),
        }
    }
}

/// How Q writes a byte.
#[derive(PartialEq)]
enum QByte {
    Itself,
    Underscore,
    Hex,
}

/// Returns how Q writes a byte. The rule is the strictest one, so that no subject is misread (RFC 2047 §5 (3)).
fn in_q(b: u8) -> QByte {
    match b {
        b' ' => QByte::Underscore,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'*' | b'+' | b'-' | b'/' => QByte::Itself,
        _ => QByte::Hex,
    }
}
