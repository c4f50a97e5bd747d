//! Escapes values so that they contain no Markdown.
//!
//! Each UTF-16 unit of a value becomes the character at the same offset in plane 16, which has exactly that many
//! characters, and Markdown treats them all as letters. So this module need not know which characters are markup. The
//! mapping is reversible. An escaped value must never contain [`ROLL_MARK`].

use std::borrow::Cow;

const PLANE: u32 = 0x10_0000;

/// What `{{roll}}` prints in a Markdown letter, unescaped, to mark the place of the roll.
///
/// No escaped value contains it: it decodes to two low surrogates in a row, which is invalid UTF-16.
pub const ROLL_MARK: &str = "\u{10DC00}\u{10DC00}";

/// Begins a hole: the place of a value in a source that is converted before the value is known. It is followed by the hole's
/// number. No escaped value contains it: it decodes to a low surrogate that follows no high one.
pub(super) const HOLE: char = '\u{10DC01}';

/// The most holes that a source can have.
pub const MOST_HOLES: usize = 0x3FE;

/// Appends the hole of this number, less than [`MOST_HOLES`].
pub fn push_hole(source: &mut String, number: usize) {
    source.push(HOLE);
    source.extend(char::from_u32(u32::from(HOLE) + 1 + number as u32));
}

/// What follows the sign of a hole: its number, and the rest.
pub(super) fn hole(after: &str) -> Option<(usize, &str)> {
    let mark = after.chars().next()?;
    let number = u32::from(mark).checked_sub(u32::from(HOLE) + 1)? as usize;
    Some((number, &after[mark.len_utf8()..]))
}

/// Escapes a value so that it contains no Markdown. This is the escape function of `.md.hbs` templates.
pub fn escape_value(value: &str) -> String {
    value.encode_utf16().filter_map(|unit| char::from_u32(PLANE + u32::from(unit))).collect()
}

/// Undoes [`escape_value`]; other text stays as it is.
pub fn unescape_value(text: &str) -> Cow<'_, str> {
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        pieces(text)
            .map(|piece| match piece {
                Piece::Literal(text) => Cow::Borrowed(text),
                Piece::Value(text) => Cow::Owned(decode(text)),
            })
            .collect(),
    )
}

/// A piece of rendered source.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text of the template.
    Literal(&'a str),
    /// One or more adjacent values, still escaped.
    Value(&'a str),
}

/// Splits rendered source into template text and values, in order.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let value = is_escaped(rest.chars().next()?);
        let end = rest.find(|c| is_escaped(c) != value).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(if value { Piece::Value(piece) } else { Piece::Literal(piece) })
    })
}

pub(super) fn is_escaped(c: char) -> bool {
    u32::from(c) >= PLANE
}

fn decode(value: &str) -> String {
    let units = value.chars().filter_map(|c| u16::try_from(u32::from(c) - PLANE).ok());
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
