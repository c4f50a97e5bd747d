//! Numbers as texts write them: "56", "1,821", "fifty-six", "one hundred and one", "2 million", "two dozen".
//!
//! The other way round is [`crate::template::helpers::words`]; what that writes, this reads.

use crate::template::helpers::{ONES, TENS};

/// A number at the beginning of some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) value: u64,
    /// How many of the words it takes.
    pub(super) words: usize,
    pub(super) manner: Manner,
}

/// How much a number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// So many.
    Exact,
    /// "dozens", "a dozen": so many or more, or about so many.
    Vague,
}

/// Words that stand for a number nobody has counted, with the least they can mean.
const CROWDS: [(&str, u64); 6] = [
    ("dozens", 24),
    ("scores", 40),
    ("hundreds", 200),
    ("thousands", 2_000),
    ("millions", 2_000_000),
    ("multitudes", 24),
];

const SCALES: [(&str, u64); 2] = [("million", 1_000_000), ("thousand", 1_000)];

/// The longest number that these lower-case words begin with. Digits may be grouped by commas; a numeral beyond a
/// thousand million, and one with a decimal point, is no number of people.
pub(super) fn read(words: &[&str]) -> Option<Read> {
    let first = *words.first()?;
    if let Some((_, least)) = CROWDS.iter().find(|(word, _)| *word == first) {
        return Some(Read { value: *least, words: 1, manner: Manner::Vague });
    }
    let (value, used) = match numeral(first) {
        // "2 million", "40 thousand".
        Some(value) => words
            .get(1)
            .and_then(|word| scale(word).or((*word == "hundred").then_some(100)))
            .map_or((value, 1), |scale| (value.saturating_mul(scale), 2)),
        None => spelled(words)?,
    };
    match words.get(used) {
        Some(&"dozen") => Some(Read { value: value.saturating_mul(12), words: used + 1, manner: Manner::Vague }),
        _ => Some(Read { value, words: used, manner: Manner::Exact }),
    }
}

fn scale(word: &str) -> Option<u64> {
    SCALES.iter().find(|(name, _)| *name == word).map(|(_, scale)| *scale)
}

/// Digits, alone or in groups of three.
fn numeral(word: &str) -> Option<u64> {
    let mut groups = word.split(',');
    let first = groups.next()?;
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let grouped = word.contains(',');
    if !digits(first) || grouped && first.len() > 3 || !groups.all(|group| digits(group) && group.len() == 3) {
        return None;
    }
    word.replace(',', "").parse().ok().filter(|value| *value < 1_000_000_000)
}

/// A number in words, and how many of them it takes.
fn spelled(words: &[&str]) -> Option<(u64, usize)> {
    if matches!(words.first(), Some(&("a" | "an"))) {
        let follows = words.get(1)?;
        let whole = scale(follows).is_some() || ["hundred", "dozen"].contains(follows);
        let (value, used) = if whole { tail(1, 1, words) } else { return None };
        return Some((value, used));
    }
    let (value, used) = below_hundred(words)?;
    Some(tail(value, used, words))
}

/// What follows a number below a hundred: "hundred", "thousand" and "million", each with what is left.
fn tail(value: u64, used: usize, words: &[&str]) -> (u64, usize) {
    let (mut group, mut used) = hundreds(value, used, words);
    let mut total = 0;
    let mut below = u64::MAX;
    while let Some(scale) = words.get(used).and_then(|word| scale(word)).filter(|scale| *scale < below) {
        total += group * scale;
        used += 1;
        below = scale;
        let Some((rest, more)) = after_and(words, used) else { return (total, used) };
        let (rest, more) = hundreds(rest, more, words);
        // "one thousand two million" is two numbers.
        if words.get(more).and_then(|word| self::scale(word)).is_some_and(|next| next >= below) {
            return (total, used);
        }
        (group, used) = (rest, more);
    }
    (total + group, used)
}

fn hundreds(value: u64, used: usize, words: &[&str]) -> (u64, usize) {
    if words.get(used) != Some(&"hundred") {
        return (value, used);
    }
    match after_and(words, used + 1) {
        // "three hundred five thousand" goes on, "one hundred two hundred" does not.
        Some((rest, more)) if words.get(more) != Some(&"hundred") => (value * 100 + rest, more),
        _ => (value * 100, used + 1),
    }
}

/// A number below a hundred at a place, with or without "and" before it; and the place after it.
fn after_and(words: &[&str], at: usize) -> Option<(u64, usize)> {
    let at = if words.get(at) == Some(&"and") { at + 1 } else { at };
    let (value, used) = below_hundred(words.get(at..)?).filter(|(value, _)| *value > 0)?;
    Some((value, at + used))
}

fn below_hundred(words: &[&str]) -> Option<(u64, usize)> {
    let among = |names: &[&str], word: &str| {
        names.iter().position(|name| !name.is_empty() && *name == word).and_then(|at| u64::try_from(at).ok())
    };
    let first = *words.first()?;
    if let Some(ones) = among(&ONES, first) {
        return Some((ones, 1));
    }
    if let Some((tens, ones)) = first.split_once('-') {
        let (tens, ones) = (among(&TENS, tens)?, among(&ONES, ones)?);
        return (1..=9).contains(&ones).then_some((tens * 10 + ones, 1));
    }
    let tens = among(&TENS, first)? * 10;
    match words.get(1).and_then(|word| among(&ONES, word)) {
        Some(ones @ 1..=9) => Some((tens + ones, 2)),
        _ => Some((tens, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::helpers::words;
    use proptest::prelude::*;

    fn of(text: &str) -> Option<(u64, usize, Manner)> {
        let words: Vec<&str> = text.split(' ').collect();
        read(&words).map(|read| (read.value, read.words, read.manner))
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, value, used) in [
            ("56 signatories", 56, 1),
            ("1,821 signatories", 1_821, 1),
            ("1821", 1_821, 1),
            ("2 million people", 2_000_000, 2),
            ("fifty six people", 56, 2),
            ("one hundred and one people", 101, 4),
            ("a hundred and twelve organisations", 112, 4),
            ("a hundred and counting", 100, 2),
            ("twelve hundred people", 1_200, 2),
            ("two thousand and five", 2_005, 4),
            ("fifty and six", 50, 1),
            ("nineteen eighty", 19, 1),
            ("one thousand two million", 1_000, 2),
            ("one hundred two hundred", 100, 2),
        ] {
            assert_eq!(of(text), Some((value, used, Manner::Exact)), "{text}");
        }
    }

    #[test]
    fn a_number_that_nobody_has_counted_is_vague() {
        for (text, value, used) in [("dozens of people", 24, 1), ("a dozen clinics", 12, 2), ("two dozen", 24, 2)] {
            assert_eq!(of(text), Some((value, used, Manner::Vague)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_taken_for_one() {
        for text in [
            "",
            "a",
            "a letter",
            "and five",
            "56th",
            "18.5",
            "1,8",
            "1234,567",
            "fifty-six-year-old",
            "tens",
            "99999999999",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_in_words_is_read_back(n in prop_oneof![0..2_000_u64, 0..1_000_000_000_u64]) {
            let said = words(n).expect("below the limit");
            let parts: Vec<&str> = said.split(' ').collect();
            prop_assert_eq!(read(&parts), Some(Read { value: n, words: parts.len(), manner: Manner::Exact }), "{}", said);
        }

        #[test]
        fn any_words_are_read_without_trouble(parts in prop::collection::vec(
            prop::sample::select(vec!["a", "and", "one", "twelve", "fifty", "fifty-six", "hundred", "thousand", "million", "dozen", "7", "x"]), 0..8,
        )) {
            if let Some(read) = read(&parts) {
                prop_assert!((1..=parts.len()).contains(&read.words));
            }
        }
    }
}
