//! A letter on its way out: the bytes between DATA and the final dot.
//!
//! What a relay stores must be the letter's bytes, no more and no less, and no byte of a letter may ever be read as a
//! command. So only 7-bit text in whole CRLF lines goes out; anything else stops here, whoever let it pass.

use memchr::{memchr_iter, memmem};

/// A letter that can go out.
pub(super) struct Content<'a>(&'a str);

impl<'a> Content<'a> {
    /// The letter, if it is 7-bit text without NUL in whole CRLF lines.
    pub(super) fn new(letter: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(letter).ok().filter(|text| text.is_ascii() && !text.contains('\0'))?;
        // The only CR of a line is the one before its LF, and the last line has both too.
        let lines = memmem::find_iter(letter, "\r\n").count();
        let is_whole = [b'\r', b'\n'].iter().all(|end| memchr_iter(*end, letter).count() == lines);
        (is_whole && text.ends_with('\n')).then_some(Content(text))
    }

    /// The letter as DATA carries it (RFC 5321 §4.5.2): a dot before each line that begins with one, and the final dot.
    ///
    /// It is one piece, to be written at once: a dot by itself would wait some forty milliseconds for the relay to
    /// acknowledge the letter.
    pub(super) fn wire(&self) -> Vec<u8> {
        let letter = self.0.as_bytes();
        let mut wire = Vec::with_capacity(letter.len() + letter.len() / 64 + 3);
        let mut written = 0;
        let first = letter.starts_with(b".").then_some(0);
        for start in first.into_iter().chain(memmem::find_iter(letter, "\n.").map(|at| at + 1)) {
            wire.extend_from_slice(&letter[written..start]);
            wire.push(b'.');
            written = start;
        }
        wire.extend_from_slice(&letter[written..]);
        wire.extend_from_slice(b".\r\n");
        wire
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wire(letter: &str) -> String {
        String::from_utf8(Content::new(letter.as_bytes()).expect("a whole text").wire()).expect("ASCII")
    }

    #[test]
    fn dots_are_doubled_at_the_start_of_lines_only() {
        assert_eq!(wire("a\r\n"), "a\r\n.\r\n");
        assert_eq!(wire(".\r\n"), "..\r\n.\r\n");
        assert_eq!(wire("..\r\n.a.\r\n\r\n.\r\n"), "...\r\n..a.\r\n\r\n..\r\n.\r\n");
        assert_eq!(wire("\r\n"), "\r\n.\r\n");
    }

    #[test]
    fn what_is_no_whole_crlf_text_does_not_go_out() {
        for letter in ["", "a", "a\n", "a\r", "a\n.\r\n", "a\r.\r\n", "a\r\r\n", "\n\r\n", "a\r\n.", "a\0\r\n", "é\r\n"]
        {
            assert!(Content::new(letter.as_bytes()).is_none(), "{letter:?}");
        }
        assert!(Content::new(b"\xff\r\n").is_none());
    }

    proptest! {
        #[test]
        fn undoing_the_dots_gives_the_letter_back(letter in "([.a \r\n]|\r\n|\r\n\\.)*") {
            if let Some(content) = Content::new(letter.as_bytes()) {
                let wire = String::from_utf8(content.wire()).expect("ASCII");
                let body = wire.strip_suffix(".\r\n").expect("the final dot");
                // The relay must not see the end before the end (RFC 5321 §4.1.1.4).
                prop_assert!(!["\r\n", body].concat().contains("\r\n.\r\n"));
                let lines = body.split_inclusive("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line));
                prop_assert_eq!(lines.collect::<String>(), letter);
            }
        }
    }
}
