//! English number words: "fifty-six".

pub(crate) const ONES: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
pub(crate) const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The English words for a number below 1,000,000,000: "fifty-six".
pub fn words(n: u64) -> Option<String> {
    let joined = |head: String, rest: u64| match rest {
        0 => Some(head),
        _ => Some(format!("{head} {}", words(rest)?)),
    };
    match n {
        0..=19 => Some(ONES[n as usize].to_owned()),
        20..=99 if n.is_multiple_of(10) => Some(TENS[n as usize / 10].to_owned()),
        20..=99 => Some(format!("{}-{}", TENS[n as usize / 10], ONES[n as usize % 10])),
        100..=999 => joined(format!("{} hundred", ONES[n as usize / 100]), n % 100),
        1_000..=999_999 => joined(format!("{} thousand", words(n / 1_000)?), n % 1_000),
        1_000_000..=999_999_999 => joined(format!("{} million", words(n / 1_000_000)?), n % 1_000_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn numbers_are_written_in_words() {
        for (n, expected) in [
            (0, "zero"),
            (13, "thirteen"),
            (20, "twenty"),
            (56, "fifty-six"),
            (100, "one hundred"),
            (412, "four hundred twelve"),
            (1_821, "one thousand eight hundred twenty-one"),
            (20_000, "twenty thousand"),
            (1_000_001, "one million one"),
        ] {
            assert_eq!(words(n).as_deref(), Some(expected));
        }
        assert_eq!(words(1_000_000_000), None);
    }
}
