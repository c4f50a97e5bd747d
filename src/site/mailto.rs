//! A link that opens a mail program with a message (RFC 6068).
//!
//! It must never be longer than mail programs and browsers pass on: a message cut short is worse than none.

use std::fmt::Write as _;

/// The longest link, in characters.
pub const LONGEST: usize = 2_000;

/// A message to begin in a mail program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mailto<'a> {
    /// Whom it is to.
    pub address: &'a str,
    /// The subject; empty for none.
    pub subject: &'a str,
    /// The body; empty for none.
    pub body: &'a str,
}

impl Mailto<'_> {
    /// The address of the link.
    pub fn href(&self) -> String {
        let mut href = String::from("mailto:");
        encode(self.address, "@", &mut href);
        let fields = [("subject", self.subject), ("body", self.body)];
        for (rank, (name, value)) in fields.into_iter().filter(|(_, value)| !value.is_empty()).enumerate() {
            href.push(if rank == 0 { '?' } else { '&' });
            href.push_str(name);
            href.push('=');
            encode(value, "", &mut href);
        }
        href
    }

    /// The link if it is short enough; otherwise with this body, then without a subject, then with nothing but the address.
    /// Also returns whether it has the whole message.
    pub fn href_or(&self, short: &str) -> (String, bool) {
        let short = Mailto { body: short, ..*self };
        let tries =
            [*self, short, Mailto { subject: "", ..short }, Mailto { address: self.address, ..Mailto::default() }];
        let fits = |one: &Mailto<'_>| one.href().len() <= LONGEST;
        let rank = tries.iter().position(fits).unwrap_or(tries.len() - 1);
        (tries[rank].href(), rank == 0)
    }
}

/// Encodes all but unreserved characters and those in `kept` (RFC 3986 §2.1); a line ends in CRLF.
fn encode(text: &str, kept: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => out.push_str("%0D%0A"),
            '\r' => {}
            c if c.is_ascii_alphanumeric() || "-._~".contains(c) || kept.contains(c) => out.push(c),
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| _ = write!(out, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(text: &str) -> String {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let is_code = bytes[at] == b'%';
            let code = || u8::from_str_radix(&text[at + 1..at + 3], 16).expect("two digits");
            out.push(if is_code { code() } else { bytes[at] });
            at += if is_code { 3 } else { 1 };
        }
        String::from_utf8(out).expect("UTF-8").replace("\r\n", "\n")
    }

    proptest! {
        #[test]
        fn what_is_decoded_is_what_was_encoded(subject in "\\PC{1,60}", body in "(\\PC{1,40}\n?){1,60}") {
            let whole = Mailto { address: "o'brien+press@example.org", subject: &subject, body: &body };
            let href = whole.href();
            prop_assert!(href.is_ascii() && !href.contains([' ', '"', '<', '\n']), "{}", href);
            let (address, fields) = href["mailto:".len()..].split_once('?').expect("fields");
            prop_assert_eq!(decode(address), whole.address);
            let (first, second) = fields.split_once("&body=").expect("a body");
            prop_assert_eq!(decode(first.strip_prefix("subject=").expect("a subject")), subject.replace('\r', ""));
            prop_assert_eq!(decode(second), body.replace('\r', ""));
            let (short, is_whole) = whole.href_or("[Paste]");
            prop_assert!(short.len() <= LONGEST);
            prop_assert_eq!(is_whole, href.len() <= LONGEST);
        }
    }

    #[test]
    fn a_link_is_never_too_long() {
        let long = "ж".repeat(1_000);
        let mailto = Mailto { address: "a@example.org", subject: &long, body: &long };
        assert_eq!(mailto.href_or("[Paste]"), ("mailto:a@example.org?body=%5BPaste%5D".to_owned(), false));
        let mailto = Mailto { subject: "Hello & goodbye", ..mailto };
        let (href, is_whole) = mailto.href_or("[Paste]");
        assert_eq!((&*href, is_whole), ("mailto:a@example.org?subject=Hello%20%26%20goodbye&body=%5BPaste%5D", false));
    }
}
