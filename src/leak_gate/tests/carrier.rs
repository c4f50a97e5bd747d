//! Letters with hidden strings. They are encoded here, so that these tests do not trust the code that they test.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// A letter with one part: its header lines, which may fold, and its body as it goes over the wire.
pub(super) fn letter(headers: &str, body: &str) -> Vec<u8> {
    let start = "From: Desk <desk@letters.example>\r\nTo: office@northlight.example\r\nMIME-Version: 1.0\r\n";
    format!("{start}{headers}\r\n{body}\r\n").into_bytes()
}

/// A letter whose text part is this, unencoded.
pub(super) fn text_letter(text: &str) -> Vec<u8> {
    letter("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", text)
}

/// A letter with a harmless text and another part.
pub(super) fn with_part(headers: &str, body: &str) -> Vec<u8> {
    let text = "Content-Type: text/plain; charset=utf-8\r\n\r\nDear Ms. Okafor:";
    let start = "Content-Type: multipart/mixed; boundary=\"=_b\"\r\n";
    letter(start, &format!("--=_b\r\n{text}\r\n--=_b\r\n{headers}\r\n{body}\r\n--=_b--"))
}

/// Base64 in lines of 76 characters.
pub(super) fn base64(bytes: &[u8]) -> String {
    let lines: Vec<_> = bytes.chunks(57).map(|line| BASE64_STANDARD.encode(line)).collect();
    lines.join("\r\n")
}

/// Quoted-printable, with every byte that is not an ASCII letter escaped and a soft break after every `width` bytes.
pub(super) fn quoted(bytes: &[u8], width: usize) -> String {
    let mut text = String::new();
    for (at, octet) in bytes.iter().enumerate() {
        if at > 0 && at % width == 0 {
            text.push_str("=\r\n");
        }
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' => text.push(*octet as char),
            _ => text.push_str(&format!("={octet:02X}")),
        }
    }
    text
}

/// Percent-encoding of every byte that is not an ASCII letter.
pub(super) fn percent(text: &str) -> String {
    quoted(text.as_bytes(), usize::MAX).replace('=', "%")
}

/// Encoded words of the Q or the B kind, each of a few characters, each on a line of its own.
pub(super) fn encoded_words(text: &str, kind: char) -> String {
    let characters: Vec<char> = text.chars().collect();
    let word = |piece: &[char]| {
        let piece: String = piece.iter().collect();
        let encoded = if kind == 'B' { base64(piece.as_bytes()) } else { quoted(piece.as_bytes(), usize::MAX) };
        format!("=?utf-8?{kind}?{encoded}?=")
    };
    characters.chunks(7).map(word).collect::<Vec<_>>().join("\r\n ")
}

/// Every character that is not an ASCII letter as a character reference.
pub(super) fn references(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphabetic() { c.to_string() } else { format!("&#{};", c as u32) }).collect()
}
