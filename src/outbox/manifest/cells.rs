//! Splits a line of the manifest into cells as CSV (RFC 4180).
//!
//! It does not check that the line is written as this program writes it; the caller compares.

use csv_core::{ReadRecordResult, ReaderBuilder};
use std::fmt;

/// Splits line after line with one reader, because creating a reader takes longer than splitting a line.
pub(super) struct Cutter {
    reader: csv_core::Reader,
    /// The bytes of all cells, and where each cell ends.
    octets: Vec<u8>,
    ends: Vec<usize>,
}

impl Cutter {
    /// A cutter for lines of up to this many cells; of a longer line it returns one more.
    pub(super) fn new(cells: usize) -> Cutter {
        Cutter { reader: ReaderBuilder::new().build(), octets: Vec::new(), ends: vec![0; cells + 1] }
    }

    /// The cells of a line, or `None` if they are not UTF-8.
    pub(super) fn cut(&mut self, line: &[u8]) -> Option<Vec<&str>> {
        self.reader.reset();
        self.octets.resize(line.len().max(1), 0);
        let (mut read, mut written, mut cells) = (0, 0, 0);
        loop {
            // An empty input ends the record if no line feed did.
            let (result, i, o, e) =
                self.reader.read_record(&line[read..], &mut self.octets[written..], &mut self.ends[cells..]);
            (read, written, cells) = (read + i, written + o, cells + e);
            if result != ReadRecordResult::InputEmpty {
                break;
            }
        }
        let mut from = 0;
        self.ends[..cells]
            .iter()
            .map(|to| std::str::from_utf8(&self.octets[std::mem::replace(&mut from, *to)..*to]).ok())
            .collect()
    }
}

impl fmt::Debug for Cutter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cutter").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_are_split_as_by_the_csv_crate(lines in prop::collection::vec("[a\",;é '\r]{0,12}", 1..5)) {
            let mut cutter = Cutter::new(40);
            for line in lines.iter().map(|line| format!("{line}\n")) {
                let mut record = csv::StringRecord::new();
                let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
                reader.read_record(&mut record).expect("text");
                prop_assert_eq!(cutter.cut(line.as_bytes()).expect("text"), record.iter().collect::<Vec<_>>());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(line in prop::collection::vec(any::<u8>(), 0..40)) {
            Cutter::new(2).cut(&line);
        }
    }
}
