//! Texts inside a page: JSON that no reader of HTML can take for markup, and digests as a policy writes them.

use crate::outbox::OutboxError;
use serde::Serialize;

/// The value as JSON in which nothing can end the element it stands in, or begin a comment (HTML §4.12.1.3), and which is a
/// line of JavaScript too. Its strings mean the same: outside of strings JSON has none of these characters.
pub(super) fn json(value: &impl Serialize) -> Result<String, OutboxError> {
    let text = serde_json::to_string(value)
        .map_err(|_| OutboxError::Text { what: "review page", why: "cannot be written as JSON" })?;
    let mut safe = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    Ok(safe)
}

/// Octets in Base 64 (RFC 4648 §4).
pub(super) fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for three in octets.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]);
            text.push(if at <= three.len() { digit } else { '=' });
        }
    }
    text
}
