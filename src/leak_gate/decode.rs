//! Decodes entities, percent-encoding, `data:` URIs and CSS escapes; a text that can be read in several ways gives several
//! readings.
//!
//! A reading replaces an escape only where it can be resolved. It must never leave half an escaped word as a word: in
//! `Ren&eacute;e` there is no "Ren".

use encoding_rs::WINDOWS_1252;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::html::add_html_token;
use std::borrow::Cow;

/// Every reading of a text that is not markup, the most likely first; borrowed if it is the unchanged text.
pub(super) fn readings(text: &str) -> Vec<Cow<'_, str>> {
    if memchr::memchr3(b'&', b'%', b'@', text.as_bytes()).is_none() {
        return vec![Cow::Borrowed(text)];
    }
    let closed = entities(text, Semicolon::Required);
    let mut readings = Vec::new();
    // What browsers accept without a semicolon, and encodings older than UTF-8, are readings of their own: the `&` or `%`
    // can also be meant as it is.
    if let Cow::Owned(open) = entities(&closed, Semicolon::Optional) {
        readings.push(Cow::Owned(open));
    }
    let resolved = match percent(&closed, Charset::Utf8) {
        Cow::Owned(resolved) => Cow::Owned(resolved),
        Cow::Borrowed(_) => closed.clone(),
    };
    let older = percent(&closed, Charset::Any);
    if older != resolved {
        readings.push(Cow::Owned(older.into_owned()));
    }
    readings.extend(untagged(&resolved).map(Cow::Owned));
    readings.insert(0, resolved);
    readings
}

/// The text between two tags as a browser displays it.
pub(super) fn displayed(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    match entities(text, Semicolon::Required) {
        Cow::Borrowed(text) => match entities(text, Semicolon::Optional) {
            Cow::Borrowed(text) => percent(text, Charset::Utf8),
            Cow::Owned(text) => Cow::Owned(percent(&text, Charset::Utf8).into_owned()),
        },
        Cow::Owned(text) => Cow::Owned(percent(&entities(&text, Semicolon::Optional), Charset::Utf8).into_owned()),
    }
}

/// The text with each base64 `data:` URI (RFC 2397) replaced by its content; by nothing if that is not text.
pub(super) fn without_data(text: &str) -> Cow<'_, str> {
    const MARK: &str = ";base64,";
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(MARK).filter(|at| rest[..*at].to_ascii_lowercase().contains("data:")) {
        let payload = &rest[at + MARK.len()..];
        let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=%-_".contains(&b);
        let length = payload.bytes().take_while(|b| is_base64(*b)).count();
        result.push_str(&rest[..at]);
        result.push(' ');
        let bytes = base64_decode(percent(&payload[..length], Charset::Utf8).as_bytes()).unwrap_or_default();
        result.push_str(str::from_utf8(&bytes).unwrap_or_default());
        result.push(' ');
        rest = &payload[length..];
    }
    if rest.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(result + rest) }
}

/// The text with its CSS escapes resolved: `\4a olene` (CSS Syntax §4.3.7).
pub(super) fn without_css_escapes(text: &str) -> Cow<'_, str> {
    replace(text, '\\', |rest| {
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits == 0 {
            return rest.chars().next().filter(|c| *c != '\n').map(|c| (c.to_string(), c.len_utf8()));
        }
        let c = char::from_u32(u32::from_str_radix(&rest[..digits], 16).ok()?)?;
        Some((c.to_string(), digits + usize::from(rest[digits..].starts_with(char::is_whitespace))))
    })
}

/// The text with the tags of its addresses removed: `ana+letter@` is the mailbox of `ana@`. `None` if no address has a tag.
pub(super) fn untagged(text: &str) -> Option<String> {
    let mut untagged = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices('@') {
        let local = text[done..at].rfind(|c: char| !(c.is_alphanumeric() || "+-._".contains(c)));
        let from =
            local.map_or(done, |before| done + before + text[done + before..].chars().next().map_or(1, char::len_utf8));
        if let Some(tag) = text[from..at].find('+').filter(|tag| *tag > 0) {
            untagged.push_str(&text[done..from + tag]);
            done = at;
        }
    }
    (done > 0).then(|| untagged + &text[done..])
}

/// Bytes as text: as UTF-8, and if they are not valid UTF-8, as windows-1252 too.
pub(super) fn decode_bytes(bytes: &[u8]) -> Vec<Cow<'_, str>> {
    match String::from_utf8_lossy(bytes) {
        text @ Cow::Borrowed(_) => vec![text],
        lossy => vec![lossy, WINDOWS_1252.decode_without_bom_handling(bytes).0],
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Semicolon {
    /// `&eacute;`
    Required,
    /// `&eacute` too, which HTML allows for the oldest entities (HTML §13.5).
    Optional,
}

/// The text with its character references resolved (HTML §13.2.5.72).
fn entities(text: &str, semicolon: Semicolon) -> Cow<'_, str> {
    /// The longest name that needs no semicolon.
    const OPEN: usize = 6;
    /// The longest name.
    const CLOSED: usize = 32;
    replace(text, '&', |rest| {
        let run = rest.bytes().take(CLOSED).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let is_closed = rest[run..].starts_with(';');
        let name = &rest[..run];
        let (c, used) = if is_closed {
            (reference(name)?, run + 1)
        } else if semicolon == Semicolon::Required {
            return None;
        } else if let Some(number) = name.strip_prefix('#') {
            let is_hex = number.starts_with(['x', 'X']);
            let end = 1 + usize::from(is_hex);
            let end =
                end + name[end..].bytes().take_while(|b| b.is_ascii_digit() || is_hex && b.is_ascii_hexdigit()).count();
            (reference(&name[..end])?, end)
        } else {
            (2..=run.min(OPEN)).rev().find_map(|end| Some((reference(&name[..end])?, end)))?
        };
        Some((c.to_string(), used))
    })
}

/// The character of a reference without its `&` and `;`.
fn reference(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        let token = format!("&{name};");
        let mut character = String::new();
        add_html_token(&mut character, token.as_bytes(), false);
        return (character != token).then(|| character.chars().next()).flatten();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match code.ok()? {
        // Browsers read the C1 controls as windows-1252.
        code @ 0x80..=0x9f => WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.chars().next(),
        code => char::from_u32(code),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Charset {
    Utf8,
    /// UTF-8, and invalid bytes as windows-1252.
    Any,
}

/// The text with its percent-encoding decoded (RFC 3986 §2.1), even if it was encoded two or three times.
fn percent(text: &str, charset: Charset) -> Cow<'_, str> {
    let mut text = escapes(text, '%', charset);
    for _ in 1..3 {
        match escapes(&text, '%', charset) {
            Cow::Owned(again) => text = Cow::Owned(again),
            Cow::Borrowed(_) => break,
        }
    }
    text
}

/// The text with runs of `sign` and two hexadecimal digits replaced by the text that these bytes are.
fn escapes(text: &str, sign: char, charset: Charset) -> Cow<'_, str> {
    replace(text, sign, |rest| {
        let mut run = Vec::new();
        // The first sign is already consumed: the run is `41%42…`.
        let digits = rest.as_bytes().chunks(3).map_while(|chunk| match *chunk {
            [high, low, ..] => Some((hex(high)? << 4 | hex(low)?, chunk.get(2) == Some(&(sign as u8)))),
            _ => None,
        });
        for (byte, goes_on) in digits {
            run.push(byte);
            if !goes_on {
                break;
            }
        }
        let valid = run.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        match (run.first(), charset) {
            (Some(_), _) if !valid.is_empty() => Some((valid.to_owned(), valid.len() * 3 - 1)),
            (Some(&byte), Charset::Any) => Some((WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned(), 2)),
            _ => None,
        }
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// The text with every escape that begins with `sign` replaced. `resolve` gets what follows the sign, and returns the
/// replacement and the number of bytes after the sign that it replaces. Borrowed if nothing was replaced.
fn replace(text: &str, sign: char, resolve: impl Fn(&str) -> Option<(String, usize)>) -> Cow<'_, str> {
    let mut result = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(at) = text[from..].find(sign) {
        let at = from + at;
        from = at + sign.len_utf8();
        if let Some((character, used)) = resolve(&text[from..]) {
            result.push_str(&text[done..at]);
            result.push_str(&character);
            from += used;
            done = from;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    result.push_str(&text[done..]);
    Cow::Owned(result)
}
