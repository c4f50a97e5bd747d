//! Digests as the manifest and the approvals write them, and a stream that computes one.

use crate::message::identity::{Digest, Digester};
use std::fmt;
use std::io::{self, Read, Write};

/// The prefix of every digest.
pub(super) const PREFIX: &str = "sha256:";

/// The digest of bytes in memory.
pub(super) fn of(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

/// The digest of all that is left to read.
pub(super) fn of_file(file: &mut impl Read) -> io::Result<String> {
    let mut stream = Stream::new();
    io::copy(file, &mut stream)?;
    Ok(stream.finish())
}

/// Computes a digest while bytes pass.
#[derive(Clone, Default)]
pub(super) struct Stream(Digester);

impl Stream {
    pub(super) fn new() -> Self {
        Stream::default()
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> String {
        self.0.finish().to_string()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}
