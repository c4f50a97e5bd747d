//! What a list of signatures holds, as its page's template reads it.
//!
//! It has nothing of any signatory but their public signature, and of those who are withheld nothing but their number.

use super::PaperSize;
use crate::language::Language;
use crate::people::roll::PrintedGroup;
use crate::people::signature::Signature;
use crate::text::script::isolated;
use jiff::civil::Date;
use serde_json::{Value, json};

/// A list of signatures for paper: all of them, or a part.
pub struct SignatureList<'l> {
    /// The campaign's title.
    pub title: &'l str,
    /// Who writes.
    pub organisation: &'l str,
    /// The campaign's language.
    pub language: &'static Language,
    /// The size of the paper.
    pub size: PaperSize,
    /// The date on the letter.
    pub date: Date,
    /// The paragraphs below the title: how many sign, and notes.
    pub facts: Vec<String>,
    /// What the part is of, such as a place; blank for the whole list.
    pub heading: &'l str,
    /// The groups of the roll.
    pub groups: Vec<PrintedGroup<'l>>,
    /// How many signatures are in the parts before.
    pub before: usize,
    /// How many sign in all.
    pub total: usize,
}

impl SignatureList<'_> {
    /// Returns what the page's template reads. `fonts` are the families in order of preference.
    pub fn to_json(&self, fonts: &[String]) -> Value {
        let language = self.language;
        let mut subtags = language.tag.split('-');
        let mut first = self.before + 1;
        let groups = self.groups.iter().map(|group| {
            let named: Vec<_> = group.signatures.iter().map(name_and_rest).collect();
            let of = first;
            first += group.count;
            json!({
                "heading": group.heading,
                "count": group.count,
                "first": of,
                "named": named,
                "withheld": group.count - named.len(),
                "withheld_line": group.withheld_line,
            })
        });
        let groups: Vec<_> = groups.collect();
        json!({
            "title": self.title,
            "organisation": self.organisation,
            "language": subtags.next(),
            "region": subtags.next(),
            "paper": self.size.name(),
            "date": { "year": self.date.year(), "month": self.date.month(), "day": self.date.day() },
            "date_text": (language.date)(self.date),
            "facts": self.facts,
            "heading": self.heading,
            "groups": groups,
            "before": self.before,
            "run": language.page.run.replace("{total}", &self.total.to_string()),
            "page_of": language.page_of,
            "fonts": fonts,
        })
    }

    /// The texts that are not of a signatory, each a paragraph.
    pub fn own_words(&self) -> String {
        let lines = self.groups.iter().flat_map(|group| [&*group.heading, &group.withheld_line]);
        let facts = self.facts.iter().map(String::as_str);
        let all = [self.title, self.organisation, self.heading].into_iter().chain(facts).chain(lines);
        all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    /// Every text that the pages print, except their numbers.
    pub fn words(&self) -> String {
        let mut words = self.own_words();
        words.extend([&*(self.language.date)(self.date), self.language.page.run, self.language.page_of]);
        self.signatures().for_each(|signed| words.push_str(&signed.line));
        words
    }

    /// Its signatures, in order.
    pub fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.groups.iter().flat_map(|group| group.signatures)
    }
}

/// The name, and what follows it on the line.
fn name_and_rest(signed: &Signature) -> [String; 2] {
    let name = isolated(&signed.name).into_owned();
    let rest = signed.line.strip_prefix(&*name).unwrap_or_default().to_owned();
    [name, rest]
}
