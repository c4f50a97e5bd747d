//! English nouns as headings and sentences need them: in the plural, and with a capital.

/// The English plural of a noun or of a noun with what belongs to it: "service provider", "member of parliament". A
/// word that is a plural already, or is none of the Latin alphabet, stays as it is.
pub fn plural(noun: &str) -> String {
    // Of "member of parliament", the member is the noun.
    let head = [" of ", " for ", " in ", " at ", " against "].iter().filter_map(|link| noun.find(link)).min();
    let (noun, rest) = noun.split_at(head.unwrap_or(noun.len()));
    let (before, word) = noun.split_at(noun.rfind([' ', '-']).map_or(0, |at| at + 1));
    format!("{before}{}{rest}", plural_word(word))
}

/// Nouns whose plural follows no rule, and plurals that do not look like one.
const IRREGULAR: [(&str, &str); 19] = [
    ("person", "people"),
    ("people", "people"),
    ("child", "children"),
    ("children", "children"),
    ("clergy", "clergy"),
    ("faculty", "faculty"),
    ("police", "police"),
    ("staff", "staff"),
    ("youth", "youth"),
    ("foot", "feet"),
    ("wife", "wives"),
    ("life", "lives"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("echo", "echoes"),
    ("alumnus", "alumni"),
    ("analysis", "analyses"),
    ("crisis", "crises"),
    ("men", "men"),
];

fn plural_word(word: &str) -> String {
    let lower = word.to_lowercase();
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == lower) {
        let capital = word.chars().next().filter(|c| c.is_uppercase());
        return capital.map_or_else(|| (*plural).to_owned(), |_| capitalised(plural));
    }
    if !word.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    // "woman", but not "human" and its like.
    if ends(&["man"]) && !["human", "german", "roman", "talisman", "shaman"].contains(&&*lower) {
        return format!("{}en", &word[..word.len() - 2]);
    }
    if ends(&["women"]) || ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        return word.to_owned();
    }
    if ends(&["s", "x", "z", "ch", "sh"]) {
        return format!("{word}es");
    }
    if ends(&["y"]) && !ends(&["ay", "ey", "iy", "oy", "uy"]) && lower.len() > 1 {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    format!("{word}s")
}

/// A text with its first letter as a capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nouns_take_their_plural() {
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
            ("member of parliament", "members of parliament"),
            ("advocate for children", "advocates for children"),
            ("co-author", "co-authors"),
            ("young person", "young people"),
            ("", ""),
        ] {
            assert_eq!(plural(noun), expected);
        }
    }

    #[test]
    fn a_plural_stays_one_and_other_alphabets_are_left_alone() {
        for noun in ["survivors", "charities", "people", "women", "staff", "активист", "支援者"] {
            assert_eq!(plural(noun), noun);
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_plural_that_begins_like_it(noun in "\\PC{0,20}") {
            let plural = plural(&noun);
            prop_assert_eq!(noun.is_empty(), plural.is_empty());
        }
    }
}
