//! What a letter's page holds, as the page's template reads it.
//!
//! It has the words of the letter that goes by mail, in the same order, and nothing of any signatory but their public
//! signature.

use crate::language::Language;
use crate::markdown::Nodes;
use crate::people::roll::PrintedGroup;
use jiff::civil::Date;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::sync::Arc;

/// The sizes of paper, each with the window of its envelopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperSize {
    /// 210 mm × 297 mm, with the window of DIN 5008, form B.
    A4,
    /// 8.5 in × 11 in, with the window of a No. 10 envelope.
    UsLetter,
}

impl PaperSize {
    /// Every size with its name in settings, which is also the typesetter's.
    pub const NAMES: [(&'static str, PaperSize); 2] = [("a4", PaperSize::A4), ("us-letter", PaperSize::UsLetter)];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            PaperSize::A4 => "a4",
            PaperSize::UsLetter => "us-letter",
        }
    }

    /// The size that is usual where a language is spoken.
    pub fn of(language: &Language) -> PaperSize {
        if language.tag == "en" { PaperSize::UsLetter } else { PaperSize::A4 }
    }
}

/// One letter for paper.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The subject.
    pub title: String,
    /// Who writes.
    pub organisation: String,
    /// The letter's language.
    pub language: &'static Language,
    /// The size of the paper.
    pub size: PaperSize,
    /// The date of the letter.
    pub date: Date,
    /// What is in `{{#letterhead}}`.
    pub letterhead: Nodes,
    /// What is in `{{#address}}`, for the envelope's window.
    pub address: Nodes,
    /// The rest of the letter.
    pub body: Nodes,
    /// The roll, for letters that print the built-in one.
    pub roll: Arc<PaperRoll>,
    /// The letter's text part: what the digest in the footer is of.
    pub text: String,
}

/// The roll as it is typeset, with its words.
#[derive(Clone, Debug, Default)]
pub struct PaperRoll {
    json: Value,
    words: String,
}

impl PaperRoll {
    /// Returns the roll with these notes above it, each of which may be empty.
    pub fn of(groups: &[PrintedGroup<'_>], notes: &[&str]) -> PaperRoll {
        let notes: Vec<_> = notes.iter().filter(|note| !note.is_empty()).collect();
        let json = json!({ "groups": groups, "notes": notes });
        let mut words = String::new();
        add_texts(&json, &mut words);
        PaperRoll { json, words }
    }
}

/// The texts of a group and of a signature that the built-in template prints.
const PRINTED: [&str; 11] = [
    "notes", "groups", "heading", "persons", "organisations", "others_line", "withheld_line", "name", "role",
    "affiliation", "place",
];

/// Adds every printed text of a value.
fn add_texts(value: &Value, texts: &mut String) {
    match value {
        Value::String(text) => texts.extend([text, "\n"]),
        Value::Array(values) => values.iter().for_each(|value| add_texts(value, texts)),
        Value::Object(values) => {
            let printed = PRINTED.iter().filter_map(|name| values.get(*name));
            printed.for_each(|value| add_texts(value, texts));
        }
        _ => {}
    }
}

impl Sheet {
    /// The digest in the footer: the first 16 hexadecimal digits of the SHA-256 of the letter's text part, in fours.
    pub fn digest(&self) -> String {
        let digest = digest(&SHA256, self.text.as_bytes());
        let two = |two: &[u8]| two.iter().map(|byte| format!("{byte:02x}")).collect();
        let digits: Vec<String> = digest.as_ref().chunks(2).take(4).map(two).collect();
        format!("SHA-256 {}", digits.join(" "))
    }

    fn date_text(&self) -> String {
        (self.language.date)(self.date)
    }

    /// Returns what the page's template reads. `fonts` are the families in order of preference.
    pub fn to_json(&self, fonts: &[String]) -> Value {
        let mut subtags = self.language.tag.split('-');
        json!({
            "title": self.title,
            "organisation": self.organisation,
            "language": subtags.next(),
            "region": subtags.next(),
            "paper": self.size.name(),
            "date": { "year": self.date.year(), "month": self.date.month(), "day": self.date.day() },
            "date_text": self.date_text(),
            "letterhead": self.letterhead.blocks,
            "address": self.address.blocks,
            "body": self.body.blocks,
            "roll": self.roll.json,
            "digest": self.digest(),
            "page_of": self.language.page_of,
            "fonts": fonts,
        })
    }

    /// Every text that the page prints, each on a line of its own, except the numbers of its pages.
    pub fn words(&self) -> String {
        let (digest, date) = (self.digest(), self.date_text());
        let nodes = [&self.letterhead, &self.address, &self.body].map(|nodes| &*nodes.words);
        let others = [&*self.title, &self.organisation, &date, &self.roll.words, &digest];
        nodes.into_iter().chain(others).collect::<Vec<_>>().join("\n")
    }

    /// The line of a page's number.
    pub fn page_of(&self, page: usize, pages: usize) -> String {
        self.language.page_of.replace("{page}", &page.to_string()).replace("{pages}", &pages.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::ALL;

    #[test]
    fn paper_is_of_the_size_that_is_usual() {
        let sizes = ALL.map(|language| (language.tag, PaperSize::of(language).name()));
        let expected = [("de", "a4"), ("en", "us-letter"), ("en-GB", "a4"), ("es", "a4"), ("fr", "a4"), ("it", "a4")];
        assert_eq!(sizes, expected);
        assert!(PaperSize::NAMES.iter().all(|(name, size)| size.name() == *name));
    }
}
