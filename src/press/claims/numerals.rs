//! Reads numbers in text: "56", "1,821", "fifty-six", "one hundred and one", "2 million".
//!
//! It must read every number that [`crate::language`] writes in words.

use super::lexicon::{A, AND, HUNDRED, ONES, SCALES, TENS, has};

/// Returns the longest number at the beginning of these lower-case words, and how many of them it takes. A figure of a
/// billion or more, or with a decimal point, is not a number of people.
pub(super) fn read(words: &[&str]) -> Option<(u64, usize)> {
    let Some(value) = figure(words.first()?) else { return spelled(words) };
    Some(match words.get(1).and_then(|word| scale(word)) {
        Some(scale) => (value.saturating_mul(scale), 2),
        None => (value, 1),
    })
}

/// Parses digits, with or without groups of three.
fn figure(word: &str) -> Option<u64> {
    let mut groups = word.split(',');
    let first = groups.next()?;
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let grouped = word.contains(',');
    if !digits(first) || grouped && first.len() > 3 || !groups.all(|group| digits(group) && group.len() == 3) {
        return None;
    }
    word.replace(',', "").parse().ok().filter(|value| *value < 1_000_000_000)
}

fn spelled(words: &[&str]) -> Option<(u64, usize)> {
    let is_big = |word: &&&str| **word == HUNDRED || scale(word).is_some();
    let (mut total, mut group, mut smallest, mut end) = (0, 0, u64::MAX, 0);
    let mut after_big = false;
    for (at, &word) in words.iter().enumerate() {
        if at == 0 && has(A, word) && words.get(1).is_some_and(|next| is_big(&next)) {
            group = 1;
            continue;
        }
        if word == AND && after_big {
            continue;
        }
        if let Some(number) = below_hundred(word) {
            let (tens, ones) = (group % 100, group % 10);
            let fits = tens == 0 || ones == 0 && tens >= 20 && (1..10).contains(&number);
            if !fits || number == 0 && end > 0 {
                break;
            }
            group += number;
            after_big = false;
        } else if word == HUNDRED && (1..100).contains(&group) {
            group *= 100;
            after_big = true;
        } else if let Some(scale) = scale(word).filter(|scale| *scale < smallest && group > 0) {
            total += group * scale;
            (group, smallest, after_big) = (0, scale, true);
        } else {
            break;
        }
        end = at + 1;
    }
    (end > 0).then_some((total + group, end))
}

fn scale(word: &str) -> Option<u64> {
    SCALES.iter().find(|(name, _)| *name == word).map(|(_, scale)| *scale)
}

/// Parses "six", "fifty", "fifty-six".
fn below_hundred(word: &str) -> Option<u64> {
    let among = |names: &[&str], word: &str| {
        names.iter().position(|name| !name.is_empty() && *name == word).and_then(|at| u64::try_from(at).ok())
    };
    if let Some((tens, ones)) = word.split_once('-') {
        return Some(among(&TENS, tens)? * 10 + among(&ONES, ones).filter(|ones| (1..10).contains(ones))?);
    }
    among(&ONES, word).or_else(|| Some(among(&TENS, word)? * 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{ENGLISH, NumberForm};
    use proptest::prelude::*;

    fn of(text: &str) -> Option<(u64, usize)> {
        read(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn numbers_in_figures_and_words_are_read() {
        for (text, value, used) in [
            ("56 signatories", 56, 1),
            ("1,821 signatories", 1_821, 1),
            ("2 million people", 2_000_000, 2),
            ("fifty six people", 56, 2),
            ("one hundred and one people", 101, 4),
            ("a hundred and twelve organisations", 112, 4),
            ("a hundred and counting", 100, 2),
            ("twelve hundred people", 1_200, 2),
            ("two thousand and five", 2_005, 4),
            ("fifty and six", 50, 1),
            ("nineteen eighty", 19, 1),
            ("twenty twelve", 20, 1),
        ] {
            assert_eq!(of(text), Some((value, used)), "{text}");
        }
        for text in [
            "", "a", "a letter", "and five", "56th", "18.5", "1,8", "1234,567", "fifty-six-year-old", "tens",
            "99999999999",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_number_in_words_is_read_back(n in prop_oneof![0..2_000_u64, 0..1_000_000_000_u64]) {
            let written = (ENGLISH.number)(n, NumberForm::Alone).expect("below the limit");
            let parts: Vec<&str> = written.split(' ').collect();
            prop_assert_eq!(read(&parts), Some((n, parts.len())), "{}", written);
        }

        #[test]
        fn any_words_are_read_without_panic(parts in prop::collection::vec(
            prop::sample::select(vec!["a", "and", "zero", "one", "twelve", "fifty", "fifty-six", "hundred", "thousand", "million", "7", "x"]), 0..9,
        )) {
            if let Some((_, used)) = read(&parts) {
                prop_assert!((1..=parts.len()).contains(&used));
            }
        }
    }
}
