//! The line to the relay: octets out, answers in, over TCP or TLS.
//!
//! Every wait has an end, and whatever arrives has a bound. What arrived before it was asked for must never be taken for
//! the answer to something that was said later; above all, nothing that came in clear may be read as said under TLS.

use super::deadline::Deadline;
use super::failure::Failure;
use super::reply::{LONGEST_LINE, ReplyParser, SmtpReply, shown};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// A connection.
pub(super) struct Connection {
    stream: Stream,
    /// What has arrived and was not read as an answer yet.
    unread: Vec<u8>,
}

enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Connection {
    /// A connection in clear over this stream.
    pub(super) fn new(tcp: TcpStream) -> io::Result<Self> {
        // What belongs together is written in one piece: nothing is gained by waiting for more.
        tcp.set_nodelay(true)?;
        let timed = Timed { tcp, deadline: Deadline::after(Duration::ZERO), set: Duration::ZERO, waits: true };
        Ok(Connection { stream: Stream::Plain(timed), unread: Vec::new() })
    }

    /// The same under TLS, once the relay has proved by its certificate that it is `name`.
    ///
    /// # Errors
    /// [`Failure::Early`] where something came in clear behind the last answer: anyone on the way could have put it
    /// there (USENIX Security 2021, "Why TLS is better without STARTTLS"). What comes later meets TLS itself, and breaks
    /// the handshake.
    pub(super) fn protect(
        self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        deadline: Deadline,
    ) -> Result<Self, Failure> {
        if !self.unread.is_empty() {
            return Err(Failure::Early(shown(&self.unread)));
        }
        let Stream::Plain(mut timed) = self.stream else { return Ok(self) };
        timed.deadline = deadline;
        let mut tls = ClientConnection::new(config, name).map_err(Failure::Tls)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut timed)?;
        }
        Ok(Connection { stream: Stream::Tls(Box::new(StreamOwned::new(tls, timed))), unread: Vec::new() })
    }

    /// The version of TLS, where there is any.
    pub(super) fn version(&self) -> Option<&'static str> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(tls) => Some(match tls.conn.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                _ => "TLS",
            }),
        }
    }

    /// Says this in one piece.
    ///
    /// # Errors
    /// [`Failure::Early`], and nothing is said, where an answer has arrived that nobody asked for.
    pub(super) fn say(&mut self, octets: &[u8], deadline: Deadline) -> Result<(), Failure> {
        if !self.unread.is_empty() {
            return Err(Failure::Early(shown(&self.unread)));
        }
        self.timed().deadline = deadline;
        match &mut self.stream {
            Stream::Plain(timed) => timed.write_all(octets)?,
            Stream::Tls(tls) => tls.write_all(octets).and_then(|()| tls.flush())?,
        }
        Ok(())
    }

    /// Reads the next answer.
    pub(super) fn hear(&mut self, deadline: Deadline) -> Result<SmtpReply, Failure> {
        self.timed().deadline = deadline;
        let mut hearing = ReplyParser::default();
        loop {
            let line = self.line()?;
            if let Some(heard) = hearing.take(&line).map_err(Failure::Nonsense)? {
                return Ok(heard);
            }
        }
    }

    /// Whether the relay has said something, or gone, unasked; without waiting for it.
    pub(super) fn has_more(&mut self) -> Result<bool, Failure> {
        if !self.unread.is_empty() {
            return Ok(true);
        }
        self.timed().wait(false)?;
        let more = self.read_some();
        self.timed().wait(true)?;
        match more {
            Ok(()) => Ok(true),
            Err(Failure::Silent) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Ends TLS in order, so that the other side knows that nothing was cut off (RFC 8446 §6.1).
    pub(super) fn close(mut self, deadline: Deadline) {
        self.timed().deadline = deadline;
        if let Stream::Tls(tls) = &mut self.stream {
            tls.conn.send_close_notify();
            // There is nobody left to tell.
            let _ = tls.flush();
        }
    }

    /// The next line, with its end.
    fn line(&mut self) -> Result<Vec<u8>, Failure> {
        let mut searched = 0;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.unread[searched..]) {
                let rest = self.unread.split_off(searched + at + 1);
                return Ok(std::mem::replace(&mut self.unread, rest));
            }
            searched = self.unread.len();
            if searched > LONGEST_LINE {
                let told = format!("a line of more than {LONGEST_LINE} octets: {}", shown(&self.unread));
                return Err(Failure::Nonsense(told));
            }
            self.read_some()?;
        }
    }

    /// Waits until something has arrived.
    fn read_some(&mut self) -> Result<(), Failure> {
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
            return Err(Failure::Lost(ErrorKind::UnexpectedEof.into()));
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

/// A stream on which no wait goes beyond a deadline, however many reads and writes it takes.
struct Timed {
    tcp: TcpStream,
    deadline: Deadline,
    /// How long the system was last told to wait.
    set: Duration,
    /// Whether anything is waited for at all.
    waits: bool,
}

impl Timed {
    /// Whether reads and writes are to wait.
    fn wait(&mut self, waits: bool) -> io::Result<()> {
        self.waits = waits;
        self.tcp.set_nonblocking(!waits)
    }

    /// Has the system wait no longer than what is left, or a little; a wait that ends sooner is begun again.
    fn arm(&mut self) -> io::Result<()> {
        let left = self.deadline.left().ok_or(ErrorKind::TimedOut)?;
        // Patience changes from step to step: to tell the system each time would cost every letter some calls to it.
        if self.set > left.saturating_add(left / 16) || self.set < left / 16 {
            let set = left.saturating_add(left / 32);
            self.tcp.set_read_timeout(Some(set))?;
            self.tcp.set_write_timeout(Some(set))?;
            self.set = set;
        }
        Ok(())
    }

    /// Tries until the deadline has passed. Where nothing is waited for, it is tried once.
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
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.until(|tcp| tcp.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}
