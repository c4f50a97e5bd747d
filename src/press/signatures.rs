//! The signatures to hand over with a petition, in parts and as CSV: who signs, with what each of them cleared.
//!
//! It is made from the roll, which holds nothing else. The rows of a withheld signatory must say no more than the category.

use super::parts::place_key;
use crate::people::roll::{Group, Roll};
use crate::people::signature::{SignatoryKind, Signature, category_key};
use crate::text::formula::harmless;
use std::collections::HashMap;

/// How the signatures are divided into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// One for each category.
    Category,
    /// One for each place that signatories cleared, and one for those without.
    Place,
}

impl Split {
    /// Each with its name in settings.
    pub const ALL: [(&'static str, Split); 2] = [("category", Split::Category), ("place", Split::Place)];
}

/// A part of the signatures: all of them, or those of one category or place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignaturesPart {
    /// The name of its files, without an ending.
    pub name: String,
    /// In a part for a place: the place as its first signatory writes it, blank for those without one.
    pub place: Option<String>,
    /// How many signatures the parts before it have.
    pub before: usize,
    /// Its signatures, in the groups of the roll.
    pub groups: Vec<Group>,
}

const HEADER: [&str; 9] = ["number", "category", "kind", "shown", "name", "role", "affiliation", "place", "statement"];

/// A row: a signature, or `None` for a withheld one, and its category.
type Row<'r> = (Option<&'r Signature>, &'r str);

/// Returns the parts. They have everybody who signs once, numbered from 1 across all parts.
pub fn parts(roll: &Roll, split: Option<Split>) -> Vec<SignaturesPart> {
    let mut parts: Vec<SignaturesPart> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    // A part's group has the rank of the roll's group that it is of.
    let mut ranks: Vec<Vec<usize>> = Vec::new();
    for (rank, group) in roll.groups.iter().enumerate() {
        let withheld = (group.withheld > 0).then_some((None, &*group.category));
        let named = group.signatures.iter().map(|signature| (Some(signature), &*signature.category));
        for (signature, category) in named.chain(withheld) {
            let place = signature.map_or("", |signature| &signature.place);
            let key = match split {
                None => String::new(),
                Some(Split::Category) => category_key(category),
                Some(Split::Place) => place_key(place),
            };
            // Two keys can give one name: those of signs only, and that of nothing.
            let name = part_name(split, &key);
            let at = *known.entry(name.clone()).or_insert_with(|| {
                let place = (split == Some(Split::Place)).then(|| place.to_owned());
                parts.push(SignaturesPart { name, place, before: 0, groups: Vec::new() });
                ranks.push(Vec::new());
                parts.len() - 1
            });
            let groups = &mut parts[at].groups;
            if ranks[at].last() != Some(&rank) {
                ranks[at].push(rank);
                groups.push(Group { category: group.category.clone(), ..Group::default() });
            }
            let Some(of) = groups.last_mut() else { continue };
            match signature {
                Some(signature) => of.signatures.push(signature.clone()),
                None => (of.withheld, of.protected) = (group.withheld, group.protected),
            }
            of.listed = of.signatures.len();
            of.count = of.listed + of.withheld;
        }
    }
    let mut before = 0;
    for part in &mut parts {
        part.before = before;
        before += part.signatures();
    }
    parts
}

impl SignaturesPart {
    /// How many signatures it has.
    pub fn signatures(&self) -> usize {
        self.groups.iter().map(|group| group.count).sum()
    }

    /// Divides it into volumes, which have at most this many named signatures each, with numbers after their names; a part
    /// that has no more stays as it is.
    pub fn volumes(self, most: usize) -> Vec<SignaturesPart> {
        if self.groups.iter().map(|group| group.signatures.len()).sum::<usize>() <= most {
            return vec![self];
        }
        let mut volumes: Vec<SignaturesPart> = Vec::new();
        let (mut before, mut room) = (self.before, 0);
        for mut group in self.groups {
            let mut rest = std::mem::take(&mut group.signatures);
            loop {
                if room == 0 {
                    let (name, place) = (format!("{}-{}", self.name, volumes.len() + 1), self.place.clone());
                    volumes.push(SignaturesPart { name, place, before, groups: Vec::new() });
                    room = most;
                }
                let after = rest.split_off(rest.len().min(room));
                let listed = rest.len();
                room -= listed;
                // The line of those who are withheld is below the last name.
                let withheld = if after.is_empty() { group.withheld } else { 0 };
                let count = listed + withheld;
                before += count;
                let signatures = std::mem::replace(&mut rest, after);
                let of = Group { count, listed, withheld, signatures, ..group.clone() };
                if let Some(volume) = volumes.last_mut() {
                    volume.groups.push(of);
                }
                if rest.is_empty() {
                    break;
                }
            }
        }
        volumes
    }

    /// Returns it as CSV in UTF-8 (RFC 4180), with a row for each signature.
    pub fn csv(&self) -> Vec<u8> {
        let rows = self.groups.iter().flat_map(|group| {
            let withheld = std::iter::repeat_n((None, &*group.category), group.withheld);
            group.signatures.iter().map(|signature| (Some(signature), &*signature.category)).chain(withheld)
        });
        csv(self.before, rows)
    }
}

fn part_name(split: Option<Split>, key: &str) -> String {
    match (split, key.trim_matches('_').replace('_', "-")) {
        (None, _) => "signatures".to_owned(),
        (Some(Split::Category), key) if key.is_empty() => "signatures-without-category".to_owned(),
        (Some(Split::Place), key) if key.is_empty() => "signatures-without-place".to_owned(),
        (Some(_), key) => format!("signatures-{key}"),
    }
}

fn csv<'r>(before: usize, rows: impl Iterator<Item = Row<'r>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let header = HEADER.map(str::to_owned);
    let cells = rows.zip(before + 1..).map(|((signature, category), number)| {
        let shown = signature.map_or("withheld", |_| "named");
        let kind = signature.map_or("", |signature| match signature.kind {
            SignatoryKind::Person => "person",
            SignatoryKind::Organisation => "organisation",
        });
        let text = |of: fn(&Signature) -> &str| signature.map_or(String::new(), |one| harmless(of(one)).into_owned());
        [
            number.to_string(),
            harmless(category).into_owned(),
            kind.to_owned(),
            shown.to_owned(),
            text(|one| &one.name),
            text(|one| &one.role),
            text(|one| &one.affiliation),
            text(|one| &one.place),
            text(|one| &one.statement),
        ]
    });
    for record in std::iter::once(header).chain(cells) {
        // Writing to memory does not fail.
        let _ = writer.write_record(record);
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(name: &str, category: &str, place: &str) -> Signature {
        Signature {
            name: name.to_owned(),
            role: String::new(),
            affiliation: String::new(),
            place: place.to_owned(),
            statement: "So did I,\nand \"she\" too.".to_owned(),
            identification: false,
            right_to_left: false,
            kind: SignatoryKind::Person,
            category: category.to_owned(),
            line: name.to_owned(),
        }
    }

    fn roll() -> Roll {
        let group = |category: &str, withheld, signatures: Vec<Signature>| Group {
            category: category.to_owned(),
            count: signatures.len() + withheld,
            listed: signatures.len(),
            withheld,
            signatures,
            ..Group::default()
        };
        let ana = signature("Ana Lima", "survivor", "Porto");
        let bea = signature("=Bea()", "service provider", "");
        Roll {
            groups: vec![group("survivor", 2, vec![ana]), group("service provider", 0, vec![bea])],
            ..Roll::default()
        }
    }

    fn of(split: Option<Split>) -> Vec<(String, usize, String)> {
        let csv = |part: &SignaturesPart| String::from_utf8(part.csv()).expect("text");
        parts(&roll(), split).iter().map(|part| (part.name.clone(), part.signatures(), csv(part))).collect()
    }

    #[test]
    fn everybody_has_a_row_with_what_they_cleared() {
        let statement = "\"So did I,\nand \"\"she\"\" too.\"";
        let expected = format!(
            "number,category,kind,shown,name,role,affiliation,place,statement\r\n\
             1,survivor,person,named,Ana Lima,,,Porto,{statement}\r\n\
             2,survivor,,withheld,,,,,\r\n\
             3,survivor,,withheld,,,,,\r\n\
             4,service provider,person,named,'=Bea(),,,,{statement}\r\n"
        );
        assert_eq!(of(None), [("signatures".to_owned(), 4, expected)]);
    }

    #[test]
    fn numbers_go_on_from_part_to_part() {
        let names = |split| of(Some(split)).into_iter().map(|(name, count, _)| (name, count)).collect::<Vec<_>>();
        let part = |name: &str, count: usize| (format!("signatures-{name}"), count);
        assert_eq!(names(Split::Category), [part("survivor", 3), part("service-provider", 1)]);
        assert_eq!(names(Split::Place), [part("porto", 1), part("without-place", 3)]);
        let places = parts(&roll(), Some(Split::Place));
        assert_eq!(places[0].place.as_deref(), Some("Porto"));
        assert_eq!((places[1].before, places[1].groups.len()), (1, 2));
        assert!(of(Some(Split::Place))[1].2.contains("\r\n4,"), "{:?}", of(Some(Split::Place)));
    }

    #[test]
    fn a_long_part_is_divided_into_volumes() {
        let volumes = |most| parts(&roll(), None).remove(0).volumes(most);
        assert_eq!(volumes(2), parts(&roll(), None), "two are named");
        let volumes: Vec<_> =
            volumes(1).iter().map(|volume| (volume.name.clone(), volume.before, volume.signatures())).collect();
        assert_eq!(volumes, [("signatures-1".to_owned(), 0, 3), ("signatures-2".to_owned(), 3, 1)]);
        let mut long = roll();
        long.groups[0].signatures = vec![signature("Ana Lima", "survivor", "Porto"); 5];
        let volumes = parts(&long, None).remove(0).volumes(2);
        let of =
            |part: &SignaturesPart| part.groups.iter().map(|group| (group.listed, group.withheld)).collect::<Vec<_>>();
        let groups: Vec<_> = volumes.iter().map(of).collect();
        assert_eq!(groups, [vec![(2, 0)], vec![(2, 0)], vec![(1, 2), (1, 0)]]);
    }
}
