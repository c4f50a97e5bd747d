//! Writes the JSON of the page, in which an HTML parser must never find markup.

use crate::outbox::OutboxError;
use serde::Serialize;

/// The value as JSON in which nothing can end the enclosing element or begin a comment (HTML §4.12.1.3), and which is one line
/// of JavaScript too. The strings keep their meaning: outside of strings JSON has none of the escaped characters.
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
