//! English plurals, for counts of things that the program or a template names.
//!
//! This module must decide nothing: the campaign declares what a category is called and which cells belong to it.

/// Returns a number with its noun, given in the singular: "1 survivor", "21 survivors".
pub fn numbered(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {}", plural(noun)) }
}

/// Returns the plural of an English noun, or of a noun phrase: "charity", "member of parliament". A word
/// that looks like a plural, or does not end in an English letter, stays as it is.
pub fn plural(noun: &str) -> String {
    let head = LINKS.iter().filter_map(|link| noun.find(link)).min().unwrap_or(noun.len());
    let (noun, rest) = noun.split_at(head);
    let (before, word) = noun.split_at(noun.rfind([' ', '-']).map_or(0, |at| at + 1));
    format!("{before}{}{rest}", plural_word(word))
}

/// Where the rest of a noun phrase begins: in "member of parliament", "member" takes the plural.
const LINKS: [&str; 7] = [" of ", " for ", " in ", " with ", " from ", " (", "-in-law"];

/// Endings with an irregular plural, and those that are plural already.
const IRREGULAR: [(&str, &str); 8] = [
    ("person", "people"),
    ("people", "people"),
    ("child", "children"),
    ("children", "children"),
    ("wife", "wives"),
    ("woman", "women"),
    ("women", "women"),
    ("staff", "staff"),
];

fn plural_word(word: &str) -> String {
    let lower = word.to_lowercase();
    // Only in ASCII does lower case keep a word's length in bytes.
    if !word.is_ascii() || !word.ends_with(|c: char| c.is_ascii_alphabetic()) {
        let is_english = word.ends_with(|c: char| c.is_ascii_alphabetic()) && !lower.ends_with('s');
        return if is_english { format!("{word}s") } else { word.to_owned() };
    }
    if let Some((one, many)) = IRREGULAR.iter().find(|(one, _)| lower.ends_with(one)) {
        let at = word.len() - one.len();
        let many = if word[at..].starts_with(char::is_uppercase) { capitalized(many) } else { (*many).to_owned() };
        return word[..at].to_owned() + &many;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        word.to_owned()
    } else if ends(&["s", "x", "z", "ch", "sh"]) {
        format!("{word}es")
    } else if ends(&["y"]) && !ends(&["ay", "ey", "oy", "uy"]) && word.len() > 1 {
        format!("{}ies", &word[..word.len() - 1])
    } else {
        format!("{word}s")
    }
}

/// Returns the text with a capital first letter.
pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nouns_have_their_plural() {
        for (noun, expected) in [
            ("survivor", "survivors"),
            ("service provider", "service providers"),
            ("charity", "charities"),
            ("attorney", "attorneys"),
            ("Church", "Churches"),
            ("campus", "campuses"),
            ("person", "people"),
            ("Person", "People"),
            ("spokeswoman", "spokeswomen"),
            ("human", "humans"),
            ("NGO", "NGOs"),
            ("fiancée", "fiancées"),
            ("member of parliament", "members of parliament"),
            ("co-author", "co-authors"),
            ("person with lived experience", "people with lived experience"),
            ("mother-in-law", "mothers-in-law"),
            ("midwife", "midwives"),
            ("grandchild", "grandchildren"),
            ("", ""),
        ] {
            assert_eq!(plural(noun), expected);
        }
        for noun in ["survivors", "charities", "people", "women", "staff", "активист", "支援者", "42"] {
            assert_eq!(plural(noun), noun);
        }
    }

    proptest! {
        #[test]
        fn every_text_has_a_plural(noun in "\\PC{0,20}") {
            prop_assert_eq!(plural(&noun).is_empty(), noun.is_empty());
        }
    }
}
