//! Reads arbitrary bytes as a list, in any encoding and with reads of any size.
//!
//! The first byte selects the encoding and the list, the second the size of the reads; the rest is the file. The size
//! of the reads must make no difference, and a row must have one cell for each column.

#![no_main]

use libfuzzer_sys::fuzz_target;
use openletter::people::{recipient, signatory};
use openletter::roster::{List, ListKind, ListSettings, Others};
use openletter::template::helpers::RESERVED;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// The encodings of `campaign.toml`, and none.
const ENCODINGS: &[Option<&str>] = &[
    None,
    Some("utf-8"),
    Some("utf-16le"),
    Some("utf-16be"),
    Some("windows-1252"),
    Some("windows-1251"),
    Some("shift_jis"),
    Some("gb18030"),
    Some("iso-2022-jp"),
    Some("no such encoding"),
];

/// As in the recipient list: other columns are kept.
const RECIPIENTS: ListKind = ListKind {
    columns: recipient::COLUMNS,
    required: recipient::REQUIRED,
    names: recipient::PLAIN,
    multiline: recipient::MULTILINE,
    others: Others::Keep,
    reserved: RESERVED,
};

/// As in the signatory list: other columns are dropped.
const SIGNATORIES: ListKind = ListKind {
    columns: signatory::COLUMNS,
    required: signatory::REQUIRED,
    names: signatory::NAMES,
    multiline: signatory::MULTILINE,
    others: Others::Drop,
    reserved: RESERVED,
};

/// A reader that returns at most `size` bytes at once.
struct Pieces {
    bytes: io::Cursor<Vec<u8>>,
    size: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.size.min(buffer.len());
        self.bytes.read(&mut buffer[..size])
    }
}

/// Returns everything that was read, and all findings, as text.
fn read(bytes: &[u8], size: usize, choice: u8) -> String {
    let (encoding, signatories) = (usize::from(choice >> 1) % ENCODINGS.len(), choice & 1 == 1);
    let settings = ListSettings {
        file: "list.csv".into(),
        encoding: ENCODINGS[encoding].map(str::to_owned),
        columns: BTreeMap::new(),
        values: BTreeMap::new(),
        dates: None,
    };
    let kind = if signatories { &SIGNATORIES } else { &RECIPIENTS };
    let input = Pieces { bytes: io::Cursor::new(bytes.to_vec()), size };
    let mut list = match List::open(Ok(input), &settings, kind) {
        Ok(list) => list,
        Err(findings) => return format!("{findings:?}"),
    };
    let columns = list.columns().names.len();
    let mut outcome = format!("{:?}\n", list.mapping());
    for row in list.by_ref() {
        match row {
            Ok(row) => {
                let cells: Vec<_> = row.cells().collect();
                assert_eq!(cells.len(), columns);
                outcome += &format!("{} {cells:?}\n", row.line());
            }
            Err(findings) => {
                assert!(!findings.is_empty(), "a row is refused without a finding");
                outcome += &format!("{findings:?}\n");
            }
        }
    }
    outcome + &list.rows().to_string()
}

fuzz_target!(|data: &[u8]| {
    let [choice, size, bytes @ ..] = data else { return };
    let whole = read(bytes, usize::MAX, *choice);
    let pieces = read(bytes, usize::from(*size).max(1), *choice);
    assert_eq!(whole, pieces, "the list depends on how its bytes arrive");
});
