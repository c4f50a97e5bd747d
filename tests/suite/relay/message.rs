//! What is compared of a message that arrived.

/// A message without the value of its Date header, which is the moment of sending.
pub(crate) fn undated(message: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(message);
    let head = text.find("\r\n\r\n").expect("a header section");
    let begin =
        text[..head].find("\r\nDate: ").map(|at| at + 2).or(text.starts_with("Date: ").then_some(0)).expect("a date");
    let end = begin + text[begin..].find("\r\n").expect("a line end");
    [&message[..begin], b"Date: ", &message[end..]].concat()
}
