//! Parses SMTP replies (RFC 5321 §4.2) line by line.
//!
//! Only the code decides; the text may be empty or in any encoding. A code must never be guessed, and a reply must never grow
//! without a limit.

/// The maximum length of a reply line with its line end, in bytes. RFC 5321 §4.5.3.1.5 allows 512; some relays send more.
pub(super) const LONGEST_LINE: usize = 4096;

/// The maximum size of a reply, in bytes.
const MAX_REPLY: usize = 64 << 10;

/// The maximum length of an excerpt of a malformed reply, in bytes.
const EXCERPT: usize = 200;

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SmtpReply {
    /// Its three digits.
    pub(super) code: u16,
    /// Its lines joined by a line feed, without codes.
    pub(super) text: String,
}

/// Parses one reply.
#[derive(Debug, Default)]
pub(super) struct ReplyParser {
    code: Option<u16>,
    lines: Vec<String>,
    length: usize,
}

impl ReplyParser {
    /// Adds the next line, with its line end. Returns the reply if this was its last line.
    ///
    /// # Errors
    /// Why the input is not SMTP, with an excerpt.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<Option<SmtpReply>, String> {
        self.length += line.len();
        if self.length > MAX_REPLY {
            return Err(format!("a reply of more than {MAX_REPLY} bytes"));
        }
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(format!("a line that ends in LF without CR: {}", excerpt(line.trim_ascii_end())));
        };
        let (code, is_last, text) = split(line).ok_or_else(|| excerpt(line))?;
        if self.code.is_some_and(|before| before != code) {
            return Err(format!("two codes in one reply: {}", excerpt(line)));
        }
        self.code = Some(code);
        self.lines.push(read(text));
        if !is_last {
            return Ok(None);
        }
        Ok(Some(SmtpReply { code, text: std::mem::take(&mut self.lines).join("\n") }))
    }
}

/// Splits a line into its code, whether it is the last line, and its text (RFC 5321 §4.2.1).
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    let is_code = matches!(digits[0], b'2'..=b'5') && digits.iter().all(u8::is_ascii_digit);
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit.wrapping_sub(b'0')));
    match rest {
        _ if !is_code => None,
        [] => Some((code, true, rest)),
        [b' ', text @ ..] => Some((code, true, text)),
        [b'-', text @ ..] => Some((code, false, text)),
        _ => None,
    }
}

/// Returns the enhanced status code at the start of a reply's text (RFC 2034 §4): `[5, 4, 5]` for `5.4.5 …`.
pub(super) fn enhanced_code(text: &str) -> Option<[u16; 3]> {
    let word = text.split_whitespace().next()?;
    let mut numbers = word.split('.').map(|number| match number.len() {
        1..=3 if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    });
    let code = [numbers.next()??, numbers.next()??, numbers.next()??];
    (numbers.next().is_none() && matches!(code[0], 2 | 4 | 5)).then_some(code)
}

/// Returns the start of malformed input.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let text = read(&bytes[..bytes.len().min(EXCERPT)]);
    if bytes.len() > EXCERPT { format!("{text}…") } else { text }
}

/// Decodes UTF-8, or else Latin-1, which some relays send.
fn read(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Parses these lines; `None` if more must follow.
    fn parse(lines: &[&[u8]]) -> Result<Option<SmtpReply>, String> {
        let mut parser = ReplyParser::default();
        let mut last = Ok(None);
        for line in lines {
            assert_eq!(last, Ok(None), "lines after the last one");
            last = parser.add(line);
        }
        last
    }

    fn reply_of(code: u16, text: &str) -> Result<Option<SmtpReply>, String> {
        Ok(Some(SmtpReply { code, text: text.into() }))
    }

    #[test]
    fn a_reply_has_its_code_and_all_its_lines() {
        assert_eq!(parse(&[b"250 2.0.0 queued\r\n"]), reply_of(250, "2.0.0 queued"));
        assert_eq!(
            parse(&[b"550-5.1.1 no\r\n", b"550 5.1.1 such user\r\n"]),
            reply_of(550, "5.1.1 no\n5.1.1 such user")
        );
        assert_eq!(parse(&[b"250-\r\n", b"250-a\r\n"]), Ok(None));
        assert_eq!(parse(&[b"250-relay\r\n", b"250\r\n"]), reply_of(250, "relay\n"));
        assert_eq!(
            parse(&["550 5.1.1 Empfänger unbekannt\r\n".as_bytes()]),
            reply_of(550, "5.1.1 Empfänger unbekannt")
        );
        assert_eq!(parse(&[b"599 code beyond the book\r\n"]), reply_of(599, "code beyond the book"));
    }

    #[test]
    fn the_text_may_be_empty_or_in_another_encoding() {
        assert_eq!(parse(&[b"250\r\n"]), reply_of(250, ""));
        assert_eq!(parse(&[b"250 \r\n"]), reply_of(250, ""));
        assert_eq!(parse(&[b"550 Empf\xe4nger unbekannt\r\n"]), reply_of(550, "Empfänger unbekannt"));
        assert_eq!(parse(&[b"250-caf\xe9\r\n", b"250 ok\r\n"]), reply_of(250, "café\nok"));
    }

    #[test]
    fn an_enhanced_code_is_three_numbers_at_the_start() {
        assert_eq!(enhanced_code("4.7.0 slow down\n4.7.0 please"), Some([4, 7, 0]));
        assert_eq!(enhanced_code("5.7.139"), Some([5, 7, 139]));
        for text in ["", "later", "4.7", "4.7.0.1", "1.2.3 x", "4.7.x", "4..0", "4.7.1234", "see 4.7.0", "+4.7.0"] {
            assert_eq!(enhanced_code(text), None, "{text:?}");
        }
    }

    #[test]
    fn malformed_lines_are_errors() {
        for line in
            ["", "25", "25 0", "who are you?", "150 soon", "650 x", "25x no", "2500 no", "250x", "250\tok", " 250 a"]
        {
            let whole = format!("{line}\r\n");
            assert_eq!(parse(&[whole.as_bytes()]), Err(line.to_owned()), "{line:?}");
        }
        assert_eq!(parse(&[b"250 ok\n"]), Err("a line that ends in LF without CR: 250 ok".into()));
        assert_eq!(parse(&[b"250-a\r\n", b"251 b\r\n"]), Err("two codes in one reply: 251 b".into()));
        let long = [b"x".repeat(300), b"\r\n".to_vec()].concat();
        assert!(parse(&[&long]).is_err_and(|why| why.chars().count() == EXCERPT + 1));
    }

    #[test]
    fn an_endless_reply_is_an_error() {
        let mut parser = ReplyParser::default();
        let line = [b"250-".to_vec(), b"y".repeat(400), b"\r\n".to_vec()].concat();
        let taken = (0..).take_while(|_| parser.add(&line).is_ok()).count();
        assert_eq!(taken, MAX_REPLY / line.len());
    }

    proptest! {
        #[test]
        fn only_three_digits_are_a_code(line in prop::collection::vec(any::<u8>(), 0..40)) {
            let whole = [&line[..], b"\r\n"].concat();
            if let Ok(Some(reply)) = ReplyParser::default().add(&whole) {
                prop_assert!(line.starts_with(reply.code.to_string().as_bytes()));
                prop_assert!((200..600).contains(&reply.code));
            }
        }
    }
}
