//! A list's bytes as text: decoded strictly, one character at a time, with the place of each as an editor counts it.
//!
//! An encoding must never be guessed: it is UTF-8, or what a byte order mark says, or what the settings name. A byte that
//! is not of it ends the text; nothing is ever replaced.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, spans};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE};
use std::io::{self, Cursor, Read};
use std::ops::Range;

/// How many bytes are read, and decoded, at a time.
const CHUNK: usize = 16 * 1024;

/// What the files of spreadsheet programs begin with: a ZIP archive (xlsx, ods) and a compound file (xls).
const SPREADSHEETS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"];

/// Labels worth offering to somebody who misspelt one (Encoding Standard §4.2).
const LABELS: [&str; 14] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "macintosh",
    "shift_jis",
    "gb18030",
];

/// A line and a column in characters, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Position {
    pub(super) const START: Position = Position { line: 1, column: 1 };

    /// Where the next character stands when `c` stands here. A line break is one character, `\n`.
    pub(super) fn after(self, c: char) -> Position {
        match c {
            '\n' => Position { line: self.line.saturating_add(1), column: 1 },
            _ => Position { column: self.column.saturating_add(1), ..self },
        }
    }

    pub(super) fn place(self, file: &str) -> Place {
        Place::at(file, self.line, self.column)
    }
}

/// Why a text ends before its end.
#[derive(Debug)]
pub(super) enum ReadError {
    Read(io::Error),
    /// A byte that is not of this encoding.
    Encoding(&'static Encoding),
}

impl ReadError {
    /// The error as a finding, still without its place.
    pub(super) fn finding(self) -> Finding {
        match self {
            ReadError::Read(error) => {
                Finding::new(Code::ListFile, spans!["the list cannot be read: ", own(error.to_string())])
            }
            ReadError::Encoding(encoding) => {
                let help = if encoding == UTF_8 {
                    "say what it is, such as `encoding = \"windows-1252\"` if Excel saved it, or save it as CSV UTF-8"
                } else {
                    "say in `encoding` what it is, or save it again as CSV UTF-8"
                };
                let what = spans!["from here on the list is not ", encoding.name(), ", which it is read as"];
                Finding::new(Code::ListEncoding, what).help(help)
            }
        }
    }
}

/// The decoded text of a list, and how far it has been read.
pub(super) struct Text {
    input: Box<dyn Read>,
    encoding: &'static Encoding,
    decoder: Decoder,
    bytes: Vec<u8>,
    /// What of `bytes` is not decoded yet.
    pending: Range<usize>,
    decoded: String,
    /// How far `decoded` has been handed out.
    at: usize,
    /// Whether what was handed out is kept, to come back to.
    peeking: bool,
    error: Option<ReadError>,
    /// Whether the decoder has seen the end, or must not be asked again.
    done: bool,
    position: Position,
    /// Whether the last character was a CR, whose LF is part of the same line break.
    after_cr: bool,
}

impl Text {
    /// Begins to read a text. The finding has no place: it speaks of the whole file.
    pub(super) fn open(mut input: Box<dyn Read>, named: Option<&str>) -> Result<Text, Finding> {
        let mut head = Vec::new();
        (&mut input).take(8).read_to_end(&mut head).map_err(|error| ReadError::Read(error).finding())?;
        if SPREADSHEETS.iter().any(|magic| head.starts_with(magic)) {
            return Err(Finding::new(Code::ListFile, "the list is a spreadsheet program's own file, not text")
                .help("open it there and save it as CSV UTF-8"));
        }
        let marked = Encoding::for_bom(&head);
        let encoding = encoding(named, marked.map(|(encoding, _)| encoding))?;
        let rest = head.split_off(marked.map_or(0, |(_, length)| length));
        Ok(Text {
            input: Box::new(Cursor::new(rest).chain(input)),
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            bytes: vec![0; CHUNK],
            pending: 0..0,
            decoded: String::new(),
            at: 0,
            peeking: false,
            error: None,
            done: false,
            position: Position::START,
            after_cr: false,
        })
    }

    /// Where the next character stands.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// The next character; each CRLF, CR and LF is one `\n`. `None` at the end, and ever after a error.
    pub(super) fn next_char(&mut self) -> Result<Option<char>, ReadError> {
        loop {
            let Some(c) = self.decoded[self.at..].chars().next() else {
                if let Some(error) = self.error.take() {
                    return Err(error);
                }
                if self.done {
                    return Ok(None);
                }
                self.refill();
                continue;
            };
            self.at += c.len_utf8();
            let ends_crlf = self.after_cr && c == '\n';
            self.after_cr = c == '\r';
            if !ends_crlf {
                let c = if c == '\r' { '\n' } else { c };
                self.position = self.position.after(c);
                return Ok(Some(c));
            }
        }
    }

    /// What comes up to the next line break outside quotation marks, at most about `limit` bytes; nothing is consumed.
    /// Any quotation mark counts here, for until the delimiter is known nobody can tell which ones open a cell.
    pub(super) fn peek(&mut self, limit: usize) -> Result<String, ReadError> {
        let (at, position, after_cr) = (self.at, self.position, self.after_cr);
        self.peeking = true;
        let (mut seen, mut quoted) = (String::new(), false);
        while let Some(c) = self.next_char()? {
            quoted ^= c == '"';
            if (c == '\n' && !quoted) || seen.len() >= limit {
                break;
            }
            seen.push(c);
        }
        self.peeking = false;
        (self.at, self.position, self.after_cr) = (at, position, after_cr);
        Ok(seen)
    }

    fn refill(&mut self) {
        if !self.peeking {
            self.decoded.clear();
            self.at = 0;
        }
        let mut last = false;
        if self.pending.is_empty() {
            match read(&mut *self.input, &mut self.bytes) {
                Ok(count) => {
                    self.pending = 0..count;
                    last = count == 0;
                }
                Err(error) => return self.stop(ReadError::Read(error)),
            }
        }
        self.decoded.reserve(CHUNK);
        let source = &self.bytes[self.pending.clone()];
        let (result, count) = self.decoder.decode_to_string_without_replacement(source, &mut self.decoded, last);
        self.pending.start += count;
        match result {
            DecoderResult::InputEmpty => self.done = last,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => self.stop(ReadError::Encoding(self.encoding)),
        }
    }

    fn stop(&mut self, error: ReadError) {
        self.error = Some(error);
        self.done = true;
    }
}

fn read(input: &mut dyn Read, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The encoding of a list whose settings name one, or that is marked, or both or neither.
fn encoding(named: Option<&str>, marked: Option<&'static Encoding>) -> Result<&'static Encoding, Finding> {
    let Some(label) = named else { return Ok(marked.unwrap_or(UTF_8)) };
    let Some(named) = Encoding::for_label_no_replacement(label.as_bytes()) else {
        let help = match nearest(label, LABELS) {
            Some(known) => spans!["is `", own(known), "` meant?"],
            None => "name one of the Encoding Standard, such as `windows-1252`".into(),
        };
        let what = spans!["`encoding` is `", file_text(label), "`, which is not known"];
        return Err(Finding::new(Code::ListEncoding, what).help(help));
    };
    match marked {
        None => Ok(named),
        Some(marked) if marked == named => Ok(marked),
        // The label without an end leaves it to the mark.
        Some(marked) if marked == UTF_16BE && label.trim().eq_ignore_ascii_case("utf-16") => Ok(marked),
        Some(marked) => {
            let what = spans!["`encoding` is `", file_text(label), "`, and the list is marked as ", marked.name()];
            Err(Finding::new(Code::ListEncoding, what).help("take `encoding` out of the settings"))
        }
    }
}
