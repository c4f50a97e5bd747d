//! The shield that keeps Markdown's hands off a value.
//!
//! Each UTF-16 unit of a value becomes the character of plane 16 that is as far from U+100000 as the unit is from zero:
//! the plane has exactly that many, and to Markdown all of them are letters. Which characters Markdown would have read as
//! marks, digits or white space need therefore never be known here. The shield loses nothing, and a shielded value must
//! never be able to spell [`ROLL_MARK`].

use std::borrow::Cow;

const PLANE: u32 = 0x10_0000;

/// What `{{roll}}` prints in a Markdown letter, past the shield, where the roll is to stand.
///
/// No value can spell it: it stands for two low surrogates in a row, which UTF-16 does not have.
pub const ROLL_MARK: &str = "\u{10DC00}\u{10DC00}";

/// A value as Markdown can only read it as letters: the escape function of `.md.hbs` templates.
pub fn shield(value: &str) -> String {
    value.encode_utf16().filter_map(|unit| char::from_u32(PLANE + u32::from(unit))).collect()
}

/// The text without its shields. What was never shielded stays as it is.
pub fn unshield(text: &str) -> Cow<'_, str> {
    if !text.contains(is_shielded) {
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

/// A stretch of rendered source.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// The template's own text.
    Literal(&'a str),
    /// One value or several next to each other, still shielded.
    Value(&'a str),
}

/// The template's text and the values in it, in turn.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let value = is_shielded(rest.chars().next()?);
        let end = rest.find(|c| is_shielded(c) != value).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(if value { Piece::Value(piece) } else { Piece::Literal(piece) })
    })
}

fn is_shielded(c: char) -> bool {
    u32::from(c) >= PLANE
}

fn decode(value: &str) -> String {
    let units = value.chars().filter_map(|c| u16::try_from(u32::from(c) - PLANE).ok());
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
