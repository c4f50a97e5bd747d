//! Derived names: digests, Message-IDs, boundaries and file names.
//!
//! They are computed only from the campaign and the letter. They must never depend on a clock, randomness, the host name or
//! the order in which letters are written.

use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A SHA-256 digest, written `sha256:` and 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; SHA256_OUTPUT_LEN]);

impl Digest {
    /// Computes the digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut digester = Digester::new();
        digester.update(bytes);
        digester.finish()
    }

    /// Computes the digest of several parts, each preceded by its length (64 bits, big-endian), so that moving a byte from one
    /// part to the next changes the digest.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let length: usize = parts.iter().map(|part| 8 + part.len()).sum();
        let mut all = Vec::with_capacity(length);
        for part in parts {
            all.extend_from_slice(&(part.len() as u64).to_be_bytes());
            all.extend_from_slice(part);
        }
        Digest::of(&all)
    }

    /// Its 32 bytes.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// The first `digits` hexadecimal digits, at most 64.
    fn hex(&self, digits: usize) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = String::with_capacity(2 * self.0.len());
        for byte in self.0.iter().take(digits.div_ceil(2)) {
            hex.push(DIGITS[usize::from(byte >> 4)].into());
            hex.push(DIGITS[usize::from(byte & 15)].into());
        }
        hex.truncate(digits);
        hex
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex(2 * SHA256_OUTPUT_LEN))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is not `sha256:` and 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: it should be `sha256:` and 64 hexadecimal digits in lower case")]
pub struct InvalidDigest;

impl FromStr for Digest {
    type Err = InvalidDigest;

    /// Parses exactly what `Display` writes. A digest has only one spelling, so its texts can be compared.
    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let hex = text.strip_prefix("sha256:").filter(|hex| hex.bytes().all(is_digit)).ok_or(InvalidDigest)?;
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        if hex.len() != 2 * bytes.len() {
            return Err(InvalidDigest);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).map_err(|_| InvalidDigest)?;
        }
        Ok(Digest(bytes))
    }
}

impl Digest {
    /// Its first 64 bits, for tables in memory.
    pub(crate) fn short(&self) -> u64 {
        self.0.iter().take(8).fold(0, |short, byte| short << 8 | u64::from(*byte))
    }
}

/// Computes a digest incrementally; also of what is written to it.
#[derive(Clone)]
pub struct Digester(Context);

impl Digester {
    /// Starts a digest.
    pub fn new() -> Self {
        Digester(Context::new(&SHA256))
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of all bytes added.
    pub fn finish(self) -> Digest {
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(self.0.finish().as_ref());
        Digest(bytes)
    }
}

impl Default for Digester {
    fn default() -> Self {
        Digester::new()
    }
}

impl Write for Digester {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Digester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digester")
    }
}

/// Derives a digest for one purpose: a Message-ID must not reveal the boundary, or the reverse.
fn derived(purpose: &str, campaign_id: &str, letter_id: &str, digits: usize) -> String {
    Digest::of_parts(&[purpose.as_bytes(), campaign_id.as_bytes(), letter_id.as_bytes()]).hex(digits)
}

/// Returns the letter's Message-ID with its angle brackets (RFC 5322 §3.6.4). `domain` must be ASCII.
pub fn message_id(campaign_id: &str, letter_id: &str, domain: &str) -> String {
    ["<", &derived("message-id", campaign_id, letter_id, 40), "@", domain, ">"].concat()
}

/// Returns the id of a letter in this edition of a campaign's letter: from the second one on, the edition is part of
/// it.
pub fn letter_id(id: Cow<'_, str>, edition: u32) -> Cow<'_, str> {
    if edition <= 1 { id } else { format!("{id}/{edition}").into() }
}

/// Returns the recipient's id and the edition of a letter with this id.
pub fn split_letter_id(letter_id: &str) -> (&str, u32) {
    let parts = letter_id.rsplit_once('/').and_then(|(id, edition)| Some((id, edition, edition.parse().ok()?)));
    match parts {
        Some((id, text, edition)) if edition > 1 && !text.starts_with(['0', '+']) => (id, edition),
        _ => (letter_id, 1),
    }
}

/// The longest Message-ID that is repeated, with its brackets, so that its line stays within RFC 5322 §2.1.1.
const LONGEST: usize = 250;

/// Whether a text is a Message-ID with its angle brackets (RFC 5322 §3.6.4), without the quoted and obsolete forms.
pub fn is_message_id(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let is_dot_atom = |part: &str| {
        let is_atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        part.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
    };
    text.len() <= LONGEST
        && inner
            .and_then(|inner| inner.split_once('@'))
            .is_some_and(|(left, right)| is_dot_atom(left) && is_dot_atom(right))
}

/// Which parts a boundary is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// The text and the HTML.
    Alternative,
    /// The HTML and its images.
    Related,
    /// The letter and its attachments.
    Mixed,
}

/// Returns a boundary between the letter's parts (RFC 2046 §5.1.1). It begins with `=_`, which cannot occur in quoted-printable
/// text (RFC 2045 §6.7) or in base64, and must be quoted in `Content-Type`.
pub fn boundary(between: Boundary, campaign_id: &str, letter_id: &str) -> String {
    let purpose = match between {
        Boundary::Alternative => "boundary",
        Boundary::Related => "boundary-related",
        Boundary::Mixed => "boundary-mixed",
    };
    ["=_", &derived(purpose, campaign_id, letter_id, 32)].concat()
}

/// The maximum length of a letter's id in a file name, in characters.
const SLUG: usize = 40;

/// Returns the letter's file name: its number, its id in ASCII small letters, digits and single hyphens, and `.eml`, as in
/// `00001-ceo-northlight-example.eml`. An id without ASCII letters and digits is replaced by its digest.
pub fn file_name(number: u32, letter_id: &str) -> String {
    let mut slug = String::with_capacity(SLUG);
    let push = |c: char| {
        if slug.len() == SLUG {
            return;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    };
    match letter_id.is_ascii() {
        true => letter_id.chars().for_each(push),
        false => letter_id.nfkd().filter(|c| !is_combining_mark(*c)).for_each(push),
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() {
        slug = Digest::of(letter_id.as_bytes()).hex(8);
    }
    format!("{number:05}-{slug}.eml")
}

#[cfg(test)]
mod tests;
