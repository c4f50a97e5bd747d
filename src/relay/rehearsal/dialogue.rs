//! The server's side of one SMTP session (RFC 5321 §4), with the commands that this program's own client sends.
//!
//! It refuses a command at the wrong time or with a wrong argument, so that a rehearsal finds mistakes of the client. It must
//! never reply 250 to the final dot before the message was handed over.

use super::Arrival;
use super::lines::{self, Line, MESSAGE};
use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::sync::mpsc::{SyncSender, TrySendError};

/// The maximum number of recipients of a message (RFC 5321 §4.5.3.1.8).
const RECIPIENTS: usize = 100;

/// The maximum number of wrong commands in a session.
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

/// What a command leads to.
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
                    self.reply("354 end with a dot on a line of its own")?;
                    match lines::message(&mut self.input)? {
                        Some(message) => self.hand_over(message),
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
            ("EHLO", "") => Say("501 5.5.4 the name is missing"),
            ("EHLO", _) => {
                self.clear();
                self.greeted = true;
                // The size of `MESSAGE`.
                Say("250-localhost\r\n250-SIZE 67108864\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES")
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
            ("QUIT", "") => Leave("221 2.0.0 goodbye"),
            ("DATA" | "RSET" | "QUIT", _) => Say("501 5.5.4 no argument allowed"),
            _ => Say("502 5.5.1 command not implemented"),
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
            return "503 5.5.1 the sender is already given";
        }
        let Some((path, parameters)) = path(argument, "FROM:") else { return "501 5.1.7 invalid sender" };
        match parameters.strip_prefix("SIZE=").map(str::parse) {
            None if parameters.is_empty() => {}
            Some(Ok(0..=MESSAGE)) => {}
            Some(Ok(_)) => return "552 5.3.4 message too big",
            _ => return "555 5.5.4 parameter not supported",
        }
        self.from = Some(path.to_owned());
        "250 2.1.0 sender ok"
    }

    fn rcpt(&mut self, argument: &str) -> &'static str {
        if self.from.is_none() {
            return "503 5.5.1 MAIL first";
        }
        match path(argument, "TO:") {
            Some((_, "")) if self.to.len() >= RECIPIENTS => "452 4.5.3 too many recipients",
            Some((path, "")) => {
                self.to.push(path.to_owned());
                "250 2.1.5 recipient ok"
            }
            Some(_) => "555 5.5.4 parameter not supported",
            None => "501 5.1.3 invalid recipient",
        }
    }

    /// Hands a whole message over, and only then accepts it.
    fn hand_over(&mut self, message: Result<Vec<u8>, &'static str>) -> &'static str {
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        let bytes = match message {
            Ok(bytes) => bytes,
            Err(refusal) => return refusal,
        };
        match self.arrivals.try_send(Arrival { from, to, bytes }) {
            Ok(()) => "250 2.0.0 accepted",
            Err(TrySendError::Full(_)) => "452 4.3.1 earlier messages have not been fetched",
            Err(TrySendError::Disconnected(_)) => "421 4.3.2 the rehearsal is over",
        }
    }
}

/// Returns the address and the parameters after `FROM:` or `TO:`.
fn path<'a>(argument: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (head, rest) = argument.split_at_checked(keyword.len())?;
    let (path, parameters) = rest.strip_prefix('<')?.split_once('>')?;
    let (local, domain) = path.split_once('@')?;
    let is_part = |part: &str| !part.is_empty() && !part.contains([' ', '<', '@', '"']);
    let is_valid = head.eq_ignore_ascii_case(keyword) && is_part(local) && is_part(domain);
    (is_valid && (parameters.is_empty() || parameters.starts_with(' '))).then_some((path, parameters.trim()))
}
