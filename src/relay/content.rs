//! The message data: the bytes between DATA and the final dot.
//!
//! A relay must store exactly the letter's bytes, and must never read a part of a letter as a command. Only 7-bit text in CRLF
//! lines is sent; this module refuses anything else.

use memchr::{memchr, memchr_iter, memmem};

/// A letter that SMTP can carry.
pub(super) struct Content<'a>(&'a [u8]);

impl<'a> Content<'a> {
    /// Accepts 7-bit text without NUL in whole CRLF lines.
    pub(super) fn new(letter: &'a [u8]) -> Option<Self> {
        let is_text = letter.is_ascii() && memchr(0, letter).is_none();
        // Every LF is after a CR, every CR is before an LF, and the last line ends with both.
        let is_after_cr = |lf: usize| lf > 0 && letter[lf - 1] == b'\r';
        let is_whole = memchr_iter(b'\n', letter).all(is_after_cr)
            && memchr_iter(b'\r', letter).count() == memchr_iter(b'\n', letter).count();
        (is_text && is_whole && letter.ends_with(b"\n")).then_some(Content(letter))
    }

    /// Returns the data for DATA (RFC 5321 §4.5.2): dot-stuffed, with the final dot.
    ///
    /// Write it in one piece: a separate dot would wait about 40 ms for the relay's delayed acknowledgement.
    pub(super) fn wire(&self) -> Vec<u8> {
        let Content(letter) = *self;
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
    fn text_without_whole_crlf_lines_is_refused() {
        for letter in ["", "a", "a\n", "a\r", "a\n.\r\n", "a\r.\r\n", "a\r\r\n", "\n\r\n", "a\r\n.", "a\0\r\n", "é\r\n"]
        {
            assert!(Content::new(letter.as_bytes()).is_none(), "{letter:?}");
        }
        assert!(Content::new(b"\xff\r\n").is_none());
    }

    proptest! {
        #[test]
        fn removing_the_stuffed_dots_restores_the_letter(letter in "([.a \r\n]|\r\n|\r\n\\.)*") {
            if let Some(content) = Content::new(letter.as_bytes()) {
                let wire = String::from_utf8(content.wire()).expect("ASCII");
                let body = wire.strip_suffix(".\r\n").expect("the final dot");
                // The relay must not see an earlier end of the data (RFC 5321 §4.1.1.4).
                prop_assert!(!["\r\n", body].concat().contains("\r\n.\r\n"));
                let lines = body.split_inclusive("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line));
                prop_assert_eq!(lines.collect::<String>(), letter);
            }
        }
    }
}
