//! A shard: a fixed part of a campaign's letters, which a run can send without the others.
//!
//! Which shard a letter is in depends on its id alone, without the edition: it must not change when the outbox is written again,
//! and every letter must be in exactly one.

use crate::message::identity::{Digest, split_letter_id};
use std::fmt;
use std::str::FromStr;

/// One of the shards that a campaign's letters are divided into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// The most shards of a campaign.
    pub const MOST: u32 = 1_000;

    /// The shard with this number, from 1 to `of`; `None` for another number, or more than [`Shard::MOST`] shards.
    pub fn new(number: u32, of: u32) -> Option<Shard> {
        ((1..=of).contains(&number) && of <= Shard::MOST).then_some(Shard { number, of })
    }

    /// The shard that a letter is in, of so many.
    pub fn of_letter(id: &str, of: u32) -> Shard {
        let id = split_letter_id(id).0.to_lowercase();
        let number = Digest::of(id.as_bytes()).short() % u64::from(of.max(1));
        Shard { number: 1 + number as u32, of }
    }

    /// Whether a letter is in this shard.
    pub fn has(self, id: &str) -> bool {
        Shard::of_letter(id, self.of) == self
    }

    /// Its number, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many shards there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// As the command line has it: "2/5".
    pub fn word(self) -> String {
        format!("{}/{}", self.number, self.of)
    }

    /// The id of a ledger of this shard. The claims file is named by it.
    pub fn ledger_id(self, random: &str) -> String {
        format!("{}-of-{}-{random}", self.number, self.of)
    }

    /// The shard whose ledger has this id; `None` for the ledger of all letters.
    pub fn of_ledger(id: &str) -> Option<Shard> {
        let (number, rest) = id.split_once("-of-")?;
        let (of, _) = rest.split_once('-')?;
        Shard::new(number.parse().ok()?, of.parse().ok()?)
    }

    /// The name of its folder among the campaign's records.
    pub(super) fn folder(self) -> String {
        format!("{PREFIX}{}-of-{}", self.number, self.of)
    }

    /// The shard whose folder has this name.
    pub(super) fn of_folder(name: &str) -> Option<Shard> {
        let (number, of) = name.strip_prefix(PREFIX)?.split_once("-of-")?;
        Shard::new(number.parse().ok()?, of.parse().ok()?)
    }
}

const PREFIX: &str = "shard-";

impl fmt::Display for Shard {
    /// As sentences have it: "2 of 5".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = ();

    /// Reads "2/5".
    fn from_str(text: &str) -> Result<Shard, ()> {
        let (number, of) = text.split_once('/').ok_or(())?;
        let digits = |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None };
        digits(number).zip(digits(of)).and_then(|(number, of)| Shard::new(number, of)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_in_one_shard_whatever_its_edition_and_case() {
        for of in [1, 2, 3, 7, 1_000] {
            let mut letters = vec![0; of as usize];
            for n in 0..7_000 {
                let id = format!("s{n}.Okafor@northlight.example");
                let shard = Shard::of_letter(&id, of);
                assert_eq!((1..=of).filter(|number| Shard::new(*number, of).unwrap().has(&id)).count(), 1);
                assert_eq!(shard, Shard::of_letter(&format!("{}/2", id.to_lowercase()), of));
                letters[shard.number() as usize - 1] += 1;
                if of == 1_000 && n > 20 {
                    break;
                }
            }
            assert!(of == 1_000 || letters.iter().all(|letters| *letters > 7_000 / of / 2), "{letters:?}");
        }
        // Shards of earlier programs have the same letters.
        let numbers = ["okafor", "brandt", "r1", "r2", "r3"].map(|id| Shard::of_letter(id, 5).number());
        assert_eq!(numbers, [4, 2, 2, 4, 5]);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        let shard = Shard::new(2, 5).unwrap();
        assert_eq!("2/5".parse(), Ok(shard));
        assert_eq!(Shard::of_folder(&shard.folder()), Some(shard));
        assert_eq!(Shard::of_ledger(&shard.ledger_id("0a1b")), Some(shard));
        assert_eq!(Shard::of_ledger("0a1b"), None);
        for wrong in ["", "2", "0/5", "6/5", "2/0", "+2/5", "2/ 5", "1/1001", "-1/5", "2/5/7"] {
            assert_eq!(wrong.parse::<Shard>(), Err(()), "{wrong}");
        }
    }
}
