//! A letter's bytes as a sequence of runs: its own, and those that it shares with other letters.
//!
//! What is the same in every letter is in memory once. Two sequences with the same bytes are equal, however they are divided
//! into runs.

use super::identity::{Digest, Digester};
use std::io::{self, IoSlice, Write};
use std::ops::Range;
use std::sync::Arc;

/// A shared run shorter than this is copied: a reference would cost more.
const SHORT: usize = 64;

/// Bytes, some of them shared.
#[derive(Clone, Default)]
pub struct Octets {
    own: Vec<u8>,
    runs: Vec<Run>,
    len: usize,
}

#[derive(Clone)]
enum Run {
    Own(Range<usize>),
    Shared(Arc<[u8]>),
}

impl Octets {
    /// An empty sequence with room for so many bytes of its own.
    pub(crate) fn with_room(bytes: usize) -> Octets {
        Octets { own: Vec::with_capacity(bytes), runs: Vec::with_capacity(16), len: 0 }
    }

    /// Appends bytes that only this letter has.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let from = self.own.len();
        self.own.extend_from_slice(bytes);
        self.len += bytes.len();
        match self.runs.last_mut() {
            Some(Run::Own(range)) => range.end = self.own.len(),
            _ if bytes.is_empty() => {}
            _ => self.runs.push(Run::Own(from..self.own.len())),
        }
    }

    /// Appends bytes that other letters have too.
    pub(crate) fn push_shared(&mut self, bytes: &Arc<[u8]>) {
        if bytes.len() < SHORT {
            return self.push(bytes);
        }
        self.len += bytes.len();
        self.runs.push(Run::Shared(Arc::clone(bytes)));
    }

    /// Divides a message, so that these stretches, in their order, are in memory once.
    pub(crate) fn sharing<'s>(bytes: Vec<u8>, stretches: impl Iterator<Item = &'s Arc<[u8]>>) -> Octets {
        let mut octets = Octets::default();
        let mut rest = &bytes[..];
        for stretch in stretches.filter(|stretch| stretch.len() >= SHORT) {
            if let Some(at) = memchr::memmem::find(rest, stretch) {
                octets.push(&rest[..at]);
                octets.push_shared(stretch);
                rest = &rest[at + stretch.len()..];
            }
        }
        if octets.is_empty() {
            return bytes.into();
        }
        octets.push(rest);
        octets
    }

    /// All of them without these stretches.
    pub(crate) fn without<'s>(&self, stretches: impl Iterator<Item = &'s Arc<[u8]>> + Clone) -> Octets {
        let mut rest = Octets::default();
        for run in &self.runs {
            match run {
                Run::Own(range) => rest.push(&self.own[range.clone()]),
                Run::Shared(bytes) if stretches.clone().any(|stretch| Arc::ptr_eq(stretch, bytes)) => {}
                Run::Shared(bytes) => rest.push_shared(bytes),
            }
        }
        rest
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many of them only this letter has.
    pub(crate) fn own_len(&self) -> usize {
        self.own.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The runs in their order.
    pub fn runs(&self) -> impl Iterator<Item = &[u8]> {
        self.runs.iter().map(|run| match run {
            Run::Own(range) => &self.own[range.clone()],
            Run::Shared(bytes) => bytes,
        })
    }

    /// The runs in their order, and whether other letters can have the same bytes at the same place in memory.
    pub(crate) fn marked_runs(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let is_shared = self.runs.iter().map(|run| matches!(run, Run::Shared(_)));
        self.runs().zip(is_shared)
    }

    /// Their digest.
    pub fn digest(&self) -> Digest {
        let mut digester = Digester::new();
        self.runs().for_each(|run| digester.update(run));
        digester.finish()
    }

    /// All of them in one piece.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.len);
        self.runs().for_each(|run| all.extend_from_slice(run));
        all
    }

    /// Writes all of them, with as few calls as the system allows.
    pub fn write_to(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let mut slices: Vec<IoSlice<'_>> = self.runs().map(IoSlice::new).collect();
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match out.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl From<Vec<u8>> for Octets {
    fn from(own: Vec<u8>) -> Octets {
        let len = own.len();
        Octets { own, runs: vec![Run::Own(0..len)], len }
    }
}

impl PartialEq for Octets {
    fn eq(&self, other: &Octets) -> bool {
        self.len == other.len && self.runs().flatten().eq(other.runs().flatten())
    }
}

impl Eq for Octets {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_written_and_compared_as_the_bytes_they_are() {
        let shared: Arc<[u8]> = vec![b's'; 100].into();
        let mut octets = Octets::default();
        octets.push(b"a");
        octets.push_shared(&shared);
        octets.push(b"b");
        octets.push_shared(&Arc::from(&b"short"[..]));
        let whole = ["a", &"s".repeat(100), "bshort"].concat().into_bytes();
        assert_eq!(octets.len(), whole.len());
        assert_eq!(octets.runs().count(), 3);
        assert!(octets == Octets::from(whole.clone()) && octets != Octets::from(vec![0; whole.len()]));
        assert!(!octets.is_empty() && Octets::default().is_empty());
        /// Takes a few bytes at a time.
        struct Slow(Vec<u8>);
        impl Write for Slow {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.extend_from_slice(&bytes[..bytes.len().min(7)]);
                Ok(bytes.len().min(7))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut slow = Slow(Vec::new());
        octets.write_to(&mut slow).expect("a writer that takes all");
        assert_eq!((octets.to_vec(), slow.0), (whole.clone(), whole));
    }
}
