//! A connection over TCP or TLS that writes bytes and reads replies.
//!
//! Every wait has a deadline, and every input a size limit. Input that arrived before a command must never be read as the
//! reply to it, and input received in clear must never be read as received under TLS.

use super::deadline::Deadline;
use super::reply::{LONGEST_LINE, ReplyParser, SmtpReply, excerpt};
use super::transport::TransportError;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// A connection.
pub(super) struct Connection {
    stream: Stream,
    /// Input that has not been parsed yet.
    unread: Vec<u8>,
}

enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Connection {
    /// Wraps a stream, without TLS.
    pub(super) fn new(tcp: TcpStream) -> io::Result<Self> {
        // Everything is written in one piece, so Nagle's algorithm would only delay it.
        tcp.set_nodelay(true)?;
        let timed = Timed { tcp, deadline: Deadline::after(Duration::ZERO), set: Duration::ZERO, waits: true };
        Ok(Connection { stream: Stream::Plain(timed), unread: Vec::new() })
    }

    /// Starts TLS and verifies that the relay's certificate is valid for `name`.
    ///
    /// # Errors
    /// [`TransportError::Unsolicited`] if something arrived in clear after the last reply, which anybody on the path could have
    /// injected (USENIX Security 2021, "Why TLS is better without STARTTLS"). Anything later breaks the handshake.
    pub(super) fn start_tls(
        self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        deadline: Deadline,
    ) -> Result<Self, TransportError> {
        if !self.unread.is_empty() {
            return Err(TransportError::Unsolicited(excerpt(&self.unread)));
        }
        let Stream::Plain(mut timed) = self.stream else { return Ok(self) };
        timed.deadline = deadline;
        let mut tls = ClientConnection::new(config, name).map_err(TransportError::Tls)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut timed)?;
        }
        Ok(Connection { stream: Stream::Tls(Box::new(StreamOwned::new(tls, timed))), unread: Vec::new() })
    }

    /// Returns the TLS version, if there is TLS.
    pub(super) fn tls_version(&self) -> Option<&'static str> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(tls) => Some(match tls.conn.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                _ => "TLS",
            }),
        }
    }

    /// Writes all bytes in one piece.
    ///
    /// # Errors
    /// [`TransportError::Unsolicited`], without writing anything, if there is unread input.
    pub(super) fn write(&mut self, bytes: &[u8], deadline: Deadline) -> Result<(), TransportError> {
        if !self.unread.is_empty() {
            return Err(TransportError::Unsolicited(excerpt(&self.unread)));
        }
        self.timed().deadline = deadline;
        match &mut self.stream {
            Stream::Plain(timed) => timed.write_all(bytes)?,
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush())?,
        }
        Ok(())
    }

    /// Reads the next reply.
    pub(super) fn read_reply(&mut self, deadline: Deadline) -> Result<SmtpReply, TransportError> {
        self.timed().deadline = deadline;
        let mut parser = ReplyParser::default();
        loop {
            let line = self.read_line()?;
            if let Some(reply) = parser.add(&line).map_err(TransportError::Malformed)? {
                return Ok(reply);
            }
        }
    }

    /// The codes of the whole replies that have arrived and are not read yet.
    pub(super) fn arrived_codes(&self) -> impl Iterator<Item = u16> {
        let whole = self.unread.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        let last = whole.filter(|line| line.get(3) != Some(&b'-'));
        last.map(|line| {
            std::str::from_utf8(&line[..line.len().min(3)]).ok().and_then(|code| code.parse().ok()).unwrap_or(0)
        })
    }

    /// Waits until so many whole replies have arrived. What ends the wait early is found again by whoever reads them.
    pub(super) fn await_replies(&mut self, replies: usize, deadline: Deadline) {
        self.timed().deadline = deadline;
        let all = |line: &Self| line.arrived_codes().take(replies).count() == replies;
        while !all(self) && self.unread.len() < LONGEST_LINE && self.read_some().is_ok() {}
    }

    /// Whether the relay has sent something or closed the connection, without waiting for it.
    pub(super) fn has_input(&mut self) -> Result<bool, TransportError> {
        if !self.unread.is_empty() {
            return Ok(true);
        }
        self.timed().wait(false)?;
        let more = self.read_some();
        self.timed().wait(true)?;
        match more {
            Ok(()) => Ok(true),
            Err(TransportError::Timeout) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends close_notify, so that the relay knows that nothing was truncated (RFC 8446 §6.1).
    pub(super) fn close(mut self, deadline: Deadline) {
        self.timed().deadline = deadline;
        if let Stream::Tls(tls) = &mut self.stream {
            tls.conn.send_close_notify();
            // An error does not matter any more.
            let _ = tls.flush();
        }
    }

    /// Reads the next line, with its line end.
    fn read_line(&mut self) -> Result<Vec<u8>, TransportError> {
        let mut searched = 0;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.unread[searched..]) {
                let rest = self.unread.split_off(searched + at + 1);
                return Ok(std::mem::replace(&mut self.unread, rest));
            }
            searched = self.unread.len();
            if searched > LONGEST_LINE {
                let text = format!("a line of more than {LONGEST_LINE} bytes: {}", excerpt(&self.unread));
                return Err(TransportError::Malformed(text));
            }
            self.read_some()?;
        }
    }

    /// Reads available input, or waits for some.
    fn read_some(&mut self) -> Result<(), TransportError> {
        let mut some = [0; LONGEST_LINE];
        let length = loop {
            let read = match &mut self.stream {
                Stream::Plain(timed) => timed.read(&mut some),
                Stream::Tls(tls) => tls.read(&mut some),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        if length == 0 {
            return Err(TransportError::Disconnected(ErrorKind::UnexpectedEof.into()));
        }
        self.unread.extend_from_slice(&some[..length]);
        Ok(())
    }

    fn timed(&mut self) -> &mut Timed {
        match &mut self.stream {
            Stream::Plain(timed) => timed,
            Stream::Tls(tls) => &mut tls.sock,
        }
    }
}

/// A stream with one deadline for any number of reads and writes.
struct Timed {
    tcp: TcpStream,
    deadline: Deadline,
    /// The socket timeout that was set last.
    set: Duration,
    /// Whether reads block.
    waits: bool,
}

impl Timed {
    /// Switches blocking on or off.
    fn wait(&mut self, waits: bool) -> io::Result<()> {
        self.waits = waits;
        self.tcp.set_nonblocking(!waits)
    }

    /// Sets the socket timeout to about the time left. A wait that ends sooner is repeated.
    fn arm(&mut self) -> io::Result<()> {
        let left = self.deadline.left().ok_or(ErrorKind::TimedOut)?;
        // Setting it exactly each time would cost several system calls per letter.
        if self.set > left.saturating_add(left / 16) || self.set < left / 16 {
            let set = left.saturating_add(left / 32);
            self.tcp.set_read_timeout(Some(set))?;
            self.tcp.set_write_timeout(Some(set))?;
            self.set = set;
        }
        Ok(())
    }

    /// Repeats an operation until it succeeds or the deadline passes; tries it once if reads do not block.
    fn until<T>(&mut self, mut attempt: impl FnMut(&mut TcpStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            self.arm()?;
            match attempt(&mut self.tcp) {
                Err(error) if self.waits && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                done => return done,
            }
        }
    }
}

impl Read for Timed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.until(|tcp| tcp.read(into))
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.until(|tcp| tcp.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}
