//! A connection on the relay's side, plain or TLS, that reads exactly as much as a test needs.
//!
//! The last byte is left unread until the next step: closing a socket with unread input resets the connection, and
//! closing one without ends it normally.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a waiting connection looks whether it is over.
const LOOK: Duration = Duration::from_millis(50);

/// How long a connection waits for its client: longer than any test does.
const DEADLINE: Duration = Duration::from_secs(60);

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
    /// Between the two.
    Turning,
}

pub(super) struct Wire<'a> {
    stream: Stream,
    /// What TLS gave and nobody asked for yet.
    spare: Vec<u8>,
    /// Whether the last byte of what was read is still unread.
    owed: bool,
    over: &'a AtomicBool,
}

impl<'a> Wire<'a> {
    pub(super) fn new(stream: TcpStream, over: &'a AtomicBool) -> io::Result<Self> {
        stream.set_read_timeout(Some(LOOK))?;
        stream.set_write_timeout(Some(DEADLINE))?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream: Stream::Plain(stream), spare: Vec::new(), owed: false, over })
    }

    /// Turns a plain connection into TLS.
    pub(super) fn upgrade(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        self.settle()?;
        if let Stream::Plain(stream) = std::mem::replace(&mut self.stream, Stream::Turning) {
            let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            self.stream = Stream::Tls(Box::new(StreamOwned::new(connection, stream)));
        }
        Ok(())
    }

    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.settle()?;
        // A handshake needs the client's part, which reading waits for.
        while matches!(&self.stream, Stream::Tls(stream) if stream.conn.is_handshaking()) {
            self.wait(|wire| match &mut wire.stream {
                Stream::Tls(stream) => stream.conn.complete_io(&mut stream.sock).map(drop),
                _ => Ok(()),
            })?;
        }
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes),
            Stream::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Stream::Turning => Err(ErrorKind::NotConnected.into()),
        }
    }

    /// Reads until `end` has come, beginning with `read` as if it had been read.
    pub(super) fn until(&mut self, end: &[u8], mut read: Vec<u8>) -> io::Result<Vec<u8>> {
        self.settle()?;
        loop {
            let old = read.len();
            read.extend(self.peek()?);
            let from = old.saturating_sub(end.len() - 1);
            if let Some(at) = read[from..].windows(end.len()).position(|window| window == end) {
                read.truncate(from + at + end.len());
                self.consume(read.len() - old - 1)?;
                self.owed = true;
                return Ok(read);
            }
            self.consume(read.len() - old)?;
        }
    }

    /// Reads some of what has arrived, but not all.
    pub(super) fn some(&mut self) -> io::Result<Vec<u8>> {
        self.settle()?;
        let mut some = self.peek()?;
        some.truncate(some.len().div_ceil(2));
        self.consume(some.len() - 1)?;
        self.owed = true;
        Ok(some)
    }

    /// Reads what was left unread, so that closing does not reset the connection.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.owed) { self.consume(1) } else { Ok(()) }
    }

    /// Waits until something has arrived, and leaves it unread.
    pub(super) fn peek(&mut self) -> io::Result<Vec<u8>> {
        self.wait(|wire| {
            if !wire.spare.is_empty() {
                return Ok(wire.spare.clone());
            }
            let mut buffer = vec![0; 64 << 10];
            let length = match &mut wire.stream {
                Stream::Plain(stream) => stream.peek(&mut buffer)?,
                Stream::Tls(stream) => stream.read(&mut buffer)?,
                Stream::Turning => 0,
            };
            buffer.truncate(length);
            if wire.is_encrypted() {
                wire.spare.clone_from(&buffer);
            }
            if length == 0 { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(buffer) }
        })
    }

    /// Reads so many bytes that have been seen already.
    pub(super) fn consume(&mut self, count: usize) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.read_exact(&mut vec![0; count]),
            _ => {
                self.spare.drain(..count);
                Ok(())
            }
        }
    }

    /// Tries until it is done, over, or too late.
    fn wait<T>(&mut self, mut attempt: impl FnMut(&mut Self) -> io::Result<T>) -> io::Result<T> {
        let start = Instant::now();
        loop {
            match attempt(self) {
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if self.over.load(Ordering::Acquire) || start.elapsed() > DEADLINE {
                        return Err(error);
                    }
                }
                done => return done,
            }
        }
    }
}
