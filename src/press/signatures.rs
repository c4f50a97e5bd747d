//! The signatures to hand over with a petition, as CSV: who signs, with what each of them cleared.
//!
//! It is made from the roll, which holds nothing else. The rows of a withheld signatory must say no more than the category.

use super::parts::place_key;
use crate::people::roll::Roll;
use crate::people::signature::{SignatoryKind, Signature, category_key};
use crate::text::formula::harmless;
use std::collections::HashMap;

/// How the signatures are divided into files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// One file for each category.
    Category,
    /// One file for each place that signatories cleared, and one for those without.
    Place,
}

impl Split {
    /// Each with its name in settings.
    pub const ALL: [(&'static str, Split); 2] = [("category", Split::Category), ("place", Split::Place)];
}

/// A file of signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignaturesFile {
    /// Its name.
    pub name: String,
    /// How many signatures it has.
    pub signatures: usize,
    /// Its bytes: CSV in UTF-8 (RFC 4180).
    pub bytes: Vec<u8>,
}

const HEADER: [&str; 9] = ["number", "category", "kind", "shown", "name", "role", "affiliation", "place", "statement"];

/// A row: a signature, or `None` for a withheld one, and its category.
type Row<'r> = (Option<&'r Signature>, &'r str);

/// Returns the files. They have a row for each signatory, numbered from 1 across all files.
pub fn files(roll: &Roll, split: Option<Split>) -> Vec<SignaturesFile> {
    let mut parts: Vec<(String, Vec<Row<'_>>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for group in &roll.groups {
        let withheld = std::iter::repeat_n((None, &*group.category), group.withheld);
        let named = group.signatures.iter().map(|signature| (Some(signature), &*signature.category));
        for (signature, category) in named.chain(withheld) {
            let key = match split {
                None => String::new(),
                Some(Split::Category) => category_key(category),
                Some(Split::Place) => place_key(signature.map_or("", |signature| &signature.place)),
            };
            // Two keys can give one name: those of signs only, and that of nothing.
            let name = file_name(split, &key);
            let at = *known.entry(name.clone()).or_insert_with(|| {
                parts.push((name, Vec::new()));
                parts.len() - 1
            });
            parts[at].1.push((signature, category));
        }
    }
    let mut before = 0;
    parts
        .into_iter()
        .map(|(name, rows)| {
            let file = SignaturesFile { name, signatures: rows.len(), bytes: csv(before, &rows) };
            before += rows.len();
            file
        })
        .collect()
}

fn file_name(split: Option<Split>, key: &str) -> String {
    match (split, key.trim_matches('_').replace('_', "-")) {
        (None, _) => "signatures.csv".to_owned(),
        (Some(Split::Category), key) if key.is_empty() => "signatures-without-category.csv".to_owned(),
        (Some(Split::Place), key) if key.is_empty() => "signatures-without-place.csv".to_owned(),
        (Some(_), key) => format!("signatures-{key}.csv"),
    }
}

fn csv(before: usize, rows: &[Row<'_>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let header = HEADER.map(str::to_owned);
    let cells = rows.iter().zip(before + 1..).map(|((signature, category), number)| {
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
    use crate::people::roll::Group;

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
        let files = files(&roll(), split);
        files
            .into_iter()
            .map(|file| (file.name, file.signatures, String::from_utf8(file.bytes).expect("text")))
            .collect()
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
        assert_eq!(of(None), [("signatures.csv".to_owned(), 4, expected)]);
    }

    #[test]
    fn numbers_go_on_from_file_to_file() {
        let names = |split| of(Some(split)).into_iter().map(|(name, count, _)| (name, count)).collect::<Vec<_>>();
        let file = |name: &str, count: usize| (format!("signatures-{name}.csv"), count);
        assert_eq!(names(Split::Category), [file("survivor", 3), file("service-provider", 1)]);
        assert_eq!(names(Split::Place), [file("porto", 1), file("without-place", 3)]);
        assert!(of(Some(Split::Place))[1].2.contains("\r\n4,"), "{:?}", of(Some(Split::Place)));
    }
}
