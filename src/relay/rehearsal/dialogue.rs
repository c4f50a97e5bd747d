//! The server's side of one SMTP session (RFC 5321 §4), correct enough for any client.
//!
//! A reply must never promise more than has been done: 250 to the final dot comes after the message has been handed over.

use super::Arrival;
use super::lines::{self, Line, MESSAGE};
use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::sync::mpsc::{SyncSender, TrySendError};

/// How many recipients a message can have (RFC 5321 §4.5.3.1.8).
const RECIPIENTS: usize = 100;

/// How many commands of a session can be wrong before it ends.
const ERRORS: u32 = 20;

/// A session.
pub(super) struct ServerSession<'a> {
    input: BufReader<&'a TcpStream>,
    output: &'a TcpStream,
    arrivals: &'a SyncSender<Arrival>,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
    errors: u32,
}

/// What to do with a command.
enum Next {
    /// Reply.
    Say(&'static str),
    /// Read a message.
    Message,
    /// Reply and end the session.
    Leave(&'static str),
}
use Next::{Leave, Message, Say};

impl<'a> ServerSession<'a> {
    pub(super) fn new(stream: &'a TcpStream, arrivals: &'a SyncSender<Arrival>) -> Self {
        let input = BufReader::new(stream);
        ServerSession { input, output: stream, arrivals, greeted: false, from: None, to: Vec::new(), errors: 0 }
    }

    /// Runs the session until the client leaves.
    pub(super) fn run(&mut self) -> io::Result<()> {
        self.reply("220 localhost rehearsal relay")?;
        loop {
            let next = match lines::command(&mut self.input)? {
                Line::Command(line) => self.dispatch(&line),
                Line::Bad(reply) => Say(reply),
                Line::End => return Ok(()),
            };
            let reply = match next {
                Say(reply) => reply,
                Message => {
                    self.reply("354 end with a dot on a line by itself")?;
                    match lines::message(&mut self.input)? {
                        Some(message) => self.take(message),
                        None => return Ok(()),
                    }
                }
                Leave(reply) => return self.reply(reply),
            };
            self.reply(reply)?;
            self.errors += u32::from(reply.starts_with('5'));
            if self.errors >= ERRORS {
                return self.reply("421 4.7.0 too many errors");
            }
        }
    }

    fn reply(&mut self, reply: &str) -> io::Result<()> {
        self.output.write_all(format!("{reply}\r\n").as_bytes())
    }

    fn dispatch(&mut self, line: &str) -> Next {
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let argument = argument.trim();
        match (verb.to_ascii_uppercase().as_str(), argument) {
            ("EHLO" | "HELO", "") => Say("501 5.5.4 say your name"),
            ("EHLO", _) => {
                self.clear();
                self.greeted = true;
                // As large as `MESSAGE`.
                Say("250-localhost\r\n250-SIZE 67108864\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES")
            }
            ("HELO", _) => {
                self.clear();
                self.greeted = true;
                Say("250 localhost")
            }
            ("MAIL", _) => Say(self.mail(argument)),
            ("RCPT", _) => Say(self.rcpt(argument)),
            ("DATA", "") if self.from.is_none() => Say("503 5.5.1 MAIL first"),
            ("DATA", "") if self.to.is_empty() => Say("554 5.5.1 no recipients"),
            ("DATA", "") => Message,
            ("RSET", "") => {
                self.clear();
                Say("250 2.0.0 reset")
            }
            ("NOOP", _) => Say("250 2.0.0 still here"),
            ("QUIT", "") => Leave("221 2.0.0 goodbye"),
            ("VRFY", _) => Say("252 2.1.5 send and see"),
            ("HELP", _) => Say("214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP"),
            ("DATA" | "RSET" | "QUIT", _) => Say("501 5.5.4 no argument here"),
            ("AUTH" | "STARTTLS" | "EXPN" | "TURN", _) => Say("502 5.5.1 not offered"),
            _ => Say("500 5.5.2 no such command"),
        }
    }

    fn clear(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn mail(&mut self, argument: &str) -> &'static str {
        if !self.greeted {
            return "503 5.5.1 EHLO first";
        }
        if self.from.is_some() {
            return "503 5.5.1 one sender is enough";
        }
        let Some((path, parameters)) = path(argument, "FROM:").filter(|(path, _)| path.is_empty() || is_mailbox(path))
        else {
            return "501 5.1.7 no sender's address";
        };
        for parameter in parameters.split_whitespace().map(str::to_ascii_uppercase) {
            match parameter.split_once('=') {
                Some(("SIZE", size)) => match size.parse::<usize>() {
                    Ok(size) if size <= MESSAGE => {}
                    Ok(_) => return "552 5.3.4 message too big",
                    Err(_) => return "501 5.5.4 no size",
                },
                Some(("BODY", "7BIT" | "8BITMIME")) => {}
                _ => return "555 5.5.4 parameter not offered",
            }
        }
        self.from = Some(path);
        "250 2.1.0 sender ok"
    }

    fn rcpt(&mut self, argument: &str) -> &'static str {
        if self.from.is_none() {
            return "503 5.5.1 MAIL first";
        }
        let postmaster = |path: &str| path.eq_ignore_ascii_case("postmaster");
        match path(argument, "TO:") {
            Some((path, "")) if is_mailbox(&path) || postmaster(&path) => {
                if self.to.len() >= RECIPIENTS {
                    return "452 4.5.3 too many recipients";
                }
                self.to.push(path);
                "250 2.1.5 recipient ok"
            }
            Some((path, _)) if is_mailbox(&path) => "555 5.5.4 parameter not offered",
            _ => "501 5.1.3 no recipient's address",
        }
    }

    /// Hands a whole message over, and only then accepts it.
    fn take(&mut self, message: Result<Vec<u8>, &'static str>) -> &'static str {
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        let bytes = match message {
            Ok(bytes) => bytes,
            Err(refusal) => return refusal,
        };
        match self.arrivals.try_send(Arrival { from, to, bytes }) {
            Ok(()) => "250 2.0.0 taken",
            Err(TrySendError::Full(_)) => "452 4.3.1 earlier messages have not been fetched",
            Err(TrySendError::Disconnected(_)) => "421 4.3.2 the rehearsal is over",
        }
    }
}

/// The path and the parameters after `FROM:` or `TO:`. A space after the colon is wrong and common.
fn path<'a>(argument: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let (head, rest) = argument.split_at_checked(keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let rest = rest.trim_start().strip_prefix('<')?;
    let end = unquoted(rest, '>')?;
    let (path, parameters) = (&rest[..end], &rest[end + 1..]);
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return None;
    }
    // A source route is to be ignored (RFC 5321 §4.1.1.3).
    let path = match path.starts_with('@') {
        true => path.split_once(':')?.1,
        false => path,
    };
    Some((path.into(), parameters.trim()))
}

/// Finds `wanted` outside a quoted string (RFC 5321 §4.1.2).
fn unquoted(text: &str, wanted: char) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == wanted && !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether there is a local part and a domain; their syntax is not checked further.
fn is_mailbox(path: &str) -> bool {
    unquoted(path, '@').is_some_and(|at| {
        let (local, domain) = (&path[..at], &path[at + 1..]);
        let plain = |part: &str| !part.is_empty() && !part.contains([' ', '<', '>', '@']);
        (plain(local) || local.starts_with('"') && local.len() > 2) && plain(domain)
    })
}
