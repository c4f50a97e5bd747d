//! Digests as the manifest and the approvals write them.

use crate::message::identity::{Digest, Digester};
use std::io::{self, Read};

/// The prefix of every digest.
pub(super) const PREFIX: &str = "sha256:";

/// The digest of bytes in memory.
pub(super) fn of(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

/// The digest of all that is left to read.
pub(super) fn of_file(file: &mut impl Read) -> io::Result<String> {
    let mut digester = Digester::new();
    io::copy(file, &mut digester)?;
    Ok(digester.finish().to_string())
}
