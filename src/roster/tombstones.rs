//! `.openletter/withdrawn.json`: keyed digests of those who withdrew, so that no import and no other list brings them back.
//!
//! It holds no name, no address and no id, and nobody can be found in it without asking for them by name.

use serde::{Deserialize, Serialize};

use super::merge::keyed_digest;
use crate::people::signatory::Identity;
use jiff::civil::Date;

/// Those who withdrew.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstones {
    /// The secret key, in hexadecimal digits.
    key: String,
    withdrawn: Vec<Tombstone>,
}

/// Somebody who withdrew; `None` for what the list did not have of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tombstone {
    /// The day, as an ISO date.
    on: String,
    id: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

impl Tombstones {
    /// Creates an empty file's content with a new key.
    pub fn new(key: &[u8; 32]) -> Self {
        Tombstones { key: key.iter().map(|byte| format!("{byte:02x}")).collect(), withdrawn: Vec::new() }
    }

    /// Adds somebody, unless they are here already.
    pub fn add(&mut self, who: &Identity<'_>, on: Date) {
        let [id, email, name] = self.digests(who);
        let is_here = |tomb: &Tombstone| (&tomb.id, &tomb.email, &tomb.name) == (&id, &email, &name);
        self.withdrawn.retain(|tomb| !is_here(tomb));
        self.withdrawn.push(Tombstone { on: on.to_string(), id, email, name });
    }

    /// When this person withdrew: known by id or address, or by name if either side has no address.
    pub fn find(&self, who: &Identity<'_>) -> Option<Date> {
        if self.withdrawn.is_empty() {
            return None;
        }
        let [id, email, name] = self.digests(who);
        let is_same = |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
        let is_this = |tomb: &&Tombstone| {
            is_same(&tomb.id, &id)
                || is_same(&tomb.email, &email)
                || is_same(&tomb.name, &name) && (tomb.email.is_none() || email.is_none() && id.is_none())
        };
        self.withdrawn.iter().filter(is_this).filter_map(|tomb| tomb.on.parse().ok()).max()
    }

    fn digests(&self, who: &Identity<'_>) -> [Option<String>; 3] {
        [("id", who.id), ("email", who.email), ("name", who.name)].map(|(column, text)| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            (!text.is_empty()).then(|| keyed_digest(&self.key, &["withdrawn", column, &text]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn who<'t>(id: &'t str, email: &'t str, name: &'t str) -> Identity<'t> {
        Identity { id, email, name }
    }

    #[test]
    fn somebody_is_known_by_id_or_address_and_by_name_without_one() {
        let mut tombs = Tombstones::new(&[7; 32]);
        tombs.add(&who("sig-1", "jolene@inbox.example", "Jolene  Satterwhaite"), date(2018, 1, 20));
        tombs.add(&who("", "", "Siobhan Dreelahan"), date(2018, 1, 21));
        for (found, on) in [
            (who("SIG-1", "", "x"), 20),
            (who("", " Jolene@Inbox.example", "x"), 20),
            (who("", "", "jolene satterwhaite"), 20),
            (who("", "siobhan@inbox.example", "Siobhan Dreelahan"), 21),
        ] {
            assert_eq!(tombs.find(&found), Some(date(2018, 1, on)));
        }
        for other in [
            who("", "other@inbox.example", "Jolene Satterwhaite"),
            who("sig-2", "", "Jolene Satterwhaite"),
            who("", "", ""),
        ] {
            assert_eq!(tombs.find(&other), None, "a namesake");
        }
    }

    #[test]
    fn the_file_holds_nothing_of_anybody() {
        let mut tombs = Tombstones::new(&[7; 32]);
        for _ in 0..2 {
            tombs.add(&who("sig-1", "jolene@inbox.example", "Jolene Satterwhaite"), date(2018, 1, 20));
        }
        let text = serde_json::to_string(&tombs).expect("JSON");
        assert!(!text.to_lowercase().contains("jolene") && !text.contains("sig-1"), "{text}");
        assert_eq!(text.matches("2018-01-20").count(), 1, "once");
    }
}
