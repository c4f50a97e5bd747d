//! Whether individual letters have nearly the same text: filters and offices then treat them as one.
//!
//! Of many letters only some are compared, spread over the list, since time and memory must not grow with the letters. The
//! finding must state no more than was compared.

use crate::diagnostics::code::Code;
use crate::diagnostics::finding::Finding;
use crate::diagnostics::place::Place;
use crate::diagnostics::spans::{own, spans};
use crate::message::Letter;
use crate::message::parse::Reading;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use unicode_segmentation::UnicodeSegmentation;

/// The most letters that are compared with each other.
pub(super) const COMPARED: usize = 300;

/// The share of their text from which on two letters are alike, in percent: that of WriteToThem, which holds such letters back.
const ALIKE: usize = 50;

/// The share of alike letters from which on it is reported, in percent.
const REPORTED: usize = 10;

/// The number of words in a row that are compared as one.
const RUN: usize = 3;

/// The texts so far, each as the hashes of its runs of words, without case and punctuation.
#[derive(Default)]
pub(super) struct Similarity(Vec<BTreeSet<u64>>);

impl Similarity {
    /// Adds the text part of a letter. All must be to the same recipient.
    pub(super) fn add(&mut self, letter: &Letter) {
        self.0.push(runs(&Reading::of(&letter.bytes.to_vec()).text));
    }

    /// Reports letters that are alike.
    pub(super) fn finding(&self) -> Option<Finding> {
        let texts = &self.0;
        let is_alike = |at: &usize| (0..texts.len()).any(|other| other != *at && are_alike(&texts[*at], &texts[other]));
        let (alike, compared) = ((0..texts.len()).filter(is_alike).count(), texts.len());
        let share = (alike * 100).checked_div(compared)?;
        (alike > 0 && share >= REPORTED).then(|| {
            let what = spans![
                alike, " of ", compared, " letters that were compared (", own(format!("{share} %")),
                ") have at least half of their text in common with another one"
            ];
            let help = "filters and offices treat such letters as one: ask supporters for words of their own, in the column \
                        `statement`, and shorten what all letters share";
            Finding::new(Code::LettersAlike, what).at(Place::file("templates/")).help(help)
        })
    }
}

/// Whether two texts have that share of their runs in common.
fn are_alike(one: &BTreeSet<u64>, other: &BTreeSet<u64>) -> bool {
    let all = one.len() + other.len();
    // The common ones are at most the shorter text's.
    one.len().min(other.len()) * 200 >= ALIKE * all && one.intersection(other).count() * 200 >= ALIKE * all
}

fn runs(text: &str) -> BTreeSet<u64> {
    let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
    let hash = |run: &[String]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(RUN.min(words.len().max(1))).map(hash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(texts: &[&str]) -> Option<String> {
        let similarity = Similarity(texts.iter().map(|text| runs(text)).collect());
        similarity.finding().map(|finding| finding.message.to_string())
    }

    const SHARED: &str = "We ask you to stop the series before its next season, and to speak with those it is about.";
    const ONE: &str =
        "My daughter watched it at school, and three of her friends asked me afterwards whether it is true.";
    const OTHER: &str =
        "For eleven years I have sat with people who lived through what your programme turns into a joke.";

    #[test]
    fn texts_are_alike_from_one_half_on() {
        let words = |from: u32, to: u32| (from..to).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        // Of 100 runs each, 50 are common, and then 49.
        assert!(are_alike(&runs(&words(0, 102)), &runs(&words(50, 152))));
        assert!(!are_alike(&runs(&words(0, 102)), &runs(&words(51, 153))));
    }

    #[test]
    fn the_share_of_alike_letters_is_reported() {
        let [one, other] = [ONE, OTHER].map(|own| format!("{own} {SHARED}"));
        assert_eq!(finding(&[&one, &other]), None);
        let copied = finding(&[&one, &other, &one.to_uppercase()]).expect("a finding");
        assert!(copied.starts_with("2 of 3 letters that were compared (66 %)"), "{copied}");
        let shared = finding(&[SHARED, SHARED]).expect("a finding");
        assert!(shared.starts_with("2 of 2 letters"), "{shared}");
    }

    #[test]
    fn few_alike_letters_and_empty_ones_are_not_reported() {
        assert_eq!(finding(&[]), None);
        assert_eq!(finding(&[""]), None);
        let texts: Vec<String> = (0..30).map(|n: u32| (0..20).map(|w| format!("a{n}b{w} ")).collect()).collect();
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        texts.push(texts[0]);
        assert_eq!(finding(&texts), None, "2 of 31");
    }
}
