//! Writes the JSON of the page, in which an HTML parser must never find markup.

use crate::outbox::OutboxError;
use serde::Serialize;

/// The value as JSON in which nothing can end the enclosing element or begin a comment (HTML §4.12.1.3), and which is one line
/// of JavaScript too. The strings keep their meaning: outside of strings JSON has none of the escaped characters.
pub(super) fn json(value: &impl Serialize) -> Result<String, OutboxError> {
    let text = serde_json::to_string(value)
        .map_err(|_| OutboxError::Text { what: "review page", why: "cannot be written as JSON" })?;
    let mut safe = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = &text[..];
    while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        let mut after = rest[at..].chars();
        safe.push_str(&rest[..at]);
        safe.extend(after.next().map(|special| format!("\\u{:04x}", u32::from(special))));
        rest = after.as_str();
    }
    safe.push_str(rest);
    Ok(safe)
}
