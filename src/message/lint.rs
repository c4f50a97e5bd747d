//! Checks the finished bytes of a letter before they are written.
//!
//! It shares no code with what composed them, so that a mistake there, or in a new version of lettre, stops the letter
//! instead of reaching a relay. It must never repair anything or quote a letter: a fault is a rule and a line.

mod structure;

use std::fmt;

/// A rule that the bytes break, and the first line that breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintFault {
    /// The line in the file, from 1.
    pub line: usize,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for LintFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.rule)
    }
}

impl std::error::Error for LintFault {}

/// What RFC 5321, 5322, 2045 and 2046 require of a message, and what this program requires in addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// RFC 5322 §2.3
    #[error("a carriage return without a line feed")]
    BareCr,
    /// RFC 5322 §2.3
    #[error("a line feed without a carriage return")]
    BareLf,
    /// RFC 5321 §4.1.1.4: the final dot needs a line of its own.
    #[error("the message does not end with CRLF")]
    NoEnd,
    /// RFC 5322 §2.2, §3.5
    #[error("a control character other than tab")]
    Control,
    /// RFC 5321 §2.4: without extensions, mail is ASCII.
    #[error("a byte that is not ASCII")]
    EightBit,
    /// RFC 5322 §2.1.1
    #[error("a line of more than 998 bytes")]
    LongLine,
    /// RFC 5322 §2.1.1
    #[error("a header line of more than 78 bytes that could be folded")]
    Unfolded,
    /// RFC 5322 §2.2: a name of printable ASCII and a colon, or a continuation that begins with white space.
    #[error("a header line that is not a header field")]
    NoField,
    /// RFC 5322 §3.2.2
    #[error("a header line of white space only")]
    BlankFold,
    /// RFC 5322 §3.6
    #[error("a header field without a value")]
    NoValue,
    /// RFC 5322 §2.1
    #[error("no blank line between header and body")]
    NoBlankLine,
    /// RFC 5322 §3.6: fields that a letter must have.
    #[error("the header has no `{0}`")]
    Missing(&'static str),
    /// RFC 5322 §3.6: fields that may occur only once.
    #[error("a second `{0}`")]
    Twice(&'static str),
    /// Fields that would reveal other recipients or the letter's route.
    #[error("a `{0}` field, which letters must not have")]
    Forbidden(&'static str),
    /// RFC 2046 §5.1: only `Content-` fields have a meaning in a part.
    #[error("a header field in a part that does not begin with `Content-`")]
    PartField,
    /// RFC 2046 §5.1.1
    #[error("a multipart without a valid boundary")]
    NoBoundary,
    /// RFC 2046 §5.1.1
    #[error("text before the first boundary")]
    Preamble,
    /// RFC 2046 §5.1.1
    #[error("a multipart without a part")]
    NoParts,
    /// RFC 2046 §5.1.1
    #[error("a multipart without its last boundary")]
    Unclosed,
    /// RFC 2046 §5.1.1
    #[error("text after the last boundary")]
    Epilogue,
    /// RFC 2046 §5.1.1: the boundary inside a part.
    #[error("a line that begins like a boundary but is not one")]
    FalseBoundary,
    /// RFC 2045 §6.7
    #[error("a line that is not quoted-printable")]
    NotQuotedPrintable,
}

/// A line without its CRLF, and its number.
type Line<'a> = (usize, &'a [u8]);

/// The first fault of each rule.
#[derive(Default)]
struct Faults(Vec<LintFault>);

impl Faults {
    fn add(&mut self, line: usize, rule: Rule) {
        if self.0.iter().all(|fault| fault.rule != rule) {
            self.0.push(LintFault { line, rule });
        }
    }
}

/// Checks that any relay can accept these bytes. Returns the first line that breaks each rule, in line order.
pub fn lint(bytes: &[u8]) -> Result<(), Vec<LintFault>> {
    let mut faults = Faults::default();
    let lines = lines(bytes, &mut faults);
    structure::message(&lines, &mut faults);
    let mut faults = faults.0;
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The header fields that can differ from letter to letter. In joint letters the first two do not, and `Reply-To` may be
/// missing.
pub(crate) const OWN_FIELDS: [&str; 5] = ["From", "Reply-To", "To", "Subject", "Message-ID"];
const ALWAYS_OWN: usize = 3;

/// The fields that follow these in a letter that follows another one.
pub(crate) const THREAD_FIELDS: [&str; 2] = ["In-Reply-To", "References"];

/// Whether what one letter has of its own breaks no rule, if what all letters share breaks none: its fields
/// ([`OWN_FIELDS`], and perhaps [`THREAD_FIELDS`]), and the encoded text of its parts, both in whole lines. A line of quoted-printable text cannot begin like
/// a boundary, because ours have `=_` in them.
pub(crate) fn is_sound(fields: &[u8], encoded: &[u8]) -> bool {
    let mut faults = Faults::default();
    let mut head = lines(fields, &mut faults);
    head.push((0, b""));
    structure::own_fields(&head, &OWN_FIELDS, ALWAYS_OWN, &THREAD_FIELDS, &mut faults);
    let mut begin = 0;
    let mut ends = memchr::memchr_iter(b'\n', encoded).map(|end| end + 1);
    let is_sound = ends.all(|end| structure::is_sound_line(&encoded[std::mem::replace(&mut begin, end)..end]));
    faults.0.is_empty() && is_sound && begin == encoded.len()
}

/// Whether the header fields of a part, with the blank line after them, break no rule.
pub(crate) fn is_sound_head(head: &[u8]) -> bool {
    let mut faults = Faults::default();
    let lines = lines(head, &mut faults);
    structure::part(1, &lines, &mut faults);
    faults.0.is_empty()
}

/// Splits at line feeds and checks the bytes of each line.
fn lines<'a>(bytes: &'a [u8], faults: &mut Faults) -> Vec<Line<'a>> {
    if bytes.is_empty() {
        faults.add(1, Rule::NoEnd);
    }
    let cut = bytes.split_inclusive(|b| *b == b'\n');
    let lines = cut.zip(1..).map(|(line, number)| {
        let content = match line {
            [content @ .., b'\r', b'\n'] => content,
            [content @ .., b'\n'] => {
                faults.add(number, Rule::BareLf);
                content
            }
            content => {
                faults.add(number, Rule::NoEnd);
                content
            }
        };
        let is_printable = |b: &u8| matches!(b, b' '..=b'~' | b'\t');
        // Without a stop at the first, the compiler looks at many bytes at once.
        if !content.iter().fold(true, |all, b| all & is_printable(b)) {
            for b in content.iter().filter(|b| !is_printable(b)) {
                let rule = match b {
                    b'\r' => Rule::BareCr,
                    0x80.. => Rule::EightBit,
                    _ => Rule::Control,
                };
                faults.add(number, rule);
            }
        }
        if content.len() > 998 {
            faults.add(number, Rule::LongLine);
        }
        (number, content)
    });
    lines.collect()
}

#[cfg(test)]
mod tests;
