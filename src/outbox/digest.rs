//! SHA-256 as the manifest and the approvals write it: `sha256:` and 64 hexadecimal digits in lower case.

use ring::digest::{self, Context, Digest, SHA256};
use std::fmt;
use std::io::{self, Read, Write};

/// What every digest begins with.
pub(super) const PREFIX: &str = "sha256:";

/// The digest of bytes in memory.
pub(super) fn of(bytes: &[u8]) -> String {
    let mut stream = Stream::new();
    stream.update(bytes);
    stream.finish()
}

/// The digest of bytes in memory, in octets.
pub(super) fn octets(bytes: &[u8]) -> Digest {
    digest::digest(&SHA256, bytes)
}

/// The digest of all that is left to read.
pub(super) fn of_file(file: &mut impl Read) -> io::Result<String> {
    let mut stream = Stream::new();
    io::copy(file, &mut stream)?;
    Ok(stream.finish())
}

/// A digest of bytes as they come.
#[derive(Clone)]
pub(super) struct Stream(Context);

impl Stream {
    pub(super) fn new() -> Self {
        Stream(Context::new(&SHA256))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> String {
        let octets = self.0.finish();
        octets.as_ref().iter().fold(PREFIX.to_owned(), |text, octet| text + &format!("{octet:02x}"))
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
