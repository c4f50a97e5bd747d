//! Finds which of many strings are at a place in a text, by their first bytes.
//!
//! An automaton of the same strings takes several times the memory, and longer to build than a letter takes to search. The
//! time for a place must not grow with the number of strings, also if many begin alike.

/// The strings, by a hash of their first bytes.
pub(super) struct Index {
    /// The hash of each string, and its number; sorted.
    strings: Vec<(u32, u32)>,
    /// A bit for each hash, by its highest bits.
    bits: Vec<u64>,
    /// How far a hash is shifted to be the number of its bit.
    shift: u32,
}

/// Few enough bits are set that most places have none.
const BITS_PER_STRING: usize = 32;

impl Index {
    /// The index of these strings, by their rank. A string of less than two bytes is never found.
    pub(super) fn new<'s>(strings: impl Iterator<Item = &'s str>) -> Index {
        let hashed = strings.zip(0..).filter_map(|(string, rank)| {
            let (hashes, usable) = hashes(string.as_bytes());
            Some((hashes[usable.checked_sub(1)?], rank))
        });
        let mut strings: Vec<(u32, u32)> = hashed.collect();
        strings.sort_unstable();
        strings.shrink_to_fit();
        let bits = (BITS_PER_STRING * strings.len()).clamp(1 << 10, 1 << 24).next_power_of_two();
        let mut index = Index { bits: vec![0; bits / 64], shift: 32 - bits.ilog2(), strings };
        for (hash, _) in &index.strings {
            let bit = hash >> index.shift;
            index.bits[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        index
    }

    /// Passes on the ranks of the strings that may be at the beginning of these bytes, until `is_found` is true: all that are
    /// there, and hardly any other. Returns whether it was true.
    #[inline]
    pub(super) fn any(&self, bytes: &[u8], mut is_found: impl FnMut(usize) -> bool) -> bool {
        let (hashes, usable) = hashes(bytes);
        hashes[..usable].iter().any(|hash| self.has(*hash) && self.of(*hash).any(&mut is_found))
    }

    #[inline]
    fn has(&self, hash: u32) -> bool {
        let bit = hash >> self.shift;
        self.bits.get((bit / 64) as usize).is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
    }

    /// The ranks of the strings with this hash.
    fn of(&self, hash: u32) -> impl Iterator<Item = usize> {
        let from = self.strings.partition_point(|(other, _)| *other < hash);
        self.strings[from..].iter().take_while(move |(other, _)| *other == hash).map(|(_, rank)| *rank as usize)
    }
}

/// The hashes of the first 2, 3, 4, 8 and 16 bytes, and how many of them there are bytes for. A string has the last of these.
#[inline]
fn hashes(bytes: &[u8]) -> ([u32; 5], usize) {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let first = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; 16];
        padded[..bytes.len()].copy_from_slice(bytes);
        padded
    });
    let both = u128::from_le_bytes(first);
    let (word, next) = (both as u64, (both >> 64) as u64);
    let all = next ^ word.wrapping_mul(FACTOR).rotate_left(29);
    let hash = |value: u64| (value.wrapping_mul(FACTOR) >> 32) as u32;
    let hashes = [hash(word & 0xFFFF), hash(word & 0xFF_FFFF), hash(word & 0xFFFF_FFFF), hash(word), hash(all)];
    let usable = match bytes.len() {
        0..2 => 0,
        2 => 1,
        3 => 2,
        4..8 => 3,
        8..16 => 4,
        _ => 5,
    };
    (hashes, usable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_string_is_found_where_it_is(
            strings in prop::collection::vec("[ab]{0,3}|[ab]{6,20}|[aé日]{1,4}", 0..40),
            text in "[abé日]{0,60}",
        ) {
            let index = Index::new(strings.iter().map(String::as_str));
            for at in 0..text.len() {
                let rest = &text.as_bytes()[at..];
                let mut found = Vec::new();
                index.any(rest, |rank| {
                    found.extend(Some(rank).filter(|rank| rest.starts_with(strings[*rank].as_bytes())));
                    false
                });
                found.sort();
                let is_here = |string: &String| string.len() >= 2 && rest.starts_with(string.as_bytes());
                let expected: Vec<usize> = (0..strings.len()).filter(|rank| is_here(&strings[*rank])).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn few_others_are_candidates() {
        let strings: Vec<String> = (0..20_000).map(|n| format!("the same beginning {n:05}")).collect();
        let index = Index::new(strings.iter().map(String::as_str));
        let text = "another beginning, the sam and the others in the same place, thesame".repeat(20);
        let mut candidates = 0;
        for at in 0..text.len() {
            index.any(&text.as_bytes()[at..], |_| {
                candidates += 1;
                false
            });
        }
        assert!(candidates < 100, "{candidates}");
    }
}
