//! Reads a small text file: a template or a press text.
//!
//! A file that is not text, or far too large, must be refused, not read in part.

use crate::diagnostics::spans::{Spans, own, spans};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file, in bytes. A larger one is a mistake, and slow to parse.
const LARGEST: u64 = 1 << 20;

/// Reads UTF-8 text, with LF line ends and without a byte order mark.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn read(path: &Path) -> Result<String, Spans> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(spans!["it is larger than ", LARGEST >> 10, " KiB"]);
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        spans!["line ", line, " is not UTF-8: save the file as plain text in UTF-8"]
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

pub(super) fn unreadable(cause: io::Error) -> Spans {
    spans!["it cannot be read: ", own(cause.to_string())]
}
