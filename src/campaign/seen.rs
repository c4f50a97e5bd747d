//! The ids and addresses of the recipients so far, to find a second letter to the same recipient.
//!
//! Only hashes are kept, never text: a million recipients take about 40 MB. Hashes have 64 bits, so two different texts
//! can have the same one; in a list of a million rows the chance of that is 1 in 37 million.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::people::recipient::Recipient;
use std::hash::{DefaultHasher, Hasher};

/// The ids and addresses so far, with their lines.
#[derive(Default)]
pub(super) struct Seen {
    /// In pieces of the same length: a `Vec` that grows is in memory twice for a moment.
    rows: Vec<Vec<Known>>,
    len: u32,
    addresses: Index,
    ids: Index,
}

/// The rows in a piece.
const PIECE: usize = 1 << 14;

/// What is kept of a recipient.
struct Known {
    address: u64,
    id: u64,
    name: u32,
    line: u32,
}

impl Seen {
    /// Reports an id or an address that an earlier row has. One address for two names is only a warning, if each letter has
    /// an id of its own.
    pub(super) fn check(&mut self, recipient: &Recipient, findings: &mut Vec<Finding>) {
        let row = recipient.row();
        let mut report = |code: Code, column: &str, line: u32, what: &'static str, help: &'static str| {
            let finding = Finding::new(code, what).at(row.place(column)).and_at(Place::line(row.file(), line));
            findings.push(finding.help(help));
        };
        let has_id = row.has("id");
        let address = key(&recipient.key());
        let id = if has_id { key(recipient.letter_id()) } else { 0 };
        let name = key(&recipient.name().to_lowercase()) as u32;
        let rank = self.len;
        let known = Known { address, id, name, line: row.line() };
        match self.rows.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(known),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(known);
                self.rows.push(piece);
            }
        }
        self.len += 1;
        let rows = &self.rows;
        let known = |rank: u32| &rows[rank as usize / PIECE][rank as usize % PIECE];
        if let Some(before) = self.addresses.replace(address, rank, |rank| known(rank).address) {
            let Known { name: other, line, .. } = *known(before);
            if other == name || !has_id {
                let help = "delete one of the two rows: each recipient gets one letter";
                report(Code::AddressTwice, "email", line, "another row has the same address", help);
            } else {
                let what = "a row with another name has the same address";
                report(Code::AddressShared, "email", line, what, "check that two letters may go to this address");
            }
        }
        if has_id && let Some(before) = self.ids.replace(id, rank, |rank| known(rank).id) {
            let help = "give each row its own id";
            report(Code::IdTwice, "id", known(before).line, "another row has the same id", help);
        }
    }
}

/// The hash of a text: the same in every run, so that a run can be repeated.
fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// Finds the last row that has a key: a hash table of ranks with open addressing. Each row is inserted once.
#[derive(Default)]
struct Index {
    /// Ranks from 1; 0 where there is none. The length is a power of two.
    slots: Vec<u32>,
    len: usize,
}

impl Index {
    /// Inserts a row under this key; returns the row that it replaces.
    fn replace(&mut self, key: u64, rank: u32, key_of: impl Fn(u32) -> u64) -> Option<u32> {
        if (self.len + 1) * 4 > self.slots.len() * 3 {
            let slots = vec![0; (self.slots.len() * 2).max(64)];
            for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| *slot != 0) {
                let at = self.find(key_of(slot - 1), &key_of);
                self.slots[at] = slot;
            }
        }
        let at = self.find(key, &key_of);
        let before = std::mem::replace(&mut self.slots[at], rank + 1).checked_sub(1);
        self.len += usize::from(before.is_none());
        before
    }

    /// Returns the slot of a key, or the free slot where it belongs.
    fn find(&self, key: u64, key_of: &impl Fn(u32) -> u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while self.slots[at] != 0 && key_of(self.slots[at] - 1) != key {
            at = (at + 1) & mask;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn an_index_finds_the_last_row_of_a_key(keys in prop::collection::vec(0_u64..300, 0..600)) {
            let (mut index, mut map) = (Index::default(), HashMap::new());
            for (rank, key) in keys.iter().enumerate() {
                let before = index.replace(*key, rank as u32, |rank| keys[rank as usize]);
                prop_assert_eq!(before, map.insert(*key, rank as u32));
            }
        }
    }
}
