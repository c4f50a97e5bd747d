//! Decodes a list's bytes strictly, one character at a time, with its position as an editor counts it.
//!
//! The encoding must never be guessed: it is UTF-8, the one of a byte order mark, or the one in the settings. An invalid byte
//! ends the text and is not replaced.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::{Finding, nearest};
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{file_text, own, spans};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE};
use std::io::{self, Cursor, Read};
use std::ops::Range;

/// How many bytes are read and decoded at a time.
const CHUNK: usize = 16 * 1024;

/// The first bytes of spreadsheet files: a ZIP archive (xlsx, ods) and a compound file (xls).
const SPREADSHEETS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"];

/// Labels to suggest for a misspelt one (Encoding Standard §4.2).
const LABELS: [&str; 14] = [
    "utf-8", "utf-16le", "utf-16be", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "iso-8859-1", "iso-8859-2", "iso-8859-15", "macintosh", "shift_jis", "gb18030",
];

/// A line and a column in characters, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Position {
    pub(super) const START: Position = Position { line: 1, column: 1 };

    /// Returns the position after `c`. A line break is one character, `\n`.
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

/// Why a text could not be read to its end.
#[derive(Debug)]
pub(super) enum ReadError {
    Read(io::Error),
    /// A byte that is invalid in this encoding.
    Encoding(&'static Encoding),
}

impl ReadError {
    /// Returns the error as a finding without a place.
    pub(super) fn finding(self) -> Finding {
        match self {
            ReadError::Read(error) => {
                Finding::new(Code::ListFile, spans!["the list cannot be read: ", own(error.to_string())])
            }
            ReadError::Encoding(encoding) => {
                let help = if encoding == UTF_8 {
                    "set its encoding, such as `encoding = \"windows-1252\"` for a file from Excel, or save it as CSV UTF-8"
                } else {
                    "correct `encoding`, or save the list as CSV UTF-8"
                };
                let what = spans!["this byte is not valid ", encoding.name()];
                Finding::new(Code::ListEncoding, what).help(help)
            }
        }
    }
}

/// The decoded text of a list, and the current position in it.
pub(super) struct Text {
    input: Box<dyn Read>,
    encoding: &'static Encoding,
    decoder: Decoder,
    bytes: Vec<u8>,
    /// The range of `bytes` that is not decoded yet.
    pending: Range<usize>,
    decoded: String,
    /// How much of `decoded` has been returned.
    at: usize,
    /// Whether `decoded` is kept, to go back.
    peeking: bool,
    error: Option<ReadError>,
    /// Whether the decoder has seen the end or an error.
    done: bool,
    position: Position,
    /// Whether the last character was a CR, whose LF is part of the same line break.
    after_cr: bool,
}

impl Text {
    /// Starts to read a text. The finding has no place: it is about the whole file.
    pub(super) fn open(mut input: Box<dyn Read>, named: Option<&str>) -> Result<Text, Finding> {
        let mut head = Vec::new();
        (&mut input).take(8).read_to_end(&mut head).map_err(|error| ReadError::Read(error).finding())?;
        if SPREADSHEETS.iter().any(|magic| head.starts_with(magic)) {
            return Err(Finding::new(Code::ListFile, "this is a spreadsheet file, not CSV")
                .help("open it in the spreadsheet program and save it as CSV UTF-8"));
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

    /// Returns the position of the next character.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Returns the next character; CRLF, CR and LF are each one `\n`. `None` at the end and after an error.
    pub(super) fn next_char(&mut self) -> Result<Option<char>, ReadError> {
        if let Some(byte @ b' '..=b'~') = self.decoded.as_bytes().get(self.at) {
            self.at += 1;
            self.after_cr = false;
            self.position.column = self.position.column.saturating_add(1);
            return Ok(Some(char::from(*byte)));
        }
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

    /// Returns the characters up to the next line break, quotation mark or delimiter, as far as they are decoded; can be
    /// empty. It is for speed: [`next_char`](Text::next_char) returns what follows.
    pub(super) fn next_run(&mut self, delimiter: char) -> &str {
        let rest = &self.decoded[self.at..];
        let ends = |c: char| matches!(c, '\n' | '\r' | '"') || c == delimiter;
        let (mut length, mut columns) = (0, 0);
        for byte in rest.bytes() {
            if !byte.is_ascii() {
                let run = &rest[..rest.find(ends).unwrap_or(rest.len())];
                (length, columns) = (run.len(), run.chars().count());
                break;
            }
            if ends(char::from(byte)) {
                break;
            }
            (length, columns) = (length + 1, columns + 1);
        }
        if length > 0 {
            self.at += length;
            self.after_cr = false;
            self.position.column = self.position.column.saturating_add(columns as u32);
        }
        &self.decoded[self.at - length..self.at]
    }

    /// Returns the text up to the next line break outside quotation marks, at most about `limit` bytes, without consuming
    /// it. Every quotation mark counts, since the delimiter is not known yet.
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

/// Returns the encoding of a file's bytes, and the length of its byte order mark.
pub(super) fn detect(bytes: &[u8], named: Option<&str>) -> Result<(&'static Encoding, usize), Finding> {
    let marked = Encoding::for_bom(bytes);
    Ok((encoding(named, marked.map(|(encoding, _)| encoding))?, marked.map_or(0, |(_, length)| length)))
}

/// The finding for a list in whose encoding nothing can be inserted.
pub(super) fn unsupported(encoding: &'static Encoding) -> Finding {
    Finding::new(Code::ListEncoding, spans!["a list in ", encoding.name(), " cannot be changed in place"])
}

/// Returns the encoding named in the settings or marked in the file, or UTF-8.
fn encoding(named: Option<&str>, marked: Option<&'static Encoding>) -> Result<&'static Encoding, Finding> {
    let Some(label) = named else { return Ok(marked.unwrap_or(UTF_8)) };
    let Some(named) = Encoding::for_label_no_replacement(label.as_bytes()) else {
        let help = match nearest(label, LABELS) {
            Some(known) => spans!["did you mean `", own(known), "`?"],
            None => "use a label of the Encoding Standard, such as `windows-1252`".into(),
        };
        return Err(Finding::new(Code::ListEncoding, spans!["unknown encoding `", file_text(label), "`"]).help(help));
    };
    match marked {
        None => Ok(named),
        Some(marked) if marked == named => Ok(marked),
        // This label has no byte order; the mark decides.
        Some(marked) if marked == UTF_16BE && label.trim().eq_ignore_ascii_case("utf-16") => Ok(marked),
        Some(marked) => {
            let what = spans!["`encoding` is `", file_text(label), "`, but the list is marked as ", marked.name()];
            Err(Finding::new(Code::ListEncoding, what).help("remove `encoding` from the settings"))
        }
    }
}
