//! Reads command lines, and messages up to their final dot, with limits.
//!
//! It must never use more memory than the limits, and only CRLF may end a line or a message: a less strict server can be made
//! to see two messages in one.

use std::io::{self, BufRead, Read};

/// The maximum length of a command line with its end, in bytes: 512 (RFC 5321 §4.5.3.1.4), and room for parameters.
const COMMAND: usize = 1_024;

/// The maximum length of a message line with its end, in bytes (RFC 5321 §4.5.3.1.6).
const TEXT_LINE: usize = 1_000;

/// The maximum size of a message, in bytes.
pub(super) const MESSAGE: usize = 64 << 20;

/// A line from the client.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A command, without its line end.
    Command(String),
    /// Too long, not ASCII, or without CRLF: the reply to it.
    Bad(&'static str),
    /// The client has closed the connection.
    End,
}

/// Reads the next command.
pub(super) fn command(input: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    input.by_ref().take(COMMAND as u64).read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        if line.len() < COMMAND {
            return Ok(Line::End);
        }
        while !line.ends_with(b"\n") {
            line.clear();
            if input.by_ref().take(COMMAND as u64).read_until(b'\n', &mut line)? == 0 {
                return Ok(Line::End);
            }
        }
        return Ok(Line::Bad("500 5.5.2 line too long"));
    }
    let Some(text) = line.strip_suffix(b"\r\n") else {
        return Ok(Line::Bad("500 5.5.2 a line ends with CRLF"));
    };
    match std::str::from_utf8(text) {
        Ok(text) if text.chars().all(|c| c.is_ascii() && !c.is_ascii_control()) => Ok(Line::Command(text.into())),
        _ => Ok(Line::Bad("500 5.5.2 a command is printable ASCII")),
    }
}

/// Reads a message up to its final dot. Returns its bytes without the doubled dots, or the reply that refuses it; `None` if
/// the client disconnects before the dot.
pub(super) fn message(input: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, &'static str>>> {
    let mut message = Vec::new();
    let mut refusal = None;
    let mut at_start = true;
    loop {
        let begin = message.len();
        // One byte more than a line with a doubled dot can have.
        if input.by_ref().take(TEXT_LINE as u64 + 2).read_until(b'\n', &mut message)? == 0 {
            return Ok(None);
        }
        let line = &message[begin..];
        if at_start && line == b".\r\n" {
            message.truncate(begin);
            return Ok(Some(refusal.map_or(Ok(message), Err)));
        }
        let doubled = usize::from(at_start && line.starts_with(b"."));
        at_start = line.ends_with(b"\r\n");
        let fault = match line.strip_suffix(b"\r\n") {
            Some(text) if text.contains(&b'\r') => Some("550 5.6.11 a CR without its LF"),
            Some(_) if line.len() - doubled <= TEXT_LINE => None,
            None if line.ends_with(b"\n") => Some("550 5.6.11 an LF without its CR"),
            _ => Some("500 5.6.0 line too long"),
        };
        refusal = refusal.or(fault);
        message.drain(begin..begin + doubled);
        if message.len() > MESSAGE {
            refusal = refusal.or(Some("552 5.3.4 message too big"));
        }
        if refusal.is_some() {
            message.clear();
        }
    }
}
